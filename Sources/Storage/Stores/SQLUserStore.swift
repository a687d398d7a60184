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

    func link(
        _ identity: FederatedIdentity, to user: User.ID, in pool: UserPool.ID, recorded: AuditEvent
    ) async throws(StoreError) -> Bool {
        try await database.write { connection throws(StoreError) in
            guard let before = try StoredUser.find(user, in: pool, connection) else { return false }
            if let owner = try StoredUser.find(identity, in: pool, connection), owner.id != user {
                throw .conflict(what: owner.username)
            }
            guard !before.identities.contains(identity) else { return true }
            var after = before
            after.identities.append(identity)
            after.updatedAt = recorded.at
            try StoredUser.update(after, from: before, connection)
            try SQLAuditStore.insert(recorded, connection)
            return true
        }
    }

    func unlink(
        _ identity: FederatedIdentity, from user: User.ID, in pool: UserPool.ID, recorded: AuditEvent
    ) async throws(StoreError) -> Bool {
        try await database.write { connection throws(StoreError) in
            guard let before = try StoredUser.find(user, in: pool, connection), before.identities.contains(identity) else { return false }
            var after = before
            after.identities.removeAll { $0 == identity }
            // What only this provider said is said no more.
            if !after.identities.contains(where: { $0.provider == identity.provider }) {
                after.memberships.removeAll { $0.origin == identity.provider }
            }
            after.updatedAt = recorded.at
            try StoredUser.update(after, from: before, connection)
            let key: [SQLValue] = [.identifier(user), .identifier(pool), .identifier(identity.provider)]
            for statement in [Self.endFamilies, Self.endSessions] { _ = try connection.execute(statement, key) }
            try SQLAuditStore.insert(recorded, connection)
            return true
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

    private static let endFamilies: SQL = "UPDATE token_families SET ended = 1 WHERE user_id = $1 AND pool_id = $2 AND provider = $3"
    private static let endSessions: SQL = "DELETE FROM sessions WHERE user_id = $1 AND pool_id = $2 AND provider = $3"
    private static let setEnabled: SQL = "UPDATE users SET enabled = $3 WHERE id = $1 AND pool_id = $2"
    private static let delete: SQL = "DELETE FROM users WHERE id = $1 AND pool_id = $2"
}
