import Administration
import TestSupport
import Testing
import UserPools

@Suite("A proven answer that is refused all the same: attributes, and what was disabled meanwhile")
struct ProvenAnswerTests {
    @Test(
        "case 71: a single-valued attribute with two values is refused by its name, and so are an address that is none and a source that is required")
    func attributes() async throws {
        try await TestServer.run({ $0.providerSettings = { $0.require = ["email"] } }) { server in
            let mail = "urn:oid:0.9.2342.19200300.100.1.3"
            let browser = Browser(server)
            let request = try await browser.begin(server.app)
            for (code, attribute) in [
                ("attribute.several_values", FakeResponse.Attribute(mail, "a@example.com", "b@example.com")),
                ("attribute.malformed_email", .init(mail, "a@x@y")), ("attribute.missing", .init("groups", "staff")),
            ] {
                try await server.expectRefusal(code, told: "server_error") { try await browser.answer(request, attributes: [attribute]) }
                #expect(server.log.lines.last?.metadata["reason"]?.contains("email") == true)
            }
            // The same value twice is one value (S37).
            let answer = try await browser.answer(request, attributes: [.init(mail, "a@example.com"), .init(mail, "a@example.com")])
            #expect(answer.parameter("code") != nil)
        }
    }

    @Test("case 75: a provider, a client or a user that is disabled in the middle of a sign-in, or a redirect URI that is taken away")
    func disabledInTheMiddle() async throws {
        try await TestServer.run { server in
            let (browser, fixture) = (Browser(server), server.fixture)
            let request = try await browser.begin(server.app)
            try await fixture.updateProvider { $0.enabled = false }
            try await server.expectRefusal("sign_in.provider_disabled", told: "access_denied") { try await browser.answer(request) }
            try await fixture.updateProvider { $0.enabled = true }
            try await fixture.updateClient { $0.enabled = false }
            try await server.expectRefusal("sign_in.client_disabled", status: 403) { try await browser.answer(request) }
            try await fixture.updateClient { ($0.enabled, $0.redirectURIs) = (true, ["https://app.example/other"]) }
            try await server.expectRefusal("sign_in.redirect_uri", seen: GatewayFixture.redirectURI) { try await browser.answer(request) }
            try await fixture.updateClient { $0.redirectURIs = [GatewayFixture.redirectURI] }
            #expect(try await browser.answer(request).parameter("code") != nil)
            _ = try await fixture.administration.perform(SetUserEnabled(false, "corp_alice@example.com", pool: fixture.pool.id.text))
            let again = try await browser.begin(server.app)
            try await server.expectRefusal("sign_in.user_disabled", told: "access_denied") { try await browser.answer(again) }
        }
    }

    @Test("case 75: a client or a provider deleted in the middle", arguments: ["client", "provider"])
    func deleted(what: String) async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            let request = try await browser.begin(server.app)
            let (administration, pool) = (server.fixture.administration, server.fixture.pool.id.text)
            if what == "client" {
                try await administration.perform(DeleteClient(server.app.clientID, pool: pool))
            } else {
                try await administration.perform(DeleteProvider("corp", pool: pool))
            }
            server.fixture.clock.advanceUptime(by: .seconds(2))
            let answer = try await browser.answer(request)
            #expect(answer.status == 403 || answer.status == 400)
            #expect(answer.location == nil && answer.setCookies == [])
            #expect(try await server.fixture.contents().sessions == 0)
        }
    }
}
