import FoundationEssentials
import UserPools

struct SQLFollowingStore: FollowingStore {
    let database: any SQLDatabase

    func take(dueAt now: Date, until again: Date, limit: Int) async throws(StoreError) -> [FollowedDocument] {
        // A write costs a sync of the disk, and most of the time there is nothing to take.
        let due = try await database.rows(of: [SQLStatement(Self.anyDue, [.time(now)])])[0]
        guard !due.isEmpty else { return [] }
        return try await database.write { connection throws(StoreError) in
            try connection.rows(Self.take, [.time(now), .time(again), .limit(limit)]).map { row throws(StoreError) in try Self.document(row) }
        }
    }

    func hurry(
        _ provider: IdentityProvider.Name, in pool: UserPool.ID, at now: Date, unlessAfter before: Date, until again: Date
    ) async throws(StoreError) -> FollowedDocument? {
        let values: [SQLValue] = [.identifier(pool), .identifier(provider), .time(now), .time(before), .time(again)]
        return try await database.write { connection throws(StoreError) in
            try connection.row(Self.hurry, values).map { row throws(StoreError) in try Self.document(row) }
        }
    }

    func keep(_ document: FollowedDocument) async throws(StoreError) {
        let values: [SQLValue] = [
            .identifier(document.poolID), .identifier(document.provider), .text(document.address), .time(document.dueAt), .time(document.checkedAt),
            .time(document.validUntil), document.cacheDuration.map { .integer(Int($0)) } ?? .null, .text(document.version.etag),
            .text(document.version.lastModified), .text(document.sameAs), .integer(document.failures), .text(document.lastError),
        ]
        try await database.write { connection throws(StoreError) in _ = try connection.execute(Self.keep, values) }
    }

    func find(_ provider: IdentityProvider.Name, in pool: UserPool.ID) async throws(StoreError) -> FollowedDocument? {
        let rows = try await database.rows(of: [SQLStatement(Self.find, [.identifier(pool), .identifier(provider)])])[0]
        return try rows.first.map { row throws(StoreError) in try Self.document(row) }
    }

    /// In the transaction that changes the provider: what it follows from now on is due at once, and what was known of another address is forgotten.
    static func follow(_ provider: IdentityProvider, insteadOf before: IdentityProvider?, _ connection: any SQLConnection) throws(StoreError) {
        let key: [SQLValue] = [.identifier(provider.poolID), .identifier(provider.name)]
        guard provider.followed != before?.followed else {
            // What is at the same address is another federation now.
            guard case .federation(let new) = provider.kind, case .federation(let old)? = before?.kind, !new.readsAs(old) else { return }
            _ = try connection.execute(lookNow, key)
            return
        }
        if before?.followed != nil { try stop(key, connection) }
        guard let address = provider.followed else { return }
        _ = try connection.execute(begin, key + [.text(address)])
    }

    /// - Parameter key: pool and provider.
    static func stop(_ key: [SQLValue], _ connection: any SQLConnection) throws(StoreError) { _ = try connection.execute(stop, key) }

    private static func document(_ row: SQLRow) throws(StoreError) -> FollowedDocument {
        var columns = ColumnReader(row, of: "followed document")
        var document = FollowedDocument(
            poolID: try columns.identifier("pool_id"), provider: try columns.identifier("provider"), address: try columns.text("address"),
            dueAt: try columns.time("due_at"))
        document.checkedAt = try columns.optionalTime("checked_at")
        document.validUntil = try columns.optionalTime("valid_until")
        document.cacheDuration = try columns.optionalInteger("cache_duration").map(TimeInterval.init)
        document.version = DocumentVersion(etag: try columns.optionalText("etag"), lastModified: try columns.optionalText("last_modified"))
        document.sameAs = try columns.optionalText("same_as")
        document.failures = try columns.integer("failures")
        document.lastError = try columns.optionalText("last_error")
        return document
    }

    private static let columns: SQL = """
        pool_id, provider, address, due_at, checked_at, valid_until, cache_duration, etag, last_modified, same_as, failures, last_error
        """
    private static let anyDue: SQL = "SELECT 1 FROM followed_documents WHERE due_at <= $1 LIMIT 1"
    private static let take: SQL =
        "UPDATE followed_documents SET due_at = $2 WHERE due_at <= $1 AND (pool_id, provider) IN ("
        + "SELECT pool_id, provider FROM followed_documents WHERE due_at <= $1 ORDER BY due_at LIMIT $3" + .skippingLocked + ") RETURNING " + columns
    /// A clock that was set back must not keep anybody waiting.
    private static let hurry: SQL =
        "UPDATE followed_documents SET hurried_at = $3, due_at = $5 WHERE pool_id = $1 AND provider = $2"
        + " AND (hurried_at IS NULL OR hurried_at <= $4 OR hurried_at > $3) RETURNING " + columns
    private static let keep: SQL = """
        UPDATE followed_documents SET due_at = $4, checked_at = $5, valid_until = $6, cache_duration = $7, etag = $8, last_modified = $9,
            same_as = $10, failures = $11, last_error = $12
        WHERE pool_id = $1 AND provider = $2 AND address = $3
        """
    private static let find: SQL = "SELECT " + columns + " FROM followed_documents WHERE pool_id = $1 AND provider = $2"
    /// A server of the version before may have left a row behind.
    private static let begin: SQL = """
        INSERT INTO followed_documents (pool_id, provider, address, due_at, failures) VALUES ($1, $2, $3, 0, 0)
        ON CONFLICT (pool_id, provider) DO UPDATE SET address = excluded.address, due_at = 0, failures = 0, etag = NULL, last_modified = NULL,
            same_as = NULL, checked_at = NULL, valid_until = NULL, cache_duration = NULL, last_error = NULL
        """
    private static let lookNow: SQL = "UPDATE followed_documents SET due_at = 0 WHERE pool_id = $1 AND provider = $2"
    private static let stop: SQL = "DELETE FROM followed_documents WHERE pool_id = $1 AND provider = $2"
}
