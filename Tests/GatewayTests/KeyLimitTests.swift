import Administration
import Foundation
import Gateway
import Logging
import OpenIDConnect
import Storage
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("Case 135: keys that are changed again and again, taken back, or do not open")
struct KeyLimitTests {
    @Test("70 changes in a row: refused with a reason long before a reader's limit, and nothing stops serving")
    func manyRotations() async throws {
        try await GatewayFixture.run { fixture in
            let ring = fixture.keyRing
            func rotate() async -> String? {
                do throws(KeyRingError) {
                    _ = try await ring.rotate(fixture.pool, of: nil, atOnce: true, by: .system)
                    return nil
                } catch { return error.code }
            }
            #expect(await rotate() == nil)
            #expect(await rotate() == "keys.too_soon")
            var codes: [String?] = []
            for _ in 0..<70 {
                fixture.clock.advance(by: 60)
                codes.append(await rotate())
                let published = try await ring.keys(of: fixture.pool).all.count
                #expect(published <= SigningKey.maximumPublished + 2)
            }
            #expect(codes.filter { $0 == nil }.count < SigningKey.maximumPublished)
            #expect(codes.last == "keys.too_many")
            // When the last token of the retired keys has expired, there is room again.
            fixture.clock.advance(by: 26 * 3600)
            await Housekeeping(stores: fixture.stores, environment: fixture.clock.environment, logger: Logger(label: "test")).clean()
            #expect(await rotate() == nil)
        }
    }

    @Test("a pool that has 70 keys already publishes as many as a reader takes, and signs")
    func tooManyStored() async throws {
        try await GatewayFixture.run { fixture in
            let signing = try await fixture.keyRing.keys(of: fixture.pool).current.keyID
            for number in 0..<70 { try await insertRetired(number, sealed: nil, fixture) }
            let keys = try await fixture.keyRing.keys(of: fixture.pool)
            #expect(keys.current.keyID == signing && keys.all.count <= SigningKey.maximumPublished + 2)
            #expect(try JSONWebKeySet(bytes: keys.jsonWebKeySet).keyIDs.contains(signing))
        }
    }

    @Test("a retired key that does not open stops neither its pool nor the others; a pool whose signing key does not is told apart")
    func unopened() async throws {
        try await GatewayFixture.run { fixture in
            let signing = try await fixture.keyRing.keys(of: fixture.pool).current.keyID
            try await insertRetired(1, sealed: [1, 2, 3], fixture)
            #expect(try await fixture.keyRing.keys(of: fixture.pool).all.map(\.keyID) == [signing])
            let broken = UserPool(
                id: UserPool.ID("local_broken")!, name: "Broken", domain: nil, signingAlgorithm: "ES256", createdAt: fixture.clock.now)
            try await fixture.stores.pools.insert(broken)
            _ = try await fixture.stores.keys.insertFirst(
                SigningKey(
                    id: SigningKey.ID("broken-broken-broken")!, poolID: broken.id, algorithm: "ES256", phase: .current, sealedPrivateKey: [1],
                    createdAt: fixture.clock.now))
            await #expect(throws: KeyRingError.seal(.notOpened)) { _ = try await fixture.keyRing.keys(of: broken) }
            try await fixture.keyRing.openAny(of: [broken, fixture.pool])
            await #expect(throws: KeyRingError.seal(.notOpened)) { try await fixture.keyRing.openAny(of: [broken]) }
        }
    }

    @Test("a withdrawn key leaves the key set for good; where it signed, another one signs at once, and its tokens are refused")
    func withdraw() async throws {
        try await GatewayFixture.run { fixture in
            let (ring, flow) = (fixture.keyRing, Flow(fixture))
            let token = try await flow.redeem(try flow.code(try await flow.complete())).accessToken
            let before = try await ring.keys(of: fixture.pool)
            let leaked = try #require(SigningKey.ID(before.current.keyID))
            // What was proven by the key counts no more than what comes now.
            _ = try await before.verifier(issuer: fixture.issuer, audience: nil) { fixture.clock.now }.verify(accessToken: token)
            let withdrawal = try await ring.withdraw(leaked, of: fixture.pool, by: .commandLine(user: "ann"))
            let signing = try #require(withdrawal.signing)
            fixture.clock.advanceUptime(by: .seconds(2))
            let keys = try await ring.keys(of: fixture.pool)
            #expect(keys.current.keyID == signing.text && !keys.all.map(\.keyID).contains(leaked.text))
            let verifier = keys.verifier(issuer: fixture.issuer, audience: nil) { fixture.clock.now }
            await #expect(throws: TokenError.unknownKey(keyID: leaked.text)) { try await verifier.verify(accessToken: token) }
            let stored = try await fixture.stores.keys.list(in: fixture.pool.id)
            #expect(stored.first { $0.id == leaked }?.sealedPrivateKey == [] && stored.filter { $0.phase == .current }.map(\.id) == [signing])
            let twice = await #expect(throws: KeyRingError.self) { try await ring.withdraw(leaked, of: fixture.pool, by: .system) }
            #expect(twice?.code == "keys.unknown")
            // One that does not sign takes nothing else with it.
            let upcoming = try #require(stored.first { $0.phase == .upcoming })
            #expect(try await ring.withdraw(upcoming.id, of: fixture.pool, by: .system).signing == nil)
            let events = try await fixture.stores.audit.list(in: fixture.pool.id, target: .init(.key, leaked.text), limit: 10)
            #expect(events.map(\.action) == [.keyWithdraw] && events.first?.actor == .commandLine(user: "ann"))
        }
    }

    @Test("everything sealed opens with the new master key and not with the old one; refresh tokens go on, and a wrong old key changes nothing")
    func reseal() async throws {
        try await OpenIDFlow.run { flow in
            let fixture = flow.fixture
            for secret in ["second", "third"] {
                _ = try await flow.administration.perform(SetClientSecret(.secret(SecretBytes(secret)), of: flow.name, pool: flow.poolID))
                guard secret == "second" else { continue }
                _ = try await flow.administration.perform(FinishClientSecret(of: flow.name, pool: flow.poolID, mayBeUntested: true))
            }
            let new = try Sealer(masterKey: SecretBytes([UInt8](repeating: 9, count: 32)))
            let resealing = Resealing(stores: fixture.stores, environment: fixture.clock.environment)
            let signing = try await fixture.keyRing.keys(of: fixture.pool).current.keyID
            await #expect(throws: KeyRingError.seal(.notOpened)) { try await resealing.reseal(from: new, to: new, by: .system) }
            #expect(try await fixture.stores.installation.find().masterKeyID == nil)
            let done = try await resealing.reseal(from: fixture.sealer, to: new, by: .commandLine(user: "ann"))
            #expect(done.keys == 1 && done.secrets == 3)
            for provider in try await fixture.stores.providers.list(in: fixture.pool.id) {
                guard case .oidc(let connection) = provider.kind, connection.sealedSecret != nil else { continue }
                for stage in ClientSecretStage.allCases {
                    #expect(try connection.openSecret(stage, of: provider, with: new) != nil)
                    #expect(connection[stage]?.sealedBy == new.masterKeyID)
                    #expect(throws: SealError.notOpened) { try connection.openSecret(stage, of: provider, with: fixture.sealer) }
                }
            }
            #expect(try await fixture.stores.installation.find().masterKeyID == new.masterKeyID)
            let ring = KeyRing(store: fixture.stores.keys, sealer: new, environment: fixture.clock.environment)
            #expect(try await ring.keys(of: fixture.pool).current.keyID == signing)
            await #expect(throws: KeyRingError.seal(.notOpened)) { _ = try await fixture.keyRing.keys(of: fixture.pool) }
            #expect(try await fixture.stores.audit.list(in: nil, target: nil, limit: 10).map(\.action) == [.keyReseal])
        }
    }

    private func insertRetired(_ number: Int, sealed: [UInt8]?, _ fixture: GatewayFixture) async throws {
        let key = try TokenSigningKey.generate(.ES256)
        let context = "signing key of " + fixture.pool.id.text
        _ = try await fixture.stores.keys.insertFirst(
            SigningKey(
                id: SigningKey.ID(key.keyID)!, poolID: fixture.pool.id, algorithm: "ES256", phase: .upcoming,
                sealedPrivateKey: try sealed ?? fixture.sealer.seal(key.privateKeyBytes, context: context), createdAt: fixture.clock.now))
        let retiredAt = Int64(fixture.clock.now.timeIntervalSince1970 * 1000) + Int64(number)
        _ = try await fixture.database.transaction { connection throws(StoreError) in
            .commit(
                try connection.execute("UPDATE signing_keys SET phase = 'retired', retired_at = $1 WHERE phase = 'upcoming'", [.integer(retiredAt)]))
        }
    }
}
