import Administration
import Foundation
import HTTPTypes
import SAML
import TestSupport
import Testing
import UserPools
import WireFormats

@testable import GatewayServer
@testable import Storage

@Suite("A dry sign-in at the router: all of a sign-in is shown, and nothing of it is there afterwards")
struct TrialTests {
    /// Every row of every table, but for the dry sign-ins themselves, and which of their checks were passed.
    private static func everything(_ server: TestServer) async throws -> [String: [[SQLValue]]] {
        // Whoever brings an answer in another browser is refused, and of that there is a record, and a count.
        let tables = StoredTable.all.filter { !["trial_sign_ins", "trial_outcomes", "sign_in_records", "sign_in_counts"].contains($0.name) }
        let rows = try await server.fixture.database.rows(of: tables.map { SQLStatement($0.first, [.limit(10_000)]) })
        return Dictionary(uniqueKeysWithValues: zip(tables.map(\.name), rows.map { $0.map(\.values) }))
    }

    private static func waiting(_ server: TestServer) async throws -> Int {
        try await server.fixture.database.rows(of: [SQLStatement("SELECT ticket FROM trial_sign_ins", [])])[0].count
    }

    /// Opens a new address and begins: the request that the provider gets.
    private static func open(_ browser: Browser, provider: String = "corp", client: String? = nil) async throws -> Answer {
        try await begin(browser, try await address(browser.server, provider: provider, client: client))
    }

    /// Opens an address, and presses the button.
    private static func begin(_ browser: Browser, _ address: String) async throws -> Answer {
        let page = try await browser.get(address)
        #expect(page.status == 200 && page.setCookies == [] && page.headers[.cacheControl] == "no-store")
        let form = try #require(page.body.firstMatch(of: /action="([^"]*)"(?s:.*)name="ticket" value="([^"]*)"/))
        return try await browser.post(String(form.1), [("ticket", String(form.2))])
    }

    private static func address(_ server: TestServer, provider: String = "corp", client: String? = nil) async throws -> String {
        let fixture = server.fixture
        let trial = try await fixture.administration.perform(TestProvider(provider, pool: fixture.pool.id.text, client: client))
        // The SAML keys that a first look makes are no part of what a sign-in leaves.
        return fixture.issuer + "/trial?ticket=" + trial.secret.revealText()
    }

    private static func request(_ server: TestServer, _ answer: Answer) throws -> AuthnRequest {
        #expect(answer.status == 303, "\(answer.body)")
        return try server.fixture.identityProvider.request(inRedirect: try #require(answer.location)).request
    }

    private static func expectShown(_ page: Answer, _ words: [String], sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(page.status == 200, sourceLocation: sourceLocation)
        #expect(page.headers[.cacheControl] == "no-store" && page.location == nil, sourceLocation: sourceLocation)
        #expect(page.setCookies == [], "a dry sign-in leaves no cookie", sourceLocation: sourceLocation)
        for word in words { #expect(page.body.contains(word), "\(word)", sourceLocation: sourceLocation) }
    }

    @Test("SAML, accepted at a disabled provider: attributes, checks, user, groups and tokens are shown, and every table is as it was")
    func accepted() async throws {
        try await TestServer.run { server in
            try await server.fixture.updateProvider { $0.common.enabled = false }
            let browser = Browser(server)
            let opened = try await Self.open(browser, client: server.fixture.client.id.text)
            #expect(opened.setCookies.count == 1 && opened.setCookies[0].contains("countersign-browser"))
            let before = try await Self.everything(server)
            let attributes = FakeResponse.usualAttributes + [.init("urn:oid:2.5.4.42", "Al & <b>ice</b>")]
            let page = try await browser.answer(try Self.request(server, opened), attributes: attributes)
            Self.expectShown(
                page,
                [
                    "Accepted.", "nobody is signed in", "disabled", "signature", "audience", "a new user", "corp_alice@example.com",
                    "alice@example.com",
                    "engineers", "Al &amp; &lt;b&gt;ice&lt;/b&gt;", "urn:oid:2.5.4.42", "&quot;" + server.fixture.client.id.text + "&quot;",
                    "token_use",
                ])
            #expect(try await Self.everything(server) == before)
            #expect(try await Self.waiting(server) == 0)
            for line in server.log.lines { #expect(!line.text.contains("alice"), "\(line.text)") }
            #expect(server.log.lines.contains { $0.metadata["outcome"] == "accepted" })
            #expect(PageReader(page.body).problems == [])
        }
    }

    @Test("SAML, refused: the page says which check failed, what was seen and what to do; of what came nothing is taken for proven")
    func refused() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            let request = try Self.request(server, try await Self.open(browser))
            let before = try await Self.everything(server)
            let page = try await browser.answer(request) { $0.audiences = [["https://other.example/sp"]] }
            Self.expectShown(
                page, ["Refused: saml.audience.", "FAILED", "not reached", "https://other.example/sp", "Nothing was verified", "displayName"])
            #expect(!page.body.contains("a new user"))
            #expect(try await Self.everything(server) == before)
            #expect(try await Self.waiting(server) == 0)
            #expect(server.log.lines.contains { $0.metadata["outcome"] == "saml.audience" })
        }
    }

    @Test(
        "case 162: what is proven and does not map is told with what did arrive; of a user who is known it shows no stored value, and they stay as they were"
    )
    func mapped() async throws {
        try await TestServer.run { server in
            let stored: [FakeResponse.Attribute] = [
                .init("urn:oid:0.9.2342.19200300.100.1.3", "stored@private.example"), .init("displayName", "Stored Name"), .init("groups", "secret"),
            ]
            _ = try await Browser(server).signIn(server.app, attributes: stored)
            let user = try #require(try await server.fixture.stores.users.list(in: server.fixture.pool.id, after: nil, limit: 1).first)
            let browser = Browser(server)
            let before = try await { () async throws in
                let request = try Self.request(server, try await Self.open(browser))
                return (request, try await Self.everything(server))
            }()
            let page = try await browser.answer(before.0, attributes: [.init("displayName", "Another Name"), .init("groups", "others")])
            Self.expectShown(
                page, ["known by this identity", "Another Name", "others", "would change", "would stay as stored", "<dd>email</dd>", "Accepted."])
            for value in ["stored@private.example", "Stored Name", "secret", user.id.text] { #expect(!page.body.contains(value), "\(value)") }
            #expect(try await Self.everything(server) == before.1)

            try await server.fixture.updateProvider { $0.common.require = ListChange(["email"]) }
            let request = try Self.request(server, try await Self.open(browser))
            let refused = try await browser.answer(request, attributes: [.init("mailAddress", "alice@example.com")])
            Self.expectShown(refused, ["Refused: attribute.missing.", "mailAddress", "mapping"])
        }
    }

    @Test("a ticket is good once, for ten minutes, and for one answer of the browser that opened it")
    func once() async throws {
        try await TestServer.run { server in
            let address = try await Self.address(server)
            let browser = Browser(server)
            let request = try Self.request(server, try await Self.begin(browser, address))
            try await server.expectRefusal("sign_in.trial_ticket") { try await Browser(server).get(address) }
            try await server.expectRefusal("sign_in.trial_ticket") { try await Browser(server).get(address + "x") }
            try await server.expectRefusal("sign_in.trial_ticket") { try await Browser(server).get(server.fixture.issuer + "/trial") }
            let ticket = try #require(address.split(separator: "=").last.map(String.init))
            try await server.expectRefusal("sign_in.trial_ticket") {
                try await Browser(server).post(server.fixture.issuer + "/trial", [("ticket", ticket)])
            }
            // Somebody else's browser gets nothing by the answer, and uses nothing up.
            try await server.expectRefusal("saml.in_response_to", seen: "no cookie") { try await Browser(server).answer(request) }
            let other = Browser(server)
            _ = try await Self.open(other)
            try await server.expectRefusal("saml.in_response_to", seen: "another cookie") { try await other.answer(request) }
            Self.expectShown(try await browser.answer(request), ["Accepted."])
            try await server.expectRefusal("saml.in_response_to") { try await browser.answer(request) }

            let late = try await Self.address(server)
            server.fixture.clock.advance(by: 601)
            try await server.expectRefusal("sign_in.trial_ticket") { try await Browser(server).get(late) }
        }
    }

    @Test("who only looks at the address uses nothing up; the page names the provider, and begins without a script")
    func previewed() async throws {
        try await TestServer.run { server in
            let address = try await Self.address(server)
            for _ in 0..<3 {
                let page = try await Browser(server).get(address)
                #expect(page.status == 200 && page.location == nil && page.setCookies == [])
                #expect(page.body.contains("corp") && !page.body.contains("<script"))
                #expect(PageReader(page.body).problems == [])
            }
            let browser = Browser(server)
            let request = try Self.request(server, try await Self.begin(browser, address))
            Self.expectShown(try await browser.answer(request), ["Accepted."])
        }
    }

    @Test("case 161: a dry answer never signs in, a real one is never dry, and a dry one does not serve where a provider may begin")
    func apart() async throws {
        try await TestServer.run { server in
            try await server.fixture.allowInitiatedSignIns()
            let browser = Browser(server)
            let dry = try Self.request(server, try await Self.open(browser))
            let real = try await browser.begin(server.app)
            // The assertion to the one request in an envelope that names the other.
            for (request, other) in [(dry, real), (real, dry)] {
                let page = try await browser.answer(request) { $0.inResponseTo = other.id }
                #expect(page.parameter("code") == nil && !page.body.contains("Accepted."))
                #expect(browser.sessionCookie == nil)
            }
            let again = try Self.request(server, try await Self.open(browser))
            // What the assertion itself names counts, whatever the envelope leaves out.
            let stripped = try await browser.answer(again) { $0.inResponseTo = nil }
            #expect(stripped.body.contains("Accepted.") && browser.sessionCookie == nil)
            #expect(try await server.fixture.contents().users == 0)
        }
    }

    @Test("a member of a federation is tried by its entity ID; what it may not say counts as not said, and no other member answers for it")
    func member() async throws {
        let one = FakeIdentityProvider.member("one.example.edu"), other = FakeIdentityProvider.member("other.example.edu", key: .second)
        try await TestServer.run { server in
            let fixture = server.fixture
            try await fixture.addFederation(
                [one.asMember(scopes: ["one.example.edu"]), other.asMember(scopes: [])],
                map: [.init(attribute: "name", source: "urn:oid:1.3.6.1.4.1.5923.1.1.1.6")])
            func open(_ browser: Browser) async throws -> AuthnRequest {
                let trial = try await fixture.administration.perform(TestProvider("edu", pool: fixture.pool.id.text, member: one.entityID))
                let begun = try await Self.begin(browser, fixture.issuer + "/trial?ticket=" + trial.secret.revealText())
                return try one.request(inRedirect: try #require(begun.location)).request
            }
            let browser = Browser(server)
            let names = FakeResponse.Attribute("urn:oid:1.3.6.1.4.1.5923.1.1.1.6", "alice@other.example.edu")
            let page = try await browser.answer(try await open(browser), nameID: "alice", attributes: [names], by: one)
            Self.expectShown(page, ["Accepted.", "edu_https://one.example.edu/idp!alice", "nothing came for it"])
            let foreign = try await browser.answer(try await open(browser), nameID: "alice", by: other)
            #expect(!foreign.body.contains("Accepted."))
            for (name, member) in [("edu", nil), ("edu", "https://nobody.example/idp"), ("corp", one.entityID)] {
                let error = await #expect(throws: AdministrationError.self) {
                    _ = try await fixture.administration.perform(TestProvider(name, pool: fixture.pool.id.text, member: member))
                }
                #expect(error?.code == "admin.invalid", "\(name) \(member ?? "")")
            }
        }
    }

    @Test("OpenID Connect: claims, checks, user and tokens; and an ID token of another audience, with what it claims")
    func openIDConnect() async throws {
        try await OpenIDServerTests.Setting.run { setting in
            let server = setting.server
            let browser = Browser(server)
            let opened = try await Self.open(browser, provider: "op")
            let location = try #require(opened.location)
            let redirectURI = try #require(FakeOpenIDProvider.query(location)["redirect_uri"])
            let before = try await Self.everything(server)
            let answer = setting.provider.authorize(location)
            try await server.expectRefusal("oidc.state", seen: "no cookie") {
                try await Browser(server).get(FormCoding.append(answer, to: redirectURI))
            }
            let page = try await browser.get(FormCoding.append(answer, to: redirectURI))
            Self.expectShown(page, ["Accepted.", "id_token", "nonce", "a new user", "alice@example.com", "OpenID Connect Core §3.1.3.7"])
            #expect(try await Self.everything(server) == before)
            #expect(try await Self.waiting(server) == 0)
            try await server.expectRefusal("oidc.state") { try await browser.get(FormCoding.append(answer, to: redirectURI)) }

            setting.provider.change {
                $0.claims = { claims in
                    JSONObject(claims.members.map { ($0.name, $0.name == "aud" ? "https://somebody.else.example" : $0.value) })
                }
            }
            let again = try #require(try await Self.open(browser, provider: "op").location)
            let refused = try await browser.get(FormCoding.append(setting.provider.authorize(again), to: redirectURI))
            Self.expectShown(
                refused, ["Refused: token.audience.", "FAILED", "not reached", "https://somebody.else.example", "Nothing was verified"])
            #expect(try await Self.everything(server).filter { $0.key != "audit_events" } == before.filter { $0.key != "audit_events" })
            #expect(try await server.fixture.contents().users == 0)
        }
    }

    @Test("who waits at the command line learns which checks were passed, and nothing of whoever signed in")
    func progress() async throws {
        try await TestServer.run { server in
            let administration = server.fixture.administration
            for (audience, code) in [(nil, nil), ("https://other.example/sp", "saml.audience")] as [(String?, String?)] {
                let trial = try await administration.perform(TestProvider("corp", pool: server.fixture.pool.id.text))
                #expect(try await administration.progress(of: trial) == .waits)
                let browser = Browser(server)
                let begun = try await Self.begin(browser, server.fixture.issuer + "/trial?ticket=" + trial.secret.revealText())
                #expect(try await administration.progress(of: trial) == .begun)
                _ = try await browser.answer(try Self.request(server, begun)) { response in
                    if let audience { response.audiences = [[audience]] }
                }
                guard case .answered(let outcome) = try await administration.progress(of: trial) else { throw StoreError.corrupt(what: "outcome") }
                #expect(outcome.error == code && outcome.checks.contains { $0.name == "signature" && $0.outcome == "ok" })
                let rows = try await server.fixture.database.rows(of: [SQLStatement("SELECT outcome FROM trial_outcomes", [])])[0]
                #expect(!rows.isEmpty && !"\(rows)".contains("alice"))
            }
        }
    }

    @Test("that an address was made is recorded, without its secret; by no other way is one made")
    func recorded() async throws {
        try await TestServer.run { server in
            let address = try await Self.address(server)
            let events = try await server.fixture.administration.auditEvents(pool: server.fixture.pool.id.text, user: nil, limit: 10)
            #expect(events.filter { $0.action.text == "provider.test" }.map(\.target.name) == ["corp"])
            let secret = try #require(address.split(separator: "=").last)
            let rows = try await server.fixture.database.rows(of: [SQLStatement("SELECT * FROM trial_sign_ins", [])])[0]
            #expect(rows.count == 1 && !"\(rows)".contains(secret) && !"\(events)".contains(secret))
        }
    }
}
