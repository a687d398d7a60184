import Administration
import Foundation
import Logging
import SAML
import TestSupport
import Testing
import UserPools
import WireFormats
import XMLSecurity

@testable import Gateway

@Suite("A pool's own SAML keys (SAML Metadata §2.4.1.1, THREATS P16)")
struct SAMLKeyRingTests {
    private static let day = 86_400

    @Test("the first keys are made once, however many need them at once, and by another process as well")
    func first() async throws {
        try await GatewayFixture.run { fixture in
            let rings = [fixture.signIn.samlKeys, fixture.signIn.samlKeys]
            let published = try await withThrowingTaskGroup(of: [PublishedKey].self) { group in
                for index in 0..<8 { group.addTask { try await rings[index % 2].keys(of: fixture.pool).published } }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(published.count == 1 && published.first.map { Set($0.map(\.use)) } == [.signing, .encryption])
            let stored = try await fixture.stores.samlKeys.list(in: fixture.pool.id)
            #expect(stored.count == 2)
            for key in stored {
                let certificate = try TrustedKey(certificateDER: key.certificate)
                #expect(certificate.sha256 == key.id.text && certificate.description == "RSA 2048")
                #expect(try #require(certificate.notAfter) > fixture.clock.now + 19 * 365 * Double(Self.day))
            }
        }
    }

    @Test("the signer signs with the certificate that is published, and the private half is not in the database")
    func signs() async throws {
        try await GatewayFixture.run { fixture in
            let keys = try await fixture.signIn.samlKeys.keys(of: fixture.pool)
            let certificate = try #require(keys.published.first { $0.use == .signing }?.certificateDER)
            let (octets, key) = (Array("SAMLRequest=x".utf8), try TrustedKey(certificateDER: certificate))
            let signature = try keys.signer.signature(over: octets)
            try key.verify(signature, over: octets, algorithm: keys.signer.algorithm.rawValue, policy: .strict)
            let stored = try #require(try await fixture.stores.samlKeys.list(in: fixture.pool.id).first { $0.use == .encryption })
            let unsealed = try? DecryptionKey(privateKeyPKCS8: SecretBytes(stored.sealedPrivateKey))
            #expect(keys.decryptionKeys.count == 1 && unsealed == nil)
        }
    }

    @Test("the next signing key is published seven days before it signs, signs by itself then, and the old one stays published for a day")
    func rotation() async throws {
        try await GatewayFixture.run { fixture in
            let (ring, pool, clock) = (fixture.signIn.samlKeys, fixture.pool, fixture.clock)
            func signing() async throws -> (signer: String, published: [String]) {
                clock.advanceUptime(by: .seconds(2))
                let keys = try await ring.keys(of: pool), octets = Array("octets".utf8)
                let signature = try keys.signer.signature(over: octets)
                let published = try keys.published.filter { $0.use == .signing }.map { try TrustedKey(certificateDER: $0.certificateDER) }
                let signer = published.first {
                    (try? $0.verify(signature, over: octets, algorithm: keys.signer.algorithm.rawValue, policy: .strict)) != nil
                }
                return (signer?.sha256 ?? "", published.map(\.sha256))
            }
            let old = try await signing().signer
            clock.advance(by: 1)
            let (next, keys) = try await fixture.administration.perform(RotateSAMLKey(.signing, pool: pool.id.text))
            #expect(keys.map(\.id) == [SAMLKey.ID(old), next.id] && next.activeFrom == clock.now + 7 * Double(Self.day))
            #expect(try await signing() == (old, [old, next.id.text]))
            await #expect(throws: AdministrationError.keys(.samlKeys(.announced(next.id, from: next.activeFrom, pool: pool.id)))) {
                try await fixture.administration.perform(RotateSAMLKey(.signing, pool: pool.id.text))
            }
            clock.advance(by: 7 * Self.day)
            #expect(try await signing() == (next.id.text, [old, next.id.text]))
            clock.advance(by: Self.day)
            #expect(try await signing() == (next.id.text, [next.id.text]))
        }
    }

    @Test("in an emergency the next key signs at once, also where it was announced for later")
    func atOnce() async throws {
        try await GatewayFixture.run { fixture in
            let pool = fixture.pool.id.text
            _ = try await fixture.signIn.samlKeys.keys(of: fixture.pool)
            fixture.clock.advance(by: 1)
            let announced = try await fixture.administration.perform(RotateSAMLKey(.signing, pool: pool)).key
            fixture.clock.advance(by: 60)
            let (key, keys) = try await fixture.administration.perform(RotateSAMLKey(.signing, pool: pool, atOnce: true))
            #expect(key.id == announced.id && key.activeFrom == fixture.clock.now)
            #expect(keys.map { $0.phase(at: fixture.clock.now) } == [.retired, .current])
            fixture.clock.advance(by: 1)
            let next = try await fixture.administration.perform(RotateSAMLKey(.signing, pool: pool, atOnce: true)).key
            #expect(next.id != key.id && next.phase(at: fixture.clock.now) == .current)
            let events = try await fixture.administration.auditEvents(pool: pool, user: nil, limit: 3)
            #expect(events.map(\.action) == [.keyRotate, .keyRotate, .keyPublish] && events.first?.detail("use") == "saml-signing")
        }
    }

    @Test(
        "a pool that shall not have a certificate to encrypt for in its metadata has none there; what was encrypted for it is decrypted all the same")
    func unpublishedEncryption() async throws {
        try await GatewayFixture.run { fixture in
            let (ring, id) = (fixture.signIn.samlKeys, fixture.pool.id.text)
            #expect(try await Set(ring.keys(of: fixture.pool).published.map(\.use)) == [.signing, .encryption])
            let pool = try await fixture.administration.perform(UpdatePool(id, publishesEncryptionKey: false)).after
            fixture.clock.advanceUptime(by: .seconds(2))
            let keys = try await ring.keys(of: pool)
            #expect(keys.published.map(\.use) == [.signing] && keys.decryptionKeys.count == 1)
            let events = try await fixture.stores.audit.list(in: pool.id, target: .init(.pool, id), limit: 10)
            #expect(events.contains { $0.action == .poolUpdate && $0.detail("saml_encryption") == "false" })
        }
    }

    @Test("what is encrypted to a key that is published no more is decrypted for a month, and the pool keeps few keys")
    func encryption() async throws {
        try await GatewayFixture.run { fixture in
            let (ring, pool, clock) = (fixture.signIn.samlKeys, fixture.pool, fixture.clock)
            func keys() async throws -> (published: [String], decrypting: Int) {
                clock.advanceUptime(by: .seconds(2))
                let keys = try await ring.keys(of: pool)
                let published = try keys.published.filter { $0.use == .encryption }.map { try TrustedKey(certificateDER: $0.certificateDER).sha256 }
                return (published, keys.decryptionKeys.count)
            }
            let old = try await keys().published
            clock.advance(by: 1)
            let next = try await fixture.administration.perform(RotateSAMLKey(.encryption, pool: pool.id.text)).key
            // Every server has it before anybody encrypts to it.
            #expect(try await keys() == (old, 2))
            clock.advance(by: 60)
            #expect(try await keys() == ([next.id.text], 2))
            clock.advance(by: 30 * Self.day)
            #expect(try await keys() == ([next.id.text], 1))

            for _ in 0..<SAMLKey.maximumKept - 1 {
                clock.advance(by: 1)
                _ = try await fixture.administration.perform(RotateSAMLKey(.encryption, pool: pool.id.text, atOnce: true))
            }
            let error = await #expect(throws: AdministrationError.self) {
                try await fixture.administration.perform(RotateSAMLKey(.encryption, pool: pool.id.text, atOnce: true))
            }
            #expect(error?.code == "saml_keys.too_many")
        }
    }

    @Test("a withdrawn key is nowhere any more: the one that signs has a successor at once, one to come has one that comes later")
    func withdrawal() async throws {
        try await GatewayFixture.run { fixture in
            let (pool, clock, administration) = (fixture.pool, fixture.clock, fixture.administration)
            let ring = fixture.signIn.samlKeys
            func phases() async throws -> [SAMLKey.Phase] {
                try await administration.listSAMLKeys(.signing, pool: pool.id.text).map { $0.phase(at: clock.now) }
            }
            _ = try await ring.keys(of: pool)
            let first = try #require(try await administration.listSAMLKeys(.signing, pool: pool.id.text).first)
            clock.advance(by: 1)
            let second = try #require(try await administration.perform(WithdrawSAMLKey(first.id, pool: pool.id.text)).successor)
            #expect(try await phases() == [.withdrawn, .current])
            clock.advance(by: 1)
            let upcoming = try await administration.perform(RotateSAMLKey(.signing, pool: pool.id.text)).key
            clock.advance(by: 1)
            let later = try #require(try await administration.perform(WithdrawSAMLKey(upcoming.id, pool: pool.id.text)).successor)
            #expect(try await phases() == [.withdrawn, .current, .withdrawn, .upcoming])
            // The one to come signs at once where the one that signs leaked.
            clock.advance(by: 1)
            #expect(try await administration.perform(WithdrawSAMLKey(second.id, pool: pool.id.text)).successor?.id == later.id)
            #expect(try await phases() == [.withdrawn, .withdrawn, .withdrawn, .current])
            let stored = try await fixture.stores.samlKeys.list(in: pool.id).filter { $0.withdrawnAt != nil }
            #expect(stored.allSatisfy { $0.sealedPrivateKey.isEmpty } && stored.count == 3)
            await #expect(throws: AdministrationError.keys(.samlKeys(.unknown(first.id, pool: pool.id)))) {
                try await administration.perform(WithdrawSAMLKey(first.id, pool: pool.id.text))
            }
            clock.advanceUptime(by: .seconds(2))
            #expect(try await ring.keys(of: pool).published.filter { $0.use == .signing }.count == 1)
        }
    }

    @Test("while the database is away the keys that were read go on for an hour; after a reseal the new master key opens them")
    func away() async throws {
        try await GatewayFixture.run { fixture in
            let ring = fixture.signIn.samlKeys
            let published = try await ring.keys(of: fixture.pool).published
            let new = try Sealer(masterKey: .init([UInt8](repeating: 9, count: 32)))
            _ = try await Resealing(stores: fixture.stores, environment: fixture.clock.environment).reseal(
                from: fixture.sealer, to: new, by: .system)
            #expect(try await SealedSecrets.open(in: fixture.stores, with: new).unopened == [])
            #expect(try await SealedSecrets.open(in: fixture.stores, with: fixture.sealer).unopened.count == 4)
            let other = SAMLKeyRing(store: fixture.stores.samlKeys, sealer: new, environment: fixture.clock.environment)
            #expect(try await other.keys(of: fixture.pool).published == published)

            await fixture.closeDatabase()
            fixture.clock.advanceUptime(by: .seconds(3590))
            #expect(try await ring.keys(of: fixture.pool).published == published)
            fixture.clock.advanceUptime(by: .seconds(11))
            let error = await #expect(throws: KeyRingError.self) { try await ring.keys(of: fixture.pool) }
            #expect(error?.code == "storage.unavailable")
        }
    }

    @Test("housekeeping deletes what decrypts nothing any more, and never a key that counts")
    func housekeeping() async throws {
        try await GatewayFixture.run { fixture in
            _ = try await fixture.signIn.samlKeys.keys(of: fixture.pool)
            fixture.clock.advance(by: 1)
            let key = try await fixture.administration.perform(RotateSAMLKey(.signing, pool: fixture.pool.id.text, atOnce: true)).key
            let housekeeping = Housekeeping(stores: fixture.stores, environment: fixture.clock.environment, logger: Logger(label: "test"))
            fixture.clock.advance(by: 30 * Self.day - 1)
            await housekeeping.clean()
            #expect(try await fixture.stores.samlKeys.list(in: fixture.pool.id).count == 3)
            fixture.clock.advance(by: 1)
            await housekeeping.clean()
            let left = try await fixture.stores.samlKeys.list(in: fixture.pool.id)
            #expect(left.count == 2 && left.contains { $0.id == key.id })
        }
    }
}
