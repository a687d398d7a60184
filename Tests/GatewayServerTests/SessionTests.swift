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

@Suite("The browser's session (OIDC Core §3.1.2.1, THREATS P10)")
struct SessionTests {
    private static let other = "https://billing.example/callback"

    @Test("a second app of the pool signs in from the session, without the identity provider")
    func secondApp() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            _ = try await browser.signIn(server.app)
            let billing = try await server.addApp("Billing", redirectURI: Self.other, confidential: false)
            server.fixture.clock.advance(by: 600)
            let answer = try await browser.get(billing.authorizeURL(server))
            #expect(answer.status == 303)
            #expect(answer.location?.hasPrefix(Self.other + "?code=") == true)
            #expect(answer.parameters("state") == [billing.state] && answer.parameters("iss") == [server.fixture.issuer])
            let tokens = try await billing.redeem(try #require(answer.parameter("code")), at: server)
            let idToken = try #require(tokens.json["id_token"]?.string)
            let identity = try await server.verifier(audience: billing.clientID).verify(idToken: idToken, nonce: billing.nonce)
            // The person signed in once, ten minutes ago: auth_time says so (OIDC Core §2).
            let signedIn = server.fixture.clock.now.addingTimeInterval(-605)
            #expect(identity.authenticatedAt == Date(timeIntervalSince1970: signedIn.timeIntervalSince1970.rounded(.down)))
            #expect(try await server.fixture.contents().sessions == 1)
        }
    }

    @Test("OIDC Core §3.1.2.1: prompt=login and select_account ask the identity provider anew, whatever session there is, and it has to do so")
    func promptLogin() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            _ = try await browser.signIn(server.app)
            server.fixture.clock.advance(by: 600)
            // Without ForceAuthn it would bring the same person back unasked.
            #expect(try await browser.begin(server.app, ["prompt": "select_account"]).forceAuthn)
            let request = try await browser.begin(server.app, ["prompt": "login"])
            #expect(request.forceAuthn)
            let now = server.fixture.clock.now
            try await server.expectRefusal("saml.authn_statement", told: "server_error") {
                try await browser.answer(request) { $0.authnInstant = now - 300 }
            }
            let answer = try await browser.answer(request) { $0.authnInstant = now }
            #expect(answer.parameter("code") != nil)
        }
    }

    @Test("case 113: prompt=none answers from a session, without one login_required, and never a page")
    func promptNone() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            try await server.expectTold(server.app, "login_required") { try await browser.get(server.app.authorizeURL(server, ["prompt": "none"])) }
            _ = try await browser.signIn(server.app)
            let answer = try await browser.get(server.app.authorizeURL(server, ["prompt": "none"]))
            #expect(answer.parameter("code") != nil)
            server.fixture.clock.advance(by: 12 * 3600 + 1)
            try await server.expectTold(server.app, "login_required") { try await browser.get(server.app.authorizeURL(server, ["prompt": "none"])) }
        }
    }

    @Test("case 113: max_age=0 asks for a new authentication, a longer one takes the session while it is young enough")
    func maxAge() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            _ = try await browser.signIn(server.app)
            #expect(try await browser.begin(server.app, ["max_age": "0"]).forceAuthn)
            server.fixture.clock.advance(by: 100)
            let young = try await browser.get(server.app.authorizeURL(server, ["max_age": "105"]))
            #expect(young.parameter("code") != nil)
            let request = try await browser.begin(server.app, ["max_age": "60"])
            #expect(request.forceAuthn)
            // Case 124: a clock that is set back makes no session younger.
            server.fixture.clock.advance(by: -3600)
            #expect(try await browser.begin(server.app, ["max_age": "60"]).forceAuthn)
            server.fixture.clock.advance(by: 3600)
            // Whoever answers with the old authentication all the same is not believed.
            try await server.expectRefusal("saml.authn_statement", told: "server_error") {
                try await browser.answer(request) { $0.authnInstant = server.fixture.clock.now - 300 }
            }
            try await server.expectTold(server.app, "login_required") {
                try await browser.get(server.app.authorizeURL(server, ["max_age": "60", "prompt": "none"]))
            }
        }
    }

    @Test("case 113: id_token_hint of the person signed in is good, also when it has expired; forged or another client's it is invalid_request")
    func hint() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            let hint = try #require(try await server.app.redeem(try await browser.signIn(server.app), at: server).json["id_token"]?.string)
            try await server.expectTold(server.app, "invalid_request") {
                try await browser.get(server.app.authorizeURL(server, ["id_token_hint": String(hint.dropLast(8)) + "AAAAAAAA"]))
            }
            let billing = try await server.addApp("Billing", redirectURI: Self.other)
            try await server.expectTold(billing, "invalid_request") {
                try await browser.get(billing.authorizeURL(server, ["id_token_hint": hint]))
            }
            server.fixture.clock.advance(by: 2 * 3600)
            let answer = try await browser.get(server.app.authorizeURL(server, ["id_token_hint": hint, "prompt": "none"]))
            #expect(answer.parameter("code") != nil)
        }
    }

    @Test("OIDC Core §3.1.2.1: with id_token_hint of somebody else than is, or then gets, signed in, the app gets login_required and no code")
    func hintOfSomebodyElse() async throws {
        try await TestServer.run { server in
            let hint = try #require(try await server.app.redeem(try await Browser(server).signIn(server.app), at: server).json["id_token"]?.string)
            let (bob, other) = (Browser(server), Browser(server))
            _ = try await bob.signIn(server.app, nameID: "bob@example.com")
            try await server.expectTold(server.app, "login_required") {
                try await bob.get(server.app.authorizeURL(server, ["id_token_hint": hint, "prompt": "none"]))
            }
            let answer = try await other.answer(try await other.begin(server.app, ["id_token_hint": hint]), nameID: "bob@example.com")
            #expect(answer.parameter("code") == nil && answer.parameters("error") == ["login_required"])
        }
    }

    @Test("case 116: neither a cookie that was planted before the sign-in nor that of the session before it is good for anything")
    func fixation() async throws {
        try await TestServer.run { server in
            let (browser, attacker) = (Browser(server), Browser(server))
            let name = "__Host-countersign-session-\(server.fixture.pool.id)"
            browser.cookies[name] = String(repeating: "A", count: 43)
            for prompt in [nil, "login"] {
                attacker.cookies = browser.cookies
                _ = try await browser.signIn(server.app, ["prompt": prompt])
                #expect(browser.cookies[name] != attacker.cookies[name])
                try await server.expectTold(server.app, "login_required") {
                    try await attacker.get(server.app.authorizeURL(server, ["prompt": "none"]))
                }
            }
        }
    }

    @Test("a cookie that comes twice, is too short or has other characters is as if there were none")
    func malformedCookies() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            _ = try await browser.signIn(server.app)
            let session = try #require(browser.sessionCookie)
            let name = "__Host-countersign-session-\(server.fixture.pool.id)"
            for header in ["\(name)=\(session); \(name)=\(session)", "\(name)=\(session.dropLast())", "\(name)=\(session)=", "\(name)"] {
                try await server.expectTold(server.app, "login_required") {
                    try await server.get(server.app.authorizeURL(server, ["prompt": "none"]), headers: [.cookie: header])
                }
            }
            let good = try await server.get(
                server.app.authorizeURL(server, ["prompt": "none"]), headers: [.cookie: "theme=dark; \(name)=\(session); other=1"])
            #expect(good.parameter("code") != nil)
        }
    }

    @Test("SessionNotOnOrAfter of the identity provider ends our session (THREATS stage F)")
    func sessionEnd() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            let end = server.fixture.clock.now + 900
            let answer = try await browser.answer(try await browser.begin(server.app)) { $0.sessionNotOnOrAfter = end }
            #expect(answer.setCookies.first?.contains("; Max-Age=900") == true)
            server.fixture.clock.advance(by: 901)
            try await server.expectTold(server.app, "login_required") { try await browser.get(server.app.authorizeURL(server, ["prompt": "none"])) }
        }
    }

    @Test("a disabled provider's session is good for nothing, and a client that may not use the provider asks again (S42)")
    func disabledProvider() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            _ = try await browser.signIn(server.app)
            try await server.fixture.updateProvider { $0.enabled = false }
            try await server.expectTold(server.app, "login_required") { try await browser.get(server.app.authorizeURL(server, ["prompt": "none"])) }
        }
    }

    @Test("case 139: of one signed-in browser's authorizations as many give a code as its bucket has; another browser is served")
    func manyAuthorizations() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            _ = try await browser.signIn(server.app)
            var codes = 0
            for _ in 0..<(SignIn.maximumCodes + 20)
            where try await browser.get(server.app.authorizeURL(server, ["prompt": "none"])).parameter("code") != nil {
                codes += 1
            }
            #expect(codes == SignIn.maximumCodes)
            #expect(try await server.fixture.contents().codes == codes + 1)
            let told = try await browser.get(server.app.authorizeURL(server, ["prompt": "none"]))
            #expect(told.parameter("error") == "temporarily_unavailable")
            try await server.expectRefusal("sign_in.too_many_codes", status: 429) { try await browser.get(server.app.authorizeURL(server)) }
            _ = try await Browser(server).signIn(server.app, nameID: "bob@example.com")
            server.fixture.clock.advanceUptime(by: .seconds(36))
            #expect(try await browser.get(server.app.authorizeURL(server)).parameter("code") != nil)
        }
    }

    @Test("a session of one pool is no session of another")
    func otherPool() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            _ = try await browser.signIn(server.app)
            let administration = server.fixture.administration
            let pool = try await administration.perform(CreatePool(name: "Others", domain: nil, signingAlgorithm: "ES256", region: "local"))
            let client = try await server.fixture.client(in: pool)
            let app = TestApp(clientID: client.id.text, secret: nil, redirectURI: Self.other)
            let name = "__Host-countersign-session-"
            browser.cookies[name + pool.id.text] = browser.sessionCookie
            let answer = try await browser.get(
                FormCoding.append(app.parameters(["prompt": "none"]), to: GatewayFixture.publicURL + "/" + pool.id.text + "/oauth2/authorize"))
            #expect(answer.parameters("error") == ["login_required"])
            // And a client of one pool is unknown in the other.
            try await server.expectRefusal("oauth.invalid_client") { try await browser.get(app.authorizeURL(server)) }
        }
    }
}
