import Administration
import Foundation
import Gateway
import HTTPTypes
import TestSupport
import Testing
import UserPools
import WireFormats

@testable import GatewayServer

@Suite("What is done from the console: asked first, done once, by somebody who proved lately who they are")
struct ConsoleActTests {
    /// Somebody who is signed in at an app, and whom an admin looks at.
    private static func run(_ body: @Sendable (ConsoleStage, _ admin: Browser, _ person: Browser, _ user: User) async throws -> Void) async throws {
        try await ConsoleStage.run { stage in
            let person = Browser(stage.server)
            _ = try await person.signIn(
                stage.server.app, nameID: "bob@example.com", attributes: ConsoleStage.attributes(groups: [], email: "bob@example.com"))
            let user = try #require(try await stage.server.fixture.users().first)
            try await body(stage, try await stage.admin(), person, user)
        }
    }

    private static func isSignedIn(_ browser: Browser) async throws -> Bool {
        try await browser.get(browser.server.app.authorizeURL(browser.server, ["prompt": "none"])).parameter("code") != nil
    }

    @Test("sign out: the page says what will happen; its form does it, and the audit has who did it")
    func signOut() async throws {
        try await Self.run { stage, admin, person, user in
            let url = stage.pool + "/users/" + user.id.text
            let page = try await admin.get(url)
            #expect(page.body.contains("corp_bob@example.com") && page.body.contains("Unknown browser"))
            let question = try await admin.get(url + "/sign-out")
            #expect(question.status == 200 && question.body.contains("Ends every session of") && PageForm(question.body).action == url + "/sign-out")
            // Reading it does nothing.
            #expect(try await Self.isSignedIn(person))
            let done = try await admin.post(url + "/sign-out", PageForm(question.body).fields)
            #expect(done.status == 303 && done.location == url)
            #expect(try await !Self.isSignedIn(person))
            let event = try #require(
                try await stage.server.fixture.administration.auditEvents(pool: stage.server.fixture.pool.id.text, user: user.id.text, limit: 1).first
            )
            let (pool, me) = (stage.server.fixture.pool.id, try await stage.server.fixture.users().first { $0.username.contains("alice") })
            #expect(
                event.action == .userSignOut && event.actor == .console(user: try #require(me).id, pool: pool, username: "corp_alice@example.com"))
            #expect(event.actor.text == "console (corp_alice@example.com of \(pool))")
        }
    }

    @Test("one session ends, others go on; disabled people cannot sign in until they are enabled")
    func others() async throws {
        try await Self.run { stage, admin, person, user in
            let url = stage.pool + "/users/" + user.id.text
            let second = Browser(stage.server)
            _ = try await second.signIn(
                stage.server.app, nameID: "bob@example.com", attributes: ConsoleStage.attributes(groups: [], email: "bob@example.com"))
            let ends = PageReader(try await admin.get(url).body).all("a").compactMap { $0["href"] }.filter { $0.hasSuffix("/end") }
            #expect(ends.count == 2)
            let question = try await admin.get(ends[0])
            #expect(try await admin.post(ends[0], PageForm(question.body).fields).location == url)
            let left = [try await Self.isSignedIn(person), try await Self.isSignedIn(second)]
            #expect(left.count { $0 } == 1)
            for (act, enabled) in [("/disable", false), ("/enable", true)] {
                let asked = try await admin.get(url + act)
                #expect(try await admin.post(url + act, PageForm(asked.body).fields).location == url)
                #expect(try await stage.server.fixture.stores.users.find(user.id, in: user.poolID)?.enabled == enabled)
            }
            #expect(try await !Self.isSignedIn(person))
            #expect(try await !Self.isSignedIn(second))
        }
    }

    @Test("case 216: a form without its token, with a wrong one, or another browser's does nothing; nor does another site's, nor a GET")
    func forged() async throws {
        try await Self.run { stage, admin, person, user in
            let url = stage.pool + "/users/" + user.id.text + "/sign-out"
            let fields = PageForm(try await admin.get(url).body).fields
            let other = try await stage.admin()
            let theirs = PageForm(try await other.get(url).body).fields
            #expect(fields.map(\.value) != theirs.map(\.value))
            for form in [[], [("csrf", "")], [("csrf", String(repeating: "A", count: 43))], theirs, fields + fields] {
                stage.expectRefused(try await admin.post(url, form), 400, "console.form")
            }
            // With the token, and without the session: as another site's form comes.
            stage.expectRefused(try await admin.post(url, fields, fromAnotherSite: true), 403, "console.signed_out")
            let query = FormCoding.append(fields, to: url)
            #expect(try await admin.get(query).status == 200)
            #expect(try await Self.isSignedIn(person))
            // One whose session is of the pool, and who is in no group.
            let form = PageForm(try await person.get(stage.server.fixture.issuer + "/account").body).fields.filter { $0.name == "csrf" }
            stage.expectRefused(try await person.post(url, Array(form.prefix(1))), 403, "console.not_member")
            #expect(try await Self.isSignedIn(person))
        }
    }

    @Test("case 214: who proved it more than an hour ago does nothing: sent to sign in where they ask, refused where they do")
    func stale() async throws {
        try await Self.run { stage, admin, person, user in
            let url = stage.pool + "/users/" + user.id.text + "/sign-out"
            let fields = PageForm(try await admin.get(url).body).fields
            stage.server.fixture.clock.advance(by: 3601)
            #expect(try await admin.get("/console").status == 200)
            stage.expectRefused(try await admin.post(url, fields), 403, "console.stale")
            #expect(try await Self.isSignedIn(person))
            let away = try await admin.get(url)
            stage.expectSentToSignIn(away)
            #expect(away.parameter("max_age") == "3600" && away.parameter("state") == url)
            #expect(try await stage.goOn(admin, to: try #require(away.location)).location == url)
            #expect(try await admin.post(url, PageForm(try await admin.get(url).body).fields).status == 303)
            #expect(try await !Self.isSignedIn(person))
        }
    }

    @Test("case 213: whoever left the group meanwhile does nothing with a form that they still have")
    func leftMeanwhile() async throws {
        try await Self.run { stage, admin, person, user in
            let url = stage.pool + "/users/" + user.id.text + "/sign-out"
            let fields = PageForm(try await admin.get(url).body).fields
            let again = Browser(stage.server)
            _ = try await again.answer(try await again.begin(stage.server.app), attributes: ConsoleStage.attributes(groups: ["guests"]))
            stage.expectRefused(try await admin.post(url, fields), 403, "console.not_member")
            #expect(try await Self.isSignedIn(person))
        }
    }

    @Test("case 217: another person's session in the path ends nothing")
    func otherSession() async throws {
        try await Self.run { stage, admin, person, user in
            let me = try #require(try await stage.server.fixture.users().first { $0.username.contains("alice") })
            let bobs = PageReader(try await admin.get(stage.pool + "/users/" + user.id.text).body).all("a").compactMap { $0["href"] }
            let session = try #require(bobs.first { $0.hasSuffix("/end") }?.split(separator: "/").dropLast().last)
            let url = stage.pool + "/users/" + me.id.text + "/sessions/" + session + "/end"
            #expect(try await admin.post(url, PageForm(try await admin.get(url).body).fields).status == 303)
            #expect(try await Self.isSignedIn(person))
        }
    }
}
