import Administration
import WireFormats
import Foundation
import SAML
import TestSupport
import Testing
import UserPools

@Suite("The assertion consumer service refuses (SAML Profiles §4.1.4.3, THREATS stages F and G)")
struct ConsumerServiceTests {
    private static let partner = FakeIdentityProvider(
        entityID: "https://partner.example/saml", key: .second, singleSignOnLocation: "https://partner.example/sso")

    @Test("case 56: a valid response of one identity provider for a sign-in begun at another is refused, and uses nothing up")
    func otherConnection() async throws {
        try await TestServer.run { server in
            try await server.fixture.addProvider("partner", Self.partner)
            let browser = Browser(server)
            let request = try await browser.begin(server.app, ["identity_provider": "corp"])
            try await server.expectRefusal("saml.signature_invalid", told: "server_error") { try await browser.answer(request, by: Self.partner) }
            #expect(try await browser.answer(request).parameter("code") != nil)
        }
    }

    @Test("case 65: InResponseTo that is unknown, malformed, or of another pool")
    func unknownRequest() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            let request = try await browser.begin(server.app)
            for id in ["_" + String(repeating: "0", count: 40), "x y"] {
                try await server.expectRefusal("saml.in_response_to", expected: "a request that waits") {
                    try await browser.answer(request) { ($0.inResponseTo, $0.confirmationInResponseTo) = (id, id) }
                }
            }
            let pool = try await server.fixture.administration.perform(
                CreatePool(name: "Others", domain: nil, signingAlgorithm: "ES256", region: "local"))
            let answer = server.fixture.identityProvider.respond(to: request, at: server.fixture.clock.now)
            try await server.expectRefusal("saml.in_response_to") {
                try await browser.post(
                    GatewayFixture.publicURL + "/" + pool.id.text + "/saml2/idpresponse",
                    HTTPPostBinding.autoSubmitFields(samlResponse: answer, relayState: nil))
            }
        }
    }

    @Test("case 65, case 115: an answer brought by another browser, with no cookie or with one of its own, is login CSRF")
    func otherBrowser() async throws {
        try await TestServer.run { server in
            let attacker = Browser(server), victim = Browser(server)
            let request = try await attacker.begin(server.app)
            try await server.expectRefusal("saml.in_response_to", expected: "the cookie of the browser that began", seen: "no cookie") {
                try await victim.answer(request)
            }
            _ = try await victim.begin(server.app)
            try await server.expectRefusal("saml.in_response_to", expected: "the cookie of the browser that began", seen: "another cookie") {
                try await victim.answer(request)
            }
            #expect(victim.sessionCookie == nil)
            #expect(try await attacker.answer(request).parameter("code") != nil)
        }
    }

    @Test("case 66: a response that nobody asked for is refused while the provider may not begin, or is none of ours")
    func unsolicited() async throws {
        try await TestServer.run { server in
            for issuer in [server.fixture.identityProvider.entityID, "https://stranger.example"] {
                var identityProvider = Self.partner
                identityProvider.entityID = issuer
                try await server.expectRefusal("saml.unsolicited", seen: issuer) {
                    try await Browser(server).post(unsolicitedResponse(server, by: identityProvider))
                }
            }
        }
    }

    @Test("case 66: where it may begin, its response counts once; the named app is asked to go on, and RelayState is not followed (S34)")
    func idpInitiated() async throws {
        try await TestServer.run { server in
            try await server.fixture.allowInitiatedSignIns()
            let browser = Browser(server)
            let response = unsolicitedResponse(server)
            let answer = try await browser.post(response, relayState: "https://evil.example/")
            // No code, which would be one that the app did not ask for: it asks itself.
            #expect(answer.status == 303)
            #expect(answer.location == GatewayFixture.initiateLoginURI + "&iss=" + PercentCoding.encode(server.fixture.issuer))
            try await server.expectRefusal("saml.replay") { try await Browser(server).post(response) }
            // The app then signs in from the session.
            #expect(try await browser.get(server.app.authorizeURL(server, ["prompt": "none"])).parameter("code") != nil)
        }
    }

    @Test("case 66: an app that cannot be asked any more gets nobody, and nothing is used up")
    func withoutApp() async throws {
        try await TestServer.run { server in
            try await server.fixture.allowInitiatedSignIns()
            let response = unsolicitedResponse(server)
            for change: @Sendable (inout ClientSettings) -> Void in [{ $0.enabled = false }, { ($0.enabled, $0.initiateLoginURI) = (true, .remove) }]
            {
                try await server.fixture.updateClient(change)
                try await server.expectRefusal("sign_in.no_initiate_login_uri") { try await Browser(server).post(response) }
            }
            #expect(try await server.fixture.contents().sessions == 0)
            try await server.fixture.updateClient { $0.initiateLoginURI = .set(GatewayFixture.initiateLoginURI) }
            #expect(try await Browser(server).post(response).status == 303)
        }
    }

    @Test("case 66: an answer to a request of ours is no unsolicited one when its InResponseTo is taken out of the Response")
    func strippedRequest() async throws {
        try await TestServer.run { server in
            try await server.fixture.allowInitiatedSignIns()
            let attacker = Browser(server), victim = Browser(server)
            let request = try await attacker.begin(server.app)
            try await server.expectRefusal("saml.in_response_to", seen: "no cookie") {
                try await victim.answer(request) { $0.inResponseTo = nil }
            }
        }
    }

    @Test("case 67: the same response posted twice gives one session")
    func postedTwice() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            let request = try await browser.begin(server.app)
            let response = server.fixture.identityProvider.respond(to: request, at: server.fixture.clock.now)
            #expect(try await browser.post(response).status == 303)
            try await server.expectRefusal("saml.in_response_to") { try await browser.post(response) }
            #expect(try await server.fixture.contents().sessions == 1)
        }
    }

    @Test("case 72: whatever RelayState says, the browser goes to the app that asked")
    func relayState() async throws {
        try await TestServer.run { server in
            for text in ["https://evil.example/", "\"><script>", "a\r\nSet-Cookie: a=b", String(repeating: "x", count: 10_240)] {
                let browser = Browser(server)
                let request = try await browser.begin(server.app)
                let response = server.fixture.identityProvider.respond(to: request, at: server.fixture.clock.now)
                let answer = try await browser.post(response, relayState: text)
                #expect(answer.status == 303)
                #expect(answer.location?.hasPrefix(GatewayFixture.redirectURI + "?code=") == true)
                // Session and last choice, and none that somebody else wrote.
                #expect(answer.setCookies.count == 2 && answer.setCookies.allSatisfy { $0.hasPrefix("__Host-countersign-") })
            }
        }
    }

    @Test("case 1, case 3: the form itself is checked before anything of it is read")
    func form() async throws {
        try await TestServer.run { server in
            let acs = server.fixture.assertionConsumerService
            let browser = Browser(server)
            try await server.expectRefusal("saml.bad_request") { try await browser.post(acs, []) }
            try await server.expectRefusal("saml.bad_request") { try await browser.post(acs, [("SAMLResponse", "")]) }
            try await server.expectRefusal("saml.bad_request") { try await browser.post(acs, [("SAMLResponse", "QQ=="), ("SAMLResponse", "QQ==")]) }
            try await server.expectRefusal("saml.malformed") { try await browser.post(acs, [("SAMLResponse", "not base64!")]) }
            try await server.expectRefusal("http.too_large", status: 413) {
                try await browser.post(acs, [("SAMLResponse", String(repeating: "A", count: 1 << 20))])
            }
            // A query brings an artifact, and never a message.
            for query in ["", "?SAMLResponse=PGE+", "?SAMLRequest=PGE+"] {
                try await server.expectRefusal("saml.bad_request") { try await browser.get(acs + query) }
            }
            for query in ["?SAMLart=AAQAAA==", "?SAMLart=x&SAMLart=x", "?SAMLart=AAQAAA==&SAMLResponse=PGE+"] {
                try await server.expectRefusal("saml.artifact") { try await browser.get(acs + query) }
            }
        }
    }

    private func unsolicitedResponse(_ server: TestServer, by identityProvider: FakeIdentityProvider? = nil) -> [UInt8] {
        (identityProvider ?? server.fixture.identityProvider).respond(
            requestID: nil, acs: server.fixture.assertionConsumerService, audience: server.fixture.entityID, at: server.fixture.clock.now)
    }
}
