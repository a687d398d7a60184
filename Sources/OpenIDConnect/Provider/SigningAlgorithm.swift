package import TokenVerifier

/// What a pool may sign its tokens with (RFC 7518 §3.1, RFC 8037 §3.1).
package enum SigningAlgorithm: String, Sendable, Hashable, CaseIterable {
    /// RSA of 2048 bits, PKCS #1 v1.5, SHA-256: the one every client understands.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case RS256
    /// The same keys with RSASSA-PSS, which FAPI asks for (RFC 7518 §3.5).
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case PS256
    /// ECDSA with P-256 and SHA-256.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case ES256
    /// Ed25519.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case EdDSA

    /// The same for the verifier.
    package var tokenAlgorithm: TokenAlgorithm {
        switch self {
        case .RS256: .RS256
        case .PS256: .PS256
        case .ES256: .ES256
        case .EdDSA: .EdDSA
        }
    }
}

/// Why there is no signing key, or no signature.
package enum SigningKeyError: Error, Sendable, Hashable {
    case invalidPrivateKey, generation, signature
    /// The key is in a security module.
    case module(SecurityModuleError)

    /// Those of keys in this process.
    package static let ofSoftware: [SigningKeyError] = [.invalidPrivateKey, .generation, .signature]

    /// A stable name.
    package var code: String {
        switch self {
        case .invalidPrivateKey: "signing_key.invalid"
        case .generation: "signing_key.generation"
        case .signature: "signing_key.signature"
        case .module(let error): error.code
        }
    }

    /// One sentence for people.
    package var message: String {
        switch self {
        case .invalidPrivateKey: "The stored signing key is no private key of its algorithm."
        case .generation: "A signing key could not be made."
        case .signature: "A token could not be signed."
        case .module(let error): error.message
        }
    }

    package var expected: String? { if case .module(let error) = self { error.expected } else { nil } }
    package var seen: String? { if case .module(let error) = self { error.seen } else { nil } }

    /// What to do about it.
    package var remedy: String {
        switch self {
        case .invalidPrivateKey: "Check that the master key is the one the keys were sealed with, or rotate the keys of the pool."
        case .generation: "Check that the machine has a random number generator and the OpenSSL library of the distribution."
        case .signature: "Rotate the keys of the pool; if it stays, check the OpenSSL library of the distribution."
        case .module(let error): error.remedy
        }
    }
}
