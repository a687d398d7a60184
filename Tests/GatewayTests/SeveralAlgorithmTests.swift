import Administration
import Foundation
import Gateway
import OpenIDConnect
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("Several signing algorithms at once in a pool (THREATS P16)")
struct SeveralAlgorithmTests {
    private static let day = 86_400

    private func current(_ fixture: GatewayFixture) async throws -> [String] {
        try await fixture.administration.listKeys(pool: fixture.pool.id.text).filter { $0.phase == .current }.map(\.algorithm).sorted()
    }

    private func keys(_ fixture: GatewayFixture) async throws -> KeyRing.Keys {
        try await fixture.keyRing.keys(of: try await fixture.administration.pool(fixture.pool.id.text))
    }

    @Test("one is added with its next key, rotates for itself, and ends; the pool's own goes on as it was")
    func lifeCycle() async throws {
        try await GatewayFixture.run { fixture in
            let (administration, id) = (fixture.administration, fixture.pool.id.text)
            let own = try await keys(fixture).current.keyID
            let added = try await administration.perform(AddSigningAlgorithm(.RS256, to: id))
            #expect(added.signingAlgorithm == "ES256" && added.signingAlgorithms == ["ES256", "RS256"])
            #expect(try await current(fixture) == ["ES256", "RS256"])
            // Twice is once.
            #expect(try await administration.perform(AddSigningAlgorithm(.RS256, to: id)) == added)
            var ring = try await keys(fixture)
            #expect(ring.algorithms == [.ES256, .RS256] && ring.current.keyID == own && ring.all.count == 3)
            let first = try ring.signing(by: "RS256").keyID
            #expect(try ring.signing(by: nil).keyID == own)
            #expect(throws: KeyRingError.rotation(.noKey(algorithm: "EdDSA"))) { try ring.signing(by: "EdDSA") }
            #expect(throws: KeyRingError.rotation(.noKey(algorithm: "none"))) { try ring.signing(by: "none") }
            // Published ahead as every key is.
            let early = await #expect(throws: AdministrationError.self) { try await administration.perform(RotateKey(pool: id, algorithm: .RS256)) }
            #expect(early?.code == "keys.too_young" && early?.acts == [.rotateKey(algorithm: "RS256")])
            fixture.clock.advance(by: 900)
            _ = try await administration.perform(RotateKey(pool: id, algorithm: .RS256))
            ring = try await keys(fixture)
            #expect(try ring.signing(by: "RS256").keyID != first && ring.current.keyID == own)
            #expect(try await administration.pool(id).signingAlgorithm == "ES256")
            // The other one may be rotated in the same minute: each has its own pace.
            _ = try await administration.perform(RotateKey(pool: id, atOnce: true))
            ring = try await keys(fixture)
            #expect(ring.current.keyID != own && ring.current.algorithm == .ES256)

            let after = try await administration.perform(RemoveSigningAlgorithm(.RS256, from: id))
            #expect(after.signingAlgorithms == ["ES256"] && after.settings.signingAlgorithms == nil)
            ring = try await keys(fixture)
            #expect(ring.algorithms == [.ES256] && ring.all.filter { $0.algorithm == .RS256 }.count == 2, "what signed verifies on")
            #expect(try await current(fixture) == ["ES256"])
            let gone = await #expect(throws: AdministrationError.self) { try await administration.perform(RemoveSigningAlgorithm(.RS256, from: id)) }
            #expect(gone == .notFound(.algorithm, name: "RS256", pool: fixture.pool.id))
            let events = try await administration.auditEvents(pool: id, user: nil, limit: 100)
            #expect(events.contains { $0.action == .poolAddAlgorithm && $0.detail("signing_algorithms") == "ES256 RS256" })
            #expect(events.contains { $0.action == .poolRemoveAlgorithm && $0.detail("signing_algorithms_before") == "ES256 RS256" })
        }
    }

    @Test("a leaked key of one algorithm is withdrawn, and the next one of that algorithm signs at once")
    func emergency() async throws {
        try await GatewayFixture.run { fixture in
            let id = fixture.pool.id.text
            _ = try await fixture.administration.perform(AddSigningAlgorithm(.EdDSA, to: id))
            let before = try await keys(fixture)
            let leaked = try before.signing(by: "EdDSA").keyID
            let (withdrawal, _) = try await fixture.administration.perform(WithdrawKey(leaked, pool: id))
            let after = try await keys(fixture)
            #expect(try after.signing(by: "EdDSA").keyID == withdrawal.signing?.text && after.current.keyID == before.current.keyID)
            #expect(!after.all.map(\.keyID).contains(leaked) && after.algorithms == [.ES256, .EdDSA])
            // Or without waiting for a leak.
            _ = try await fixture.administration.perform(RotateKey(pool: id, algorithm: .EdDSA, atOnce: true))
            let last = try await keys(fixture)
            #expect(try last.signing(by: "EdDSA").keyID != after.signing(by: "EdDSA").keyID && last.current.keyID == before.current.keyID)
        }
    }

    @Test("case 203: an algorithm for which a client asks does not end; a client may not ask for one that is not there; both are told the way out")
    func asked() async throws {
        try await GatewayFixture.run { fixture in
            let (administration, id) = (fixture.administration, fixture.pool.id.text)
            for change in [\SignedResponseSettings.idToken, \.userInfo, \.introspection, \.authorization] {
                let error = await #expect(throws: AdministrationError.self) {
                    try await fixture.updateClient { $0.signedResponses[keyPath: change] = .set("RS256") }
                }
                #expect(error?.code == "admin.invalid" && error?.acts == [.addAlgorithm("RS256")])
            }
            for name in ["none", "HS256", "rs256", ""] {
                let error = await #expect(throws: AdministrationError.self) {
                    try await fixture.updateClient { $0.signedResponses.idToken = .set(name) }
                }
                #expect(error?.code == "admin.invalid" && error?.acts == [], "\(name)")
            }
            _ = try await administration.perform(AddSigningAlgorithm(.RS256, to: id))
            try await fixture.updateClient { $0.signedResponses.userInfo = .set("RS256") }
            let error = await #expect(throws: AdministrationError.self) { try await administration.perform(RemoveSigningAlgorithm(.RS256, from: id)) }
            #expect(error?.code == "admin.invalid" && error?.acts == [.endSignedResponseAlg(.userInfo)] && error?.message.contains("Orders") == true)
            #expect(try await current(fixture) == ["ES256", "RS256"])
            try await fixture.updateClient { $0.signedResponses.userInfo = .remove }
            _ = try await administration.perform(RemoveSigningAlgorithm(.RS256, from: id))
            let own = await #expect(throws: AdministrationError.self) { try await administration.perform(RemoveSigningAlgorithm(.ES256, from: id)) }
            #expect(own?.code == "admin.invalid" && own?.message.contains("own algorithm") == true)
        }
    }

    @Test("another algorithm becomes the pool's own: at once where it signs already; the last one ends, or goes on for clients that ask for it")
    func moved() async throws {
        try await GatewayFixture.run { fixture in
            let (administration, id) = (fixture.administration, fixture.pool.id.text)
            _ = try await administration.perform(AddSigningAlgorithm(.EdDSA, to: id))
            let known = try await keys(fixture).signing(by: "EdDSA").keyID
            try await fixture.updateClient { $0.signedResponses.idToken = .set("ES256") }
            var pool = try await administration.perform(UpdatePool(id, signingAlgorithm: "EdDSA")).after
            #expect(pool.signingAlgorithms == ["EdDSA", "ES256"], "a client asks for it")
            #expect(try await keys(fixture).current.keyID == known)
            #expect(try await current(fixture) == ["ES256", "EdDSA"])
            // A server that has the pool as it was a second ago signs by one that is published.
            #expect(try await fixture.keyRing.keys(of: fixture.pool).algorithms.count == 2)

            try await fixture.updateClient { $0.signedResponses.idToken = .remove }
            _ = try await administration.perform(RemoveSigningAlgorithm(.ES256, from: id))
            // By 'key rotate', in two steps, of one that nobody added: as it ever was.
            _ = try await administration.perform(RotateKey(pool: id, algorithm: .PS256))
            #expect(try await administration.pool(id).signingAlgorithm == "EdDSA")
            fixture.clock.advance(by: 900)
            _ = try await administration.perform(RotateKey(pool: id, algorithm: .PS256))
            pool = try await administration.pool(id)
            #expect(pool.signingAlgorithms == ["PS256", "EdDSA"], "it was added once, and goes on until it is removed")
            _ = try await administration.perform(RemoveSigningAlgorithm(.EdDSA, from: id))
            fixture.clock.advance(by: 60)
            _ = try await administration.perform(RotateKey(pool: id, algorithm: .ES256, atOnce: true))
            #expect(try await administration.pool(id).signingAlgorithms == ["ES256"])
            #expect(try await current(fixture) == ["ES256"])
            #expect(try await administration.listKeys(pool: id).filter { $0.phase == .upcoming }.map(\.algorithm) == ["ES256"])
        }
    }

    @Test("by a schedule each algorithm is rotated after its days, published ahead; ten servers rotate once; without a schedule nothing happens")
    func schedule() async throws {
        try await GatewayFixture.run { fixture in
            let (administration, id, clock) = (fixture.administration, fixture.pool.id.text, fixture.clock)
            let schedules = (0..<10).map { _ in
                SigningKeySchedule(stores: fixture.stores, ring: fixture.keyRing, environment: clock.environment)
            }
            func look() async throws -> (published: Int, rotated: Int, failed: Int) {
                try await withThrowingTaskGroup(of: [Int].self) { group in
                    for schedule in schedules {
                        group.addTask {
                            var seen: [Int] = []
                            try await schedule.look { _, result in
                                switch result {
                                case .success(.published): seen.append(0)
                                case .success(.signs): seen.append(1)
                                case .failure: seen.append(2)
                                }
                            }
                            return seen
                        }
                    }
                    let all = try await group.reduce(into: [Int]()) { $0 += $1 }
                    return (all.count { $0 == 0 }, all.count { $0 == 1 }, all.count { $0 == 2 })
                }
            }
            _ = try await administration.perform(AddSigningAlgorithm(.EdDSA, to: id))
            #expect(try await look() == (0, 0, 0))
            _ = try await administration.perform(UpdatePool(id, signingKeyDays: .set(30)))
            // The pool's first key has none after it yet; of two servers at once each may be told that it stands.
            let begun = try await look()
            #expect(begun.published >= 1 && begun.rotated == 0 && begun.failed == 0)
            #expect(try await administration.listKeys(pool: id).filter { $0.phase == .upcoming }.map(\.algorithm).sorted() == ["ES256", "EdDSA"])
            let first = try await keys(fixture)
            clock.advance(by: 30 * Self.day - 1)
            #expect(try await look() == (0, 0, 0))
            clock.advance(by: 1)
            #expect(try await look() == (0, 2, 0))
            #expect(try await look() == (0, 0, 0))
            let second = try await keys(fixture)
            #expect(second.current.keyID != first.current.keyID)
            #expect(try second.signing(by: "EdDSA").keyID != first.signing(by: "EdDSA").keyID)
            let published = Set(first.all.map(\.keyID))
            #expect(published.contains(second.current.keyID), "it was published ahead")
            let events = try await administration.auditEvents(pool: id, user: nil, limit: 2)
            #expect(events.map(\.action) == [.keyRotate, .keyRotate] && events.allSatisfy { $0.actor == .system })
            _ = try await administration.perform(UpdatePool(id, signingKeyDays: .remove))
            clock.advance(by: 80 * Self.day)
            #expect(try await look() == (0, 0, 0))
            for days in [-1, 0, 3651] {
                await expectProblem(.rotateKeysEvery) { _ = try await administration.perform(UpdatePool(id, signingKeyDays: .set(days))) }
            }
        }
    }
}
