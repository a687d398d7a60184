import Foundation
import Testing

@testable import TokenVerifier

@Suite("Keys of an issuer: loaded, kept, rotated; cases 79, 94, 96, 124")
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
        let issuer = FakeIssuer(keys: [mint.jwk], delay: .milliseconds(50))
        let verifier = issuer.verifier()
        await withTaskGroup(of: String?.self) { group in
            for _ in 0..<100 { group.addTask { await verify(verifier, mint) } }
            for await result in group { #expect(result == nil) }
        }
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

    @Test("case 96: a key that was removed counts until its set is over, and not longer") func removal() async {
        let issuer = FakeIssuer(keys: [mint.jwk, other.jwk])
        let verifier = issuer.verifier()
        #expect(await verify(verifier, other) == nil)
        issuer.change { $0.keys = [mint.jwk] }
        issuer.pass(899)
        #expect(await verify(verifier, other) == nil)
        issuer.pass(2)
        #expect(await verify(verifier, other) == "token.unknown_key")
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

    @Test("stale keys serve for 24 hours more while the issuer is down, and it is asked once a minute") func stale() async {
        let issuer = FakeIssuer(keys: [mint.jwk])
        let verifier = issuer.verifier()
        #expect(await verify(verifier, mint) == nil)
        issuer.change { $0.isDown = true }
        issuer.pass(901)
        for _ in 0..<5 { #expect(await verify(verifier, mint) == nil) }
        let asked = issuer.keyCount
        #expect(asked == 2)
        issuer.pass(61)
        #expect(await verify(verifier, mint) == nil)
        issuer.pass(86_300 - 61)
        #expect(await verify(verifier, mint) == nil)
        issuer.pass(200)
        #expect(await verify(verifier, mint) == "token.keys_unavailable")
        issuer.change { $0.isDown = false }
        issuer.pass(61)
        #expect(await verify(verifier, mint) == nil)
    }

    @Test(
        "case 94: answers that are no key set leave the last good keys in place",
        arguments: [
            "", "[]", "{}", #"{"keys":[]}"#, #"{"keys":{}}"#, "<html>", #"{"keys":[{"kty":"oct","k":"AAAA"}]}"#,
        ])
    func badAnswers(body: String) async {
        let issuer = FakeIssuer(keys: [mint.jwk])
        let verifier = issuer.verifier()
        #expect(await verify(verifier, mint) == nil)
        issuer.change { $0.keySet = body }
        issuer.pass(901)
        #expect(await verify(verifier, mint) == nil)
        #expect(await verify(issuer.verifier(), mint) == "token.keys_unavailable")
    }

    @Test("case 94: a redirect, an error status and a body that is too large are no answers") func badStatus() async {
        for status in [301, 302, 307, 204, 404, 500] {
            let issuer = FakeIssuer(keys: [mint.jwk])
            issuer.change { $0.status = status }
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
            ("max-age=99999999999999999999", 900),
        ] as [(String?, Double)])
    func freshness(header: String?, seconds: Double) { #expect(KeySetCache.freshness(header) == seconds) }

    @Test("case 124: a clock that is set back an hour freezes nothing") func clockBack() async {
        let issuer = FakeIssuer(keys: [mint.jwk])
        issuer.pass(7200)
        let verifier = issuer.verifier()
        #expect(await verify(verifier, other) == "token.unknown_key")
        issuer.pass(-3600)
        issuer.change { $0.keys = [mint.jwk, other.jwk] }
        #expect(await verify(verifier, other) == nil)
    }

    @Test("keys given by hand: nothing is ever loaded") func byHand() async throws {
        let verifier = try mint.verifier()
        #expect(await verify(verifier, mint) == nil)
        #expect(await verify(verifier, other) == "token.unknown_key")
    }
}

@Suite("RFC 7517 §5: key sets")
struct JSONWebKeySetTests {
    private func refused(_ json: String) -> Bool { (try? JSONWebKeySet(json: json)) == nil }

    @Test("O17: more than 64 keys are refused, 64 are not") func count() throws {
        let keys = (0..<65).map { Mint(keyID: "k\($0)").jwk }
        #expect(refused(#"{"keys":[\#(keys.joined(separator: ","))]}"#))
        #expect(try JSONWebKeySet(json: #"{"keys":[\#(keys.dropLast().joined(separator: ","))]}"#).count == 64)
    }

    @Test("case 94: a set that holds a private or symmetric key is refused as a whole") func privateKeys() {
        let good = Mint().jwk
        #expect(refused(#"{"keys":[\#(good),{"kty":"oct","k":"AAAA"}]}"#))
        #expect(refused(#"{"keys":[\#(good.dropLast()),"d":"AAAA"}]}"#))
    }

    @Test("§5: keys of unknown kinds, for encryption, malformed or weak are left out") func leftOut() throws {
        let good = Mint().jwk
        let small = Base64URL.encode([UInt8](repeating: 0xC1, count: 128))
        let set = try JSONWebKeySet(
            json: #"""
                {"keys":[{"kty":"XX"},{"kty":"EC","crv":"secp256k1","x":"AA","y":"AA"},{"kty":"RSA","n":"\#(small)","e":"AQAB"},{"kty":"EC","crv":"P-256",
                "x":"AA","y":"AA"},\#(good.replacingOccurrences(of: "\"sig\"", with: "\"enc\"")),{},\#(good)]}
                """#)
        #expect(set.count == 1)
        #expect(set.keyIDs == ["key-1"])
    }

    @Test("a key that is no object, or given twice over, refuses the set") func malformed() {
        #expect(refused(#"{"keys":[1]}"#))
        #expect(refused(#"{"keys":[],"keys":[\#(Mint().jwk)]}"#))
    }
}

@Suite("OpenID Connect Discovery §4.3: provider metadata, case 94")
struct ProviderMetadataTests {
    private func metadata(_ json: String, issuer: String = Mint.issuer) throws -> ProviderMetadata {
        try ProviderMetadata(bytes: Array(json.utf8), issuer: issuer)
    }

    @Test("endpoints are read") func good() throws {
        let metadata = try metadata(
            #"{"issuer":"\#(Mint.issuer)","jwks_uri":"https://a.example/jwks","token_endpoint":"https://a.example/token","x":[1]}"#)
        #expect(metadata.jwksURI == "https://a.example/jwks")
        #expect(metadata.tokenEndpoint == "https://a.example/token")
        #expect(metadata.members["x"]?.array == [1])
    }

    @Test(
        "another issuer, no jwks_uri, http, user information and no URLs are refused",
        arguments: [
            #"{"issuer":"https://other.example","jwks_uri":"https://a.example/jwks"}"#,
            #"{"issuer":"\#(Mint.issuer)/","jwks_uri":"https://a.example/jwks"}"#,
            #"{"issuer":"\#(Mint.issuer)"}"#, #"{"issuer":"\#(Mint.issuer)","jwks_uri":"http://a.example/jwks"}"#,
            #"{"issuer":"\#(Mint.issuer)","jwks_uri":"http://localhost/jwks"}"#, #"{"issuer":"\#(Mint.issuer)","jwks_uri":"file:///etc/passwd"}"#,
            #"{"issuer":"\#(Mint.issuer)","jwks_uri":"https://u@a.example/jwks"}"#, #"{"issuer":"\#(Mint.issuer)","jwks_uri":1}"#,
            #"{"issuer":"\#(Mint.issuer)","jwks_uri":"https:///jwks"}"#,
            #"{"issuer":"\#(Mint.issuer)","jwks_uri":"https://a.example/j","token_endpoint":"http://a"}"#,
            "[]", "",
        ])
    func refused(json: String) { #expect(throws: TokenError.self) { try metadata(json) } }

    @Test("http is for loopback issuers in development, with any port") func development() throws {
        let issuer = "http://localhost:8080/local_x"
        let metadata = try metadata(#"{"issuer":"\#(issuer)","jwks_uri":"http://127.0.0.1:8080/jwks"}"#, issuer: issuer)
        #expect(metadata.jwksURI == "http://127.0.0.1:8080/jwks")
        #expect(!WebAddress.isAllowed("http://localhost.evil.example/"))
        #expect(!WebAddress.isAllowed("http://localhost@evil.example/"))
        #expect(!WebAddress.isAllowed("http://127.0.0.1.evil.example/"))
        #expect(WebAddress.isAllowed("http://[::1]:80/x"))
    }

    @Test("§4: the document's URL, with one slash") func url() {
        #expect(ProviderMetadata.url(ofIssuer: "https://a.example/") == "https://a.example/.well-known/openid-configuration")
        #expect(ProviderMetadata.url(ofIssuer: "https://a.example/p") == "https://a.example/p/.well-known/openid-configuration")
    }
}
