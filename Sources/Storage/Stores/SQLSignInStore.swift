import FoundationEssentials
import UserPools

struct SQLSignInStore: SignInStore {
    let database: any SQLDatabase

    /// How much longer than its validity an assertion's ID is remembered: a clock that is set back must not open a replay.
    static let memory: TimeInterval = 24 * 3600

    func insert(_ pending: PendingSignIn) async throws(StoreError) {
        let values: [SQLValue] = [
            .identifier(pending.id), .identifier(pending.poolID), .source(pending.source), .hash(pending.browser),
            .hash(pending.previousCookie), StoredJSON.value(pending.request), .text(pending.responseAddress),
            .time(pending.authenticatedAfter), .time(pending.createdAt), .time(pending.expiresAt), .text(pending.member),
        ]
        try await database.insert(SQLStatement(Self.insert, values), conflict: "pending sign-in")
    }

    func find(_ id: PendingSignIn.ID, in pool: UserPool.ID) async throws(StoreError) -> PendingSignIn? {
        let rows = try await database.rows(of: [SQLStatement(Self.findByID, [.identifier(id), .identifier(pool)])])[0]
        return try rows.first.map { row throws(StoreError) in try Self.pending(row) }
    }

    func unanswered(at now: Date, limit: Int) async throws(StoreError) -> [PendingSignIn] {
        try await database.read { connection throws(StoreError) in
            var found: [PendingSignIn] = []
            for row in try connection.rows(Self.findUnanswered, [.time(now), .limit(limit)]) { found.append(try Self.pending(row)) }
            return found
        }
    }

    private static func pending(_ row: SQLRow) throws(StoreError) -> PendingSignIn {
        var columns = ColumnReader(row, of: "pending sign-in")
        return PendingSignIn(
            id: try columns.identifier("id"), poolID: try columns.identifier("pool_id"), source: try columns.source("provider"),
            member: try columns.optionalText("member"),
            browser: try columns.hash("browser"), previousCookie: try columns.optionalHash("previous_cookie"),
            request: try StoredJSON.request(from: try columns.text("request"), of: "pending sign-in"),
            responseAddress: try columns.text("response_address"),
            authenticatedAfter: try columns.optionalTime("authenticated_after"), createdAt: try columns.time("created_at"),
            expiresAt: try columns.time("expires_at"))
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
        let (poolID, proof) = (completion.poolID, completion.proof)
        // One round trip: what is taken here, and what is known of the user and of the browser. No name of a provider is empty: that one is
        // the pool's own.
        let pending = completion.pending.map { pending in
            consume(pending, of: proof.source, in: poolID, at: completion.now)
        }
        let take = take(proof, in: poolID)
        let user = search(completion.subject, in: poolID)
        let browser = connection.isOptimistic ? nil : completion.browser
        let sessions = SQLSessionStore.delete(cookie: completion.previousCookie, browser: browser, in: poolID)
        let pushed = completion.pushed.map { SQLPushedRequestStore.complete($0, in: poolID, at: completion.now) }
        let gates = [isLive(proof.source, in: poolID), pending, pushed, take].compactMap(\.self)
        let answers = try connection.rows(of: gates + user.statements + sessions)

        // Pool or provider may have been deleted since the request read them, and another answer may have come first.
        guard !answers[0].isEmpty, pending == nil || !answers[1].isEmpty else { return .rollback(.failure(.alreadyCompleted)) }
        guard !answers[gates.count - 1].isEmpty else { return .rollback(.failure(.replayed)) }
        guard pushed == nil || !answers[gates.count - 2].isEmpty else { return .rollback(.failure(.requestUsed)) }
        let known = try user.user(in: answers[gates.count...])
        let (before, isLinked): (User?, Bool)
        switch completion.subject {
        case .identity(let identity, let email):
            let linked = try known == nil ? link(identity, by: email, in: poolID, connection) : nil
            (before, isLinked) = (known ?? linked, linked != nil)
        case .user:
            (before, isLinked) = (known, false)
            guard before != nil else { return .rollback(.failure(.userDisabled)) }
        }
        guard before?.enabled != false else { return .rollback(.failure(.userDisabled)) }
        let signedIn = try keep(completion.provision(before), instead: before, knownAs: completion.subject, connection)

        let sid = try SQLSessionStore.merge(answers.suffix(sessions.count).joined(), of: signedIn.id, in: poolID, connection)
        let (session, code) = completion.complete(signedIn, sid)
        try SQLSessionStore.insert(session, idToken: completion.upstreamIDToken, connection)
        if let token = completion.upstreamToken, let provider = session.source.provider {
            try SQLUpstreamTokenStore.insert(
                UpstreamToken(
                    sessionID: session.id, poolID: poolID, userID: signedIn.id, provider: provider, sealed: token.sealed, dueAt: token.dueAt,
                    expiresAt: token.expiresAt), connection)
        } else if sid != nil {
            try SQLUpstreamTokenStore.delete(of: session.id, in: poolID, connection)
        }
        if let code { try StoredGrant.insert(code, isFirst: sid == nil, connection) }
        return .commit(.success(SignedInUser(user: signedIn, session: session, isNewUser: before == nil, isLinked: isLinked)))
    }

    /// Uses up what waits for an answer of that source: a row where it was there, and is not over.
    static func consume(_ pending: PendingSignIn.ID, of source: AuthenticationSource, in pool: UserPool.ID, at now: Date) -> SQLStatement {
        SQLStatement(consume, [.identifier(pending), .identifier(pool), .source(source), .time(now)])
    }

    /// Takes a proof: a row where nobody took it before.
    static func take(_ proof: ReplayGuard, in pool: UserPool.ID) -> SQLStatement {
        SQLStatement(takeProof, [.identifier(pool), .text(proof.source.provider?.text ?? ""), .text(proof.id), .time(proof.until)])
    }

    /// A row where the source is there.
    static func isLive(_ source: AuthenticationSource, in pool: UserPool.ID) -> SQLStatement {
        switch source {
        case .provider(let name): SQLStatement(findLiveProvider, [.identifier(pool), .identifier(name)])
        case .pool: SQLStatement(findLivePool, [.identifier(pool)])
        }
    }

    private static func search(_ subject: SignInCompletion.Subject, in pool: UserPool.ID) -> StoredUser.Search {
        switch subject {
        case .identity(let identity, _): .byIdentity(identity, in: pool)
        case .user(let id): .byID(id, in: pool)
        }
    }

    /// The user who gets this identity by an address that both have proven; recorded in the same transaction.
    private static func link(
        _ identity: FederatedIdentity, by email: EmailLink?, in pool: UserPool.ID, _ connection: any SQLConnection
    ) throws(StoreError) -> User? {
        guard let email, let user = try linkable(identity, by: email.email, in: pool, connection) else { return nil }
        try SQLAuditStore.insert(email.record(user.id), connection)
        return user
    }

    /// The same before anything is written.
    static func linkable(
        _ identity: FederatedIdentity, by email: VerifiedEmail?, in pool: UserPool.ID, _ connection: any SQLConnection
    ) throws(StoreError) -> User? {
        guard let email, let user = try StoredUser.find(email, in: pool, connection) else { return nil }
        // The provider tells them apart itself: another subject of it is another person (OpenID Connect Core §5.7), also one who got the address.
        guard !user.identities.contains(where: { $0.provider == identity.provider }) else { return nil }
        // What an admin took apart stays apart.
        guard try !StoredUser.wasUnlinked(identity, from: user.id, connection) else { return nil }
        return user
    }

    private static func keep(
        _ provisioned: User, instead before: User?, knownAs subject: SignInCompletion.Subject, _ connection: any SQLConnection
    ) throws(StoreError) -> User {
        var user = provisioned
        // Whoever comes in under this identity must be found under it the next time.
        if case .identity(let identity, _) = subject, !user.identities.contains(identity) { user.identities.append(identity) }
        guard let before else { return try StoredUser.insert(user, connection) }
        guard (user.id, user.poolID, user.username) == (before.id, before.poolID, before.username) else {
            throw .corrupt(what: "provisioned user")
        }
        try StoredUser.update(user, from: before, connection)
        return user
    }

    private static let columns: SQL = """
        id, pool_id, provider, browser, previous_cookie, request, response_address, authenticated_after, created_at, expires_at, member
        """
    private static let insert: SQL = "INSERT INTO pending_sign_ins (" + columns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
    private static let findByID: SQL =
        "SELECT " + columns + " FROM pending_sign_ins WHERE id = $1 AND " + .poolID + " = $2 AND EXISTS (SELECT 1 FROM live_pools WHERE id = $2)"
    /// Among those that `removeExpired` takes next.
    private static let findUnanswered: SQL =
        "SELECT " + columns + " FROM pending_sign_ins WHERE claimed_at IS NULL AND id IN ("
        + "SELECT id FROM pending_sign_ins WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)"
    private static let claim: SQL =
        "UPDATE pending_sign_ins SET claimed_at = $3 WHERE id = $1 AND " + .poolID + " = $2 AND claimed_at IS NULL AND expires_at > $3"
    private static let consume: SQL =
        "DELETE FROM pending_sign_ins WHERE id = $1 AND " + .poolID
        + " = $2 AND coalesce(provider, '') = coalesce($3, '') AND expires_at > $4 RETURNING id"
    private static let findLivePool: SQL = "SELECT 1 FROM live_pools WHERE id = $1"
    private static let findLiveProvider: SQL = "SELECT 1 FROM live_identity_providers WHERE pool_id = $1 AND name = $2"
    private static let takeProof: SQL = """
        INSERT INTO accepted_proofs (pool_id, provider, proof_id, until)
        SELECT id, $2, $3, $4 FROM user_pools WHERE id = $1
        ON CONFLICT (pool_id, provider, proof_id) DO NOTHING RETURNING proof_id
        """
    private static let removeExpiredPending: SQL =
        "DELETE FROM pending_sign_ins WHERE id IN (SELECT id FROM pending_sign_ins WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2"
        + .skippingLocked + ")"
    private static let removeExpiredProofs: SQL =
        "DELETE FROM accepted_proofs WHERE (pool_id, provider, proof_id) IN ("
        + "SELECT pool_id, provider, proof_id FROM accepted_proofs WHERE until <= $1 ORDER BY until LIMIT $2" + .skippingLocked + ")"
}
