import Crypto
import CryptoExtras
import Foundation
import Testing

@testable import TokenVerifier

@Suite("RFC 7515: signed tokens in compact form, cases 76 to 84")
struct CompactJWSTests {
    private let mint = Mint()

    private func verify(_ token: String, keys: JSONWebKeySet? = nil) async -> String? {
        await code { () throws(TokenError) in
            guard let verifier = try? mint.verifier(keys: keys) else { throw .keySet("test") }
            return try await verifier.verify(accessToken: token)
        }
    }

    @Test("a good token passes") func good() async { #expect(await verify(mint.accessToken()) == nil) }

    @Test("case 76: alg none in any case is refused", arguments: ["none", "None", "NONE", "nOnE", "", " ES256", "es256"])
    func algorithmNone(name: String) async {
        #expect(await verify(mint.sign(header: mint.header(algorithm: name), payload: Mint.accessClaims())) == "token.algorithm")
    }

    @Test("case 76: no signature, two parts, four and five parts, only dots")
    func parts() async {
        let token = mint.accessToken()
        let parts = token.split(separator: ".").map(String.init)
        for broken in [
            parts[0] + "." + parts[1] + ".", parts[0] + "." + parts[1], token + ".", token + ".x", token + ".x.y", "..", ".", "", "a.b.c", parts[0],
            String(repeating: ".", count: 100_000), String(repeating: "a", count: 1 << 20),
        ] { #expect(await verify(broken) == "token.malformed") }
    }

    @Test("case 77: HS256 keyed with the public key's JWK, raw or DER bytes, or a leading space before PEM")
    func symmetricConfusion() async {
        let header = mint.header(algorithm: "HS256")
        let input = Base64URL.encode(Array(header.utf8)) + "." + Base64URL.encode(Array(Mint.accessClaims().utf8))
        let pem = mint.key.publicKey.pemRepresentation
        for secret in [
            Array(mint.jwk.utf8), Array(mint.key.publicKey.rawRepresentation), Array(mint.key.publicKey.derRepresentation), Array(pem.utf8),
            Array((" " + pem).utf8),
        ] {
            let code = HMAC<SHA256>.authenticationCode(for: Array(input.utf8), using: SymmetricKey(data: secret))
            #expect(await verify(input + "." + Base64URL.encode(Array(code))) == "token.algorithm")
        }
    }

    @Test("case 78: an algorithm that is not the key's: RS256, EdDSA and PS256 with an EC key")
    func otherAlgorithm() async {
        for name in ["RS256", "EdDSA", "PS256"] {
            #expect(await verify(mint.sign(header: mint.header(algorithm: name), payload: Mint.accessClaims())) == "token.unknown_key")
        }
        // ES384 is a real algorithm, but not one of the pinned ones.
        #expect(await verify(mint.sign(header: mint.header(algorithm: "ES384"), payload: Mint.accessClaims())) == "token.algorithm")
    }

    @Test("case 78: a P-384 key is never used for ES256")
    func otherCurve() throws {
        let point = Array(P384.Signing.PrivateKey().publicKey.rawRepresentation)
        let members: JSONObject = [
            "kty": "EC", "crv": "P-384", "alg": "ES256", "x": .string(Base64URL.encode(point[..<48])), "y": .string(Base64URL.encode(point[48...])),
        ]
        #expect(throws: JSONWebKey.Unusable.notSupported) { try JSONWebKey(members) }
    }

    @Test("case 79: a kid with paths, quotes or 64 KB is only ever a name that is not found")
    func strangeKeyID() async {
        for name in ["../../etc/passwd", "' OR 1=1 --", "a\\u0000b", "key-1 ", "KEY-1"] {
            let header = #"{"alg":"ES256","typ":"at+jwt","kid":"\#(name)"}"#
            let code = await verify(mint.sign(header: header, payload: Mint.accessClaims()))
            #expect(code == "token.unknown_key" || code == "token.malformed")
        }
        let long = #"{"alg":"ES256","typ":"at+jwt","kid":"\#(String(repeating: "k", count: 65_536))"}"#
        #expect(await verify(mint.sign(header: long, payload: Mint.accessClaims())) == "token.malformed")
        #expect(await verify(mint.sign(header: #"{"alg":"ES256","typ":"at+jwt","kid":1}"#, payload: Mint.accessClaims())) == "token.malformed")
    }

    @Test("case 80: no kid: accepted with one key, refused with two that fit, accepted where only one fits the alg")
    func noKeyID() async throws {
        let nameless = Mint(keyID: nil)
        let header = #"{"alg":"ES256","typ":"at+jwt"}"#
        let token = nameless.sign(header: header, payload: Mint.accessClaims())
        #expect(await verify(token, keys: try nameless.keySet()) == nil)
        #expect(await verify(token, keys: try nameless.keySet(mint.jwk)) == "token.unknown_key")
        let ed = Base64URL.encode(Array(Curve25519.Signing.PrivateKey().publicKey.rawRepresentation))
        #expect(await verify(token, keys: try nameless.keySet(#"{"kty":"OKP","crv":"Ed25519","x":"\#(ed)"}"#)) == nil)
        // The key has a name, the token has none.
        #expect(await verify(mint.sign(header: header, payload: Mint.accessClaims())) == nil)
    }

    @Test("RFC 7517 §4.5: two keys of one kid and one algorithm are never guessed between")
    func duplicateKeyID() async throws {
        #expect(await verify(mint.accessToken(), keys: try mint.keySet(Mint().jwk)) == "token.unknown_key")
    }

    @Test("case 81: jwk, jku, x5u and x5c in the header are never looked at")
    func embeddedKeys() async {
        let attacker = Mint()
        let extra = #","jwk":\#(attacker.jwk),"jku":"https://evil.example/jwks","x5u":"https://evil.example/x","x5c":["AAAA"]"#
        #expect(await verify(attacker.sign(header: attacker.header(extra: extra), payload: Mint.accessClaims())) == "token.signature")
        #expect(await verify(mint.sign(header: mint.header(extra: extra), payload: Mint.accessClaims())) == nil)
    }

    @Test(
        "case 82: crit, b64 and zip are refused whatever they say",
        arguments: [
            #","crit":["exp"]"#, #","crit":["b64"],"b64":false"#, #","b64":true"#, #","zip":"DEF""#, #","crit":[]"#, #","crit":null"#,
        ])
    func critical(extra: String) async {
        #expect(await verify(mint.sign(header: mint.header(extra: extra), payload: Mint.accessClaims())) == "token.header")
    }

    @Test("case 83: flipped bits, zeros, DER, too long, too short")
    func badSignatures() async throws {
        let token = mint.accessToken()
        let parts = token.split(separator: ".").map(String.init)
        let signature = try #require(Base64URL.decode(parts[2]))
        let der = try P256.Signing.ECDSASignature(rawRepresentation: signature).derRepresentation
        var broken: [[UInt8]] = [
            Array(repeating: 0, count: 64), Array(der), signature + [0], signature.dropLast(), [0], [UInt8](repeating: 0xFF, count: 64),
        ]
        for bit in stride(from: 0, to: 512, by: 37) {
            var changed = signature
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            broken.append(changed)
        }
        for bytes in broken { #expect(await verify(parts[0] + "." + parts[1] + "." + Base64URL.encode(bytes)) == "token.signature") }
    }

    @Test("case 84: duplicate members in header and payload, trailing garbage, other types")
    func laxJSON() async {
        let claims = Mint.accessClaims()
        for payload in [claims.dropLast() + #","sub":"admin"}"#, claims + "x", claims + claims, "[]", "null", "\"\"", "", "{"] {
            #expect(await verify(mint.sign(header: mint.header(), payload: String(payload))) == "token.malformed")
        }
        for header in [mint.header(extra: #","alg":"ES256""#), mint.header() + " x", "[]", #"{"alg":["ES256"]}"#, "{}"] {
            #expect(await verify(mint.sign(header: header, payload: claims)) == "token.malformed")
        }
    }

    @Test(
        "O5: the type of the token: only at+jwt in its two spellings",
        arguments: [
            ("at+jwt", true), ("AT+JWT", true), ("application/at+jwt", true), ("JWT", false), ("logout+jwt", false), ("at+jwt2", false),
        ])
    func type(name: String, isGood: Bool) async {
        #expect(await verify(mint.sign(header: mint.header(type: name), payload: Mint.accessClaims())) == (isGood ? nil : "token.type"))
    }

    @Test("RFC 9068 §4: a token without typ is no access token") func missingType() async {
        #expect(await verify(mint.sign(header: mint.header(type: nil), payload: Mint.accessClaims())) == "token.type")
    }
}
