import Administration
import Foundation
import HTTPTypes
import SAML
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("OpenID Connect Core §5.5: claims that are asked for one by one (oidcc-claims-essential)")
struct ClaimsParameterTests {
    /// The claims of ID token and userinfo, of the answer to a code and of one refresh of it.
    private func told(
        _ server: TestServer, scope: String = "openid", claims: String
    ) async throws -> [(id: TokenClaims, info: JSONObject)] {
        let code = try await Browser(server).signIn(server.app, ["scope": scope, "claims": claims])
        let first = try await server.app.redeem(code, at: server)
        let refresh = try #require(first.json["refresh_token"]?.string, "\(first.body)")
        var told: [(id: TokenClaims, info: JSONObject)] = []
        for answer in [first, try await server.app.refresh(refresh, at: server)] {
            let idToken = try #require(answer.json["id_token"]?.string, "\(answer.body)")
            let access = try #require(answer.json["access_token"]?.string)
            let id = try await server.verifier(audience: server.app.clientID).verify(idToken: idToken)
            let info = try await server.get(server.fixture.issuer + "/oauth2/userInfo", headers: [.authorization: "Bearer " + access])
            #expect(answer.json["scope"]?.string == scope)
            told.append((id.claims, info.json))
        }
        return told
    }

    @Test("each member is told where it was asked for and nowhere else, after a refresh too; essential or not, with values or null")
    func members() async throws {
        try await TestServer.run { server in
            let asked =
                #"{"userinfo":{"name":{"essential":true},"updated_at":null},"id_token":{"email":{"value":"x@y.example"},"email_verified":null}}"#
            for (id, info) in try await told(server, claims: asked) {
                #expect(info["name"] == "Alice Example" && info["updated_at"]?.integer != nil && info["email"] == nil)
                #expect(id["email"] == "alice@example.com" && id["email_verified"] != nil && id["name"] == nil && id["updated_at"] == nil)
            }
            // Beside what the scopes give.
            for (id, info) in try await told(server, scope: "openid email", claims: #"{"id_token":{"name":null}}"#) {
                #expect(id["email"] == "alice@example.com" && id["name"] == "Alice Example")
                #expect(info["email"] == "alice@example.com" && info["name"] == nil)
            }
        }
    }

    @Test("what nobody knows is ignored: other members, claims without a meaning, languages; what nobody said is left out, essential or not")
    func unknown() async throws {
        try await TestServer.run { server in
            let asked =
                ##"{"access_token":{"a":1},"x":7,"userinfo":{"name#de":null,"nothing":{"essential":true},"phone_number":{"essential":true}}}"##
            for (id, info) in try await told(server, claims: asked) {
                #expect(Set(info.names) == ["sub", "groups", "username"])
                #expect(id["name"] == nil && id["nothing"] == nil)
            }
            for claims in ["{}", #"{"userinfo":null,"id_token":{}}"#] { _ = try await told(server, claims: claims) }
            // Nor do its relatives do harm (oidcc-claims-locales, oidcc-display-page, oidcc-display-popup).
            for (name, value) in [("claims_locales", "se de"), ("display", "page"), ("display", "popup")] {
                _ = try await Browser(server).signIn(server.app, [name: value])
            }
        }
    }

    @Test(
        "case 183: nobody gets by a claim what it may not ask for by a scope; protocol claims are nobody's to ask for; taken away later, it is not told"
    )
    func bounds() async throws {
        try await TestServer.run({ $0.clientSettings = { $0.scopes = ["openid", "email"] } }) { server in
            let asked =
                #"{"userinfo":{"name":null,"iss":{"value":"x"},"identities":null,"exp":null},"id_token":{"name":null,"client_id":null,"email":null}}"#
            for (id, info) in try await told(server, claims: asked) {
                #expect(Set(info.names) == ["sub", "groups", "username"] && id["name"] == nil && id["client_id"] == nil)
                #expect(id["email"] == "alice@example.com")
            }
        }
        try await TestServer.run { server in
            let code = try await Browser(server).signIn(server.app, ["scope": "openid", "claims": #"{"userinfo":{"name":null}}"#])
            let answer = try await server.app.redeem(code, at: server)
            let access = try #require(answer.json["access_token"]?.string)
            func info() async throws -> JSONObject {
                try await server.get(server.fixture.issuer + "/oauth2/userInfo", headers: [.authorization: "Bearer " + access]).json
            }
            #expect(try await info()["name"] == "Alice Example")
            try await server.changeClient { $0.scopes = ["openid"] }
            #expect(try await info()["name"] == nil)
        }
    }

    @Test("§5.5.1: sub with a value is the one person that may be signed in; another one is login_required, and so is a session of another")
    func subject() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            let answer = try await server.app.redeem(try await browser.signIn(server.app), at: server)
            let idToken = try #require(answer.json["id_token"]?.string)
            let alice = try #require(TokenVerifier.unverifiedClaim("sub", of: idToken))
            func claims(_ sub: String) -> String { #"{"id_token":{"sub":{"value":"\#(sub)"}}}"# }
            #expect(try await browser.get(server.app.authorizeURL(server, ["claims": claims(alice)])).parameter("code") != nil)
            let other = try await browser.get(server.app.authorizeURL(server, ["claims": claims("somebody"), "prompt": "none"]))
            #expect(other.parameters("error") == ["login_required"])
            let request = try await browser.begin(server.app, ["claims": claims("somebody")])
            let back = try await browser.answer(request)
            #expect(back.parameters("error") == ["login_required"] && back.parameter("code") == nil)
            // Two that differ are nobody.
            try await server.expectTold(server.app, "invalid_request") {
                try await server.get(server.app.authorizeURL(server, ["claims": claims("somebody"), "id_token_hint": idToken]))
            }
        }
    }

    @Test("§5.5.1.1: an essential acr is met or the sign-in has failed; one that is not essential is a wish, as acr_values is")
    func acr() async throws {
        let refeds = "https://refeds.org/profile/mfa"
        try await TestServer.run({
            $0.providerSettings = { $0.contexts = ContextMappingSettings(["pwd=PasswordProtectedTransport", "mfa=\(refeds)"]) }
        }) { server in
            func claims(_ acr: String) -> [String: String?] { ["claims": #"{"id_token":{"acr":\#(acr)}}"#] }
            let essential = claims(#"{"essential":true,"values":["mfa"]}"#)
            let browser = Browser(server)
            let request = try await browser.begin(server.app, essential)
            #expect(request.requestedAuthnContext == RequestedAuthnContext([refeds]))
            let weak = try await browser.answer(request)
            #expect(weak.parameters("error") == ["unmet_authentication_requirements"] && weak.parameter("code") == nil)
            let strong = try await browser.answer(try await browser.begin(server.app, essential)) { $0.authnContextClassRef = refeds }
            let tokens = try await server.app.redeem(try #require(strong.parameter("code")), at: server)
            let idToken = try #require(tokens.json["id_token"]?.string)
            #expect(TokenVerifier.unverifiedClaim("acr", of: idToken) == "mfa")
            // Nobody could meet it: said at once.
            let unknown = try await browser.get(server.app.authorizeURL(server, claims(#"{"essential":true,"value":"gold"}"#)))
            #expect(unknown.parameters("error") == ["unmet_authentication_requirements"])
            for acr in [#"{"values":["gold"]}"#, "null", #"{"essential":true}"#] {
                #expect(try await browser.get(server.app.authorizeURL(server, claims(acr))).parameter("code") != nil, "\(acr)")
            }
            // An essential one is not softened by what stands beside it.
            var both = essential
            both["acr_values"] = "pwd"
            let fresh = Browser(server)
            #expect(try await fresh.begin(server.app, both).requestedAuthnContext == RequestedAuthnContext([refeds]))
        }
    }

    @Test("discovery: claims_parameter_supported")
    func discovery() async throws {
        try await TestServer.run { server in
            let document = try await server.get(server.fixture.issuer + "/.well-known/openid-configuration").json
            #expect(document["claims_parameter_supported"] == true)
        }
    }
}
