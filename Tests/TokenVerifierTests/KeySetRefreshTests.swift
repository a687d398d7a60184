import Foundation
import Testing

@testable import TokenVerifierCore

/// The transport hangs or fails here, and the clock is the test's: what would wait for the issuer would wait for ever.
@Suite("Keys while the issuer hangs or fails; O17, cases 79, 94, 96", .timeLimit(.minutes(5)))
struct KeySetRefreshTests {
    private let mint = Mint()
    private let other = Mint(keyID: "key-2")

    /// A cache that was filled, and whose keys have been over for `seconds`.
    private func over(by seconds: Double, keys: [String]) async -> (FakeIssuer, KeySetCache) {
        let issuer = FakeIssuer(keys: keys)
        let cache = issuer.cache()
        _ = await cache.answer(to: mint)
        issuer.pass(900 + seconds)
        return (issuer, cache)
    }

    @Test("expired keys serve at once while new ones are asked for, by one exchange", arguments: [1.0, 299])
    func atOnce(seconds: Double) async {
        let (issuer, cache) = await over(by: seconds, keys: [mint.jwk])
        issuer.gate.close()
        for _ in 0..<10 { #expect(await cache.answer(to: mint) == nil) }
        await withTaskGroup(of: String?.self) { group in
            for _ in 0..<100 { group.addTask { await cache.answer(to: mint) } }
            for await result in group { #expect(result == nil) }
        }
        await until { issuer.keyCount == 2 }
        issuer.change { $0.keys = [other.jwk] }
        issuer.gate.open()
        await cache.completeSignIn()
        #expect(await cache.answer(to: other) == nil)
        #expect(issuer.keyCount == 2)
    }

    @Test("the same through a verifier") func verifier() async {
        let issuer = FakeIssuer(keys: [mint.jwk])
        let verifier = issuer.verifier()
        let token = mint.accessToken(["exp": "1760000000"])
        #expect(await code { () throws(TokenError) in try await verifier.verify(accessToken: token) } == nil)
        issuer.pass(901)
        issuer.gate.close()
        #expect(await code { () throws(TokenError) in try await verifier.verify(accessToken: token) } == nil)
        issuer.gate.open()
    }

    @Test("an issuer that failed lately and now hangs: keys that expired hours ago serve at once") func failedLately() async {
        let (issuer, cache) = await over(by: 1, keys: [mint.jwk])
        issuer.change { $0.isDown = true }
        for _ in 0..<60 {
            #expect(await cache.answer(to: mint) == nil)
            await cache.completeSignIn()
            issuer.pass(241)
        }
        // The first failure was of the key set; from then on the place of it is asked for first.
        #expect(issuer.keyCount == 2 && issuer.discoveryCount == 60)
        issuer.gate.close()
        for _ in 0..<10 { #expect(await cache.answer(to: mint) == nil) }
        issuer.gate.open()
    }

    @Test("case 96: a key that was removed does not come back after a quiet hour: the first token waits for the new keys") func quiet() async {
        let (issuer, cache) = await over(by: 3600, keys: [mint.jwk, other.jwk])
        issuer.change { $0.keys = [mint.jwk] }
        #expect(await cache.answer(to: other) == "token.unknown_key")
        #expect(issuer.keyCount == 2)
    }

    @Test("case 96: an unknown kid waits for the refresh that is under way, and starts none of its own") func unknownJoins() async {
        let (issuer, cache) = await over(by: 1, keys: [mint.jwk])
        issuer.gate.close()
        #expect(await cache.answer(to: mint) == nil)
        await until { issuer.keyCount == 2 }
        issuer.change { $0.keys = [mint.jwk, other.jwk] }
        async let joined = cache.answer(to: other)
        issuer.gate.open()
        #expect(await joined == nil)
        #expect(issuer.keyCount == 2)
    }

    @Test("case 79: a refresh for an unknown kid that failed says keys_unavailable, for a minute, and asks once") func unknownFailed() async {
        let issuer = FakeIssuer(keys: [mint.jwk])
        let cache = issuer.cache()
        #expect(await cache.answer(to: mint) == nil)
        issuer.change { $0.isDown = true }
        for _ in 0..<10 { #expect(await cache.answer(to: other) == "token.keys_unavailable") }
        #expect(issuer.keyCount == 2)
        // What is known stays known.
        #expect(await cache.answer(to: mint) == nil)
        issuer.change { $0.isDown = false }
        #expect(await cache.answer(to: other) == "token.keys_unavailable")
        issuer.pass(61)
        #expect(await cache.answer(to: other) == "token.unknown_key")
        #expect(await cache.answer(to: other) == "token.unknown_key")
        #expect(issuer.keyCount == 3)
    }

    @Test("case 79: expired keys, a dead issuer and unknown kids: one exchange a minute, not two") func unknownWhileDown() async {
        let (issuer, cache) = await over(by: 1, keys: [mint.jwk])
        issuer.change { $0.isDown = true }
        for _ in 0..<5 {
            #expect(await cache.answer(to: other) == "token.keys_unavailable")
            await cache.completeSignIn()
            #expect(await cache.answer(to: mint) == nil)
        }
        #expect(issuer.urls.count == 3)
    }

    @Test("an exchange ends at its deadline, even where the transport hangs and heeds no cancellation") func deadline() async {
        let issuer = FakeIssuer(keys: [mint.jwk])
        let deadline = Gate(isOpen: false)
        let cache = issuer.cache(deadline: deadline)
        issuer.gate.close()
        async let waiting = cache.answer(to: mint)
        await until { issuer.discoveryCount == 1 }
        deadline.open()
        #expect(await waiting == "token.keys_unavailable")

        // Four requests may hang like this; no fifth is made.
        for _ in 0..<6 {
            issuer.pass(61)
            #expect(await cache.answer(to: mint) == "token.keys_unavailable")
        }
        await until { issuer.discoveryCount == KeySetCache.maximumHanging }
        #expect(issuer.discoveryCount == KeySetCache.maximumHanging)

        // When they end at last, the issuer is asked again.
        deadline.close()
        issuer.gate.open()
        await until {
            issuer.pass(6)
            return await cache.answer(to: mint) == nil
        }
        deadline.open()
    }

    @Test("the deadline leaves keys that may still be used in place") func deadlineWithKeys() async {
        let issuer = FakeIssuer(keys: [mint.jwk])
        let deadline = Gate(isOpen: false)
        let cache = issuer.cache(deadline: deadline)
        #expect(await cache.answer(to: mint) == nil)
        issuer.pass(900 + 3600)
        issuer.gate.close()
        async let waiting = cache.answer(to: mint)
        await until { issuer.keyCount == 2 }
        deadline.open()
        #expect(await waiting == nil)
        #expect(await cache.answer(to: other) == "token.keys_unavailable")
        issuer.gate.open()
    }

    @Test("a caller that is cancelled takes the exchange from nobody") func cancelled() async {
        let issuer = FakeIssuer(keys: [mint.jwk])
        let cache = issuer.cache()
        issuer.gate.close()
        let first = Task { await cache.answer(to: mint) }
        await until { issuer.discoveryCount == 1 }
        let second = Task { await cache.answer(to: mint) }
        first.cancel()
        second.cancel()
        async let third = cache.answer(to: mint)
        issuer.gate.open()
        #expect(await third == nil)
        // They waited with the others, and are answered as they are.
        #expect(await first.value == nil)
        #expect(await second.value == nil)
        #expect(!issuer.wasCancelled)
        #expect(issuer.discoveryCount == 1 && issuer.keyCount == 1)
    }

    @Test("after a failure the discovery document is read again: an issuer may have moved its keys") func moved() async {
        let (issuer, cache) = await over(by: 1, keys: [mint.jwk])
        issuer.change { $0.status = 404 }
        #expect(await cache.answer(to: mint) == nil)
        await cache.completeSignIn()
        issuer.pass(61)
        issuer.change { state in
            state.status = 200
            state.document = #"{"issuer":"\#(Mint.issuer)","jwks_uri":"https://keys.example.com/new"}"#
        }
        #expect(await cache.answer(to: mint) == nil)
        await cache.completeSignIn()
        #expect(issuer.urls.last == "https://keys.example.com/new")
    }
}
