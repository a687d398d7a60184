package import FoundationEssentials

/// A browser's sign-in to a pool.
package struct Session: Sendable, Identified {
    package typealias ID = Identifier<Session>

    /// `sid`; not secret.
    package let id: ID
    package let poolID: UserPool.ID
    package let userID: User.ID
    package let provider: IdentityProvider.Name
    /// SHA-256 of the session cookie.
    package let cookie: SecretHash
    /// When the person proved who they are (`auth_time`).
    package let authenticatedAt: Date
    /// `SessionIndex` of the provider, for its single logout.
    package let upstreamSessionIndex: String?
    package let createdAt: Date
    package let expiresAt: Date

    package init(
        id: ID, poolID: UserPool.ID, userID: User.ID, provider: IdentityProvider.Name, cookie: SecretHash, authenticatedAt: Date,
        upstreamSessionIndex: String?, createdAt: Date, expiresAt: Date
    ) {
        self.id = id
        self.poolID = poolID
        self.userID = userID
        self.provider = provider
        self.cookie = cookie
        self.authenticatedAt = authenticatedAt
        self.upstreamSessionIndex = upstreamSessionIndex
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }

    package static func acceptsIdentifier(_ text: String) -> Bool {
        IdentifierAlphabet.accepts(text, length: 16...64, others: "_-")
    }
}
