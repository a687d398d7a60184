import Administration
import Foundation
import GatewayServer
import HTTPTypes
import TestSupport
import Testing
import UserPools
import WireFormats

@Suite("The sign-in page in the browser: search, last choice, logos")
struct ChoicePageTests {
    private static let partner = FakeIdentityProvider(
        entityID: "https://partner.example/saml", key: .second, singleSignOnLocation: "https://partner.example/sso", displayName: nil)

    @Test("with ten thousand providers the page has a search box and a small size; a search finds one, and its button works")
    func search() async throws {
        try await TestServer.run { server in
            try await server.fixture.addProviders(10_000)
            let browser = Browser(server)
            let page = try await browser.choice(server.app)
            #expect(page.offers.isEmpty && page.searchForm != nil && page.answer.body.utf8.count < 16_384)
            let form = (page.searchForm ?? []).filter { $0.name != "search" } + [("search", "Organisation 07654")]
            let found = try ShownChoice(try await browser.get(FormCoding.append(form, to: server.fixture.issuer + "/login")))
            server.expectPage(found.answer)
            #expect(found.offers == ["many07654"] && found.answer.body.contains("Organisation 07654"))
            let chosen = try await browser.get(server.fixture.issuer + "/login" + (try #require(found.links.first)))
            #expect(chosen.location?.hasPrefix(server.fixture.identityProvider.singleSignOnLocation) == true)
            // The app's state is there, and the page's own fields are not.
            let fields = (FormCoding.decode(String(try #require(found.links.first).dropFirst())) ?? []).map(\.name)
            #expect(fields.contains("state") && !fields.contains("search") && !fields.contains("csrf"))

            let none = try ShownChoice(
                try await browser.get(server.app.authorizeURL(server, ["search": "<script>\"%"])))
            #expect(none.offers.isEmpty && none.alerts == 1 && !none.answer.body.contains("<script>\""))
            #expect(none.searchForm?.first { $0.name == "search" }?.value == "<script>\"%")
            let twice = FormCoding.append([("search", "07654")], to: server.app.authorizeURL(server, ["search": "07655"]))
            #expect(try ShownChoice(try await browser.get(twice)).offers.isEmpty)
        }
    }

    @Test("providers stand in the admin's order, those of which nothing is said behind them by name; one that is gone leaves no gap")
    func order() async throws {
        try await TestServer.run { server in
            for name in ["a", "b", "c"] {
                try await server.fixture.addProvider(name, FakeIdentityProvider(entityID: "https://\(name).example", key: .second, displayName: nil))
            }
            var branding = BrandingSettings()
            branding.pages.providerOrder = ["c", "gone", "corp"]
            _ = try await server.fixture.administration.perform(UpdatePool(server.fixture.pool.id.text, branding: branding))
            server.fixture.clock.advanceUptime(by: .seconds(2))
            #expect(try await Browser(server).choice(server.app).offers == ["c", "corp", "a", "b"])
        }
    }

    @Test("after a sign-in the browser's last choice comes first: a signed cookie of its own that names the provider and no person")
    func lastChoice() async throws {
        try await TestServer.run { server in
            try await server.fixture.addProvider("partner", Self.partner)
            let browser = Browser(server)
            #expect(try await browser.choice(server.app).offers == ["corp", "partner"])
            let name = "__Host-countersign-choice-\(server.fixture.pool.id)"
            // Choosing alone is not enough.
            _ = try await browser.begin(server.app, ["identity_provider": "partner"], at: Self.partner)
            #expect(browser.cookies[name] == nil)
            let request = try await browser.begin(server.app, ["identity_provider": "partner"], at: Self.partner)
            let answer = try await browser.answer(request, by: Self.partner)
            let cookie = try #require(answer.setCookies.first { $0.hasPrefix(name + "=") })
            for attribute in ["Path=/", "HttpOnly", "Secure", "SameSite=Lax", "Max-Age=15552000"] { #expect(cookie.contains("; " + attribute)) }
            #expect(browser.cookies[name]?.hasPrefix(Data("partner".utf8).base64EncodedString().replacing("=", with: "") + ".") == true)
            #expect(try await browser.choice(server.app, ["prompt": "select_account"]).offers == ["partner", "corp"])

            // It is the browser's, whoever signs in, and no session.
            let other = Browser(server)
            other.cookies = [name: try #require(browser.cookies[name])]
            #expect(try await other.choice(server.app).offers == ["partner", "corp"])
            other.cookies = [name: Data("partner".utf8).base64EncodedString() + ".AAAA"]
            #expect(try await other.choice(server.app).offers == ["corp", "partner"])
        }
    }

    @Test("a sign-in that the provider began was nobody's choice")
    func unsolicited() async throws {
        try await TestServer.run { server in
            try await server.fixture.allowInitiatedSignIns()
            let browser = Browser(server)
            let response = server.fixture.identityProvider.respond(
                requestID: nil, acs: server.fixture.assertionConsumerService, audience: server.fixture.entityID, at: server.fixture.clock.now)
            let answer = try await browser.post(response)
            #expect(answer.status == 303)
            #expect(browser.sessionCookie != nil && browser.cookies.count == 1)
        }
    }

    @Test("a logo is served at the issuer and at the pool's own domain, to be kept for ever, and an SVG may do nothing", arguments: ["png", "svg"])
    func images(kind: String) async throws {
        try await TestServer.run { server in
            try await server.giveDomain()
            var branding = BrandingSettings()
            branding.logo = .set(kind == "svg" ? TestImage.svg : TestImage.png)
            let pool = try await server.fixture.administration.perform(UpdatePool(server.fixture.pool.id.text, branding: branding)).after
            let logo = try #require(pool.branding.logo)
            for base in [server.fixture.issuer, TestServer.ownDomain] {
                let answer = try await server.get(base + "/assets/images/" + logo.hash)
                #expect(answer.status == 200)
                #expect(answer.headers[.contentType] == (kind == "svg" ? "image/svg+xml" : "image/png"))
                #expect(answer.headers[.cacheControl] == "public, max-age=31536000, immutable")
                #expect(answer.headers[.xContentTypeOptions] == "nosniff")
                #expect(answer.headers[.contentSecurityPolicy] == "default-src 'none'; style-src 'unsafe-inline'; sandbox")
                #expect(answer.setCookies == [])
                if kind == "svg" { #expect(Array(answer.body.utf8) == TestImage.svg) }
            }
            for wrong in ["A" + logo.hash.dropFirst(), String(logo.hash.dropLast()), logo.hash + "A", "..%2F..", "%00", ""] {
                #expect(try await server.get(server.fixture.issuer + "/assets/images/" + wrong).status == 404)
            }
            let other = try await server.fixture.administration.perform(
                CreatePool(name: "Other", domain: nil, signingAlgorithm: "ES256", region: "local"))
            #expect(try await server.get(GatewayFixture.publicURL + "/\(other.id)/assets/images/" + logo.hash).status == 404)

            branding.logo = .remove
            _ = try await server.fixture.administration.perform(UpdatePool(server.fixture.pool.id.text, branding: branding))
            server.fixture.clock.advanceUptime(by: .seconds(2))
            #expect(try await server.get(server.fixture.issuer + "/assets/images/" + logo.hash).status == 404)
        }
    }
}

@Suite("P20: what the sign-in page repeats is bounded")
struct RepeatedParameterTests {
    @Test("a request of 20 kB is not written into every link of the page; where nobody has to choose it is as good as any")
    func large() async throws {
        try await TestServer.run { server in
            let large = server.app.parameters() + [("x", String(repeating: "\"", count: 20_000))]
            let straight = try await server.post(server.fixture.issuer + "/oauth2/authorize", large)
            #expect(straight.status == 303)
            try await server.fixture.addProvider("partner", FakeIdentityProvider(entityID: "https://partner.example", key: .second))
            server.fixture.clock.advanceUptime(by: .seconds(2))
            let page = try await server.post(server.fixture.issuer + "/oauth2/authorize", large)
            // The app is told (case 145).
            #expect(page.parameter("error") == "invalid_request" && page.parameter("state") == server.app.state)
            #expect(try await server.get(server.app.authorizeURL(server)).status == 200)
        }
    }
}
