import Foundation
import Testing

@testable import TokenVerifierCore

@Suite("Keys of an issuer: loaded, kept, rotated; cases 79, 94, 96, 124", .timeLimit(.minutes(5)))
struct KeySetCacheTests {
    private let mint = Mint()
    private let other = Mint(keyID: "key-2")

    /// Good until long after everything these tests do with the clock.
    private let lasting: [String: String?] = ["exp": "1760000000"]

    private func verify(_ verifier: TokenVerifier, _ mint: Mint) async -> String? {
        await code { () throws(TokenError) in try await verifier.verify(accessToken: mint.accessToken(lasting)) }
    }

    @Test("keys are loaded once for many tokens") func cached() async {
        let issuer = FakeIssuer(keys: [mint.jwk])
        let verifier = issuer.verifier()
        for _ in 0..<10 { #expect(await verify(verifier, mint) == nil) }
        #expect(issuer.keyCount == 1)
        #expect(issuer.discoveryCount == 1)
    }

    @Test("100 tokens at once share one exchange") func merged() async {
        let issuer = FakeIssuer(keys: [mint.jwk])
        let verifier = issuer.verifier()
        issuer.gate.close()
        await withTaskGroup(of: String?.self) { group in
            for _ in 0..<100 { group.addTask { await verify(verifier, mint) } }
            await until { issuer.discoveryCount > 0 }
            issuer.gate.open()
            for await result in group { #expect(result == nil) }
        }
        #expect(issuer.discoveryCount == 1)
        #expect(issuer.keyCount == 1)
    }

    @Test("case 96: a key that came between is found by one refresh, at once") func rotation() async {
        let issuer = FakeIssuer(keys: [mint.jwk])
        let verifier = issuer.verifier()
        #expect(await verify(verifier, mint) == nil)
        issuer.change { $0.keys = [mint.jwk, other.jwk] }
        #expect(await verify(verifier, other) == nil)
        #expect(issuer.keyCount == 2)
    }

    @Test("case 96: a key that was removed counts until its set has expired and a new one is there, and not longer") func removal() async {
        let issuer = FakeIssuer(keys: [mint.jwk, other.jwk])
        let cache = issuer.cache()
        #expect(await cache.answer(to: other) == nil)
        issuer.change { $0.keys = [mint.jwk] }
        issuer.pass(899)
        #expect(await cache.answer(to: other) == nil)
        #expect(issuer.keyCount == 1)
        issuer.pass(2)
        // The call that sets the exchange off is served by what is there.
        #expect(await cache.answer(to: other) == nil)
        await cache.completeSignIn()
        #expect(await cache.answer(to: other) == "token.unknown_key")
    }

    @Test("case 79: 1,000 unknown kids ask the issuer at most once a minute") func flood() async {
        let issuer = FakeIssuer(keys: [mint.jwk])
        let verifier = issuer.verifier()
        #expect(await verify(verifier, mint) == nil)
        await withTaskGroup(of: String?.self) { group in
            for number in 0..<1000 { group.addTask { await verify(verifier, Mint(keyID: "unknown-\(number)")) } }
            for await result in group { #expect(result == "token.unknown_key") }
        }
        #expect(issuer.keyCount == 2)
        issuer.pass(59)
        #expect(await verify(verifier, other) == "token.unknown_key")
        #expect(issuer.keyCount == 2)
        issuer.pass(2)
        issuer.change { $0.keys.append(other.jwk) }
        #expect(await verify(verifier, other) == nil)
        #expect(issuer.keyCount == 3)
    }

    @Test("case 79: an unknown kid with an empty cache asks once, not twice") func unknownAtFirst() async {
        let issuer = FakeIssuer(keys: [mint.jwk])
        #expect(await verify(issuer.verifier(), other) == "token.unknown_key")
        #expect(issuer.keyCount == 1)
    }

    @Test("a token of another issuer, or with a bad form, asks nobody") func noExchange() async {
        let issuer = FakeIssuer(keys: [mint.jwk])
        let verifier = issuer.verifier()
        let foreign = mint.accessToken(["iss": #""https://evil.example""#])
        #expect(await code { () throws(TokenError) in try await verifier.verify(accessToken: foreign) } == "token.issuer")
        #expect(await code { () throws(TokenError) in try await verifier.verify(accessToken: "a.b.c") } == "token.malformed")
        #expect(issuer.discoveryCount == 0)
    }

    @Test("stale keys serve for 24 hours more while the issuer is down, and it is asked after a minute, then two") func stale() async {
        let issuer = FakeIssuer(keys: [mint.jwk])
        let cache = issuer.cache()
        #expect(await cache.answer(to: mint) == nil)
        issuer.change { $0.isDown = true }
        issuer.pass(901)
        for _ in 0..<5 {
            #expect(await cache.answer(to: mint) == nil)
            await cache.completeSignIn()
        }
        #expect(issuer.urls.count == 3)
        issuer.pass(61)
        #expect(await cache.answer(to: mint) == nil)
        await cache.completeSignIn()
        #expect(issuer.urls.count == 4)
        issuer.pass(119)
        #expect(await cache.answer(to: mint) == nil)
        #expect(issuer.urls.count == 4)
        issuer.pass(86_300 - 61 - 119)
        #expect(await cache.answer(to: mint) == nil)
        await cache.completeSignIn()
        #expect(issuer.urls.count == 5)
        issuer.pass(200)
        #expect(await cache.answer(to: mint) == "token.keys_unavailable")
        issuer.change { $0.isDown = false }
        issuer.pass(61)
        #expect(await cache.answer(to: mint) == nil)
    }

    @Test("RFC 9110 §10.2.3, RFC 6585 §4: an issuer that says when is not asked before", arguments: [429, 503]) func retryAfter(status: Int) async {
        let issuer = FakeIssuer(keys: [mint.jwk])
        let cache = issuer.cache()
        issuer.change { state in
            state.status = status
            state.headers = [("Retry-After", "90")]
        }
        #expect(await cache.answer(to: mint) == "token.keys_unavailable")
        issuer.change { $0.status = 200 }
        issuer.pass(89)
        #expect(await cache.answer(to: mint) == "token.keys_unavailable")
        #expect(issuer.urls.count == 1)
        issuer.pass(2)
        #expect(await cache.answer(to: mint) == nil)
    }

    @Test("Retry-After counts for a kid that is unknown, too, and no longer than 5 minutes") func retryAfterUnknown() async {
        let issuer = FakeIssuer(keys: [mint.jwk])
        let cache = issuer.cache()
        #expect(await cache.answer(to: mint) == nil)
        issuer.change { state in
            (state.status, state.keys) = (503, [mint.jwk, other.jwk])
            state.headers = [("Retry-After", "86400")]
        }
        #expect(await cache.answer(to: other) == "token.keys_unavailable")
        issuer.change { $0.status = 200 }
        issuer.pass(299)
        #expect(await cache.answer(to: other) == "token.keys_unavailable")
        #expect(await cache.answer(to: mint) == nil)
        #expect(issuer.keyCount == 2)
        issuer.pass(2)
        #expect(await cache.answer(to: other) == nil)
    }

    @Test("each failure doubles the pause: 5, 10, 20, 40, 60 and 60 seconds; a success ends it") func backOff() async {
        let issuer = FakeIssuer(keys: [mint.jwk])
        let cache = issuer.cache()
        issuer.change { $0.isDown = true }
        for (number, pause) in [5.0, 10, 20, 40, 60, 60].enumerated() {
            #expect(await cache.answer(to: mint) == "token.keys_unavailable")
            #expect(issuer.discoveryCount == number + 1)
            issuer.pass(pause - 1)
            #expect(await cache.answer(to: mint) == "token.keys_unavailable")
            #expect(issuer.discoveryCount == number + 1)
            issuer.pass(2)
        }
        issuer.change { $0.isDown = false }
        #expect(await cache.answer(to: mint) == nil)
    }

    @Test(
        "RFC 9110 §10.2.3: seconds or a date, within 5 minutes; what is neither says nothing",
        arguments: [
            (nil, nil), ("120", 120), (" 7 ", 7), ("0", 0), ("301", 300), ("999999999999999999", 300), ("9999999999999999999", nil), ("-1", nil),
            ("1.5", nil), ("", nil), ("soon", nil), (String(repeating: "1", count: 65), nil), ("٣", nil),
            // Mint.now is Sun, 15 Jun 2025 15:06:40 GMT.
            ("Sun, 15 Jun 2025 15:07:40 GMT", 60), ("Sun, 15 Jun 2025 15:06:39 GMT", 0), ("Mon, 16 Jun 2025 15:06:40 GMT", 300),
            ("Sun, 29 Feb 2032 15:07:40 GMT", 300), ("Sun, 15 Foo 2025 15:07:40 GMT", nil), ("Sunday, 15-Jun-25 15:07:40 GMT", nil),
        ] as [(String?, Double?)])
    func retryAfterForm(value: String?, seconds: Double?) { #expect(RetryAfter.seconds(value, now: Mint.now) == seconds) }

    /// Answers to the request for keys that are no key set.
    private static let noKeySets: [String] = [
        "", "[]", "{}", #"{"keys":[]}"#, #"{"keys":{}}"#, "<html>", #"{"keys":[{"kty":"oct","k":"AAAA"}]}"#,
        // 10,000 keys, 65 keys, private keys inside, 5 MB.
        #"{"keys":[\#(Array(repeating: Mint().jwk, count: 10_000).joined(separator: ","))]}"#,
        #"{"keys":[\#(Array(repeating: Mint().jwk, count: 65).joined(separator: ","))]}"#,
        #"{"keys":[\#(Mint().jwk),{"kty":"EC","crv":"P-256","d":"AAAA"}]}"#,
        #"{"keys":[\#(Mint().jwk)],"x":"\#(String(repeating: "x", count: 5_000_000))"}"#,
    ]

    @Test("case 94: no key set, 10,000 keys, private keys inside, 5 MB: refused, and the last good keys stay", arguments: noKeySets.indices)
    func badAnswers(index: Int) async {
        let issuer = FakeIssuer(keys: [mint.jwk])
        let cache = issuer.cache()
        #expect(await cache.answer(to: mint) == nil)
        issuer.change { $0.keySet = Self.noKeySets[index] }
        issuer.pass(901)
        #expect(await cache.answer(to: mint) == nil)
        await cache.completeSignIn()
        #expect(await cache.answer(to: mint) == nil)
        #expect(await cache.answer(to: other) == "token.keys_unavailable")
        #expect(await verify(issuer.verifier(), mint) == "token.keys_unavailable")
    }

    @Test(
        "case 94: a discovery document of another issuer, with http or another scheme, or of 5 MB: refused, and the last good keys stay",
        arguments: [
            #"{"issuer":"https://evil.example","jwks_uri":"https://evil.example/jwks"}"#,
            #"{"issuer":"\#(Mint.issuer)","jwks_uri":"http://id.example.com/jwks"}"#,
            #"{"issuer":"\#(Mint.issuer)","jwks_uri":"file:///etc/jwks"}"#,
            #"{"issuer":"\#(Mint.issuer)","jwks_uri":"https://a.example/j","token_endpoint":"http://a.example/t"}"#,
            #"{"issuer":"\#(Mint.issuer)","jwks_uri":"https://a.example/j","x":"\#(String(repeating: "x", count: 5_000_000))"}"#,
        ])
    func badDiscovery(document: String) async {
        let issuer = FakeIssuer(keys: [mint.jwk])
        let cache = issuer.cache()
        #expect(await cache.answer(to: mint) == nil)
        issuer.change { $0.document = document }
        // A day later the document is read again.
        issuer.pass(86_401)
        #expect(await cache.answer(to: mint) == nil)
        #expect(issuer.discoveryCount == 2 && issuer.keyCount == 1)
        #expect(await verify(issuer.verifier(), mint) == "token.keys_unavailable")
    }

    @Test("case 94: a redirect, an error status and a body that is too large are no answers") func badStatus() async {
        for status in [301, 302, 307, 204, 404, 500] {
            let issuer = FakeIssuer(keys: [mint.jwk])
            let cache = issuer.cache()
            #expect(await cache.answer(to: mint) == nil)
            issuer.change { $0.status = status }
            issuer.pass(2000)
            #expect(await cache.answer(to: mint) == nil)
            #expect(await verify(issuer.verifier(), mint) == "token.keys_unavailable")
        }
        let issuer = FakeIssuer(keys: [mint.jwk])
        issuer.change { $0.keySet = String(repeating: " ", count: 1024 * 1024) + "{}" }
        #expect(await verify(issuer.verifier(), mint) == "token.keys_unavailable")
    }

    @Test("a dead issuer is asked again after 5 seconds, not at every token") func firstLoad() async {
        let issuer = FakeIssuer(keys: [mint.jwk])
        issuer.change { $0.isDown = true }
        let verifier = issuer.verifier()
        for _ in 0..<10 { #expect(await verify(verifier, mint) == "token.keys_unavailable") }
        #expect(issuer.discoveryCount == 1)
        issuer.change { $0.isDown = false }
        issuer.pass(6)
        #expect(await verify(verifier, mint) == nil)
    }

    @Test(
        "RFC 9111 §5.2.2.1: max-age counts, within 5 minutes and 24 hours",
        arguments: [
            (nil, 900.0), ("max-age=3600", 3600), ("public, max-age=\"600\"", 600), ("max-age=1", 300), ("max-age=999999999", 86_400),
            ("no-store", 300),
            ("no-cache, max-age=900", 300), ("max-age=abc", 900), ("max-age=-5", 300), ("private", 900), ("MAX-AGE = 700", 700),
            ("max-age=99999999999999999999", 900), ("max-age=3600, x=\u{301}", 900), (String(repeating: ",", count: 2000), 900),
        ] as [(String?, Double)])
    func freshness(header: String?, seconds: Double) { #expect(Freshness.seconds(cacheControl: header) == seconds) }

    @Test("case 124: a clock that is set back an hour freezes nothing") func clockBack() async {
        let issuer = FakeIssuer(keys: [mint.jwk])
        issuer.pass(7200)
        let verifier = issuer.verifier()
        #expect(await verify(verifier, other) == "token.unknown_key")
        issuer.pass(-3600)
        issuer.change { $0.keys = [mint.jwk, other.jwk] }
        #expect(await verify(verifier, other) == nil)
    }

    @Test("case 79: a kid with paths, quotes or 12 KB is asked for nowhere, and twice at most at the issuer") func strangeNames() async {
        let issuer = FakeIssuer(keys: [mint.jwk])
        let verifier = issuer.verifier()
        for name in ["../../keys", #"\" or \"1\"=\"1"#, "' OR 1=1 --", "https://evil.example/key", "key-1\\n", String(repeating: "k", count: 12_000)]
        {
            let header = #"{"alg":"ES256","typ":"at+jwt","kid":"\#(name)"}"#
            let token = mint.sign(header: header, payload: Mint.accessClaims())
            let code = await code { () throws(TokenError) in try await verifier.verify(accessToken: token) }
            #expect(code == "token.unknown_key" || (name.count == 12_000 && code == "token.malformed"))
        }
        #expect(issuer.urls.count == 3)
        #expect(Set(issuer.urls) == ["\(Mint.issuer)/.well-known/openid-configuration", "\(Mint.issuer)/.well-known/jwks.json"])
    }

    @Test("case 81: jwk, jku, x5u, x5c and x5t lead nowhere: the issuer alone is asked") func embedded() async {
        let issuer = FakeIssuer(keys: [mint.jwk])
        let attacker = Mint()
        let verifier = issuer.verifier()
        for extra in [
            #","jwk":\#(attacker.jwk)"#, #","jku":"https://evil.example/jwks""#, #","x5u":"https://evil.example/x""#, #","x5c":["AAAA"]"#,
            #","x5t":"AA""#,
        ] {
            let token = attacker.sign(header: attacker.header(extra: extra), payload: Mint.accessClaims())
            #expect(await code { () throws(TokenError) in try await verifier.verify(accessToken: token) } == "token.signature")
        }
        #expect(issuer.urls == ["\(Mint.issuer)/.well-known/openid-configuration", "\(Mint.issuer)/.well-known/jwks.json"])
    }

    @Test("keys given by hand: nothing is ever loaded") func byHand() async throws {
        let verifier = try mint.verifier()
        #expect(await verify(verifier, mint) == nil)
        #expect(await verify(verifier, other) == "token.unknown_key")
    }
}
