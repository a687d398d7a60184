import UserPools

/// One step from one shape of the tables to the next. A released one is never edited.
struct Migration: Sendable {
    let version: Int
    let name: String
    let sqlite: String

    /// In the order of their versions.
    static let all: [Migration] = [
        .firstTables, .openIDProviders, .branding, .grants, .persistentNames, .webOrigins, .mergedSessions, .samlInFull, .federations,
        .refinements, .signInRecords, .countsAndLists,
    ]
}

/// Brings a database up to date, whichever process comes first.
enum Migrator {
    /// All missing migrations in one exclusive transaction: a second process waits, then finds nothing to do. Where nothing is missing no lock is
    /// taken: beside a server that writes without a pause a command would wait for it (case 150).
    ///
    /// - Parameter first: what is done with the first tables, in the same transaction; nothing where there were some.
    static func migrate(_ connection: SQLiteConnection, to migrations: [Migration], first: SQLStatement? = nil) throws(StorageError) {
        let known = migrations.last?.version ?? 0
        if (try? found(connection)) == known { return }
        var running = 0
        defer { if connection.isInTransaction { try? connection.run("ROLLBACK") } }
        do {
            try connection.run("BEGIN EXCLUSIVE")
            try connection.run(table)
            let found = try found(connection)
            guard found <= known else { throw StorageError.newerSchema(found: found, known: known) }
            for migration in migrations where migration.version > found {
                running = migration.version
                try connection.run(migration.sqlite)
                _ = try connection.execute(applied, [.integer(migration.version), .text(migration.name)])
            }
            if found == 0, let first { _ = try connection.execute(first.sql, first.values) }
            try connection.run("COMMIT")
        } catch let error as StorageError {
            throw error
        } catch {
            let told = (error as? SQLiteFailure)?.told ?? error as? StoreError
            throw .migrationFailed(version: running, reason: told?.reason ?? "unknown")
        }
    }

    private static func found(_ connection: SQLiteConnection) throws(SQLiteFailure) -> Int {
        guard case .integer(let version)? = try connection.value(newest) else { return 0 }
        return Int(version)
    }

    private static let table = """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL
        ) STRICT
        """
    private static let newest = "SELECT max(version) FROM schema_migrations"
    private static let applied: SQL = """
        INSERT INTO schema_migrations (version, name, applied_at) VALUES ($1, $2, CAST(strftime('%s', 'now') AS INTEGER) * 1000)
        """
}
