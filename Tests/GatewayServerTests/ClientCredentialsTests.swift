import Administration
import HTTPTypes
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("RFC 6749 §4.4: client credentials, where a program asks for itself")
struct ClientCredentialsTests {
    private static let reports = "https://reports.example"

    private func withService(
        _ configure: @Sendable @escaping (inout ClientSettings) -> Void = { _ in }, _ body: @Sendable (TestServer, TestApp) async throws -> Void
    ) async throws {
        try await TestServer.run { server in
            try await server.addResource(Self.reports, scopes: ["reports.read", "reports.write"], ofClient: false)
            try await body(
                server,
                try await server.addService("Nightly job") {
                    $0.scopes = ["jobs.run", "email"]
                    $0.resources = [Self.reports]
                    configure(&$0)
                })
        }
    }

    @Test("an access token by RFC 9068, whose subject is the client: no person, no session, no refresh token, no ID token")
    func token() async throws {
        try await withService { server, service in
            let answer = try await service.credentials(at: server)
            #expect(answer.status == 200 && answer.headers[.cacheControl] == "no-store", "\(answer.body)")
            #expect(answer.json["token_type"] == "Bearer" && answer.json["expires_in"] == 3600 && answer.json["scope"] == "jobs.run")
            #expect(answer.json["refresh_token"] == nil && answer.json["id_token"] == nil)
            let token = try await server.verifier().verify(accessToken: try #require(answer.json["access_token"]?.string))
            #expect(token.subject == service.clientID && token.clientID == service.clientID && token.isOfClientAlone)
            #expect(token.scopes == ["jobs.run"] && token.groups.isEmpty && token.username == nil && token.sessionID == nil)
            for name in ["auth_time", "origin_jti", "acr", "amr", "nonce"] { #expect(token.claims[name] == nil, "\(name)") }
            #expect(token.claims.string("jti")?.isEmpty == false && token.claims.string("token_use") == "access")
            // Nothing is kept for it.
            #expect(try await server.fixture.contents().refreshTokens == 0)
        }
    }

    @Test("RFC 9068 §5: of a user's token the same property is false, and it has a user's claims")
    func users() async throws {
        try await TestServer.run { server in
            let answer = try await server.app.redeem(try await Browser(server).signIn(server.app), at: server)
            let token = try await server.verifier().verify(accessToken: try #require(answer.json["access_token"]?.string))
            #expect(!token.isOfClientAlone && token.username != nil && token.authenticatedAt != nil)
        }
    }

    @Test("RFC 8707: for a resource of the client, with that one's scopes; for another invalid_target")
    func resource() async throws {
        try await withService { server, service in
            let answer = try await service.credentials(at: server, ["resource": Self.reports, "scope": "reports.read jobs.run reports.delete"])
            #expect(answer.json["scope"] == "reports.read jobs.run", "\(answer.body)")
            let token = try await server.verifier(audience: Self.reports).verify(accessToken: try #require(answer.json["access_token"]?.string))
            #expect(token.scopes == ["reports.read", "jobs.run"])
            try await server.expectError("invalid_target") { try await service.credentials(at: server, ["resource": "https://other.example"]) }
            try await server.expectError("invalid_scope") { try await service.credentials(at: server, ["scope": "reports.read"]) }
        }
    }

    @Test("case 111: a scope that says something of a person is nobody's: left out beside others, invalid_scope alone")
    func scopesOfPeople() async throws {
        try await withService({ $0.scopes = ["jobs.run", "openid", "email"] }) { server, service in
            #expect(try await service.credentials(at: server, ["scope": "openid jobs.run groups"]).json["scope"] == "jobs.run")
            for scope in ["openid", "email", "groups", "unknown"] {
                try await server.expectError("invalid_scope") { try await service.credentials(at: server, ["scope": scope]) }
            }
            // Userinfo is of people (case 110).
            let token = try #require(try await service.credentials(at: server).json["access_token"]?.string)
            let info = try await server.get(server.fixture.issuer + "/oauth2/userInfo", headers: [.authorization: "Bearer " + token])
            #expect(info.status == 403 && info.json["error"] == "insufficient_scope")
        }
    }

    @Test("only for who proves who it is and is registered for it: invalid_client, unauthorized_client; a disabled one gets nothing")
    func refusals() async throws {
        try await withService { server, service in
            let thief = TestApp(clientID: service.clientID, secret: "wrong", redirectURI: "")
            try await server.expectError("invalid_client", status: 401) { try await thief.credentials(at: server) }
            let unproven = TestApp(clientID: service.clientID, secret: nil, redirectURI: "")
            try await server.expectError("invalid_client", status: 401) { try await unproven.credentials(at: server) }
            // The fixture's client signs people in, and no more.
            try await server.expectError("unauthorized_client") { try await server.app.credentials(at: server) }
            let open = try await server.addApp("Browser app", redirectURI: "https://spa.example/cb", confidential: false)
            try await server.expectError("unauthorized_client") { try await open.credentials(at: server) }
            // What is registered behind the desk's back does not help a public client either (RFC 6749 §4.4).
            var stored = try #require(try await server.fixture.stores.clients.find(AppClient.ID(open.clientID)!, in: server.fixture.pool.id))
            stored.grantTypes.append("client_credentials")
            #expect(try await server.fixture.stores.clients.update(stored))
            server.fixture.clock.advanceUptime(by: .seconds(2))
            try await server.expectError("unauthorized_client") { try await open.credentials(at: server) }
            var settings = ClientSettings()
            settings.enabled = false
            _ = try await server.fixture.administration.perform(
                UpdateClient(service.clientID, pool: server.fixture.pool.id.text, settings: settings))
            server.fixture.clock.advanceUptime(by: .seconds(2))
            try await server.expectError("invalid_client", status: 401) { try await service.credentials(at: server) }
        }
    }

    @Test("it signs nobody in: an authorization request of such a client ends at a page, since it has no redirect URI")
    func noSignIn() async throws {
        try await withService { server, service in
            let app = TestApp(clientID: service.clientID, secret: service.secret, redirectURI: "https://app.example/callback")
            let answer = try await server.get(app.authorizeURL(server))
            #expect(answer.status == 400 && answer.location == nil)
        }
    }

    @Test("discovery names the grant")
    func discovery() async throws {
        try await TestServer.run { server in
            let document = try await server.get(server.fixture.issuer + "/.well-known/openid-configuration").json
            #expect(
                document["grant_types_supported"]?.strings == [
                    "authorization_code", "refresh_token", "client_credentials", AppClient.deviceGrantType,
                    AppClient.workloadGrantType, AppClient.exchangeGrantType,
                ])
        }
    }
}

extension TestServer {
    /// A confidential client that asks for itself and has no redirect URI.
    func addService(_ name: String, _ configure: (inout ClientSettings) -> Void = { _ in }) async throws -> TestApp {
        var settings = ClientSettings()
        settings.grantTypes = ["client_credentials"]
        configure(&settings)
        let made = try await fixture.administration.perform(
            CreateClient(name: name, pool: fixture.pool.id.text, confidential: true, settings: settings))
        return TestApp(clientID: made.client.id.text, secret: made.secret?.revealText(), redirectURI: "")
    }
}
