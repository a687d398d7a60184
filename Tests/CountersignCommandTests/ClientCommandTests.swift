import Foundation
import Testing

@testable import CountersignCommand

@Suite("CONTRACT, command line: what an app client is given")
struct ClientCommandTests {
    @Test("RFC 9700 §2.1.1: PKCE is required of public clients, and optional for confidential ones unless the admin demands it")
    func pkce() async throws {
        try await LifeCycleTests().with { admin in
            func create(_ words: String...) async throws -> Binary.Result {
                try await admin.binary.run(
                    ["client", "create", "x", "--redirect-uri", "https://x.example/cb", "--pool", admin.pool, "--output", "json"] + words)
            }
            #expect(try await create().object["pkce"] as? String == "required")
            #expect(try await create("--pkce", "optional").failure["error"] as? String == "admin.invalid")
            #expect(try await create("--confidential").object["pkce"] as? String == "optional")
            let strict = try await create("--confidential", "--pkce", "required")
            #expect(strict.object["pkce"] as? String == "required")
            let id = try #require(strict.object["client_id"] as? String)
            #expect(try await admin.run("client", "update", id, "--pkce", "optional").object["pkce"] as? String == "optional")
            let table = try await admin.binary.run("client", "list", "--pool", admin.pool)
            #expect(table.output.contains("PKCE"))
        }
    }

    @Test("two secrets are live at once after a rotation, and a public client has none to rotate")
    func secrets() async throws {
        try await LifeCycleTests().with { admin in
            let made = try await admin.run("client", "create", "x", "--redirect-uri", "https://x.example/cb", "--confidential").object
            let id = try #require(made["client_id"] as? String)
            let rotated = try await admin.run("client", "rotate-secret", id, "--old-valid-for", "1h").object
            #expect(rotated["client_secret"] is String && rotated["client_secret"] as? String != made["client_secret"] as? String)
            let shown = try await admin.binary.run("client", "show", id, "--pool", admin.pool)
            #expect(shown.output.contains("good until") && shown.output.components(separatedBy: "made 20").count == 3)
            #expect(try await admin.code("client", "rotate-secret", id, "--old-valid-for", "400d", "--yes") == "admin.invalid")
            let open = try await admin.run("client", "create", "y", "--redirect-uri", "https://y.example/cb").object
            #expect(try await admin.code("client", "rotate-secret", try #require(open["client_id"] as? String)) == "admin.invalid")
        }
    }

    @Test("a third secret ends the oldest that is still good: confirmed first, and it is said which; JSON has when each was made and ends")
    func earlyEnd() async throws {
        try await LifeCycleTests().with { admin in
            let made = try await admin.run("client", "create", "x", "--redirect-uri", "https://x.example/cb", "--confidential").object
            let id = try #require(made["client_id"] as? String)
            let first = try await admin.run("client", "rotate-secret", id, "--old-valid-for", "5h")
            #expect(first.error.contains("note: the old secret stays: made 20") && !first.error.contains("has ended"))
            #expect(try await admin.code("client", "rotate-secret", id) == "admin.not_confirmed")
            let shown = try await admin.run("client", "show", id)
            let secrets = try #require(shown.object["secrets"] as? [[String: Any]])
            #expect(secrets.count == 2 && secrets.allSatisfy { $0["created_at"] is String } && !shown.output.contains("hash"))
            let end = try #require(secrets.first?["expires_at"] as? String)
            #expect(secrets.last?["expires_at"] is NSNull)
            let second = try await admin.run("client", "rotate-secret", id, "--yes")
            #expect(second.status == 0 && second.error.contains("good until \(end), has ended"), "\(second.error)")
        }
    }

    @Test("where the newest secret was lost, another one takes its place, confirmed first, and the one that the app has stays good")
    func replaceNewest() async throws {
        try await LifeCycleTests().with { admin in
            let made = try await admin.run("client", "create", "x", "--redirect-uri", "https://x.example/cb", "--confidential").object
            let id = try #require(made["client_id"] as? String)
            #expect(try await admin.code("client", "rotate-secret", id, "--replace-newest", "--yes") == "admin.invalid")
            #expect(try await admin.run("client", "rotate-secret", id, "--old-valid-for", "5h").status == 0)
            func ends() async throws -> [String?] {
                let secrets = try #require(try await admin.run("client", "show", id).object["secrets"] as? [[String: Any]])
                return secrets.map { $0["expires_at"] as? String }
            }
            let before = try await ends()
            #expect(try await admin.code("client", "rotate-secret", id, "--replace-newest") == "admin.not_confirmed")
            let replaced = try await admin.run("client", "rotate-secret", id, "--replace-newest", "--yes")
            #expect(replaced.object["client_secret"] is String && replaced.error.contains("note: the old secret stays: made 20"))
            #expect(replaced.error.contains("has ended"), "\(replaced.error)")
            let after = try await ends()
            #expect(after.count == 2 && after.last == .some(nil) && after.first != before.first, "\(after)")
        }
    }

    @Test("a span of time has a unit: a bare number is refused with an example; lifetimes are seconds, or have a unit, too")
    func spans() async throws {
        try await LifeCycleTests().with { admin in
            let words = ["client", "rotate-secret", "x", "--pool", admin.pool, "--old-valid-for"]
            for span in ["5", "", "h", "-1h", "5 h", "99999999999999999d"] {
                let refused = try await admin.binary.run(words + [span])
                #expect(refused.status == 64 && refused.error.contains("24h"), "\(span): \(refused.error)")
            }
            #expect(try await admin.binary.run("client", "rotate-secret", "--help").output.contains("default: 24h"))
            let made = try await admin.run(
                "client", "create", "x", "--redirect-uri", "https://x.example/cb", "--access-token-lifetime", "30m", "--id-token-lifetime", "600",
                "--code-lifetime", "1m"
            ).object
            #expect(made["access_token_lifetime"] as? Int == 1_800 && made["id_token_lifetime"] as? Int == 600)
            #expect(made["code_lifetime"] as? Int == 60)
        }
    }

    @Test("what a change brought about and may not have been meant is said: a scope nobody knows, no grant to sign in by, an offer of everything")
    func notes() async throws {
        try await LifeCycleTests().with { admin in
            #expect(try await admin.run("idp", "create", "saml", "corp", "--metadata-file", "idp.xml").status == 0)
            let words = ["client", "create", "x", "--redirect-uri", "https://x.example/cb", "--scope", "openid"]
            let made = try await admin.binary.run(words + ["--scope", "nope", "--pool", admin.pool, "--output", "json"])
            #expect(made.error.contains("note: the scope 'nope' is neither") && !made.error.contains("'openid'"), "\(made.error)")
            let id = try #require(made.object["client_id"] as? String)
            #expect(try await admin.run("client", "update", id, "--name", "y").error.isEmpty)
            for last in [["--remove-scope", "openid", "--remove-scope", "nope"], ["--scope", ""], ["--grant", ""]] {
                let refused = try await admin.binary.run(["client", "update", id] + last + ["--pool", admin.pool, "--output", "json"])
                #expect(refused.failure["error"] as? String == "admin.invalid", "\(last)")
            }
            let grants = try await admin.run("client", "update", id, "--remove-grant", "authorization_code")
            #expect(grants.status == 0 && grants.error.contains("nobody can sign in by this client"), "\(grants.error)")
            let offer = try await admin.run("client", "update", id, "--add-idp", "corp")
            #expect(offer.error.contains("offers every provider") && offer.error.contains("client update \(id) --pool \(admin.pool) --idp corp"))
            #expect(try await admin.run("client", "update", id, "--idp", "corp").error.isEmpty)
            let asked = try await admin.run("idp", "delete", "corp")
            #expect(asked.failure["error"] as? String == "admin.not_confirmed" && (asked.failure["message"] as? String)?.contains(id) == true)
            #expect(try await admin.run("idp", "delete", "corp", "--yes").error.contains("'y' (\(id))"))
        }
    }

    @Test("a program that acts for itself has no redirect URI; with a key it has no secret; and who may use an app is said")
    func programs() async throws {
        try await LifeCycleTests().with { admin in
            let missing = try await admin.binary.run("client", "create", "x", "--pool", admin.pool)
            #expect(missing.status == 64 && missing.error.contains("--redirect-uri"))
            let job = try await admin.run("client", "create", "job", "--confidential", "--grant", "client_credentials", "--scope", "jobs.run")
            #expect(job.object["redirect_uris"] as? [String] == [] && job.object["client_secret"] is String, "\(job.error)")
            #expect(!job.error.contains("PKCE") && !job.error.contains("nobody can sign in"), "\(job.error)")
            #expect(try await admin.code("client", "create", "job", "--grant", "client_credentials") == "admin.invalid")
            let id = try #require(job.object["client_id"] as? String)
            let settings = try await admin.binary.run("client", "show", id, "--pool", admin.pool, "--format", "env")
            #expect(settings.output.contains("OIDC_SCOPE=jobs.run\n") && !settings.output.contains("CODE_CHALLENGE"), "\(settings.output)")

            let keys = #"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"k-1","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#
            _ = try admin.folder.write(Array(keys.utf8), to: "jwks.json")
            let keyed = try await admin.run("client", "update", id, "--jwks-file", "jwks.json").object
            #expect(keyed["token_endpoint_auth_method"] as? String == "private_key_jwt" && (keyed["secrets"] as? [Any])?.isEmpty == true)
            #expect(((keyed["jwks"] as? [String: Any])?["keys"] as? [Any])?.count == 1 && keyed["jwks_uri"] is NSNull)
            let shown = try await admin.binary.run("client", "show", id, "--pool", admin.pool)
            #expect(shown.output.contains("confidential (private_key_jwt)") && shown.output.contains("k-1"), "\(shown.output)")
            let moved = try await admin.run("client", "update", id, "--jwks-url", "https://job.example/jwks.json").object
            #expect(moved["jwks_uri"] as? String == "https://job.example/jwks.json" && moved["jwks"] is NSNull)
            #expect(try await admin.code("client", "update", id, "--auth-method", "client_secret_basic") == "admin.invalid")
            #expect(try await admin.code("client", "rotate-secret", id) == "admin.invalid")
            let both = try await admin.binary.run(
                "client", "update", id, "--pool", admin.pool, "--jwks-url", "https://job.example/", "--jwks-file", "jwks.json")
            #expect(both.status == 64)

            #expect(try await admin.binary.run("pool", "add-resource", admin.pool, "https://orders.example").status == 0)
            let api = try await admin.run("client", "update", id, "--serves", "https://orders.example", "--require-group", "staff").object
            #expect(api["serves"] as? [String] == ["https://orders.example"] && api["required_groups"] as? [String] == ["staff"])
            let lost = try await admin.run("client", "update", id, "--remove-require-group", "staff", "--add-require-group", "managers")
            #expect(lost.error.contains("removed the required group staff") && lost.object["required_groups"] as? [String] == ["managers"])
        }
    }

    @Test("ready-made settings ask for groups, which every client may")
    func groups() async throws {
        try await LifeCycleTests().with { admin in
            let made = try await admin.run("client", "create", "x", "--redirect-uri", "https://x.example/cb", "--scope", "openid").object
            let id = try #require(made["client_id"] as? String)
            let settings = try await admin.binary.run("client", "show", id, "--pool", admin.pool, "--format", "env")
            #expect(settings.output.contains("OIDC_SCOPE='openid groups'\n"), "\(settings.output)")
        }
    }

    @Test("web origins are those of the redirect URIs until others are given; resources are those of the pool")
    func originsAndResources() async throws {
        try await LifeCycleTests().with { admin in
            let made = try await admin.run("client", "create", "x", "--redirect-uri", "https://x.example/cb").object
            let id = try #require(made["client_id"] as? String)
            #expect(made["web_origins"] as? [String] == ["https://x.example"])
            let more = try await admin.run("client", "update", id, "--add-web-origin", "https://swagger.example:8443").object
            #expect(more["web_origins"] as? [String] == ["https://x.example", "https://swagger.example:8443"])
            let own = try await admin.run("client", "update", id, "--default-web-origins").object
            #expect(own["web_origins"] as? [String] == ["https://x.example"])
            let both = try await admin.run("client", "update", id, "--default-web-origins", "--web-origin", "https://x.example")
            #expect(both.status == 64)
            for origin in ["https://x.example/", "https://X.example", "x.example", "*", "null", "https://x.example:443"] {
                #expect(try await admin.code("client", "update", id, "--add-web-origin", origin) == "admin.invalid", "\(origin)")
            }
            #expect(try await admin.code("client", "update", id, "--add-resource", "https://orders.example") == "admin.invalid")
            let pool = try await admin.binary.run(
                "pool", "add-resource", admin.pool, "https://orders.example", "--scope", "orders.read", "--output", "json")
            #expect((pool.object["resources"] as? [[String: Any]])?.first?["scopes"] as? [String] == ["orders.read"])
            #expect(
                try await admin.run("client", "update", id, "--add-resource", "https://orders.example").object["resources"] as? [String]
                    == ["https://orders.example"])
            let refused = try await admin.binary.run("pool", "remove-resource", admin.pool, "https://orders.example", "--output", "json")
            #expect(refused.status == 1 && refused.failure["error"] as? String == "admin.invalid")
            #expect(try await admin.run("client", "update", id, "--remove-resource", "https://orders.example").status == 0)
            #expect(try await admin.binary.run("pool", "remove-resource", admin.pool, "https://orders.example").status == 0)
        }
    }

    @Test("all problems of an input at once: a line each with its option and example, a list in JSON")
    func allProblems() async throws {
        try await LifeCycleTests().with { admin in
            let words = ["client", "create", "x", "--redirect-uri", "http://x.example/cb", "--scope", "a b", "--pool", admin.pool]
            let shown = try await admin.binary.run(words)
            #expect(shown.status == 1 && shown.error.components(separatedBy: "error: admin.invalid: --").count == 3)
            #expect(shown.error.contains("--redirect-uri https://app.example.com/callback") && shown.error.contains("--scope openid"))
            let problems = try await admin.binary.run(words + ["--output", "json"]).failure["problems"] as? [[String: Any]]
            #expect(problems?.compactMap { $0["error"] as? String } == ["admin.invalid", "admin.invalid"])
        }
    }

    @Test("ready-made settings, as environment variables and as JSON, without a secret")
    func settings() async throws {
        try await LifeCycleTests().with { admin in
            let made = try await admin.run("client", "create", "x", "--redirect-uri", "https://x.example/cb", "--confidential").object
            let id = try #require(made["client_id"] as? String)
            let variables = try await admin.binary.run("client", "show", id, "--pool", admin.pool, "--format", "env")
            #expect(
                variables.output.contains("OIDC_ISSUER=https://id.example.com/\(admin.pool)\n") && variables.output.contains("OIDC_CLIENT_ID=\(id)\n")
            )
            #expect(!variables.output.contains(try #require(made["client_secret"] as? String)))
            let json = try await admin.binary.run("client", "show", id, "--pool", admin.pool, "--format", "json")
            #expect(json.object["client_id"] as? String == id && json.object["redirect_uri"] as? String == "https://x.example/cb")
            #expect(json.object["redirect_uris"] == nil)
            #expect(try await admin.run("client", "update", id, "--add-redirect-uri", "https://x.example/b?c=d").status == 0)
            let both = try await admin.binary.run("client", "show", id, "--pool", admin.pool, "--format", "env")
            #expect(
                both.output.contains("OIDC_REDIRECT_URI=https://x.example/cb\nOIDC_REDIRECT_URIS='https://x.example/cb https://x.example/b?c=d'\n"))
            let table = try await admin.binary.run("client", "show", id, "--pool", admin.pool)
            #expect(table.output.hasPrefix("client_id ") && table.output.contains("openid email profile phone groups\n"))
        }
    }
}
