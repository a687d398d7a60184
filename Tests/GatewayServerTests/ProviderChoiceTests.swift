import Administration
import HTTPTypes
import SAML
import TestSupport
import Testing
import UserPools
import WireFormats

@Suite("Which identity provider, and how the answer goes back")
struct ProviderChoiceTests {
    private static let second = FakeIdentityProvider(
        entityID: "https://partner.example/saml", key: .second, singleSignOnLocation: "https://partner.example/sso?org=1", displayName: nil)

    @Test("with two providers the person chooses on a page whose links repeat the request")
    func choose() async throws {
        try await TestServer.run { server in
            try await server.fixture.addProvider("Partner-&-Søn", Self.second)
            let browser = Browser(server)
            let answer = try await browser.get(server.app.authorizeURL(server))
            #expect(answer.status == 200)
            server.expectPage(answer)
            #expect(answer.body.contains("Sign in to Orders"))
            #expect(answer.body.contains("Continue with corp") && answer.body.contains("Continue with Partner-&amp;-Søn"))
            // state has quotation marks and angle brackets: nothing of it stands in the page unescaped (case 114).
            #expect(!answer.body.contains("<of>") && !answer.body.contains("\"the\""))
            #expect(try await server.fixture.contents().pendingSignIns == 0)

            let links = answer.body.matches(of: /href="(\?[^"]*)"/).map { $0.1.replacing("&amp;", with: "&") }
            #expect(links.count == 2)
            let chosen = try await browser.get(server.fixture.issuer + "/oauth2/authorize" + (try #require(links.first { $0.contains("Partner") })))
            #expect(chosen.status == 302)
            #expect(chosen.location?.hasPrefix("https://partner.example/sso?org=1&SAMLRequest=") == true)
            let request = try Self.second.request(inRedirect: try #require(chosen.location)).request
            let answered = try await browser.answer(request, by: Self.second)
            #expect(answered.parameters("state") == [server.app.state])
            #expect(answered.parameter("code") != nil)
            #expect(try await server.fixture.users().map(\.username) == ["Partner-&-Søn_alice@example.com"])
        }
    }

    @Test("identity_provider and idp_identifier go straight to their provider; the domain in any case")
    func straight() async throws {
        try await TestServer.run { server in
            try await server.fixture.addProvider("partner", Self.second) { $0.domains = ["partner.example"] }
            let browser = Browser(server)
            for choice in [["identity_provider": "partner"], ["idp_identifier": "partner.example"], ["idp_identifier": "Partner.EXAMPLE"]] {
                let answer = try await browser.get(server.app.authorizeURL(server, choice))
                #expect(answer.location?.hasPrefix("https://partner.example/sso") == true)
            }
            let answer = try await browser.get(server.app.authorizeURL(server, ["identity_provider": "corp"]))
            #expect(answer.location?.hasPrefix(server.fixture.identityProvider.singleSignOnLocation) == true)
        }
    }

    @Test("a provider that there is not, and one that the client may not use, are refused alike (P17), by name and by domain")
    func unknown() async throws {
        try await TestServer.run { server in
            try await server.fixture.addProvider("partner", Self.second) { $0.domains = ["partner.example"] }
            try await server.fixture.updateClient { $0.identityProviders = ["corp"] }
            for (parameter, value) in [
                ("identity_provider", "partner"), ("identity_provider", "nobody"), ("identity_provider", "a b"),
                ("idp_identifier", "partner.example"),
                ("idp_identifier", "nobody.example"),
            ] {
                try await server.expectRefusal("sign_in.unknown_provider", seen: value, told: "access_denied") {
                    try await server.get(server.app.authorizeURL(server, [parameter: value]))
                }
            }
        }
    }

    @Test("a session of another provider than the one asked for is not taken")
    func sessionOfAnother() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            _ = try await browser.signIn(server.app)
            try await server.fixture.addProvider("partner", Self.second) { $0.domains = ["partner.example"] }
            server.fixture.clock.advanceUptime(by: .seconds(2))
            for choice in [["identity_provider": "partner"], ["idp_identifier": "partner.example"]] {
                let answer = try await browser.get(server.app.authorizeURL(server, choice))
                #expect(answer.location?.hasPrefix("https://partner.example/sso") == true)
            }
            #expect(try await browser.get(server.app.authorizeURL(server, ["identity_provider": "corp"])).parameter("code") != nil)
        }
    }

    @Test("a disabled provider is refused by name, and where no provider is left the app is told")
    func noProvider() async throws {
        try await TestServer.run { server in
            try await server.fixture.updateProvider { $0.enabled = false }
            try await server.expectRefusal("sign_in.provider_disabled", told: "access_denied") {
                try await server.get(server.app.authorizeURL(server, ["identity_provider": "corp"]))
            }
            #expect(server.log.lines.last { $0.metadata["code"] == "sign_in.provider_disabled" }?.metadata["provider"] == "corp")
            try await server.fixture.administration.perform(DeleteProvider("corp", pool: server.fixture.pool.id.text))
            server.fixture.clock.advanceUptime(by: .seconds(2))
            try await server.expectRefusal("sign_in.no_provider", told: "server_error") { try await server.get(server.app.authorizeURL(server)) }
        }
    }

    @Test("in a pool of many providers each one's session is good for every app")
    func manyProviders() async throws {
        try await TestServer.run { server in
            try await server.fixture.addProviders(60)
            let browser = Browser(server)
            _ = try await browser.signIn(server.app, ["identity_provider": "corp"])
            #expect(try await browser.get(server.app.authorizeURL(server, ["prompt": "none"])).parameter("code") != nil)
        }
    }

    @Test("the other addresses of the endpoint: /authorize and /login", arguments: ["/authorize", "/login"])
    func otherAddresses(path: String) async throws {
        try await TestServer.run { server in
            let answer = try await server.get(FormCoding.append(server.app.parameters(), to: server.fixture.issuer + path))
            #expect(answer.status == 302)
            #expect(answer.location?.hasPrefix(server.fixture.identityProvider.singleSignOnLocation) == true)
        }
    }

    @Test("a SAML request by POST: a page that posts itself or by its button, with the cookie that binds it")
    func samlPost() async throws {
        try await TestServer.run({ $0.identityProvider.bindings = [.httpPOST] }) { server in
            let answer = try await Browser(server).get(server.app.authorizeURL(server))
            server.expectPage(answer)
            let read = PageReader(answer.body)
            let location = server.fixture.identityProvider.singleSignOnLocation
            #expect(answer.body.contains("<form method=\"post\" action=\"\(location)\">") && read.all("button").count == 1)
            #expect(read.fields().first?.map(\.name) == ["SAMLRequest", "RelayState"])
            #expect(answer.headers[.contentSecurityPolicy]?.contains("form-action 'self' https:; ") == true)
            #expect(answer.setCookies.contains { $0.contains("browser") } && answer.headers[.cacheControl] == "no-store")
        }
    }

    @Test("case 114: form_post posts escaped values from a page without inline code, to the app's origin alone")
    func formPost() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            let state = "\"><script>alert('x')</script>&amp;"
            let request = try await browser.begin(server.app, ["response_mode": "form_post", "state": state])
            let answer = try await browser.answer(request)
            #expect(answer.status == 200 && answer.location == nil)
            server.expectPage(answer)
            let escaped = "&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;amp;"
            #expect(answer.body.contains("<form method=\"post\" action=\"https://app.example/callback\">"))
            #expect(answer.body.contains("name=\"state\" value=\"\(escaped)\""))
            #expect(answer.body.contains("name=\"iss\" value=\"\(server.fixture.issuer)\""))
            #expect(!answer.body.contains("alert('x')"))
            #expect(answer.body.matches(of: /<script/).count == 1)
            #expect(answer.body.contains("<script src=\"/assets/submit.js\">"))
            let policy = answer.headers[.contentSecurityPolicy] ?? ""
            #expect(policy.contains("form-action 'self' https://app.example;") && policy.contains("script-src 'self'"))
            let script = try await browser.get("/assets/submit.js")
            #expect(script.status == 200 && script.headers[.contentType]?.hasPrefix("text/javascript") == true)
            let code = try #require(answer.body.firstMatch(of: /name="code" value="([^"]+)"/)?.1)
            #expect(try await server.app.redeem(String(code), at: server).status == 200)
        }
    }
}
