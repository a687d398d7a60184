import Administration
import HTTPTypes
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("Opaque access tokens: only we can read them, so that a revocation is seen at once (RFC 7662)")
struct OpaqueTokenTests {
    private func withOpaque(_ body: @escaping @Sendable (TestServer, _ access: String, _ answer: Answer) async throws -> Void) async throws {
        try await TestServer.run({ $0.clientSettings = { $0.accessTokenFormat = .set(.opaque) } }) { server in
            let answer = try await server.app.redeem(try await Browser(server).signIn(server.app), at: server)
            try await body(server, try #require(answer.json["access_token"]?.string), answer)
        }
    }

    @Test("no service reads it, userinfo and introspection do, and the at_hash of the ID token is its own (OpenID Connect Core §3.1.3.6)")
    func use() async throws {
        try await withOpaque { server, access, answer in
            #expect(access.hasPrefix("csat_") && !access.contains(".") && TokenVerifier.unverifiedClaims(of: access) == nil)
            #expect(answer.json["token_type"] == "Bearer" && answer.json["expires_in"] == 3600)
            await #expect(throws: TokenError.self) { try await server.verifier().verify(accessToken: access) }
            let idToken = try #require(answer.json["id_token"]?.string)
            let verified = try await server.verifier(audience: server.app.clientID).verify(idToken: idToken, accessToken: access)
            let info = try await server.get(server.fixture.issuer + "/oauth2/userInfo", headers: [.authorization: "Bearer " + access])
            #expect(info.status == 200 && info.json["sub"]?.string == verified.subject)
            let seen = try await server.app.introspect(access, at: server)
            #expect(seen.json["active"] == true && seen.json["sub"]?.string == verified.subject && seen.json["scope"] == "openid email profile")
            // Twice the same claims are two texts.
            let refreshed = try await server.app.refresh(try #require(answer.json["refresh_token"]?.string), at: server)
            let next = try #require(refreshed.json["access_token"]?.string)
            #expect(next != access && next.hasPrefix("csat_"))
        }
    }

    @Test("revoked, it is refused at once; changed in any byte, or another pool's, it is nobody's")
    func ended() async throws {
        try await withOpaque { server, access, _ in
            let info = server.fixture.issuer + "/oauth2/userInfo"
            for index in [5, 20, access.utf8.count - 1] {
                var bytes = Array(access.utf8)
                bytes[index] = bytes[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
                let changed = String(decoding: bytes, as: UTF8.self)
                let answer = try await server.app.introspect(changed, at: server)
                #expect(answer.body == #"{"active":false}"#)
                try await server.expectError("invalid_token", status: 401) {
                    try await server.get(info, headers: [.authorization: "Bearer " + changed])
                }
            }
            #expect(try await server.app.revoke(access, at: server).status == 200)
            let revoked = try await server.app.introspect(access, at: server)
            #expect(revoked.body == #"{"active":false}"#)
            try await server.expectError("invalid_token", status: 401) {
                try await server.get(info, headers: [.authorization: "Bearer " + access])
            }
        }
    }

    @Test("an admin may go back to JWTs: what was given before stays good")
    func back() async throws {
        try await withOpaque { server, access, _ in
            var settings = ClientSettings()
            settings.accessTokenFormat = .remove
            _ = try await server.fixture.administration.perform(
                UpdateClient(server.app.clientID, pool: server.fixture.pool.id.text, settings: settings))
            server.fixture.clock.advanceUptime(by: .seconds(2))
            let answer = try await server.app.redeem(try await Browser(server).signIn(server.app), at: server)
            let plain = try #require(answer.json["access_token"]?.string)
            _ = try await server.verifier().verify(accessToken: plain)
            #expect(try await server.app.introspect(access, at: server).json["active"] == true)
        }
    }
}
