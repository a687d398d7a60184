import Foundation
import TestSupport
import Testing
import WireFormats

@testable import TokenVerifierCore

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

    @Test("O17: long runs of combining marks, which are slow to compare, cost next to nothing wherever they stand in a set") func marks() {
        let marks = String(repeating: "\u{301}\u{316}", count: 20_000)
        let seconds = processorSeconds {
            for name in ["kty", "crv", "alg", "use", "kid", "n", "x", "key_ops", marks] {
                _ = try? JSONWebKeySet(json: #"{"keys":[{"kty":"RSA","\#(name)x":1,"\#(name)":"\#(marks)"}]}"#)
                _ = try? JSONWebKeySet(json: #"{"keys":[{"\#(name)":"\#(marks)"},{"key_ops":["\#(marks)"]}]}"#)
            }
            for url in ["", "https://", "http://"].map({ $0 + marks }) { #expect(!WebAddress.isAllowed(url)) }
        }
        // A single comparison of such a text takes 0.4 s, and there would be dozens.
        #expect(seconds < 2)
    }

    @Test("RFC 7517 §4.1: a letter that Swift takes for equal is another letter: KELVIN SIGN for K") func kelvin() {
        #expect(refused(#"{"keys":[{"kty":"O\u{212A}P","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#))
        #expect(!refused(#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#))
    }

    @Test("a key that is no object, or given twice over, refuses the set") func malformed() {
        #expect(refused(#"{"keys":[1]}"#))
        #expect(refused(#"{"keys":[],"keys":[\#(Mint().jwk)]}"#))
    }
}
