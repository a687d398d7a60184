import Administration
import Foundation
import Gateway
import HTTPTypes
import OpenIDConnect
import SAML
import TestSupport
import Testing
import TokenVerifier
import UserPools

@Suite("A proven answer that is refused all the same: attributes, and what was disabled meanwhile")
struct ProvenAnswerTests {
    @Test("case 71: a single-valued attribute with two values is refused by its name, and so is an address that is none")
    func attributes() async throws {
        try await TestServer.run { server in
            let mail = "urn:oid:0.9.2342.19200300.100.1.3"
            let browser = Browser(server)
            let request = try await browser.begin(server.app)
            try await server.expectRefusal("attribute.several_values", told: "server_error") {
                try await browser.answer(request, attributes: [.init(mail, "a@example.com", "b@example.com")])
            }
            #expect(server.log.lines.last?.metadata["reason"]?.contains("'email'") == true)
            for address in ["a@x@y", "@example.com", "alice", "alice@", "a b@example.com"] {
                try await server.expectRefusal("attribute.malformed_email", told: "server_error") {
                    try await browser.answer(request, attributes: [.init(mail, address)])
                }
            }
            // The same value twice is one value (S37).
            let answer = try await browser.answer(request, attributes: [.init(mail, "a@example.com"), .init(mail, "a@example.com")])
            #expect(answer.parameter("code") != nil)
        }
    }

    @Test("a required source that the provider does not send is refused by its name")
    func missingSource() async throws {
        try await TestServer.run({ $0.providerSettings = { $0.require = ["email"] } }) { server in
            let browser = Browser(server)
            let request = try await browser.begin(server.app)
            try await server.expectRefusal("attribute.missing", told: "server_error") {
                try await browser.answer(request, attributes: [.init("groups", "staff")])
            }
            #expect(server.log.lines.last?.metadata["reason"]?.contains("'email'") == true)
        }
    }

    @Test("case 75: a provider, a client or a user that is disabled or deleted in the middle of a sign-in")
    func disabledInTheMiddle() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            let fixture = server.fixture
            let administration = fixture.administration
            let request = try await browser.begin(server.app)
            try await fixture.updateProvider { $0.enabled = false }
            try await server.expectRefusal("sign_in.provider_disabled", told: "access_denied") { try await browser.answer(request) }
            try await fixture.updateProvider { $0.enabled = true }
            try await fixture.updateClient { $0.enabled = false }
            try await server.expectRefusal("sign_in.client_disabled", status: 403) { try await browser.answer(request) }
            try await fixture.updateClient { $0.enabled = true }
            try await fixture.updateClient { $0.redirectURIs = ["https://app.example/other"] }
            try await server.expectRefusal("sign_in.redirect_uri", seen: GatewayFixture.redirectURI) { try await browser.answer(request) }
            try await fixture.updateClient { $0.redirectURIs = [GatewayFixture.redirectURI] }

            #expect(try await browser.answer(request).parameter("code") != nil)
            _ = try await administration.setUserEnabled(false, "corp_alice@example.com", pool: fixture.pool.id.text)
            let again = try await browser.begin(server.app)
            try await server.expectRefusal("sign_in.user_disabled", told: "access_denied") { try await browser.answer(again) }
            _ = try await administration.setUserEnabled(true, "corp_alice@example.com", pool: fixture.pool.id.text)
            let begun = try await browser.begin(server.app, ["prompt": "login"])
            try await administration.deleteProvider("corp", pool: fixture.pool.id.text)
            fixture.clock.advanceUptime(by: .seconds(2))
            let answer = try await browser.answer(begun) { [now = fixture.clock.now] in $0.authnInstant = now }
            #expect(answer.status == 403 || answer.status == 400)
            #expect(answer.location == nil && answer.setCookies == [])
        }
    }

    @Test("case 75, S42: a provider that is taken from the client in the middle")
    func providerTakenAway() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            let request = try await browser.begin(server.app)
            let partner = FakeIdentityProvider(entityID: "https://partner.example", key: .second, singleSignOnLocation: "https://partner.example/sso")
            try await server.fixture.addProvider("partner", partner)
            try await server.fixture.updateClient { $0.identityProviders = ["partner"] }
            try await server.expectRefusal("sign_in.unknown_provider", told: "access_denied") { try await browser.answer(request) }
        }
    }

    @Test("case 75: a client deleted in the middle")
    func deletedClient() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            let request = try await browser.begin(server.app)
            try await server.fixture.administration.deleteClient(server.app.clientID, pool: server.fixture.pool.id.text)
            server.fixture.clock.advanceUptime(by: .seconds(2))
            let answer = try await browser.answer(request)
            #expect(answer.status == 403 || answer.status == 400)
            #expect(answer.location == nil && answer.setCookies == [])
            #expect(try await server.fixture.contents().sessions == 0)
        }
    }
}
