internal import Crypto
internal import TokenVerifier
package import WireFormats

/// What signs tokens by one private key, wherever that key is.
package protocol TokenSigner: Sendable {
    var publicKey: TokenPublicKey { get }

    /// A signed token in compact form (RFC 7515 §3.1).
    /// - Parameters:
    ///   - type: the header's `typ`, `JWT` or `at+jwt`.
    ///   - claims: the payload.
    func sign(header type: String, claims: JSONObject) async throws(SigningKeyError) -> String

    /// Throws where it could not sign now. For whoever is about to use something up that a token is given for.
    func requireReady() async throws(SigningKeyError)
}

extension TokenSigner {
    package var algorithm: SigningAlgorithm { publicKey.algorithm }
    package var keyID: String { publicKey.keyID }
    package var publicJWK: JSONObject { publicKey.jwk }
}

/// The half of a signing key that everybody may know.
package struct TokenPublicKey: Sendable {
    package let algorithm: SigningAlgorithm
    /// `kid`: the JWK thumbprint with SHA-256 (RFC 7638), so that a key has the same name wherever it is.
    package let keyID: String
    /// For the key set (RFC 7517 §4), with `kid`, `alg` and `use`.
    package let jwk: JSONObject
    /// The members that the kind of key requires, in the order of their names and nothing else (RFC 7638 §3.2).
    let required: JSONObject

    /// What it consists of, numbers without zeros before them.
    package enum Parts: Sendable {
        case rsa(modulus: [UInt8], exponent: [UInt8])
        case p256(x: [UInt8], y: [UInt8])
        case ed25519(point: [UInt8])
    }

    package init(_ algorithm: SigningAlgorithm, _ parts: Parts) {
        let required: JSONObject =
            switch parts {
            case .rsa(let modulus, let exponent):
                ["e": .string(Base64URL.encode(exponent)), "kty": "RSA", "n": .string(Base64URL.encode(modulus))]
            case .p256(let x, let y):
                ["crv": "P-256", "kty": "EC", "x": .string(Base64URL.encode(x)), "y": .string(Base64URL.encode(y))]
            case .ed25519(let point): ["crv": "Ed25519", "kty": "OKP", "x": .string(Base64URL.encode(point))]
            }
        self.init(algorithm, required: required)
    }

    init(_ algorithm: SigningAlgorithm, required: JSONObject) {
        (self.algorithm, self.required) = (algorithm, required)
        keyID = Base64URL.encode(Array(SHA256.hash(data: JSONWriter.encode(required))))
        var members: [(String, JSONValue)] = [("kid", .string(keyID)), ("use", "sig"), ("alg", .string(algorithm.rawValue))]
        members += required.members.map { ($0.name, $0.value) }
        jwk = JSONObject(members)
    }
}

/// A token before its signature.
struct UnsignedToken {
    /// What is signed (RFC 7515 §5.1): header and payload, each in base64url.
    let input: [UInt8]

    init(header type: String, claims: JSONObject, algorithm: SigningAlgorithm, keyID: String) {
        let header: JSONObject = ["alg": .string(algorithm.rawValue), "kid": .string(keyID), "typ": .string(type)]
        var input: [UInt8] = []
        input.reserveCapacity(2048)
        Base64URL.append(JSONWriter.encode(header), to: &input)
        input.append(UInt8(ascii: "."))
        Base64URL.append(JSONWriter.encode(claims), to: &input)
        self.input = input
    }

    consuming func signed(by signature: [UInt8]) -> String {
        var token = input
        token.append(UInt8(ascii: "."))
        Base64URL.append(signature, to: &token)
        return String(decoding: token, as: UTF8.self)
    }
}
