import Administration
import Foundation
import Gateway
import OpenIDConnect
import OutgoingHTTP
import SAML
import Storage
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@testable import CountersignCommand

@Suite("CONTRACT, command line: the real binary")
struct CommandTests {
    private func with(_ body: (Binary, TestFolder) async throws -> Void) async throws {
        try await TestFolder.with { folder in
            try await body(Binary(folder: folder, environment: ["COUNTERSIGN_PUBLIC_URL": "https://id.example.com"]), folder)
        }
    }

    @Test("an admin's first steps: pool, attribute, provider, client, keys; each answer has the contract's names")
    func firstSteps() async throws {
        try await with { binary, folder in
            let pool = try await binary.run("pool", "create", "staff", "--signing-algorithm", "ES256", "--output", "json").object
            #expect(
                Set(pool.keys) == [
                    "id", "name", "issuer", "discovery", "sp_entity_id", "acs_url", "sp_metadata_url", "domain", "signing_algorithms",
                    "custom_attributes", "display_name", "logo", "accent", "dark_accent", "privacy_url", "terms_url", "resources",
                    "dark_logo", "show_name", "support_url", "provider_order",
                    "deletion_protection", "saml_encryption", "rotate_keys_every_days", "rotate_saml_keys_every_days", "registration",
                    "keep_accepted_signins_days",
                    "limit_per_address", "limit_per_client", "limit_per_user", "created_at",
                ])
            let id = try #require(pool["id"] as? String)
            #expect(pool["issuer"] as? String == "https://id.example.com/" + id)
            #expect(try await binary.run("pool", "add-attribute", id, "team").status == 0)

            try folder.write(FakeIdentityProvider().metadata(), to: "idp.xml")
            let made = try await binary.run(
                "idp", "create", "saml", "corp", "--pool", id, "--metadata-file", "idp.xml", "--map", "email=mail", "--map", "custom:team=department",
                "--domain", "example.com", "--output", "json"
            )
            let provider = made.object
            #expect(
                Set(provider.keys).isSuperset(of: [
                    "name", "type", "entity_id", "sso_url", "signing_certificates", "attribute_mapping", "domains", "enabled", "sp_entity_id",
                    "acs_url", "acs_urls",
                    "sp_metadata_url",
                ]), "\(made.error)")
            #expect(provider["acs_url"] as? String == "https://id.example.com/\(id)/saml2/idpresponse")
            #expect(provider["attribute_mapping"] as? [String: String] == ["email": "mail", "custom:team": "department"])

            let client = try await binary.run(
                "client", "create", "app", "--pool", id, "--redirect-uri", "https://app.example.com/cb", "--confidential", "--output", "json"
            ).object
            #expect(
                Set(client.keys).isSuperset(of: [
                    "client_id", "client_secret", "client_name", "redirect_uris", "post_logout_redirect_uris", "grant_types", "scope",
                    "identity_providers",
                    "token_endpoint_auth_method", "access_token_lifetime", "id_token_lifetime", "refresh_token_lifetime",
                ]))
            let shown = try await binary.run("client", "show", try #require(client["client_id"] as? String), "--pool", id, "--output", "json").object
            #expect(shown["client_secret"] == nil && shown["client_name"] as? String == "app")

            for list in [["pool", "list"], ["idp", "list", "--pool", id], ["client", "list", "--pool", id], ["key", "list", "--pool", id]] {
                #expect((try await binary.run(list + ["--output", "json"]).document as? [Any])?.count == 1)
                let table = try await binary.run(list)
                #expect(table.status == 0 && table.output.split(separator: "\n").count == 2, "no terminal: a row a line")
            }
            #expect((try await binary.run("user", "list", "--pool", id, "--output", "json").document as? [Any])?.isEmpty == true)
        }
    }

    @Test("status 1 and a remedy where something is refused, 64 for wrong usage; with --output json as one document")
    func failures() async throws {
        try await with { binary, _ in
            let id = try #require(
                try await binary.run("pool", "create", "staff", "--signing-algorithm", "ES256", "--output", "json").object["id"] as? String)
            let refused = try await binary.run("pool", "show", "local_nothing12", "--output", "json")
            #expect(refused.status == 1 && refused.output.isEmpty && refused.failure["error"] as? String == "admin.not_found")
            #expect((refused.failure["remedy"] as? String)?.isEmpty == false)
            let named = try await binary.run("pool", "show", "staff")
            #expect(named.status == 1 && named.error.contains(id))
            let usage = try await binary.run("pool", "create", "--output", "json")
            #expect(usage.status == 64 && usage.failure["error"] as? String == "usage")
            #expect(try await binary.run("pool", "lst").status == 64)
            let version = try await binary.run("--version")
            #expect(version.status == 0 && version.output == Countersign.version + "\n")
        }
    }

    @Test("processes that begin at once agree on one master key and one database")
    func race() async throws {
        try await with { binary, folder in
            try await withThrowingTaskGroup(of: Int32.self) { group in
                for index in 0..<4 {
                    group.addTask { try await binary.run("pool", "create", "pool \(index)", "--signing-algorithm", "ES256").status }
                }
                for try await status in group { #expect(status == 0) }
            }
            #expect((try await binary.run("pool", "list", "--output", "json").document as? [Any])?.count == 4)
            #expect(try folder.mode(of: "countersign.db.master-key") == 0o600)
        }
    }

    @Test("token verify: our pools without --issuer, from standard input; a changed token and another audience are refused")
    func tokenVerify() async throws {
        try await with { binary, folder in
            let id = try #require(
                try await binary.run("pool", "create", "staff", "--signing-algorithm", "ES256", "--output", "json").object["id"] as? String)
            let issuer = "https://id.example.com/" + id
            let flags: [Setting: String] = [.database: "sqlite:" + folder.file("countersign.db")]
            let composition = try await Composition.open(GatewayConfiguration(flags: flags, file: nil, environment: [:]), whereAbsent: .refuse)
            let key = try await KeyRing(store: composition.storage.stores.keys, sealer: composition.sealer, environment: composition.environment)
                .keys(of: composition.administration.pool(id)).current
            await composition.storage.close()
            let now = Int(Date().timeIntervalSince1970)
            func token(_ type: String, _ audience: String, _ use: String, issuer: String = issuer) async throws -> String {
                try await key.sign(
                    header: type,
                    claims: [
                        "iss": .string(issuer), "sub": "ada", "aud": .string(audience), "exp": .integer(now + 600), "iat": .integer(now),
                        "client_id": "app", "token_use": .string(use),
                    ])
            }
            let access = try await token("at+jwt", issuer, "access")
            let good = try await binary.run("token", "verify", "--output", "json", input: access + "\n")
            #expect(good.status == 0 && good.object["sub"] as? String == "ada", "\(good.error)")
            let table = try await binary.run("token", "verify", "-", input: access)
            #expect(table.status == 0 && table.output.contains("access token is good") && !table.output.contains(access))

            let identity = try await token("JWT", "app", "id")
            #expect(try await binary.run("token", "verify", "--audience", "app", identity).status == 0)
            let changed = access.dropLast(6) + (access.hasSuffix("AAAAAA") ? "BBBBBB" : "AAAAAA")
            for (arguments, token, code) in [
                ([], String(changed), "token.signature"), (["--audience", "https://other.example"], access, "token.audience"),
                ([], try await token("at+jwt", issuer, "access", issuer: "https://evil.example"), "token.issuer"),
                ([], "nonsense", "token.malformed"),
                ([], identity, "token.audience"),
            ] {
                let refused = try await binary.run(["token", "verify", "--output", "json"] + arguments, input: token)
                #expect(refused.status == 1 && refused.output.isEmpty && refused.failure["error"] as? String == code, "\(refused.error)")
                #expect(!refused.error.contains(token))
            }
            // Nothing is asked at a loopback address, unless --development says so; and no database is needed.
            let closed = try await binary.run(
                "token", "verify", "--issuer", "http://localhost:1/x", "--output", "json", "--database", "sqlite:no/such.db", input: access)
            #expect(closed.status == 1 && closed.failure["error"] as? String == "fetch.refused_url")
            let open = try await binary.run("token", "verify", "--issuer", issuer, "--output", "json", "--development", input: access)
            #expect(open.status == 1 && open.failure["error"] as? String == "fetch.unreachable")
        }
    }

    @Test("saml validate: every check in order, status 0 or 1; saml inspect explains; no database is opened")
    func samlCommands() async throws {
        try await with { binary, folder in
            let provider = FakeIdentityProvider()
            let (consumer, audience) = ("https://id.example.com/p/saml2/idpresponse", "https://id.example.com/p/saml2/metadata")
            let response = provider.respond(requestID: "_request1", acs: consumer, audience: audience, at: Date())
            try folder.write(provider.metadata(), to: "idp.xml")
            try folder.write(response, to: "response.xml")
            let common = ["saml", "validate", "response.xml", "--metadata", "idp.xml", "--acs-url", consumer, "--output", "json"]
            let accepted = try await binary.run(common + ["--sp-entity-id", audience, "--in-response-to", "_request1"])
            #expect(accepted.status == 0 && accepted.object["accepted"] as? Bool == true, "\(accepted.output)")
            #expect((accepted.object["subject"] as? [String: Any])?["name_id"] as? String == "alice@example.com")
            #expect((accepted.object["attributes"] as? [String: [String]])?.isEmpty == false)
            let checks = try #require(accepted.object["checks"] as? [[String: Any]])
            #expect(checks.allSatisfy { Set($0.keys) == ["name", "section", "outcome", "code", "expected", "seen", "remedy"] })
            #expect(checks.first?["name"] as? String == "signature" && checks.allSatisfy { $0["outcome"] as? String == "ok" })

            let refused = try await binary.run(common + ["--sp-entity-id", "https://other.example"])
            #expect(refused.status == 1 && refused.object["accepted"] as? Bool == false && refused.object["error"] as? String == "saml.audience")
            #expect((refused.object["assumption"] as? String)?.contains("_request1") == true)
            let failed = (refused.object["checks"] as? [[String: Any]])?.first { $0["outcome"] as? String == "failed" }
            #expect(failed?["name"] as? String == "audience" && failed?["remedy"] is String)

            let base64 = Data(response).base64EncodedString()
            let text = try await binary.run(
                ["saml", "validate", "-", "--metadata", "idp.xml", "--acs-url", consumer, "--sp-entity-id", audience], input: base64)
            #expect(text.status == 0 && text.output.hasPrefix("ACCEPTED\n") && text.error.contains("--in-response-to"))
            let late = try await binary.run(common + ["--sp-entity-id", audience, "--at", "2099-01-01"])
            #expect(late.status == 1)
            let inspected = try await binary.run("saml", "inspect", "idp.xml", "--output", "json")
            #expect(inspected.object["kind"] as? String == "Metadata" && inspected.object["verified"] as? Bool == false)
            #expect(!folder.names.contains { $0.hasSuffix(".db") })
        }
    }
}

@Suite("countersign serve", .serialized)
struct ServeTests {
    @Test("it says when it is ready, explains a port in use, serves beside a second one, and ends with status 0 on SIGTERM")
    func serve() async throws {
        try await TestFolder.with { folder in
            let binary = Binary(folder: folder)
            let arguments = [
                "serve", "--listen", "127.0.0.1:0", "--public-url", "http://localhost:8080", "--log-format", "json", "--log-level", "debug",
            ]
            let first = try binary.start(arguments + ["--development"], output: "out1", error: "log1")
            defer { if first.isRunning { first.terminate() } }
            let ready = try await ready(binary, "log1")
            let address = try #require(ready["address"] as? String)
            #expect(ready["public_url"] as? String == "http://localhost:8080" && ready["version"] as? String == Countersign.version)
            #expect(binary.text("log1").contains("--development is on"))
            let second = try binary.start(arguments, output: "out2", error: "log2")
            defer { if second.isRunning { second.terminate() } }
            _ = try await self.ready(binary, "log2")

            let inUse = try await binary.run(
                "serve", "--listen", address, "--public-url", "http://localhost:8080", "--log-format", "json")
            #expect(inUse.status == 1 && inUse.error.contains("another program listens there") && inUse.error.contains("remedy:"))

            let client = OutgoingClient(development: true, seconds: 60)
            #expect(try await client.fetch("http://\(address)/readyz?secret=hunter2", limit: 100) == Array("ready\n".utf8))
            for process in [first, second] {
                process.terminate()
                #expect(await process.wait() == .exit(0))
            }
            let lines = binary.text("log1").split(separator: "\n")
            #expect(lines.allSatisfy { (try? JSONSerialization.jsonObject(with: Data($0.utf8))) is [String: Any] })
            #expect(lines.contains { $0.contains("\"path\":\"/readyz\"") } && !binary.text("log1").contains("hunter2"))
            #expect(lines.last?.contains("countersign has stopped") == true)
            #expect(binary.text("out1").isEmpty)
        }
    }

    private func ready(_ binary: Binary, _ log: String) async throws -> [String: Any] {
        for _ in 0..<2000 {
            for line in binary.text(log).split(separator: "\n") where line.contains("countersign is ready") {
                if let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] { return object }
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("not ready: \(binary.text(log))")
        return [:]
    }
}
