import UserPools

struct SQLUserStore: UserStore {
    let database: any SQLDatabase

    func find(_ id: User.ID, in pool: UserPool.ID) async throws(StoreError) -> User? {
        try await database.read { connection throws(StoreError) in try StoredUser.find(id, in: pool, connection) }
    }

    func find(username: String, in pool: UserPool.ID) async throws(StoreError) -> User? {
        try await database.read { connection throws(StoreError) in try StoredUser.find(username: username, in: pool, connection) }
    }

    func list(in pool: UserPool.ID, after: String?, limit: Int) async throws(StoreError) -> [User] {
        try await database.read { connection throws(StoreError) in
            try StoredUser.list(in: pool, after: after, limit: limit, connection)
        }
    }

    func setEnabled(_ enabled: Bool, _ id: User.ID, in pool: UserPool.ID) async throws(StoreError) -> Bool {
        try await database.write { connection throws(StoreError) in
            if !enabled { _ = try SQLSessionStore.endAll(of: id, in: pool, connection) }
            return try connection.execute(Self.setEnabled, [.identifier(id), .identifier(pool), .flag(enabled)]) > 0
        }
    }

    func delete(_ id: User.ID, in pool: UserPool.ID) async throws(StoreError) -> Bool {
        // Identities, memberships, sessions, codes and refresh tokens go with it.
        try await database.write { connection throws(StoreError) in
            try connection.execute(Self.delete, [.identifier(id), .identifier(pool)]) > 0
        }
    }

    private static let setEnabled: SQL = "UPDATE users SET enabled = $3 WHERE id = $1 AND pool_id = $2"
    private static let delete: SQL = "DELETE FROM users WHERE id = $1 AND pool_id = $2"
}
