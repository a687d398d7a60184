import Administration
import Foundation
import Gateway
import HTTPTypes
import SAML
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("A whole sign-in over HTTP, from the app to the app")
struct SignInTests {
    @Test("authorize answers 302 with an AuthnRequest of SAML Core §3.4.1 and a cookie that binds the browser")
    func authorize() async throws {
        try await TestServer.run { server in
            let fixture = server.fixture
            let browser = Browser(server)
            let answer = try await browser.get(server.app.authorizeURL(server))
            #expect(answer.status == 302)
            #expect(answer.headers[.cacheControl] == "no-store")
            #expect(answer.headers[.referrerPolicy] == "no-referrer")
            let location = try #require(answer.location)
            #expect(location.hasPrefix(fixture.identityProvider.singleSignOnLocation + "?SAMLRequest="))
            let (request, relayState) = try fixture.identityProvider.request(inRedirect: location)
            #expect(request.issuer == fixture.entityID)
            #expect(request.destination == fixture.identityProvider.singleSignOnLocation)
            #expect(request.assertionConsumerServiceURL == fixture.assertionConsumerService)
            #expect(request.protocolBinding == .httpPOST)
            #expect(request.issueInstant == fixture.clock.now)
            #expect(!request.forceAuthn && !request.isPassive)
            #expect(request.id.hasPrefix("_") && request.id.utf8.count >= 33)
            // RelayState is a key of ours or nothing, never an address (S34).
            #expect(relayState == nil || relayState == request.id)

            #expect(answer.setCookies.count == 1)
            let cookie = try #require(answer.setCookies.first)
            #expect(cookie.hasPrefix("__Host-countersign-browser-\(fixture.pool.id)="))
            for attribute in ["Path=/", "HttpOnly", "Secure", "SameSite=None"] { #expect(cookie.contains("; " + attribute)) }
            #expect(!cookie.contains("Domain"))
            #expect(try await fixture.contents().pendingSignIns == 1)
        }
    }

    @Test("the consumer service answers 303 to the app with code, state and iss (RFC 9207), and sets the session cookie")
    func consumerService() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            let answer = try await browser.answer(try await browser.begin(server.app))
            #expect(answer.status == 303)
            #expect(answer.location?.hasPrefix(GatewayFixture.redirectURI + "?code=") == true)
            #expect(answer.parameters("state") == [server.app.state])
            #expect(answer.parameters("iss") == [server.fixture.issuer])
            #expect(answer.parameters("code").count == 1 && (answer.parameter("code")?.utf8.count ?? 0) >= 43)
            #expect(answer.headers[.cacheControl] == "no-store")
            #expect(answer.setCookies.count == 2)
            let cookie = try #require(answer.setCookies.first)
            #expect(cookie.hasPrefix("__Host-countersign-session-\(server.fixture.pool.id)="))
            for attribute in ["Path=/", "HttpOnly", "Secure", "SameSite=Lax", "Max-Age=43200"] { #expect(cookie.contains("; " + attribute)) }
            let contents = try await server.fixture.contents()
            #expect(contents == .init(pendingSignIns: 0, acceptedProofs: 1, users: 1, sessions: 1, codes: 1, refreshTokens: 0))
        }
    }

    @Test("the tokens hold what CONTRACT 'Tokens' says, and the published keys verify them", arguments: ["RS256", "ES256", "EdDSA"])
    func tokens(algorithm: String) async throws {
        try await TestServer.run({ $0.algorithm = algorithm }) { server in
            let now = Int(server.fixture.clock.now.timeIntervalSince1970)
            let answer = try await server.app.redeem(try await Browser(server).signIn(server.app), at: server)
            #expect(answer.status == 200, "\(answer.body)")
            #expect(answer.headers[.cacheControl] == "no-store")
            #expect(answer.headers[.contentType] == "application/json")
            #expect(Set(answer.json.names) == ["access_token", "token_type", "expires_in", "refresh_token", "id_token", "scope"])
            #expect(answer.json["token_type"] == "Bearer")
            #expect(answer.json["expires_in"] == 3600)
            #expect(answer.json["scope"] == "openid email profile")

            let accessToken = try #require(answer.json["access_token"]?.string)
            let access = try await server.verifier().verify(accessToken: accessToken)
            let user = try #require(try await server.fixture.users().first)
            #expect(
                Set(access.claims.members.names) == [
                    "iss", "sub", "aud", "client_id", "scope", "exp", "iat", "auth_time", "amr", "jti", "sid", "token_use", "groups", "username",
                    "origin_jti",
                ])
            #expect(access.claims.string("iss") == server.fixture.issuer)
            #expect(access.subject == user.id.text)
            #expect(access.audience.values == [server.fixture.issuer])
            #expect(access.clientID == server.app.clientID)
            #expect(access.claims.string("scope") == "openid email profile")
            #expect(access.claims["exp"] == .integer(now + 3600))
            #expect(access.claims["iat"] == .integer(now))
            #expect(access.claims["auth_time"] == .integer(now - 5))
            #expect(access.claims.string("token_use") == "access")
            #expect(access.groups == ["staff", "engineers"])
            #expect(access.username == "corp_alice@example.com")
            #expect(try header(of: accessToken)["typ"] == "at+jwt")
            #expect(try header(of: accessToken)["alg"] == .string(algorithm))

            let idToken = try #require(answer.json["id_token"]?.string)
            let identity = try await server.verifier(audience: server.app.clientID).verify(
                idToken: idToken, nonce: server.app.nonce, accessToken: accessToken, maximumAge: .seconds(60))
            #expect(
                Set(identity.claims.members.names) == [
                    "iss", "sub", "aud", "exp", "iat", "auth_time", "amr", "nonce", "at_hash", "sid", "jti", "token_use", "email", "email_verified",
                    "name", "updated_at", "groups", "identities", "origin_jti",
                ])
            #expect(identity.subject == user.id.text)
            #expect(identity.claims.string("aud") == server.app.clientID)
            #expect(identity.claims.string("nonce") == server.app.nonce)
            #expect(identity.claims["at_hash"] != nil)
            #expect(identity.claims["exp"] == .integer(now + 3600))
            #expect(identity.claims["auth_time"] == .integer(now - 5))
            #expect(identity.claims.string("token_use") == "id")
            #expect(identity.claims.string("email") == "alice@example.com")
            #expect(identity.claims["email_verified"] == false)
            #expect(identity.claims.string("name") == "Alice Example")
            #expect(identity.claims.strings("groups") == ["staff", "engineers"])
            #expect(identity.claims["identities"] == [["provider": "corp", "subject": "alice@example.com"]])
            #expect(identity.sessionID == access.sessionID && identity.sessionID != nil)
            #expect(identity.claims.string("jti") != access.claims.string("jti"))
            #expect(try header(of: idToken)["kid"] == header(of: accessToken)["kid"])
            #expect((answer.json["refresh_token"]?.string?.utf8.count ?? 0) >= 43)
        }
    }

    @Test("the scopes decide which attributes an ID token and userinfo hold; custom ones always, and without openid there is no ID token")
    func scopes() async throws {
        try await TestServer.run { server in
            let fixture = server.fixture
            _ = try await fixture.administration.perform(AddCustomAttribute("team", type: .string, multivalued: false, to: fixture.pool.id.text))
            try await fixture.updateProvider { $0.map = ListChange(GatewayFixture.map + ["custom:team=team", "phone_number=phone"]) }
            let attributes = FakeResponse.usualAttributes + [.init("team", "blue"), .init("phone", "+49301234")]
            func claims(_ scope: String) async throws -> Set<String> {
                let code = try await Browser(server).signIn(server.app, ["scope": scope], attributes: attributes)
                let token = try #require(try await server.app.redeem(code, at: server).json["id_token"]?.string)
                let names = try await server.verifier(audience: server.app.clientID).verify(idToken: token).claims.members.names
                return Set(names).intersection(["email", "email_verified", "name", "phone_number", "custom:team", "groups"])
            }
            #expect(try await claims("openid") == ["custom:team", "groups"])
            #expect(try await claims("openid email") == ["custom:team", "groups", "email", "email_verified"])
            #expect(try await claims("openid phone") == ["custom:team", "groups", "phone_number"])
            #expect(try await claims("openid profile") == ["custom:team", "groups", "name"])
            let code = try await Browser(server).signIn(server.app, ["scope": "email"])
            let answer = try await server.app.redeem(code, at: server)
            #expect(answer.status == 200 && answer.json["id_token"] == nil && answer.json["access_token"] != nil)
        }
    }

    @Test("OIDC Core §5.3: userinfo says who the access token is for, by GET and by POST")
    func userInfo() async throws {
        try await TestServer.run { server in
            let answer = try await server.app.redeem(try await Browser(server).signIn(server.app), at: server)
            let token = try #require(answer.json["access_token"]?.string)
            let url = server.fixture.issuer + "/oauth2/userInfo"
            for method in [HTTPRequest.Method.get, .post] {
                let info = try await server.send(method, url, headers: [.authorization: "Bearer " + token])
                #expect(info.status == 200)
                #expect(info.headers[.cacheControl] == "no-store")
                #expect(info.json["sub"]?.string == (try await server.fixture.users().first?.id.text))
                #expect(info.json["email"] == "alice@example.com")
                #expect(info.json["name"] == "Alice Example")
                #expect(info.json["groups"] == ["staff", "engineers"])
                #expect(info.json["username"] == "corp_alice@example.com")
            }
            let identityToken = try #require(answer.json["id_token"]?.string)
            let refreshToken = try #require(answer.json["refresh_token"]?.string)
            // Case 110: no other token, no query, no expired one.
            for wrong in [identityToken, refreshToken, String(token.dropLast(2)), "x"] {
                try await server.expectError("invalid_token", status: 401) {
                    try await server.get(url, headers: [.authorization: "Bearer " + wrong])
                }
            }
            try await server.expectError("invalid_token", status: 401) { try await server.get(url + "?access_token=" + token) }
            server.fixture.clock.advance(by: 3700)
            try await server.expectError("invalid_token", status: 401) { try await server.get(url, headers: [.authorization: "Bearer " + token]) }
        }
    }

    @Test("RFC 8707: the resource asked for is the access token's audience, and a token request cannot ask for another")
    func resource() async throws {
        try await TestServer.run { server in
            let resource = "https://orders.example"
            try await server.addResource(resource)
            let code = try await Browser(server).signIn(server.app, ["resource": resource])
            let answer = try await server.app.redeem(code, at: server)
            let token = try #require(answer.json["access_token"]?.string)
            #expect(try await server.verifier(audience: resource).verify(accessToken: token).audience.values == [resource])
            let refresh = try #require(answer.json["refresh_token"]?.string)
            try await server.expectError("invalid_target") {
                try await server.app.refresh(refresh, at: server, ["resource": "https://payroll.example"])
            }
        }
    }

    @Test("RFC 8707 §2: a resource that is not registered for the pool and the client is invalid_target")
    func unregisteredResource() async throws {
        try await TestServer.run { server in
            try await server.addResource("https://payroll.example", ofClient: false)
            for resource in ["https://orders.example", "https://payroll.example"] {
                try await server.expectTold(server.app, "invalid_target") {
                    try await server.get(server.app.authorizeURL(server, ["resource": resource]))
                }
            }
        }
    }

    private func header(of token: String) throws -> JSONObject {
        try JSONParser.parseObject(try #require(Base64URL.decode(Array(token.split(separator: ".")[0].utf8))))
    }
}
