import Administration
import FoundationEssentials
import HTTPTypes
import SAML
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("Case 108: refresh tokens (RFC 6749 §6, RFC 9700 §4.14, THREATS P4)")
struct RefreshTests {
    @Test("a refresh gives new tokens for the same person, session and time of sign-in, and a new refresh token")
    func refresh() async throws {
        try await TestServer.run { server in
            let first = try await server.app.redeem(try await Browser(server).signIn(server.app), at: server)
            let old = try #require(first.json["refresh_token"]?.string)
            server.fixture.clock.advance(by: 1000)
            let second = try await server.app.refresh(old, at: server)
            #expect(second.status == 200)
            #expect(second.json["refresh_token"]?.string != old)
            #expect(second.json["scope"] == "openid email profile")
            let verifier = server.verifier(audience: server.app.clientID)
            let before = try await verifier.verify(idToken: try #require(first.json["id_token"]?.string))
            let after = try await verifier.verify(
                idToken: try #require(second.json["id_token"]?.string), accessToken: second.json["access_token"]?.string)
            // OIDC Core §12.2: iss, sub, aud and auth_time stay, iat does not.
            #expect(after.subject == before.subject)
            #expect(after.sessionID == before.sessionID)
            #expect(after.authenticatedAt == before.authenticatedAt)
            #expect(after.issuedAt > before.issuedAt)
            #expect(after.claims.string("nonce") == nil)
        }
    }

    @Test("another client's token is invalid_grant and stays good for its own")
    func otherClient() async throws {
        try await TestServer.run { server in
            let token = try await token(server)
            let thief = try await server.addApp("Thief", redirectURI: "https://thief.example/cb", confidential: false)
            try await server.expectError("invalid_grant") { try await thief.refresh(token, at: server) }
            #expect(try await server.app.refresh(token, at: server).status == 200)
        }
    }

    @Test("RFC 9700 §4.14.2: a token that nobody used for the client's idle time ends; used in time it goes on, to the end of its family")
    func idle() async throws {
        try await TestServer.run({
            $0.clientSettings = {
                $0.refreshTokenIdle = .set(3600)
                $0.refreshTokenLifetime = 7200
            }
        }) { server in
            let unused = try await token(server)
            server.fixture.clock.advance(by: 3599)
            let expiry = try await server.app.introspect(unused, at: server).json["exp"]?.integer
            #expect(expiry == Int(server.fixture.clock.now.timeIntervalSince1970) + 1)
            let second = try #require(try await server.app.refresh(unused, at: server).json["refresh_token"]?.string)
            server.fixture.clock.advance(by: 3599)
            let third = try #require(try await server.app.refresh(second, at: server).json["refresh_token"]?.string)
            // The family's own end stays where it was.
            server.fixture.clock.advance(by: 2)
            try await server.expectError("invalid_grant") { try await server.app.refresh(third, at: server) }

            let idle = try await token(server)
            server.fixture.clock.advance(by: 3600)
            let seen = try await server.app.introspect(idle, at: server)
            #expect(seen.body == #"{"active":false}"#)
            try await server.expectError("invalid_grant") { try await server.app.refresh(idle, at: server) }
        }
    }

    @Test("attributes that are older than the client allows: invalid_grant; the next sign-in asks the provider, and there is a new family")
    func attributeAge() async throws {
        try await TestServer.run({ $0.clientSettings = { $0.attributesMaxAge = .set(3600) } }) { server in
            let browser = Browser(server)
            let first = try await server.app.redeem(try await browser.signIn(server.app), at: server)
            let token = try #require(first.json["refresh_token"]?.string)
            server.fixture.clock.advance(by: 3599)
            let next = try #require(try await server.app.refresh(token, at: server).json["refresh_token"]?.string)
            // The session still does.
            let authorize = server.app.authorizeURL(server)
            let answered = try await browser.get(authorize)
            #expect(answered.parameter("code") != nil)
            server.fixture.clock.advance(by: 1)
            try await server.expectError("invalid_grant") { try await server.app.refresh(next, at: server) }
            let seen = try await server.app.introspect(next, at: server)
            #expect(seen.body == #"{"active":false}"#)
            // Now it does not: the provider is asked, and need not ask the person (no ForceAuthn).
            let asked = try await browser.begin(server.app)
            #expect(!asked.forceAuthn)
            let again = try await server.app.redeem(try await browser.signIn(server.app), at: server)
            let fresh = try #require(again.json["refresh_token"]?.string)
            #expect(try await server.app.refresh(fresh, at: server).status == 200)
        }
    }

    @Test("a wider scope is invalid_scope, a narrower one is given, and the next refresh may have all of it again")
    func scope() async throws {
        try await TestServer.run { server in
            let code = try await Browser(server).signIn(server.app, ["scope": "openid email"])
            let token = try #require(try await server.app.redeem(code, at: server).json["refresh_token"]?.string)
            for scope in ["openid email profile", "admin"] {
                try await server.expectError("invalid_scope") { try await server.app.refresh(token, at: server, ["scope": scope]) }
            }
            let narrow = try await server.app.refresh(token, at: server, ["scope": "email"])
            #expect(narrow.json["scope"] == "email" && narrow.json["id_token"] == nil)
            let next = try #require(narrow.json["refresh_token"]?.string)
            #expect(try await server.app.refresh(next, at: server).json["scope"] == "openid email")
        }
    }

    @Test("of a provider that was disabled, within the grace too: invalid_grant, and good again once it is enabled; of a deleted one never again")
    func provider() async throws {
        try await TestServer.run { server in
            let token = try await token(server)
            let next = try #require(try await server.app.refresh(token, at: server).json["refresh_token"]?.string)
            try await server.fixture.updateProvider { $0.enabled = false }
            for refused in [token, next] { try await server.expectError("invalid_grant") { try await server.app.refresh(refused, at: server) } }
            try await server.fixture.updateProvider { $0.enabled = true }
            let last = try #require(try await server.app.refresh(next, at: server).json["refresh_token"]?.string)
            try await server.fixture.administration.perform(DeleteProvider("corp", pool: server.fixture.pool.id.text))
            server.fixture.clock.advanceUptime(by: .seconds(2))
            try await server.expectError("invalid_grant") { try await server.app.refresh(last, at: server) }
        }
    }

    @Test("cut, with one character changed, or another kind of token: invalid_grant")
    func malformed() async throws {
        try await TestServer.run { server in
            let tokens = try await server.app.redeem(try await Browser(server).signIn(server.app), at: server)
            let token = try #require(tokens.json["refresh_token"]?.string), access = try #require(tokens.json["access_token"]?.string)
            for wrong in [String(token.dropLast()), (token.hasPrefix("A") ? "B" : "A") + token.dropFirst(), access] {
                try await server.expectError("invalid_grant") { try await server.app.refresh(wrong, at: server) }
            }
        }
    }

    @Test(
        "RFC 7009: a revoked token, rotated meanwhile or not, ends its family; another client's and an unknown one change nothing; case 120: no client, 401"
    )
    func revoke() async throws {
        try await TestServer.run { server in
            let first = try await token(server)
            let second = try #require(try await server.app.refresh(first, at: server).json["refresh_token"]?.string)
            let thief = try await server.addApp("Thief", redirectURI: "https://thief.example/cb")
            for token in [first, second, "unknown"] { #expect(try await thief.revoke(token, at: server).status == 200) }
            let third = try #require(try await server.app.refresh(second, at: server).json["refresh_token"]?.string)
            try await server.expectError("invalid_client", status: 401) {
                try await server.post(server.fixture.issuer + "/oauth2/revoke", [("token", third)])
            }
            try await server.expectError("invalid_request") { try await server.app.revoke("", at: server) }
            let revoked = try await server.app.revoke(second, at: server)
            #expect(revoked.status == 200 && revoked.headers[.cacheControl] == "no-store")
            try await server.expectError("invalid_grant") { try await server.app.refresh(third, at: server) }
            let other = try await token(server)
            #expect(try await server.app.revoke(other, at: server).status == 200)
            try await server.expectError("invalid_grant") { try await server.app.refresh(other, at: server) }
        }
    }

    @Test("P4: a scope or a provider that the admin took from the client is not given again, and where nothing is left nothing is given")
    func takenAway() async throws {
        try await TestServer.run { server in
            let first = try await token(server)
            try await server.fixture.updateClient { $0.scopes = ["openid", "profile"] }
            let answer = try await server.app.refresh(first, at: server)
            #expect(answer.json["scope"] == "openid profile", "\(answer.status)")
            let access = try await server.verifier().verify(accessToken: try #require(answer.json["access_token"]?.string))
            #expect(access.scopes == ["openid", "profile"])
            let second = try #require(answer.json["refresh_token"]?.string)
            try await server.fixture.updateClient { $0.scopes = ["phone"] }
            try await server.expectError("invalid_scope") { try await server.app.refresh(second, at: server) }
            try await server.fixture.updateClient { $0.scopes = ["openid"] }
            try await server.fixture.addProvider("partner", FakeIdentityProvider(entityID: "https://partner.example", key: .second))
            try await server.fixture.updateClient { $0.identityProviders = ["partner"] }
            try await server.expectError("invalid_grant") { try await server.app.refresh(second, at: server) }
        }
    }

    private func token(_ server: TestServer) async throws -> String {
        let answer = try await server.app.redeem(try await Browser(server).signIn(server.app), at: server)
        return try #require(answer.json["refresh_token"]?.string)
    }
}
