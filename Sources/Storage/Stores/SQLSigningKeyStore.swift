import FoundationEssentials
import UserPools

struct SQLSigningKeyStore: SigningKeyStore {
    let database: any SQLDatabase

    func insertFirst(_ key: SigningKey, recorded event: AuditEvent?) async throws(StoreError) -> SigningKey {
        try await database.write { connection throws(StoreError) in try Self.insertFirst(key, recorded: event, connection) }
    }

    private static func insertFirst(_ key: SigningKey, recorded event: AuditEvent?, _ connection: any SQLConnection) throws(StoreError) -> SigningKey
    {
        if let standing = try standing(for: key, connection) { return standing }
        // Another server's key may have come in between; SQLite lets nobody in, PostgreSQL does.
        try SQLUserPoolStore.require(key.poolID, connection)
        try SQLInstallationStore.requireMasterKey(key.sealedBy, of: "signing key", connection)
        let inserted = try connection.execute(insert, values(of: key))
        if inserted > 0, let event { try SQLAuditStore.insert(event, connection) }
        guard let standing = try standing(for: key, connection) else { throw .conflict(what: "signing key \(key.id)") }
        return standing
    }

    /// One step of a rotation, within a change of its pool.
    static func take(_ step: KeyStep, _ connection: any SQLConnection) throws(StoreError) {
        switch step {
        case .publish(let key, let event): _ = try insertFirst(key, recorded: event, connection)
        case .rotate(let rotation, let event):
            guard try rotate(rotation, connection) else { throw .conflict(what: "key rotation of pool \(rotation.retiring.poolID)") }
            try SQLAuditStore.insert(event, connection)
        case .start(let key, let next, let event): try start(key, next: next, recorded: event, connection)
        case .stop(let algorithm, let pool, let now):
            // Somebody else gave the pool the algorithm meanwhile.
            if let left = try SQLUserPoolStore.find(pool, connection), left.signingAlgorithms.contains(algorithm) {
                throw .conflict(what: "signing algorithm \(algorithm)")
            }
            try retireCurrent(of: pool, at: now, connection) { $0.algorithm == algorithm }
            _ = try connection.execute(removeUpcoming, [.identifier(pool), .text(algorithm)])
        }
    }

    func list(in pool: UserPool.ID) async throws(StoreError) -> [SigningKey] { try await list(in: [pool])[0] }

    func list(in pools: [UserPool.ID]) async throws(StoreError) -> [[SigningKey]] {
        try await database.read { connection throws(StoreError) in
            try connection.rows(of: pools.map { SQLStatement(Self.list, [.identifier($0)]) }).map { rows throws(StoreError) in
                try rows.map { row throws(StoreError) in try Self.key(row) }
            }
        }
    }

    func rotate(_ rotation: KeyRotation, recorded event: AuditEvent) async throws(StoreError) -> Bool {
        try await database.transaction { connection throws(StoreError) in
            guard try Self.rotate(rotation, connection) else { return .rollback(false) }
            try SQLAuditStore.insert(event, connection)
            return .commit(true)
        }
    }

    func withdraw(
        _ id: SigningKey.ID, in pool: UserPool.ID, rotation: KeyRotation?, at now: Date, recorded event: AuditEvent
    ) async throws(StoreError) -> Bool {
        try await database.transaction { connection throws(StoreError) in
            if let rotation, try !Self.rotate(rotation, connection) { return .rollback(false) }
            let values: [SQLValue] = [.identifier(pool), .identifier(id), .time(now), .bytes([])]
            guard try connection.execute(Self.withdraw, values) == 1 else { return .rollback(false) }
            try SQLAuditStore.insert(event, connection)
            return .commit(true)
        }
    }

    /// False where the key that is to retire is not the current one any more.
    private static func rotate(_ rotation: KeyRotation, _ connection: any SQLConnection) throws(StoreError) -> Bool {
        let (pool, retiring) = (rotation.retiring.poolID, rotation.retiring)
        // Of two processes that saw the same key sign, the one that comes second waits here, finds it retired, and ends.
        guard try connection.execute(claim, [.identifier(pool), .identifier(retiring.id)]) == 1,
            let algorithms = try SQLUserPoolStore.find(pool, connection)?.signingAlgorithms
        else { return false }
        let signing = rotation.signing
        try retireCurrent(of: pool, at: rotation.now, connection) { $0.algorithm == signing.algorithm || !algorithms.contains($0.algorithm) }
        try SQLInstallationStore.requireMasterKey(rotation.upcoming.sealedBy, of: "signing key", connection)
        guard try promote(signing, connection) else { return false }
        // One that waits elsewhere than the new one will (the promoted one waits no more).
        _ = try connection.execute(removeUpcoming, [.identifier(pool), .text(signing.algorithm)])
        if !algorithms.contains(retiring.algorithm) {
            _ = try connection.execute(removeUpcoming, [.identifier(pool), .text(retiring.algorithm)])
        }
        _ = try connection.execute(insert, values(of: rotation.upcoming))
        return true
    }

    /// Nothing where a key of the algorithm signs already: somebody else was first.
    private static func start(
        _ key: SigningKey, next: SigningKey, recorded event: AuditEvent, _ connection: any SQLConnection
    ) throws(StoreError) {
        var signing = key
        signing.phase = .current
        guard try standing(for: signing, connection) == nil else { return }
        try SQLInstallationStore.requireMasterKey(next.sealedBy, of: "signing key", connection)
        guard try promote(key, connection) else { throw .conflict(what: "signing key \(key.id)") }
        _ = try connection.execute(insert, values(of: next))
        try SQLAuditStore.insert(event, connection)
    }

    /// The key signs from now on: one that was made for it, or one that waited.
    /// - Returns: false where it waited and does so no more. Somebody else took it away, and what a security module had of it may be gone.
    private static func promote(_ key: SigningKey, _ connection: any SQLConnection) throws(StoreError) -> Bool {
        if key.phase == .upcoming { return try connection.execute(promote, [.identifier(key.poolID), .identifier(key.id)]) == 1 }
        return try connection.execute(insert, values(of: key)) == 1
    }

    private static func retireCurrent(
        of pool: UserPool.ID, at now: Date, _ connection: any SQLConnection, where isOver: (SigningKey) -> Bool
    ) throws(StoreError) {
        let keys = try connection.rows(list, [.identifier(pool)]).map { row throws(StoreError) in try Self.key(row) }
        for key in keys where key.phase == .current && isOver(key) {
            _ = try connection.execute(retire, [.identifier(pool), .identifier(key.id), .time(now)])
        }
    }

    func retired(until end: Date, limit: Int) async throws(StoreError) -> [SigningKey] {
        try await database.read { connection throws(StoreError) in
            try connection.rows(Self.listRetired, [.time(end), .limit(limit)]).map { row throws(StoreError) in try Self.key(row) }
        }
    }

    func removeRetired(until end: Date, limit: Int) async throws(StoreError) -> Int {
        try await database.write { connection throws(StoreError) in
            try connection.execute(Self.removeRetired, [.time(end), .limit(limit)])
        }
    }

    private static func standing(for key: SigningKey, _ connection: any SQLConnection) throws(StoreError) -> SigningKey? {
        let values: [SQLValue] = [.identifier(key.poolID), .text(key.algorithm), .text(key.phase.rawValue)]
        return try connection.row(findStanding, values).map { row throws(StoreError) in try Self.key(row) }
    }

    private static func values(of key: SigningKey) -> [SQLValue] {
        [
            .identifier(key.poolID), .identifier(key.id), .text(key.algorithm), .text(key.phase.rawValue), .bytes(key.sealedPrivateKey),
            .time(key.createdAt), .time(key.retiredAt),
        ]
    }

    static func key(_ row: SQLRow) throws(StoreError) -> SigningKey {
        var columns = ColumnReader(row, of: "signing key")
        let (poolID, id): (UserPool.ID, SigningKey.ID) = (try columns.identifier("pool_id"), try columns.identifier("id"))
        return SigningKey(
            id: id, poolID: poolID, algorithm: try columns.text("algorithm"), phase: try columns.choice("phase"),
            sealedPrivateKey: try columns.bytes("sealed_private_key"), createdAt: try columns.time("created_at"),
            retiredAt: try columns.optionalTime("retired_at"))
    }

    static let columns: SQL = "pool_id, id, algorithm, phase, sealed_private_key, created_at, retired_at"
    private static let insert: SQL =
        "INSERT INTO signing_keys (" + columns + ") VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING"
    /// Changes nothing, and holds the row until the end of the transaction.
    private static let claim: SQL = "UPDATE signing_keys SET phase = 'current' WHERE pool_id = $1 AND id = $2 AND phase = 'current'"
    private static let retire: SQL =
        "UPDATE signing_keys SET phase = 'retired', retired_at = $3 WHERE pool_id = $1 AND id = $2 AND phase = 'current'"
    private static let promote: SQL =
        "UPDATE signing_keys SET phase = 'current' WHERE pool_id = $1 AND id = $2 AND phase = 'upcoming'"
    private static let withdraw: SQL = """
        UPDATE signing_keys SET phase = 'withdrawn', retired_at = $3, sealed_private_key = $4
        WHERE pool_id = $1 AND id = $2 AND phase IN ('upcoming', 'retired')
        """
    /// It never signed, and will not.
    private static let removeUpcoming: SQL = "DELETE FROM signing_keys WHERE pool_id = $1 AND phase = 'upcoming' AND algorithm = $2"
    private static let removeRetired: SQL = """
        DELETE FROM signing_keys WHERE (pool_id, id) IN (
            SELECT pool_id, id FROM signing_keys WHERE phase IN ('retired', 'withdrawn') AND retired_at <= $1 ORDER BY retired_at, pool_id, id LIMIT $2)
        """
    private static let listRetired: SQL =
        "SELECT " + columns
        + " FROM signing_keys WHERE phase IN ('retired', 'withdrawn') AND retired_at <= $1 ORDER BY retired_at, pool_id, id LIMIT $2"
    private static let findStanding: SQL =
        "SELECT " + columns + " FROM signing_keys WHERE pool_id = $1 AND algorithm = $2 AND phase = $3 ORDER BY created_at DESC, id LIMIT 1"
    private static let list: SQL = "SELECT " + columns + " FROM signing_keys WHERE pool_id = $1 ORDER BY created_at, id"
}
