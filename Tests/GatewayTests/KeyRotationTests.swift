import Administration
import Foundation
import Gateway
import OpenIDConnect
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("Key rotation (THREATS P16, case 96)")
struct KeyRotationTests {
    private static let minute = 60

    @Test(
        "the next key is published before it signs, and after it signs the old one verifies what it signed", arguments: ["RS256", "ES256", "EdDSA"])
    func rotation(algorithm: String) async throws {
        try await GatewayFixture.run({ $0.algorithm = algorithm }) { fixture in
            // One ring, as a running server has it, and another process that administers.
            let (ring, flow, pool) = (fixture.keyRing, Flow(fixture), fixture.pool)
            let old = try await ring.keys(of: pool).current.keyID
            let before = try await flow.redeem(try flow.code(try await flow.complete())).accessToken

            guard case .published(let next) = try await fixture.administration.perform(RotateKey(pool: pool.id.text)).step else {
                Issue.record("the first step publishes")
                return
            }
            #expect(next.phase == .upcoming && next.maySignFrom == fixture.clock.now + 900)
            fixture.clock.advanceUptime(by: .seconds(2))
            #expect(try await ring.keys(of: pool).current.keyID == old)
            #expect(try Self.published(try await ring.keys(of: pool)) == [old, next.id.text])

            fixture.clock.advance(by: 15 * Self.minute)
            #expect(try await ring.keys(of: pool).current.keyID == old)
            guard case .signs(let signing, let retired) = try await fixture.administration.perform(RotateKey(pool: pool.id.text)).step else {
                Issue.record("the second step lets it sign")
                return
            }
            #expect((signing, retired.text) == (next.id, old))
            // What a server keeps for a second is still the old key, which verifies everywhere.
            #expect(try await ring.keys(of: pool).current.keyID == old)
            fixture.clock.advanceUptime(by: .seconds(2))
            let keys = try await ring.keys(of: pool)
            #expect(keys.current.keyID == next.id.text && keys.all.count == 3)
            let after = try await flow.redeem(try flow.code(try await flow.complete())).accessToken
            #expect(try Self.keyID(of: after) == next.id.text && Self.keyID(of: before) == old)
            let verifier = keys.verifier(issuer: fixture.issuer, audience: nil) { fixture.clock.now }
            for token in [before, after] { #expect(try await verifier.verify(accessToken: token).username == "corp_alice@example.com") }
        }
    }

    @Test("a key that was not published for 15 minutes may not sign; the answer says when, and --now does not ask")
    func tooYoung() async throws {
        try await GatewayFixture.run { fixture in
            let (administration, pool) = (fixture.administration, fixture.pool.id.text)
            let old = try await fixture.keyRing.keys(of: fixture.pool).current.keyID
            let (_, keys) = try await administration.perform(RotateKey(pool: pool))
            let upcoming = try #require(keys.first { $0.phase == .upcoming })
            fixture.clock.advance(by: 15 * Self.minute - 1)
            let error = await #expect(throws: AdministrationError.self) { try await administration.perform(RotateKey(pool: pool)) }
            #expect(
                error
                    == .keys(
                        .rotation(
                            .tooYoung(
                                upcoming.id, algorithm: "ES256", publishedAt: upcoming.createdAt, maySignFrom: upcoming.createdAt + 900,
                                pool: fixture.pool.id))))
            #expect(
                error?.code == "keys.too_young" && error?.expected != nil && error?.seen != nil
                    && error?.acts == [.rotateKey(algorithm: "ES256")])
            #expect(try await fixture.keyRing.keys(of: fixture.pool).current.keyID == old)
            _ = try await administration.perform(RotateKey(pool: pool, atOnce: true))
            #expect(try await fixture.keyRing.keys(of: fixture.pool).current.keyID == upcoming.id.text)
        }
    }

    @Test("in an emergency a key is made that signs at once, and whoever looks again finds it")
    func emergency() async throws {
        try await GatewayFixture.run { fixture in
            let old = try await fixture.keyRing.keys(of: fixture.pool).current.keyID
            let (step, keys) = try await fixture.administration.perform(RotateKey(pool: fixture.pool.id.text, atOnce: true))
            guard case .signs(let signing, let retired) = step else {
                Issue.record("nothing signs")
                return
            }
            #expect(retired.text == old && signing.text != old)
            #expect(Dictionary(grouping: keys, by: \.phase).mapValues(\.count) == [.current: 1, .retired: 1, .upcoming: 1])
            let ring = try await fixture.keyRing.keys(of: fixture.pool)
            #expect(ring.current.keyID == signing.text)
            #expect(try Self.published(ring) == Set(keys.map(\.id.text)))
        }
    }

    @Test("rotations at once: one wins, the others say that somebody was first, and one key signs")
    func atOnce() async throws {
        try await GatewayFixture.run { fixture in
            let pool = fixture.pool.id.text
            let codes = await withTaskGroup(of: String.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        do throws(AdministrationError) {
                            _ = try await fixture.administration.perform(RotateKey(pool: pool, atOnce: true))
                            return "done"
                        } catch { return error.code }
                    }
                }
                return await group.reduce(into: [String]()) { $0.append($1) }
            }
            // Who began after another had finished came too soon: nobody undid another's work.
            let done = codes.filter { $0 == "done" }.count
            #expect(done == 1 && codes.allSatisfy { ["done", "keys.rotated_meanwhile", "keys.too_soon"].contains($0) })
            let keys = try await fixture.administration.listKeys(pool: pool)
            #expect(Dictionary(grouping: keys, by: \.phase).mapValues(\.count) == [.current: 1, .retired: done, .upcoming: 1])
        }
    }

    @Test("another algorithm: the pool's key signs until the new one was published, by 'pool update' and by 'key rotate'")
    func algorithmChanged() async throws {
        try await GatewayFixture.run { fixture in
            let (administration, id, flow) = (fixture.administration, fixture.pool.id.text, Flow(fixture))
            let token = try await flow.redeem(try flow.code(try await flow.complete())).accessToken
            let first = try await administration.perform(UpdatePool(id, name: "Renamed", signingAlgorithm: "EdDSA")).after
            #expect(first.signingAlgorithm == "ES256" && first.name == "Renamed")
            var keys = try await fixture.keyRing.keys(of: first)
            #expect(keys.current.algorithm == .ES256 && keys.algorithms == [.ES256] && keys.announcedAlgorithms == [.ES256, .EdDSA])
            let error = await #expect(throws: AdministrationError.self) {
                try await administration.perform(UpdatePool(id, name: "Again", signingAlgorithm: "EdDSA"))
            }
            #expect(error?.code == "keys.too_young")
            #expect(try await administration.pool(id).name == "Renamed")

            fixture.clock.advance(by: 15 * Self.minute)
            let second = try await administration.perform(UpdatePool(id, signingAlgorithm: "EdDSA")).after
            #expect(second.signingAlgorithm == "EdDSA")
            // A server may have the pool as it was, with the keys as they are.
            for pool in [first, second] {
                keys = try await fixture.keyRing.keys(of: pool)
                #expect(keys.current.algorithm == .EdDSA && keys.all.count == 3)
            }
            let verifier = keys.verifier(issuer: fixture.issuer, audience: nil) { fixture.clock.now }
            #expect(try await verifier.verify(accessToken: token).username == "corp_alice@example.com")

            fixture.clock.advance(by: Self.minute)
            _ = try await administration.perform(RotateKey(pool: id, algorithm: .ES256, atOnce: true))
            #expect(try await administration.pool(id).signingAlgorithm == "ES256")
            #expect(try await administration.listKeys(pool: id).filter { $0.phase == .upcoming }.map(\.algorithm) == ["ES256"])
        }
    }

    @Test("a retired key is published until the longest token that it may have signed has expired; no client may have a longer one")
    func retention() async throws {
        try await GatewayFixture.run({ $0.clientSettings = { $0.accessTokenLifetime = AppClient.Lifetimes.longestToken } }) { fixture in
            let flow = Flow(fixture)
            let token = try await flow.redeem(try flow.code(try await flow.complete())).accessToken
            let (_, keys) = try await fixture.administration.perform(RotateKey(pool: fixture.pool.id.text, atOnce: true))
            let retired = try #require(keys.first { $0.phase == .retired })
            // What the client may have from now on says nothing about the token that is out.
            try await fixture.updateClient { $0.accessTokenLifetime = 60 }
            fixture.clock.advance(by: AppClient.Lifetimes.longestToken)
            let verifier = try await fixture.keyRing.keys(of: fixture.pool).verifier(issuer: fixture.issuer, audience: nil) { fixture.clock.now - 1 }
            #expect(try await verifier.verify(accessToken: token).username == "corp_alice@example.com")
            #expect(retired.publishedUntil == fixture.clock.now + 3600)
            let tooLong = AppClient.Lifetimes.longestToken + 1
            await expectProblem(.accessTokenLifetime) { try await fixture.updateClient { $0.accessTokenLifetime = tooLong } }
            await expectProblem(.idTokenLifetime) { try await fixture.updateClient { $0.idTokenLifetime = tooLong } }
        }
    }

    @Test("every error has a code, a sentence and a remedy")
    func texts() throws {
        let (key, pool) = (try #require(SigningKey.ID("key-key-key-key-1")), try #require(UserPool.ID("local_1")))
        for error in [
            KeyRotationError.tooYoung(key, algorithm: "ES256", publishedAt: .now, maySignFrom: .now, pool: pool), .rotatedMeanwhile(key, pool: pool),
            .tooSoon(rotatedAt: .now, from: .now, pool: pool), .tooMany(16, from: .now, pool: pool), .unknownKey(key, pool: pool),
            .noKey(algorithm: "RS256"),
        ] {
            #expect(error.code.hasPrefix("keys.") && !error.message.isEmpty && error.expected != nil && error.seen != nil && !error.remedy.isEmpty)
        }
    }

    private static func published(_ keys: KeyRing.Keys) throws -> Set<String> { Set(try JSONWebKeySet(bytes: keys.jsonWebKeySet).keyIDs) }

    private static func keyID(of token: String) throws -> String? {
        let header = try #require(Base64URL.decode(String(token.prefix { $0 != "." })))
        return (try JSONSerialization.jsonObject(with: Data(header)) as? [String: Any])?["kid"] as? String
    }
}
