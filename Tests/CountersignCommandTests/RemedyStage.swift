import Foundation
import Gateway
import TestSupport
import Testing
import WireFormats

@testable import CountersignCommand

/// A database with everything that an act can be about, and a provider on this machine.
struct RemedyStage {
    /// One value, and where it stands; a list has its path several times.
    struct Value: Hashable {
        let path: String
        let text: String
    }

    let admin: LifeCycleTests.Admin
    let blanks: [Remedy.Blank: String]
    private let names: [String: String]
    private var client: String { names["client"] ?? "" }

    func place(_ provider: String) -> Place { Place(pool: admin.pool, client: client, provider: provider, user: "corp_ada") }

    func filled(_ text: String) -> String { names.reduce(text) { $0.replacing("{\($1.key)}", with: $1.value) } }
    func filled(_ words: [String]) -> [String] { words.map { filled($0) } }

    static func with(_ body: (RemedyStage) async throws -> Void) async throws {
        try await LocalServer.with(
            { origin in
                let discovery: JSONObject = [
                    "issuer": .string(origin), "authorization_endpoint": .string(origin + "/authorize"), "token_endpoint": .string(origin + "/token"),
                    "jwks_uri": .string(origin + "/keys"),
                ]
                return ["/metadata": Self.provider.metadata(), "/.well-known/openid-configuration": discovery.encoded()]
            }, clients: [LocalServer.basic("us", "hunter2")]
        ) { origin in
            try await LifeCycleTests().with { made in
                let binary = Binary(folder: made.folder, environment: made.binary.environment.merging(["COUNTERSIGN_DEVELOPMENT": "1"]) { $1 })
                let admin = LifeCycleTests.Admin(binary: binary, folder: made.folder, pool: made.pool)
                try await body(try await RemedyStage(admin, origin))
            }
        }
    }

    private static let provider: FakeIdentityProvider = {
        var provider = FakeIdentityProvider()
        provider.resolutionLocation = "https://idp.example/saml/artifact"
        return provider
    }()

    private init(_ admin: LifeCycleTests.Admin, _ origin: String) async throws {
        for (text, name) in [("hunter2\n", "secret.txt"), (TestCertificate.first.key, "key.pem")] { try admin.folder.write(text, to: name) }
        var other = Self.provider
        other.entityID += "/other"
        try admin.folder.write(other.metadata(), to: "other.xml")
        let (saml, oidc) = (["idp", "create", "saml", "corp"], ["idp", "create", "oidc"])
        for words in [
            ["pool", "add-attribute", admin.pool, "level", "--type", "number"], ["pool", "add-resource", admin.pool, "https://added.example.com/x"],
            saml + ["--metadata-url", origin + "/metadata", "--map", "email=mail", "--map", "groups=memberOf", "--map", "name=cn"]
                + ["--require", "email", "--require", "name", "--domain", "corp.example", "--pool", admin.pool],
            oidc + ["op", "--preset", "microsoft", "--tenant", "organizations", "--allowed-tenant", "72f988bf-86f1-41af-91ab-2d7cd011db47"]
                + ["--client-id", "us", "--client-secret-file", "secret.txt", "--prompt", "login", "--pool", admin.pool],
            oidc + [
                "found", "--issuer", origin, "--client-id", "us", "--client-secret-file", "secret.txt", "--scope", "openid", "--scope", "email",
                "--pool", admin.pool,
            ],
        ] {
            var result = try await admin.binary.run(words)
            // Our own server answers late while all suites run at once.
            for _ in 1...3 where result.error.contains("fetch.unreachable") { result = try await admin.binary.run(words) }
            #expect(result.status == 0, "\(words): \(result.error)")
        }
        let client = try await admin.run(
            "client", "create", "app", "--confidential", "--redirect-uri", "https://app.example.com/cb", "--redirect-uri", "http://localhost:3000/cb",
            "--logout-uri", "https://app.example.com/bye", "--initiate-login-uri", "https://app.example.com/login", "--idp", "corp", "--scope",
            "openid", "--scope", "email", "--web-origin",
            "https://app.example.com"
        ).object["client_id"]
        try await LifeCycleTests().signIn(admin, subjects: ["ada"])
        self.admin = admin
        names = [
            "pool": admin.pool, "origin": origin, "client": try #require(client as? String),
        ]
        blanks = [
            .pool: admin.pool, .provider: "new", .uri: "https://added.example.com/x", .origin: "https://added.example.com", .scope: "added",
            .attribute: "added", .rule: "nickname=nick", .domain: "added.example", .file: "idp.xml", .date: "2099-12-31",
            .tenant: "11111111-2222-3333-4444-555555555555", .issuer: origin, .entity: FakeIdentityProvider().entityID, .url: origin + "/metadata",
        ]
    }

    /// Everything that commands show of the pool, but for times.
    func state() async throws -> Set<Value> {
        async let pools = admin.binary.run("pool", "list", "--output", "json").document
        async let clients = admin.run("client", "list").document
        async let users = admin.run("user", "list").document
        async let keys = admin.run("key", "list").document
        async let providers = admin.run("idp", "list").document
        async let audit = admin.run("audit", "list").document
        var values: Set<Value> = []
        for (path, document) in [
            ("/pools", try await pools), ("/clients", try await clients), ("/users", try await users), ("/keys", try await keys),
            ("/idp", try await providers), ("/audit", try await audit),
        ] as [(String, Any?)] {
            gather(try #require(document, "\(path)"), at: path, into: &values)
        }
        return values
    }

    private static let times: Set<String> = ["created_at", "updated_at", "may_sign_from", "retired_at", "published_until"]

    private func gather(_ document: Any, at path: String, into values: inout Set<Value>) {
        switch document {
        case let object as [String: Any]:
            for (name, value) in object where !Self.times.contains(name) { gather(value, at: path + "/" + name, into: &values) }
        case let list as [[String: Any]]:
            for entry in list {
                let name = ["kid", "username", "name", "client_id"].lazy.compactMap { entry[$0] as? String }.first
                gather(entry, at: name.map { path + "/" + $0 } ?? path, into: &values)
            }
        case let list as [Any]: for entry in list { gather(entry, at: path, into: &values) }
        // A list as OAuth writes it.
        case let text as String where path.hasSuffix("/scope"):
            for word in text.split(separator: " ") { values.insert(Value(path: path, text: String(word))) }
        default: values.insert(Value(path: path, text: "\(document)"))
        }
    }
}
