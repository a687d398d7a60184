import Administration
import Foundation
import HTTPTypes
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("RFC 7662, RFC 9701: introspection, and revocation of access tokens (RFC 7009)")
struct IntrospectionTests {
    private static let orders = "https://orders.example"

    /// The fixture's app with the tokens of a user.
    private struct Signed {
        let access: String
        let refresh: String
    }

    private func signIn(_ server: TestServer, _ changes: [String: String?] = [:]) async throws -> Signed {
        let answer = try await server.app.redeem(try await Browser(server).signIn(server.app, changes), at: server)
        return Signed(
            access: try #require(answer.json["access_token"]?.string, "\(answer.body)"), refresh: try #require(answer.json["refresh_token"]?.string))
    }

    /// Inactive, and not a word more (§2.2).
    private func expectInactive(_ answer: Answer, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(answer.status == 200 && answer.body == #"{"active":false}"#, "\(answer.body)", sourceLocation: sourceLocation)
    }

    @Test("§2.2: of its own access token a client learns what the token says; of its refresh token for whom and until when it is")
    func own() async throws {
        try await TestServer.run { server in
            let tokens = try await signIn(server)
            let access = try await server.app.introspect(tokens.access, at: server)
            #expect(access.status == 200 && access.headers[.contentType] == "application/json" && access.headers[.cacheControl] == "no-store")
            #expect(access.json["active"] == true && access.json["token_type"] == "Bearer" && access.json["client_id"]?.string == server.app.clientID)
            let verified = try await server.verifier().verify(accessToken: tokens.access)
            for name in ["iss", "sub", "aud", "scope", "exp", "iat", "jti", "username", "sid", "auth_time"] {
                #expect(access.json[name] == verified.claims[name] && access.json[name] != nil, "\(name)")
            }
            let refresh = try await server.app.introspect(tokens.refresh, at: server)
            #expect(refresh.json["active"] == true && refresh.json["token_use"] == "refresh" && refresh.json["token_type"] == nil)
            #expect(refresh.json["sub"]?.string == verified.subject && refresh.json["scope"] == "openid email profile")
            #expect(refresh.json["exp"]?.integer == Int(server.fixture.clock.now.timeIntervalSince1970) + 30 * 24 * 3600)
            // It was looked at, not used.
            #expect(try await server.app.refresh(tokens.refresh, at: server).status == 200)
        }
    }

    @Test("§4: a service sees the tokens for the resource that it serves, and no other client's; an unknown hint is ignored (case 120)")
    func whoMaySee() async throws {
        try await TestServer.run { server in
            try await server.addResource(Self.orders)
            let service = try await server.addService("Orders API") { $0.serves = [Self.orders] }
            let other = try await server.addService("Other API")
            let forService = try await signIn(server, ["resource": Self.orders])
            let forUs = try await signIn(server)
            let seen = try await service.introspect(forService.access, at: server, ["token_type_hint": "nothing-known"])
            #expect(seen.json["active"] == true && seen.json["aud"]?.string == Self.orders)
            for token in [forUs.access, forUs.refresh, forService.refresh] { expectInactive(try await service.introspect(token, at: server)) }
            for token in [forService.access, forService.refresh, forUs.access] { expectInactive(try await other.introspect(token, at: server)) }
            #expect(try await server.app.introspect(forService.access, at: server).json["active"] == true)
        }
    }

    @Test("case 120: without client authentication, or by a public client, 401; without a token invalid_request; never by GET, never for pages")
    func refusals() async throws {
        try await TestServer.run { server in
            let url = server.fixture.issuer + "/oauth2/introspect"
            let token = try await signIn(server).access
            try await server.expectError("invalid_client", status: 401) { try await server.post(url, [("token", token)]) }
            let thief = TestApp(clientID: server.app.clientID, secret: "wrong", redirectURI: "")
            try await server.expectError("invalid_client", status: 401) { try await thief.introspect(token, at: server) }
            let open = try await server.addApp("Browser app", redirectURI: "https://spa.example/cb", confidential: false)
            try await server.expectError("invalid_client", status: 401) { try await open.introspect(token, at: server) }
            try await server.expectError("invalid_request") { try await server.app.introspect("", at: server) }
            try await server.expectError("invalid_request") {
                try await server.post(url, [("token", token), ("token", token)], headers: server.app.authorization)
            }
            #expect(try await server.get(url + "?token=" + token).status == 405)
            let page = try await server.post(
                url, [("token", token)],
                headers: HTTPFields(server.app.authorization.map { $0 } + [.init(name: .origin, value: "https://app.example")]))
            #expect(page.json["active"] == true)
        }
    }

    @Test("what is not proven is not active: garbage, an ID token, another pool's token, an expired one to the second, a used refresh token")
    func unproven() async throws {
        try await TestServer.run({ $0.clientSettings = { $0.refreshGrace = 0 } }) { server in
            let answer = try await server.app.redeem(try await Browser(server).signIn(server.app), at: server)
            let access = try #require(answer.json["access_token"]?.string), refresh = try #require(answer.json["refresh_token"]?.string)
            let idToken = try #require(answer.json["id_token"]?.string)
            let parts = access.split(separator: ".")
            for text in ["x", "a.b.c", idToken, access + "x", "\(parts[0]).\(parts[1]).", refresh + "A", String(repeating: "a.", count: 5_000)] {
                expectInactive(try await server.app.introspect(text, at: server))
            }
            let next = try #require(try await server.app.refresh(refresh, at: server).json["refresh_token"]?.string)
            expectInactive(try await server.app.introspect(refresh, at: server))
            // Looking at a used one ends nothing.
            #expect(try await server.app.introspect(next, at: server).json["active"] == true)
            server.fixture.clock.advance(by: 3599)
            #expect(try await server.app.introspect(access, at: server).json["active"] == true)
            server.fixture.clock.advance(by: 1)
            expectInactive(try await server.app.introspect(access, at: server))
        }
    }

    @Test("seen at once: a revoked family, a sign-out, a disabled and a deleted user, a disabled provider, a code that was used twice")
    func ended() async throws {
        typealias End = @Sendable (TestServer, Signed, String) async throws -> Void
        let ends: [(name: String, end: End)] = [
            ("revocation", { server, tokens, _ in _ = try await server.app.revoke(tokens.refresh, at: server) }),
            (
                "sign-out",
                { server, _, subject in
                    _ = try await server.fixture.administration.perform(SignOutUser(subject, pool: server.fixture.pool.id.text))
                }
            ),
            (
                "disabled user",
                { server, _, subject in
                    _ = try await server.fixture.administration.perform(SetUserEnabled(false, subject, pool: server.fixture.pool.id.text))
                }
            ),
            (
                "deleted user",
                { server, _, subject in _ = try await server.fixture.administration.perform(DeleteUser(subject, pool: server.fixture.pool.id.text)) }
            ),
            ("disabled provider", { server, _, _ in try await server.fixture.updateProvider { $0.enabled = false } }),
        ]
        for (name, end) in ends {
            try await TestServer.run { server in
                let tokens = try await signIn(server)
                let subject = try await server.verifier().verify(accessToken: tokens.access).subject
                #expect(try await server.app.introspect(tokens.access, at: server).json["active"] == true)
                try await end(server, tokens, subject)
                for token in [tokens.access, tokens.refresh] {
                    let answer = try await server.app.introspect(token, at: server)
                    #expect(answer.body == #"{"active":false}"#, "\(name)")
                }
            }
        }
        try await TestServer.run { server in
            let code = try await Browser(server).signIn(server.app)
            let access = try #require(try await server.app.redeem(code, at: server).json["access_token"]?.string)
            try await server.expectError("invalid_grant") { try await server.app.redeem(code, at: server) }
            expectInactive(try await server.app.introspect(access, at: server))
        }
    }

    @Test("RFC 7009: a revoked access token is refused by introspection and userinfo, and its refresh token goes on; another client revokes nothing")
    func revokedAccessToken() async throws {
        try await TestServer.run { server in
            let tokens = try await signIn(server)
            let info = server.fixture.issuer + "/oauth2/userInfo"
            let thief = try await server.addService("Thief")
            #expect(try await thief.revoke(tokens.access, at: server).status == 200)
            #expect(try await server.app.introspect(tokens.access, at: server).json["active"] == true)
            #expect(try await server.get(info, headers: [.authorization: "Bearer " + tokens.access]).status == 200)
            for _ in 1...2 { #expect(try await server.app.revoke(tokens.access, at: server).status == 200) }
            expectInactive(try await server.app.introspect(tokens.access, at: server))
            try await server.expectError("invalid_token", status: 401) {
                try await server.get(info, headers: [.authorization: "Bearer " + tokens.access])
            }
            let next = try await server.app.refresh(tokens.refresh, at: server)
            let fresh = try #require(next.json["access_token"]?.string)
            #expect(try await server.app.introspect(fresh, at: server).json["active"] == true)
            // Over, and by clocks that differ not yet: it is taken back all the same.
            server.fixture.clock.advance(by: 3_610)
            expectInactive(try await server.app.introspect(fresh, at: server))
            #expect(try await server.get(info, headers: [.authorization: "Bearer " + fresh]).status == 200)
            #expect(try await server.app.revoke(fresh, at: server).status == 200)
            try await server.expectError("invalid_token", status: 401) { try await server.get(info, headers: [.authorization: "Bearer " + fresh]) }
        }
    }

    @Test("of a token that a client got for itself: active until it expires, is revoked, or its client is disabled")
    func clientCredentials() async throws {
        try await TestServer.run { server in
            try await server.addResource(Self.orders, ofClient: false)
            let job = try await server.addService("Nightly job") { $0.resources = [Self.orders] }
            let service = try await server.addService("Orders API") { $0.serves = [Self.orders] }
            func token() async throws -> String {
                try #require(try await job.credentials(at: server, ["resource": Self.orders]).json["access_token"]?.string)
            }
            let (first, second) = (try await token(), try await token())
            let seen = try await service.introspect(first, at: server)
            #expect(seen.json["active"] == true && seen.json["sub"]?.string == job.clientID && seen.json["username"] == nil)
            #expect(try await job.revoke(first, at: server).status == 200)
            expectInactive(try await service.introspect(first, at: server))
            #expect(try await service.introspect(second, at: server).json["active"] == true)
            var settings = ClientSettings()
            settings.enabled = false
            _ = try await server.fixture.administration.perform(UpdateClient(job.clientID, pool: server.fixture.pool.id.text, settings: settings))
            server.fixture.clock.advanceUptime(by: .seconds(2))
            expectInactive(try await service.introspect(second, at: server))
        }
    }

    @Test("RFC 9701 §5: by Accept the answer is a JWT of its own type, for whoever asked, that nobody takes for another token")
    func signed() async throws {
        try await TestServer.run { server in
            let tokens = try await signIn(server)
            let form = "application/token-introspection+jwt"
            for (token, isActive) in [(tokens.access, true), ("garbage", false)] {
                let answer = try await server.app.introspect(token, at: server, accept: form)
                #expect(answer.status == 200 && answer.headers[.contentType] == form, "\(answer.body)")
                let claims = try #require(TokenVerifier.unverifiedClaims(of: answer.body))
                #expect(claims.string("iss") == server.fixture.issuer && claims.string("aud") == server.app.clientID)
                #expect(claims["iat"]?.integer == Int(server.fixture.clock.now.timeIntervalSince1970) && claims["exp"] == nil && claims["sub"] == nil)
                let inner = try #require(claims["token_introspection"]?.object)
                #expect(inner["active"] == .bool(isActive) && (inner["sub"] != nil) == isActive)
                // The signature counts, and the type does.
                let error = await #expect(throws: TokenError.self) {
                    try await server.verifier(audience: server.app.clientID).verify(accessToken: answer.body)
                }
                #expect(error?.code == "token.type")
            }
            for accept in ["application/json", "*/*", form + "x"] {
                #expect(try await server.app.introspect(tokens.access, at: server, accept: accept).headers[.contentType] == "application/json")
            }
            let listed = try await server.app.introspect(tokens.access, at: server, accept: "text/html, Application/Token-Introspection+JWT;q=0.9")
            #expect(listed.headers[.contentType] == form)
        }
    }

    @Test("OpenID Connect Core §5.3.2: by Accept userinfo is a JWT for the client, without what would make it an ID token")
    func signedUserInfo() async throws {
        try await TestServer.run { server in
            let tokens = try await signIn(server)
            let url = server.fixture.issuer + "/oauth2/userInfo"
            let answer = try await server.get(url, headers: [.authorization: "Bearer " + tokens.access, .accept: "application/jwt"])
            #expect(answer.status == 200 && answer.headers[.contentType] == "application/jwt" && answer.headers[.cacheControl] == "no-store")
            let claims = try #require(TokenVerifier.unverifiedClaims(of: answer.body))
            let plain = try await server.get(url, headers: [.authorization: "Bearer " + tokens.access])
            #expect(plain.headers[.contentType] == "application/json")
            #expect(claims.string("iss") == server.fixture.issuer && claims.string("aud") == server.app.clientID)
            for member in plain.json.members { #expect(claims[member.name] == member.value, "\(member.name)") }
            let error = await #expect(throws: TokenError.self) {
                try await server.verifier(audience: server.app.clientID).verify(idToken: answer.body)
            }
            // By its signature it is ours, and still no ID token.
            #expect(error?.code == "token.claim" && error?.message.contains("exp") == true, "\(String(describing: error))")
            // As oauth4webapi asks, which reads JSON unless it is told otherwise.
            for accept in ["application/json, application/jwt", "application/jwt, application/json", "*/*"] {
                let plain = try await server.get(url, headers: [.authorization: "Bearer " + tokens.access, .accept: accept])
                #expect(plain.status == 200 && plain.headers[.contentType]?.hasPrefix("application/json") == true, "\(accept)")
            }
            let refused = try await server.get(url, headers: [.authorization: "Bearer x", .accept: "application/jwt"])
            #expect(refused.status == 401 && refused.headers[.contentType] == "application/json")
        }
    }

    @Test("discovery names the endpoint, who may ask, and by what answers are signed")
    func discovery() async throws {
        try await TestServer.run { server in
            let document = try await server.get(server.fixture.issuer + "/.well-known/oauth-authorization-server").json
            #expect(document["introspection_endpoint"]?.string == server.fixture.issuer + "/oauth2/introspect")
            #expect(
                document["introspection_endpoint_auth_methods_supported"]?.strings == [
                    "client_secret_basic", "client_secret_post", "private_key_jwt",
                ])
            for name in ["introspection_signing_alg_values_supported", "userinfo_signing_alg_values_supported"] {
                #expect(document[name]?.strings == ["ES256"], "\(name)")
            }
        }
    }
}
