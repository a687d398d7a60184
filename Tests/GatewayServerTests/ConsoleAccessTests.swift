import Administration
import Foundation
import Gateway
import HTTPTypes
import TestSupport
import Testing
import UserPools
import WireFormats

@testable import GatewayServer

@Suite("Who may use the console")
struct ConsoleAccessTests {
    @Test("where nobody may use one there is none; its client is no client then")
    func off() async throws {
        try await TestServer.run { server in
            for path in ["/console", "/console/signed-in", "/console/" + server.fixture.pool.id.text + "/signins"] {
                let answer = try await server.get(path)
                #expect(answer.status == 404)
            }
            let asked = FormCoding.append(
                [("client_id", "countersign-console"), ("response_type", "code"), ("redirect_uri", "https://id.example/console/signed-in")],
                to: server.fixture.issuer + "/oauth2/authorize")
            let refused = try await server.get(asked)
            #expect(refused.status == 400)
        }
    }

    @Test("the way there: sign-in at the pool, back to the page that was asked for; no page is kept by anybody, none has inline code")
    func wayThere() async throws {
        try await ConsoleStage.run { stage in
            let browser = Browser(stage.server)
            let page = stage.pool + "/signins?code=saml.audience&outcome=all"
            let away = try await browser.get(page)
            stage.expectSentToSignIn(away)
            #expect(away.parameter("state") == page && away.parameter("max_age") == "43200" && away.parameter("acr_values") == nil)
            let back = try await stage.goOn(browser, to: try #require(away.location))
            #expect(back.status == 303 && back.location == page)
            let shown = try await browser.get(page)
            #expect(shown.status == 200 && shown.body.contains("Sign-ins") && shown.body.contains("alice@example.com"))
            #expect(shown.headers[.cacheControl] == "no-store")
            let policy = shown.headers[.contentSecurityPolicy] ?? ""
            #expect(policy.contains("default-src 'none'") && policy.contains("script-src 'none'") && policy.contains("form-action 'self';"))
            // The code is good for nothing.
            #expect(try await browser.get("/console").body.contains("Example staff"))
        }
    }

    @Test("case 211: no session, a made-up one, one of another pool: sent to the console's own pool, and nothing is shown")
    func noSession() async throws {
        try await ConsoleStage.run { stage in
            let fixture = stage.server.fixture
            stage.expectSentToSignIn(try await Browser(stage.server).get("/console"))
            let guessing = Browser(stage.server)
            guessing.cookies = ["__Host-countersign-session-" + fixture.pool.id.text: String(repeating: "A", count: 43)]
            stage.expectSentToSignIn(try await guessing.get("/console"))
            // The cookie of a live session, under the name of another pool's.
            let admin = try await stage.admin()
            let other = try await fixture.administration.perform(CreatePool(name: "Other", domain: nil, signingAlgorithm: "ES256", region: "local"))
            let elsewhere = Browser(stage.server)
            elsewhere.cookies = ["__Host-countersign-session-" + other.id.text: try #require(admin.sessionCookie)]
            stage.expectSentToSignIn(try await elsewhere.get("/console"))
            stage.expectSentToSignIn(try await elsewhere.get("/console/" + other.id.text + "/signins"))
            // Back from a sign-in that came to nothing nobody is sent round again.
            for query in ["?error=access_denied", "?code=abc", ""] {
                stage.expectRefused(try await Browser(stage.server).get("/console/signed-in" + query), 403, "console.signed_out")
            }
        }
    }

    @Test("case 211: a refused sign-in for an act ends on a page, though the session of before would do to look")
    func refusedSignIn() async throws {
        try await ConsoleStage.run { stage in
            let admin = try await stage.admin()
            stage.expectRefused(try await admin.get("/console/signed-in?error=server_error&state=%2Fconsole"), 403, "console.sign_in_refused")
            let back = try await admin.get("/console/signed-in?code=abc&state=%2Fconsole")
            #expect(back.status == 303 && back.location == "/console")
        }
    }

    @Test(
        "case 212: who is in no group, or in one that only looks like it, is told so and sees nothing",
        arguments: [[], ["Staff"], ["staff "], ["sta\u{301}ff"]])
    func notMember(groups: [String]) async throws {
        try await ConsoleStage.run { stage in
            let browser = Browser(stage.server)
            stage.expectRefused(try await stage.signIn(browser, groups: groups), 403, "console.not_member")
            let page = try await browser.get(stage.pool + "/signins")
            stage.expectRefused(page, 403, "console.not_member")
            // The group's name is for the log; the way to sign in anew is for the person.
            #expect(!page.body.contains(">staff<") && page.body.contains("/console/sign-in?to="))
            #expect(stage.server.log.lines.last { $0.metadata["code"] == "console.not_member" }?.metadata["expected"] == "staff")
            let anew = try await browser.get("/console/sign-in?to=%2Fconsole")
            stage.expectSentToSignIn(anew)
            #expect(anew.parameter("prompt") == "login")
            #expect(try await stage.goOn(browser, to: try #require(anew.location)).location == "/console")
        }
    }

    @Test("case 213: the group taken away, the user disabled, the session ended, the provider disabled: the very next page is refused")
    func meanwhile() async throws {
        try await ConsoleStage.run { stage in
            let (server, fixture) = (stage.server, stage.server.fixture)
            let browser = try await stage.admin()
            // Another sign-in of the same person, elsewhere, at which the provider names the group no more.
            let again = Browser(server)
            _ = try await again.answer(try await again.begin(server.app), attributes: ConsoleStage.attributes(groups: ["guests"]))
            stage.expectRefused(try await browser.get("/console"), 403, "console.not_member")
            _ = try await again.answer(try await again.begin(server.app, ["prompt": "login"]), attributes: ConsoleStage.attributes(groups: ["staff"]))
            #expect(try await browser.get("/console").status == 200)

            try await fixture.updateProvider { $0.enabled = false }
            stage.expectSentToSignIn(try await browser.get("/console"))
            try await fixture.updateProvider { $0.enabled = true }
            #expect(try await browser.get("/console").status == 200)

            let user = try #require(try await fixture.users().first { $0.attributes["email"] == .text("alice@example.com") })
            _ = try await fixture.administration.perform(SetUserEnabled(false, user.id.text, pool: fixture.pool.id.text))
            stage.expectSentToSignIn(try await browser.get("/console"))
            _ = try await fixture.administration.perform(SetUserEnabled(true, user.id.text, pool: fixture.pool.id.text))
            stage.expectSentToSignIn(try await browser.get("/console"))
        }
    }

    @Test("case 214: who proved it more than twelve hours ago proves it anew")
    func stale() async throws {
        try await ConsoleStage.run { stage in
            let browser = Browser(stage.server)
            // The provider's own session is older than ours.
            let old = stage.server.fixture.clock.now.addingTimeInterval(-6 * 3600)
            #expect(try await stage.signIn(browser) { $0.authnInstant = old }.location == "/console")
            #expect(try await browser.get("/console").status == 200)
            stage.server.fixture.clock.advance(by: 6 * 3600 - 1)
            #expect(try await browser.get("/console").status == 200)
            stage.server.fixture.clock.advance(by: 2)
            let away = try await browser.get("/console")
            stage.expectSentToSignIn(away)
            #expect(away.parameter("max_age") == "43200")
            #expect(try await stage.goOn(browser, to: try #require(away.location)).location == "/console")
        }
    }

    @Test("case 215: the console asks for an acr; who comes back without it is refused, who has it gets in")
    func stepUp() async throws {
        let strong = "https://refeds.org/profile/mfa"
        try await ConsoleStage.run(
            acr: "mfa",
            { options in
                options.providerSettings = { $0.contexts = ContextMappingSettings(["pwd=PasswordProtectedTransport", "mfa=\(strong)"]) }
            }
        ) { stage in
            let browser = Browser(stage.server)
            // A session of a password, by another app.
            _ = try await browser.answer(try await browser.begin(stage.server.app), attributes: ConsoleStage.attributes(groups: ["staff"]))
            let away = try await browser.get("/console")
            stage.expectSentToSignIn(away)
            #expect(away.parameter("acr_values") == "mfa")
            stage.expectRefused(try await browser.get("/console/signed-in?code=abc"), 403, "console.acr")
            #expect(try await stage.goOn(browser, to: try #require(away.location)) { $0.authnContextClassRef = strong }.location == "/console")
            #expect(try await browser.get("/console").status == 200)
            // What the admin takes out of the provider's table is good for nothing from then on.
            try await stage.server.fixture.updateProvider { $0.contexts = ContextMappingSettings(["pwd=PasswordProtectedTransport"]) }
            stage.expectSentToSignIn(try await browser.get("/console"))
        }
    }

    @Test(
        "case 219: the way back leads to a page of the console, and nowhere else",
        arguments: [
            "https://evil.example/", "//evil.example", "/console//evil.example", "/console/../logout", "/console/%2e%2e/logout", "\\evil",
            "/consoleX",
            "/console/a\r\nSet-Cookie: a=b", "/console/\u{202E}", "javascript:alert(1)", "/console/signed-in", "/console/sign-in", "", "/console/",
            "/console?" + String(repeating: "a", count: 1100),
        ])
    func wayBack(state: String) async throws {
        #expect(ConsolePath(state) == nil)
        try await ConsoleStage.run { stage in
            let admin = try await stage.admin()
            let back = try await admin.get(FormCoding.append([("code", "abc"), ("state", state)], to: "/console/signed-in"))
            #expect(back.status == 303 && back.location == "/console")
            let anew = try await admin.get(FormCoding.append([("to", state)], to: "/console/sign-in"))
            #expect(anew.parameter("state") == "/console")
        }
    }

    @Test("a path of the console is one", arguments: ["/console", "/console/a_1/signins/7KQ2M4XW9ABC", "/console/a_1/users?name=a%40b&after=c%20d"])
    func path(text: String) { #expect(ConsolePath(text)?.text == text) }

    @Test("case 221: one person gets 240 pages a minute, whatever asks in their name")
    func flood() async throws {
        try await ConsoleStage.run { stage in
            let browser = try await stage.admin()
            var answers: [Int] = []
            for _ in 0..<245 { answers.append(try await browser.get("/console/signins").status) }
            #expect(answers.prefix(238).allSatisfy { $0 == 200 } && answers.last == 429)
            stage.expectRefused(try await browser.get("/console"), 429, "console.too_many")
            stage.server.fixture.clock.advance(by: 60)
            #expect(try await browser.get("/console").status == 200)
        }
    }

    @Test("a console of a pool that is not there says so, and lets nobody in")
    func noPool() async throws {
        try await TestServer.run({ _ in }, console: { _ in ConsoleSettings(pool: UserPool.ID("local_gone")!, group: "staff") }) { server in
            let answer = try await server.get("/console")
            // Who asks is nobody yet: the reason is for the log.
            #expect(answer.status == 503 && !answer.body.contains("console.pool") && answer.body.contains("reference"))
            #expect(server.log.lines.contains { $0.metadata["code"] == "console.pool" })
        }
    }
}
