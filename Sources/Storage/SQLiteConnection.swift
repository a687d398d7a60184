import FoundationEssentials
import GRDB
import UserPools

/// A connection of GRDB's, used for its statement cache and its scheduling: plain SQL in, plain values out.
struct SQLiteConnection: SQLConnection {
    let database: Database
    let isOptimistic = false

    func rows(of statements: [SQLStatement]) throws(StoreError) -> [[SQLRow]] {
        try statements.map { statement throws(StoreError) in try rows(statement.sql, statement.values) }
    }

    func executeLater(_ statement: SQL, _ values: [SQLValue], rows: Int?, conflict what: String) throws(StoreError) {
        let count = try execute(statement, values, conflict: what)
        if let rows, count != rows { throw .conflict(what: what) }
    }

    func rows(_ statement: SQL, _ values: [SQLValue]) throws(StoreError) -> [SQLRow] {
        do {
            let statement = try prepared(statement, values)
            let names = statement.columnNames
            var found: [SQLRow] = []
            let cursor = try Row.fetchCursor(statement)
            while let row = try cursor.next() {
                found.append(SQLRow(names: names, values: row.databaseValues.map { Self.value($0) }))
            }
            return found
        } catch {
            throw StoreError(sqlite: error)
        }
    }

    func execute(_ statement: SQL, _ values: [SQLValue]) throws(StoreError) -> Int {
        do {
            try prepared(statement, values).execute()
            return database.changesCount
        } catch {
            throw StoreError(sqlite: error)
        }
    }

    private func prepared(_ statement: SQL, _ values: [SQLValue]) throws -> Statement {
        let prepared = try database.cachedStatement(sql: statement.questionMarked)
        try prepared.setArguments(StatementArguments(try values.map { try Self.parameter($0) }))
        return prepared
    }

    private static func parameter(_ value: SQLValue) throws(StoreError) -> DatabaseValue {
        switch value {
        case .null: return .null
        case .integer(let integer): return integer.databaseValue
        case .text(let text):
            // GRDB hands text over as a C string: what follows a NUL would be lost, and two names would become one.
            guard !text.utf8.contains(0) else { throw .corrupt(what: "text with a NUL") }
            return text.databaseValue
        case .bytes(let bytes): return Data(bytes).databaseValue
        }
    }

    private static func value(_ column: DatabaseValue) -> SQLValue {
        switch column.storage {
        case .null: .null
        case .int64(let integer): .integer(integer)
        // No table has a column of this type; a reader that meets one calls it corrupt.
        case .double(let double): .text(double.description)
        case .string(let text): .text(text)
        case .blob(let data): .bytes(Array(data))
        }
    }
}

extension StoreError {
    /// What an error of SQLite means to a caller. Neither SQL nor values are told.
    init(sqlite error: any Error) {
        if let error = error as? StoreError {
            self = error
            return
        }
        guard let error = error as? DatabaseError else {
            self = .unavailable(reason: "the connection is closed")
            return
        }
        switch (error.resultCode, error.extendedResultCode) {
        case (_, .SQLITE_CONSTRAINT_UNIQUE), (_, .SQLITE_CONSTRAINT_PRIMARYKEY): self = .conflict(what: "row")
        case (_, .SQLITE_CONSTRAINT_FOREIGNKEY): self = .conflict(what: Self.noOwner)
        case (.SQLITE_CONSTRAINT, _): self = .corrupt(what: "value that its column refuses")
        case (.SQLITE_FULL, _): self = .unavailable(reason: "disk full")
        case (.SQLITE_READONLY, _): self = .unavailable(reason: "read-only")
        case (.SQLITE_BUSY, _), (.SQLITE_LOCKED, _): self = .unavailable(reason: "locked")
        case (.SQLITE_CANTOPEN, _): self = .unavailable(reason: "cannot open the file")
        case (.SQLITE_CORRUPT, _), (.SQLITE_NOTADB, _): self = .unavailable(reason: "the file is damaged")
        case (.SQLITE_IOERR, _): self = .unavailable(reason: "input/output error")
        case (.SQLITE_NOMEM, _): self = .unavailable(reason: "out of memory")
        default: self = .unavailable(reason: "SQLite error \(error.extendedResultCode.rawValue)")
        }
    }
}
