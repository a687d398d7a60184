import Administration
import Foundation
import Gateway
import HTTPTypes
import TestSupport
import Testing
import UserPools
import WireFormats

@testable import GatewayServer

@Suite("What the console shows")
struct ConsolePageTests {
    /// A sign-in that is refused: the reference that the person has.
    private static func refused(_ stage: ConsoleStage, audience: String = "https://other.example") async throws -> String {
        let browser = Browser(stage.server)
        let answer = try await browser.answer(try await browser.begin(stage.server.app)) { $0.audiences = [[audience]] }
        await stage.server.gateway.signIn.records.finish()
        let told = try #require(answer.parameter("error_description"))
        return try #require(told.split(separator: " ").last.map { String($0) })
    }

    @Test("the overview has the pools, a box for a reference, and what ends")
    func overview() async throws {
        try await ConsoleStage.run { stage in
            let admin = try await stage.admin()
            let page = PageReader(try await admin.get("/console").body)
            #expect(page.problems == [] && page.all("h1").map(\.text) == ["Overview"])
            let headings = page.all("h2").map(\.text)
            #expect(headings.first == "Look up a sign-in" && Array(headings.suffix(2)) == ["User pools", "What ends"])
            #expect(page.all("a").contains { $0["href"] == stage.pool + "/signins" && $0.text == "Example staff" })
            #expect(page.first(id: "reference-0")?["name"] == "reference")
        }
    }

    @Test("a refused sign-in: found by its reference in any pool, and explained line by line as the command line does")
    func explanation() async throws {
        try await ConsoleStage.run { stage in
            let reference = try await Self.refused(stage)
            let admin = try await stage.admin()
            // As people copy it.
            let typed = reference.lowercased().prefix(4) + "-" + reference.lowercased().dropFirst(4)
            let found = try await admin.get("/console/signins?reference=" + typed)
            #expect(found.status == 303 && found.location == stage.pool + "/signins/" + reference)
            #expect(try await admin.get("/console/signins/" + reference).location == stage.pool + "/signins/" + reference)
            let body = try await admin.get(stage.pool + "/signins/" + reference).body
            let page = PageReader(body)
            let record = try await stage.server.fixture.administration.signIn(reference, pool: stage.server.fixture.pool.id.text)
            let explanation = SignInExplanation(record) { remedy, place in "countersign for \(remedy) at \(place.pool ?? "no pool")" }
            #expect(page.problems == [] && explanation.lines.count >= 9)
            for value in explanation.lines.flatMap(\.values) { #expect(page.all("dd").contains { PageReader.decode($0.text) == value }, "\(value)") }
            #expect(explanation.lines.contains { $0.label == .commands })
            let rows = page.all("tr").map(\.text)
            for check in record.report.checks { #expect(rows.contains { $0.hasPrefix(check.name) && $0.hasSuffix(check.seen ?? "") }, "\(check)") }
            #expect(body.contains("Failed") && body.contains("Not reached") && body.contains("https://other.example"))
            // Nothing of that reference.
            let nothing = try await admin.get("/console/signins?reference=AAAAAAAAAAAA")
            #expect(nothing.status == 200 && nothing.body.contains("Nothing was found"))
            stage.expectRefused(try await admin.get(stage.pool + "/signins/AAAAAAAAAAAA"), 404, "admin.not_found")
        }
    }

    @Test("refused sign-ins, the newest first: narrowed down by outcome, provider, code, app and person, in pages that leave none out")
    func signIns() async throws {
        try await ConsoleStage.run { stage in
            let fixture = stage.server.fixture
            var records: [SignInRecord] = []
            for number in 0..<120 {
                // Several of one moment.
                let at = fixture.clock.now.addingTimeInterval(-Double(number / 7))
                var record = SignInRecord(
                    reference: SignInRecord.Reference(String(format: "REFERENCE%03d", number))!, poolID: fixture.pool.id, at: at, outcome: .refused)
                (record.provider, record.code) = (fixture.provider, number < 3 ? "saml.audience" : "saml.expired")
                record.username = number == 5 ? "corp_bob" : nil
                records.append(record)
            }
            var accepted = SignInRecord(
                reference: SignInRecord.Reference("ACCEPTED")!, poolID: fixture.pool.id, at: fixture.clock.now, outcome: .accepted)
            accepted.username = "corp_bob"
            try await fixture.stores.signInRecords.insert(
                records + [accepted], [], leftOut: [.init(poolID: fixture.pool.id, outcome: .refused, minute: fixture.clock.now, count: 17)])
            let admin = try await stage.admin()
            func shown(_ page: PageReader) -> [String] { page.all("a").map(\.text).filter { $0.hasPrefix("REF") || $0 == "ACCEPTED" } }
            var (seen, next, pages): ([String], String?, Int) = ([], stage.pool + "/signins", 0)
            while let url = next {
                let page = PageReader(try await admin.get(url).body)
                seen += shown(page)
                next = page.all("a").first { $0.text == "Next page" }?["href"]
                pages += 1
            }
            #expect(pages == 3 && seen.count == 120 && Set(seen).count == 120 && seen.first == "REFERENCE000")
            func found(_ query: String) async throws -> [String] { shown(PageReader(try await admin.get(stage.pool + "/signins?" + query).body)) }
            #expect(try await found("code=saml.audience").count == 3)
            #expect(try await found("user=corp_bob") == ["REFERENCE005"])
            #expect(try await found("user=corp_bob&outcome=all").count == 2)
            #expect(try await found("outcome=accepted") == ["ACCEPTED"])
            #expect(try await found("provider=corp&code=saml.audience").count == 3)
            #expect(try await found("client=" + fixture.client.id.text) == [])
            #expect(try await admin.get(stage.pool + "/signins").body.contains("17"))
            // An address that somebody wrote themselves.
            for query in ["after=x", "after=99999999999999999999-A", "outcome=%3Cb%3E", "provider=%3Cb%3E", "code=a&code=b"] {
                #expect([200, 404].contains(try await admin.get(stage.pool + "/signins?" + query).status), "\(query)")
            }
            for query in ["%ff", "user=%00", "after=%00"] { #expect(try await admin.get(stage.pool + "/signins?" + query).status == 400) }
        }
    }

    @Test("sign-ins of the last seven days are drawn, provider by provider, with their numbers beside the drawing")
    func drawings() async throws {
        try await ConsoleStage.run { stage in
            _ = try await Self.refused(stage)
            let admin = try await stage.admin()
            await stage.server.gateway.signIn.records.finish()
            for path in ["/console", stage.pool + "/signins"] {
                let page = PageReader(try await admin.get(path).body)
                #expect(page.problems == [] && page.all("svg").count == 1 && page.all("rect").count == 2 * 28, "\(path)")
                #expect(page.all("figcaption").first?.text == "corp Accepted: 1 · Refused: 1")
                #expect(page.all("rect").last?["height"] == "47" && page.all("rect").last?["class"] == "refused")
                #expect(page.all("details").first?.text.contains("2026-11-18") == true)
            }
        }
    }

    @Test("case 217: another pool's user in the path, ids that are none: not found, and nothing of it is shown")
    func otherPool() async throws {
        try await ConsoleStage.run { stage in
            let fixture = stage.server.fixture
            let reference = try await Self.refused(stage)
            let admin = try await stage.admin()
            let other = try await fixture.administration.perform(CreatePool(name: "Other", domain: nil, signingAlgorithm: "ES256", region: "local"))
            let user = try #require(try await fixture.users().first)
            for path in [
                "/signins/" + reference, "/users/" + user.id.text, "/users/" + user.id.text + "/disable", "/users/" + user.id.text + "/sign-out",
            ] {
                stage.expectRefused(try await admin.get("/console/" + other.id.text + path), 404, "admin.not_found")
            }
            for path in ["/console/local_nothere/signins", "/console/x/users", stage.pool + "/users/%2e%2e"] {
                stage.expectRefused(try await admin.get(path), 404, "admin.not_found")
            }
        }
    }

    @Test("case 218: names, e-mail addresses, and what a provider sent stand on every page as text, and turn or hide no writing")
    func hostileText() async throws {
        let evil = "\"\u{301}><script>alert(1)</script>'&\u{202E}x"
        try await ConsoleStage.run { stage in
            let fixture = stage.server.fixture
            let reference = try await Self.refused(stage, audience: "https://x.example/" + "\"><script>alert(1)</script>")
            let admin = Browser(stage.server)
            let attributes = ConsoleStage.attributes(groups: ["staff", evil]) + [.init("displayName", evil)]
            _ = try await stage.signIn(
                admin, nameID: "eve@example.com", attributes: attributes.filter { $0.name != "displayName" || $0.values == [evil] })
            _ = try await fixture.administration.perform(CreatePool(name: "<b>\"><i>'&", domain: nil, signingAlgorithm: "ES256", region: "local"))
            let user = try #require(try await fixture.users().first { $0.username.contains("eve") })
            let pages = [
                "/console", "/console/signins?reference=" + PercentCoding.encode(evil), stage.pool + "/signins?code=" + PercentCoding.encode(evil),
                stage.pool + "/signins/" + reference, stage.pool + "/users", stage.pool + "/users?name=eve%40",
                stage.pool + "/users/" + user.id.text, stage.pool + "/users/" + user.id.text + "/sign-out",
            ]
            for url in pages {
                let answer = try await admin.get(url)
                let page = PageReader(answer.body)
                #expect(answer.status == 200 && page.problems == [], "\(url) \(answer.status)")
                #expect(page.all("script").isEmpty && page.all("b").isEmpty && page.all("i").isEmpty, "\(url)")
                // What a form that nobody sees repeats may be anything.
                let seen = page.elements.filter { $0.name != "input" || $0["type"] != "hidden" }
                #expect(!seen.contains { ($0.text + $0.attributes.values.joined()).contains("\u{202E}") }, "\(url)")
            }
            #expect(try await admin.get(stage.pool + "/users/" + user.id.text).body.contains("&lt;script&gt;"))
        }
    }

    @Test("case 220: no page has a secret, a token, a hash or a sealed value")
    func secrets() async throws {
        try await ConsoleStage.run { stage in
            let fixture = stage.server.fixture
            let reference = try await Self.refused(stage)
            let admin = try await stage.admin()
            let tokens = try await stage.server.app.redeem(try await Browser(stage.server).signIn(stage.server.app), at: stage.server).json
            let user = try #require(try await fixture.users().first)
            var secrets = [try #require(fixture.clientSecret), try #require(admin.sessionCookie)]
            secrets += ["access_token", "id_token", "refresh_token"].compactMap { tokens[$0]?.string }
            secrets += fixture.client.secrets.map { Array($0.hash.bytes).base64URLText }
            for path in ["/console", stage.pool + "/signins/" + reference, stage.pool + "/users", stage.pool + "/users/" + user.id.text]
                + Self.readOnly(stage)
            {
                let body = try await admin.get(path).body
                for secret in secrets { #expect(secret.utf8.count > 20 && !body.contains(secret), "\(path)") }
            }
        }
    }

    /// The pages of a pool that need no name in their address.
    static func readOnly(_ stage: ConsoleStage) -> [String] { ConsolePage.Tab.allCases.map { stage.pool + "/" + $0.rawValue } }

    @Test("every word of the console is in the files of messages, and none that no page has", arguments: Language.allCases)
    func words(language: Language) {
        let own = ["name", "skip", "navigation", "person", "numbers"]
        let known = Set(ConsoleWord.allCases.map(\.key) + own.map { "console_" + $0 })
        #expect(Set(Messages.of(language).texts.keys.filter { $0.hasPrefix("console_") }) == known)
        let words = ConsoleWords(language: language)
        #expect(words[.signOutText, "name", "corp_ann"].contains("\u{2068}corp_ann\u{2069}"))
    }

    @Test("every page speaks the reader's language, and keeps it")
    func language() async throws {
        try await ConsoleStage.run { stage in
            let admin = try await stage.admin()
            let arabic = try await admin.get("/console?lang=ar")
            let html = try #require(PageReader(arabic.body).all("html").first)
            #expect(html["lang"] == "ar" && html["dir"] == "rtl" && arabic.body.contains("نظرة عامة"))
            let german = try await Browser(stage.server).get("/console/signed-in", headers: [.acceptLanguage: "de"])
            #expect(german.body.contains("Diese Seite wird nicht gezeigt"))
            #expect(try await admin.get(stage.pool + "/users").body.contains("المستخدمون"))
        }
    }
}
