import Administration
import Foundation
import HTTPTypes
import OpenIDConnect
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("JARM: signed authorization answers")
struct SignedAnswerTests {
    /// What a signed answer says, once its signature by the pool's key, `iss`, `aud` and `exp` are right (§2.4).
    private func open(_ text: String?, at server: TestServer, sourceLocation: SourceLocation = #_sourceLocation) async throws -> JSONObject {
        let text = try #require(text, sourceLocation: sourceLocation)
        let keys = try await server.get(server.fixture.issuer + "/.well-known/jwks.json").body
        let jws = try CompactJWS(text, algorithms: [.ES256])
        let set = try JSONWebKeySet(json: keys)
        let claims = try #require(TokenVerifier.unverifiedClaims(of: text))
        #expect(jws.keyID != nil && set.keyIDs.contains(jws.keyID ?? ""), sourceLocation: sourceLocation)
        // Whose signature it is, our own verifier says: as an ID token it fails by its missing `iat` alone, which comes after the signature.
        let error = await #expect(throws: TokenError.self, sourceLocation: sourceLocation) {
            try await server.verifier(audience: server.app.clientID).verify(idToken: text)
        }
        #expect(
            error?.code == "token.claim" && error?.message.contains("iat") == true, "\(String(describing: error))", sourceLocation: sourceLocation)
        let now = Int(server.fixture.clock.now.timeIntervalSince1970)
        #expect(claims.string("iss") == server.fixture.issuer && claims["aud"]?.string == server.app.clientID, sourceLocation: sourceLocation)
        #expect((1...600).contains((claims["exp"]?.integer ?? 0) - now), sourceLocation: sourceLocation)
        return claims.members
    }

    @Test(
        "§2.3: jwt and query.jwt in the query, as one parameter; the code, the state and nothing else in the clear", arguments: ["jwt", "query.jwt"])
    func query(_ mode: String) async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            let back = try await browser.answer(try await browser.begin(server.app, ["response_mode": mode]))
            let location = try #require(back.location)
            #expect(location.hasPrefix(server.app.redirectURI + "?response=") && !location.contains("&"))
            let answer = try await open(back.parameter("response"), at: server)
            #expect(answer["state"]?.string == server.app.state && answer.names == ["iss", "aud", "exp", "code", "state"])
            let code = try #require(answer["code"]?.string)
            #expect(try await server.app.redeem(code, at: server).status == 200)
            // From the session, too.
            let again = try await browser.get(server.app.authorizeURL(server, ["response_mode": mode]))
            #expect(try await open(again.parameter("response"), at: server)["code"]?.string != nil)
        }
    }

    @Test("§2.3.3: form_post.jwt posts it")
    func form() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            let back = try await browser.answer(try await browser.begin(server.app, ["response_mode": "form_post.jwt"]))
            #expect(back.status == 200 && back.body.contains("action=\"\(server.app.redirectURI)\""))
            let fields = back.body.matches(of: /<input type="hidden" name="([^"]*)" value="([^"]*)"/)
            #expect(fields.map { String($0.1) } == ["response"])
            #expect(try await open(fields.first.map { String($0.2) }, at: server)["code"]?.string != nil)
        }
    }

    @Test("case 182: errors are signed as well, before and after the provider; what nobody knows as a mode is told in the clear")
    func errors() async throws {
        try await TestServer.run({ $0.clientSettings = { $0.requiredGroups = ["nobody"] } }) { server in
            let none = try await server.get(server.app.authorizeURL(server, ["response_mode": "jwt", "prompt": "none"]))
            let early = try await open(none.parameter("response"), at: server)
            #expect(early["error"] == "login_required" && early["state"]?.string == server.app.state && early["code"] == nil)
            #expect(early["error_description"]?.string?.isEmpty == false && none.parameters("error") == [])
            let browser = Browser(server)
            let late = try await browser.answer(try await browser.begin(server.app, ["response_mode": "query.jwt"]))
            #expect(try await open(late.parameter("response"), at: server)["error"] == "access_denied")
            let wrong = try await server.get(server.app.authorizeURL(server, ["response_mode": "jwt", "scope": "unknown"]))
            #expect(try await open(wrong.parameter("response"), at: server)["error"] == "invalid_scope")
            for mode in ["fragment.jwt", "JWT", "query.jwt query", "fragment"] {
                try await server.expectTold(server.app, "invalid_request") {
                    try await server.get(server.app.authorizeURL(server, ["response_mode": mode]))
                }
            }
        }
    }

    @Test("case 182: a signed answer is no ID token, no access token and no id_token_hint")
    func otherUses() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            let back = try await browser.answer(try await browser.begin(server.app, ["response_mode": "jwt"]))
            let answer = try #require(back.parameter("response"))
            try await server.expectTold(server.app, "invalid_request") {
                try await server.get(server.app.authorizeURL(server, ["id_token_hint": answer]))
            }
            let info = try await server.get(server.fixture.issuer + "/oauth2/userInfo", headers: [.authorization: "Bearer " + answer])
            #expect(info.status == 401)
        }
    }

    @Test("§4: discovery lists the modes and the algorithms")
    func discovery() async throws {
        try await TestServer.run { server in
            let document = try await server.get(server.fixture.issuer + "/.well-known/openid-configuration").json
            #expect(document["response_modes_supported"]?.strings == ["query", "form_post", "jwt", "query.jwt", "form_post.jwt"])
            #expect(document["authorization_signing_alg_values_supported"]?.strings == ["ES256"])
        }
    }
}
