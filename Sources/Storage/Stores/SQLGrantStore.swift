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
            try StoredGrant.insert(code, connection)
        }
    }

    func redeem(
        code: SecretHash, at now: Date, check: @escaping @Sendable (AuthorizationCode, User) throws(GrantRefusal) -> RefreshToken?
    ) async throws(GrantError) -> (code: AuthorizationCode, user: User) {
        try await transaction { connection throws(StoreError) in try Self.redeem(code, at: now, check, connection) }
    }

    func rotate(
        token: SecretHash, at now: Date, grace: Int,
        check: @escaping @Sendable (RefreshToken, User) throws(GrantRefusal) -> RefreshToken
    ) async throws(GrantError) -> (token: RefreshToken, user: User) {
        try await transaction { connection throws(StoreError) in try Self.rotate(token, at: now, grace: grace, check, connection) }
    }

    /// A refresh token that could be used: neither retired nor of a family that ended.
    func find(token: SecretHash) async throws(StoreError) -> RefreshToken? {
        try await database.read { connection throws(StoreError) in
            guard let found = try StoredGrant.findToken(token, connection), !found.ended, found.retiredAt == nil else { return nil }
            return found.token
        }
    }

    func grant(ofToken hash: SecretHash) async throws(StoreError) -> Grant? {
        try await database.read { connection throws(StoreError) in try StoredGrant.findToken(hash, connection)?.token.grant }
    }

    func isAlive(_ family: TokenFamily.ID) async throws(StoreError) -> Bool {
        try await database.read { connection throws(StoreError) in try connection.has(Self.findAlive, [.identifier(family)]) }
    }

    func end(_ family: TokenFamily.ID) async throws(StoreError) {
        try await database.write { connection throws(StoreError) in try StoredGrant.end(family, connection) }
    }

    func removeExpired(at now: Date, limit: Int) async throws(StoreError) -> Int {
        try await database.write { connection throws(StoreError) in
            let forgotten = SQLValue.time(now.addingTimeInterval(-Self.memory))
            let tokens = try connection.execute(Self.removeExpiredTokens, [.time(now), .limit(limit)])
            let codes = try connection.execute(Self.removeExpiredCodes, [forgotten, .limit(limit - tokens)])
            // What is left of a family is only the word that it ended.
            _ = try connection.execute(Self.removeExpiredFamilies, [forgotten, .limit(limit)])
            return tokens + codes
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
        _ hash: SecretHash, at now: Date, _ check: @Sendable (AuthorizationCode, User) throws(GrantRefusal) -> RefreshToken?,
        _ connection: any SQLConnection
    ) throws(StoreError) -> TransactionEnd<Result<Redeemed, GrantError>> {
        // First of all the code is used up: from here on, whatever follows, nobody else can use it.
        let isFirstUse = try connection.has(useCode, [.hash(hash), .time(now)])
        guard let (code, ended) = try StoredGrant.findCode(hash, connection) else { return .rollback(.failure(.unknown)) }
        guard isFirstUse else {
            try StoredGrant.end(code.grant.family, connection)
            return .commit(.failure(.reused))
        }
        guard !ended else { return .commit(.failure(.unknown)) }
        guard code.expiresAt > now else { return .commit(.failure(.refused(.expired))) }
        guard let user = try user(of: code.grant, connection), user.enabled else {
            return .commit(.failure(.refused(.disabled)))
        }
        let token: RefreshToken?
        do {
            token = try check(code, user)
        } catch {
            return .commit(.failure(.refused(error)))
        }
        if let token {
            guard token.grant.family == code.grant.family else { throw .corrupt(what: "refresh token of another family") }
            try StoredGrant.insert(token, connection)
        }
        return .commit(.success((code, user)))
    }

    private static func rotate(
        _ hash: SecretHash, at now: Date, grace: Int, _ check: @Sendable (RefreshToken, User) throws(GrantRefusal) -> RefreshToken,
        _ connection: any SQLConnection
    ) throws(StoreError) -> TransactionEnd<Result<Rotated, GrantError>> {
        guard let found = try StoredGrant.findToken(hash, connection) else { return .rollback(.failure(.unknown)) }
        guard !found.ended else { return .rollback(.failure(found.retiredAt == nil ? .unknown : .reused)) }
        guard found.token.expiresAt > now else { return .rollback(.failure(.refused(.expired))) }
        guard let user = try user(of: found.token.grant, connection), user.enabled else {
            return .rollback(.failure(.refused(.disabled)))
        }
        let successor: RefreshToken
        do {
            successor = try check(found.token, user)
        } catch {
            // Its own client presents a retired token: reuse, whatever else is wrong with the request.
            guard error != .otherClient, found.retiredAt != nil, try withinGrace(found, at: now, grace: grace, connection) == nil else {
                return .rollback(.failure(.refused(error)))
            }
            try StoredGrant.end(found.token.grant.family, connection)
            return .commit(.failure(.reused))
        }
        guard successor.grant.family == found.token.grant.family else { throw .corrupt(what: "refresh token of another family") }

        if try connection.has(retireToken, [.hash(hash), .time(now), .hash(successor.hash)]) {
            try StoredGrant.insert(successor, connection)
            return .commit(.success((successor, user)))
        }
        if let again = try withinGrace(found, at: now, grace: grace, connection) { return .rollback(.success((again, user))) }
        try StoredGrant.end(found.token.grant.family, connection)
        return .commit(.failure(.reused))
    }

    private static func user(of grant: Grant, _ connection: any SQLConnection) throws(StoreError) -> User? {
        guard let id = grant.userID else { return nil }
        return try StoredUser.find(id, in: grant.poolID, connection)
    }

    /// The successor of a token that was retired at most `grace` seconds ago.
    ///
    /// A clock that was set back must not lengthen the grace, and two requests at once may come in the wrong order: so the distance
    /// counts, whichever time is the later.
    private static func withinGrace(
        _ found: StoredGrant.Token, at now: Date, grace: Int, _ connection: any SQLConnection
    ) throws(StoreError) -> RefreshToken? {
        guard grace > 0, let retiredAt = found.retiredAt, let successor = found.successor else { return nil }
        guard abs(now.timeIntervalSince(retiredAt)) <= Double(grace) else { return nil }
        return try StoredGrant.findToken(successor, connection)?.token
    }

    private static let findSession: SQL = "SELECT id FROM live_sessions WHERE id = $1 AND pool_id = $2 AND user_id = $3"
    private static let findAlive: SQL = "SELECT id FROM live_token_families WHERE id = $1 AND ended = 0"
    private static let useCode: SQL = "UPDATE authorization_codes SET used_at = $2 WHERE hash = $1 AND used_at IS NULL RETURNING family_id"
    private static let retireToken: SQL = """
        UPDATE refresh_tokens SET retired_at = $2, successor = $3 WHERE hash = $1 AND retired_at IS NULL RETURNING family_id
        """
    private static let removeExpiredTokens: SQL = """
        DELETE FROM refresh_tokens WHERE hash IN (SELECT hash FROM refresh_tokens WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)
        """
    private static let removeExpiredCodes: SQL = """
        DELETE FROM authorization_codes WHERE hash IN (
            SELECT hash FROM authorization_codes WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)
        """
    private static let removeExpiredFamilies: SQL = """
        DELETE FROM token_families WHERE id IN (SELECT id FROM token_families WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)
        """
}
