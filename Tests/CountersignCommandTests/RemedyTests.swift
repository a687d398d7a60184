import Foundation
import Gateway
import TestSupport
import Testing
import UserPools

@testable import CountersignCommand

/// "A remedy is safe to follow word for word": each act is executed as it is rendered, and takes nothing away.
@Suite("Remedies", .serialized)
struct RemedyTests {
    /// Every act; those of one kind by one example.
    private static let all: [Remedy] = [
        .listPools, .listClients, .listProviders, .listUsers, .listKeys, .listAudit, .showPool, .showClient, .showProvider, .showUser,
        .inspectMessage,
        .createPool, .declareAttribute(nil), .addResource, .dropDeletionProtection, .addRedirectURI, .addLogoutURI, .addWebOrigin, .addScope,
        .addClientResource, .allowGrant("refresh_token"), .offerProvider, .enableClient, .makePKCEOptional, .rotateSecret, .registerSAMLProvider,
        .enableProvider, .refreshProvider, .replaceMetadata, .chooseEntity, .mapAttribute(nil), .mapAttribute("email"), .unmapAttribute("groups"),
        .stopRequiring("email"), .addDomain, .setGroupOverage(.refuse), .setGroupOverage(.ignore), .allowIDPInitiated, .allowSHA1,
        .allowMissingAuthnStatement, .allowAnySignatureOrder, .enableUser, .rotateKey(algorithm: nil, atOnce: false),
    ]
    /// Those that are for an OpenID Connect provider.
    private static let openID: [Remedy] = [
        .registerOIDCProvider, .setGroupOverage(.fetch), .replaceClientSecret, .replaceClientKey, .requestScope(nil), .requestScope("openid"),
        .allowTenant, .endPrompt,
    ]
    private static let others: [Remedy] = [
        .unlinkIdentity(provider: "corp", subject: "ada"), .rotateKey(algorithm: "ES256", atOnce: true), .unmapAttribute(nil), .stopRequiring(nil),
        .withdrawKey,
    ]

    /// What a remedy takes away, it names.
    private static func takesAway(_ remedy: Remedy) -> Bool {
        switch remedy {
        case .unmapAttribute, .stopRequiring, .unlinkIdentity, .withdrawKey: true
        default: false
        }
    }

    @Test("each is a command that the command line takes; executed against a database it changes what it names, and nothing is lost")
    func executed() async throws {
        try await LifeCycleTests().with { admin in
            try await prepare(admin)
            let client = try #require((try await admin.run("client", "list").document as? [[String: Any]])?.first?["client_id"] as? String)
            let key = try #require((try await admin.run("key", "list").document as? [[String: Any]])?.first?["kid"] as? String)
            var blanks: [Remedy.Blank: String] = [
                .pool: admin.pool, .client: client, .provider: "new", .user: "corp_ada", .uri: "https://added.example.com/x",
                .origin: "https://added.example.com", .scope: "added", .attribute: "added", .rule: "nickname=nick", .domain: "added.example",
                .file: "idp.xml", .date: "2099-12-31", .tenant: "11111111-2222-3333-4444-555555555555", .issuer: "https://op.example.com",
                .entity: FakeIdentityProvider().entityID, .key: key,
            ]
            for (remedies, provider) in [(Self.all, "corp"), (Self.openID, "op"), (Self.others, "corp")] {
                if provider == "op" { blanks[.file] = "secret.txt" }
                var before = try await snapshot(admin, client, provider)
                for remedy in remedies {
                    let place = Place(pool: admin.pool, client: client, provider: provider, user: "corp_ada")
                    let words = try #require(remedy.words(at: place)).map { word in
                        switch word {
                        case .plain(let text): text
                        case .blank(let blank): blanks[blank] ?? blank.rawValue
                        }
                    }
                    let result = try await admin.binary.run(words)
                    #expect(result.status == 0 || (Self.mayRefuse.contains(remedy) && result.status == 1), "\(words): \(result.error)")
                    let after = try await snapshot(admin, client, provider)
                    if !Self.takesAway(remedy) { #expect(lost(before, after) == [], "\(words)") }
                    before = after
                }
            }
        }
    }

    /// Where the provider was registered from a file, has that entity already, is on another machine, or has no use for a key: refused, and
    /// nothing changed.
    private static let mayRefuse: [Remedy] = [
        .refreshProvider, .registerSAMLProvider, .registerOIDCProvider, .replaceClientKey, .unmapAttribute(nil), .stopRequiring(nil),
        .rotateKey(algorithm: "ES256", atOnce: true),
    ]

    @Test("docs/errors.md: each command of a remedy is the rendering of an act, and no command is written by hand")
    func page() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(contentsOf: folder.appendingPathComponent("docs/errors.md"), encoding: .utf8)
        let known = Set((Self.all + Self.openID + Self.others).map { $0.command(at: Place()) })
        // Those that change nothing and need no database.
        let tools = ["countersign saml validate", "countersign token verify"]
        for line in page.split(separator: "\n") where line.hasPrefix("| `") {
            let remedy = line.split(separator: "|").last.map(String.init) ?? ""
            for match in remedy.matches(of: #/`([^`]+)`/#) {
                let text = String(match.output.1)
                let noun = text.split(separator: " ").first.map(String.init) ?? ""
                #expect(
                    !["pool", "client", "idp", "user", "key", "audit"].contains(noun) || !text.contains(" "),
                    "'\(text)' lacks the name of the program")
                guard noun == "countersign", !tools.contains(where: text.hasPrefix) else { continue }
                #expect(known.contains(text), "'\(text)' is no act")
            }
        }
    }

    @Test("words of a shell: what came from outside is quoted, and leaves a command of one line")
    func quoted() {
        #expect(
            Remedy.unlinkIdentity(provider: "corp", subject: "a'; rm -rf /\n").command(at: Place(pool: "p", user: "u"))
                == #"countersign user unlink u --pool p --provider corp --subject 'a'\''; rm -rf /\u{a}'"#)
        #expect(Remedy.addRedirectURI.command(at: Place()) == "countersign client update CLIENT_ID --pool POOL --add-redirect-uri URI")
        #expect(Remedy.endPrompt.command(at: Place(pool: "p", provider: "op")) == "countersign idp update op --pool p --prompt ''")
    }

    private func prepare(_ admin: LifeCycleTests.Admin) async throws {
        #expect(try await admin.binary.run("pool", "add-attribute", admin.pool, "level", "--type", "number").status == 0)
        #expect(
            try await admin.run(
                "idp", "create", "saml", "corp", "--metadata-file", "idp.xml", "--map", "email=mail", "--map", "groups=memberOf", "--require",
                "email",
                "--domain", "corp.example"
            ).status == 0)
        #expect(
            try await admin.run(
                "client", "create", "app", "--confidential", "--redirect-uri", "https://app.example.com/cb", "--redirect-uri",
                "http://localhost:3000/cb", "--logout-uri", "https://app.example.com/bye", "--idp", "corp"
            ).status == 0)
        try admin.folder.write("hunter2\n", to: "secret.txt")
        #expect(
            try await admin.run(
                "idp", "create", "oidc", "op", "--preset", "microsoft", "--tenant", "organizations", "--allowed-tenant",
                "72f988bf-86f1-41af-91ab-2d7cd011db47", "--client-id", "us", "--client-secret-file", "secret.txt", "--prompt", "login"
            ).status == 0)
        // What others add to is there.
        #expect(try await admin.binary.run("pool", "add-resource", admin.pool, "https://added.example.com/x").status == 0)
        try await LifeCycleTests().signIn(admin, subjects: ["ada"])
    }

    private func snapshot(_ admin: LifeCycleTests.Admin, _ client: String, _ provider: String) async throws -> [String: Any] {
        [
            "pool": try await admin.binary.run("pool", "show", admin.pool, "--output", "json").object,
            "idp": try await admin.run("idp", "show", provider).object, "client": try await admin.run("client", "show", client).object,
            "users": try await admin.run("user", "list").document ?? [],
        ]
    }

    /// What was in a document and is not in another: members, and entries of lists.
    private func lost(_ before: Any, _ after: Any, at path: String = "") -> [String] {
        switch (before, after) {
        case (let before as [String: Any], let after as [String: Any]):
            return before.flatMap { key, value in after[key].map { lost(value, $0, at: path + "/" + key) } ?? [path + "/" + key] }
        case (let before as [String], let after as [String]): return before.filter { !after.contains($0) }.map { path + "/" + $0 }
        case (let before as [Any], let after as [Any]): return after.count < before.count ? [path] : []
        default: return []
        }
    }
}
