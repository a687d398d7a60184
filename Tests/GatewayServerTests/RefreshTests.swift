import Administration
import Foundation
import Gateway
import HTTPTypes
import OpenIDConnect
import SAML
import TestSupport
import Testing
import TokenVerifier
import UserPools

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

    @Test("a rotated token presented again is invalid_grant, and its whole family with it")
    func reuse() async throws {
        try await TestServer.run({ $0.clientSettings = { $0.refreshGrace = 0 } }) { server in
            let first = try await token(server)
            let second = try #require(try await server.app.refresh(first, at: server).json["refresh_token"]?.string)
            try await server.expectError("invalid_grant") { try await server.app.refresh(first, at: server) }
            try await server.expectError("invalid_grant") { try await server.app.refresh(second, at: server) }
            // Another family of the same person lives.
            let other = try await token(server)
            #expect(try await server.app.refresh(other, at: server).status == 200)
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

    @Test("after sign-out the session's refresh tokens are invalid_grant")
    func signedOut() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            let tokens = try await server.app.redeem(try await browser.signIn(server.app), at: server)
            let token = try #require(tokens.json["refresh_token"]?.string), hint = try #require(tokens.json["id_token"]?.string)
            #expect(try await browser.get(server.fixture.issuer + "/logout?id_token_hint=" + hint).status == 200)
            try await server.expectError("invalid_grant") { try await server.app.refresh(token, at: server) }
        }
    }

    @Test("of a user who was disabled, deleted or signed out by the admin: invalid_grant")
    func user() async throws {
        try await TestServer.run { server in
            let fixture = server.fixture
            let administration = fixture.administration
            let (name, pool) = ("corp_alice@example.com", fixture.pool.id.text)
            let first = try await token(server)
            #expect(try await administration.signOutUser(name, pool: pool) == 1)
            try await server.expectError("invalid_grant") { try await server.app.refresh(first, at: server) }
            let second = try await token(server)
            _ = try await administration.setUserEnabled(false, name, pool: pool)
            try await server.expectError("invalid_grant") { try await server.app.refresh(second, at: server) }
            _ = try await administration.setUserEnabled(true, name, pool: pool)
            try await server.expectError("invalid_grant") { try await server.app.refresh(second, at: server) }
            let third = try await token(server)
            try await administration.deleteUser(name, pool: pool)
            try await server.expectError("invalid_grant") { try await server.app.refresh(third, at: server) }
        }
    }

    @Test("of a provider that was disabled: invalid_grant, and good again once it is enabled; of a deleted one never again")
    func provider() async throws {
        try await TestServer.run { server in
            let token = try await token(server)
            try await server.fixture.updateProvider { $0.enabled = false }
            try await server.expectError("invalid_grant") { try await server.app.refresh(token, at: server) }
            try await server.fixture.updateProvider { $0.enabled = true }
            let next = try #require(try await server.app.refresh(token, at: server).json["refresh_token"]?.string)
            try await server.fixture.administration.deleteProvider("corp", pool: server.fixture.pool.id.text)
            server.fixture.clock.advanceUptime(by: .seconds(2))
            try await server.expectError("invalid_grant") { try await server.app.refresh(next, at: server) }
        }
    }

    @Test("of a provider that was disabled within the grace after a rotation: invalid_grant as well")
    func providerWithinGrace() async throws {
        try await TestServer.run({ $0.clientSettings = { $0.refreshGrace = 30 } }) { server in
            let token = try await token(server)
            #expect(try await server.app.refresh(token, at: server).status == 200)
            try await server.fixture.updateProvider { $0.enabled = false }
            try await server.expectError("invalid_grant") { try await server.app.refresh(token, at: server) }
        }
    }

    @Test("expired, cut, with one character changed, or something else: invalid_grant")
    func malformed() async throws {
        try await TestServer.run { server in
            let tokens = try await server.app.redeem(try await Browser(server).signIn(server.app), at: server)
            let token = try #require(tokens.json["refresh_token"]?.string)
            let first = token.hasPrefix("A") ? "B" : "A"
            let others = [tokens.json["access_token"]?.string, tokens.json["id_token"]?.string].compactMap { $0 }
            for wrong in [String(token.dropLast()), token + "A", first + token.dropFirst()] + others {
                try await server.expectError("invalid_grant") { try await server.app.refresh(wrong, at: server) }
            }
            server.fixture.clock.advance(by: 30 * 24 * 3600)
            try await server.expectError("invalid_grant") { try await server.app.refresh(token, at: server) }
        }
    }

    @Test("rotation does not prolong: the family ends 30 days after it began")
    func endOfFamily() async throws {
        try await TestServer.run { server in
            var token = try await token(server)
            for _ in 0..<2 {
                server.fixture.clock.advance(by: 14 * 24 * 3600)
                token = try #require(try await server.app.refresh(token, at: server).json["refresh_token"]?.string)
            }
            server.fixture.clock.advance(by: 2 * 24 * 3600)
            try await server.expectError("invalid_grant") { try await server.app.refresh(token, at: server) }
        }
    }

    @Test("50 at once: never two families, and without grace one success at the most")
    func atOnce() async throws {
        try await TestServer.run({ $0.clientSettings = { $0.refreshGrace = 0 } }) { server in
            let token = try await token(server)
            let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                for _ in 0..<50 { group.addTask { try await server.app.refresh(token, at: server) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.filter { $0.status == 200 }.count == 1)
            #expect(answers.filter { $0.status == 400 }.count == 49)
            // What the one got is dead as well: somebody has a copy.
            let successor = try #require(answers.first { $0.status == 200 }?.json["refresh_token"]?.string)
            try await server.expectError("invalid_grant") { try await server.app.refresh(successor, at: server) }
        }
    }

    @Test("50 at once within a client's grace: all get the same successor, one family")
    func atOnceWithinGrace() async throws {
        try await TestServer.run({ $0.clientSettings = { $0.refreshGrace = 10 } }) { server in
            let token = try await token(server)
            let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                for _ in 0..<50 { group.addTask { try await server.app.refresh(token, at: server) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.allSatisfy { $0.status == 200 })
            let successors = Set(answers.compactMap { $0.json["refresh_token"]?.string })
            #expect(successors.count == 1)
            #expect(try await server.app.refresh(try #require(successors.first), at: server).status == 200)
        }
    }

    @Test("RFC 7009: a revoked token ends its family; another client's, an unknown and an empty one change nothing; without a client 401")
    func revoke() async throws {
        try await TestServer.run { server in
            let token = try await token(server)
            let thief = try await server.addApp("Thief", redirectURI: "https://thief.example/cb")
            #expect(try await thief.revoke(token, at: server).status == 200)
            #expect(try await server.app.revoke("unknown", at: server).status == 200)
            let next = try #require(try await server.app.refresh(token, at: server).json["refresh_token"]?.string)
            // Case 120: first of all the client says who it is.
            try await server.expectError("invalid_client", status: 401) {
                try await server.post(server.fixture.issuer + "/oauth2/revoke", [("token", next)])
            }
            try await server.expectError("invalid_request") { try await server.app.revoke("", at: server) }
            let revoked = try await server.app.revoke(next, at: server)
            #expect(revoked.status == 200 && revoked.headers[.cacheControl] == "no-store")
            try await server.expectError("invalid_grant") { try await server.app.refresh(next, at: server) }
        }
    }

    @Test("RFC 7009 §2: a token that was rotated meanwhile ends its family when it is revoked, by its own client only")
    func revokeRotated() async throws {
        try await TestServer.run { server in
            let first = try await token(server)
            let second = try #require(try await server.app.refresh(first, at: server).json["refresh_token"]?.string)
            let thief = try await server.addApp("Thief", redirectURI: "https://thief.example/cb")
            #expect(try await thief.revoke(first, at: server).status == 200)
            let third = try #require(try await server.app.refresh(second, at: server).json["refresh_token"]?.string)
            #expect(try await server.app.revoke(second, at: server).status == 200)
            try await server.expectError("invalid_grant") { try await server.app.refresh(third, at: server) }
        }
    }

    @Test("P4: a scope that the admin took from the client is not given again")
    func scopeTakenAway() async throws {
        try await TestServer.run { server in
            let first = try await token(server)
            try await server.fixture.updateClient { $0.scopes = ["openid", "profile"] }
            let answer = try await server.app.refresh(first, at: server)
            #expect(answer.json["scope"] == "openid profile", "\(answer.status)")
            let access = try await server.verifier().verify(accessToken: try #require(answer.json["access_token"]?.string))
            #expect(access.scopes == ["openid", "profile"])
            let second = try #require(answer.json["refresh_token"]?.string)
            // Asked for by name it may be left out or refused, but not given.
            let named = try await server.app.refresh(second, at: server, ["scope": "openid email"])
            #expect(named.json["error"] == "invalid_scope" || named.json["scope"] == "openid")
        }
    }

    @Test("P4: where the client may have nothing more of what was granted, nothing is given")
    func everyScopeTakenAway() async throws {
        try await TestServer.run { server in
            let first = try await token(server)
            try await server.fixture.updateClient { $0.scopes = ["phone"] }
            try await server.expectError("invalid_scope") { try await server.app.refresh(first, at: server) }
        }
    }

    @Test("P4, S42: a provider that the admin took from the client: invalid_grant")
    func providerTakenAway() async throws {
        try await TestServer.run { server in
            let first = try await token(server)
            let partner = FakeIdentityProvider(entityID: "https://partner.example", key: .second, singleSignOnLocation: "https://partner.example/sso")
            try await server.fixture.addProvider("partner", partner)
            try await server.fixture.updateClient { $0.identityProviders = ["partner"] }
            try await server.expectError("invalid_grant") { try await server.app.refresh(first, at: server) }
        }
    }

    @Test("a rotated token presented again with a wider scope is reuse all the same")
    func reuseWithWiderScope() async throws {
        try await TestServer.run({ $0.clientSettings = { $0.refreshGrace = 0 } }) { server in
            let first = try await token(server)
            let second = try #require(try await server.app.refresh(first, at: server).json["refresh_token"]?.string)
            _ = try await server.app.refresh(first, at: server, ["scope": "openid phone address"])
            try await server.expectError("invalid_grant") { try await server.app.refresh(second, at: server) }
        }
    }

    private func token(_ server: TestServer) async throws -> String {
        let answer = try await server.app.redeem(try await Browser(server).signIn(server.app), at: server)
        return try #require(answer.json["refresh_token"]?.string)
    }
}
