import Glibc
import UserPools
import WireFormats

/// The SQLite file that a backup has in it.
enum SnapshotFile {
    static let schema = Migration.all.last?.version ?? 0

    /// Fills a new file from one transaction, and reads it again: the rows of each table are the same on both sides.
    static func fill(
        _ path: String, from source: any SQLConnection, _ report: (CopyProgress) -> Void
    ) throws(BackupError) -> [CopiedDatabase.Table] {
        unlink(path)
        let file = try open(path)
        var tables: [CopiedDatabase.Table] = []
        for table in StoredTable.all {
            var digest = TableDigest()
            try run(file, "BEGIN")
            try walk(table, source) { rows throws(BackupError) in
                do throws(StoreError) { try table.insert(rows, file) } catch { throw refusal(of: error, rows, table, file) }
                for row in rows { digest.add(row.values) }
                report(CopyProgress(step: .copying, table: table.name, rows: digest.rows, isDone: false))
            }
            try run(file, "COMMIT")
            tables.append(CopiedDatabase.Table(name: table.name, rows: digest.rows, digest: digest.text))
        }
        try check(file, path)
        try compare(file, with: tables, report)
        return tables
    }

    /// Of a file that came out of a backup, of the shape that this program knows.
    static func verify(_ path: String, has tables: [CopiedDatabase.Table], _ report: (CopyProgress) -> Void) throws(BackupError) {
        let file: SQLiteConnection
        do { file = try SQLiteFile.connectToRead(path) } catch { throw .store(error.told) }
        try check(file, path)
        try compare(file, with: tables, report)
    }

    /// The shape of its tables; 0 where there are none.
    static func schema(of path: String) throws(BackupError) -> Int {
        do throws(SQLiteFailure) {
            guard case .integer(let version)? = try SQLiteFile.connectToRead(path).value("SELECT max(version) FROM schema_migrations") else {
                return 0
            }
            return Int(version)
        } catch { throw .store(error.told) }
    }

    /// SQLite's own look at its pages and indexes.
    static func check(_ path: String) throws(BackupError) {
        let file: SQLiteConnection
        do { file = try SQLiteFile.connectToRead(path) } catch { throw .store(error.told) }
        try check(file, path)
    }

    private static func check(_ file: SQLiteConnection, _ path: String) throws(BackupError) {
        let words: SQLValue?
        do { words = try file.value("PRAGMA integrity_check(1)") } catch { throw .store(error.told) }
        guard case .text(let words)? = words, DatabaseCheck.isWell(words) else { throw .refused(.differs(path: path, "PRAGMA integrity_check")) }
    }

    private static func compare(
        _ file: SQLiteConnection, with tables: [CopiedDatabase.Table], _ report: (CopyProgress) -> Void
    ) throws(BackupError) {
        for (table, expected) in zip(StoredTable.all, tables) {
            var digest = TableDigest()
            try walk(table, file) { rows throws(BackupError) in
                for row in rows { digest.add(row.values) }
                report(CopyProgress(step: .comparing, table: table.name, rows: digest.rows, isDone: false))
            }
            guard expected.name.hasSameBytes(as: table.name), expected.rows == digest.rows, expected.digest.hasSameBytes(as: digest.text) else {
                throw .copy(.differs(table: table.name, expected: "\(expected.rows) rows, SHA-256 \(expected.digest)", seen: digest.summary))
            }
        }
        guard tables.count == StoredTable.all.count else {
            throw .copy(.differs(table: "sqlite_schema", expected: "\(tables.count) tables", seen: "\(StoredTable.all.count) tables"))
        }
    }

    /// New, with tables, and without what makes commits durable: until it is sealed nobody relies on it.
    private static func open(_ path: String) throws(BackupError) -> SQLiteConnection {
        do throws(StorageError) {
            let file = try SQLiteFile.open(path)
            try Migrator.migrate(file, to: Migration.all)
            do { try file.run("PRAGMA journal_mode=DELETE; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF") } catch {
                throw .cannotOpen(path: path, reason: error.told.reason)
            }
            return file
        } catch { throw .database(error) }
    }

    private static func run(_ file: SQLiteConnection, _ statement: String) throws(BackupError) {
        do { try file.run(statement) } catch { throw .store(error.told) }
    }

    /// All rows in the order of the key, some at a time.
    private static func walk(
        _ table: StoredTable, _ connection: any SQLConnection, _ visit: ([StoredRow]) throws(BackupError) -> Void
    ) throws(BackupError) {
        var key: [SQLValue]?
        while true {
            let rows: [StoredRow]
            do { rows = try table.rows(after: key, connection) } catch { throw .store(error) }
            guard let last = rows.last else { return }
            for row in rows {
                guard let column = row.unreadable else { continue }
                throw .copy(.row(table: table.name, key: StoredTable.shown(table.key(of: row)), .notText(column: column.text)))
            }
            try visit(rows)
            key = table.key(of: last)
        }
    }

    /// Which row it was. Some of the others may be there already.
    private static func refusal(of error: StoreError, _ rows: [StoredRow], _ table: StoredTable, _ file: SQLiteConnection) -> BackupError {
        for row in rows {
            do throws(StoreError) { try table.insert([row], file) } catch {
                guard let problem = CopyRefusal.RowProblem(error) else { return .store(error) }
                if problem == .taken { continue }
                return .copy(.row(table: table.name, key: StoredTable.shown(table.key(of: row)), problem))
            }
        }
        return .store(error)
    }
}
