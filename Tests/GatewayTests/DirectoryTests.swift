import Administration
import Foundation
import Gateway
import TestSupport
import Testing
import UserPools

@Suite("A running server follows a change within 2 seconds (CONTRACT), and asks the database at most once a second")
struct DirectoryTests {
    @Test("a changed client, provider and pool are seen after 2 seconds and kept for less than one")
    func changes() async throws {
        try await GatewayFixture.run { fixture in
            let directory = fixture.directory
            let (pool, client) = (fixture.pool.id, fixture.client.id)
            #expect(try await directory.client(client, in: pool)?.enabled == true)
            #expect(try await directory.provider(fixture.provider, in: pool)?.settings.enabled == true)
            #expect(try await directory.pool(pool)?.name == "Example staff")

            let administration = fixture.administration
            var settings = ClientSettings()
            settings.enabled = false
            _ = try await administration.perform(UpdateClient(client.text, pool: pool.text, settings: settings))
            var provider = SAMLProviderSettings()
            provider.enabled = false
            _ = try await administration.perform(UpdateSAMLProvider("corp", pool: pool.text, settings: provider))
            _ = try await administration.perform(UpdatePool(pool.text, name: "Renamed"))

            fixture.clock.advanceUptime(by: .milliseconds(900))
            #expect(try await directory.client(client, in: pool)?.enabled == true)
            fixture.clock.advanceUptime(by: .milliseconds(1100))
            #expect(try await directory.client(client, in: pool)?.enabled == false)
            #expect(try await directory.provider(fixture.provider, in: pool)?.settings.enabled == false)
            #expect(try await directory.pool(pool)?.name == "Renamed")
        }
    }

    @Test("the wall clock moves no cache: neither forth nor back")
    func wallClock() async throws {
        try await GatewayFixture.run { fixture in
            let directory = fixture.directory
            #expect(try await directory.client(fixture.client.id, in: fixture.pool.id) != nil)
            try await fixture.administration.perform(DeleteClient(fixture.client.id.text, pool: fixture.pool.id.text))
            fixture.clock.setNow(fixture.clock.now + 86_400)
            #expect(try await directory.client(fixture.client.id, in: fixture.pool.id) != nil)
            fixture.clock.setNow(fixture.clock.now - 2 * 86_400)
            fixture.clock.advanceUptime(by: .seconds(2))
            #expect(try await directory.client(fixture.client.id, in: fixture.pool.id) == nil)
        }
    }

    @Test("what was not there is seen within 2 seconds of being made")
    func created() async throws {
        try await GatewayFixture.run { fixture in
            let directory = fixture.directory
            let name = try #require(IdentityProvider.Name("partner"))
            #expect(try await directory.provider(name, in: fixture.pool.id) == nil)
            #expect(try await directory.pool(domain: "login.example.com") == nil)
            #expect(try await directory.offers(for: fixture.client).first.map(\.name.text) == ["corp"])
            try await fixture.addProvider("partner", FakeIdentityProvider(entityID: "https://partner.example", key: .second))
            _ = try await fixture.administration.perform(UpdatePool(fixture.pool.id.text, domain: "login.example.com"))
            fixture.clock.advanceUptime(by: .seconds(2))
            #expect(try await directory.provider(name, in: fixture.pool.id) != nil)
            #expect(try await directory.pool(domain: "login.example.com")?.id == fixture.pool.id)
            #expect(try await directory.offers(for: fixture.client).first.map(\.name.text) == ["corp", "partner"])
        }
    }

    @Test("a provider is found by its entity ID byte by byte, and by its domain in any case")
    func lookUp() async throws {
        try await GatewayFixture.run({ $0.providerSettings = { $0.domains = ["example.com"] } }) { fixture in
            let directory = fixture.directory
            let (pool, entityID) = (fixture.pool.id, fixture.identityProvider.entityID)
            let found = try await directory.provider(entityID: entityID, in: pool)
            #expect(found?.settings.name == fixture.provider)
            #expect(try await directory.provider(entityID: entityID.uppercased(), in: pool) == nil)
            #expect(try await directory.provider(entityID: entityID + " ", in: pool) == nil)
            #expect(try await directory.provider(emailDomain: "Example.COM", in: pool)?.settings.name == fixture.provider)
            #expect(try await directory.provider(emailDomain: "sub.example.com", in: pool) == nil)
        }
    }
}
