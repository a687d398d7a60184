import FoundationEssentials
import UserPools

struct SQLClientRegistrationStore: ClientRegistrationStore {
    let database: any SQLDatabase

    func insert(_ token: InitialAccessToken, recorded event: AuditEvent) async throws(StoreError) {
        try await database.write { connection throws(StoreError) in
            try SQLUserPoolStore.require(token.poolID, connection)
            guard try Self.tokens(in: token.poolID, at: token.createdAt, connection).count < InitialAccessToken.maximumLive else {
                throw .conflict(what: "initial access token beyond the maximum of \(InitialAccessToken.maximumLive)")
            }
            let hosts = token.redirectHosts.map { StoredJSON.value($0) } ?? .null
            let values: [SQLValue] = [
                .identifier(token.poolID), .identifier(token.id), .hash(token.hash), .integer(token.usesLeft), hosts, .time(token.createdAt),
                .time(token.expiresAt),
            ]
            _ = try connection.execute(Self.insert, values, conflict: "initial access token")
            try SQLAuditStore.insert(event, connection)
        }
    }

    func tokens(in pool: UserPool.ID, at now: Date) async throws(StoreError) -> [InitialAccessToken] {
        try await database.read { connection throws(StoreError) in try Self.tokens(in: pool, at: now, connection) }
    }

    func find(_ hash: SecretHash, in pool: UserPool.ID, at now: Date) async throws(StoreError) -> InitialAccessToken? {
        try await database.read { connection throws(StoreError) in
            try connection.row(Self.find, [.hash(hash), .identifier(pool), .time(now)]).map { row throws(StoreError) in try Self.token(row) }
        }
    }

    func revoke(_ id: InitialAccessToken.ID, in pool: UserPool.ID, recorded event: AuditEvent) async throws(StoreError) -> Bool {
        try await database.transaction { connection throws(StoreError) in
            guard try connection.execute(Self.revoke, [.identifier(pool), .identifier(id)]) > 0 else { return .rollback(false) }
            try SQLAuditStore.insert(event, connection)
            return .commit(true)
        }
    }

    func register(
        _ client: AppClient, logo: Image?, with token: SecretHash?, unusedUntil end: Date, maximum: Int, recorded event: AuditEvent
    ) async throws(StoreError) -> RegistrationOutcome {
        try await database.transaction { connection throws(StoreError) in
            if let token {
                let values: [SQLValue] = [.hash(token), .identifier(client.poolID), .time(client.createdAt)]
                guard try connection.execute(Self.use, values) == 1 else { return .rollback(.refused) }
            }
            let way = SQLValue.text((client.metadata.registration?.way ?? .token).rawValue)
            guard try connection.rows(Self.count, [.identifier(client.poolID), way, .limit(maximum)]).count < maximum else { return .rollback(.full) }
            try SQLAppClientStore.insert(client, logo: logo, recorded: event, connection)
            let values: [SQLValue] = [.identifier(client.poolID), .identifier(client.id), way, .time(end)]
            _ = try connection.execute(Self.insertRegistration, values)
            return .commit(.registered)
        }
    }

    func keep(_ client: AppClient.ID, in pool: UserPool.ID, until end: Date) async throws(StoreError) {
        try await database.write { connection throws(StoreError) in
            _ = try connection.execute(Self.keep, [.identifier(pool), .identifier(client), .time(end)])
        }
    }

    func removeUnused(
        at now: Date, limit: Int, recorded event: @escaping @Sendable (UserPool.ID, AppClient.ID) -> AuditEvent
    ) async throws(StoreError) -> Int {
        try await database.write { connection throws(StoreError) in
            let rows = try connection.rows(Self.unused, [.time(now), .limit(limit)])
            for row in rows {
                var columns = ColumnReader(row, of: "client registration")
                let (pool, client): (UserPool.ID, AppClient.ID) = (try columns.identifier("pool_id"), try columns.identifier("client_id"))
                // What somebody deleted meanwhile is recorded already.
                if try connection.execute(Self.mark, [.identifier(pool), .identifier(client), .time(now)]) > 0 {
                    try SQLAuditStore.insert(event(pool, client), connection)
                }
                _ = try connection.execute(Self.removeRegistration, [.identifier(pool), .identifier(client)])
            }
            return rows.count
        }
    }

    func removeExpired(at now: Date, limit: Int) async throws(StoreError) -> Int {
        try await database.write { connection throws(StoreError) in try connection.execute(Self.removeExpired, [.time(now), .limit(limit)]) }
    }

    private static func tokens(
        in pool: UserPool.ID, at now: Date, _ connection: any SQLConnection
    ) throws(StoreError) -> [InitialAccessToken] {
        try connection.rows(list, [.identifier(pool), .time(now)]).map { row throws(StoreError) in try token(row) }
    }

    private static func token(_ row: SQLRow) throws(StoreError) -> InitialAccessToken {
        var columns = ColumnReader(row, of: "initial access token")
        let (pool, id): (UserPool.ID, InitialAccessToken.ID) = (try columns.identifier("pool_id"), try columns.identifier("id"))
        let (hash, uses) = (try columns.hash("hash"), try columns.integer("uses_left"))
        let hosts = try columns.optionalText("redirect_hosts").map { text throws(StoreError) in
            try StoredJSON.list(from: text, of: "initial access token")
        }
        return InitialAccessToken(
            id: id, poolID: pool, hash: hash, usesLeft: uses, redirectHosts: hosts, createdAt: try columns.time("created_at"),
            expiresAt: try columns.time("expires_at"))
    }

    private static let columns: SQL = "pool_id, id, hash, uses_left, redirect_hosts, created_at, expires_at"
    private static let insert: SQL = "INSERT INTO initial_access_tokens (" + columns + ") VALUES " + .places(rows: 1, columns: 7)
    private static let isGood: SQL = " AND uses_left > 0 AND expires_at > "
    private static let list: SQL =
        "SELECT " + columns + " FROM initial_access_tokens WHERE pool_id = $1" + isGood + "$2 ORDER BY created_at, id"
    private static let find: SQL =
        "SELECT " + columns + " FROM initial_access_tokens WHERE hash = $1 AND " + .poolID + " = $2" + isGood + "$3"
    private static let revoke: SQL = "DELETE FROM initial_access_tokens WHERE pool_id = $1 AND id = $2"
    private static let use: SQL =
        "UPDATE initial_access_tokens SET uses_left = uses_left - 1 WHERE hash = $1 AND " + .poolID + " = $2" + isGood + "$3"
    private static let removeExpired: SQL =
        "DELETE FROM initial_access_tokens WHERE hash IN (SELECT hash FROM initial_access_tokens WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2"
        + .skippingLocked + ")"
    private static let count: SQL = "SELECT client_id FROM client_registrations WHERE pool_id = $1 AND way = $2 LIMIT $3"
    private static let insertRegistration: SQL = "INSERT INTO client_registrations (pool_id, client_id, way, expires_at) VALUES ($1, $2, $3, $4)"
    private static let keep: SQL =
        "UPDATE client_registrations SET expires_at = $3 WHERE pool_id = $1 AND client_id = $2 AND expires_at < $3"
    private static let unused: SQL =
        "SELECT pool_id, client_id FROM client_registrations WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2" + .skippingLocked
    private static let mark: SQL = "UPDATE app_clients SET deleted_at = $3 WHERE pool_id = $1 AND id = $2 AND deleted_at IS NULL"
    private static let removeRegistration: SQL = "DELETE FROM client_registrations WHERE pool_id = $1 AND client_id = $2"
}
