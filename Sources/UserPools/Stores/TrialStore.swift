package import FoundationEssentials

/// Dry sign-ins: the tickets with which they begin, and those that wait for their answer.
package protocol TrialStore: Sendable {
    func insert(_ ticket: TrialTicket, recorded event: AuditEvent) async throws(StoreError)
    /// The ticket with that secret, if it was not used and has not expired. Reading it uses nothing up.
    func find(_ hash: SecretHash, in pool: UserPool.ID, at now: Date) async throws(StoreError) -> TrialTicket?
    /// Uses a ticket up and has its sign-in wait instead, in one statement: false where another browser came first, or it expired.
    func open(_ ticket: TrialTicket, as trial: TrialSignIn, at now: Date) async throws(StoreError) -> Bool
    /// Takes a dry sign-in for the one answer that is looked at, in one statement: nil where there is none of that browser that waits.
    func consume(_ id: TrialSignIn.ID, of browser: SecretHash, in pool: UserPool.ID, at now: Date) async throws(StoreError) -> TrialSignIn?
    /// Whether one waits, of whichever browser.
    func waits(_ id: TrialSignIn.ID, in pool: UserPool.ID, at now: Date) async throws(StoreError) -> Bool
    /// Whom a completed sign-in with this identity would sign in. Nothing is written.
    func foresee(_ identity: FederatedIdentity, linkByEmail email: VerifiedEmail?, in pool: UserPool.ID) async throws(StoreError) -> ForeseenUser
    /// Keeps for a while what came of it.
    func keep(_ outcome: TrialOutcome, of ticket: SecretHash, in pool: UserPool.ID, until end: Date) async throws(StoreError)
    func progress(of ticket: SecretHash, in pool: UserPool.ID, at now: Date) async throws(StoreError) -> TrialProgress
    /// Deletes up to `limit` expired ones; returns how many.
    func removeExpired(at now: Date, limit: Int) async throws(StoreError) -> Int
}
