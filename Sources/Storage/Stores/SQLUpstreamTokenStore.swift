import FoundationEssentials
import UserPools

struct SQLUpstreamTokenStore: UpstreamTokenStore {
    let database: any SQLDatabase

    func take(
        _ session: Session.ID, of provider: IdentityProvider.Name, in pool: UserPool.ID, at now: Date, next: Date
    ) async throws(StoreError) -> [UInt8]? {
        let values: [SQLValue] = [.identifier(session), .identifier(pool), .identifier(provider), .time(now), .time(next)]
        return try await database.write { connection throws(StoreError) in
            try connection.row(Self.take, values).map { row throws(StoreError) in
                var columns = ColumnReader(row, of: "upstream refresh token")
                return try columns.bytes("sealed")
            }
        }
    }

    func replace(_ sealed: [UInt8], of session: Session.ID, in pool: UserPool.ID) async throws(StoreError) {
        try await database.write { connection throws(StoreError) in
            _ = try connection.execute(Self.replace, [.identifier(session), .identifier(pool), .bytes(sealed)])
        }
    }

    func keep(
        _ token: UpstreamToken, at now: Date, update: @escaping @Sendable (User) -> User
    ) async throws(StoreError) -> User? {
        try await database.write { connection throws(StoreError) in
            guard let before = try StoredUser.find(.byID(token.userID, in: token.poolID), connection), before.enabled else { return nil }
            let after = update(before)
            guard (after.id, after.poolID, after.username) == (before.id, before.poolID, before.username) else {
                throw .corrupt(what: "updated user")
            }
            try StoredUser.update(after, from: before, connection)
            let key: [SQLValue] = [.identifier(token.sessionID), .identifier(token.poolID)]
            _ = try connection.execute(Self.keep, key + [.bytes(token.sealed), .time(token.dueAt), .time(token.expiresAt)])
            _ = try connection.execute(Self.noteTime, key + [.time(now)])
            return after
        }
    }

    func removeExpired(at now: Date, limit: Int) async throws(StoreError) -> Int {
        try await database.write { connection throws(StoreError) in
            try connection.execute(Self.removeExpired, [.time(now), .limit(limit)])
        }
    }

    /// In the place of what an earlier sign-in of the same session left.
    static func insert(_ token: UpstreamToken, _ connection: any SQLConnection) throws(StoreError) {
        let values: [SQLValue] = [
            .identifier(token.sessionID), .identifier(token.poolID), .identifier(token.userID), .identifier(token.provider), .bytes(token.sealed),
            .time(token.dueAt), .time(token.expiresAt),
        ]
        try connection.executeLater(insert, values, conflict: "upstream refresh token")
    }

    static func delete(of session: Session.ID, in pool: UserPool.ID, _ connection: any SQLConnection) throws(StoreError) {
        try connection.executeLater(deleteOfSession, [.identifier(session), .identifier(pool)], conflict: "upstream refresh token")
    }

    private static let take: SQL = """
        UPDATE upstream_tokens SET due_at = $5 WHERE session_id = $1 AND pool_id = $2 AND provider = $3 AND due_at <= $4 AND expires_at > $4
        RETURNING sealed
        """
    private static let replace: SQL = "UPDATE upstream_tokens SET sealed = $3 WHERE session_id = $1 AND pool_id = $2"
    private static let keep: SQL =
        "UPDATE upstream_tokens SET sealed = $3, due_at = $4, expires_at = $5 WHERE session_id = $1 AND pool_id = $2"
    private static let noteTime: SQL = "UPDATE token_families SET attributes_at = $3 WHERE session_id = $1 AND pool_id = $2 AND ended = 0"
    private static let insert: SQL = """
        INSERT INTO upstream_tokens (session_id, pool_id, user_id, provider, sealed, due_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (session_id) DO UPDATE SET pool_id = excluded.pool_id, user_id = excluded.user_id, provider = excluded.provider,
            sealed = excluded.sealed, due_at = excluded.due_at, expires_at = excluded.expires_at
        """
    static let deleteOfSession: SQL = "DELETE FROM upstream_tokens WHERE session_id = $1 AND pool_id = $2"
    static let deleteOfUserAndProvider: SQL = "DELETE FROM upstream_tokens WHERE user_id = $1 AND pool_id = $2 AND provider = $3"
    static let deleteOfUser: SQL = "DELETE FROM upstream_tokens WHERE user_id = $1 AND pool_id = $2"
    private static let removeExpired: SQL =
        "DELETE FROM upstream_tokens WHERE session_id IN ("
        + "SELECT session_id FROM upstream_tokens WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2" + .skippingLocked + ")"
}
