import FoundationEssentials
import UserPools

struct SQLSAMLKeyStore: SAMLKeyStore {
    let database: any SQLDatabase

    func insertFirst(_ key: SAMLKey) async throws(StoreError) -> SAMLKey {
        try await database.write { connection throws(StoreError) in
            if let standing = try Self.newest(key.use, in: key.poolID, connection) { return standing }
            // Another server's key may have come in between; SQLite lets nobody in, PostgreSQL does.
            try SQLUserPoolStore.require(key.poolID, connection)
            try SQLInstallationStore.requireMasterKey(key.sealedBy, of: "SAML key", connection)
            _ = try connection.execute(Self.insert, Self.values(of: key))
            guard let standing = try Self.newest(key.use, in: key.poolID, connection) else { throw .conflict(what: "SAML key \(key.id)") }
            return standing
        }
    }

    func list(in pool: UserPool.ID) async throws(StoreError) -> [SAMLKey] { try await list(in: [pool])[0] }

    func list(in pools: [UserPool.ID]) async throws(StoreError) -> [[SAMLKey]] {
        try await database.read { connection throws(StoreError) in
            try connection.rows(of: pools.map { SQLStatement(Self.list, [.identifier($0)]) }).map { rows throws(StoreError) in
                try rows.map { row throws(StoreError) in try Self.key(row) }
            }
        }
    }

    func rotate(_ rotation: SAMLKeyRotation, recorded event: AuditEvent) async throws(StoreError) -> Bool {
        try await database.transaction { connection throws(StoreError) in
            let key = rotation.key
            // Of two who saw the same key as the newest, the one that comes second finds it superseded, and ends here.
            let values: [SQLValue] = [.identifier(key.poolID), .identifier(rotation.replacing), .time(key.activeFrom)]
            guard try connection.execute(Self.supersede, values) == 1 else { return .rollback(false) }
            try Self.insert(key, connection)
            try SQLAuditStore.insert(event, connection)
            return .commit(true)
        }
    }

    func activate(_ id: SAMLKey.ID, in pool: UserPool.ID, at now: Date, recorded event: AuditEvent) async throws(StoreError) -> Bool {
        try await database.transaction { connection throws(StoreError) in
            guard try Self.activate(id, in: pool, at: now, connection) else { return .rollback(false) }
            try SQLAuditStore.insert(event, connection)
            return .commit(true)
        }
    }

    func withdraw(
        _ id: SAMLKey.ID, in pool: UserPool.ID, successor: SAMLKeySuccessor?, at now: Date, recorded event: AuditEvent
    ) async throws(StoreError) -> Bool {
        try await database.transaction { connection throws(StoreError) in
            switch successor {
            case nil: break
            case .known(let next): guard try Self.activate(next, in: pool, at: now, connection) else { return .rollback(false) }
            case .new(let key):
                // Where the withdrawn one was still to come, the one that counts goes on until the new one does.
                _ = try connection.execute(Self.supersedeEarlier, [.identifier(pool), .identifier(id), .time(key.activeFrom), .time(now)])
                let values: [SQLValue] = [.identifier(pool), .identifier(id), .time(now)]
                guard try connection.execute(Self.supersede, values) == 1 else { return .rollback(false) }
                try Self.insert(key, connection)
            }
            let values: [SQLValue] = [.identifier(pool), .identifier(id), .time(now), .bytes([])]
            guard try connection.execute(Self.withdraw, values) == 1 else { return .rollback(false) }
            try SQLAuditStore.insert(event, connection)
            return .commit(true)
        }
    }

    func removeSuperseded(until end: Date, limit: Int) async throws(StoreError) -> Int {
        try await database.write { connection throws(StoreError) in
            try connection.execute(Self.removeSuperseded, [.time(end), .limit(limit)])
        }
    }

    /// Those of every pool whose private half is there.
    static func all(_ connection: any SQLConnection) throws(StoreError) -> [SAMLKey] {
        try connection.rows(all, []).map { row throws(StoreError) in try key(row) }
    }

    static func setPrivateKey(_ sealed: [UInt8], of key: SAMLKey, _ connection: any SQLConnection) throws(StoreError) {
        _ = try connection.execute(setPrivateKey, [.identifier(key.poolID), .identifier(key.id), .bytes(sealed)])
    }

    private static func activate(_ id: SAMLKey.ID, in pool: UserPool.ID, at now: Date, _ connection: any SQLConnection) throws(StoreError) -> Bool {
        let values: [SQLValue] = [.identifier(pool), .identifier(id), .time(now)]
        // First the one before it, which is found by the moment that is about to change.
        _ = try connection.execute(supersedeEarlier, values + [.time(now)])
        return try connection.execute(activate, values) == 1
    }

    private static func insert(_ key: SAMLKey, _ connection: any SQLConnection) throws(StoreError) {
        try SQLInstallationStore.requireMasterKey(key.sealedBy, of: "SAML key", connection)
        guard try connection.execute(insert, values(of: key)) == 1 else { throw .conflict(what: "SAML key \(key.id)") }
    }

    private static func newest(_ use: SAMLKey.Use, in pool: UserPool.ID, _ connection: any SQLConnection) throws(StoreError) -> SAMLKey? {
        try connection.row(findNewest, [.identifier(pool), .text(use.rawValue)]).map { row throws(StoreError) in try key(row) }
    }

    private static func values(of key: SAMLKey) -> [SQLValue] {
        [
            .identifier(key.poolID), .identifier(key.id), .text(key.use.rawValue), .bytes(key.certificate), .bytes(key.sealedPrivateKey),
            .time(key.createdAt), .time(key.activeFrom), .time(key.supersededAt), .time(key.withdrawnAt),
        ]
    }

    private static func key(_ row: SQLRow) throws(StoreError) -> SAMLKey {
        var columns = ColumnReader(row, of: "SAML key")
        let (poolID, id): (UserPool.ID, SAMLKey.ID) = (try columns.identifier("pool_id"), try columns.identifier("id"))
        return SAMLKey(
            id: id, poolID: poolID, use: try columns.choice("use"), certificate: try columns.bytes("certificate"),
            sealedPrivateKey: try columns.bytes("sealed_private_key"), createdAt: try columns.time("created_at"),
            activeFrom: try columns.time("active_from"), supersededAt: try columns.optionalTime("superseded_at"),
            withdrawnAt: try columns.optionalTime("withdrawn_at"))
    }

    private static let columns: SQL =
        "pool_id, id, use, certificate, sealed_private_key, created_at, active_from, superseded_at, withdrawn_at"
    private static let insert: SQL =
        "INSERT INTO saml_keys (" + columns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING"
    private static let findNewest: SQL = "SELECT " + columns + " FROM saml_keys WHERE pool_id = $1 AND use = $2 AND superseded_at IS NULL"
    private static let list: SQL = "SELECT " + columns + " FROM saml_keys WHERE pool_id = $1 ORDER BY created_at, id"
    private static let all: SQL = "SELECT " + columns + " FROM saml_keys WHERE withdrawn_at IS NULL ORDER BY pool_id, id"
    private static let setPrivateKey: SQL = "UPDATE saml_keys SET sealed_private_key = $3 WHERE pool_id = $1 AND id = $2"
    private static let supersede: SQL =
        "UPDATE saml_keys SET superseded_at = $3 WHERE pool_id = $1 AND id = $2 AND superseded_at IS NULL"
    /// The key whose place $2 was to take ends at another moment. The first key of all took nobody's, and one that counts already has taken it.
    private static let supersedeEarlier: SQL = """
        UPDATE saml_keys SET superseded_at = $3 WHERE pool_id = $1 AND id <> $2 AND withdrawn_at IS NULL
            AND (use, superseded_at) IN (SELECT use, active_from FROM saml_keys WHERE pool_id = $1 AND id = $2 AND superseded_at IS NULL AND active_from > $4)
        """
    private static let activate: SQL =
        "UPDATE saml_keys SET active_from = $3 WHERE pool_id = $1 AND id = $2 AND superseded_at IS NULL AND active_from > $3"
    private static let withdraw: SQL = """
        UPDATE saml_keys SET withdrawn_at = $3, sealed_private_key = $4
        WHERE pool_id = $1 AND id = $2 AND withdrawn_at IS NULL AND superseded_at IS NOT NULL
        """
    private static let removeSuperseded: SQL = """
        DELETE FROM saml_keys WHERE (pool_id, id) IN (
            SELECT pool_id, id FROM saml_keys WHERE superseded_at <= $1 ORDER BY superseded_at LIMIT $2)
        """
}
