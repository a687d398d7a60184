internal import TokenVerifier
package import WireFormats

/// Signs by a key that a security module holds.
///
/// Each signature is verified before it goes out: another key under the same name is found out (THREATS case 205), and so is a module that calculates
/// wrongly, whose signatures would give an RSA key away.
package struct ModuleSigner: TokenSigner {
    package let publicKey: TokenPublicKey
    private let module: (any SecurityModule)?
    private let verifier: JSONWebKey

    /// - Parameter module: nil where this process knows of none; then the key is published, and verifies, and does not sign.
    package init(_ publicKey: TokenPublicKey, in module: (any SecurityModule)?) throws(SigningKeyError) {
        (self.publicKey, self.module) = (publicKey, module)
        do { verifier = try JSONWebKey(publicKey.jwk) } catch { throw .invalidPrivateKey }
    }

    package func sign(header type: String, claims: JSONObject) async throws(SigningKeyError) -> String {
        let token = UnsignedToken(header: type, claims: claims, algorithm: algorithm, keyID: keyID)
        return token.signed(by: try await signature(of: token.input))
    }

    /// By a signature of its own, which is none of a token, unless there was one a moment ago: some modules answer every other question without asking
    /// the device.
    package func requireReady() async throws(SigningKeyError) {
        if module?.hasJustSigned(by: publicKey) == true { return }
        _ = try await signature(of: Array("countersign asks whether this key signs".utf8))
    }

    private func signature(of input: [UInt8]) async throws(SigningKeyError) -> [UInt8] {
        guard let module else { throw .module(.notConfigured) }
        let signature: [UInt8]
        do { signature = try await module.sign(input, by: publicKey) } catch { throw .module(error) }
        guard verifier.isValidSignature(signature, for: input[...], algorithm: algorithm.tokenAlgorithm) else {
            throw .module(.otherKey(keyID: keyID))
        }
        module.noteSigned(by: publicKey)
        return signature
    }
}

extension TokenPublicKey {
    /// What is stored, sealed, of a key that a security module holds, where the private half of another key would be.
    package var moduleReference: [UInt8] { JSONWriter.encode(["hsm": .object(required)]) }

    /// nil for what is a private half: PKCS #8 begins with another byte, and the others are 32 bytes long.
    package init?(moduleReference bytes: [UInt8], algorithm: SigningAlgorithm) {
        guard bytes.count > 32, bytes.first == UInt8(ascii: "{"), let required = (try? JSONParser.parseObject(bytes))?["hsm"]?.object else {
            return nil
        }
        self.init(algorithm, required: required)
    }
}
