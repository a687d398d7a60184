import Administration
import Foundation
import Gateway
import HTTPTypes
import TestSupport
import Testing
import UserPools

@Suite("Which providers fetched our metadata, by the address that names them")
struct MetadataFetchTests {
    @Test("a fetch is noted once an hour, of a SAML provider that there is; the document is the same, and HEAD notes nothing")
    func noted() async throws {
        try await TestServer.run { server in
            let fixture = server.fixture
            let (pool, plain) = (fixture.pool.id, fixture.entityID)
            func fetches() async throws -> [IdentityProvider.Name: Date] { try await fixture.stores.fetches.list(in: pool, limit: 100) }
            let document = try await server.get(plain)
            for nobody in ["", "?idp=", "?idp=other", "?idp=a_b", "?other=corp"] {
                #expect(try await server.get(plain + nobody).body == document.body)
            }
            _ = try await server.send(.head, plain + "?idp=corp")
            #expect(try await fetches().isEmpty)
            let first = fixture.clock.now
            #expect(try await server.get(plain + "?idp=corp").body == document.body)
            try await eventually { try await fetches() == [fixture.provider: first] }
            fixture.clock.advance(by: 3000)
            _ = try await server.get(plain + "?idp=corp")
            #expect(try await fetches() == [fixture.provider: first])
            fixture.clock.advance(by: 601)
            fixture.clock.advanceUptime(by: .seconds(3601))
            _ = try await server.get(plain + "?idp=corp")
            try await eventually { try await fetches() == [fixture.provider: fixture.clock.now] }
        }
    }

    /// Nobody waits for what is noted.
    private func eventually(_ holds: () async throws -> Bool) async throws {
        for _ in 0..<3_000 {
            if try await holds() { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("it was not noted")
    }

    @Test("since the newest key: who fetched it before is among those who did not")
    func reach() async throws {
        try await TestServer.run { server in
            let fixture = server.fixture
            let pool = fixture.pool.id.text
            _ = try await server.get(fixture.entityID + "?idp=corp")
            func reach() async throws -> [IdentityProvider.Name] {
                try await fixture.administration.metadataReach(.signing, pool: pool).fetched
            }
            try await eventually { try await reach() == [fixture.provider] }
            fixture.clock.advance(by: 7200)
            fixture.clock.advanceUptime(by: .seconds(7200))
            _ = try await fixture.administration.perform(RotateSAMLKey(.signing, pool: pool))
            #expect(try await reach() == [])
            fixture.clock.advance(by: 60)
            _ = try await server.get(fixture.entityID + "?idp=corp")
            try await eventually { try await reach() == [fixture.provider] }
            _ = try await fixture.administration.perform(DeleteProvider("corp", pool: pool))
            #expect(try await reach() == [])
        }
    }
}
