import Administration
import Gateway
import HTTPTypes
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("Signing out (OpenID Connect RP-Initiated Logout 1.0, THREATS P12, case 118)")
struct SignOutTests {
    @Test(
        "with a hint, an expired one too, the session ends and the browser goes to the registered address, with the state", arguments: [0, 5 * 3600])
    func withHint(age: Int) async throws {
        try await TestServer.run { server in
            let (browser, hint) = try await signedIn(server)
            server.fixture.clock.advance(by: age)
            let answer = try await browser.get(
                logout(server, [("id_token_hint", hint), ("post_logout_redirect_uri", GatewayFixture.logoutURI), ("state", "a b&c")]))
            #expect(answer.status == 303)
            #expect(answer.location == GatewayFixture.logoutURI + "?state=a%20b%26c")
            #expect(answer.setCookies.count == 1 && answer.setCookies[0].contains("Max-Age=0"))
            try await expectSignedOut(server, browser)
        }
    }

    @Test("Amazon Cognito's client_id and logout_uri end the session")
    func cognito() async throws {
        try await TestServer.run { server in
            let (browser, _) = try await signedIn(server)
            let answer = try await browser.get(logout(server, [("client_id", server.app.clientID), ("logout_uri", GatewayFixture.logoutURI)]))
            #expect(answer.status == 303 && answer.location == GatewayFixture.logoutURI)
            try await expectSignedOut(server, browser)
        }
    }

    @Test("an address that is not registered byte for byte, or of another client, is not gone to, and is in the log; no state is echoed")
    func wrongTarget() async throws {
        try await TestServer.run({ $0.clientSettings = { $0.postLogoutRedirectURIs = ["https://app.example/OK"] } }) { server in
            let (browser, hint) = try await signedIn(server)
            _ = try await server.fixture.addClient("Other", redirectURI: "https://other.example/cb") {
                $0.postLogoutRedirectURIs = ["https://other.example/out"]
            }
            // To Unicode the Kelvin sign is a K.
            for target in ["https://app.example/OK/", "https://app.example/O\u{212A}", "https://other.example/out", GatewayFixture.redirectURI] {
                let cognito = try await browser.get(logout(server, [("client_id", server.app.clientID), ("logout_uri", target)]))
                try expectConfirmation(cognito, server)
                let withHint = try await browser.get(
                    logout(server, [("id_token_hint", hint), ("post_logout_redirect_uri", target), ("state", "secret-state")]))
                #expect(withHint.status == 200 && withHint.location == nil)
                #expect(!withHint.body.contains("secret-state"))
            }
            let line = try #require(server.log.lines.first { $0.metadata["code"] == "sign_out.redirect_uri" })
            #expect(line.metadata["seen"] == "https://app.example/OK/" && line.metadata["client_id"] == server.app.clientID)
        }
    }

    @Test("without proof, and with a hint that is forged or of another client, the person confirms first")
    func confirmation() async throws {
        try await TestServer.run { server in
            let (browser, hint) = try await signedIn(server)
            let billing = try await server.addApp("Billing", redirectURI: "https://billing.example/callback")
            for parameters in [
                [], [("post_logout_redirect_uri", GatewayFixture.logoutURI)],
                [("client_id", server.app.clientID), ("post_logout_redirect_uri", GatewayFixture.logoutURI)],
                [("id_token_hint", String(hint.dropLast(6)) + "AAAAAA")], [("id_token_hint", hint), ("client_id", billing.clientID)],
            ] {
                let answer = try await browser.get(logout(server, parameters.map { (name: $0.0, value: $0.1) }))
                try expectConfirmation(answer, server)
            }
            // Still signed in.
            #expect(try await browser.get(server.app.authorizeURL(server, ["prompt": "none"])).parameter("code") != nil)
        }
    }

    @Test("the button of our own page ends the session; the same form from another site, or by GET, does not")
    func confirmed() async throws {
        try await TestServer.run { server in
            let (browser, _) = try await signedIn(server)
            let url = server.fixture.issuer + "/logout"
            let page = try await browser.get(url)
            #expect(page.body.contains("<form method=\"post\" action=\"\(url)\">") && page.body.contains("name=\"confirm\" value=\"yes\""))
            for origin in [
                "https://evil.example", "null", "https://id.example.evil.example", "http://id.example", "https://id.exampl", "https://id", "https",
                "https://id.example:8443", "",
            ] {
                let answer = try await browser.post(url, [("confirm", "yes")], headers: [.origin: origin])
                try expectConfirmation(answer, server)
            }
            try expectConfirmation(try await browser.post(url, [("confirm", "yes")]), server)
            try expectConfirmation(try await browser.get(url + "?confirm=yes", headers: [.origin: GatewayFixture.publicURL]), server)
            let answer = try await browser.post(url, [("confirm", "yes")], headers: [.origin: GatewayFixture.publicURL])
            #expect(answer.status == 200 && answer.body.contains("You are signed out"))
            try await expectSignedOut(server, browser)
        }
    }

    @Test("no content policy stops the browser on its way back to the app: it holds form-action against redirects, too")
    func wayBack() async throws {
        try await TestServer.run { server in
            let (browser, _) = try await signedIn(server)
            let page = try await browser.get(
                logout(server, [("client_id", server.app.clientID), ("post_logout_redirect_uri", GatewayFixture.logoutURI)]))
            try expectConfirmation(page, server)
            #expect(page.headers[.contentSecurityPolicy]?.contains("form-action 'self' https://app.example;") == true)
            // Nobody else's address gets in, and none that is not registered.
            let other = try await browser.get(
                logout(server, [("client_id", server.app.clientID), ("post_logout_redirect_uri", "https://evil.example/; script-src *")]))
            try expectConfirmation(other, server)
            #expect(other.headers[.contentSecurityPolicy]?.contains("form-action 'self';") == true)
        }
    }

    @Test("a good hint of somebody else's does not sign this browser out unasked (P12)")
    func hintOfSomebodyElse() async throws {
        try await TestServer.run { server in
            let (_, hint) = try await signedIn(server)
            let bob = Browser(server)
            _ = try await bob.signIn(server.app, nameID: "bob@example.com")
            let answer = try await bob.get(logout(server, [("id_token_hint", hint), ("post_logout_redirect_uri", GatewayFixture.logoutURI)]))
            try expectConfirmation(answer, server)
            #expect(try await bob.get(server.app.authorizeURL(server, ["prompt": "none"])).parameter("code") != nil)
        }
    }

    @Test("case 138: the session that the hint names ends with its refresh tokens, whatever cookie came", arguments: ["none", "somebody else's"])
    func endsBySessionID(cookie: String) async throws {
        try await TestServer.run { server in
            let alice = Browser(server)
            let tokens = try await server.app.redeem(try await alice.signIn(server.app), at: server)
            let hint = try #require(tokens.json["id_token"]?.string)
            let other = Browser(server)
            if cookie != "none" { _ = try await other.signIn(server.app, nameID: "bob@example.com") }
            var answer = try await other.post(
                server.fixture.issuer + "/logout", [("id_token_hint", hint), ("post_logout_redirect_uri", GatewayFixture.logoutURI)],
                fromAnotherSite: cookie == "none")
            if cookie == "none" {
                // Had it a session cookie, it would come with this GET.
                #expect(answer.status == 303 && answer.location?.hasPrefix(server.fixture.issuer + "/logout?") == true && answer.setCookies == [])
                answer = try await other.get(try #require(answer.location))
                #expect(answer.location == GatewayFixture.logoutURI)
            }
            // Without a cookie nobody else can be meant; another's session asks its own person first.
            #expect(answer.status == (cookie == "none" ? 303 : 200))
            try await server.expectTold(server.app, "login_required") { try await alice.get(server.app.authorizeURL(server, ["prompt": "none"])) }
            try await server.expectError("invalid_grant") {
                try await server.app.refresh(try #require(tokens.json["refresh_token"]?.string), at: server)
            }
            if cookie != "none" { #expect(try await other.get(server.app.authorizeURL(server, ["prompt": "none"])).parameter("code") != nil) }
        }
    }

    @Test("a form of another site that is too long for an address ends the hint's session without the way round")
    func longForm() async throws {
        try await TestServer.run { server in
            let (browser, hint) = try await signedIn(server)
            let form = [(name: "id_token_hint", value: hint), (name: "state", value: String(repeating: "x", count: 7_000))]
            let answer = try await browser.post(server.fixture.issuer + "/logout", form, fromAnotherSite: true)
            #expect(answer.status == 200 && answer.body.contains("You are signed out"))
            #expect(try await server.fixture.contents().sessions == 0)
        }
    }

    @Test("case 138: two tabs that signed in by POST are one session of one sid, and sign out together")
    func twoTabs() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            // Both began before either had a session, and a POST from another site brings no session cookie.
            let (first, second) = (try await browser.begin(server.app), try await browser.begin(server.app))
            var tokens: [Answer] = []
            for request in [first, second] {
                let code = try #require(try await browser.answer(request).parameter("code"))
                tokens.append(try await server.app.redeem(code, at: server))
            }
            #expect(try await server.fixture.contents().sessions == 1)
            let hint = try #require(tokens[0].json["id_token"]?.string)
            let sent = try await browser.post(server.fixture.issuer + "/logout", [("id_token_hint", hint)], fromAnotherSite: true)
            #expect(try await browser.get(try #require(sent.location)).body.contains("You are signed out"))
            #expect(try await server.fixture.contents().sessions == 0)
            for answer in tokens {
                try await server.expectError("invalid_grant") {
                    try await server.app.refresh(try #require(answer.json["refresh_token"]?.string), at: server)
                }
            }
        }
    }

    @Test("a parameter given twice is refused and signs nobody out")
    func twice() async throws {
        try await TestServer.run { server in
            let (browser, hint) = try await signedIn(server)
            try await server.expectRefusal("oauth.invalid_request") {
                try await browser.get(logout(server, [("id_token_hint", hint), ("id_token_hint", hint)]))
            }
            #expect(try await browser.get(server.app.authorizeURL(server, ["prompt": "none"])).parameter("code") != nil)
        }
    }

    private func signedIn(_ server: TestServer) async throws -> (Browser, hint: String) {
        let browser = Browser(server)
        let tokens = try await server.app.redeem(try await browser.signIn(server.app), at: server)
        return (browser, try #require(tokens.json["id_token"]?.string))
    }

    private func logout(_ server: TestServer, _ parameters: [(name: String, value: String)]) -> String {
        FormCoding.append(parameters, to: server.fixture.issuer + "/logout")
    }

    private func expectConfirmation(_ answer: Answer, _ server: TestServer, sourceLocation: SourceLocation = #_sourceLocation) throws {
        #expect(answer.status == 200, "\(answer.location ?? "")", sourceLocation: sourceLocation)
        #expect(answer.body.contains("<h1>Sign out?</h1>"), sourceLocation: sourceLocation)
        #expect(answer.setCookies == [] && answer.location == nil, sourceLocation: sourceLocation)
        // Under no-referrer a browser would post the page's form with `Origin: null`, and nobody could confirm anything.
        server.expectPage(answer, referrerPolicy: "same-origin", sourceLocation: sourceLocation)
    }

    private func expectSignedOut(_ server: TestServer, _ browser: Browser, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let contents = try await server.fixture.contents()
        #expect(contents.sessions == 0, sourceLocation: sourceLocation)
        #expect(browser.sessionCookie == nil, sourceLocation: sourceLocation)
        try await server.expectTold(server.app, "login_required", sourceLocation: sourceLocation) {
            try await browser.get(server.app.authorizeURL(server, ["prompt": "none"]))
        }
    }
}
