import Administration
import Foundation
import Gateway
import Logging
import OpenIDConnect
import PKCS11
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("Signing keys in a hardware security module (THREATS P16)", .enabled(if: SoftHSM.isInstalled))
struct ModuleKeyTests {
    private func run(_ body: (GatewayFixture, PKCS11Module, SoftHSM) async throws -> Void) async throws {
        try await SoftHSM.with { hsm in
            try await hsm.withModule { module in
                try await GatewayFixture.run({ $0.securityModule = module }, { try await body($0, module, hsm) })
            }
        }
    }

    private func keys(_ fixture: GatewayFixture, _ phase: SigningKey.Phase) async throws -> [Held] {
        let keys = try await fixture.administration.listKeys(pool: fixture.pool.id.text).filter { $0.phase == phase }
        let places = fixture.administration.places(of: keys)
        return keys.map { Held(id: $0.id.text, place: places[$0.id]) }
    }

    private struct Held {
        let id: String
        let place: KeyPlace?
    }

    private func publicKey(_ id: String, _ fixture: GatewayFixture) async throws -> TokenPublicKey {
        try #require(try await fixture.keyRing.keys(of: fixture.pool).all.first { $0.keyID == id }).publicKey
    }

    @Test("case 206: a sign-in's tokens are signed there; while it is away they are refused, and the code is as good as before when it is back")
    func signIn() async throws {
        try await run { fixture, _, hsm in
            #expect(try await keys(fixture, .current).map(\.place) == [.hsm])
            let flow = Flow(fixture)
            let code = try flow.code(try await flow.complete())
            let keySet = try await fixture.keyRing.keys(of: fixture.pool).jsonWebKeySet
            // Longer than a signature counts for the next.
            try await Task.sleep(for: .milliseconds(250))
            try hsm.takeAway()
            for _ in 0..<3 {
                let error = await #expect(throws: OAuthError.self) { _ = try await flow.redeem(code) }
                #expect(error?.error == .temporarilyUnavailable && error?.seen?.hasPrefix("hsm.unavailable") == true, "\(error?.seen ?? "")")
            }
            #expect(try await fixture.keyRing.keys(of: fixture.pool).jsonWebKeySet == keySet)
            try hsm.putBack()
            try await Task.sleep(for: .milliseconds(1_100))
            let tokens = try await flow.redeem(code)
            let verifier = TokenVerifier(
                issuer: fixture.issuer, audience: nil, keys: try JSONWebKeySet(bytes: keySet), clock: { [now = fixture.clock.now] in now })
            #expect(try await verifier.verify(accessToken: tokens.accessToken).username == "corp_alice@example.com")
            #expect(tokens.idToken != nil && tokens.refreshToken != nil)
        }
    }

    @Test(
        "a rotation makes its keys where the one is that signs, or where it is told; who knows of no module publishes and verifies, and does not sign"
    )
    func places() async throws {
        try await run { fixture, module, _ in
            let first = try #require(try await keys(fixture, .current).first)
            let firstKey = try await publicKey(first.id, fixture)
            _ = try await fixture.administration.perform(RotateKey(pool: fixture.pool.id.text))
            #expect(try await keys(fixture, .upcoming).map(\.place) == [.hsm])
            // To the database at once: the key that waits in the module is not the one, and goes.
            let waiting = try await publicKey(try #require(try await keys(fixture, .upcoming).first).id, fixture)
            _ = try await fixture.administration.perform(RotateKey(pool: fixture.pool.id.text, in: .database, atOnce: true))
            let here = try await keys(fixture, .current) + keys(fixture, .upcoming)
            #expect(here.map(\.place) == [.database, .database])
            await #expect(throws: SecurityModuleError.noKey(keyID: waiting.keyID, found: 0)) { _ = try await module.sign([1], by: waiting) }
            // And back; the first one verifies still.
            fixture.clock.advance(by: 61)
            _ = try await fixture.administration.perform(RotateKey(pool: fixture.pool.id.text, in: .hsm, atOnce: true))
            let there = try await keys(fixture, .current) + keys(fixture, .upcoming)
            #expect(there.map(\.place) == [.hsm, .hsm])
            #expect(try await keys(fixture, .retired).map(\.id).contains(first.id))
            _ = try await module.sign([1], by: firstKey)

            let elsewhere = KeyRing(store: fixture.stores.keys, sealer: fixture.sealer, environment: FixedEnvironment().environment)
            let published = try await elsewhere.keys(of: fixture.pool)
            let own = try await fixture.keyRing.keys(of: fixture.pool).jsonWebKeySet
            #expect(published.jsonWebKeySet == own)
            await #expect(throws: SigningKeyError.module(.notConfigured)) { try await published.current.requireReady() }
            await #expect(throws: KeyRingError.module(.notConfigured)) {
                _ = try await elsewhere.rotate(fixture.pool, of: nil, atOnce: true, by: .system)
            }
        }
    }

    @Test("where a rotation was told to make keys, the ones after it make them, too")
    func placeStays() async throws {
        try await run { fixture, _, _ in
            let pool = fixture.pool.id.text
            _ = try await fixture.keyRing.keys(of: fixture.pool)
            _ = try await fixture.administration.perform(RotateKey(pool: pool, in: .database, atOnce: true))
            // The one that waits in the database signs, and the one after it is made in the module.
            fixture.clock.advance(by: 15 * 60)
            _ = try await fixture.administration.perform(RotateKey(pool: pool, in: .hsm))
            #expect(try await keys(fixture, .current).map(\.place) == [.database])
            #expect(try await keys(fixture, .upcoming).map(\.place) == [.hsm])
            for _ in 0..<2 {
                fixture.clock.advance(by: 15 * 60)
                _ = try await fixture.administration.perform(RotateKey(pool: pool))
                #expect(try await keys(fixture, .current).map(\.place) == [.hsm])
                #expect(try await keys(fixture, .upcoming).map(\.place) == [.hsm])
            }
        }
    }

    @Test("a withdrawn key is deleted there at once, a retired one when it is published no more, those of a deleted pool with it")
    func deletions() async throws {
        try await run { fixture, module, hsm in
            let first = try #require(try await keys(fixture, .current).first).id
            let firstKey = try await publicKey(first, fixture)
            _ = try await fixture.administration.perform(RotateKey(pool: fixture.pool.id.text, atOnce: true))
            let second = try #require(try await keys(fixture, .current).first).id
            let secondKey = try await publicKey(second, fixture)
            _ = try await module.sign([1], by: firstKey)
            let (withdrawal, _) = try await fixture.administration.perform(WithdrawKey(second, pool: fixture.pool.id.text))
            #expect(withdrawal.left == nil)
            await #expect(throws: SecurityModuleError.noKey(keyID: second, found: 0)) { _ = try await module.sign([1], by: secondKey) }

            fixture.clock.advance(by: Int(SigningKey.publishedAfter) + 1)
            let housekeeping = Housekeeping(
                stores: fixture.stores, environment: fixture.clock.environment, logger: Logger(label: "test"), keyRing: fixture.keyRing)
            try hsm.takeAway()
            await housekeeping.clean()
            // Its row is how it is found when the module is back.
            #expect(try await keys(fixture, .retired).map(\.id).contains(first))
            try hsm.putBack()
            try await Task.sleep(for: .milliseconds(1_100))
            await housekeeping.clean()
            #expect(try await keys(fixture, .retired).isEmpty)
            await #expect(throws: SecurityModuleError.noKey(keyID: first, found: 0)) { _ = try await module.sign([1], by: firstKey) }

            let last = try await publicKey(try #require(try await keys(fixture, .current).first).id, fixture)
            _ = try await fixture.administration.perform(UpdatePool(fixture.pool.id.text, deletionProtection: false))
            try await fixture.administration.perform(DeletePool(fixture.pool.id.text))
            await #expect(throws: SecurityModuleError.noKey(keyID: last.keyID, found: 0)) { _ = try await module.sign([1], by: last) }
        }
    }

    @Test("what was made for a change that was refused goes with it: by the pool, or since whoever asked has no right any more")
    func refused() async throws {
        try await run { fixture, _, hsm in
            _ = try await fixture.administration.perform(
                CreatePool(name: "Other", domain: "id.other.example", signingAlgorithm: "ES256", region: "local"))
            let pool = fixture.pool
            _ = try await fixture.keyRing.rotate(pool, of: nil, atOnce: false, by: .system)
            let before = try hsm.objects()
            #expect(before > 0)

            let taken = await #expect(throws: AdministrationError.self) {
                try await fixture.administration.perform(UpdatePool(pool.id.text, domain: "id.other.example", signingAlgorithm: "RS256"))
            }
            guard case .store(.conflict) = taken else { throw Unexpected(error: taken) }
            #expect(try hsm.objects() == before)

            let nobody = Session(
                id: try #require(Session.ID("nobodys-session-0123456")), poolID: pool.id,
                userID: try #require(User.ID("0de911da-ac13-4c69-8b55-ece6dac9252e")), source: .provider(fixture.provider),
                cookie: SecretHash(of: [1]),
                authenticatedAt: nil, upstreamSessionIndex: nil, createdAt: fixture.clock.now, expiresAt: fixture.clock.now)
            let right = HeldRight(nobody, by: fixture.provider, at: fixture.clock.now) { _, _, _ in true }
            let ring = KeyRing(store: fixture.stores.held(right).keys, sealer: fixture.sealer, environment: fixture.clock.environment)
            let lost = KeyRingError.store(.rightLost)
            await #expect(throws: lost) { _ = try await ring.rotate(pool, of: nil, atOnce: true, by: .system) }
            let signs = try #require(try await fixture.administration.listKeys(pool: pool.id.text).first { $0.phase == .current })
            await #expect(throws: lost) { _ = try await ring.withdraw(signs.id, of: pool, by: .system) }
            #expect(try hsm.objects() == before)
        }
    }

    @Test("the key that waits of an algorithm that a pool gives up goes with it")
    func givenUp() async throws {
        try await run { fixture, _, hsm in
            _ = try await fixture.keyRing.keys(of: fixture.pool)
            let before = try hsm.objects()
            _ = try await fixture.administration.perform(AddSigningAlgorithm(.RS256, to: fixture.pool.id.text))
            let made = try hsm.objects() - before
            #expect(made > 0 && made.isMultiple(of: 2))
            _ = try await fixture.administration.perform(RemoveSigningAlgorithm(.RS256, from: fixture.pool.id.text))
            // The one that signed verifies what it signed still.
            #expect(try hsm.objects() == before + made / 2)
        }
    }

    private struct Unexpected: Error { let error: AdministrationError? }
}
