internal import Crypto
internal import TokenVerifier
package import WireFormats

/// A private key that proves at a token endpoint who we are (RFC 7523 §2.2), RSA (RS256) or P-256 (ES256).
package struct ClientKey: Sendable {
    private let key: TokenSigningKey
    /// `kid`: what the provider knows the key by; its RFC 7638 thumbprint unless told otherwise.
    package let keyID: String
    private var isStrangers = false

    /// - Parameters:
    ///   - pem: a PKCS #8 key (`BEGIN PRIVATE KEY`), as Apple hands out and `openssl genpkey` makes.
    ///   - keyID: the provider's name for the key.
    package init(pem: String, keyID: String? = nil) throws(SigningKeyError) {
        let lines = pem.split(whereSeparator: \.isNewline).map { $0.trimmed }
        guard let first = lines.firstIndex(of: "-----BEGIN PRIVATE KEY-----"), let last = lines.firstIndex(of: "-----END PRIVATE KEY-----"),
            first < last, pem.utf8.count <= 16 * 1024, let der = try? Base64.decode(lines[(first + 1)..<last].joined())
        else { throw .invalidPrivateKey }
        if let key = try? P256.Signing.PrivateKey(derRepresentation: der) {
            self.key = try TokenSigningKey(algorithm: .ES256, privateKey: Array(key.rawRepresentation))
        } else {
            key = try TokenSigningKey(algorithm: .RS256, privateKey: der)
        }
        self.keyID = keyID ?? key.keyID
    }

    /// What somebody has who knows the key's name and algorithm, and not the key: its signatures verify nowhere.
    var ofStranger: ClientKey {
        var key = self
        key.isStrangers = true
        return key
    }

    /// What the provider is given to verify with (RFC 7517 §4).
    package var publicJWK: JSONObject {
        JSONObject(key.publicJWK.members.map { ($0.name, $0.name == "kid" ? .string(keyID) : $0.value) })
    }

    /// A statement about ourselves, good for one request: `aud` is one string (THREATS O16).
    func assertion(issuer: String, subject: String, audience: String, id: String?, at now: Int) throws(SigningKeyError) -> String {
        var claims: JSONObject = [
            "iss": .string(issuer), "sub": .string(subject), "aud": .string(audience), "iat": .integer(now), "exp": .integer(now + 300),
        ]
        claims.append("jti", ifPresent: id)
        let token = UnsignedToken(header: "JWT", claims: claims, algorithm: key.algorithm, keyID: keyID)
        let signature = try key.signature(of: isStrangers ? token.input.reversed() : token.input)
        return token.signed(by: signature)
    }
}

extension Substring {
    fileprivate var trimmed: String { String(drop { $0 == " " }.reversed().drop { $0 == " " || $0 == "\r" }.reversed()) }
}
