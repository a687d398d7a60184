import Foundation
import SAML
import Storage
import Testing
import UserPools

@testable import CountersignCommand

@Suite("CONTRACT, command line: what happened to sign-ins")
struct SignInCommandTests {
    private func write(_ admin: LifeCycleTests.Admin) async throws {
        let pool = try #require(UserPool.ID(admin.pool))
        func record(_ reference: String, _ outcome: SignInRecord.Outcome, minutesAgo: Double) -> SignInRecord {
            SignInRecord(
                reference: SignInRecord.Reference(reference)!, poolID: pool, at: Date(timeIntervalSinceNow: -60 * minutesAgo), outcome: outcome)
        }
        var refused = record("7KQ2M4XW9ABC", .refused, minutesAgo: 90)
        (refused.provider, refused.client, refused.code) = (IdentityProvider.Name("corp"), AppClient.ID("orders"), "saml.audience")
        refused.username = "corp_ada@a-rather-long-name-of-a-company.example.com"
        refused.report.message = "The assertion is for another service."
        (refused.report.expected, refused.report.seen) = ("https://id.example.com/x", "https://other.example")
        refused.report.remedy = "Set the audience at the identity provider."
        refused.report.acts = [#"{"showProvider":{}}"#, #"{"ofALaterVersion":{}}"#]
        refused.report.checks = [
            SignInCheck("signature", section: "SAML Core §5.4", .ok),
            SignInCheck("audience", section: nil, expected: "https://id.example.com/x", seen: "https://other.example", .failed),
            SignInCheck("session", section: nil, .notReached),
        ]
        refused.report.mapping = [.init(attribute: "email", source: "mail", values: 0, required: true)]
        var accepted = record("8KQ2M4XW9ABC", .accepted, minutesAgo: 5)
        accepted.username = "corp_bob"
        let storage = try await Storage.open(url: "sqlite:" + admin.folder.file("countersign.db"))
        try await storage.stores.signInRecords.insert(
            [refused, accepted], [], leftOut: [SignInOmission(poolID: pool, outcome: .refused, minute: Date(timeIntervalSinceNow: -60), count: 7)])
        await storage.close()
    }

    @Test("'signin list': the newest first, by what somebody looks for, in 100 columns; how many have no record is said")
    func list() async throws {
        try await LifeCycleTests().with { admin in
            let none = try await admin.binary.run("signin", "list", "--pool", admin.pool)
            #expect(none.output == "There is no record of such a sign-in.\n" && none.error.contains("--keep-accepted-signins"))
            try await write(admin)
            func references(_ words: String...) async throws -> [String] {
                let listed = try await admin.binary.run(["signin", "list", "--pool", admin.pool, "--output", "json"] + words)
                return (listed.object["sign_ins"] as? [[String: Any]] ?? []).compactMap { $0["reference"] as? String }
            }
            let both = ["8KQ2M4XW9ABC", "7KQ2M4XW9ABC"]
            #expect(try await references() == both)
            #expect(try await references("--since", "1h") == ["8KQ2M4XW9ABC"])
            #expect(try await references("--since", "2020-01-01") == both)
            #expect(try await references("--user", "corp_bob") == ["8KQ2M4XW9ABC"])
            #expect(try await references("--provider", "corp") == ["7KQ2M4XW9ABC"])
            #expect(try await references("--client", "orders", "--code", "saml.audience") == ["7KQ2M4XW9ABC"])
            #expect(try await references("--outcome", "accepted") == ["8KQ2M4XW9ABC"])
            #expect(try await references("--limit", "1") == ["8KQ2M4XW9ABC"])
            let table = try await admin.binary.run("signin", "list", "--pool", admin.pool)
            #expect(table.output.contains("REFERENCE") && table.error.contains("of 7 more refused sign-ins"), "\(table.error)")
            #expect(table.output.split(separator: "\n").allSatisfy { $0.utf8.count <= 120 }, "\(table.output)")
            for words in [["--since", "yesterday"], ["--limit", "0"], ["--outcome", "lost"]] {
                #expect(try await admin.binary.run(["signin", "list", "--pool", admin.pool] + words).status == 64, "\(words)")
            }
        }
    }

    @Test("'signin stats': accepted and refused by day or hour and provider, the most frequent code, a bar; in 80 columns")
    func statistics() async throws {
        try await LifeCycleTests().with { admin in
            #expect(try await admin.binary.run("signin", "stats", "--pool", admin.pool).output == "There was no such sign-in, or none was counted.\n")
            let pool = try #require(UserPool.ID(admin.pool)), noon = SignInCount.hour(of: Date()).addingTimeInterval(-2 * 86_400)
            func count(_ outcome: SignInRecord.Outcome, _ count: Int, hour: Double, provider: String? = "corp", code: String? = nil) -> SignInCount {
                SignInCount(
                    poolID: pool, provider: provider.flatMap { IdentityProvider.Name($0) }, at: noon.addingTimeInterval(hour * 3600),
                    outcome: outcome,
                    code: code, count: count)
            }
            // 22 and 8 hours ago: the hour may turn while this runs.
            let storage = try await Storage.open(url: "sqlite:" + admin.folder.file("countersign.db"))
            try await storage.stores.signInRecords.insert(
                [], [], leftOut: [],
                counts: [
                    count(.accepted, 400, hour: 26), count(.refused, 5, hour: 26, code: "saml.audience"),
                    count(.refused, 7, hour: 26, code: "saml.expired"), count(.accepted, 100, hour: 40),
                    count(.refused, 1, hour: 40, provider: nil, code: "sign_in.no_provider"), count(.accepted, 3, hour: -6 * 24),
                ])
            await storage.close()
            func rows(_ words: String...) async throws -> [String] {
                let answer = try await admin.binary.run(["signin", "stats", "--pool", admin.pool, "--output", "json"] + words)
                return (answer.object["counts"] as? [[String: Any]] ?? []).map { row in
                    let codes = (row["codes"] as? [[String: Any]] ?? []).compactMap { $0["code"] as? String }
                    return "\(row["provider"] as? String ?? "-") \(row["accepted"] ?? "") \(row["refused"] ?? "") \(codes.joined(separator: ","))"
                }
            }
            let none = "- 0 1 sign_in.no_provider"
            #expect(try await rows("--by", "hour") == [none, "corp 100 0 ", "corp 400 12 saml.expired,saml.audience"])
            #expect(try await rows("--by", "hour", "--since", "12h") == [none, "corp 100 0 "])
            #expect(try await rows("--by", "hour", "--provider", "corp", "--since", "31d").last == "corp 3 0 ")
            #expect(try await rows("--provider", "other").isEmpty)
            func begins(_ words: String...) async throws -> (document: String?, isSaid: Bool) {
                let answer = try await admin.binary.run(["signin", "stats", "--pool", admin.pool, "--output", "json"] + words)
                return (answer.object["counted_from"] as? String, answer.error.contains("has numbers from"))
            }
            // Eight days ago.
            let first = SAMLInstant.format(noon.addingTimeInterval(-6 * 86_400))
            let whole = try await begins("--since", "31d", "--provider", "other")
            #expect(whole.document == first && whole.isSaid)
            let part = try await begins("--since", "24h")
            #expect(part.document == nil && !part.isSaid)
            let byDay = try await admin.binary.run("signin", "stats", "--pool", admin.pool, "--since", "31d", "--by", "day")
            let lines = byDay.output.split(separator: "\n")
            #expect(lines[0].hasPrefix("DAY") && lines.allSatisfy { $0.utf8.count <= 80 }, "\(byDay.output)")
            #expect(lines.contains { $0.contains("(none yet)") && $0.contains(" x ") } && lines.contains { $0.contains("#####") }, "\(byDay.output)")
            #expect(try await admin.code("signin", "stats", "--provider", "no/name") == "admin.not_found")
            for words in [["--by", "week"], ["--since", "yesterday"]] {
                #expect(try await admin.binary.run(["signin", "stats", "--pool", admin.pool] + words).status == 64, "\(words)")
            }
        }
    }

    @Test("'signin show': each check, the mapping, the remedy and its commands; an unknown reference says what may be the matter")
    func show() async throws {
        try await LifeCycleTests().with { admin in
            try await write(admin)
            let shown = try await admin.run("signin", "show", "7kq2-m4xw-9abc").object
            #expect(shown["code"] as? String == "saml.audience" && shown["expected"] as? String == "https://id.example.com/x")
            let checks = try #require(shown["checks"] as? [[String: Any]])
            #expect(checks.map { $0["outcome"] as? String } == ["ok", "failed", "not_reached"])
            let commands = try #require(shown["commands"] as? [String])
            #expect(commands.count == 1 && commands[0].contains("idp show corp --pool \(admin.pool)"), "\(commands)")
            let text = try await admin.binary.run("signin", "show", "7KQ2M4XW9ABC", "--pool", admin.pool, "--message")
            for words in ["refused: saml.audience", "audience", "FAILED", "not reached", "nothing (required)", "Set the audience"] {
                #expect(text.output.contains(words), "\(words)\n\(text.output)")
            }
            #expect(text.error.contains("signin debug corp --pool \(admin.pool) --for 10m"), "\(text.error)")
            let unknown = try await admin.binary.run("signin", "show", "7KQ2M4XW9ABD", "--pool", admin.pool)
            #expect(unknown.status == 1 && unknown.error.contains("30 days") && unknown.error.contains("pool list"), "\(unknown.error)")
        }
    }

    @Test("'signin debug': for a time that ends, or ended; 'idp show' says so")
    func debug() async throws {
        try await LifeCycleTests().with { admin in
            #expect(try await admin.code("signin", "debug", "corp", "--for", "10m") == "admin.not_found")
            let made = try await admin.run("idp", "create", "saml", "corp", "--metadata-file", "idp.xml", "--map", "email=mail")
            #expect(made.status == 0, "\(made.error)")
            #expect(try await admin.run("signin", "debug", "corp", "--for", "10m").object["until"] as? String != nil)
            #expect(try await admin.binary.run("idp", "show", "corp", "--pool", admin.pool).output.contains("0 messages kept"))
            #expect(try await admin.run("signin", "debug", "corp", "--stop").object["until"] is NSNull)
            let shown = try #require(try await admin.run("idp", "show", "corp").object["debugging"] as? [String: Any])
            #expect(shown["until"] is NSNull && shown["messages"] as? Int == 0)
            #expect(try await admin.code("signin", "debug", "corp", "--for", "25h") == "admin.invalid")
            for words in [[], ["--for", "10m", "--stop"]] {
                #expect(try await admin.binary.run(["signin", "debug", "corp", "--pool", admin.pool] + words).status == 64, "\(words)")
            }
        }
    }

    @Test("'pool update --keep-accepted-signins': days, or none")
    func keepAccepted() async throws {
        try await LifeCycleTests().with { admin in
            func update(_ days: String) async throws -> Binary.Result {
                try await admin.binary.run("pool", "update", admin.pool, "--keep-accepted-signins", days, "--output", "json")
            }
            let (kept, none, refused) = (try await update("30"), try await update("none"), try await update("366"))
            #expect(kept.object["keep_accepted_signins_days"] as? Int == 30)
            #expect(none.object["keep_accepted_signins_days"] is NSNull)
            #expect(refused.failure["error"] as? String == "admin.invalid")
        }
    }
}
