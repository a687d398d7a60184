import FoundationEssentials
import UserPools

extension SQLSigningKeyStore {
    func subjectKey(of pool: UserPool.ID) async throws(StoreError) -> SubjectKey? {
        try await database.read { connection throws(StoreError) in try Self.subjectKey(of: pool, connection) }
    }

    func insertFirst(_ key: SubjectKey) async throws(StoreError) -> SubjectKey {
        try await database.write { connection throws(StoreError) in
            if let standing = try Self.subjectKey(of: key.poolID, connection) { return standing }
            // Another server's key may have come in between; SQLite lets nobody in, PostgreSQL does.
            try SQLUserPoolStore.require(key.poolID, connection)
            try SQLInstallationStore.requireMasterKey(key.sealedBy, of: "subject key", connection)
            _ = try connection.execute(insertSubjectKey, [.identifier(key.poolID), .bytes(key.sealed), .time(key.createdAt)])
            guard let standing = try Self.subjectKey(of: key.poolID, connection) else { throw .conflict(what: "subject key of pool \(key.poolID)") }
            return standing
        }
    }

    /// Those of every pool.
    static func subjectKeys(_ connection: any SQLConnection) throws(StoreError) -> [SubjectKey] {
        try connection.rows(allSubjectKeys, []).map { row throws(StoreError) in try subjectKey(row) }
    }

    static func seal(_ sealed: [UInt8], of key: SubjectKey, _ connection: any SQLConnection) throws(StoreError) {
        _ = try connection.execute(setSubjectKey, [.identifier(key.poolID), .bytes(sealed)])
    }

    private static func subjectKey(of pool: UserPool.ID, _ connection: any SQLConnection) throws(StoreError) -> SubjectKey? {
        try connection.row(findSubjectKey, [.identifier(pool)]).map { row throws(StoreError) in try subjectKey(row) }
    }

    private static func subjectKey(_ row: SQLRow) throws(StoreError) -> SubjectKey {
        var columns = ColumnReader(row, of: "subject key")
        return SubjectKey(
            poolID: try columns.identifier("pool_id"), sealed: try columns.bytes("sealed_key"), createdAt: try columns.time("created_at"))
    }
}

private let findSubjectKey: SQL = "SELECT pool_id, sealed_key, created_at FROM subject_keys WHERE pool_id = $1"
private let allSubjectKeys: SQL = "SELECT pool_id, sealed_key, created_at FROM subject_keys ORDER BY pool_id"
private let insertSubjectKey: SQL = "INSERT INTO subject_keys (pool_id, sealed_key, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
private let setSubjectKey: SQL = "UPDATE subject_keys SET sealed_key = $2 WHERE pool_id = $1"
