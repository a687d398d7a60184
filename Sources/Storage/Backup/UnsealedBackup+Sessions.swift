import UserPools

extension UnsealedBackup {
    /// Ends what would live again: before anything is restored of it, and in one transaction.
    ///
    /// - Returns: how many sessions.
    package func endSessions() async throws(BackupError) -> Int {
        let database: SQLiteDatabase
        do { database = try await SQLiteDatabase.open(path: folder.snapshot) } catch { throw .database(error) }
        let result: Result<Int, StoreError>
        do throws(StoreError) {
            result = .success(
                try await database.write { connection throws(StoreError) in
                    _ = try connection.execute(Self.deleteUpstreamTokens, [])
                    _ = try connection.execute(Self.endFamilies, [])
                    return try connection.execute(Self.deleteSessions, [])
                })
        } catch { result = .failure(error) }
        await database.close()
        do { return try result.get() } catch { throw .store(error) }
    }

    private static let deleteUpstreamTokens: SQL = "DELETE FROM upstream_tokens"
    /// A code is of a family, too.
    private static let endFamilies: SQL = "UPDATE token_families SET ended = 1 WHERE ended = 0"
    private static let deleteSessions: SQL = "DELETE FROM sessions"
}
