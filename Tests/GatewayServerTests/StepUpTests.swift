import Administration
import Gateway
import HTTPTypes
import SAML
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("Step-up: a session does for an app only where the person was authenticated as it asks (OIDC Core §3.1.2.1, RFC 9470)")
struct StepUpTests {
    private static let password = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
    private static let refeds = "https://refeds.org/profile/mfa"
    private static let microsoft = "http://schemas.microsoft.com/claims/multipleauthn"
    private static let mapped: @Sendable (inout GatewayFixture.Options) -> Void = { options in
        options.providerSettings = { settings in
            settings.contexts = ContextMappingSettings(["pwd=PasswordProtectedTransport", "mfa=\(refeds)", "mfa=\(microsoft)"])
        }
    }

    private func tokens(_ answer: Answer, at server: TestServer) async throws -> JSONObject {
        try await server.app.redeem(try #require(answer.parameter("code")), at: server).json
    }

    private func identity(_ tokens: JSONObject, at server: TestServer) async throws -> VerifiedIDToken {
        let idToken = try #require(tokens["id_token"]?.string)
        return try await server.verifier(audience: server.app.clientID).verify(idToken: idToken)
    }

    @Test("a session of a password is stepped up, once; the tokens say acr, amr and auth_time as they were, also after a refresh")
    func stepUp() async throws {
        try await TestServer.run(Self.mapped) { server in
            let browser = Browser(server)
            let first = try await tokens(try await browser.answer(try await browser.begin(server.app)), at: server)
            let before = try await identity(first, at: server)
            #expect(before.authenticationContext == "pwd" && before.authenticationMethods == ["pwd"])
            // What it is good for needs nobody.
            let again = try await tokens(try await browser.get(server.app.authorizeURL(server, ["acr_values": "pwd mfa other"])), at: server)
            #expect(try await identity(again, at: server).authenticationContext == "pwd")

            server.fixture.clock.advance(by: 600)
            let request = try await browser.begin(server.app, ["acr_values": "mfa"])
            #expect(request.requestedAuthnContext == RequestedAuthnContext([Self.refeds, Self.microsoft]))
            // The provider knows what it did for its own session: it is not told to forget it.
            #expect(!request.forceAuthn)
            let second = try await tokens(try await browser.answer(request) { $0.authnContextClassRef = Self.refeds }, at: server)
            let after = try await identity(second, at: server)
            #expect(after.authenticationContext == "mfa" && after.authenticationMethods == ["mfa"])
            #expect(after.subject == before.subject && after.sessionID == before.sessionID)
            #expect(try #require(after.authenticatedAt) > #require(before.authenticatedAt))
            // From then on the session does for it.
            let third = try await browser.get(server.app.authorizeURL(server, ["acr_values": "mfa", "prompt": "none"]))
            #expect(try await identity(try await tokens(third, at: server), at: server).authenticationContext == "mfa")

            for (tokens, said) in [(first, before), (second, after)] {
                let refreshed = try await server.app.refresh(try #require(tokens["refresh_token"]?.string), at: server).json
                let identity = try await identity(refreshed, at: server)
                #expect(identity.authenticationContext == said.authenticationContext && identity.authenticatedAt == said.authenticatedAt)
                #expect(identity.authenticationMethods == said.authenticationMethods)
                let access = try await server.verifier().verify(accessToken: try #require(refreshed["access_token"]?.string))
                #expect(access.authenticationContext == said.authenticationContext && access.authenticatedAt == said.authenticatedAt)
                #expect(access.authenticationMethods == said.authenticationMethods)
            }
        }
    }

    @Test("case 160: what the admin takes out of the table is said no more: by no session, by no refresh, and it is asked for anew")
    func tableOfNow() async throws {
        try await TestServer.run(Self.mapped) { server in
            let browser = Browser(server)
            let request = try await browser.begin(server.app, ["acr_values": "mfa"])
            let first = try await tokens(try await browser.answer(request) { $0.authnContextClassRef = Self.refeds }, at: server)
            #expect(try await identity(first, at: server).authenticationContext == "mfa")
            func refreshed(_ tokens: JSONObject) async throws -> JSONObject {
                try await server.app.refresh(try #require(tokens["refresh_token"]?.string), at: server).json
            }

            // The word stays, and what this session was is not it any more.
            try await server.fixture.updateProvider { $0.contexts = ContextMappingSettings(["pwd=\(Self.refeds)", "mfa=\(Self.microsoft)"]) }
            let second = try await refreshed(first)
            #expect(try await identity(second, at: server).authenticationContext == nil)
            #expect(try await identity(second, at: server).authenticationMethods == ["mfa"])
            let access = try await server.verifier().verify(accessToken: try #require(second["access_token"]?.string))
            #expect(access.authenticationContext == nil)
            try await server.expectTold(server.app, "login_required") {
                try await browser.get(server.app.authorizeURL(server, ["acr_values": "mfa", "prompt": "none"]))
            }
            let silent = try await tokens(try await browser.get(server.app.authorizeURL(server, ["prompt": "none"])), at: server)
            #expect(try await identity(silent, at: server).authenticationContext == nil)

            try await server.fixture.updateProvider { $0.contexts = ContextMappingSettings(["mfa=\(Self.refeds)"]) }
            #expect(try await identity(try await refreshed(second), at: server).authenticationContext == "mfa")
            try await server.fixture.updateProvider { $0.contexts = ContextMappingSettings([]) }
            let bare = try await tokens(try await browser.get(server.app.authorizeURL(server, ["acr_values": "mfa", "prompt": "none"])), at: server)
            #expect(try await identity(bare, at: server).authenticationContext == nil)
        }
    }

    @Test("prompt=none cannot step up: login_required; where the provider did not do it the app is told, and the session is as it was")
    func refused() async throws {
        try await TestServer.run(Self.mapped) { server in
            let browser = Browser(server)
            _ = try await browser.signIn(server.app)
            try await server.expectTold(server.app, "login_required") {
                try await browser.get(server.app.authorizeURL(server, ["acr_values": "mfa", "prompt": "none"]))
            }
            let request = try await browser.begin(server.app, ["acr_values": "mfa"])
            try await server.expectRefusal(
                "sign_in.unmet_authentication_requirements", expected: "one of: \(Self.refeds) \(Self.microsoft)",
                told: "unmet_authentication_requirements"
            ) { try await browser.answer(request) { $0.authnContextClassRef = Self.password } }
            let answer = try await browser.get(server.app.authorizeURL(server, ["acr_values": "pwd", "prompt": "none"]))
            #expect(answer.parameter("code") != nil)
        }
    }

    @Test("case 159: what nobody maps is no acr of ours, whatever the provider says; and a wish for it changes nothing")
    func unmapped() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            let request = try await browser.begin(server.app, ["acr_values": "mfa"])
            #expect(request.requestedAuthnContext == nil)
            let first = try await identity(
                try await tokens(try await browser.answer(request) { $0.authnContextClassRef = "mfa" }, at: server), at: server)
            #expect(first.authenticationContext == nil && first.authenticationMethods.isEmpty)
            let answer = try await browser.get(server.app.authorizeURL(server, ["acr_values": "mfa", "prompt": "none"]))
            #expect(answer.parameter("code") != nil)
        }
    }

    @Test("Entra ID says the class of the first factor, and beside it in an attribute what else there was")
    func attribute() async throws {
        try await TestServer.run(Self.mapped) { server in
            let browser = Browser(server)
            let request = try await browser.begin(server.app, ["acr_values": "mfa"])
            let methods = FakeResponse.Attribute(
                "http://schemas.microsoft.com/claims/authnmethodsreferences",
                "http://schemas.microsoft.com/ws/2008/06/identity/authenticationmethod/password", Self.microsoft)
            let answer = try await browser.answer(request, attributes: FakeResponse.usualAttributes + [methods])
            let identity = try await identity(try await tokens(answer, at: server), at: server)
            #expect(identity.authenticationContext == "mfa" && identity.authenticationMethods == ["pwd", "mfa"])
        }
    }

    @Test("discovery says what may be asked for at some enabled provider, and the claims that come of it")
    func discovery() async throws {
        try await TestServer.run { server in
            func document() async throws -> JSONObject { try await server.get(server.fixture.issuer + "/.well-known/openid-configuration").json }
            #expect(try await document()["acr_values_supported"] == nil)
            #expect(Set(["acr", "amr", "auth_time"]).isSubset(of: try await document()["claims_supported"]?.strings ?? []))
            try await server.fixture.updateProvider { $0.contexts = ContextMappingSettings(["mfa=\(Self.refeds)", "cert=X509", "mfa=urn:a"]) }
            #expect(try await document()["acr_values_supported"]?.strings == ["cert", "mfa"])
            try await server.fixture.updateProvider { $0.enabled = false }
            #expect(try await document()["acr_values_supported"] == nil)
        }
    }
}
