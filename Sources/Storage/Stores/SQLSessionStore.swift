import FoundationEssentials
import UserPools

struct SQLSessionStore: SessionStore {
    let database: any SQLDatabase

    func find(cookie: SecretHash, in pool: UserPool.ID, at now: Date) async throws(StoreError) -> (session: Session, user: User)? {
        try await database.read { connection throws(StoreError) in
            guard let row = try connection.row(Self.findByCookie, [.hash(cookie), .identifier(pool), .time(now)]) else { return nil }
            let session = try Self.session(row)
            guard let user = try StoredUser.find(session.userID, in: pool, connection), user.enabled else { return nil }
            return (session, user)
        }
    }

    func end(_ id: Session.ID, in pool: UserPool.ID) async throws(StoreError) -> Bool {
        try await database.write { connection throws(StoreError) in
            _ = try connection.execute(Self.endFamiliesOfSession, [.identifier(id), .identifier(pool)])
            return try connection.execute(Self.delete, [.identifier(id), .identifier(pool)]) > 0
        }
    }

    func endAll(of user: User.ID, in pool: UserPool.ID) async throws(StoreError) -> Int {
        try await database.write { connection throws(StoreError) in try Self.endAll(of: user, in: pool, connection) }
    }

    static func endAll(of user: User.ID, in pool: UserPool.ID, _ connection: any SQLConnection) throws(StoreError) -> Int {
        _ = try connection.execute(endFamiliesOfUser, [.identifier(user), .identifier(pool)])
        return try connection.execute(deleteOfUser, [.identifier(user), .identifier(pool)])
    }

    func removeExpired(at now: Date, limit: Int) async throws(StoreError) -> Int {
        try await database.write { connection throws(StoreError) in
            try connection.execute(Self.removeExpired, [.time(now), .limit(limit)])
        }
    }

    /// Deletes the session that a browser had. What apps hold of it goes on under the new one, where it is the same user's.
    static func replace(_ cookie: SecretHash, by session: Session, _ connection: any SQLConnection) throws(StoreError) {
        let pool = SQLValue.identifier(session.poolID)
        _ = try connection.execute(moveFamilies, [.hash(cookie), pool, .identifier(session.userID), .identifier(session.id)])
        _ = try connection.execute(deleteByCookie, [.hash(cookie), pool])
    }

    static func insert(_ session: Session, _ connection: any SQLConnection) throws(StoreError) {
        let values: [SQLValue] = [
            .identifier(session.id), .identifier(session.poolID), .identifier(session.userID), .identifier(session.provider),
            .hash(session.cookie), .time(session.authenticatedAt), .text(session.upstreamSessionIndex), .time(session.createdAt),
            .time(session.expiresAt),
        ]
        _ = try connection.execute(insert, values, conflict: "session \(session.id)")
    }

    private static func session(_ row: SQLRow) throws(StoreError) -> Session {
        var columns = ColumnReader(row, of: "session")
        return Session(
            id: try columns.identifier(), poolID: try columns.identifier(), userID: try columns.identifier(),
            provider: try columns.identifier(), cookie: try columns.hash(), authenticatedAt: try columns.time(),
            upstreamSessionIndex: try columns.optionalText(), createdAt: try columns.time(), expiresAt: try columns.time())
    }

    private static let columns: SQL = """
        id, pool_id, user_id, provider, cookie, authenticated_at, upstream_session_index, created_at, expires_at
        """
    private static let insert: SQL = "INSERT INTO sessions (" + columns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    private static let findByCookie: SQL = "SELECT " + columns + " FROM sessions WHERE cookie = $1 AND pool_id = $2 AND expires_at > $3"
    private static let moveFamilies: SQL = """
        UPDATE token_families SET session_id = $4
        WHERE session_id = (SELECT id FROM sessions WHERE cookie = $1 AND pool_id = $2 AND user_id = $3)
        """
    private static let deleteByCookie: SQL = "DELETE FROM sessions WHERE cookie = $1 AND pool_id = $2"
    private static let delete: SQL = "DELETE FROM sessions WHERE id = $1 AND pool_id = $2"
    private static let deleteOfUser: SQL = "DELETE FROM sessions WHERE user_id = $1 AND pool_id = $2"
    private static let endFamiliesOfSession: SQL =
        "UPDATE token_families SET ended = 1 WHERE session_id = $1 AND pool_id = $2 AND ended = 0"
    private static let endFamiliesOfUser: SQL = "UPDATE token_families SET ended = 1 WHERE user_id = $1 AND pool_id = $2 AND ended = 0"
    private static let removeExpired: SQL =
        "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)"
}
