internal import Crypto
internal import CryptoExtras
package import WireFormats

/// One public signing key of a key set (RFC 7517 §4), parsed once and kept ready.
///
/// The key says which algorithms it is for, and a token's `alg` must be one of them: an RSA key never verifies an ECDSA signature or an HMAC.
package struct JSONWebKey: Sendable {
    private enum Material: Sendable {
        case rsa(_RSA.Signing.PublicKey, signatureSize: Int)
        case p256(P256.Signing.PublicKey)
        case p384(P384.Signing.PublicKey)
        case p521(P521.Signing.PublicKey)
        case ed25519(Curve25519.Signing.PublicKey)
    }

    /// Why a key of a set is left out.
    package enum Unusable: Error, Equatable { case notForSignatures, notSupported, malformed, weak }

    package let keyID: String?
    private let algorithms: Set<TokenAlgorithm>
    private let material: Material

    /// Reads `kty`, `use`, `key_ops`, `alg` (RFC 7517 §4.1–4.4) and the key itself (RFC 7518 §6, RFC 8037 §2).
    package init(_ members: JSONObject) throws(Unusable) {
        if let use = Self.name("use", in: members), use != "sig" { throw .notForSignatures }
        if let operations = members["key_ops"] {
            guard let operations = operations.strings, operations.contains(where: { $0.hasSameBytes(as: "verify") }) else { throw .notForSignatures }
        }
        switch (Self.name("kty", in: members), Self.name("crv", in: members)) {
        case ("RSA", nil):
            let modulus = try Self.bytes("n", in: members)
            material = .rsa(try Self.rsa(modulus: modulus, exponent: try Self.bytes("e", in: members)), signatureSize: modulus.count)
        case ("EC", "P-256"):
            let point = try Self.point(of: members, size: 32)
            material = .p256(try Self.made { try P256.Signing.PublicKey(rawRepresentation: point) })
        case ("EC", "P-384"):
            let point = try Self.point(of: members, size: 48)
            material = .p384(try Self.made { try P384.Signing.PublicKey(rawRepresentation: point) })
        case ("EC", "P-521"):
            let point = try Self.point(of: members, size: 66)
            material = .p521(try Self.made { try P521.Signing.PublicKey(rawRepresentation: point) })
        case ("OKP", "Ed25519"):
            let key = try Self.bytes("x", in: members)
            guard key.count == 32 else { throw .malformed }
            material = .ed25519(try Self.made { try Curve25519.Signing.PublicKey(rawRepresentation: key) })
        default:
            throw .notSupported
        }
        let possible = Self.algorithms(of: material)
        if let name = Self.name("alg", in: members) {
            guard let algorithm = TokenAlgorithm(rawValue: name), possible.contains(algorithm) else { throw .notSupported }
            algorithms = [algorithm]
        } else {
            algorithms = possible
        }
        if let keyID = members["kid"] {
            guard let text = keyID.string, !text.isEmpty else { throw .malformed }
            self.keyID = text
        } else {
            keyID = nil
        }
    }

    package func accepts(_ algorithm: TokenAlgorithm) -> Bool { algorithms.contains(algorithm) }

    private static func algorithms(of material: Material) -> Set<TokenAlgorithm> {
        switch material {
        case .rsa: [.RS256, .RS384, .RS512, .PS256, .PS384, .PS512]
        case .p256: [.ES256]
        case .p384: [.ES384]
        case .p521: [.ES512]
        case .ed25519: [.EdDSA]
        }
    }

    /// A member that is one of a few fixed names; nil where it is missing, empty where it cannot be one of them. A long run of combining marks is slow
    /// to compare, and Swift takes some letters for equal that no standard does.
    private static func name(_ member: String, in members: JSONObject) -> String? {
        guard let value = members[member] else { return nil }
        guard let text = value.string, text.utf8.count <= 16, text.utf8.allSatisfy({ $0 < 0x80 }) else { return "" }
        return text
    }

    private static func bytes(_ name: String, in members: JSONObject) throws(Unusable) -> [UInt8] {
        guard let text = members[name]?.string, let bytes = Base64URL.decode(text), !bytes.isEmpty else { throw .malformed }
        return bytes
    }

    private static func made<Key>(_ make: () throws -> Key) throws(Unusable) -> Key {
        do { return try make() } catch { throw .malformed }
    }

    /// RFC 7518 §6.2.1: both coordinates in full length; that the point is on the curve is verified by swift-crypto.
    private static func point(of members: JSONObject, size: Int) throws(Unusable) -> [UInt8] {
        let x = try bytes("x", in: members)
        let y = try bytes("y", in: members)
        guard x.count == size, y.count == size else { throw .malformed }
        return x + y
    }

    private static func rsa(modulus: [UInt8], exponent: [UInt8]) throws(Unusable) -> _RSA.Signing.PublicKey {
        guard modulus.first != 0, exponent.first != 0 else { throw .malformed }
        // 2048 to 8192 bits; the first byte tells how many bits of it count.
        let bits = modulus.count * 8 - (modulus.first?.leadingZeroBitCount ?? 8)
        guard (2048...8192).contains(bits) else { throw .weak }
        // Odd, from 65537 on, and short: a long one only costs time.
        let value = exponent.count <= 4 ? exponent.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } : 0
        guard value >= 65_537, value % 2 == 1, !WeakRSAModulus.hasInfineonFingerprint(modulus) else { throw .weak }
        return try made { try _RSA.Signing.PublicKey(n: modulus, e: exponent) }
    }

    /// RFC 7518 §3.3–3.5, RFC 8037 §3.1. Raw signatures only: `r || s` for ECDSA, never DER (THREATS O9).
    package func isValidSignature(_ signature: [UInt8], for input: ArraySlice<UInt8>, algorithm: TokenAlgorithm) -> Bool {
        switch (material, algorithm) {
        case (.rsa(let key, let size), .RS256), (.rsa(let key, let size), .PS256):
            Self.verify(signature, size, SHA256.hash(data: input), key, isPSS: algorithm == .PS256)
        case (.rsa(let key, let size), .RS384), (.rsa(let key, let size), .PS384):
            Self.verify(signature, size, SHA384.hash(data: input), key, isPSS: algorithm == .PS384)
        case (.rsa(let key, let size), .RS512), (.rsa(let key, let size), .PS512):
            Self.verify(signature, size, SHA512.hash(data: input), key, isPSS: algorithm == .PS512)
        case (.p256(let key), .ES256):
            signature.count == 64
                && (try? P256.Signing.ECDSASignature(rawRepresentation: signature))
                    .map { key.isValidSignature($0, for: SHA256.hash(data: input)) } == true
        case (.p384(let key), .ES384):
            signature.count == 96
                && (try? P384.Signing.ECDSASignature(rawRepresentation: signature))
                    .map { key.isValidSignature($0, for: SHA384.hash(data: input)) } == true
        case (.p521(let key), .ES512):
            signature.count == 132
                && (try? P521.Signing.ECDSASignature(rawRepresentation: signature))
                    .map { key.isValidSignature($0, for: SHA512.hash(data: input)) } == true
        case (.ed25519(let key), .EdDSA):
            signature.count == 64 && key.isValidSignature(signature, for: input)
        case (.rsa, _), (.p256, _), (.p384, _), (.p521, _), (.ed25519, _):
            false
        }
    }

    private static func verify(_ signature: [UInt8], _ size: Int, _ digest: some Digest, _ key: _RSA.Signing.PublicKey, isPSS: Bool) -> Bool {
        guard signature.count == size else { return false }
        return key.isValidSignature(.init(rawRepresentation: signature), for: digest, padding: isPSS ? .PSS : .insecurePKCS1v1_5)
    }
}

/// RSA moduli that a faulty generator made and that can be factored: CVE-2017-15361 (ROCA).
enum WeakRSAModulus {
    private static let primes: [UInt32] = [
        11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157,
    ]

    /// Such a modulus is, modulo each of these primes, a power of 65537. A sound one passes all of them once in some 200 million keys.
    static func hasInfineonFingerprint(_ modulus: [UInt8]) -> Bool {
        primes.allSatisfy { prime in
            let remainder = modulus.reduce(UInt32(0)) { ($0 << 8 | UInt32($1)) % prime }
            var power: UInt32 = 1
            repeat {
                if power == remainder { return true }
                power = power * (65_537 % prime) % prime
            } while power != 1
            return false
        }
    }
}
