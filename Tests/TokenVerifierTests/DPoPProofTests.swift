import Crypto
import CryptoExtras
import Foundation
import TestSupport
import Testing
import WireFormats

@testable import TokenVerifierCore

@Suite("RFC 9449 §4.3: a proof of possession")
struct DPoPProofTests {
    private static let now = Date(timeIntervalSince1970: 1_750_000_000)
    private static let url = "https://orders.example.com/orders/7"
    private let key = DPoPKey()

    private func verify(
        _ values: [String], _ method: String = "GET", _ url: String = url, token: String? = nil, at now: Date = now
    ) throws(DPoPError) -> VerifiedDPoPProof? {
        try VerifiedDPoPProof.verify(values, for: DPoPExpectation(method: method, url: url, accessToken: token), at: now)
    }

    /// The code of the refusal; nil where there is none.
    private func code(_ values: [String], _ method: String = "GET", _ url: String = url, token: String? = nil, at now: Date = now) -> String? {
        do throws(DPoPError) {
            _ = try verify(values, method, url, token: token, at: now)
            return nil
        } catch { return error.code }
    }

    private func proof(_ header: [String: JSONValue?] = [:], _ claims: [String: JSONValue?] = [:], token: String? = nil) throws -> String {
        try key.proof("GET", Self.url, at: Self.now, token: token, header: header, claims)
    }

    private static func rsa(_ padding: _RSA.Signing.Padding, _ algorithm: String) throws -> DPoPKey {
        let key = try _RSA.Signing.PrivateKey(keySize: .bits2048), numbers = try key.publicKey.getKeyPrimitives()
        return DPoPKey(
            jwk: [
                "kty": "RSA", "n": .string(Base64URL.encode(Array(numbers.modulus))), "e": .string(Base64URL.encode(Array(numbers.publicExponent))),
            ], algorithm: algorithm
        ) { Array(try key.signature(for: SHA256.hash(data: $0), padding: padding).rawRepresentation) }
    }

    @Test("a good proof of each algorithm says which key it is by, and its jti; no header is no proof")
    func good() throws {
        for key in [key, .ed25519(), try Self.rsa(.PSS, "PS256"), try Self.rsa(.insecurePKCS1v1_5, "RS256")] {
            let proof = try #require(try verify([try key.proof("GET", Self.url, at: Self.now, nonce: "n-1", ["jti": "j"])]))
            #expect(proof.key.text == key.thumbprint && proof.id == "j" && proof.nonce == "n-1" && proof.issuedAt == Self.now)
        }
        #expect(try verify([]) == nil)
    }

    @Test("RFC 7638 §3.1: the thumbprint of the example")
    func thumbprint() {
        let modulus = """
            0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMs\
            tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbI\
            SD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw
            """
        let key: JSONObject = ["kty": "RSA", "n": .string(modulus), "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"]
        #expect(KeyThumbprint(of: key)?.text == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
    }

    @Test("1: one header", arguments: [2, 3])
    func several(_ count: Int) throws {
        let one = try proof()
        #expect(code(Array(repeating: one, count: count)) == "dpop.several")
    }

    @Test("case 166; 2 to 7: form, typ, alg, jwk and signature")
    func header() throws {
        #expect(code([""]) == "dpop.malformed" && code(["a.b"]) == "dpop.malformed")
        #expect(code([try proof() + String(repeating: "A", count: 8 * 1024)]) == "dpop.malformed")
        #expect(code([try proof(["crit": ["b64"], "b64": false])]) == "dpop.malformed")
        let noSignature = try proof().split(separator: ".").prefix(2).joined(separator: ".") + "."
        #expect(code([noSignature]) == "dpop.malformed")
        for type in [nil, "JWT", "at+jwt", "dpop", "dpop+jwt+x"] as [String?] {
            #expect(code([try proof(["typ": type.map(JSONValue.string)])]) == "dpop.type")
        }
        #expect(code([try proof(["typ": "application/DPoP+jwt"])]) == nil)
        for algorithm in ["none", "HS256", "ES384", "RS1"] { #expect(code([try proof(["alg": .string(algorithm)])]) == "dpop.algorithm") }
        #expect(code([try proof(["alg": nil])]) == "dpop.malformed")
        #expect(try code([try proof(["jwk": nil])]) == "dpop.key" && code([try proof(["jwk": "x"])]) == "dpop.key")
        // The private half beside the public one, and a key that both sides would know.
        #expect(code([try proof(["jwk": .object(JSONObject(key.jwk.members.map { ($0.name, $0.value) } + [("d", "AAAA")]))])]) == "dpop.key")
        #expect(code([try proof(["jwk": ["kty": "oct", "k": "AAAA"]])]) == "dpop.key")
        #expect(code([try proof(["jwk": ["kty": "EC", "crv": "P-256", "x": "AAAA", "y": "AAAA"]])]) == "dpop.key")
        // Another key than the one that signed, one for another algorithm, and altered bytes.
        #expect(code([try proof(["jwk": .object(DPoPKey().jwk)])]) == "dpop.signature")
        #expect(code([try proof(["jwk": .object(DPoPKey.ed25519().jwk)])]) == "dpop.key")
        var altered = Array(try proof().utf8)
        altered[altered.count - 20] = altered[altered.count - 20] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        #expect(code([String(decoding: altered, as: UTF8.self)]) == "dpop.signature")
    }

    @Test("case 166; 3: jti, htm, htu and iat are there, and what they must be", arguments: ["jti", "htm", "htu", "iat"])
    func claims(_ name: String) throws {
        #expect(code([try proof([:], [name: nil])]) == "dpop.claim")
        #expect(code([try proof([:], [name: [1]])]) == "dpop.claim")
        if name != "iat" { #expect(code([try proof([:], [name: 7])]) == "dpop.claim") }
    }

    @Test("the length of jti and nonce is bounded")
    func lengths() throws {
        func text(_ count: Int) -> JSONValue { .string(String(repeating: "j", count: count)) }
        #expect(try code([try proof([:], ["jti": ""])]) == "dpop.claim" && code([try proof([:], ["jti": text(1025)])]) == "dpop.claim")
        #expect(code([try proof([:], ["jti": text(1024), "nonce": text(256)])]) == nil)
        #expect(code([try proof([:], ["nonce": text(257)])]) == "dpop.claim")
    }

    @Test("case 167; 8: htm is the method, in its own case")
    func method() throws {
        for method in ["POST", "get", "GET ", ""] { #expect(code([try proof([:], ["htm": .string(method)])]) == "dpop.method") }
        #expect(code([try proof()], "PUT") == "dpop.method")
    }

    @Test(
        "9: htu is the URL without query and fragment, in any of its spellings (RFC 3986 §6.2.2, §6.2.3)",
        arguments: [
            "https://orders.example.com/orders/7?page=2", "https://orders.example.com/orders/7#top", "https://orders.example.com/orders/7?a#b",
            "HTTPS://Orders.Example.COM:443/orders/7", "https://orders.example.com/%6frders/%37", "https://orders.example.com/a/../orders/./7",
        ])
    func sameURL(_ url: String) throws {
        #expect(code([try proof([:], ["htu": .string(url)])]) == nil)
        #expect(code([try proof()], "GET", url) == nil)
    }

    @Test(
        "case 167; 9: every other URL is another one",
        arguments: [
            "https://orders.example.com/orders/8", "https://orders.example.com/orders/7/", "http://orders.example.com/orders/7",
            "https://orders.example.com:8443/orders/7", "https://orders.example.com.evil.example/orders/7", "https://evil.example/orders/7",
            "https://orders.example.com/Orders/7", "https://orders.example.com/orders%2F7", "https://user@orders.example.com/orders/7", "/orders/7",
            "orders", "", "https://orders.example.com\\orders/7", "https://orders.example.com/orders/7%", "ftp://orders.example.com/orders/7",
        ])
    func otherURL(_ url: String) throws {
        #expect(code([try proof([:], ["htu": .string(url)])]) == "dpop.url")
    }

    @Test("a root without its slash is the same; escapes are compared whatever the case of their digits")
    func normalised() {
        #expect(ProvenAddress("https://a.example")?.text == "https://a.example/")
        #expect(ProvenAddress("https://a.example/x%2fy")?.text == "https://a.example/x%2Fy")
        #expect(ProvenAddress("https://a.example/a/b/..")?.text == "https://a.example/a/")
        #expect(ProvenAddress("https://a.example/../../x")?.text == "https://a.example/x")
        #expect(ProvenAddress("https://[::1]:8080/x")?.text == "https://[::1]:8080/x")
    }

    @Test("case 168; 11: iat within a minute of the present, ten seconds either way included; with a nonce within five")
    func issuedAt() throws {
        let proof = try proof(), withNonce = try self.proof([:], ["nonce": "n"])
        for seconds in [-60.0, -10, 0, 10, 60] { #expect(code([proof], at: Self.now + seconds) == nil) }
        for seconds in [-3600.0, -61, 61, 3600] { #expect(code([proof], at: Self.now + seconds) == "dpop.issued_at") }
        for seconds in [-300.0, 300] { #expect(code([withNonce], at: Self.now + seconds) == nil) }
        for seconds in [-3600.0, -301, 301, 3600] { #expect(code([withNonce], at: Self.now + seconds) == "dpop.issued_at") }
        #expect(code([try self.proof([:], ["iat": .number(1_749_999_999.5)])]) == nil)
    }

    @Test("exp and nbf count where they are there")
    func times() throws {
        let now = Int(Self.now.timeIntervalSince1970)
        #expect(code([try proof([:], ["nbf": .integer(now), "exp": .integer(now + 300)])]) == nil)
        #expect(code([try proof([:], ["exp": .integer(now - 60)])]) == "dpop.expired")
        #expect(code([try proof([:], ["nbf": .integer(now + 61)])]) == "dpop.not_yet_valid")
        #expect(try code([try proof([:], ["exp": "soon"])]) == "dpop.claim" && code([try proof([:], ["nbf": "soon"])]) == "dpop.claim")
    }

    @Test("case 169; 12: ath is the hash of the access token that came with it")
    func accessToken() throws {
        #expect(code([try proof(token: "token-1")], token: "token-1") == nil)
        #expect(code([try proof(token: "token-2")], token: "token-1") == "dpop.access_token_hash")
        #expect(code([try proof()], token: "token-1") == "dpop.claim")
        #expect(code([try proof([:], ["ath": ""])], token: "token-1") == "dpop.access_token_hash")
    }

    @Test("every code begins with dpop., has a sentence and a remedy, and no message holds the proof")
    func words() {
        let errors: [DPoPError] = [
            .missing, .several, .malformed("x"), .type(seen: "x"), .key("x"), .signature, .nonce, .replayed, .bearer, .unboundToken,
            .otherKey(expected: "a", seen: "b"), .url(expected: "a", seen: "b"),
        ]
        #expect(Set(errors.map(\.code)).count == errors.count)
        for error in errors { #expect(error.code.hasPrefix("dpop.") && error.message.hasSuffix(".") && error.remedy.hasSuffix(".")) }
    }
}
