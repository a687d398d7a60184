import UserPools

struct SQLSigningKeyStore: SigningKeyStore {
    let database: any SQLDatabase

    func insertFirst(_ key: SigningKey) async throws(StoreError) -> SigningKey {
        try await database.write { connection throws(StoreError) in
            if let standing = try Self.standing(for: key, connection) { return standing }
            // Another server's key may have come in between; SQLite lets nobody in, PostgreSQL does.
            _ = try connection.execute(Self.insert, Self.values(of: key))
            guard let standing = try Self.standing(for: key, connection) else { throw .conflict(what: "signing key \(key.id)") }
            return standing
        }
    }

    func list(in pool: UserPool.ID) async throws(StoreError) -> [SigningKey] {
        try await database.read { connection throws(StoreError) in
            try connection.rows(Self.list, [.identifier(pool)]).map { row throws(StoreError) in try Self.key(row) }
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

    private static func key(_ row: SQLRow) throws(StoreError) -> SigningKey {
        var columns = ColumnReader(row, of: "signing key")
        let (poolID, id): (UserPool.ID, SigningKey.ID) = (try columns.identifier(), try columns.identifier())
        let algorithm = try columns.text()
        guard let phase = SigningKey.Phase(rawValue: try columns.text()) else { throw .corrupt(what: "signing key") }
        return SigningKey(
            id: id, poolID: poolID, algorithm: algorithm, phase: phase, sealedPrivateKey: try columns.bytes(),
            createdAt: try columns.time(), retiredAt: try columns.optionalTime())
    }

    private static let columns: SQL = "pool_id, id, algorithm, phase, sealed_private_key, created_at, retired_at"
    private static let insert: SQL =
        "INSERT INTO signing_keys (" + columns + ") VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING"
    private static let findStanding: SQL =
        "SELECT " + columns + " FROM signing_keys WHERE pool_id = $1 AND algorithm = $2 AND phase = $3 ORDER BY created_at DESC, id LIMIT 1"
    private static let list: SQL = "SELECT " + columns + " FROM signing_keys WHERE pool_id = $1 ORDER BY created_at, id"
}
