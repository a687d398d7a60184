import Foundation
import Testing
import WireFormats

@testable import CountersignCommand

@Suite("CONTRACT, command line: a client secret at an OpenID provider, stage by stage")
struct ClientSecretCommandTests {
    private func with(_ body: (LifeCycleTests.Admin) async throws -> Void) async throws {
        try await LocalServer.with(
            { origin in
                let discovery: JSONObject = [
                    "issuer": .string(origin), "authorization_endpoint": .string(origin + "/authorize"), "token_endpoint": .string(origin + "/token"),
                    "jwks_uri": .string(origin + "/keys"),
                ]
                return ["/.well-known/openid-configuration": discovery.encoded()]
            }, clients: [LocalServer.basic("us", "first"), LocalServer.basic("us", "second")]
        ) { origin in
            try await LifeCycleTests().with { made in
                let binary = Binary(folder: made.folder, environment: made.binary.environment.merging(["COUNTERSIGN_DEVELOPMENT": "1"]) { $1 })
                let admin = LifeCycleTests.Admin(binary: binary, folder: made.folder, pool: made.pool)
                for secret in ["first", "second", "wrong"] { try admin.folder.write(secret + "\n", to: secret + ".txt") }
                try admin.folder.write(TestCertificate.first.key, to: "key.pem")
                let words = ["idp", "create", "oidc", "op", "--issuer", origin, "--client-id", "us", "--client-secret-file", "first.txt"]
                var created = try await binary.run(words + ["--pool", admin.pool])
                // Our own server answers late while all suites run at once.
                for _ in 1...3 where created.error.contains("fetch.unreachable") { created = try await binary.run(words + ["--pool", admin.pool]) }
                try #require(created.status == 0, "\(created.error)")
                try await body(admin)
            }
        }
    }

    private func stages(_ answer: [String: Any]) -> Set<String> {
        Set(["pending", "current", "previous"].filter { answer[$0] is [String: Any] })
    }

    @Test("set, test, finish, back: each answers with the stages, and tells what comes next; no secret is ever said")
    func rotation() async throws {
        try await with { admin in
            let set = try await admin.run("idp", "secret", "set", "op", "--client-secret-file", "second.txt")
            #expect(
                Set(set.object.keys) == ["name", "client_id", "token_endpoint_auth_method", "pending", "current", "previous"], "\(set.error)")
            #expect(stages(set.object) == ["pending", "current"] && set.error.contains("idp secret test op"))
            #expect(try await admin.code("idp", "secret", "finish", "op") == "client_secret.untested")
            let tested = try await admin.run("idp", "secret", "test", "op")
            let pending = try #require(tested.object["pending"] as? [String: Any], "\(tested.error)")
            #expect(Set(pending.keys) == ["since", "tested_at", "key_id", "client_jwk"] && pending["tested_at"] is String)
            #expect(tested.error.contains("idp secret finish op"))
            let finished = try await admin.run("idp", "secret", "finish", "op")
            #expect(stages(finished.object) == ["current", "previous"] && finished.error.contains("idp secret back op"), "\(finished.error)")
            let back = try await admin.run("idp", "secret", "back", "op")
            #expect(stages(back.object) == ["pending", "current"], "\(back.error)")
            let shown = try await admin.binary.run("idp", "show", "op", "--pool", admin.pool)
            #expect(shown.output.contains("pending client secret") && shown.output.contains("not proven yet"))
            for text in [set, tested, finished, back, shown].flatMap({ [$0.output, $0.error] }) {
                #expect(!text.contains("first") && !text.contains("second\n"))
            }
        }
    }

    @Test("refused with status 1; untested and forgotten only where that is meant; a replaced one is kept")
    func refused() async throws {
        try await with { admin in
            #expect(try await admin.run("idp", "secret", "set", "op", "--client-secret-file", "wrong.txt").status == 0)
            #expect(try await admin.code("idp", "secret", "test", "op") == "client_secret.refused")
            #expect(try await admin.code("idp", "secret", "finish", "op", "--untested") == "admin.not_confirmed")
            #expect(stages(try await admin.run("idp", "secret", "finish", "op", "--untested", "--yes").object) == ["current", "previous"])
            #expect(stages(try await admin.run("idp", "secret", "back", "op").object) == ["pending", "current"])
            #expect(try await admin.code("idp", "secret", "forget", "op", "--pending") == "admin.not_confirmed")
            #expect(stages(try await admin.run("idp", "secret", "forget", "op", "--pending", "--yes").object) == ["current"])
            #expect(try await admin.code("idp", "secret", "forget", "op", "--previous", "--yes") == "client_secret.no_previous")
            #expect(try await admin.code("idp", "secret", "test", "op") == "client_secret.not_pending")
            #expect(try await admin.code("idp", "secret", "set", "op", "--client-key-file", "key.pem") == "admin.invalid")
            let updated = try await admin.run("idp", "update", "op", "--client-secret-file", "second.txt")
            #expect(updated.status == 0 && updated.error.contains("idp secret back op"), "\(updated.error)")
            #expect(updated.object["previous_client_secret"] is [String: Any] && updated.object["pending_client_secret"] is NSNull)
            let table = try await admin.binary.run("idp", "secret", "show", "op", "--pool", admin.pool)
            #expect(table.output.contains("previous") && table.output.contains("since"))
        }
    }
}
