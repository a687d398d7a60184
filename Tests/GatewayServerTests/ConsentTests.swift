import Administration
import Foundation
import Gateway
import HTTPTypes
import TestSupport
import Testing
import UserPools
import WireFormats

@Suite("Consent: an app of somebody else gets what its people allow (OpenID Connect Core §3.1.2.4)")
struct ConsentTests {
    private static func run(_ body: @Sendable (TestServer, Browser) async throws -> Void) async throws {
        try await TestServer.run({ options in options.clientSettings = { $0.isThirdParty = true } }) { server in
            try await body(server, Browser(server))
        }
    }

    /// From the app to the question.
    private static func ask(_ server: TestServer, _ browser: Browser, _ changes: [String: String?] = [:]) async throws -> Answer {
        try await browser.answer(try await browser.begin(server.app, changes))
    }

    private static func fields(_ page: Answer) throws -> [(name: String, value: String)] {
        #expect(page.status == 200 && page.body.contains("Allow"), "\(page.status) \(page.location ?? page.body)")
        return PageForm(page.body).fields
    }

    private static func answer(
        _ browser: Browser, _ page: Answer, _ decision: String, with changes: [String: String?] = [:], fromAnotherSite: Bool = false
    ) async throws -> Answer {
        var fields = try fields(page).filter { changes[$0.name] == nil }
        for (name, value) in changes { if let value { fields.append((name, value)) } }
        return try await browser.post(
            browser.server.fixture.issuer + "/consent", fields + [("decision", decision)], fromAnotherSite: fromAnotherSite)
    }

    @Test("after the sign-in a page names the app, its host and what it asks for; Allow gives the code, and is remembered")
    func allow() async throws {
        try await Self.run { server, browser in
            let page = try await Self.ask(server, browser)
            for words in ["Orders", "app.example", "alice@example.com", "see your e-mail address", "see your name and your profile"] {
                #expect(page.body.contains(words), "\(words)")
            }
            #expect(page.headers[.contentSecurityPolicy]?.contains("form-action 'self' https://app.example;") == true)
            #expect(try await server.fixture.contents().codes == 0)
            let done = try await Self.answer(browser, page, "allow")
            #expect(done.status == 303 && done.parameter("state") == server.app.state && done.parameter("iss") == server.fixture.issuer)
            let tokens = try await server.app.redeem(try #require(done.parameter("code")), at: server)
            #expect(tokens.status == 200 && tokens.json["scope"]?.string == "openid email profile")
            // Asked once: from the session, and after another sign-in.
            #expect(try await browser.get(server.app.authorizeURL(server)).parameter("code") != nil)
            #expect(try await browser.get(server.app.authorizeURL(server, ["prompt": "none"])).parameter("code") != nil)
            let second = Browser(server)
            #expect(try await Self.ask(server, second).parameter("code") != nil)
            // Somebody else is asked.
            let bob = Browser(server)
            let asked = try await bob.answer(try await bob.begin(server.app), nameID: "bob@example.com")
            #expect(asked.status == 200 && asked.location == nil)
        }
    }

    @Test("Deny is access_denied at the app, and nothing is remembered")
    func deny() async throws {
        try await Self.run { server, browser in
            let page = try await Self.ask(server, browser)
            let done = try await Self.answer(browser, page, "deny")
            #expect(done.status == 303 && done.parameter("error") == "access_denied" && done.parameter("state") == server.app.state)
            #expect(done.parameter("code") == nil)
            let again = try await browser.get(server.app.authorizeURL(server))
            #expect(again.status == 200 && again.body.contains("Allow"))
            // What is neither is no consent.
            #expect(try await Self.answer(browser, again, "perhaps").parameter("error") == "access_denied")
        }
    }

    @Test("asked again when more is asked for, not for less, and with prompt=consent; prompt=none is consent_required (OIDC Core §3.1.2.6)")
    func again() async throws {
        try await Self.run { server, browser in
            let first = try await Self.ask(server, browser, ["scope": "openid email"])
            #expect(!first.body.contains("see your name"))
            #expect(try await Self.answer(browser, first, "allow").parameter("code") != nil)
            #expect(try await browser.get(server.app.authorizeURL(server, ["scope": "openid"])).parameter("code") != nil)
            let silent = try await browser.get(server.app.authorizeURL(server, ["prompt": "none"]))
            #expect(silent.parameter("error") == "consent_required")
            let more = try await browser.get(server.app.authorizeURL(server))
            #expect(more.status == 200 && more.body.contains("see your name"))
            #expect(try await Self.answer(browser, more, "allow").parameter("code") != nil)
            #expect(try await browser.get(server.app.authorizeURL(server, ["scope": "openid email"])).parameter("code") != nil)
            let asked = try await browser.get(server.app.authorizeURL(server, ["prompt": "consent"]))
            #expect(asked.status == 200 && asked.body.contains("Allow"))
            #expect(try await Self.answer(browser, asked, "allow").parameter("code") != nil)
        }
    }

    @Test("our own apps ask nobody, also with prompt=consent")
    func firstParty() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            _ = try await browser.signIn(server.app)
            #expect(try await browser.get(server.app.authorizeURL(server, ["prompt": "consent"])).parameter("code") != nil)
        }
    }

    @Test("a pushed request is used up by the answer, not by the question")
    func pushed() async throws {
        try await Self.run { server, browser in
            let pushed = try await server.post(
                server.fixture.issuer + "/oauth2/par", server.app.parameters(), headers: server.app.authorization)
            let uri = try #require(pushed.json["request_uri"]?.string)
            let url = FormCoding.append(
                [("client_id", server.app.clientID), ("request_uri", uri)], to: server.fixture.issuer + "/oauth2/authorize")
            let location = try #require(try await browser.get(url).location)
            let page = try await browser.answer(try server.fixture.identityProvider.request(inRedirect: location).request)
            #expect(try await Self.answer(browser, page, "allow").parameter("code") != nil)
            let over = try await browser.get(url)
            #expect(over.status == 400 && over.location == nil)
        }
    }

    @Test("case 193: an answer counts once, from the browser that was asked, by our own form, for the person who was asked")
    func bound() async throws {
        try await Self.run { server, browser in
            let page = try await Self.ask(server, browser)
            // Another site's form has the cookies, and not the token.
            for csrf in [nil, "", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] as [String?] {
                let forged = try await Self.answer(browser, page, "allow", with: ["csrf": csrf])
                #expect(forged.status == 400 && forged.location == nil)
            }
            // Another browser, with a token of its own.
            let other = Browser(server)
            let own = try Self.fields(try await other.answer(try await other.begin(server.app), nameID: "bob@example.com"))
            let id = try #require(try Self.fields(page).first { $0.name == "consent" }?.value)
            let stolen = try await other.post(
                server.fixture.issuer + "/consent",
                own.filter { $0.name == "csrf" } + [("consent", id), ("decision", "allow")])
            #expect(stolen.status == 400 && stolen.location == nil)
            // Signed in as somebody else meanwhile, in the same browser.
            let changed = Browser(server)
            let question = try await Self.ask(server, changed)
            _ = try await changed.answer(try await changed.begin(server.app, ["prompt": "login"]), nameID: "bob@example.com") {
                $0.authnInstant = server.fixture.clock.now
            }
            #expect(try await Self.answer(changed, question, "allow").parameter("error") == "login_required")
            // The question itself, after all that: once.
            #expect(try await Self.answer(browser, page, "allow").parameter("code") != nil)
            let replayed = try await Self.answer(browser, page, "allow")
            #expect(replayed.parameter("code") == nil)
            let unknown = try await Self.answer(browser, page, "allow", with: ["consent": "_0123456789abcdef0123"])
            #expect(unknown.status == 400 && unknown.location == nil)
            // No provider's answer fits a question.
            #expect(try await server.fixture.stores.users.list(in: server.fixture.pool.id, after: nil, limit: 10).count == 2)
        }
    }

    @Test("a question is over after ten minutes, and when the session is")
    func expires() async throws {
        try await Self.run { server, browser in
            let page = try await Self.ask(server, browser)
            server.fixture.clock.advance(by: 3601)
            let late = try await Self.answer(browser, page, "allow")
            #expect(late.parameter("code") == nil && late.status == 400)
        }
    }
}
