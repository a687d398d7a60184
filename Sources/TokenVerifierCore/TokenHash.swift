internal import Crypto
internal import WireFormats

/// `at_hash` and `c_hash` (OpenID Connect Core §3.1.3.6, §3.3.2.11).
package enum TokenHash {
    /// The left half of the hash that belongs to the algorithm, in base64url. For Ed25519 that is SHA-512, the hash inside it.
    package static func leftHalf(of value: String, algorithm: TokenAlgorithm) -> String {
        let bytes = Array(value.utf8)
        switch algorithm {
        case .RS256, .PS256, .ES256: return Base64URL.encode(Array(SHA256.hash(data: bytes)).prefix(16))
        case .RS384, .PS384, .ES384: return Base64URL.encode(Array(SHA384.hash(data: bytes)).prefix(24))
        case .RS512, .PS512, .ES512, .EdDSA: return Base64URL.encode(Array(SHA512.hash(data: bytes)).prefix(32))
        }
    }
}
