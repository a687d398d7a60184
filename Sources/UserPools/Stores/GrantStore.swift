package import FoundationEssentials

/// Codes and refresh tokens: used once, in one transaction, whoever else asks at the same time.
package protocol GrantStore: Sendable {
    /// A code of a session that is there.
    /// - Parameter pushed: the pushed request that it answers, which is used up with it.
    /// - Returns: false, and nothing was written, where that was answered before, or expired.
    func insert(_ code: AuthorizationCode, answering pushed: SecretHash?) async throws(StoreError) -> Bool

    /// Uses up a code. `check` sees it in the same transaction and returns the refresh token to write with it, or throws: then the
    /// code is used up all the same. A code that was used before ends its family, unless it is another client that presents it.
    func redeem(
        code: SecretHash, at now: Date, check: @escaping @Sendable (AuthorizationCode, GrantHolder) throws(GrantRefusal) -> RefreshToken?
    ) async throws(GrantError) -> (code: AuthorizationCode, user: User)

    /// Lets another refresh token take the place of a family's current one. One that was used before ends the family, unless it is the last but
    /// one, was replaced at most `grace` seconds ago and the family lives: then nothing is written and the caller gets the same successor again.
    /// That ends as soon as the successor is used, since then there is another one.
    ///
    /// - Parameter check: runs first in the same transaction and returns the successor's hash, always the same for the same token; where it
    ///   throws, the token stays as it was.
    func rotate(
        _ token: PresentedRefreshToken, at now: Date, grace: Int,
        check: @escaping @Sendable (RefreshToken, GrantHolder) throws(GrantRefusal) -> SecretHash
    ) async throws(GrantError) -> (token: RefreshToken, user: User)

    /// What a refresh token was given for, whether it can still be used or not.
    func grant(of token: PresentedRefreshToken) async throws(StoreError) -> Grant?
    /// The refresh token that is presented, where it is its family's current one and the family has not ended, and who holds it; nothing is used up.
    func current(_ token: PresentedRefreshToken) async throws(StoreError) -> (token: RefreshToken, holder: GrantHolder)?
    /// Whether a family still stands (it began, and neither it nor its user is gone, nor was this token of it taken back), and the user, if it is one
    /// of the pool's.
    func find(
        _ family: TokenFamily.ID, of user: User.ID, token: AccessTokenName, at now: Date
    ) async throws(StoreError) -> FoundGrant
    /// What stands of the family of an access token; nil where it is gone, or the token was taken back.
    func standing(of family: TokenFamily.ID, token: AccessTokenName) async throws(StoreError) -> GrantStanding?
    /// Takes an access token back, and remembers it until `until`.
    func revoke(_ token: AccessTokenName, until: Date) async throws(StoreError)
    func isRevoked(_ token: AccessTokenName) async throws(StoreError) -> Bool
    /// Ends a family: none of its refresh tokens works again.
    func end(_ family: TokenFamily.ID) async throws(StoreError)
    /// Deletes up to `limit` expired codes and refresh tokens, and access tokens that were taken back; returns how many.
    func removeExpired(at now: Date, limit: Int) async throws(StoreError) -> Int
}

/// Who holds a grant, as its transaction finds them.
package struct GrantHolder: Equatable, Sendable {
    package let user: User
    /// Whether whoever vouched for the user may still do so: the pool itself, or a provider that is there and enabled.
    package let sourceIsEnabled: Bool
    /// Whether what is asked for was given a moment ago, and is only given again.
    package let isRetry: Bool

    package init(user: User, sourceIsEnabled: Bool, isRetry: Bool = false) {
        (self.user, self.sourceIsEnabled, self.isRetry) = (user, sourceIsEnabled, isRetry)
    }
}

/// Why a check refused to let a grant go on.
package enum GrantRefusal: Error, Equatable, Sendable {
    case expired
    case otherClient
    case otherRedirectURI
    case wrongVerifier
    case widerScope
    /// It is bound to a key that whoever asks did not prove to have.
    case otherKey
    case otherResource
    /// The client may not have users of whoever vouched for this one any more.
    case otherSource
    /// Whoever vouched for the user may not do so any more.
    case disabledSource
    /// What is known of the user is older than the client allows.
    case staleAttributes
    /// The user is in none of the groups that the client is for.
    case notAdmitted
    case disabled
    /// So much is given for the user already that no more is within these seconds.
    case held(seconds: Int)
}

/// Why a code or a refresh token gave nothing.
package enum GrantError: Error, Equatable, Sendable {
    case unknown
    /// Used before; its family has just ended.
    case reused
    case refused(GrantRefusal)
    case store(StoreError)
}
