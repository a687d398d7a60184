import Administration
import Foundation
import Gateway
import HTTPTypes
import TestSupport
import Testing
import UserPools

@testable import GatewayServer

@Suite("What the console deletes and makes new: asked first, typed, and never what one came in by")
struct ConsoleDeletionTests {
    /// The act's page, and its form as somebody fills it in.
    static func perform(_ url: String, typing name: String?, _ admin: Browser) async throws -> Answer {
        let question = try await admin.get(url)
        #expect(question.status == 200 && PageReader(question.body).problems == [], "\(url) \(question.status)")
        let fields = PageForm(question.body).fields.filter { $0.name == "csrf" }
        return try await admin.post(url, fields + (name.map { [("confirm", $0)] } ?? []))
    }

    static func lastEvent(_ stage: ConsoleStage, _ target: AuditEvent.Target) async throws -> AuditEvent {
        // The clock stands still: events of one moment have no order that means anything.
        let events = try await stage.server.fixture.stores.audit.list(in: stage.server.fixture.pool.id, target: target, limit: 10)
        return try #require(events.first { $0.actor.text.hasPrefix("console (") })
    }

    @Test("a user, an app and a provider are deleted by whoever types the name, and the audit has who did it")
    func deleted() async throws {
        try await ConsoleStage.run { stage in
            let (fixture, admin) = (stage.server.fixture, try await stage.admin())
            _ = try await Browser(stage.server).signIn(
                stage.server.app, nameID: "bob@example.com", attributes: ConsoleStage.attributes(groups: [], email: "bob@example.com"))
            let user = try #require(try await fixture.users().first { $0.username == "corp_bob@example.com" })
            let client = try await fixture.addClient("Order desk", redirectURI: "https://desk.example/callback", confidential: true).client
            let spare = try await stage.addProvider("spare")
            let things: [(path: String, typed: String, target: AuditEvent.Target, after: String)] = [
                ("/users/" + user.id.text, user.username, .init(.user, user.id.text), "/users"),
                // With what a copy brings along. Apps may share a name.
                ("/clients/" + client.id.text, " \u{2068}\(client.id.text)\u{2069}\n", .init(.client, client.id.text), "/clients"),
                ("/providers/" + spare.text, spare.text, .init(.provider, spare.text), "/providers"),
            ]
            for (path, typed, target, after) in things {
                let url = stage.pool + path
                #expect(try await admin.get(url).body.contains(url + "/delete"))
                let question = try await admin.get(url + "/delete").body
                #expect(question.contains("To delete it, type") && question.contains(fixture.pool.id.text))
                let done = try await Self.perform(url + "/delete", typing: typed, admin)
                #expect(done.status == 303 && done.location == stage.pool + after, "\(path) \(done.body)")
                stage.expectRefused(try await admin.get(url), 404, "admin.not_found")
                let event = try await Self.lastEvent(stage, target)
                #expect(event.action.text.hasSuffix(".delete") && event.actor.text.hasPrefix("console (corp_alice@example.com of "))
            }
        }
    }

    @Test(
        "case 223: without the name, with another one, or with one that only looks like it, nothing is deleted",
        arguments: [nil, "", "corp_bob", "Corp_bob@example.com", "corp_bob@example.com.", "corp_bob@example.co\u{301}m"])
    func notTyped(typed: String?) async throws {
        try await ConsoleStage.run { stage in
            let (fixture, admin) = (stage.server.fixture, try await stage.admin())
            // A composed letter in the name, and a decomposed one typed.
            let name = typed?.hasSuffix("\u{301}m") == true ? "bob@example.c\u{F3}m" : "bob@example.com"
            _ = try await Browser(stage.server).signIn(
                stage.server.app, nameID: name, attributes: ConsoleStage.attributes(groups: [], email: "bob@example.com"))
            let user = try #require(try await fixture.users().first { $0.username.hasPrefix("corp_bob") })
            let url = stage.pool + "/users/" + user.id.text + "/delete"
            stage.expectRefused(try await Self.perform(url, typing: typed, admin), 400, "console.confirmation")
            // Twice is not once.
            let fields = PageForm(try await admin.get(url).body).fields.filter { $0.name == "csrf" }
            stage.expectRefused(
                try await admin.post(url, fields + [("confirm", user.username), ("confirm", user.username)]), 400, "console.confirmation")
            #expect(try await fixture.stores.users.find(user.id, in: user.poolID) != nil)
            #expect(try await Self.perform(url, typing: user.username, admin).status == 303)
        }
    }

    @Test("a name that a page does not show as it is stands aside for the sub", arguments: ["bob  two", "bob\u{A0}two", "bob\u{200B}two"])
    func notReadable(name: String) async throws {
        try await ConsoleStage.run { stage in
            let (fixture, admin) = (stage.server.fixture, try await stage.admin())
            _ = try await Browser(stage.server).signIn(
                stage.server.app, nameID: name, attributes: ConsoleStage.attributes(groups: [], email: "bob@example.com"))
            let user = try #require(try await fixture.users().first { $0.username.hasPrefix("corp_bob") })
            let url = stage.pool + "/users/" + user.id.text + "/delete"
            stage.expectRefused(try await Self.perform(url, typing: user.username, admin), 400, "console.confirmation")
            #expect(try await Self.perform(url, typing: user.id.text, admin).status == 303)
        }
    }

    @Test("case 222: nobody deletes the provider that put them into the group, though they came in by another one")
    func ownGroup() async throws {
        try await ConsoleStage.run { stage in
            let (fixture, admin) = (stage.server.fixture, try await stage.admin())
            let spare = try await stage.addProvider("spare")
            let me = try #require(try await fixture.users().first { $0.username.contains("alice") })
            let bySpare = me.memberships.map { GroupMembership(group: $0.group, origin: .provider(spare)) }
            #expect(try await fixture.stores.users.set(bySpare, of: me.id, in: me.poolID))
            let url = stage.pool + "/providers/" + spare.text + "/delete"
            stage.expectRefused(try await admin.get(url), 409, "console.own_provider")
            #expect(try await fixture.stores.users.set(bySpare + me.memberships, of: me.id, in: me.poolID))
            #expect(try await Self.perform(url, typing: spare.text, admin).status == 303)
            #expect(try await admin.get("/console").status == 200)
        }
    }

    @Test("case 222: nobody disables or deletes themselves, or the provider by which they came in; another one, and another pool's, they do")
    func ownWayIn() async throws {
        try await ConsoleStage.run { stage in
            let (fixture, admin) = (stage.server.fixture, try await stage.admin())
            let me = try #require(try await fixture.users().first { $0.username.contains("alice") })
            for act in ["/disable", "/delete"] {
                stage.expectRefused(try await admin.get(stage.pool + "/users/" + me.id.text + act), 409, "console.own_account")
                stage.expectRefused(try await admin.get(stage.pool + "/providers/" + fixture.provider.text + act), 409, "console.own_provider")
            }
            // With the token of another act: asked again where it is done.
            let spare = try await stage.addProvider("spare")
            let question = try await admin.get(stage.pool + "/providers/" + spare.text + "/disable")
            let fields = PageForm(question.body).fields
            for (path, code) in [("/providers/" + fixture.provider.text, "console.own_provider"), ("/users/" + me.id.text, "console.own_account")] {
                for act in ["/disable", "/delete"] {
                    let form = fields + [("confirm", path.contains("users") ? me.username : fixture.provider.text)]
                    stage.expectRefused(try await admin.post(stage.pool + path + act, form), 409, code)
                }
            }
            #expect(try await fixture.stores.providers.find(fixture.provider, in: fixture.pool.id)?.enabled == true)
            #expect(try await fixture.stores.users.find(me.id, in: me.poolID)?.enabled == true)
            #expect(try await admin.post(stage.pool + "/providers/" + spare.text + "/disable", fields).status == 303)
            // Of that name in another pool.
            let other = try await fixture.administration.perform(CreatePool(name: "Other", domain: nil, signingAlgorithm: "ES256", region: "local"))
            _ = try await stage.addProvider(fixture.provider.text, to: other.id)
            let theirs = "/console/" + other.id.text + "/providers/" + fixture.provider.text
            #expect(try await Self.perform(theirs + "/delete", typing: fixture.provider.text, admin).status == 303)
            #expect(try await admin.get("/console").status == 200)
            // The console's own app is no pool's.
            stage.expectRefused(try await admin.get(stage.pool + "/clients/countersign-console/disable"), 404, "admin.not_found")
            stage.expectRefused(try await admin.get(stage.pool + "/clients/countersign-console/delete"), 404, "admin.not_found")
        }
    }

    @Test("case 224: an app's new secret stands on the page that answers, once: nothing keeps it, and a form that is sent again makes no other")
    func secret() async throws {
        try await ConsoleStage.run { stage in
            let (fixture, admin) = (stage.server.fixture, try await stage.admin())
            let (client, old) = try await fixture.addClient("Order desk", redirectURI: "https://desk.example/callback", confidential: true)
            let page = stage.pool + "/clients/" + client.id.text
            #expect(try await admin.get(page).body.contains(page + "/rotate-secret"))
            let fields = PageForm(try await admin.get(page + "/rotate-secret").body).fields
            let answer = try await admin.post(page + "/rotate-secret", fields)
            let shown = PageReader(answer.body).all("code").map(\.text)
            let secret = try #require(shown.first { $0 != client.id.text })
            #expect(answer.status == 200 && answer.headers[.cacheControl] == "no-store" && answer.body.contains("Copy the secret now"))
            let after = try #require(try await fixture.stores.clients.find(client.id, in: client.poolID))
            let hashes = after.liveSecrets(at: fixture.clock.now).map(\.hash)
            #expect(Set(hashes) == [SecretHash(of: Array(secret.utf8)), SecretHash(of: Array(try #require(old).utf8))])
            stage.expectRefused(try await admin.post(page + "/rotate-secret", fields), 409, "admin.two_secrets")
            stage.expectRefused(try await admin.get(page + "/rotate-secret"), 409, "admin.two_secrets")
            #expect(try await fixture.stores.clients.find(client.id, in: client.poolID) == after)
            let event = try await Self.lastEvent(stage, .init(.client, client.id.text))
            #expect(event.action == .clientRotateSecret && event.actor.text.hasPrefix("console ("))
            for path in [page, stage.pool + "/audit"] { #expect(try await !admin.get(path).body.contains(secret)) }
            #expect(!stage.server.log.text.contains(secret))
        }
    }

    @Test("of two forms that were both read before either was sent the first makes a secret, and the other is refused")
    func secretTwice() async throws {
        try await ConsoleStage.run { stage in
            let (fixture, admin) = (stage.server.fixture, try await stage.admin())
            let client = try await fixture.addClient("Order desk", redirectURI: "https://desk.example/callback", confidential: true).client
            let url = stage.pool + "/clients/" + client.id.text + "/rotate-secret"
            let forms = [PageForm(try await admin.get(url).body).fields, PageForm(try await admin.get(url).body).fields]
            #expect(try await admin.post(url, forms[0]).status == 200)
            stage.expectRefused(try await admin.post(url, forms[1]), 409, "admin.two_secrets")
            #expect(try await fixture.stores.clients.find(client.id, in: client.poolID)?.liveSecrets(at: fixture.clock.now).count == 2)
        }
    }

    @Test("debug mode of a provider ends at once")
    func debugMode() async throws {
        try await ConsoleStage.run { stage in
            let (fixture, admin) = (stage.server.fixture, try await stage.admin())
            _ = try await fixture.administration.perform(DebugProvider(fixture.provider.text, pool: fixture.pool.id.text, seconds: 600))
            let url = stage.pool + "/providers/" + fixture.provider.text
            #expect(try await admin.get(url).body.contains(url + "/end-debug"))
            #expect(try await Self.perform(url + "/end-debug", typing: nil, admin).location == url)
            let pool = try await fixture.administration.pool(fixture.pool.id.text)
            #expect(try await fixture.administration.debugging(of: fixture.provider, in: pool).until == nil)
            #expect(try await Self.lastEvent(stage, .init(.provider, fixture.provider.text)).action == .providerDebug)
        }
    }
}
