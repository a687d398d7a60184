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
            #expect(try await admin.code("client", "rotate-secret", id, "--old-valid-for", "400d") == "admin.invalid")
            let open = try await admin.run("client", "create", "y", "--redirect-uri", "https://y.example/cb").object
            #expect(try await admin.code("client", "rotate-secret", try #require(open["client_id"] as? String)) == "admin.invalid")
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
        }
    }
}
