import Foundation
import Testing

@testable import CountersignCommand

@Suite("CONTRACT, command line: a key that leaked")
struct KeyEmergencyCommandTests {
    @Test("a withdrawn key is published no more, the next one signs, and it cannot be withdrawn twice")
    func withdraw() async throws {
        try await LifeCycleTests().with { admin in
            let before = try #require(try await admin.run("key", "list").document as? [[String: Any]])
            let leaked = try #require(before.first { $0["phase"] as? String == "current" }?["kid"] as? String)
            // An id may begin with a hyphen, as base64url does.
            let words = ["key", "withdraw", "--pool", admin.pool, "--output", "json", "--", leaked]
            let after = try #require(try await admin.binary.run(words).document as? [[String: Any]])
            let current = after.filter { $0["phase"] as? String == "current" }.compactMap { $0["kid"] as? String }
            #expect(current.count == 1 && current != [leaked])
            #expect(!after.contains { $0["kid"] as? String == leaked && $0["phase"] as? String != "withdrawn" })
            #expect(try await admin.binary.run(words).failure["error"] as? String == "keys.unknown")
            let events = try #require(try await admin.run("audit", "list").document as? [[String: Any]])
            #expect(events.first?["action"] as? String == "key.withdraw")
        }
    }

    @Test("a SAML key is announced with its date, listed with its certificate, and withdrawn by its id")
    func saml() async throws {
        try await LifeCycleTests().with { admin in
            #expect(try await admin.run("key", "list", "--use", "saml-signing").document as? [String] == [])
            let rotated = try await admin.run("key", "rotate", "--use", "saml-signing")
            let keys = try #require(rotated.document as? [[String: Any]], "\(rotated.error)")
            #expect(keys.compactMap { $0["phase"] as? String } == ["current", "upcoming"] && rotated.error.contains("signs from"))
            #expect(keys.allSatisfy { $0["certificate"] is String && $0["not_after"] is String && $0["published"] as? Bool == true })
            #expect(try await admin.code("key", "rotate", "--use", "saml-signing") == "saml_keys.announced")
            let leaked = try #require(keys.first?["kid"] as? String)
            let after = try #require(try await admin.run("key", "withdraw", leaked).document as? [[String: Any]])
            #expect(after.compactMap { $0["phase"] as? String } == ["withdrawn", "current"])
            #expect(try await admin.code("key", "withdraw", leaked) == "saml_keys.unknown")
            #expect(try await admin.run("key", "list", "--use", "saml-encryption").document as? [[String: Any]] != nil)
        }
    }

    @Test("after a reseal the new master key opens everything, and the old one nothing")
    func reseal() async throws {
        try await LifeCycleTests().with { admin in
            let (binary, folder) = (admin.binary, admin.folder)
            let old = folder.file("countersign.db.master-key"), new = folder.file("second-key")
            let resealed = try await binary.run("key", "reseal", "--new-master-key-file", new, "--output", "json")
            #expect(
                resealed.status == 0 && (resealed.object["keys"] as? Int ?? 0) >= 1 && resealed.object["made"] as? Bool == true, "\(resealed.error)")
            #expect(try folder.mode(of: "second-key") == 0o600)
            let withOld = try await binary.run("key", "rotate", "--pool", admin.pool, "--master-key-file", old, "--output", "json")
            #expect(withOld.status == 1 && withOld.failure["error"] as? String == "master_key.other")
            #expect(try await binary.run("key", "rotate", "--pool", admin.pool, "--master-key-file", new).status == 0)
            let again = try await binary.run("key", "reseal", "--new-master-key-file", new, "--master-key-file", new, "--output", "json")
            #expect(again.status == 1 && again.failure["error"] as? String == "master_key.same")
        }
    }
}
