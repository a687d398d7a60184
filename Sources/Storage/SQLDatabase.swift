package import UserPools

/// What the stores need of a database, whichever it is. The stores hold the SQL, a driver runs it.
///
/// Work given to a driver runs on a thread of the driver's own, never on Swift's cooperative pool, and may run more than once
/// (a driver repeats it where the database asks for that), so it must do nothing but talk to its connection. Statements alone (`rows`) a driver
/// may run where they are asked for, if that takes microseconds.
package protocol SQLDatabase: Sendable {
    /// Reads from one snapshot.
    func read<Value: Sendable>(
        _ work: @escaping @Sendable (any SQLConnection) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value

    /// All rows of each statement, from one snapshot.
    func rows(of statements: [SQLStatement]) async throws(StoreError) -> [[SQLRow]]

    /// Reads and writes in one transaction. The answer comes after what was written is durable; where `work` throws, or ends with
    /// `.rollback`, nothing of it was written.
    func transaction<Value: Sendable>(
        _ work: @escaping @Sendable (any SQLConnection) throws(StoreError) -> TransactionEnd<Value>
    ) async throws(StoreError) -> Value

    /// Tells whenever the configuration may have been changed, by whomever, as long as it is read.
    func configurationChanges() -> AsyncStream<Void>

    /// Writes a row that rests on nothing that was read, so that it has no part in what other transactions must take care of.
    func insert(_ statement: SQLStatement, conflict what: String) async throws(StoreError)

    /// Finishes what waits, then refuses.
    func close() async
}

extension SQLDatabase {
    package func rows(of statements: [SQLStatement]) async throws(StoreError) -> [[SQLRow]] {
        try await read { connection throws(StoreError) in try connection.rows(of: statements) }
    }

    package func insert(_ statement: SQLStatement, conflict what: String) async throws(StoreError) {
        try await write { connection throws(StoreError) in
            try connection.executeLater(statement.sql, statement.values, conflict: what)
        }
    }

    /// Where nobody can tell, it ends.
    package func configurationChanges() -> AsyncStream<Void> { AsyncStream { $0.finish() } }

    /// A transaction that keeps what it wrote unless it throws.
    func write<Value: Sendable>(
        _ work: @escaping @Sendable (any SQLConnection) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        try await transaction { (connection) throws(StoreError) in .commit(try work(connection)) }
    }
}

/// How a transaction ends, and what its caller is told.
package enum TransactionEnd<Value: Sendable>: Sendable {
    case commit(Value)
    case rollback(Value)
}

/// One connection inside a transaction.
///
/// A database on another machine costs a round trip for each answer that is waited for: what can be asked together is asked together, and
/// what is only written is not waited for.
package protocol SQLConnection {
    /// Whether what is hardly ever there, and by a unique index cannot be there twice, need not be looked for: where it is the work is repeated,
    /// and then it does look. Whoever looks on PostgreSQL for what is not there stands in the way of everybody who writes beside it.
    var isOptimistic: Bool { get }
    /// All rows of each statement, which are done in their order.
    func rows(of statements: [SQLStatement]) throws(StoreError) -> [[SQLRow]]
    /// How many rows a statement wrote. `.conflict` where a unique value is taken.
    func execute(_ statement: SQL, _ values: [SQLValue]) throws(StoreError) -> Int
    /// Writes. What goes wrong is told now, by a later call, or when the transaction ends: `.conflict` of that name where a unique value is
    /// taken, and nothing of the transaction was written; also where not as many rows as `rows` says were written, and then nothing may be
    /// given for it.
    func executeLater(_ statement: SQL, _ values: [SQLValue], rows: Int?, conflict what: String) throws(StoreError)
}

/// A statement and its values, to be done with others.
package struct SQLStatement: Sendable {
    let sql: SQL
    let values: [SQLValue]

    init(_ sql: SQL, _ values: [SQLValue]) { (self.sql, self.values) = (sql, values) }
}

extension SQLConnection {
    func executeLater(_ statement: SQL, _ values: [SQLValue], conflict what: String) throws(StoreError) {
        try executeLater(statement, values, rows: nil, conflict: what)
    }

    /// All rows of a statement. `.conflict` where a unique value is taken.
    package func rows(_ statement: SQL, _ values: [SQLValue]) throws(StoreError) -> [SQLRow] {
        try rows(of: [SQLStatement(statement, values)]).first ?? []
    }

    func row(_ statement: SQL, _ values: [SQLValue]) throws(StoreError) -> SQLRow? { try rows(statement, values).first }

    func has(_ statement: SQL, _ values: [SQLValue]) throws(StoreError) -> Bool { try !rows(statement, values).isEmpty }

    /// Executes, and says `what` was there already where it was.
    func execute(_ statement: SQL, _ values: [SQLValue], conflict what: String) throws(StoreError) -> Int {
        do {
            return try execute(statement, values)
        } catch {
            if case .conflict = error { throw .conflict(what: what) }
            throw error
        }
    }
}

/// The text of a statement with `$1`-numbered parameters.
///
/// It is written as a literal or put together from literals: there is no way from a run-time string to a statement.
package struct SQL: ExpressibleByStringLiteral, Sendable, Hashable {
    /// As PostgreSQL reads it.
    package let text: String
    /// As SQLite reads it: there `$1` would be a name, and `?1` is a number.
    let questionMarked: String
    /// A driver finds what it prepared by the statement, each time that it runs: some hundred bytes are hashed once.
    private let textHash: Int

    package init(stringLiteral literal: StaticString) { self.init(literal.description) }

    private init(_ text: String) {
        self.init(text, questionMarked: String(decoding: text.utf8.map { $0 == UInt8(ascii: "$") ? UInt8(ascii: "?") : $0 }, as: UTF8.self))
    }

    private init(_ text: String, questionMarked: String) {
        (self.text, self.questionMarked, textHash) = (text, questionMarked, text.hashValue)
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(textHash) }

    /// A parameter by its number.
    static func place(_ number: Int) -> SQL { SQL("$\(number)") }

    /// `($1, $2), ($3, $4)`: parameters for so many rows.
    static func places(rows: Int, columns: Int) -> SQL {
        (0..<rows).map { row in "(" + (1...columns).map { place(row * columns + $0) }.joined(by: ", ") + ")" }.joined(by: ", ")
    }

    /// A column of text as the bytes that are stored: SQLite's need not be UTF-8, and may have a NUL. PostgreSQL's are text.
    static func bytes(ofText column: SQL) -> SQL {
        SQL(column.text, questionMarked: "CAST(" + column.questionMarked + " AS BLOB)")
    }

    static func + (left: SQL, right: SQL) -> SQL { SQL(left.text + right.text, questionMarked: left.questionMarked + right.questionMarked) }

    /// A pattern of LIKE, with `!` as its escape, for what contains `text`, whose own `%` and `_` mean themselves.
    static func pattern(containing text: String) -> String {
        var pattern = "%"
        for scalar in text.unicodeScalars {
            if scalar == "%" || scalar == "_" || scalar == "!" { pattern += "!" }
            pattern.unicodeScalars.append(scalar)
        }
        return pattern + "%"
    }

    /// As `lower()` of both databases does it.
    static func smallLetter(_ byte: UInt8) -> UInt8 { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte + 0x20 : byte }

    /// The pool of a row that its own key finds. With the bare column PostgreSQL, as long as it has seen few rows, takes an index of the pool's as
    /// gladly as that of the key, and reads everything that the pool has.
    static let poolID: SQL = "coalesce(pool_id, '')"

    /// At the end of a query for rows that are to be deleted: what another server is deleting is left to it. With SQLite one writes at a time.
    static let skippingLocked = SQL(" FOR UPDATE SKIP LOCKED", questionMarked: "")
}

extension [SQL] {
    func joined(by separator: SQL) -> SQL {
        guard let first else { return "" }
        return dropFirst().reduce(first) { $0 + separator + $1 }
    }
}
