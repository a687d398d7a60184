import FoundationEssentials
import UserPools

/// A database without its stores: for what is done to all of it, whatever it holds and whoever sealed it.
struct WholeDatabase: Sendable {
    enum Dialect: Sendable { case sqlite, postgreSQL }

    let database: any SQLDatabase
    let dialect: Dialect
    /// As messages name it; nothing in it is secret.
    let name: String

    /// It must be there, and stays as it is.
    static func openToRead(url: String) async throws(StorageError) -> WholeDatabase {
        switch try Storage.kind(of: url) {
        case .sqlite(let path): WholeDatabase(database: try await SQLiteReader.open(path: path), dialect: .sqlite, name: path)
        case .postgreSQL(let location):
            WholeDatabase(database: try await PostgreSQLDatabase.openToRead(location), dialect: .postgreSQL, name: location.text)
        }
    }

    /// Makes a SQLite file where there is none, and brings the tables up to date. Those that it makes are a copy's that is not finished, from the first
    /// moment on: no server begins on them.
    static func openToFill(url: String, with identity: String, at now: Date) async throws(StorageError) -> WholeDatabase {
        let first = SQLInstallationStore.setting(SQLInstallationStore.unfinishedCopy, is: identity, at: now)
        return switch try Storage.kind(of: url) {
        case .sqlite(let path): WholeDatabase(database: try await SQLiteDatabase.open(path: path, first: first), dialect: .sqlite, name: path)
        case .postgreSQL(let location):
            WholeDatabase(database: try await PostgreSQLDatabase.open(location, first: first), dialect: .postgreSQL, name: location.text)
        }
    }

    func close() async { await database.close() }

    /// The shape that this program knows.
    var knownSchema: Int {
        switch dialect {
        case .sqlite: Migration.all.last?.version ?? 0
        case .postgreSQL: PostgreSQLMigration.all.last?.version ?? 0
        }
    }

    /// The shape that the tables have; 0 where there are none.
    func schema() async throws(StoreError) -> Int {
        try await database.read { [dialect] connection throws(StoreError) in
            guard try connection.has(dialect == .sqlite ? Self.hasTableInSQLite : Self.hasTableInPostgreSQL, []) else { return 0 }
            guard case .integer(let version)? = try connection.row(Self.newest, [])?.values.first else { return 0 }
            return Int(version)
        }
    }

    /// Of another shape some tables or columns would be left out, or are not there.
    static func mismatch(found: Int, known: Int) -> StorageError? {
        if found == known { return nil }
        return found < known ? .olderSchema(found: found, known: known) : .newerSchema(found: found, known: known)
    }

    /// nil where this program works with the tables: they are its own, or newer ones of PostgreSQL that leave it what it needs.
    func mismatch() async throws(StoreError) -> StorageError? {
        let mismatch = Self.mismatch(found: try await schema(), known: knownSchema)
        guard dialect == .postgreSQL, case .newerSchema? = mismatch else { return mismatch }
        let oldestReader = try await database.read { connection throws(StoreError) in try connection.row(Self.oldestReader, [])?.values.first }
        guard case .integer(let oldest)? = oldestReader, oldest <= knownSchema else { return mismatch }
        return nil
    }

    private static let oldestReader: SQL = "SELECT oldest_reader FROM schema_migrations ORDER BY version DESC LIMIT 1"
    private static let hasTableInSQLite: SQL = "SELECT 1 FROM sqlite_schema WHERE name = 'schema_migrations'"
    private static let hasTableInPostgreSQL: SQL = "SELECT 1 FROM pg_catalog.pg_class WHERE oid = to_regclass('schema_migrations')"
    private static let newest: SQL = "SELECT version FROM schema_migrations ORDER BY version DESC LIMIT 1"
}
