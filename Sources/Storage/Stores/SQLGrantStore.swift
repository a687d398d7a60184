import FoundationEssentials
import UserPools

struct SQLGrantStore: GrantStore {
    let database: any SQLDatabase

    /// How much longer than it lives a code is remembered, so that a late second use still ends what the first one gave.
    static let memory: TimeInterval = 24 * 3600

    private typealias Redeemed = (code: AuthorizationCode, user: User)
    private typealias Rotated = (token: RefreshToken, user: User)

    func insert(_ code: AuthorizationCode) async throws(StoreError) {
        try await database.write { connection throws(StoreError) in
            // A session may end while a code is made from it: that code must not outlive it.
            let grant = code.grant
            guard case .user(let user, let session, _) = grant.subject else { throw .corrupt(what: "authorization code of nobody") }
            guard try connection.has(Self.findSession, [.identifier(session), .identifier(grant.poolID), .identifier(user)]) else {
                throw .conflict(what: "sign-out of session \(session)")
            }
            try StoredGrant.insert(code, isFirst: false, connection)
        }
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

    func find(
        _ family: TokenFamily.ID, of user: User.ID, in pool: UserPool.ID
    ) async throws(StoreError) -> (isAlive: Bool, user: User?) {
        let (alive, search) = (SQLStatement(Self.findAlive, [.identifier(family)]), StoredUser.Search.byID(user, in: pool))
        let answers = try await database.rows(of: [alive] + search.statements)
        return (!answers[0].isEmpty, try search.user(in: answers[1...]))
    }

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
            return tokens + codes + families
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
        let answers = try connection.rows(of: [SQLStatement(useCode, [.hash(hash), .time(now)]), StoredGrant.find(hash)] + owner.statements)
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
            successor = try check(family.token(presented.hash), GrantHolder(user: user, sourceIsEnabled: family.sourceIsEnabled))
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
    private static let findAlive: SQL = "SELECT id FROM live_token_families WHERE id = $1 AND ended = 0"
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
