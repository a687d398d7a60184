import Administration
import Foundation
import TestSupport
import Testing
import UserPools

@testable import Gateway

@Suite("A pool's SAML keys are followed by others, by a schedule")
struct SAMLKeyScheduleTests {
    private static let day = 86_400

    @Test("each key after its days: the signing key is published a week ahead; ten servers make one; without a schedule, or without keys, none")
    func schedule() async throws {
        try await GatewayFixture.run { fixture in
            let (pool, clock) = (fixture.pool.id.text, fixture.clock)
            let schedules = (0..<10).map { _ in
                SAMLKeySchedule(
                    stores: fixture.stores, ring: SAMLKeyRing(store: fixture.stores.samlKeys, sealer: fixture.sealer, environment: clock.environment))
            }
            func made() async throws -> [SAMLKey.Use] {
                try await withThrowingTaskGroup(of: [SAMLKey.Use].self) { group in
                    for schedule in schedules {
                        group.addTask {
                            var made: [SAMLKey.Use?] = []
                            try await schedule.look { _, result in made.append(try? result.get().use) }
                            return made.compactMap(\.self)
                        }
                    }
                    return try await group.reduce(into: []) { $0 += $1 }
                }
            }
            func phases(_ use: SAMLKey.Use) async throws -> [SAMLKey.Phase] {
                try await fixture.administration.listSAMLKeys(use, pool: pool).map { $0.phase(at: clock.now) }
            }
            _ = try await fixture.administration.perform(UpdatePool(pool, samlKeyDays: .set(90)))
            #expect(try await made() == [])
            #expect(try await phases(.signing) == [])
            _ = try await fixture.signIn.samlKeys.keys(of: fixture.pool)
            clock.advance(by: 82 * Self.day)
            #expect(try await made() == [])
            clock.advance(by: Self.day)
            #expect(try await made() == [.signing])
            #expect(try await made() == [])
            #expect(try await phases(.signing) == [.current, .upcoming])
            clock.advance(by: 7 * Self.day)
            #expect(try await made() == [.encryption])
            #expect(try await phases(.signing) == [.retired, .current])
            clock.advance(by: 60)
            #expect(try await phases(.encryption) == [.retired, .current])
            let events = try await fixture.administration.auditEvents(pool: pool, user: nil, limit: 2)
            #expect(events.map(\.action) == [.keyPublish, .keyPublish] && events.allSatisfy { $0.actor == .system })
            // Counted from the new one.
            clock.advance(by: 80 * Self.day)
            #expect(try await made() == [])
            _ = try await fixture.administration.perform(UpdatePool(pool, samlKeyDays: .remove))
            clock.advance(by: 80 * Self.day)
            #expect(try await made() == [])
        }
    }

    @Test("a schedule that leaves identity providers no time is refused", arguments: [-1, 0, 29, 3651])
    func refused(_ days: Int) async throws {
        try await GatewayFixture.run { fixture in
            let error = await #expect(throws: AdministrationError.self) {
                try await fixture.administration.perform(UpdatePool(fixture.pool.id.text, samlKeyDays: .set(days)))
            }
            #expect(error?.code == "admin.invalid")
            let pool = try await fixture.administration.pool(fixture.pool.id.text)
            #expect(pool.samlKeyDays == nil)
        }
    }
}
