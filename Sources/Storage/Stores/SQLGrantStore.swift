import FoundationEssentials
import UserPools

struct SQLGrantStore: GrantStore {
    let database: any SQLDatabase

    /// How much longer than it lives a code is remembered, so that a late second use still ends what the first one gave.
    static let memory: TimeInterval = 24 * 3600

    private typealias Redeemed = (code: AuthorizationCode, user: User)
    private typealias Rotated = (token: RefreshToken, user: User)

    func insert(_ code: AuthorizationCode, answering pushed: SecretHash?) async throws(StoreError) -> Bool {
        try await database.transaction { connection throws(StoreError) in
            try Self.insert(code, answering: pushed, connection) ? .commit(true) : .rollback(false)
        }
    }

    static func insert(
        _ code: AuthorizationCode, answering pushed: SecretHash?, _ connection: any SQLConnection
    ) throws(StoreError) -> Bool {
        // A session may end while a code is made from it: that code must not outlive it.
        let grant = code.grant
        guard case .user(let user, let session, _) = grant.subject else { throw .corrupt(what: "authorization code of nobody") }
        guard try connection.has(findSession, [.identifier(session), .identifier(grant.poolID), .identifier(user)]) else {
            throw .conflict(what: "sign-out of session \(session)")
        }
        if let pushed {
            let request = SQLPushedRequestStore.complete(pushed, in: grant.poolID, at: code.issuedAt)
            guard try !connection.rows(of: [request])[0].isEmpty else { return false }
        }
        try StoredGrant.insert(code, isFirst: false, connection)
        return true
    }

    func redeem(
        code: SecretHash, at now: Date, check: @escaping @Sendable (AuthorizationCode, GrantHolder) throws(GrantRefusal) -> RefreshToken?
    ) async throws(GrantError) -> (code: AuthorizationCode, user: User) {
        try await transaction { connection throws(StoreError) in try Self.redeem(code, at: now, check, connection) }
    }

    func rotate(
        _ token: PresentedRefreshToken, at now: Date, grace: Int,
        check: @escaping @Sendable (RefreshToken, GrantHolder) throws(GrantRefusal) -> SecretHash
    ) async throws(GrantError) -> (token: RefreshToken, user: User) {
        try await transaction { connection throws(StoreError) in try Self.rotate(token, at: now, grace: grace, check, connection) }
    }

    func grant(of token: PresentedRefreshToken) async throws(StoreError) -> Grant? {
        try await database.read { connection throws(StoreError) in
            let row = try connection.rows(of: [StoredFamily.find(token)])[0].first
            guard let family = try StoredFamily(row, found: token), family.isCurrent(token) || family.wasUsed(token) else { return nil }
            return family.grant
        }
    }

    func current(_ token: PresentedRefreshToken) async throws(StoreError) -> (token: RefreshToken, holder: GrantHolder)? {
        let owner = StoredFamily.owner(of: token)
        let answers = try await database.rows(of: [StoredFamily.find(token)] + owner.statements)
        guard let family = try StoredFamily(answers[0].first, found: token), family.isCurrent(token), !family.ended,
            let user = try owner.user(in: answers[1...])
        else { return nil }
        return (family.token(token.hash), GrantHolder(user: user, sourceIsEnabled: family.sourceIsEnabled))
    }

    func find(
        _ family: TokenFamily.ID, of user: User.ID, token: AccessTokenName, at now: Date
    ) async throws(StoreError) -> FoundGrant {
        let alive = SQLStatement(Self.findAlive, Self.key(family, token))
        let answers = try await database.rows(of: [alive] + StoredUser.findCurrent(user, in: token.poolID))
        let claims = try answers[0].first.flatMap { row throws(StoreError) in
            var columns = ColumnReader(row, of: "family of refresh tokens")
            return try columns.claims()
        }
        return FoundGrant(isAlive: !answers[0].isEmpty, user: try StoredUser.current(answers[1], groups: answers[2], at: now), claims: claims)
    }

    func standing(of family: TokenFamily.ID, token: AccessTokenName) async throws(StoreError) -> GrantStanding? {
        guard let row = try await database.rows(of: [SQLStatement(Self.findStanding, Self.key(family, token))])[0].first else { return nil }
        var columns = ColumnReader(row, of: "family of refresh tokens")
        let (ended, source, user) = (try columns.flag("ended"), try columns.flag("source_enabled"), try columns.flag("user_enabled"))
        return GrantStanding(grant: try StoredGrant.grant(&columns), isAlive: !ended && source && user)
    }

    func revoke(_ token: AccessTokenName, until: Date) async throws(StoreError) {
        try await database.write { connection throws(StoreError) in
            _ = try connection.execute(Self.revoke, [.identifier(token.poolID), .text(token.id), .time(until)])
        }
    }

    func isRevoked(_ token: AccessTokenName) async throws(StoreError) -> Bool {
        try await !database.rows(of: [SQLStatement(Self.findRevoked, [.identifier(token.poolID), .text(token.id)])])[0].isEmpty
    }

    /// Of a family, while that access token of it was not taken back.
    private static func key(_ family: TokenFamily.ID, _ token: AccessTokenName) -> [SQLValue] {
        [.identifier(family), .identifier(token.poolID), .text(token.id)]
    }

    /// Uses a code up: a row where nobody did before.
    static func use(_ code: SecretHash, at now: Date) -> SQLStatement { SQLStatement(useCode, [.hash(code), .time(now)]) }

    func end(_ family: TokenFamily.ID) async throws(StoreError) {
        // Waited for before the commit: a connection that was lost long ago is found out while the same can be done on another one.
        try await database.write { connection throws(StoreError) in _ = try connection.execute(StoredFamily.end, [.identifier(family)]) }
    }

    func removeExpired(at now: Date, limit: Int) async throws(StoreError) -> Int {
        try await database.write { connection throws(StoreError) in
            let forgotten = SQLValue.time(now.addingTimeInterval(-Self.memory))
            let tokens = try connection.execute(Self.removeExpiredTokens, [.time(now), .limit(limit)])
            let codes = try connection.execute(Self.removeExpiredCodes, [forgotten, .limit(limit - tokens)])
            // Remembered so long that a late second use of its code still finds it.
            let families = try connection.execute(Self.removeExpiredFamilies, [forgotten, .limit(limit - tokens - codes)])
            let revoked = try connection.execute(Self.removeRevoked, [.time(now), .limit(limit - tokens - codes - families)])
            return tokens + codes + families + revoked
        }
    }

    private func transaction<Value: Sendable>(
        _ work: @escaping @Sendable (any SQLConnection) throws(StoreError) -> TransactionEnd<Result<Value, GrantError>>
    ) async throws(GrantError) -> Value {
        let outcome: Result<Value, GrantError>
        do {
            outcome = try await database.transaction(work)
        } catch {
            throw .store(error)
        }
        return try outcome.get()
    }

    private static func redeem(
        _ hash: SecretHash, at now: Date, _ check: @Sendable (AuthorizationCode, GrantHolder) throws(GrantRefusal) -> RefreshToken?,
        _ connection: any SQLConnection
    ) throws(StoreError) -> TransactionEnd<Result<Redeemed, GrantError>> {
        // First of all the code is used up: from here on, whatever follows, nobody else can use it.
        let owner = StoredUser.Search.ofCode(hash)
        let answers = try connection.rows(of: [use(hash, at: now), StoredGrant.find(hash)] + owner.statements)
        guard let row = answers[1].first else { return .rollback(.failure(.unknown)) }
        let (code, family, sourceIsEnabled) = try StoredGrant.code(hash, row)
        let holder = try owner.user(in: answers[2...]).map { GrantHolder(user: $0, sourceIsEnabled: sourceIsEnabled) }
        guard !answers[0].isEmpty else {
            // Whoever is another client has a code that leaked, and no say over what its owner got for it (case 142).
            if let holder {
                do { _ = try check(code, holder) } catch {
                    if error == .otherClient { return .rollback(.failure(.refused(error))) }
                }
            }
            try StoredFamily.end(code.grant.family, connection)
            return .commit(.failure(.reused))
        }
        guard family != .ended else { return .commit(.failure(.unknown)) }
        guard code.expiresAt > now else { return .commit(.failure(.refused(.expired))) }
        guard let holder, holder.user.enabled else { return .commit(.failure(.refused(.disabled))) }
        let token: RefreshToken?
        do {
            token = try check(code, holder)
        } catch {
            return .commit(.failure(.refused(error)))
        }
        if let token {
            guard token.grant.family == code.grant.family else { throw .corrupt(what: "refresh token of another family") }
            guard family == .waiting else { throw .conflict(what: "refresh token") }
            try StoredFamily.begin(token, connection)
        }
        return .commit(.success((code, holder.user)))
    }

    private static func rotate(
        _ presented: PresentedRefreshToken, at now: Date, grace: Int,
        _ check: @Sendable (RefreshToken, GrantHolder) throws(GrantRefusal) -> SecretHash, _ connection: any SQLConnection
    ) throws(StoreError) -> TransactionEnd<Result<Rotated, GrantError>> {
        let owner = StoredFamily.owner(of: presented)
        let answers = try connection.rows(of: [StoredFamily.find(presented)] + owner.statements)
        guard let family = try StoredFamily(answers[0].first, found: presented) else { return .rollback(.failure(.unknown)) }
        let (isCurrent, wasUsed) = (family.isCurrent(presented), family.wasUsed(presented))
        guard isCurrent || wasUsed else { return .rollback(.failure(.unknown)) }
        guard !family.ended else { return .rollback(.failure(wasUsed ? .reused : .unknown)) }
        guard family.expiresAt > now else { return .rollback(.failure(.refused(.expired))) }
        guard let user = try owner.user(in: answers[1...]), user.enabled else { return .rollback(.failure(.refused(.disabled))) }
        let isRetry = wasUsed && family.wasJustReplaced(presented, at: now, grace: grace)
        let successor: SecretHash
        do {
            successor = try check(family.token(presented.hash), GrantHolder(user: user, sourceIsEnabled: family.sourceIsEnabled, isRetry: isRetry))
        } catch {
            // Its own client presents a used token: reuse, whatever else is wrong with the request.
            guard error != .otherClient, wasUsed, !isRetry else { return .rollback(.failure(.refused(error))) }
            try StoredFamily.end(family.grant.family, connection)
            return .commit(.failure(.reused))
        }
        if isCurrent {
            try family.rotate(presented, to: successor, at: now, connection)
            return .commit(.success((family.token(successor, generation: family.generation + 1, issuedAt: now), user)))
        }
        if isRetry, family.tokenHash == successor { return .rollback(.success((family.token(successor), user))) }
        try StoredFamily.end(family.grant.family, connection)
        return .commit(.failure(.reused))
    }

    private static let findSession: SQL = "SELECT id FROM live_sessions WHERE id = $1 AND pool_id = $2 AND user_id = $3"
    private static let notRevoked: SQL = " AND NOT EXISTS (SELECT 1 FROM revoked_tokens r WHERE r.pool_id = $2 AND r.token_id = $3)"
    private static let findAlive: SQL = "SELECT requested_claims FROM live_grant_families WHERE id = $1 AND ended = 0" + notRevoked
    private static let findStanding: SQL =
        "SELECT " + StoredGrant.columns
        + ", u.enabled AS user_enabled FROM live_grant_families f JOIN users u ON u.id = f.user_id WHERE f.id = $1" + notRevoked
    private static let findRevoked: SQL = "SELECT 1 FROM revoked_tokens WHERE pool_id = $1 AND token_id = $2"
    private static let revoke: SQL =
        "INSERT INTO revoked_tokens (pool_id, token_id, until) VALUES ($1, $2, $3) ON CONFLICT (pool_id, token_id) DO NOTHING"
    private static let removeRevoked: SQL =
        "DELETE FROM revoked_tokens WHERE (pool_id, token_id) IN ("
        + "SELECT pool_id, token_id FROM revoked_tokens WHERE until <= $1 ORDER BY until LIMIT $2" + .skippingLocked + ")"
    private static let useCode: SQL = "UPDATE authorization_codes SET used_at = $2 WHERE hash = $1 AND used_at IS NULL RETURNING family_id"
    private static let removeExpiredTokens: SQL =
        "DELETE FROM earlier_refresh_tokens WHERE hash IN ("
        + "SELECT hash FROM earlier_refresh_tokens WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2" + .skippingLocked + ")"
    private static let removeExpiredCodes: SQL =
        "DELETE FROM authorization_codes WHERE hash IN ("
        + "SELECT hash FROM authorization_codes WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2" + .skippingLocked + ")"
    private static let removeExpiredFamilies: SQL =
        "DELETE FROM token_families WHERE id IN (SELECT id FROM token_families WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2"
        + .skippingLocked + ")"
}
