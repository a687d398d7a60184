import Administration
import Foundation
import Gateway
import OpenIDConnect
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("The key ring (THREATS P16)")
struct KeyRingTests {
    @Test("a pool's key is made once, also when 20 servers start at the same time")
    func once() async throws {
        try await GatewayFixture.run { fixture in
            let pool = UserPool(
                id: try #require(UserPool.ID("local_other1234")), name: "Other", domain: nil, signingAlgorithm: "EdDSA",
                createdAt: fixture.clock.now)
            try await fixture.stores.pools.insert(pool)
            let kids = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<20 { group.addTask { try await fixture.keyRing.keys(of: pool).current.keyID } }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(kids.count == 1)
            #expect(try await fixture.stores.keys.list(in: pool.id).filter { $0.algorithm == "EdDSA" }.count == 1)
        }
    }

    @Test("private keys are stored sealed, and do not open with another master key")
    func sealed() async throws {
        try await GatewayFixture.run { fixture in
            let key = try #require(try await fixture.administration.listKeys(pool: fixture.pool.id.text).first)
            #expect(key.phase == .current && key.algorithm == "ES256")
            let opened = try fixture.sealer.open(key.sealedPrivateKey, context: "signing key of " + fixture.pool.id.text).reveal()
            #expect(!key.sealedPrivateKey.contains(opened))
            #expect(try TokenSigningKey(algorithm: .ES256, privateKey: opened).keyID == key.id.text)
            let other = try Sealer(masterKey: SecretBytes([UInt8](repeating: 8, count: 32)))
            let ring = KeyRing(store: fixture.stores.keys, sealer: other, environment: fixture.clock.environment)
            await #expect(throws: KeyRingError.seal(.notOpened)) { try await ring.keys(of: fixture.pool) }
        }
    }

    @Test("a key that somebody copied into another pool's rows does not open there")
    func otherPool() async throws {
        try await GatewayFixture.run { fixture in
            let key = try #require(try await fixture.stores.keys.list(in: fixture.pool.id).first)
            let pool = UserPool(
                id: try #require(UserPool.ID("local_other1234")), name: "Other", domain: nil, signingAlgorithm: "ES256", createdAt: fixture.clock.now)
            try await fixture.stores.pools.insert(pool)
            _ = try await fixture.stores.keys.insertFirst(
                SigningKey(
                    id: key.id, poolID: pool.id, algorithm: "ES256", phase: .current, sealedPrivateKey: key.sealedPrivateKey, createdAt: key.createdAt
                ))
            await #expect(throws: KeyRingError.seal(.notOpened)) { try await fixture.keyRing.keys(of: pool) }
        }
    }

    @Test("upcoming and retired keys are published, and only the current one signs")
    func phases() async throws {
        try await GatewayFixture.run { fixture in
            var added: [String] = []
            for phase in [SigningKey.Phase.upcoming, .retired] {
                let made = try TokenSigningKey.generate(.ES256)
                let sealed = try fixture.sealer.seal(made.privateKeyBytes, context: "signing key of " + fixture.pool.id.text)
                _ = try await fixture.stores.keys.insertFirst(
                    SigningKey(
                        id: try #require(SigningKey.ID(made.keyID)), poolID: fixture.pool.id, algorithm: "ES256", phase: phase,
                        sealedPrivateKey: sealed,
                        createdAt: fixture.clock.now))
                added.append(made.keyID)
            }
            let keys = try await fixture.keyRing.keys(of: fixture.pool)
            #expect(keys.all.count == 3 && !added.contains(keys.current.keyID))
            #expect(Set(try JSONWebKeySet(bytes: keys.jsonWebKeySet).keyIDs) == Set(added + [keys.current.keyID]))
        }
    }
}
