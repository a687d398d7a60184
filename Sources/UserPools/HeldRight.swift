package import FoundationEssentials

/// The right of somebody who acts by a session of theirs. Stores that hold to it (`Stores.held`) ask for it within each transaction, at its beginning and
/// at its end: what was taken away meanwhile does nothing more, and nobody takes it from themselves.
package struct HeldRight: Sendable {
    package let session: Session.ID
    package let userID: User.ID
    package let poolID: UserPool.ID
    /// By which they signed in.
    package let provider: IdentityProvider.Name
    package let at: Date
    /// Whether it is theirs, by what the database says.
    package let isTheirs: @Sendable (Session, User, IdentityProvider) -> Bool

    package init(
        _ session: Session, by provider: IdentityProvider.Name, at now: Date,
        isTheirs: @escaping @Sendable (Session, User, IdentityProvider) -> Bool
    ) {
        (self.session, userID, poolID, self.provider, at) = (session.id, session.userID, session.poolID, provider, now)
        self.isTheirs = isTheirs
    }
}
