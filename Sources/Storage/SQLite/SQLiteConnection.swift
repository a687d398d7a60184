import CSQLite
import UserPools

/// One connection to a file, with its prepared statements. It is used by one thread at a time, and SQLite has no lock of its own for it.
final class SQLiteConnection: SQLConnection, @unchecked Sendable {
    enum Mode { case reading, writing }

    private let handle: OpaquePointer
    private var prepared: [SQL: SQLitePrepared] = [:]
    let isOptimistic = false

    /// Opens a file that is there.
    init(_ path: String, _ mode: Mode, busyTimeout milliseconds: Int32) throws(SQLiteFailure) {
        var opened: OpaquePointer?
        let flags = (mode == .reading ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(path, &opened, flags, nil)
        guard code == SQLITE_OK, let opened else {
            sqlite3_close(opened)
            throw SQLiteFailure(code: code)
        }
        handle = opened
        sqlite3_busy_timeout(handle, milliseconds)
    }

    deinit {
        prepared = [:]
        sqlite3_close(handle)
    }

    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }
    /// Rows that were changed since it was opened.
    var totalChanges: Int { Int(sqlite3_total_changes(handle)) }

    func rows(of statements: [SQLStatement]) throws(StoreError) -> [[SQLRow]] {
        try statements.map { statement throws(StoreError) in try run(statement.sql, statement.values) }
    }

    func execute(_ statement: SQL, _ values: [SQLValue]) throws(StoreError) -> Int {
        _ = try run(statement, values)
        return Int(sqlite3_changes(handle))
    }

    func executeLater(_ statement: SQL, _ values: [SQLValue], rows: Int?, conflict what: String) throws(StoreError) {
        let count = try execute(statement, values, conflict: what)
        if let rows, count != rows { throw .conflict(what: what) }
    }

    /// Runs statements without values, none of which is kept: settings, and steps from one shape of the tables to the next.
    func run(_ script: String) throws(SQLiteFailure) {
        let code = sqlite3_exec(handle, script, nil, nil, nil)
        guard code == SQLITE_OK else { throw SQLiteFailure(code: code) }
    }

    /// The first column of the first row.
    func value(_ query: String) throws(SQLiteFailure) -> SQLValue? {
        try SQLitePrepared(query, on: handle, isKept: false).rows([]).first?.values.first
    }

    private func run(_ statement: SQL, _ values: [SQLValue]) throws(StoreError) -> [SQLRow] {
        for case .text(let text) in values where text.utf8.contains(0) { throw .corrupt(what: "text with a NUL") }
        do { return try prepared(statement).rows(values) } catch { throw error.told }
    }

    private func prepared(_ statement: SQL) throws(SQLiteFailure) -> SQLitePrepared {
        if let known = prepared[statement] { return known }
        let new = try SQLitePrepared(statement.questionMarked, on: handle, isKept: true)
        prepared[statement] = new
        return new
    }
}
