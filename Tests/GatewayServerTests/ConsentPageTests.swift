import Administration
import Foundation
import Gateway
import HTTPTypes
import TestSupport
import Testing
import UserPools
import WireFormats

@testable import GatewayServer

@Suite("The page that asks for consent: what an app says of itself, and what is recorded of the answer")
struct ConsentPageTests {
    private static let logo = "https://app.example/logo.png"

    private static func read(_ page: Answer) -> PageReader { PageReader(page.body) }

    @Test("an admin's words: a logo from our own host, links that leave the question where it is, each with its host")
    func admin() async throws {
        let picture = TestImage.png(width: 64, height: 64)
        try await TestServer.run({ options in
            options.clientSettings = {
                $0.isThirdParty = true
                $0.page.logo = .set(picture)
                $0.page.policyURI = .set("https://legal.example/privacy?a=1&b=2")
                $0.page.termsURI = .set("https://app.example/terms#use")
            }
        }) { server in
            let browser = Browser(server)
            let page = try await browser.answer(try await browser.begin(server.app))
            let read = Self.read(page)
            let links = read.all("a")
            let image = read.all("img").first { $0["class"]?.hasPrefix("app") == true }
            let source = try #require(image?["src"])
            #expect(source.hasPrefix(server.pool + "/assets/images/") && image?["alt"] == "")
            #expect(page.headers[.contentSecurityPolicy]?.contains("img-src 'self';") == true)
            let served = try await server.get(source)
            #expect(served.status == 200 && served.headers[.contentType] == "image/png")
            #expect(links.map { $0["href"] } == ["https://legal.example/privacy?a=1&b=2", "https://app.example/terms#use"])
            #expect(links.map { $0["rel"] } == ["noopener noreferrer", "noopener noreferrer"])
            #expect(links.allSatisfy { $0["target"] == "_blank" && $0.path == ["html", "body", "main", "p"] })
            #expect(links.first?.text.contains("legal.example") == true && links.last?.text.contains("app.example") == true)
            #expect(!page.body.contains("registered itself"))
            // Taken away, it is nowhere.
            try await server.fixture.updateClient {
                $0.page.logo = .remove
                $0.page.policyURI = .remove
                $0.page.termsURI = .remove
            }
            let other = Browser(server)
            let plain = Self.read(try await other.answer(try await other.begin(server.app)))
            #expect(plain.all("img").allSatisfy { $0["class"]?.hasPrefix("app") != true } && plain.all("a").allSatisfy { !$0.path.contains("main") })
            #expect(try await server.get(source).status == 404)
        }
    }

    /// Of the only person.
    private static func events(_ server: TestServer) async throws -> [AuditEvent] {
        let users = try await server.fixture.users()
        let user = try #require(users.first)
        return try await server.fixture.stores.audit.list(
            in: server.fixture.pool.id, target: AuditEvent.Target(.user, user.id.text), limit: 10)
    }

    @Test("what is no picture, or no https address, is refused by name")
    func refused() async throws {
        try await GatewayFixture.run { fixture in
            var (logo, policy, terms) = (ClientPageSettings(), ClientPageSettings(), ClientPageSettings())
            logo.logo = .set(Array("<svg onload='x'/>".utf8))
            policy.policyURI = .set("http://app.example/")
            terms.termsURI = .set("javascript:alert(1)")
            for (field, page) in [(Field.logo, logo), (.policyURI, policy), (.termsURI, terms)] {
                do {
                    try await fixture.updateClient { $0.page = page }
                    Issue.record("\(field) was taken")
                } catch AdministrationError.problems(let problems) { #expect(problems.map(\.field) == [field]) }
            }
        }
    }

    @Test("an app's own words: its logo is fetched by us when it registers, and nobody checked it; one that cannot be had is none")
    func registered() async throws {
        try await ClientRegistrationTests.run { registrar in
            let (server, clock) = (registrar.server, registrar.server.fixture.clock)
            let said: JSONObject = [
                "logo_uri": .string(Self.logo), "policy_uri": "https://app.example/policy", "tos_uri": "https://terms.example/tos",
                "client_name": "Itself",
            ]
            @Sendable func page(_ made: JSONObject) async throws -> PageReader {
                let app = TestApp(
                    clientID: try #require(made["client_id"]?.string), secret: made["client_secret"]?.string,
                    redirectURI: ClientRegistrationTests.Registrar.callback)
                let browser = Browser(server)
                return Self.read(try await browser.answer(try await browser.begin(app)))
            }
            func logos(_ page: PageReader) -> [String] { page.all("img").filter { $0["class"]?.hasPrefix("app") == true }.compactMap { $0["src"] } }
            let without = try await page(try await registrar.register(said))
            #expect(logos(without) == [])
            let words = try #require(without.all("main").first?.text)
            #expect(words.contains("registered itself") && words.contains("terms.example"))
            clock.publish(Array("<html>".utf8), at: Self.logo)
            let none = try await page(try await registrar.register(said))
            #expect(logos(none) == [])
            let picture = TestImage.png(width: 32, height: 32)
            clock.publish(picture, at: Self.logo)
            let made = try await registrar.register(said)
            let shown = logos(try await page(made))
            #expect(shown.count == 1)
            let served = try await server.get(try #require(shown.first))
            #expect(served.status == 200)
            // An update that finds nothing there keeps it; one that names another takes it away.
            clock.publish(nil, at: Self.logo)
            let (id, url) = (try #require(made["client_id"]), try #require(made["registration_client_uri"]?.string))
            let kept = try await registrar.send(
                .put, url, ClientRegistrationTests.metadata(["client_id": id, "logo_uri": .string(Self.logo)]),
                token: made["registration_access_token"]?.string)
            #expect(kept.status == 200)
            let same = try await page(made)
            #expect(logos(same) == shown)
            let moved = try await registrar.send(
                .put, url, ClientRegistrationTests.metadata(["client_id": id]), token: kept.json["registration_access_token"]?.string)
            #expect(moved.status == 200)
            server.fixture.clock.advanceUptime(by: .seconds(2))
            let gone = try await page(made)
            #expect(logos(gone) == [])
        }
    }

    @Test("the audit trail has what a person allowed and took back, by her; what changed nothing, and what she did not allow, is not there")
    func audit() async throws {
        try await TestServer.run({ options in options.clientSettings = { $0.isThirdParty = true } }) { server in
            let browser = Browser(server)
            @Sendable func answer(_ page: Answer, _ decision: String) async throws {
                let form = PageForm(page.body)
                _ = try await browser.post(server.fixture.issuer + "/consent", form.fields + [("decision", decision)])
            }
            let first = try await browser.answer(try await browser.begin(server.app, ["scope": "openid email"]))
            try await answer(first, "deny")
            #expect(try await Self.events(server) == [])
            try await answer(try await browser.get(server.app.authorizeURL(server, ["scope": "openid email"])), "allow")
            let given = try await Self.events(server)
            #expect(given.map(\.action) == [.userConsent] && given.first?.actor == .person)
            #expect(given.first?.detail("client_id") == server.app.clientID && given.first?.detail("scope") == "openid email")
            try await answer(try await browser.get(server.app.authorizeURL(server, ["scope": "openid", "prompt": "consent"])), "allow")
            #expect(try await Self.events(server).count == 1)
            let account = Account(
                signIn: server.fixture.signIn, singleLogout: SingleLogout(signIn: server.fixture.signIn))
            let cookies = BrowserCookies(
                binding: browser.bindingCookie.map { SecretBytes($0) }, session: browser.sessionCookie.map { SecretBytes($0) })
            let removed = try await account.remove(app: server.app.clientID, cookies: cookies, pool: server.fixture.pool)
            let again = try await account.remove(app: server.app.clientID, cookies: cookies, pool: server.fixture.pool)
            #expect(removed && !again)
            let all = try await Self.events(server)
            #expect(Set(all.map(\.action)) == [.userConsent, .userWithdrawConsent] && all.count == 2)
        }
    }
}
