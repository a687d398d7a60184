import Synchronization
import UserPools

@testable import Storage

/// A database that remembers which statements its stores ran, so that the plan of each is judged: one that no test runs is one that is not tested.
final class JudgedDatabase: SQLDatabase {
    private let base: any SQLDatabase
    private let ran = Mutex<[String: SQLStatement]>([:])

    init(_ base: any SQLDatabase) { self.base = base }

    /// Each with the values that it had first.
    var statements: [SQLStatement] { ran.withLock { Array($0.values) } }

    fileprivate func note(_ statement: SQL, _ values: [SQLValue]) {
        // What no database takes cannot be explained by one.
        guard !values.contains(where: { if case .text(let text) = $0 { text.utf8.contains(0) } else { false } }) else { return }
        ran.withLock { if $0[statement.text] == nil { $0[statement.text] = SQLStatement(statement, values) } }
    }

    func read<Value: Sendable>(
        _ work: @escaping @Sendable (any SQLConnection) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        try await base.read { [self] connection throws(StoreError) in try work(JudgedConnection(base: connection, database: self)) }
    }

    func rows(of statements: [SQLStatement]) async throws(StoreError) -> [[SQLRow]] {
        for statement in statements { note(statement.sql, statement.values) }
        return try await base.rows(of: statements)
    }

    func transaction<Value: Sendable>(
        _ work: @escaping @Sendable (any SQLConnection) throws(StoreError) -> TransactionEnd<Value>
    ) async throws(StoreError) -> Value {
        try await base.transaction { [self] connection throws(StoreError) in try work(JudgedConnection(base: connection, database: self)) }
    }

    func configurationChanges() -> AsyncStream<Void> { base.configurationChanges() }

    func insert(_ statement: SQLStatement, conflict what: String) async throws(StoreError) {
        note(statement.sql, statement.values)
        try await base.insert(statement, conflict: what)
    }

    func close() async { await base.close() }
}

private struct JudgedConnection: SQLConnection {
    let base: any SQLConnection
    let database: JudgedDatabase

    var isOptimistic: Bool { base.isOptimistic }

    func rows(of statements: [SQLStatement]) throws(StoreError) -> [[SQLRow]] {
        for statement in statements { database.note(statement.sql, statement.values) }
        return try base.rows(of: statements)
    }

    func execute(_ statement: SQL, _ values: [SQLValue]) throws(StoreError) -> Int {
        database.note(statement, values)
        return try base.execute(statement, values)
    }

    func executeLater(_ statement: SQL, _ values: [SQLValue], rows: Int?, conflict what: String) throws(StoreError) {
        database.note(statement, values)
        try base.executeLater(statement, values, rows: rows, conflict: what)
    }
}
