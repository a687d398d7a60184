import Foundation
import Testing
import WireFormats

@testable import TokenVerifierCore

@Suite("RFC 7520: the JOSE cookbook", .enabled(if: Corpus.isExpected, "the corpus is missing"))
struct JOSECookbookTests {
    private static let everything = Set(TokenAlgorithm.allCases)

    /// A signature in compact form by a public key. All else in the cookbook is an HMAC, encrypted, detached, not encoded, or another serialisation.
    private static let verified = [
        "jws/4_1.rsa_v15_signature.json", "jws/4_2.rsa-pss_signature.json", "jws/4_3.ecdsa_signature.json", "curve25519/jws.json",
    ]
    private static let publicKeys = ["jwk/3_1.ec_public_key.json", "jwk/3_3.rsa_public_key.json"]
    private static let secretKeys = [
        "jwk/3_2.ec_private_key.json", "jwk/3_4.rsa_private_key.json", "jwk/3_5.symmetric_key_mac_computation.json",
        "jwk/3_6.symmetric_key_encryption.json",
    ]
    private static let nested = "6.nesting_signatures_and_encryption.json"

    private func example(_ file: String) throws -> [String: Any] { try Corpus.json("jose-cookbook/\(file)") }

    /// The public half of the key that an example signs with.
    private func key(_ example: [String: Any]) throws -> JSONObject {
        var key = try #require((example["input"] as? [String: Any])?["key"] as? [String: Any])
        for name in ["d", "p", "q", "dp", "dq", "qi"] { key[name] = nil }
        return try JSONObject(foundation: key)
    }

    private func compact(_ example: [String: Any]) -> String? { (example["output"] as? [String: Any])?["compact"] as? String }

    private func verify(_ example: [String: Any]) throws {
        let token = try #require(compact(example))
        let jws = try CompactJWS(token, algorithms: Self.everything)
        try jws.verify(with: try JSONWebKey(try key(example)))
        // The key of nobody: case 83.
        let nobodys = try JSONWebKey(try JSONParser.parseObject(Array(Mint().jwk.utf8)))
        #expect(throws: TokenError.signature) { try jws.verify(with: nobodys) }
    }

    @Test("§4.1 to §4.3 and RFC 8037 A.4 verify, in compact form", arguments: verified) func signatures(file: String) throws {
        try verify(try example(file))
    }

    @Test("§6: the signed half of the nested token verifies, the encrypted whole is no JWS") func nesting() throws {
        let both = try example(Self.nested)
        try verify(try #require(both["sign"] as? [String: Any]))
        let encrypted = try #require(both["encrypt"] as? [String: Any])
        let whole = try #require(compact(encrypted))
        #expect(throws: TokenError.malformed("it has not exactly three parts")) { try CompactJWS(whole, algorithms: Self.everything) }
    }

    @Test("§4.4, an HMAC, is refused by its algorithm") func symmetric() throws {
        let example = try example("jws/4_4.hmac-sha2_integrity_protection.json")
        let token = try #require(compact(example))
        #expect(throws: TokenError.algorithm(expected: TokenAlgorithm.allCases.map(\.rawValue).sorted(), seen: "HS256")) {
            try CompactJWS(token, algorithms: Self.everything)
        }
    }

    @Test("everything else in every serialisation is no compact JWS: §4.4 to §4.8, §5, RFC 7797, and the JSON forms of what verifies")
    func refused() throws {
        var count = 0
        for file in try Corpus.files("jose-cookbook") where !(file.hasPrefix("jwk/") || file == Self.nested) {
            let example = try example(file)
            let output = try #require(example["output"] as? [String: Any])
            for (form, value) in output where !(form == "compact" && Self.verified.contains(file)) {
                let text = try value as? String ?? String(decoding: JSONSerialization.data(withJSONObject: value), as: UTF8.self)
                let error = #expect(throws: TokenError.self, "\(file) \(form)") { try CompactJWS(text, algorithms: Self.everything) }
                #expect(["token.malformed", "token.algorithm", "token.header"].contains(error?.code ?? ""), "\(file) \(form)")
                count += 1
            }
        }
        #expect(count == 61)
    }

    @Test("§3.1 and §3.3, public keys, are read", arguments: publicKeys) func keysRead(file: String) throws {
        #expect(try JSONWebKeySet(bytes: set(file)).keyIDs == ["bilbo.baggins@hobbiton.example"])
    }

    @Test("case 94: §3.2, §3.4, §3.5, §3.6: a set with a private or symmetric key is refused", arguments: secretKeys)
    func keysRefused(file: String) throws {
        let bytes = try set(file)
        #expect(throws: TokenError.keySet("it holds a private or symmetric key")) { try JSONWebKeySet(bytes: bytes) }
    }

    private func set(_ file: String) throws -> [UInt8] {
        Array(try JSONSerialization.data(withJSONObject: ["keys": [try example(file)]]))
    }

    @Test("no file of the keys is left out") func complete() throws {
        #expect(Set(try Corpus.files("jose-cookbook/jwk").map { "jwk/" + $0 }) == Set(Self.publicKeys + Self.secretKeys))
    }
}
