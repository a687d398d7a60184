import FoundationEssentials
import UserPools

struct SQLConsentStore: ConsentStore {
    let database: any SQLDatabase

    func find(_ user: User.ID, _ client: AppClient.ID, in pool: UserPool.ID) async throws(StoreError) -> Consent? {
        let rows = try await database.rows(of: [Self.find(user, client, in: pool)])[0]
        return try rows.first.map { row throws(StoreError) in try Self.consent(row) }
    }

    func list(of user: User.ID, in pool: UserPool.ID) async throws(StoreError) -> [Consent] {
        let rows = try await database.rows(of: [SQLStatement(Self.list, [.identifier(user), .identifier(pool)])])[0]
        return try rows.map { row throws(StoreError) in try Self.consent(row) }
    }

    func allow(
        _ consent: Consent, answering question: PendingSignIn.ID, with code: AuthorizationCode, pushed: SecretHash?, recorded event: AuditEvent
    ) async throws(StoreError) -> Bool {
        try await database.transaction { connection throws(StoreError) in
            guard try Self.use(question, in: consent.poolID, at: consent.grantedAt, connection) else { return .rollback(false) }
            let before = try connection.rows(of: [Self.find(consent.userID, consent.clientID, in: consent.poolID)])[0].first
            let known = try before.map { row throws(StoreError) in try Self.consent(row) }
            var scopes = known?.scopes ?? []
            scopes += consent.scopes.filter { scope in !scopes.contains { $0.utf8.elementsEqual(scope.utf8) } }
            let values: [SQLValue] = [
                .identifier(consent.poolID), .identifier(consent.userID), .identifier(consent.clientID), StoredJSON.value(scopes),
                .time(consent.grantedAt),
            ]
            try connection.executeLater(Self.keep, values, conflict: "consent")
            if known?.scopes.count != scopes.count { try SQLAuditStore.insert(event, connection) }
            guard try SQLGrantStore.insert(code, answering: pushed, connection) else { return .rollback(false) }
            return .commit(true)
        }
    }

    func deny(_ question: PendingSignIn.ID, in pool: UserPool.ID, at now: Date) async throws(StoreError) -> Bool {
        try await database.write { connection throws(StoreError) in try Self.use(question, in: pool, at: now, connection) }
    }

    func revoke(_ user: User.ID, _ client: AppClient.ID, in pool: UserPool.ID, recorded event: AuditEvent) async throws(StoreError) -> Bool {
        try await database.write { connection throws(StoreError) in
            let key: [SQLValue] = [.identifier(user), .identifier(client), .identifier(pool)]
            guard try connection.execute(Self.revoke, key) + connection.execute(Self.endFamilies, key) > 0 else { return false }
            try SQLAuditStore.insert(event, connection)
            return true
        }
    }

    func sessions(of user: User.ID, in pool: UserPool.ID, at now: Date, limit: Int) async throws(StoreError) -> [Session] {
        try await database.rows(of: [SQLSessionStore.list(of: user, in: pool, at: now, limit: limit)])[0].map { row throws(StoreError) in
            try SQLSessionStore.session(row)
        }
    }

    func apps(of user: User.ID, in pool: UserPool.ID, at now: Date, limit: Int) async throws(StoreError) -> [AppInUse] {
        let values: [SQLValue] = [.identifier(user), .identifier(pool), .time(now), .limit(limit)]
        var apps: [AppClient.ID: AppInUse] = [:]
        for row in try await database.rows(of: [SQLStatement(Self.apps, values)])[0] {
            var columns = ColumnReader(row, of: "family of refresh tokens")
            let client: AppClient.ID = try columns.identifier("client_id")
            let (scopes, usedAt) = (try columns.list("scopes"), try columns.time("issued_at"))
            let known = apps[client]
            let added = scopes.filter { scope in known?.scopes.contains { $0.utf8.elementsEqual(scope.utf8) } != true }
            apps[client] = AppInUse(clientID: client, scopes: (known?.scopes ?? []) + added, usedAt: max(usedAt, known?.usedAt ?? usedAt))
        }
        return apps.values.sorted { $0.clientID < $1.clientID }
    }

    /// The question of that ID, which no provider answers.
    private static func use(
        _ question: PendingSignIn.ID, in pool: UserPool.ID, at now: Date, _ connection: any SQLConnection
    ) throws(StoreError) -> Bool {
        try !connection.rows(of: [SQLSignInStore.consume(question, of: .pool, in: pool, at: now)])[0].isEmpty
    }

    private static func find(_ user: User.ID, _ client: AppClient.ID, in pool: UserPool.ID) -> SQLStatement {
        SQLStatement(find, [.identifier(user), .identifier(client), .identifier(pool)])
    }

    private static func consent(_ row: SQLRow) throws(StoreError) -> Consent {
        var columns = ColumnReader(row, of: "consent")
        return Consent(
            poolID: try columns.identifier("pool_id"), userID: try columns.identifier("user_id"), clientID: try columns.identifier("client_id"),
            scopes: try columns.list("scopes"), grantedAt: try columns.time("granted_at"))
    }

    private static let columns: SQL = "pool_id, user_id, client_id, scopes, granted_at"
    private static let find: SQL =
        "SELECT " + columns + " FROM consents WHERE user_id = $1 AND client_id = $2 AND " + .poolID + " = $3"
    private static let list: SQL =
        "SELECT " + columns + " FROM consents WHERE user_id = $1 AND " + .poolID + " = $2 ORDER BY granted_at DESC, client_id"
    private static let keep: SQL =
        "INSERT INTO consents (" + columns + ") VALUES ($1, $2, $3, $4, $5)"
        + " ON CONFLICT (user_id, client_id) DO UPDATE SET scopes = excluded.scopes, granted_at = excluded.granted_at"
    private static let revoke: SQL = "DELETE FROM consents WHERE user_id = $1 AND client_id = $2 AND " + .poolID + " = $3"
    private static let endFamilies: SQL =
        "UPDATE token_families SET ended = 1 WHERE user_id = $1 AND coalesce(client_id, '') = $2 AND " + .poolID + " = $3 AND ended = 0"
    private static let apps: SQL =
        "SELECT client_id, scopes, issued_at FROM live_grant_families WHERE user_id = $1 AND " + .poolID
        + " = $2 AND ended = 0 AND token_hash IS NOT NULL AND issued_at IS NOT NULL AND expires_at > $3 ORDER BY issued_at DESC LIMIT $4"
}
