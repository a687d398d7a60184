internal import Crypto
internal import TokenVerifier
package import WireFormats

/// A key that signs tokens in this process: private, ready to use, safe on any thread. It cannot be printed.
package struct TokenSigningKey: TokenSigner, CustomStringConvertible, CustomReflectable {
    private enum Material: Sendable {
        case rsa(RSAPrivateKey)
        case p256(P256.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)
    }

    package let publicKey: TokenPublicKey
    private let material: Material

    /// A new key.
    package static func generate(_ algorithm: SigningAlgorithm) throws(SigningKeyError) -> TokenSigningKey {
        while true {
            let key =
                switch algorithm {
                case .RS256, .PS256: TokenSigningKey(algorithm, .rsa(try RSAPrivateKey.generate()))
                case .ES256: TokenSigningKey(algorithm, .p256(P256.Signing.PrivateKey()))
                case .EdDSA: TokenSigningKey(algorithm, .ed25519(Curve25519.Signing.PrivateKey()))
                }
            // One in 64 has a name that a command line would take for an option.
            if key.keyID.utf8.first != UInt8(ascii: "-") { return key }
        }
    }

    /// A key that was stored.
    /// - Parameter privateKey: PKCS #8 DER for RS256 and PS256, the 32 raw bytes for ES256 and EdDSA, as `privateKeyBytes` gives them.
    package init(algorithm: SigningAlgorithm, privateKey: [UInt8]) throws(SigningKeyError) {
        do {
            switch algorithm {
            case .RS256, .PS256: self.init(algorithm, .rsa(try RSAPrivateKey(pkcs8: privateKey)))
            case .ES256: self.init(algorithm, .p256(try P256.Signing.PrivateKey(rawRepresentation: privateKey)))
            case .EdDSA: self.init(algorithm, .ed25519(try Curve25519.Signing.PrivateKey(rawRepresentation: privateKey)))
            }
        } catch {
            throw .invalidPrivateKey
        }
    }

    private init(_ algorithm: SigningAlgorithm, _ material: Material) {
        self.material = material
        let parts: TokenPublicKey.Parts
        switch material {
        case .rsa(let key): parts = .rsa(modulus: key.modulus, exponent: key.exponent)
        case .p256(let key):
            let point = Array(key.publicKey.rawRepresentation)
            parts = .p256(x: Array(point.prefix(32)), y: Array(point.suffix(32)))
        case .ed25519(let key): parts = .ed25519(point: Array(key.publicKey.rawRepresentation))
        }
        publicKey = TokenPublicKey(algorithm, parts)
    }

    /// What `init(algorithm:privateKey:)` reads. A secret: only ever stored sealed.
    package var privateKeyBytes: [UInt8] {
        switch material {
        case .rsa(let key): key.pkcs8
        case .p256(let key): Array(key.rawRepresentation)
        case .ed25519(let key): Array(key.rawRepresentation)
        }
    }

    package func sign(header type: String, claims: JSONObject) throws(SigningKeyError) -> String {
        let token = UnsignedToken(header: type, claims: claims, algorithm: algorithm, keyID: keyID)
        return token.signed(by: try signature(of: token.input))
    }

    /// It is in memory.
    package func requireReady() {}

    func signature(of input: [UInt8]) throws(SigningKeyError) -> [UInt8] {
        do {
            switch material {
            case .rsa(let key): return try key.sign(input, pss: algorithm == .PS256)
            case .p256(let key): return Array(try key.signature(for: SHA256.hash(data: input)).rawRepresentation)
            case .ed25519(let key): return Array(try key.signature(for: input))
            }
        } catch {
            throw .signature
        }
    }

    package var description: String { "signing key \(keyID)" }
    package var customMirror: Mirror { Mirror(self, children: ["keyID": keyID]) }
}

/// The public keys that a pool publishes (RFC 7517 §5): upcoming, current and retired ones.
package struct PublishedKeySet: Sendable {
    package let body: JSONObject

    /// - Parameter keys: `publicJWK` of each key; one that is there twice is published once.
    package init(_ keys: [JSONObject]) {
        var unique: [JSONValue] = []
        for key in keys where !unique.contains(.object(key)) { unique.append(.object(key)) }
        body = ["keys": .array(unique)]
    }

    /// The JSON text in UTF-8.
    package func encoded() -> [UInt8] { JSONWriter.encode(body) }
}
