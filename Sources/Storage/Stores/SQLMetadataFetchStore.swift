import FoundationEssentials
import UserPools

struct SQLMetadataFetchStore: MetadataFetchStore {
    let database: any SQLDatabase

    func note(_ provider: IdentityProvider.Name, in pool: UserPool.ID, at now: Date, unlessAfter before: Date) async throws(StoreError) {
        let values: [SQLValue] = [.identifier(pool), .identifier(provider), .time(now), .time(before)]
        try await database.write { connection throws(StoreError) in _ = try connection.execute(Self.note, values) }
    }

    func find(_ provider: IdentityProvider.Name, in pool: UserPool.ID) async throws(StoreError) -> Date? {
        let rows = try await database.rows(of: [SQLStatement(Self.find, [.identifier(pool), .identifier(provider)])])[0]
        return try rows.first.map { row throws(StoreError) in
            var columns = ColumnReader(row, of: "fetch of metadata")
            return try columns.time("fetched_at")
        }
    }

    func list(in pool: UserPool.ID, limit: Int) async throws(StoreError) -> [IdentityProvider.Name: Date] {
        var found: [IdentityProvider.Name: Date] = [:]
        for row in try await database.rows(of: [SQLStatement(Self.list, [.identifier(pool), .limit(limit)])])[0] {
            var columns = ColumnReader(row, of: "fetch of metadata")
            let provider: IdentityProvider.Name = try columns.identifier("provider")
            found[provider] = try columns.time("fetched_at")
        }
        return found
    }

    private static let note: SQL = """
        INSERT INTO metadata_fetches (pool_id, provider, fetched_at)
        SELECT pool_id, name, $3 FROM identity_providers WHERE pool_id = $1 AND name = $2 AND deleted_at IS NULL
        ON CONFLICT (pool_id, provider) DO UPDATE SET fetched_at = excluded.fetched_at WHERE metadata_fetches.fetched_at <= $4
        """
    private static let find: SQL = "SELECT fetched_at FROM metadata_fetches WHERE pool_id = $1 AND provider = $2"
    private static let list: SQL = "SELECT provider, fetched_at FROM metadata_fetches WHERE pool_id = $1 ORDER BY provider LIMIT $2"
}
