import Administration
import Gateway
import HTTPTypes
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("OpenID Connect Core §3.1.2.5 at the router: the redirect URI of a provider")
struct OpenIDServerTests {
    /// A server whose pool has an OpenID provider, and the way from an app through it.
    struct Setting: Sendable {
        let server: TestServer
        let provider: FakeOpenIDProvider
        let name: String

        static func run(
            _ name: String = "op", provider: FakeOpenIDProvider? = nil, register: @escaping @Sendable (inout OIDCProviderSettings) -> Void = { _ in },
            _ body: @escaping @Sendable (Setting) async throws -> Void
        ) async throws {
            let provider = try provider ?? FakeOpenIDProvider()
            try await TestServer.run({ $0.transport = provider }) { server in
                provider.follow(server.fixture.clock)
                server.fixture.clock.publish(provider.discoveryDocument(), at: provider.discoveryURL)
                var settings = OIDCProviderSettings()
                (settings.issuer, settings.clientID, settings.clientSecret) = (provider.issuer, provider.clientID, SecretBytes(provider.clientSecret))
                settings.map = ["email=email", "name=name", "groups=groups"]
                register(&settings)
                _ = try await server.fixture.administration.perform(CreateOIDCProvider(name, pool: server.fixture.pool.id.text, settings: settings))
                try await body(Setting(server: server, provider: provider, name: name))
            }
        }

        /// Sends the browser off: the provider's answer, and where it goes.
        func begin(
            _ browser: Browser, as person: FakeOpenIDProvider.Person = .alice
        ) async throws -> (answer: FakeOpenIDProvider.Fields, redirectURI: String) {
            let location = try #require(try await browser.get(server.app.authorizeURL(server, ["identity_provider": name])).location)
            #expect(location.hasPrefix(provider.addresses.authorization + "?"))
            return (provider.authorize(location, as: person), try #require(FakeOpenIDProvider.query(location)["redirect_uri"]))
        }
    }

    @Test("GET: from the app through the provider to the app's tokens")
    func get() async throws {
        try await Setting.run { setting in
            let browser = Browser(setting.server)
            let (answer, redirectURI) = try await setting.begin(browser)
            #expect(redirectURI == setting.server.fixture.issuer + "/oauth2/idpresponse/op")
            let done = try await browser.get(FormCoding.append(answer, to: redirectURI))
            #expect([302, 303].contains(done.status) && done.parameter("state") == setting.server.app.state)
            let tokens = try await setting.server.app.redeem(try #require(done.parameter("code")), at: setting.server)
            let token = try #require(tokens.json["id_token"]?.string)
            #expect(FakeOpenIDProvider.payload(token)["email"] == "alice@example.com")
            #expect(browser.sessionCookie != nil)
        }
    }

    @Test("POST of form_post from another site: the binding cookie comes along, since it is SameSite=None; the session cookie stays at home")
    func post() async throws {
        try await Setting.run { setting in
            let browser = Browser(setting.server)
            let first = try await browser.get(setting.server.app.authorizeURL(setting.server, ["identity_provider": "op"]))
            let cookie = try #require(first.setCookies.first { $0.contains("countersign-browser") })
            #expect(cookie.contains("SameSite=None") && cookie.contains("Secure") && cookie.contains("HttpOnly") && cookie.hasPrefix("__Host-"))
            let location = try #require(first.location)
            let redirectURI = try #require(FakeOpenIDProvider.query(location)["redirect_uri"])
            let done = try await browser.post(redirectURI, setting.provider.authorize(location), fromAnotherSite: true)
            #expect([302, 303].contains(done.status) && done.parameter("code") != nil)
            // Who is not the browser that began has nothing.
            let (answer, _) = try await setting.begin(Browser(setting.server))
            let stranger = try await Browser(setting.server).post(redirectURI, answer, fromAnotherSite: true)
            #expect(stranger.status == 400 && stranger.location == nil && stranger.setCookies.allSatisfy { !$0.contains("session") })
        }
    }

    @Test(
        "a provider's name with letters and signs beyond ASCII stands percent-encoded in its redirect URI, and is found again",
        arguments: ["Académie+é", "a%b", "a?b#c&d=e"])
    func names(_ name: String) async throws {
        try await Setting.run(name) { setting in
            for usesForm in [false, true] {
                let browser = Browser(setting.server)
                let (answer, redirectURI) = try await setting.begin(browser)
                #expect(redirectURI.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } && !redirectURI.contains("+") && !redirectURI.contains("#"))
                let done = try await browser.bring(answer, to: redirectURI, asForm: usesForm)
                #expect(done.parameter("code") != nil, "\(done.status)")
            }
        }
    }

    @Test("the shared redirect URI, where the provider names itself (RFC 9207)")
    func shared() async throws {
        let provider = try FakeOpenIDProvider()
        provider.change { $0.sendsIssuer = true }
        try await Setting.run(provider: provider, register: { $0.sharesRedirectURI = true }) { setting in
            let browser = Browser(setting.server)
            let (answer, redirectURI) = try await setting.begin(browser)
            #expect(redirectURI == setting.server.fixture.issuer + "/oauth2/idpresponse")
            #expect(try await browser.get(FormCoding.append(answer, to: redirectURI)).parameter("code") != nil)
        }
    }

    @Test("case 91 at the router: another provider's callback, an unknown one or the shared one: nothing is redeemed, and the app is told")
    func otherCallback() async throws {
        try await Setting.run { setting in
            let browser = Browser(setting.server)
            let (answer, redirectURI) = try await setting.begin(browser)
            let base = setting.server.fixture.issuer + "/oauth2/idpresponse"
            #expect(redirectURI == base + "/op")
            for url in [base, base + "/corp", base + "/nobody", base + "/OP"] {
                try await setting.server.expectRefusal("oidc.mix_up", told: "server_error") {
                    try await browser.get(FormCoding.append(answer, to: url))
                }
            }
            #expect(try await browser.get(FormCoding.append(answer, to: base + "/op/x")).status == 404)
            #expect(setting.provider.count(of: "/token") == 0)
        }
    }

    @Test("case 92: nothing that the provider says in error_description or error_uri is in the page, nor in the log as it came")
    func errorPage() async throws {
        try await Setting.run { setting in
            let browser = Browser(setting.server)
            let (answer, redirectURI) = try await setting.begin(browser)
            let state = try #require(answer.first { $0.name == "state" })
            let evil = "<script>alert('mark-4711')</script>\r\nSet-Cookie: mark=4711\r\n\r\n<html>"
            let attempts: [FakeOpenIDProvider.Fields] = [
                [state, ("error", "access_denied"), ("error_description", evil), ("error_uri", "https://evil.example/mark-4711")],
                [state, ("error", evil)], [state, ("error", "server_error"), ("code", "mark-4711"), ("error_description", evil)],
                [("state", evil), ("code", evil)],
            ]
            for fields in attempts {
                for usesForm in [false, true] {
                    let page = try await browser.bring(fields, to: redirectURI, asForm: usesForm)
                    // The app that waits is told, in our own words; of an answer to nothing that waits, the person.
                    #expect(page.location.map { $0.hasPrefix(setting.server.app.redirectURI + "?error=") } ?? (page.status == 400))
                    for trace in ["<script>alert", "4711", "evil.example"] {
                        #expect(!page.body.contains(trace) && page.location?.contains(trace) != true, "\(trace) in the answer")
                    }
                    #expect(page.headers[.setCookie]?.contains("mark") != true)
                }
            }
            for line in setting.server.log.lines {
                #expect(!line.text.contains("<") && !line.text.contains("\r") && !line.text.contains("\n"), "\(line.text)")
                #expect(!line.text.contains("evil.example"))
            }
            #expect(setting.provider.count(of: "/token") == 0)
        }
    }

    @Test("an upstream that is out of reach: the app is told (case 145), no session, and it works when it is back")
    func outage() async throws {
        try await Setting.run { setting in
            let browser = Browser(setting.server)
            let (answer, redirectURI) = try await setting.begin(browser)
            setting.provider.goDown(true)
            let page = try await browser.get(FormCoding.append(answer, to: redirectURI))
            #expect(page.parameter("error") == "temporarily_unavailable" && page.parameter("state") == setting.server.app.state)
            #expect(browser.sessionCookie == nil)
            setting.provider.goDown(false)
            let (again, _) = try await setting.begin(browser)
            #expect(try await browser.get(FormCoding.append(again, to: redirectURI)).parameter("code") != nil)
        }
    }
}

extension Browser {
    /// Brings the answer of an OpenID provider, as a redirect does or as a form of another site.
    fileprivate func bring(_ fields: FakeOpenIDProvider.Fields, to redirectURI: String, asForm: Bool) async throws -> Answer {
        asForm ? try await post(redirectURI, fields, fromAnotherSite: true) : try await get(FormCoding.append(fields, to: redirectURI))
    }
}
