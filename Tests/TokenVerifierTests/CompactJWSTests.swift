import Crypto
import Foundation
import TestSupport
import Testing
import WireFormats

@testable import TokenVerifierCore

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
        let token = mint.sign(header: mint.header(algorithm: name), payload: Mint.accessClaims())
        #expect(await verify(token) == "token.algorithm")
        // And as such tokens usually come, with nothing behind the second dot.
        let parts = token.split(separator: ".")
        #expect(await verify(parts[0] + "." + parts[1] + ".") == "token.algorithm")
        #expect(await verify("\(parts[0]).\(parts[1])") == "token.malformed")
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

    @Test("case 79: a kid with paths, quotes or 64 KB is only ever a name that is not found")
    func strangeKeyID() async {
        for name in ["../../etc/passwd", "' OR 1=1 --", #"\" OR \"1\"=\"1"#, "a\\u0000b", "key-1 ", "KEY-1", "key-1\\u0301", ""] {
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

    @Test("case 82: a payload that is not encoded, signed as RFC 7797 wants it")
    func unencodedPayload() async throws {
        for payload in [Mint.accessClaims(), "AAAA"] {
            let header = Base64URL.encode(Array(mint.header(extra: #","crit":["b64"],"b64":false"#).utf8))
            let signature = try mint.key.signature(for: Data("\(header).\(payload)".utf8)).rawRepresentation
            let code = await verify("\(header).\(payload).\(Base64URL.encode(Array(signature)))")
            #expect(code == (payload == "AAAA" ? "token.header" : "token.malformed"))
        }
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
        // r or s alone zero, or the order of the group, which is zero to whoever reduces it.
        let order: [UInt8] = [
            0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3,
            0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
        ]
        for part in [[UInt8](repeating: 0, count: 32), order] {
            broken += [part + signature[32...], signature[..<32] + part, part + part]
        }
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

    @Test("case 84: depth 10,000 in header and payload, a token of 1 MB, 100,000 dots: refused in less than 20 ms each")
    func bombs() {
        let deep = Base64URL.encode([UInt8](repeating: UInt8(ascii: "["), count: 10_000))
        let header = Base64URL.encode(Array(mint.header().utf8))
        let tokens = [
            "\(header).\(deep).AA", "\(deep).e30.AA", String(repeating: ".", count: 100_000), header + String(repeating: ".", count: 100_000),
            header + "." + String(repeating: "e", count: 1 << 20) + ".AA", String(repeating: "\u{301}\u{316}", count: 100_000),
            "\(header).\(Base64URL.encode(Array(String(repeating: "{\"a\":", count: 2_000).utf8))).AA",
        ]
        for token in tokens {
            var code: String?
            let seconds = processorSeconds {
                do throws(TokenError) {
                    _ = try TokenClaims(payload: try CompactJWS(token, algorithms: TokenAlgorithm.recommended).payload)
                } catch { code = error.code }
            }
            #expect(code == "token.malformed")
            #expect(seconds < cheap)
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
