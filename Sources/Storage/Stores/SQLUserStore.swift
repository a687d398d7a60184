import UserPools

struct SQLUserStore: UserStore {
    let database: any SQLDatabase

    func find(_ id: User.ID, in pool: UserPool.ID) async throws(StoreError) -> User? {
        try await database.read { connection throws(StoreError) in try StoredUser.find(.byID(id, in: pool), connection) }
    }

    func find(username: String, in pool: UserPool.ID) async throws(StoreError) -> User? {
        try await database.read { connection throws(StoreError) in try StoredUser.find(.byUsername(username, in: pool), connection) }
    }

    func list(in pool: UserPool.ID, after: String?, limit: Int) async throws(StoreError) -> [User] {
        try await database.read { connection throws(StoreError) in
            try StoredUser.list(in: pool, after: after, limit: limit, connection)
        }
    }

    func list(in pool: UserPool.ID, beginning ways: [String], after: String?, limit: Int) async throws(StoreError) -> [User] {
        try await database.read { connection throws(StoreError) in
            try StoredUser.list(in: pool, beginning: ways, after: after, limit: limit, connection)
        }
    }

    func hasIdentities(of provider: IdentityProvider.Name, in pool: UserPool.ID) async throws(StoreError) -> Bool {
        try await database.read { connection throws(StoreError) in
            try connection.row(Self.anyIdentity, [.identifier(pool), .identifier(provider)]) != nil
        }
    }

    func providers(in pool: UserPool.ID, limit: Int) async throws(StoreError) -> [IdentityProvider.Name] {
        let values: [SQLValue] = [.identifier(pool), .limit(limit)]
        return try await database.read { connection throws(StoreError) in
            let rows = try connection.rows(of: [SQLStatement(Self.providers, values), SQLStatement(Self.providersOfAnybody, values)])
            var seen: Set<IdentityProvider.Name> = []
            let names = try rows.joined().map { row throws(StoreError) -> IdentityProvider.Name in
                var columns = ColumnReader(row, of: "identity provider")
                return try columns.identifier("name")
            }
            return Array(names.filter { seen.insert($0).inserted }.prefix(max(0, limit)))
        }
    }

    func filledAttributes(
        by provider: IdentityProvider.Name, in pool: UserPool.ID, among limit: Int
    ) async throws(StoreError) -> (people: Int, attributes: Set<String>) {
        let place: [SQLValue] = [.identifier(pool), .identifier(provider)]
        return try await database.read { connection throws(StoreError) in
            let rows = try connection.rows(Self.attributesOfProvider, place + [.limit(limit)])
            var filled: Set<String> = []
            for row in rows {
                var columns = ColumnReader(row, of: "user")
                filled.formUnion(try StoredJSON.attributes(from: try columns.text("attributes"), of: "user").keys)
            }
            if try connection.row(Self.anyGroup, place) != nil { filled.insert("groups") }
            return (rows.count, filled)
        }
    }

    func change<Refusal: Error>(
        _ id: User.ID, in pool: UserPool.ID, recorded event: @escaping @Sendable (_ before: User, _ after: User) -> AuditEvent,
        _ mutate: @escaping @Sendable (inout User) throws(Refusal) -> Void
    ) async throws(ChangeError<Refusal>) -> Changed<User>? {
        try await database.change(
            find: { connection throws(StoreError) in try StoredUser.find(.byID(id, in: pool), connection) },
            write: { before, after, connection throws(StoreError) in
                guard (after.id, after.poolID, after.username) == (before.id, before.poolID, before.username) else {
                    throw .corrupt(what: "changed user")
                }
                if before.enabled, !after.enabled {
                    _ = try SQLSessionStore.endAll(of: id, in: pool, recorded: event(before, after), connection)
                }
                try StoredUser.update(after, from: before, connection)
            },
            recorded: event, mutate)
    }

    func link(
        _ identity: FederatedIdentity, to user: User.ID, in pool: UserPool.ID, recorded event: AuditEvent
    ) async throws(StoreError) -> Bool {
        try await database.write { connection throws(StoreError) in
            guard let before = try StoredUser.find(.byID(user, in: pool), connection) else { return false }
            if let owner = try StoredUser.find(.byIdentity(identity, in: pool), connection), owner.id != user {
                let first = try SQLAuditStore.last(AuditEvent.Target(.user, owner.id.text), in: pool, connection)
                throw .conflict(what: owner.username, first: first.map { EarlierChange($0) })
            }
            guard !before.identities.contains(identity) else { return true }
            var after = before
            after.identities.append(identity)
            after.updatedAt = event.at
            try StoredUser.update(after, from: before, connection)
            _ = try connection.execute(Self.forgetUnlinked, StoredUser.key(of: identity, user))
            try SQLAuditStore.insert(event, connection)
            return true
        }
    }

    func unlink(
        _ identity: FederatedIdentity, from user: User.ID, in pool: UserPool.ID, recorded event: AuditEvent
    ) async throws(StoreError) -> Bool {
        try await database.write { connection throws(StoreError) in
            guard let before = try StoredUser.find(.byID(user, in: pool), connection), before.identities.contains(identity) else { return false }
            var after = before
            after.identities.removeAll { $0 == identity }
            // What only this provider said is said no more.
            if !after.identities.contains(where: { $0.provider == identity.provider }) {
                after.memberships.removeAll { $0.origin == .provider(identity.provider) }
            }
            after.updatedAt = event.at
            try StoredUser.update(after, from: before, connection)
            _ = try connection.execute(Self.rememberUnlinked, StoredUser.key(of: identity, user) + [.identifier(pool)])
            let key: [SQLValue] = [.identifier(user), .identifier(pool), .identifier(identity.provider)]
            _ = try connection.execute(SQLUpstreamTokenStore.deleteOfUserAndProvider, key)
            var (ended, told) = (0, ToldApps())
            try told.append(where: ToldApps.ofUserByProvider, key, connection)
            for statement in [Self.endFamilies, Self.endSessions] { ended += try connection.execute(statement, key) }
            if ended > 0 { try SQLLogoutStore.insert(event, of: user, in: pool, telling: told, connection) }
            try SQLAuditStore.insert(event, connection)
            return true
        }
    }

    func delete(_ id: User.ID, in pool: UserPool.ID, recorded event: @escaping @Sendable (User) -> AuditEvent) async throws(StoreError) -> Bool {
        guard let user = try await find(id, in: pool) else { return false }
        let isDeleted = try await database.delete(
            find: { connection throws(StoreError) in try StoredUser.find(.byID(id, in: pool), connection) },
            mark: { user, event, connection throws(StoreError) in
                _ = try SQLSessionStore.endAll(of: id, in: pool, recorded: event, connection)
                try SQLSignInRecordStore.forget(user, in: pool, connection)
                _ = try connection.execute(Self.deleteIdentities, [.identifier(id)])
                _ = try connection.execute(Self.mark, [.identifier(id), .time(event.at)])
            },
            recorded: { SQLSignInRecordStore.naming($0, in: event($0)) })
        if isDeleted { await SQLSignInRecordStore(database: database).forgetRest(of: user, in: pool) }
        return isDeleted
    }

    // By the user's index: with the bare column that of the provider would do as well, and reads everything that the provider has.
    private static let endFamilies: SQL =
        "UPDATE token_families SET ended = 1 WHERE user_id = $1 AND " + .poolID + " = $2 AND provider = $3 AND ended = 0"
    private static let endSessions: SQL = "DELETE FROM sessions WHERE user_id = $1 AND " + .poolID + " = $2 AND provider = $3"
    private static let rememberUnlinked: SQL = """
        INSERT INTO unlinked_identities (user_id, provider, format, subject, issuer, pool_id) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING
        """
    private static let forgetUnlinked: SQL =
        "DELETE FROM unlinked_identities WHERE user_id = $1 AND provider = $2 AND format = $3 AND subject = $4 AND issuer = $5"
    private static let providers: SQL = "SELECT name FROM live_identity_providers WHERE pool_id = $1 ORDER BY name LIMIT $2"
    /// From one to the next by the key, however many people each has.
    private static let providersOfAnybody: SQL = """
        WITH RECURSIVE providers (name) AS (
            SELECT min(provider) FROM federated_identities WHERE pool_id = $1
            UNION ALL
            SELECT (SELECT min(provider) FROM federated_identities WHERE pool_id = $1 AND provider > providers.name) FROM providers
            WHERE name IS NOT NULL)
        SELECT name FROM providers WHERE name IS NOT NULL LIMIT $2
        """
    private static let anyIdentity: SQL = "SELECT 1 AS found FROM federated_identities WHERE pool_id = $1 AND provider = $2 LIMIT 1"
    private static let attributesOfProvider: SQL = """
        SELECT u.attributes AS attributes FROM federated_identities i JOIN live_users u ON u.id = i.user_id
        WHERE i.pool_id = $1 AND i.provider = $2 LIMIT $3
        """
    private static let anyGroup: SQL = "SELECT 1 AS found FROM live_memberships WHERE pool_id = $1 AND provider = $2 LIMIT 1"
    private static let deleteIdentities: SQL = "DELETE FROM federated_identities WHERE user_id = $1"
    /// The identities and the username are free at once, for a user of their own.
    private static let mark: SQL = "UPDATE users SET deleted_at = $2, enabled = 0, username = id, vouched_email = NULL WHERE id = $1"
}
