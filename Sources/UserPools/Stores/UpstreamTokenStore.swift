package import FoundationEssentials

/// A refresh token that an identity provider gave for a session: by it the provider is asked again what it says of the user.
package struct UpstreamToken: Sendable {
    package let sessionID: Session.ID
    package let poolID: UserPool.ID
    package let userID: User.ID
    package let provider: IdentityProvider.Name
    package let sealed: [UInt8]
    /// Before it nobody asks.
    package let dueAt: Date
    package let expiresAt: Date

    package init(
        sessionID: Session.ID, poolID: UserPool.ID, userID: User.ID, provider: IdentityProvider.Name, sealed: [UInt8], dueAt: Date, expiresAt: Date
    ) {
        self.sessionID = sessionID
        self.poolID = poolID
        self.userID = userID
        self.provider = provider
        self.sealed = sealed
        self.dueAt = dueAt
        self.expiresAt = expiresAt
    }
}

/// Refresh tokens of providers, written with the sessions that they belong to (`SignInStore.completeSignIn`).
package protocol UpstreamTokenStore: Sendable {
    /// Takes a session's token for one request at its provider, where one is due: nobody else gets it before `next`, on no server. Many providers
    /// end a sign-in of which one refresh token comes twice.
    /// - Returns: the sealed token; nil where there is none of that provider, or none is due.
    func take(
        _ session: Session.ID, of provider: IdentityProvider.Name, in pool: UserPool.ID, at now: Date, next: Date
    ) async throws(StoreError) -> [UInt8]?

    /// Keeps the token that the provider gave in place of the last one.
    func replace(_ sealed: [UInt8], of session: Session.ID, in pool: UserPool.ID) async throws(StoreError)

    /// Keeps what the provider says now: the user, the token that it gave in place of the last one, and when it said it.
    /// - Returns: the user as of now; nil where the user is gone or disabled.
    func keep(
        _ token: UpstreamToken, at now: Date, update: @escaping @Sendable (User) -> User
    ) async throws(StoreError) -> User?

    /// Deletes up to `limit` that nobody used for long; returns how many.
    func removeExpired(at now: Date, limit: Int) async throws(StoreError) -> Int
}
