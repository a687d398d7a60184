/// How a client proves who it is (OpenID Connect Core §9).
package enum ClientAuthentication: String, Sendable, CaseIterable {
    case secretBasic = "client_secret_basic"
    case secretPost = "client_secret_post"
    /// By a key of its own, of which we know the public half (RFC 7523).
    case privateKey = "private_key_jwt"
}

/// The public keys of a client that proves itself by one.
package enum ClientKeySet: Sendable, Hashable {
    /// A JSON Web Key Set (RFC 7517 §5), as the admin gave it.
    case document(String)
    /// Where the client publishes it.
    case url(String)
}
