import Administration
import Foundation
import HTTPTypes
import OpenIDConnect
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@testable import Gateway

@Suite("draft-ietf-oauth-client-id-metadata-document: apps whose client_id is the address of their metadata")
struct ClientDocumentTests {
    static let url = "https://mcp-client.example/oauth/client.json"
    static let callback = "http://127.0.0.1/callback"

    static func document(_ id: String = url, _ more: JSONObject = [:]) -> [UInt8] {
        var document: JSONObject = ["client_id": .string(id)]
        for member in more.members { document.append(member.name, member.value) }
        document.append("client_name", "MCP client")
        document.append("redirect_uris", [.string(callback), "https://mcp-client.example/cb"])
        document.append("grant_types", ["authorization_code", "refresh_token"])
        document.append("token_endpoint_auth_method", "none")
        return document.encoded()
    }

    static func run(
        hosts: ListChange? = nil, _ configure: @escaping @Sendable (inout RegistrationChanges) -> Void = { _ in },
        _ body: @escaping @Sendable (TestServer) async throws -> Void
    ) async throws {
        try await TestServer.run { server in
            try await change(server) {
                $0.byDocument = true
                $0.documentHosts = hosts
                configure(&$0)
            }
            server.fixture.clock.publish(document(), at: url)
            try await body(server)
        }
    }

    private static func change(_ server: TestServer, _ configure: (inout RegistrationChanges) -> Void) async throws {
        var changes = RegistrationChanges()
        configure(&changes)
        _ = try await server.fixture.administration.perform(UpdatePool(server.fixture.pool.id.text, registration: changes))
        server.fixture.clock.advanceUptime(by: .seconds(2))
    }

    static let app = TestApp(clientID: url, secret: nil, redirectURI: callback)

    private static func clients(_ server: TestServer) async throws -> [AppClient] {
        try await server.fixture.stores.clients.list(in: server.fixture.pool.id).filter { $0.metadata.registration?.way == .document }
    }

    @Test(
        "§3, §4: whoever comes with an address signs people in: its document is fetched, the redirect URIs are its own, and tokens name the address")
    func signIn() async throws {
        try await Self.run { server in
            let service = "https://mcp.example.com/mcp"
            try await server.addResource(service, scopes: ["files.read"], ofClient: false)
            try await Self.change(server) { $0.resources = [service] }
            let discovery = try await server.get(server.fixture.issuer + "/.well-known/openid-configuration").json
            #expect(discovery["client_id_metadata_document_supported"] == true && discovery["registration_endpoint"] == nil)

            let app = TestApp(clientID: Self.url, secret: nil, redirectURI: "http://127.0.0.1:49152/callback")
            let browser = Browser(server)
            let request = try await browser.begin(app, ["resource": service, "scope": "openid files.read"])
            let back = try await browser.allow(try await browser.answer(request))
            #expect(back.location?.hasPrefix(app.redirectURI + "?") == true)
            let tokens = try await app.redeem(try #require(back.parameter("code"), "\(back.location ?? back.body)"), at: server)
            #expect(tokens.status == 200, "\(tokens.body)")
            let access = try await server.verifier(audience: service).verify(accessToken: try #require(tokens.json["access_token"]?.string))
            #expect(access.claims["client_id"]?.string == Self.url && access.claims["scope"] == "openid files.read")
            let id = try await server.verifier(audience: Self.url).verify(idToken: try #require(tokens.json["id_token"]?.string), nonce: app.nonce)
            #expect(id.subject == access.subject)
            let refreshed = try await app.refresh(try #require(tokens.json["refresh_token"]?.string), at: server)
            #expect(refreshed.status == 200, "\(refreshed.body)")

            let client = try #require(try await Self.clients(server).first)
            #expect(client.id.text == Self.url && client.name == "MCP client" && !client.isConfidential && client.pkce == .required)
            #expect(server.fixture.clock.fetched == [Self.url])
            let events = try await server.fixture.stores.audit.list(
                in: server.fixture.pool.id, target: AuditEvent.Target(.client, Self.url), limit: 10)
            #expect(events.map(\.action) == [.clientRegister])
        }
    }

    @Test("off unless the pool says otherwise, and of its hosts alone: nobody is asked for anything")
    func off() async throws {
        try await TestServer.run { server in
            server.fixture.clock.publish(Self.document(), at: Self.url)
            try await server.expectRefusal("oauth.invalid_client") { try await server.get(Self.app.authorizeURL(server)) }
            #expect(server.fixture.clock.fetched.isEmpty)
        }
        try await Self.run(hosts: ["other.example"]) { server in
            try await server.expectRefusal("oauth.invalid_client") { try await server.get(Self.app.authorizeURL(server)) }
            #expect(server.fixture.clock.fetched.isEmpty)
        }
    }

    @Test("case 186: turned off again, it is off for who came before: no code, no refresh")
    func turnedOff() async throws {
        try await Self.run { server in
            let browser = Browser(server)
            let code = try #require(try await browser.allow(try await browser.answer(try await browser.begin(Self.app))).parameter("code"))
            let refresh = try #require(try await Self.app.redeem(code, at: server).json["refresh_token"]?.string)
            let waiting = try await browser.begin(Self.app, ["prompt": "login"])
            try await Self.change(server) { $0.byDocument = false }
            try await server.expectError("invalid_client", status: 401) { try await Self.app.refresh(refresh, at: server) }
            try await server.expectRefusal("oauth.invalid_client") { try await server.get(Self.app.authorizeURL(server)) }
            #expect(try await browser.answer(waiting).parameter("code") == nil)
        }
    }

    private static let wrong: [(id: String, metadata: JSONObject)] = [
        ("https://mcp-client.example/other.json", [:]), ("https://MCP-client.example/oauth/client.json", [:]), (url + "#", [:]),
        (url, ["client_secret": "s"]), (url, ["client_secret_expires_at": 0]), (url, ["token_endpoint_auth_method": "client_secret_basic"]),
        (url, ["token_endpoint_auth_method": "client_secret_post"]), (url, ["token_endpoint_auth_method": "private_key_jwt"]),
        (url, ["redirect_uris": []]), (url, ["redirect_uris": ["http://evil.example/cb"]]), (url, ["client_uri": "app"]),
    ]
    private static let wrongTexts: [String] = [
        "", "[]", "<html></html>", "{\"client_id\":\"\(url)\",\"client_id\":\"\(url)\"}", String(repeating: " ", count: 6_000) + "{}",
    ]
    private static let wrongDocuments: [[UInt8]] = wrong.map { document($0.id, $0.metadata) } + wrongTexts.map { Array($0.utf8) }

    @Test("case 184: what a document may not be makes no client", arguments: wrongDocuments)
    func refused(_ document: [UInt8]) async throws {
        try await Self.run { server in
            server.fixture.clock.publish(document, at: Self.url)
            let answer = try await server.get(Self.app.authorizeURL(server))
            #expect(answer.status == 400 && answer.location == nil, "\(answer.status) \(answer.location ?? "")")
            #expect(try await Self.clients(server).isEmpty)
        }
    }

    @Test("a redirect URI that the document does not name ends at our page, and so does one of another client")
    func otherRedirectURI() async throws {
        try await Self.run { server in
            for uri in ["https://evil.example/cb", "https://mcp-client.example/cb?x=1", server.app.redirectURI] {
                try await server.expectRefusal("sign_in.redirect_uri") { try await server.get(Self.app.authorizeURL(server, ["redirect_uri": uri])) }
            }
        }
    }

    @Test("§3: an identifier is an https address with a path, and no other spelling of one")
    func identifiers() {
        for good in [Self.url, "https://a.example/", "https://a.example:8443/x?y=z", "https://[2001:db8::1]/c"] {
            #expect(AppClient.ID(good) != nil, "\(good)")
        }
        for bad in [
            "http://a.example/c", "https://a.example", "https://a.example?x", "https://u@a.example/c", "https://a.example/c#f",
            "https://a.example/../c",
            "https://a.example/%2E%2e/c", "https://a.example/./c", "HTTPS://a.example/c", "https:///c", "https://a.example/a b",
            "https://a.example/\u{E9}",
            "https://a.example/" + String(repeating: "c", count: 500), "javascript:alert(1)", "https://a.example\\@b.example/c",
        ] { #expect(AppClient.ID(bad) == nil, "\(bad)") }
    }

    @Test("kept for an hour, or as its server says; what it says then counts from then on; an admin's word stays until it says something else")
    func freshness() async throws {
        try await Self.run { server in
            let clock = server.fixture.clock
            @Sendable func begins(_ changes: [String: String?] = [:]) async throws -> Bool {
                try await server.get(Self.app.authorizeURL(server, changes)).status == 302
            }
            #expect(try await begins())
            clock.advanceUptime(by: .seconds(3_599))
            #expect(try await begins())
            #expect(clock.fetched.count == 1)
            let id = try #require(AppClient.ID(Self.url))
            var settings = ClientSettings()
            settings.scopes = ["openid"]
            _ = try await server.fixture.administration.perform(UpdateClient(id.text, pool: server.fixture.pool.id.text, settings: settings))
            clock.advanceUptime(by: .seconds(1))
            #expect(try await begins())
            #expect(clock.fetched.count == 2)
            #expect(try await Self.clients(server).first?.scopes == ["openid"])
            clock.publish(Self.document(Self.url, ["redirect_uris": ["https://mcp-client.example/new"]]), at: Self.url)
            clock.setFreshness(60)
            clock.advanceUptime(by: .seconds(3_600))
            try await server.expectRefusal("sign_in.redirect_uri") { try await server.get(Self.app.authorizeURL(server)) }
            #expect(try await begins(["redirect_uri": "https://mcp-client.example/new"]))
            #expect(clock.fetched.count == 3)
            // Never asked for more often than every five minutes.
            clock.advanceUptime(by: .seconds(299))
            #expect(try await begins(["redirect_uri": "https://mcp-client.example/new"]))
            #expect(clock.fetched.count == 3)
        }
    }

    @Test("a host that is away takes no app with it that was known; one that says there is no such document does")
    func away() async throws {
        try await Self.run { server in
            let clock = server.fixture.clock
            let browser = Browser(server)
            _ = try await browser.answer(try await browser.begin(Self.app))
            clock.publish(nil, at: Self.url)
            clock.advance(by: 3_600)
            for _ in 1...3 { #expect(try await Browser(server).get(Self.app.authorizeURL(server)).status == 302) }
            #expect(clock.fetched.count == 2)
            clock.advance(by: 31)
            clock.answerMissing()
            let gone = try await server.get(Self.app.authorizeURL(server))
            #expect(gone.status == 400 && gone.location == nil)
            // Nobody who never came before.
            let other = TestApp(clientID: "https://other.example/c", secret: nil, redirectURI: Self.callback)
            let unknown = try await server.get(other.authorizeURL(server))
            #expect(unknown.status == 400)
        }
        try await Self.run { server in
            server.fixture.clock.publish(nil, at: Self.url)
            let answer = try await server.get(Self.app.authorizeURL(server))
            #expect(answer.status == 503)
        }
    }

    @Test("case 185: a stranger does not make us fetch without limit: by address, by host, again and again, and 50 at once")
    func limits() async throws {
        try await Self.run { server in
            let (fixture, clock) = (server.fixture, server.fixture.clock)
            let keyRing = KeyRing(store: fixture.stores.keys, sealer: fixture.sealer, environment: clock.environment)
            let documents = ClientDocuments(stores: fixture.stores, keyRing: keyRing, environment: clock.environment)
            let pool = try await fixture.administration.pool(fixture.pool.id.text)
            @Sendable func error(_ url: String, from network: String) async -> OAuthError.Code? {
                guard let id = AppClient.ID(url) else { return .serverError }
                do throws(OAuthError) {
                    _ = try await documents.client(id, known: nil, in: pool, from: network)
                    return nil
                } catch { return error.error }
            }
            clock.answerMissing()
            for number in 1...20 { #expect(await error("https://h\(number).example/c", from: "192.0.2.1") == .invalidClientMetadata) }
            #expect(await error("https://h21.example/c", from: "192.0.2.1") == .temporarilyUnavailable)
            #expect(clock.fetched.count == 20)
            // What was not there a moment ago is not asked for again, by whomever.
            #expect(await error("https://h1.example/c", from: "192.0.2.2") == .invalidClientMetadata)
            #expect(clock.fetched.count == 20)
            for number in 1...60 { _ = await error("https://one.example/\(number)", from: "192.0.3.\(number)") }
            #expect(await error("https://one.example/61", from: "192.0.4.1") == .temporarilyUnavailable)
            #expect(clock.fetched.count == 80)
            let outcomes = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<50 { group.addTask { await error(Self.url, from: "192.0.5.1") == nil } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { $0 } == 50 && clock.fetched.count == 81)
            #expect(try await Self.clients(server).count == 1)
        }
    }

    @Test("case 185: strangers' clients are a bounded number, and gone within an hour; who registered with a token is not held up by them")
    func maximum() async throws {
        try await Self.run({
            $0.maximum = 1
            $0.byToken = true
        }) { server in
            let (fixture, other) = (server.fixture, TestApp(clientID: "https://other.example/c", secret: nil, redirectURI: Self.callback))
            fixture.clock.publish(Self.document(other.clientID), at: other.clientID)
            #expect(try await server.get(other.authorizeURL(server)).status == 302)
            let answer = try await server.get(Self.app.authorizeURL(server))
            #expect(answer.status == 503)
            let leave = try await fixture.administration.perform(CreateRegistrationToken(pool: fixture.pool.id.text, validFor: 3600, uses: 1))
            _ = try await ClientRegistrationTests.Registrar(server: server, token: leave.secret.revealText()).register()
            fixture.clock.advance(by: 3_600)
            await Housekeeping(stores: fixture.stores, environment: fixture.clock.environment, logger: server.log.logger).clean()
            #expect(try await Self.clients(server).isEmpty)
            #expect(try await server.get(Self.app.authorizeURL(server)).status == 302)
        }
    }

    @Test("the token endpoint and introspection fetch nothing: whoever is not known there is not known")
    func tokenEndpoint() async throws {
        try await Self.run { server in
            try await server.expectError("invalid_client", status: 401) { try await Self.app.redeem("code", at: server) }
            try await server.expectError("invalid_client", status: 401) { try await Self.app.introspect("token", at: server) }
            #expect(server.fixture.clock.fetched.isEmpty)
        }
    }

    @Test("RFC 9126, RFC 7523: it pushes requests, and proves itself by the key of its document, for us and no other")
    func pushedWithKey() async throws {
        try await Self.run { server in
            let signer = try ClientSigner(.ES256)
            let more: JSONObject = ["token_endpoint_auth_method": "private_key_jwt", "jwks": try JSONParser.parse(Array(signer.keySet.utf8))]
            server.fixture.clock.publish(Self.document(Self.url, more), at: Self.url)
            func proof(for audience: String) throws -> [(name: String, value: String)] {
                [
                    ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                    ("client_assertion", try signer.assertion(of: Self.url, for: audience, at: server.fixture.clock.now)),
                ]
            }
            let push = server.fixture.issuer + "/oauth2/par"
            #expect(try await server.post(push, Self.app.parameters() + proof(for: "https://other.example")).status == 401)
            let pushed = try await server.post(push, Self.app.parameters() + proof(for: server.fixture.issuer))
            let uri = try #require(pushed.json["request_uri"]?.string, "\(pushed.body)")
            let browser = Browser(server)
            let back = try await browser.allow(try await browser.answer(try await browser.begin(Self.app, requestURI: uri)))
            let code = try #require(back.parameter("code"), "\(back.location ?? back.body)")
            try await server.expectError("invalid_client", status: 401) { try await Self.app.redeem(code, at: server) }
            var changes: [String: String?] = [:]
            for (name, value) in try proof(for: server.fixture.issuer) { changes[name] = value }
            #expect(try await Self.app.redeem(code, at: server, changes).status == 200)
        }
    }
}
