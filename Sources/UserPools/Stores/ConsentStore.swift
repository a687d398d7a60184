package import FoundationEssentials

/// What people allow apps of others, and what they see of themselves.
package protocol ConsentStore: Sendable {
    func find(_ user: User.ID, _ client: AppClient.ID, in pool: UserPool.ID) async throws(StoreError) -> Consent?
    /// Of a person, the newest first.
    func list(of user: User.ID, in pool: UserPool.ID) async throws(StoreError) -> [Consent]
    /// Adds what is allowed to what was, uses up the question and writes the code, in one transaction.
    /// - Parameters:
    ///   - pushed: the pushed request that is answered, which is used up as well.
    ///   - event: recorded where the app may have something that it might not have before.
    /// - Returns: false, and nothing was written, where the question or the request was answered before, or expired.
    func allow(
        _ consent: Consent, answering question: PendingSignIn.ID, with code: AuthorizationCode, pushed: SecretHash?, recorded event: AuditEvent
    ) async throws(StoreError) -> Bool
    /// Uses up a question without an answer of its own; false where it was answered before, or expired.
    func deny(_ question: PendingSignIn.ID, in pool: UserPool.ID, at now: Date) async throws(StoreError) -> Bool
    /// Takes it back; and in the same transaction the refresh tokens that the app has of the person end. False where there was none of either.
    func revoke(_ user: User.ID, _ client: AppClient.ID, in pool: UserPool.ID, recorded event: AuditEvent) async throws(StoreError) -> Bool

    /// The live sessions of a person, the newest first; up to `limit`.
    func sessions(of user: User.ID, in pool: UserPool.ID, at now: Date, limit: Int) async throws(StoreError) -> [Session]
    /// Apps that have refresh tokens of a person, by their IDs; of up to `limit` token families, the newest ones.
    func apps(of user: User.ID, in pool: UserPool.ID, at now: Date, limit: Int) async throws(StoreError) -> [AppInUse]
}
