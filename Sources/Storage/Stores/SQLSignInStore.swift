import FoundationEssentials
import UserPools

struct SQLSignInStore: SignInStore {
    let database: any SQLDatabase

    /// How much longer than its validity an assertion's ID is remembered: a clock that is set back must not open a replay.
    static let memory: TimeInterval = 24 * 3600

    func insert(_ pending: PendingSignIn) async throws(StoreError) {
        let values: [SQLValue] = [
            .identifier(pending.id), .identifier(pending.poolID), .identifier(pending.provider), .hash(pending.browser),
            .hash(pending.previousCookie), try StoredJSON.value(pending.request, of: "pending sign-in"), .text(pending.responseAddress),
            .time(pending.authenticatedAfter), .time(pending.createdAt), .time(pending.expiresAt),
        ]
        try await database.write { connection throws(StoreError) in
            _ = try connection.execute(Self.insert, values, conflict: "pending sign-in")
        }
    }

    func find(_ id: PendingSignIn.ID, in pool: UserPool.ID) async throws(StoreError) -> PendingSignIn? {
        try await database.read { connection throws(StoreError) in
            try connection.row(Self.findByID, [.identifier(id), .identifier(pool)]).map { row throws(StoreError) in
                var columns = ColumnReader(row, of: "pending sign-in")
                return PendingSignIn(
                    id: try columns.identifier(), poolID: try columns.identifier(), provider: try columns.identifier(),
                    browser: try columns.hash(), previousCookie: try columns.optionalHash(), request: try columns.json(),
                    responseAddress: try columns.text(), authenticatedAfter: try columns.optionalTime(), createdAt: try columns.time(),
                    expiresAt: try columns.time())
            }
        }
    }

    func claim(_ id: PendingSignIn.ID, in pool: UserPool.ID, at now: Date) async throws(StoreError) -> Bool {
        try await database.write { connection throws(StoreError) in
            try connection.execute(Self.claim, [.identifier(id), .identifier(pool), .time(now)]) > 0
        }
    }

    func completeSignIn(_ completion: SignInCompletion) async throws(SignInCompletionError) -> SignedInUser {
        let outcome: Result<SignedInUser, SignInCompletionError>
        do {
            outcome = try await database.transaction { connection throws(StoreError) in try Self.completeSignIn(completion, connection) }
        } catch {
            throw .store(error)
        }
        return try outcome.get()
    }

    func removeExpired(at now: Date, limit: Int) async throws(StoreError) -> Int {
        try await database.write { connection throws(StoreError) in
            let pending = try connection.execute(Self.removeExpiredPending, [.time(now), .limit(limit)])
            let forgotten = now.addingTimeInterval(-Self.memory)
            return pending + (try connection.execute(Self.removeExpiredProofs, [.time(forgotten), .limit(limit - pending)]))
        }
    }

    private static func completeSignIn(
        _ completion: SignInCompletion, _ connection: any SQLConnection
    ) throws(StoreError) -> TransactionEnd<Result<SignedInUser, SignInCompletionError>> {
        let (pool, proof) = (SQLValue.identifier(completion.poolID), completion.proof)
        if let pending = completion.pending {
            let key: [SQLValue] = [.identifier(pending), pool, .identifier(proof.provider), .time(completion.now)]
            guard try connection.has(consume, key) else { return .rollback(.failure(.alreadyCompleted)) }
        }
        let taken = try connection.execute(takeProof, [pool, .identifier(proof.provider), .text(proof.id), .time(proof.until)])
        guard taken == 1 else { return .rollback(.failure(.replayed)) }

        let known = try StoredUser.find(completion.identity, in: completion.poolID, connection)
        let linked = known == nil ? try link(completion, connection) : nil
        let before = known ?? linked
        guard before?.enabled != false else { return .rollback(.failure(.userDisabled)) }
        let user = try keep(completion.provision(before), instead: before, knownAs: completion.identity, connection)

        let (session, code) = completion.complete(user)
        if let previous = completion.previousCookie { try SQLSessionStore.replace(previous, by: session, connection) }
        try SQLSessionStore.insert(session, connection)
        if let code { try StoredGrant.insert(code, connection) }
        return .commit(.success(SignedInUser(user: user, session: session, isNewUser: before == nil, isLinked: linked != nil)))
    }

    /// The user who gets this identity by an address that both have proven; recorded in the same transaction.
    private static func link(_ completion: SignInCompletion, _ connection: any SQLConnection) throws(StoreError) -> User? {
        guard let link = completion.linkByEmail, let user = try StoredUser.find(link.email, in: completion.poolID, connection) else { return nil }
        // The provider tells them apart itself: another subject of it is another person (OpenID Connect Core §5.7), also one who got the address.
        guard !user.identities.contains(where: { $0.provider == completion.identity.provider }) else { return nil }
        // What an admin took apart stays apart.
        guard try !SQLAuditStore.wasUnlinked(completion.identity, from: user.id, in: completion.poolID, connection) else { return nil }
        try SQLAuditStore.insert(link.record(user.id), connection)
        return user
    }

    private static func keep(
        _ provisioned: User, instead before: User?, knownAs identity: FederatedIdentity, _ connection: any SQLConnection
    ) throws(StoreError) -> User {
        var user = provisioned
        // Whoever comes in under this identity must be found under it the next time.
        if !user.identities.contains(identity) { user.identities.append(identity) }
        guard let before else { return try StoredUser.insert(user, connection) }
        guard (user.id, user.poolID, user.username) == (before.id, before.poolID, before.username) else {
            throw .corrupt(what: "provisioned user")
        }
        try StoredUser.update(user, from: before, connection)
        return user
    }

    private static let columns: SQL = """
        id, pool_id, provider, browser, previous_cookie, request, assertion_consumer_service, authenticated_after, created_at, expires_at
        """
    private static let insert: SQL = "INSERT INTO pending_sign_ins (" + columns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
    private static let findByID: SQL = "SELECT " + columns + " FROM pending_sign_ins WHERE id = $1 AND pool_id = $2"
    private static let claim: SQL =
        "UPDATE pending_sign_ins SET claimed_at = $3 WHERE id = $1 AND pool_id = $2 AND claimed_at IS NULL AND expires_at > $3"
    private static let consume: SQL =
        "DELETE FROM pending_sign_ins WHERE id = $1 AND pool_id = $2 AND provider = $3 AND expires_at > $4 RETURNING id"
    private static let takeProof: SQL = """
        INSERT INTO accepted_proofs (pool_id, provider, proof_id, until) VALUES ($1, $2, $3, $4)
        ON CONFLICT (pool_id, provider, proof_id) DO NOTHING
        """
    private static let removeExpiredPending: SQL = """
        DELETE FROM pending_sign_ins WHERE id IN (SELECT id FROM pending_sign_ins WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)
        """
    private static let removeExpiredProofs: SQL = """
        DELETE FROM accepted_proofs WHERE (pool_id, provider, proof_id) IN (
            SELECT pool_id, provider, proof_id FROM accepted_proofs WHERE until <= $1 ORDER BY until LIMIT $2)
        """
}
