import Administration
import Foundation
import Gateway
import TestSupport
import Testing
import UserPools

@testable import GatewayServer

@Suite("What the console lists, page by page")
struct ConsoleListTests {
    /// The links in tables of a page and of those that follow it, to what begins so.
    private static func links(from url: String, to beginning: String, _ admin: Browser) async throws -> (found: [String], pages: Int) {
        var (found, next, pages): ([String], String?, Int) = ([], url, 0)
        while let url = next, pages < 20 {
            let answer = try await admin.get(url)
            let page = PageReader(answer.body)
            #expect(answer.status == 200 && page.problems == [], "\(url)")
            found += page.all("a").compactMap { $0["href"] }.filter { $0.hasPrefix(beginning) && !$0.contains("?") }
            next = page.all("a").first { $0.text == "Next page" }?["href"].map { PageReader.decode($0) }
            pages += 1
        }
        return (found, pages)
    }

    @Test("users whose names begin so behind their provider's name, and sign-outs, the newest first: none is left out, none is there twice")
    func people() async throws {
        try await ConsoleStage.run { stage in
            let (fixture, admin) = (stage.server.fixture, try await stage.admin())
            for number in 0..<52 {
                let name = "bob\(number)@example.com"
                _ = try await Browser(stage.server).signIn(
                    stage.server.app, nameID: name, attributes: ConsoleStage.attributes(groups: [], email: name))
            }
            let users = try await Self.links(from: stage.pool + "/users?name=bob", to: stage.pool + "/users/", admin)
            #expect(users.pages == 2 && users.found.count == 52 && Set(users.found).count == 52)
            let some = try await Self.links(from: stage.pool + "/users?name=bob1", to: stage.pool + "/users/", admin)
            #expect(some.pages == 1 && some.found.count == 11)
            for user in try await fixture.users() where user.username.contains("bob") {
                _ = try await fixture.administration.perform(SignOutUser(user.id.text, pool: fixture.pool.id.text))
            }
            let logouts = try await Self.links(from: stage.pool + "/logouts", to: stage.pool + "/logouts/", admin)
            #expect(logouts.pages == 2 && logouts.found.count == 52 && Set(logouts.found).count == 52)
            let page = try await admin.get(stage.pool + "/logouts")
            #expect(page.body.contains("An admin") && page.body.contains(">Yes<"))
            #expect(try await admin.get(try #require(logouts.found.first)).status == 200)
            // Somebody else's address.
            for query in ["?after=x", "?after=99999999999999999999-A", "?after=1-%3Cb%3E"] {
                #expect(try await admin.get(stage.pool + "/logouts" + query).status == 200)
            }
        }
    }

    @Test("people of a provider that was deleted are found by their names, as those of others are")
    func deletedProvider() async throws {
        try await ConsoleStage.run { stage in
            let (fixture, admin) = (stage.server.fixture, try await stage.admin())
            let spare = try await stage.addProvider("spare")
            for name in ["bob@example.com", "bobby@example.com"] {
                let browser = Browser(stage.server)
                let request = try await browser.begin(stage.server.app, ["identity_provider": spare.text])
                _ = try await browser.answer(request, nameID: name, attributes: ConsoleStage.attributes(groups: [], email: name)) {
                    ($0.issuer, $0.responseIssuer) = ("https://spare.example", "https://spare.example")
                }
            }
            for isThere in [true, false] {
                if !isThere { try await fixture.administration.perform(DeleteProvider(spare.text, pool: fixture.pool.id.text)) }
                for (name, count) in [("bob", 2), ("spare_bobby", 1), ("bobby@example.com", 1), ("alice", 1)] {
                    let found = try await Self.links(from: stage.pool + "/users?name=" + name, to: stage.pool + "/users/", admin)
                    #expect(found.found.count == count, "\(name) \(isThere)")
                }
            }
        }
    }

    @Test("apps by their IDs, or by a part of the name; what was recorded, behind the newest")
    func clients() async throws {
        try await ConsoleStage.run { stage in
            let (fixture, admin) = (stage.server.fixture, try await stage.admin())
            for number in 0..<103 {
                let id = AppClient.ID(String(format: "zz-%03d", number))!
                try await fixture.stores.clients.insert(
                    AppClient(
                        id: id, poolID: fixture.pool.id, name: number == 7 ? "Order <b>Desk" : "App", redirectURIs: [], createdAt: fixture.clock.now),
                    recorded: .any(.client, id.text, in: fixture.pool.id))
            }
            let all = try await Self.links(from: stage.pool + "/clients", to: stage.pool + "/clients/", admin)
            #expect(all.pages == 2 && all.found.count == 104 && Set(all.found).count == 104)
            let some = try await Self.links(from: stage.pool + "/clients?name=ZZ-", to: stage.pool + "/clients/", admin)
            #expect(some.pages == 2 && some.found.count == 103)
            let one = try await Self.links(from: stage.pool + "/clients?name=%3Cb%3Ed", to: stage.pool + "/clients/", admin)
            #expect(one.found == [stage.pool + "/clients/zz-007"])
            #expect(try await admin.get(stage.pool + "/clients?name=nobody").body.contains("Nothing was found"))

            var (targets, next): ([String], String?) = ([], stage.pool + "/audit")
            while let url = next, targets.count < 1_000 {
                let page = PageReader(try await admin.get(url).body)
                let words = page.all("tr").map { $0.text.split(whereSeparator: \.isWhitespace) }
                targets += words.compactMap { $0.first { $0.hasPrefix("zz-") }.map(String.init) }
                next = page.all("a").first { $0.text == "Next page" }?["href"].map { PageReader.decode($0) }
            }
            #expect(targets.count == 103 && Set(targets).count == 103)
            #expect(try await admin.get("/console/audit?after=1-x").body.contains("Nothing was found"))
        }
    }

    @Test("pools are listed by their names, ten a page, with their numbers and drawings; those behind the first page are found and drawn as well")
    func pools() async throws {
        try await ConsoleStage.run { stage in
            let (fixture, admin) = (stage.server.fixture, try await stage.admin())
            var last: UserPool?
            for number in 0..<21 {
                let name = number == 20 ? "Zoo <b>" : String(format: "pool %02d", number)
                last = try await fixture.administration.perform(CreatePool(name: name, domain: nil, signingAlgorithm: "ES256", region: "local"))
            }
            let (zoo, corp) = (try #require(last), IdentityProvider.Name("corp")!)
            let counts = [(SignInRecord.Outcome.accepted, 7), (.refused, 3)].map {
                SignInCount(poolID: zoo.id, provider: corp, at: fixture.clock.now, outcome: $0.0, code: nil, count: $0.1)
            }
            try await fixture.stores.signInRecords.insert([], [], leftOut: [], counts: counts)
            var (found, next, notes): ([String], String?, [String]) = ([], "/console", [])
            while let url = next, notes.count < 5 {
                let page = PageReader(try await admin.get(url).body)
                #expect(page.problems == [])
                found += page.all("a").filter { $0.path.last == "td" && $0["href"]?.hasSuffix("/signins") == true }.map { PageReader.decode($0.text) }
                notes.append(try #require(page.all("p").first { $0.text.contains("by name") }).text)
                next = page.all("a").first { $0.text == "Next page" }?["href"].map { PageReader.decode($0) }
            }
            let names = ["Example staff"] + (0..<20).map { String(format: "pool %02d", $0) } + ["Zoo <b>"]
            #expect(found == names)
            let shown = ["1 to 10 of 22", "11 to 20 of 22", "21 to 22 of 22"]
            #expect(notes.count == 3 && zip(notes, shown).allSatisfy { $0.filter { $0 != "\u{2068}" && $0 != "\u{2069}" }.hasPrefix($1) }, "\(notes)")
            for part in ["ZOO", "o%20%3CB", zoo.id.text] {
                let page = PageReader(try await admin.get("/console?name=" + part).body)
                #expect(page.all("tr").contains { $0.text.contains(zoo.id.text) && $0.text.contains("7") && $0.text.contains("3") })
                #expect(page.all("svg").count == 1 && !page.all("td").contains { $0.text.contains("pool 0") })
            }
            #expect(try await admin.get("/console?name=nobody").body.contains("Nothing was found"))
            #expect(try await PageReader(admin.get("/console?after=local_gone").body).all("p").contains { $0.text.contains("22") })
        }
    }

    @Test("what ends: the certificate of the server, and keys that another one follows by itself, as the page of the keys has them")
    func ends() async throws {
        try await ConsoleStage.run(certificateEndsIn: 10 * 86_400 + 60) { stage in
            let fixture = stage.server.fixture
            var pool = try await fixture.administration.pool(fixture.pool.id.text)
            pool.settings.signingKeyDays = 90
            pool.samlKeyDays = 60
            #expect(try await fixture.stores.pools.update(pool))
            _ = try await stage.server.get(fixture.issuer + "/.well-known/jwks.json")
            _ = try await stage.server.get(stage.server.pool + "/saml2/metadata")
            let admin = try await stage.admin()
            func rows() async throws -> [String] { PageReader(try await admin.get("/console").body).all("tr").map(\.text) }
            let before = try await rows()
            let certificate = try #require(before.first { $0.hasPrefix("TLS certificate of this server") })
            let told = [Pages.moment(fixture.clock.now + 10 * 86_400 + 60), "10", "Soon"]
            #expect(told.allSatisfy { certificate.contains($0) }, "\(certificate)")
            // None follows the pool's first key before the next one is published.
            #expect(!before.contains { $0.hasPrefix("Keys that sign tokens") })
            _ = try await fixture.administration.perform(RotateKey(pool: pool.id.text))
            let page = PageReader(try await admin.get(stage.pool + "/keys").body)
            let (shown, now) = (try await rows(), fixture.clock.now)
            for (name, days) in [("Keys that sign tokens", 90), ("SAML keys that sign", 60)] {
                let end = Pages.moment(now + TimeInterval(days * 86_400))
                let row = try #require(shown.first { $0.hasPrefix(name) })
                #expect(row.contains(end) && row.contains("Example staff") && row.contains("\(days)") && !row.contains("Over"), "\(row)")
                #expect(page.all("td").contains { $0.text == end }, "\(name)")
            }
        }
    }

    @Test("a provider: how fresh its document is, and whether what it sends is kept")
    func provider() async throws {
        try await ConsoleStage.run { stage in
            let (fixture, admin) = (stage.server.fixture, try await stage.admin())
            let url = stage.pool + "/providers/" + fixture.provider.text
            func facts() async throws -> [String] {
                let page = PageReader(try await admin.get(url).body)
                #expect(page.problems == [])
                return (page.all("dd") + page.all("h2")).map(\.text)
            }
            let before = try await facts()
            #expect(before.contains("Metadata document") && before.contains("No, by hand") && !before.contains("Debug mode"))
            let until = try #require(
                try await fixture.administration.perform(
                    DebugProvider(fixture.provider.text, pool: fixture.pool.id.text, seconds: 600)))
            #expect(Set(["Debug mode", Pages.moment(until), "0"]).isSubset(of: try await facts()))
            // Followed, and had in vain three times.
            var provider = try #require(try await fixture.stores.providers.find(fixture.provider, in: fixture.pool.id))
            guard case .saml(var connection) = provider.kind else { return }
            (connection.metadataURL, connection.following) = ("https://idp.example/metadata", MetadataFollowing(isOn: true))
            provider.kind = .saml(connection)
            #expect(try await fixture.stores.providers.update(provider))
            var document = try #require(try await fixture.stores.following.find(fixture.provider, in: fixture.pool.id))
            let now = fixture.clock.now
            (document.checkedAt, document.dueAt, document.validUntil) = (now - 3600, now + 7200, now + 86_400)
            (document.failures, document.lastError) = (3, "fetch.timeout")
            try await fixture.stores.following.keep(document)
            let wanted = ["Yes", "fetch.timeout (3)"] + [-3600, 7200, 86_400].map { Pages.moment(now + $0) }
            #expect(Set(wanted).isSubset(of: try await facts()))
        }
    }
}
