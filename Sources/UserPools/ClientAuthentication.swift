/// How a client proves who it is (OpenID Connect Core §9).
package enum ClientAuthentication: String, Sendable, CaseIterable {
    case secretBasic = "client_secret_basic"
    case secretPost = "client_secret_post"
    /// By a key of its own, of which we know the public half (RFC 7523).
    case privateKey = "private_key_jwt"
    /// By a certificate of an authority that the server trusts, with a name that is registered (RFC 8705 §2.1).
    case certificate = "tls_client_auth"
    /// By a certificate that is registered itself, whoever issued it (RFC 8705 §2.2).
    case ownCertificate = "self_signed_tls_client_auth"

    /// Whether the client shows it when the connection begins, and needs no secret.
    package var isByCertificate: Bool { self == .certificate || self == .ownCertificate }
}

/// The certificates by which a client proves who it is (RFC 8705 §2).
package struct ClientCertificates: Sendable, Hashable, Codable {
    /// What of a certificate names its client (RFC 8705 §2.1.2).
    package enum NameKind: String, Sendable, Codable, CaseIterable {
        case subjectDN = "tls_client_auth_subject_dn"
        case dns = "tls_client_auth_san_dns"
        case uri = "tls_client_auth_san_uri"
        case ip = "tls_client_auth_san_ip"
        case email = "tls_client_auth_san_email"
    }

    /// Of a client with `tls_client_auth`: one name of one kind.
    package var kind: NameKind?
    package var name: String?
    /// Of a client with `self_signed_tls_client_auth`: `x5t#S256` of each.
    package var thumbprints: [String]?

    package init(kind: NameKind? = nil, name: String? = nil, thumbprints: [String]? = nil) {
        (self.kind, self.name, self.thumbprints) = (kind, name, thumbprints)
    }
}

/// The public keys of a client that proves itself by one.
package enum ClientKeySet: Sendable, Hashable {
    /// A JSON Web Key Set (RFC 7517 §5), as the admin gave it.
    case document(String)
    /// Where the client publishes it.
    case url(String)
}
