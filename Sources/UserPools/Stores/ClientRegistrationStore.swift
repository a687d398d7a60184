package import FoundationEssentials

/// What came of an app's own registration.
package enum RegistrationOutcome: Sendable, Hashable {
    case registered
    /// The initial access token is unknown, used up, over or taken back.
    case refused
    /// There are as many such clients as the pool may have.
    case full
}

/// How apps register themselves: the tokens with which they may, and until when a client that nobody uses stays.
package protocol ClientRegistrationStore: Sendable {
    /// `.conflict` where the pool has `InitialAccessToken.maximumLive` that are good at its creation.
    func insert(_ token: InitialAccessToken, recorded event: AuditEvent) async throws(StoreError)
    /// Those that are good at `now`, in the order of their making.
    func tokens(in pool: UserPool.ID, at now: Date) async throws(StoreError) -> [InitialAccessToken]
    func find(_ hash: SecretHash, in pool: UserPool.ID, at now: Date) async throws(StoreError) -> InitialAccessToken?
    func revoke(_ id: InitialAccessToken.ID, in pool: UserPool.ID, recorded event: AuditEvent) async throws(StoreError) -> Bool
    /// Takes one use of a token and makes the client, in one transaction.
    /// - Parameters:
    ///   - token: nil where none is needed.
    ///   - unusedUntil: when the client is deleted, unless it is used.
    func register(
        _ client: AppClient, logo: Image?, with token: SecretHash?, unusedUntil end: Date, maximum: Int, recorded event: AuditEvent
    ) async throws(StoreError) -> RegistrationOutcome
    /// The client was used: it stays until `end`.
    func keep(_ client: AppClient.ID, in pool: UserPool.ID, until end: Date) async throws(StoreError)
    /// Deletes up to `limit` clients that nobody used for too long.
    func removeUnused(
        at now: Date, limit: Int, recorded event: @escaping @Sendable (UserPool.ID, AppClient.ID) -> AuditEvent
    ) async throws(StoreError) -> Int
    /// Deletes up to `limit` tokens that are over.
    func removeExpired(at now: Date, limit: Int) async throws(StoreError) -> Int
}

extension ClientRegistrationStore {
    package func register(
        _ client: AppClient, with token: SecretHash?, unusedUntil end: Date, maximum: Int, recorded event: AuditEvent
    ) async throws(StoreError) -> RegistrationOutcome {
        try await register(client, logo: nil, with: token, unusedUntil: end, maximum: maximum, recorded: event)
    }
}
