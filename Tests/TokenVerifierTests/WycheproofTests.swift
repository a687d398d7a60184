import Foundation
import Testing
import WireFormats

@testable import TokenVerifierCore

@Suite("Wycheproof: JSON Web Signatures and Keys", .enabled(if: Corpus.isExpected, "the corpus is missing"))
struct WycheproofTests {
    /// Valid by their file, refused by a strict verifier: the key is for another algorithm than the token. (372 and 373, with a character that is not
    /// base64url, are HMACs besides.)
    private static let refusedAnyway = ["json_web_signature_test.json": [346, 347, 350, 351]]
    private static let everything = Set(TokenAlgorithm.allCases)

    private func isAccepted(_ token: String, _ key: [String: Any]) -> Bool {
        do {
            let jws = try CompactJWS(token, algorithms: Self.everything)
            let members = try JSONObject(foundation: key)
            // A group holds one key or a set.
            if key["keys"] != nil {
                guard let found = try JSONWebKeySet(bytes: JSONSerialization.data(withJSONObject: key).map { $0 }).key(for: jws) else { return false }
                try jws.verify(with: found.key)
            } else {
                try jws.verify(with: try JSONWebKey(members))
            }
            return true
        } catch {
            return false
        }
    }

    /// What the file calls valid must pass unless it is an HMAC; everything else must fail. Tells how many passed.
    private func check(_ file: String) throws -> (accepted: Int, all: Int) {
        var accepted = 0
        var all = 0
        for (group, tests) in try Corpus.wycheproof(file) {
            let key = group["public"] as? [String: Any] ?? group["private"] as? [String: Any] ?? [:]
            for test in tests {
                all += 1
                let number = try #require(test["tcId"] as? Int)
                // JSON serialisations are objects; as text they are no compact token.
                let token = test["jws"] as? String ?? test["jwe"] as? String ?? "{}"
                let expected = test["result"] as? String == "valid" && group["public"] != nil && !(Self.refusedAnyway[file] ?? []).contains(number)
                #expect(isAccepted(token, key) == expected, "\(file) \(number) \(test["comment"] ?? "")")
                if expected { accepted += 1 }
            }
        }
        return (accepted, all)
    }

    @Test("every JWS: invalid ones fail, valid ones of public keys pass") func signatures() throws {
        let (accepted, all) = try check("json_web_signature_test.json")
        #expect(all == 401)
        #expect(accepted == 32)
    }

    @Test("every JWK: wrong use, weak, ROCA, exponent 1, other curve, bad point") func keys() throws {
        let (accepted, all) = try check("json_web_key_test.json")
        #expect(all == 26)
        #expect(accepted == 1)
    }

    @Test("JWS and JWE of one set of keys: what is changed, cut, or of another key fails") func keySets() throws {
        let (accepted, all) = try check("json_web_crypto_test.json")
        #expect(all == 83)
        #expect(accepted == 2)
    }

    @Test("O6: no JWE is ever taken for a JWS") func encryption() throws {
        var count = 0
        for (group, tests) in try Corpus.wycheproof("json_web_encryption_test.json") {
            let key = group["public"] as? [String: Any] ?? group["private"] as? [String: Any] ?? [:]
            for test in tests {
                #expect(!isAccepted(test["jwe"] as? String ?? "", key))
                count += 1
            }
        }
        #expect(count == 139)
    }

    @Test("no file is left out without a reason") func complete() throws {
        let run: Set = [
            "json_web_signature_test.json", "json_web_key_test.json", "json_web_crypto_test.json", "json_web_encryption_test.json",
            "ecdsa_secp256r1_sha256_p1363_test.json", "ed25519_test.json", "rsa_signature_2048_sha256_test.json",
            "rsa_pss_2048_sha256_mgf1_32_test.json",
        ]
        // A verifier of signatures decrypts nothing and knows no HMAC (O2, O6).
        let cannotApply: Set = ["aes_gcm_test.json", "rsa_oaep_2048_sha1_mgf1sha1_test.json", "hmac_sha256_test.json"]
        #expect(Set(try Corpus.files("wycheproof/testvectors_v1")) == run.union(cannotApply))
    }

    /// Raw signatures, verified through a key of ours.
    private func checkRaw(_ file: String, algorithm: TokenAlgorithm, key: ([String: Any]) -> JSONObject?) throws -> Int {
        var count = 0
        for (group, tests) in try Corpus.wycheproof(file) {
            let members = try #require(key(group))
            let key: JSONWebKey
            do throws(JSONWebKey.Unusable) { key = try JSONWebKey(members) } catch {
                // An RSA key with the exponent 3 (258 and 259) never gets as far as a signature.
                #expect(error == .weak)
                continue
            }
            for test in tests {
                let message = bytes(test["msg"]), signature = bytes(test["sig"])
                let isValid = key.isValidSignature(signature, for: message[...], algorithm: algorithm)
                let result = test["result"] as? String
                if result == "invalid" { #expect(!isValid, "\(file) \(test["tcId"] ?? 0)") }
                if result == "valid" { #expect(isValid, "\(file) \(test["tcId"] ?? 0)") }
                count += 1
            }
        }
        return count
    }

    private func bytes(_ value: Any?) -> [UInt8] {
        let digits = Array((value as? String ?? "").utf8)
        return stride(from: 0, to: digits.count - 1, by: 2).compactMap { UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16) }
    }

    private func text(_ bytes: some Collection<UInt8>) -> JSONValue { .string(Base64URL.encode(Array(bytes.drop { $0 == 0 }))) }

    @Test("ECDSA P-256 with SHA-256, r || s") func ecdsa() throws {
        let count = try checkRaw("ecdsa_secp256r1_sha256_p1363_test.json", algorithm: .ES256) { group in
            let point = bytes((group["publicKey"] as? [String: Any])?["uncompressed"])
            guard point.count == 65 else { return nil }
            return ["kty": "EC", "crv": "P-256", "x": .string(Base64URL.encode(point[1..<33])), "y": .string(Base64URL.encode(point[33...]))]
        }
        #expect(count == 262)
    }

    @Test("Ed25519") func ed25519() throws {
        let count = try checkRaw("ed25519_test.json", algorithm: .EdDSA) { group in
            ["kty": "OKP", "crv": "Ed25519", "x": .string(Base64URL.encode(bytes((group["publicKey"] as? [String: Any])?["pk"])))]
        }
        #expect(count == 151)
    }

    @Test(
        "RSA PKCS #1 v1.5 and PSS with SHA-256, 2048 bits",
        arguments: [
            ("rsa_signature_2048_sha256_test.json", TokenAlgorithm.RS256, 257), ("rsa_pss_2048_sha256_mgf1_32_test.json", TokenAlgorithm.PS256, 108),
        ])
    func rsa(file: String, algorithm: TokenAlgorithm, expected: Int) throws {
        let count = try checkRaw(file, algorithm: algorithm) { group in
            guard let key = group["publicKey"] as? [String: Any] else { return nil }
            return ["kty": "RSA", "n": text(bytes(key["modulus"])), "e": text(bytes(key["publicExponent"]))]
        }
        #expect(count == expected)
    }
}
