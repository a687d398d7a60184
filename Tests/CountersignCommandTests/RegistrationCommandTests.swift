import Foundation
import Testing

@testable import CountersignCommand

@Suite("CONTRACT, command line: apps that register themselves")
struct RegistrationCommandTests {
    @Test("a pool lets them, with tokens that are shown once, listed without themselves, and taken back")
    func tokens() async throws {
        try await LifeCycleTests().with { admin in
            let early = try await admin.run("registration", "token", "create")
            #expect(early.status == 0 && early.error.contains("pool update \(admin.pool) --registration token"), "\(early.error)")
            let updated = try await admin.binary.run(
                "pool", "update", admin.pool, "--registration", "token", "--registration-maximum", "5", "--registration-unused-days", "7",
                "--output", "json")
            let settings = try #require(updated.object["registration"] as? [String: Any], "\(updated.error)")
            #expect(settings["mode"] as? String == "token" && settings["maximum"] as? Int == 5 && settings["unused_days"] as? Int == 7)
            let made = try await admin.run(
                "registration", "token", "create", "--for", "7d", "--uses", "3", "--redirect-host", "App.example.com")
            let token = try #require(made.object["initial_access_token"] as? String, "\(made.error)")
            #expect(token.utf8.count == 43 && made.object["uses_left"] as? Int == 3)
            #expect(made.object["redirect_hosts"] as? [String] == ["app.example.com"])
            #expect(made.object["registration_endpoint"] as? String == "https://id.example.com/\(admin.pool)/oauth2/register")
            let listed = try await admin.run("registration", "token", "list")
            #expect((listed.document as? [Any])?.count == 2 && !listed.output.contains(token))
            let id = try #require(made.object["id"] as? String)
            #expect(try await admin.run("registration", "token", "revoke", id).object["revoked"] as? Bool == true)
            #expect(try await admin.code("registration", "token", "revoke", id) == "admin.not_found")
            #expect(try await admin.binary.run("registration", "token", "list", "--pool", admin.pool).output.contains("any"))
            let events = try #require(try await admin.run("audit", "list").document as? [[String: Any]])
            #expect(events.first?["action"] as? String == "pool.revoke_registration_token")
            #expect(events.contains { $0["action"] as? String == "pool.create_registration_token" } && !"\(events)".contains(token))
            for words in [["--for", "10s"], ["--for", "91d"], ["--uses", "0"], ["--redirect-host", "a b"], ["--redirect-host", "a.example/b"]] {
                let refused = try await admin.binary.run(["registration", "token", "create", "--pool", admin.pool, "--output", "json"] + words)
                #expect(refused.failure["error"] as? String == "admin.invalid", "\(words)")
            }
            for words in [
                ["--registration-maximum", "0"], ["--registration-unused-days", "0"], ["--registration-resource", "https://unknown.example"],
            ] {
                let refused = try await admin.binary.run(["pool", "update", admin.pool, "--output", "json"] + words)
                #expect(refused.failure["error"] as? String == "admin.invalid", "\(words)")
            }
            let off = try await admin.binary.run("pool", "update", admin.pool, "--registration", "off")
            #expect(off.output.contains("apps do not register themselves"))
        }
    }
}
