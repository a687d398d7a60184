internal import TokenVerifier
package import WireFormats

/// How a client proves at the token endpoint who it is (RFC 6749 §2.3.1, OpenID Connect Core §9).
package enum ClientAuthenticationMethod: String, Sendable, Hashable, CaseIterable {
    case none
    case clientSecretBasic = "client_secret_basic"
    case clientSecretPost = "client_secret_post"
    case privateKeyJWT = "private_key_jwt"
    /// RFC 8705 §2.
    case certificate = "tls_client_auth"
    case ownCertificate = "self_signed_tls_client_auth"

    package var isByCertificate: Bool { self == .certificate || self == .ownCertificate }
}

/// The client and its secret as a request brought them: from the Authorization header or from the body, never from the query.
///
/// An empty secret is none (RFC 6749 §2.3.1: it may be left out where it is empty). Nothing is proven yet. Every failure is `invalid_client` with the same sentence, whatever was wrong (THREATS P17, case 106).
package struct ClientCredentials: Sendable {
    package let clientID: String
    /// Nil for a public client, and for one with a key.
    package let secret: SecretBytes?
    /// What a client with a key says of itself, signed (RFC 7523 §2.2). Nothing of it is believed yet.
    package let assertion: String?
    package let method: ClientAuthenticationMethod
    /// With which its connection began (RFC 8705), where somebody in front of us says so.
    package var certificate: PresentedCertificate?

    /// - Parameters:
    ///   - authorization: the value of the header `Authorization`, nil where there is none.
    ///   - form: the parameters of the body.
    package init(authorization: String?, form: Parameters) throws(OAuthError) {
        let bodyID = try form.single("client_id")
        let bodySecret = try form.single("client_secret")
        // Also where it is empty: a client that tries it must not pass for a public one.
        if form.contains("client_assertion") || form.contains("client_assertion_type") {
            // RFC 6749 §2.3: one method in a request.
            guard authorization == nil, !form.contains("client_secret"), let assertion = try form.single("client_assertion"),
                try form.single("client_assertion_type") == Self.jwtBearer,
                // RFC 7521 §4.2: the assertion says who it is.
                let id = bodyID ?? TokenVerifier.unverifiedClaim("sub", of: assertion)
            else { throw Self.refused() }
            clientID = try Self.validated(id)
            (secret, self.assertion, method) = (nil, assertion, .privateKeyJWT)
            return
        }
        assertion = nil
        if let authorization {
            // RFC 6749 §2.3: one method in a request.
            guard bodySecret == nil else { throw Self.refused() }
            let (id, secret) = try Self.basic(authorization)
            guard bodyID == nil || bodyID?.hasSameBytes(as: id) == true else { throw Self.refused() }
            clientID = try Self.validated(id)
            (self.secret, method) = secret.isEmpty ? (nil, .none) : (SecretBytes(secret), .clientSecretBasic)
        } else {
            guard let bodyID else { throw Self.refused() }
            clientID = try Self.validated(bodyID)
            if let bodySecret {
                guard bodySecret.utf8.count <= 1024 else { throw Self.refused() }
                (secret, method) = (SecretBytes(bodySecret), .clientSecretPost)
            } else {
                (secret, method) = (nil, .none)
            }
        }
    }

    /// RFC 7523 §2.2.
    private static let jwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

    /// The one refusal; also for whoever compares the secret.
    /// - Parameters:
    ///   - expected: for the log alone, as `seen` is.
    package static func refused(expected: String? = nil, seen: String? = nil) -> OAuthError {
        OAuthError(.invalidClient, "The client could not be authenticated.", expected: expected, seen: seen)
    }

    /// Of `client_id`: it may be an address.
    static let maximumIdentifierLength = 512

    private static func validated(_ clientID: String) throws(OAuthError) -> String {
        guard clientID.utf8.count <= maximumIdentifierLength, clientID.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else { throw refused() }
        return clientID
    }

    /// RFC 7617 §2 with the parts form-encoded before they were joined (RFC 6749 §2.3.1).
    private static func basic(_ header: String) throws(OAuthError) -> (id: String, secret: String) {
        guard header.utf8.count <= 4096, let (scheme, encoded) = ProtocolText(header).cut(at: " "), scheme.matchesIgnoringCase("Basic") else {
            throw refused()
        }
        guard !encoded.isEmpty, let decoded = try? Base64.decode(Array(encoded.bytes)), let colon = decoded.firstIndex(of: UInt8(ascii: ":")) else {
            throw refused()
        }
        guard let id = formDecoded(decoded[..<colon]), let secret = formDecoded(decoded[(colon + 1)...]), !id.isEmpty else {
            throw refused()
        }
        return (id, secret)
    }

    /// `+` is a space and `%XX` a byte; anything malformed is refused rather than taken literally.
    private static func formDecoded(_ text: ArraySlice<UInt8>) -> String? {
        guard text.allSatisfy({ (0x20...0x7E).contains($0) }), let bytes = PercentCoding.decode(text, plusIsSpace: true) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}
