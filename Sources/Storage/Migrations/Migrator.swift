import GRDB
import UserPools

/// One step from one shape of the tables to the next. A released one is never edited.
struct Migration: Sendable {
    let version: Int
    let name: String
    let sqlite: String

    /// In the order of their versions.
    static let all: [Migration] = [.firstTables, .openIDProviders, .branding, .grants, .persistentNames, .webOrigins, .mergedSessions]
}

/// Brings a database up to date, whichever process comes first.
enum Migrator {
    /// All missing migrations in one exclusive transaction: a second process waits, then finds nothing to do. Where nothing is missing no lock is
    /// taken: beside a server that writes without a pause a command would wait for it (case 150).
    static func migrate(_ pool: DatabasePool, to migrations: [Migration]) throws(StorageError) {
        let known = migrations.last?.version ?? 0
        if let found = try? pool.read({ try Int.fetchOne($0, sql: newest) }), found == known { return }
        var running = 0
        do {
            try pool.writeWithoutTransaction { database in
                try database.inTransaction(.exclusive) {
                    try database.execute(sql: table)
                    let found = try Int.fetchOne(database, sql: newest) ?? 0
                    guard found <= known else { throw StorageError.newerSchema(found: found, known: known) }
                    for migration in migrations where migration.version > found {
                        running = migration.version
                        try database.execute(sql: migration.sqlite)
                        try database.execute(sql: applied, arguments: [migration.version, migration.name])
                    }
                    return .commit
                }
            }
        } catch let error as StorageError {
            throw error
        } catch {
            throw .migrationFailed(version: running, reason: StoreError(sqlite: error).reason)
        }
    }

    private static let table = """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL
        ) STRICT
        """
    private static let newest = "SELECT max(version) FROM schema_migrations"
    private static let applied = """
        INSERT INTO schema_migrations (version, name, applied_at) VALUES (?, ?, CAST(strftime('%s', 'now') AS INTEGER) * 1000)
        """
}
