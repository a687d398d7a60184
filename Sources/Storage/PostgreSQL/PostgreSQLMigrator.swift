import Glibc
import UserPools

/// One step from one shape of the tables to the next, on PostgreSQL. A released one is never edited.
///
/// Each leaves what the version before needs, which goes on working beside it: servers are replaced one after the other.
struct PostgreSQLMigration: Sendable {
    let version: Int
    let name: String
    /// The oldest shape whose servers still work with this one.
    let oldestReader: Int
    let statements: [SQL]

    /// In the order of their versions.
    static let all: [PostgreSQLMigration] = [
        .tables, .notifications, .signInsApart, .samlInFull, .federations, .refinements, .signInRecords, .countsAndLists,
    ]
}

/// Brings a database up to date, whichever process comes first.
enum PostgreSQLMigrator {
    /// - Parameter first: what is done with the first tables, in the same transaction; nothing where there were some.
    static func migrate(
        _ location: PostgreSQLLocation, to migrations: [PostgreSQLMigration], first: SQLStatement? = nil
    ) async throws(StorageError) {
        try await Blocking.run { () throws(StorageError) in try migrateNow(location, to: migrations, first: first) }
    }

    /// Whether the server lets us in, and why not; nothing is changed.
    static func reach(_ location: PostgreSQLLocation) async throws(StorageError) {
        try await Blocking.run { () throws(StorageError) in _ = try connect(location) }
    }

    private static func connect(_ location: PostgreSQLLocation) throws(StorageError) -> PostgreSQLConnection {
        do throws(PostgreSQLFailure) { return try PostgreSQLConnection(location, patience: .seconds(10)) } catch {
            let (place, reason) = (location.text, StoreError(error).reason)
            throw error.isOfUnverifiedServer
                ? .unverifiedServer(location: place, reason: reason) : .cannotConnect(location: place, reason: reason)
        }
    }

    /// A migration may take long; nothing else runs on its connection.
    private static let patience = Duration.seconds(600)

    /// While it waits for a lock everybody else who wants the table stands behind it: so it waits a second, lets them pass, and begins anew.
    private static let attempts = 60
    private static let pause: UInt32 = 500_000

    private static func migrateNow(
        _ location: PostgreSQLLocation, to migrations: [PostgreSQLMigration], first: SQLStatement?
    ) throws(StorageError) {
        let connection = try connect(location)
        connection.patience = patience
        for attempt in 1...attempts {
            if try migrateOnce(connection, to: migrations, first: first, isLast: attempt == attempts) { return }
            usleep(pause)
        }
    }

    /// - Returns: false where somebody was in the way, and nothing was done.
    private static func migrateOnce(
        _ connection: PostgreSQLConnection, to migrations: [PostgreSQLMigration], first: SQLStatement?, isLast: Bool
    ) throws(StorageError) -> Bool {
        var running = 0
        do {
            let known = migrations.last?.version ?? 0
            // Where nothing is to be done nothing is written: a role that may not make tables is enough.
            if try found(connection, known: known) == known { return true }
            try run(["BEGIN ISOLATION LEVEL READ COMMITTED", "SET LOCAL statement_timeout = 0", "SET LOCAL lock_timeout = '1s'"], connection)
            try run([lock, makeTable], connection)
            let found = try found(connection, known: known)
            // Every write of every version takes this one first, so no two wait for each other.
            if found > 0 { try run(["LOCK TABLE write_turns IN EXCLUSIVE MODE"], connection) }
            for migration in migrations where migration.version > found {
                running = migration.version
                try run(migration.statements, connection)
                let values: [SQLValue] = [.integer(migration.version), .text(migration.name), .integer(migration.oldestReader)]
                _ = try connection.run([(applied, try PostgreSQLParameters(values))])
            }
            if found == 0, let first { _ = try connection.run([(first.sql, try PostgreSQLParameters(first.values))]) }
            guard try connection.run([("COMMIT", .none)]).last?.tag == "COMMIT" else {
                throw PostgreSQLFailure.broken(reason: "nothing was committed")
            }
            return true
        } catch let error as StorageError {
            throw error
        } catch let error as PostgreSQLFailure {
            if !isLast, error.isInTheWay, (try? run(["ROLLBACK"], connection)) != nil { return false }
            throw .migrationFailed(version: running, reason: StoreError(error).reason)
        } catch {
            throw .migrationFailed(version: running, reason: "a value that no column takes")
        }
    }

    private static func run(_ statements: [SQL], _ connection: PostgreSQLConnection) throws(PostgreSQLFailure) {
        _ = try connection.run(statements.map { ($0, .none) }, prepares: false)
    }

    /// The version that the tables have; 0 where there are none.
    private static func found(_ connection: PostgreSQLConnection, known: Int) throws -> Int {
        let there = try connection.run([(hasTable, .none)], prepares: false)[0].rows.first?.values.first
        guard there == .integer(1) else { return 0 }
        guard let row = try connection.run([(newest, .none)], prepares: false)[0].rows.first else { return 0 }
        guard case .integer(let version)? = row.values.first, case .integer(let oldestReader)? = row.values.last else { return 0 }
        if version > known, oldestReader > known { throw StorageError.newerSchema(found: Int(version), known: known) }
        return min(Int(version), known)
    }

    /// Held until the transaction ends; the number is ours alone: "countsig" in ASCII.
    private static let lock: SQL = "SELECT pg_advisory_xact_lock(7165064734573488487)"
    private static let hasTable: SQL = "SELECT count(*) AS there FROM pg_catalog.pg_class WHERE oid = to_regclass('schema_migrations')"
    private static let makeTable: SQL = """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, oldest_reader BIGINT NOT NULL, applied_at BIGINT NOT NULL)
        """
    private static let newest: SQL = "SELECT version, oldest_reader FROM schema_migrations ORDER BY version DESC LIMIT 1"
    private static let applied: SQL = """
        INSERT INTO schema_migrations (version, name, oldest_reader, applied_at)
        VALUES ($1, $2, $3, (extract(epoch FROM now()) * 1000)::BIGINT)
        """
}
