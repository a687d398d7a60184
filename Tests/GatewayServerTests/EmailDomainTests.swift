import Administration
import HTTPTypes
import TestSupport
import Testing
import WireFormats

@Suite("The sign-in page's e-mail box: the domain picks the provider (POST /login)")
struct EmailDomainTests {
    private static let partner = FakeIdentityProvider(
        entityID: "https://partner.example/saml", key: .second, singleSignOnLocation: "https://partner.example/sso", displayName: nil)

    private func run(_ body: @Sendable (TestServer) async throws -> Void) async throws {
        try await TestServer.run { server in
            try await server.fixture.addProvider("partner", Self.partner) { $0.domains = ["partner.example", "partner.org"] }
            try await body(server)
        }
    }

    @Test("from the page to the code: many domains a provider, in any case")
    func wholeSignIn() async throws {
        try await run { server in
            let browser = Browser(server)
            let page = try await browser.choice(server.app)
            server.expectPage(page.answer)
            #expect(page.offers == ["corp", "partner"] && page.email == "" && page.searchForm == nil)
            #expect(page.emailAction == server.fixture.issuer + "/login")
            #expect(page.answer.headers[.contentSecurityPolicy]?.contains("form-action 'self' https: https://app.example;") == true)
            let sent = try await browser.type("ANN@Partner.ORG", on: page)
            #expect(sent.status == 303)
            #expect(sent.location?.hasPrefix("https://partner.example/sso?SAMLRequest=") == true)
            let request = try Self.partner.request(inRedirect: try #require(sent.location)).request
            let done = try await browser.answer(request, by: Self.partner)
            #expect(done.parameters("state") == [server.app.state])
            #expect(try await server.app.redeem(try #require(done.parameter("code")), at: server).status == 200)
        }
    }

    @Test("on the pool's own domain the form stays there")
    func ownDomain() async throws {
        try await run { server in
            try await server.giveDomain()
            let answer = try await server.get(FormCoding.append(server.app.parameters(), to: TestServer.ownDomain + "/login"))
            #expect(try ShownChoice(answer).emailAction == TestServer.ownDomain + "/login")
        }
    }

    @Test("an unknown domain and what is no address bring the page again, with the buttons and what was typed")
    func again() async throws {
        try await run { server in
            let browser = Browser(server)
            let page = try await browser.choice(server.app, ["login_hint": "someone"])
            #expect(page.email == "someone" && page.alerts == 0)
            for (typed, shown) in [
                ("ann@nobody.example", "ann@nobody.example"), ("\"><script>alert(1)</script>", "\"><script>alert(1)</script>"),
                (String(repeating: "a", count: 10_240) + "@partner.example", ""),
            ] {
                let answer = try await browser.type(typed, on: page)
                server.expectPage(answer)
                let again = try ShownChoice(answer)
                #expect(again.email == shown && again.alerts == 1 && again.offers == ["corp", "partner"], "\(typed.prefix(40))")
                #expect(!answer.body.contains("<script>alert"))
                // From there it goes on.
                let chosen = try await browser.get(server.fixture.issuer + "/login" + (try #require(again.links.first)))
                #expect(chosen.location?.hasPrefix(server.fixture.identityProvider.singleSignOnLocation) == true)
                #expect(try await browser.type("ann@partner.org", on: again).location?.hasPrefix("https://partner.example/sso") == true)
            }
            #expect(try await server.fixture.contents().users == 0)
        }
    }

    @Test("nobody learns whether an address exists: the answers differ in what was typed, and in nothing else")
    func nobodyLearns() async throws {
        try await run { server in
            let browser = Browser(server)
            _ = try await browser.signIn(server.app, ["identity_provider": "corp"], nameID: "alice@example.com")
            #expect(try await server.fixture.users().count == 1)
            let other = Browser(server)
            let page = try await other.choice(server.app)
            func answer(_ email: String) async throws -> (status: Int, body: String, cookies: [String], policy: String?) {
                let answer = try await other.type(email, on: page)
                return (answer.status, answer.body.replacing(email, with: "EMAIL"), answer.setCookies, answer.headers[.contentSecurityPolicy])
            }
            let (known, unknown) = (try await answer("alice@example.com"), try await answer("nobody@example.com"))
            #expect(known == unknown && known.status == 200)
            // Where the domain leads somewhere, the address does not count either.
            for email in ["alice@partner.example", "nobody@partner.example"] {
                let answer = try await other.type(email, on: page)
                #expect(answer.status == 303 && answer.location?.hasPrefix("https://partner.example/sso?SAMLRequest=") == true)
                #expect(answer.location?.contains("alice") == false && answer.location?.contains("nobody") == false)
            }
        }
    }

    @Test("case 115, login CSRF: without the browser's cookie, with another browser's, without a token or with two nothing is done")
    func loginForgery() async throws {
        try await run { server in
            let victim = Browser(server), attacker = Browser(server)
            let own = try await victim.choice(server.app), page = try await attacker.choice(server.app)
            #expect(own.token != page.token)
            let form = page.typed("ann@partner.example")
            let address = try #require(page.emailAction)
            try await server.expectRefusal("sign_in.form_token", seen: "no cookie") { try await Browser(server).post(address, form) }
            try await server.expectRefusal("sign_in.form_token", seen: "no token, or one of another cookie") { try await victim.post(address, form) }
            // Twice is as good as none.
            let fields = own.typed("ann@partner.example")
            for fields in [fields.filter { $0.name != "csrf" }, fields + [("csrf", own.token ?? "")]] {
                try await server.expectRefusal("sign_in.form_token") { try await victim.post(address, fields) }
            }
            // The session cookie is another one.
            let stranger = Browser(server)
            _ = try await stranger.signIn(server.app, ["identity_provider": "corp"])
            try await server.expectRefusal("sign_in.form_token") { try await stranger.post(address, form) }
            #expect(try await victim.type("ann@partner.example", on: own).status == 303)
        }
    }

    @Test("who types an address has chosen: a session with another provider does not answer")
    func sessionOfAnother() async throws {
        try await run { server in
            let browser = Browser(server)
            let page = try await browser.choice(server.app)
            _ = try await browser.signIn(server.app, ["identity_provider": "corp"])
            #expect(try await browser.type("ann@partner.example", on: page).location?.hasPrefix("https://partner.example/sso") == true)
        }
    }

    @Test("what the client or the request lacks is told as on GET")
    func sameRules() async throws {
        try await run { server in
            let browser = Browser(server)
            let page = try await browser.choice(server.app)
            func form(without name: String, _ value: String? = nil) -> [(name: String, value: String)] {
                page.typed("ann@partner.example").filter { $0.name != name } + (value.map { [(name, $0)] } ?? [])
            }
            let address = try #require(page.emailAction)
            try await server.expectRefusal("sign_in.redirect_uri") {
                try await browser.post(address, form(without: "redirect_uri", "https://evil.example/"))
            }
            try await server.expectRefusal("oauth.invalid_client") { try await browser.post(address, form(without: "client_id", "nobody")) }
            try await server.expectTold(server.app, "invalid_request") { try await browser.post(address, form(without: "code_challenge")) }
        }
    }
}
