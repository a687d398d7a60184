import Administration
import Foundation
import Gateway
import HTTPTypes
import TestSupport
import Testing
import UserPools
import WireFormats

@testable import GatewayServer

@Suite("Where am I signed in? A person's own page")
struct AccountTests {
    private static func url(_ server: TestServer) -> String { server.fixture.issuer + "/account" }

    /// The forms of the page: what each posts.
    private static func forms(_ page: Answer) -> [[String: String]] {
        page.body.components(separatedBy: "<form ").dropFirst().map { form in
            let form = "<form " + (form.components(separatedBy: "</form>").first ?? "")
            return Dictionary(PageForm(form).fields.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        }
    }

    private static func post(_ browser: Browser, _ form: [String: String]) async throws -> Answer {
        try await browser.post(url(browser.server), form.map { (name: $0.key, value: $0.value) })
    }

    @Test("without a session the person signs in first, as to any app, and comes back; the code is good for nothing")
    func signInFirst() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            let away = try await browser.get(Self.url(server))
            #expect(away.status == 302)
            let authorize = try #require(away.location)
            #expect(authorize.hasPrefix(server.fixture.issuer + "/oauth2/authorize?"))
            let location = try #require(try await browser.get(authorize).location)
            let done = try await browser.answer(try server.fixture.identityProvider.request(inRedirect: location).request)
            let back = try #require(done.location)
            #expect(back.hasPrefix(Self.url(server) + "?code="))
            let clean = try await browser.get(back)
            #expect(clean.status == 303 && clean.location == Self.url(server))
            let page = try await browser.get(Self.url(server))
            #expect(page.status == 200 && page.body.contains("Where am I signed in?") && page.body.contains("alice@example.com"))
            // Nobody redeems the code of our own page.
            let code = try #require(done.parameter("code"))
            let answer = try await server.post(
                server.fixture.issuer + "/oauth2/token",
                [
                    ("grant_type", "authorization_code"), ("code", code), ("client_id", "countersign-account"),
                    ("redirect_uri", Self.url(server)), ("code_verifier", String(repeating: "a", count: 43)),
                ])
            #expect(answer.json["error"]?.string == "invalid_client")
        }
    }

    @Test("a sign-in that comes to nothing ends at a page, and does not go round")
    func refused() async throws {
        try await TestServer.run { server in
            let answer = try await Browser(server).get(Self.url(server) + "?error=access_denied")
            #expect(answer.status == 403 && answer.location == nil)
            let lost = try await Browser(server).get(Self.url(server) + "?code=abc")
            #expect(lost.status == 403 && lost.location == nil)
        }
    }

    /// The forms that end a session.
    private static func ends(_ page: Answer) -> [[String: String]] { forms(page).filter { $0["act"] == "end" } }

    @Test("it lists the sessions with browser, time and provider; another one's ends by its button, the apps are told, others go on")
    func sessions() async throws {
        try await TestServer.run({ options in options.clientSettings = { $0.logout.backchannelURI = .set("https://app.example/out") } }) { server in
            let here = Browser(server)
            let there = Browser(server)
            let bob = Browser(server)
            for browser in [here, there] { _ = try await server.app.redeem(try await browser.signIn(server.app), at: server) }
            _ = try await bob.signIn(server.app, nameID: "bob@example.com")
            let page = try await here.get(Self.url(server))
            let forms = Self.ends(page)
            #expect(forms.count == 2 && page.body.contains("(this one)") && page.body.contains("corp"))
            let marked = page.body.components(separatedBy: "<li>").first { $0.contains("(this one)") } ?? ""
            let other = try #require(forms.first { !marked.contains($0["id"] ?? "-") })
            let answer = try await Self.post(here, other)
            #expect(answer.status == 303 && answer.location == Self.url(server))
            let silent = server.app.authorizeURL(server, ["prompt": "none"])
            let ended = try await there.get(silent)
            #expect(ended.parameter("error") == "login_required")
            let goesOn = try await here.get(silent)
            #expect(goesOn.parameter("code") != nil)
            let left = try await here.get(Self.url(server))
            #expect(Self.ends(left).count == 1)
            let line = try #require(server.log.lines.last { $0.message == "signed out" })
            let reference = try #require(line.metadata["reference"])
            let logout = try await server.fixture.administration.logout(reference, pool: server.fixture.pool.id.text)
            #expect(logout.record.initiator == .person && logout.notices.map(\.channel) == [.back])
            // Nobody ends a session of somebody else, whatever the form says.
            let theirs = try #require(Self.ends(try await bob.get(Self.url(server))).first)
            var forged = other
            forged["id"] = theirs["id"]
            let refused = try await Self.post(here, forged)
            #expect(refused.status == 303)
            let undisturbed = try await bob.get(silent)
            #expect(undisturbed.parameter("code") != nil)
        }
    }

    @Test("this browser's own session ends as by any sign-out, and its cookie goes")
    func ownSession() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            _ = try await browser.signIn(server.app)
            let form = try #require(Self.forms(try await browser.get(Self.url(server))).first { $0["act"] == "end" })
            let answer = try await Self.post(browser, form)
            #expect(answer.status == 200 && answer.body.contains("You are signed out") && browser.sessionCookie == nil)
            #expect(try await browser.get(server.app.authorizeURL(server, ["prompt": "none"])).parameter("error") == "login_required")
        }
    }

    @Test("apps with tokens or a consent are listed; Remove access ends its tokens, and it asks again")
    func apps() async throws {
        try await TestServer.run({ options in options.clientSettings = { $0.isThirdParty = true } }) { server in
            let browser = Browser(server)
            let question = try await browser.answer(try await browser.begin(server.app))
            let done = try await browser.post(
                server.fixture.issuer + "/consent", PageForm(question.body).fields + [("decision", "allow")])
            let tokens = try await server.app.redeem(try #require(done.parameter("code")), at: server).json
            let refresh = try #require(tokens["refresh_token"]?.string)
            let page = try await browser.get(Self.url(server))
            #expect(page.body.contains("Orders") && page.body.contains("You allowed it on") && page.body.contains("see your e-mail address"))
            let form = try #require(Self.forms(page).first { $0["act"] == "remove" })
            #expect(form["id"] == server.app.clientID)
            #expect(try await Self.post(browser, form).status == 303)
            #expect(try await server.app.refresh(refresh, at: server).json["error"]?.string == "invalid_grant")
            #expect(try await browser.get(Self.url(server)).body.contains("No app has access"))
            #expect(try await browser.get(server.app.authorizeURL(server)).body.contains("Allow"))
        }
    }

    @Test("case 193: a form without its token does nothing")
    func forged() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            _ = try await browser.signIn(server.app)
            var form = try #require(Self.forms(try await browser.get(Self.url(server))).first { $0["act"] == "end" })
            form["csrf"] = String(repeating: "A", count: 43)
            let answer = try await Self.post(browser, form)
            #expect(answer.status == 400)
            #expect(try await browser.get(server.app.authorizeURL(server, ["prompt": "none"])).parameter("code") != nil)
        }
    }

    @Test(
        "browsers by our own words, whatever they write",
        arguments: [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox, Linux"),
            ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge, Windows"),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605 Version/17.5 Mobile Safari/604", "Safari, iPhone"),
            ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36", "Chrome, Android"),
            ("<script>alert(1)</script>", nil), ("", nil),
        ])
    func browserNames(agent: String, name: String?) { #expect(BrowserName.name(of: agent) == name) }
}
