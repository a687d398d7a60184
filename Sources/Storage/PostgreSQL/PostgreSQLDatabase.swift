import Glibc
package import UserPools

/// PostgreSQL through a pool of connections. Transactions are serializable, and repeated where the server asks for it.
package final class PostgreSQLDatabase: SQLDatabase {
    package let location: PostgreSQLLocation
    private let pool: PostgreSQLConnectionPool
    private let reads: PostgreSQLReads

    /// Connections of one process: more do not commit more where the database has few processors.
    package static let usualConnections = 8
    /// No statement waits longer for its answer.
    static let patience = Duration.seconds(5)
    /// How often a transaction is tried while others are faster; the last times it is alone.
    static let maximumAttempts = 8
    private static let attemptsAmongOthers = 4

    /// Connects, and brings the tables up to date.
    package static func open(_ location: PostgreSQLLocation, connections: Int = usualConnections) async throws(StorageError) -> PostgreSQLDatabase {
        try await open(location, connections: connections, first: nil)
    }

    static func open(
        _ location: PostgreSQLLocation, connections: Int = usualConnections, first: SQLStatement?
    ) async throws(StorageError) -> PostgreSQLDatabase {
        try await PostgreSQLMigrator.migrate(location, to: PostgreSQLMigration.all, first: first)
        return PostgreSQLDatabase(location, connections: connections)
    }

    /// Connects, and leaves the tables as they are.
    static func openToRead(_ location: PostgreSQLLocation) async throws(StorageError) -> PostgreSQLDatabase {
        try await PostgreSQLMigrator.reach(location)
        return PostgreSQLDatabase(location, connections: 2)
    }

    /// How often a server was waited for since the database was opened.
    var roundTrips: Int { pool.roundTrips.value }

    private init(_ location: PostgreSQLLocation, connections: Int) {
        self.location = location
        pool = PostgreSQLConnectionPool(location, connections: connections, patience: Self.patience)
        reads = PostgreSQLReads(pool, connections: connections)
    }

    package func read<Value: Sendable>(
        _ work: @escaping @Sendable (any SQLConnection) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        try await perform(.read) { (connection) throws(StoreError) in .commit(try work(connection)) }
    }

    package func rows(of statements: [SQLStatement]) async throws(StoreError) -> [[SQLRow]] {
        try await reads.rows(of: statements)
    }

    package func transaction<Value: Sendable>(
        _ work: @escaping @Sendable (any SQLConnection) throws(StoreError) -> TransactionEnd<Value>
    ) async throws(StoreError) -> Value {
        try await perform(.write, work)
    }

    package func configurationChanges() -> AsyncStream<Void> { PostgreSQLListener.changes(at: location) }

    package func insert(_ statement: SQLStatement, conflict what: String) async throws(StoreError) {
        let work: @Sendable (any SQLConnection) throws(StoreError) -> TransactionEnd<Void> = { connection throws(StoreError) in
            try connection.executeLater(statement.sql, statement.values, conflict: what)
            return .commit(())
        }
        do { return try await perform(.insert, work) } catch {
            guard error == .outcomeUnknown else { throw error }
        }
        // The first round trip of a connection that was lost long ago looks like that. If the row is there by now it is ours.
        do { try await perform(.insert, work) } catch {
            guard case .conflict = error else { throw error }
        }
    }

    /// Finishes what waits, then refuses.
    package func close() async { await pool.close() }

    // As with SQLite nothing here listens to the task's cancellation: a write that was taken is answered with what became of it.
    private func perform<Value: Sendable>(
        _ kind: PostgreSQLTransaction.Kind, _ work: @escaping @Sendable (any SQLConnection) throws(StoreError) -> TransactionEnd<Value>
    ) async throws(StoreError) -> Value {
        let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
            let answer: @Sendable (Result<Value, StoreError>) -> Void = { continuation.resume(returning: $0) }
            pool.submit(Self.work(kind, mayMove: true, work, answer))
        }
        return try result.get()
    }

    private static func work<Value: Sendable>(
        _ kind: PostgreSQLTransaction.Kind, mayMove: Bool,
        _ work: @escaping @Sendable (any SQLConnection) throws(StoreError) -> TransactionEnd<Value>,
        _ answer: @escaping @Sendable (Result<Value, StoreError>) -> Void
    ) -> PostgreSQLConnectionPool.Work {
        PostgreSQLConnectionPool.Work(
            run: { connection in
                switch Self.repeating(kind, work, connection) {
                case .done(let result):
                    answer(result)
                    return .usable
                case .broken(let error, let isUndone):
                    // A connection that broke before its transaction could be committed may be an old one: another gets the same work, once.
                    guard isUndone, mayMove else {
                        answer(.failure(error))
                        return .broken
                    }
                    return .brokenBefore(self.work(kind, mayMove: false, work, answer))
                }
            },
            refuse: { answer(.failure($0)) })
    }

    private enum Attempt<Value: Sendable> {
        case done(Result<Value, StoreError>)
        /// `isUndone`: certainly nothing was written.
        case broken(StoreError, isUndone: Bool)
    }

    private static func repeating<Value: Sendable>(
        _ kind: PostgreSQLTransaction.Kind, _ work: @Sendable (any SQLConnection) throws(StoreError) -> TransactionEnd<Value>,
        _ connection: PostgreSQLConnection
    ) -> Attempt<Value> {
        var (isOptimistic, hasMetRow) = (true, false)
        for attempt in 1...maximumAttempts {
            let isAlone = kind == .write && attempt > attemptsAmongOthers
            switch once(isAlone ? .writeAlone : kind, isOptimistic: isOptimistic, work, connection) {
            case .ended(let attempt): return attempt
            case .metRow(let told):
                guard !hasMetRow else { return .done(told) }
                // What was not looked for may be what was in the way.
                if isOptimistic { isOptimistic = false } else { hasMetRow = true }
            case .metTransaction: break
            }
            usleep(UInt32.random(in: 0..<UInt32(attempt) * 1000))
        }
        return .done(.failure(StoreError(.statement(state: "40001"))))
    }

    private enum Outcome<Value: Sendable> {
        case ended(Attempt<Value>)
        /// Another transaction was faster; the server asks for the same again.
        case metTransaction
        /// A row was in the way, and what the work made of that.
        case metRow(Result<Value, StoreError>)
    }

    private static func once<Value: Sendable>(
        _ kind: PostgreSQLTransaction.Kind, isOptimistic: Bool, _ work: @Sendable (any SQLConnection) throws(StoreError) -> TransactionEnd<Value>,
        _ connection: PostgreSQLConnection
    ) -> Outcome<Value> {
        let transaction = PostgreSQLTransaction(connection, kind, isOptimistic: isOptimistic)
        let result = Result { () throws(StoreError) in try work(transaction) }
        var isCommitting = false
        do throws(StoreError) {
            if let failure = transaction.failure { throw failure.told }
            switch result {
            case .success(.commit(let value)):
                isCommitting = kind.writes
                try transaction.commit()
                return .ended(.done(.success(value)))
            case .success(.rollback(let value)):
                try transaction.rollback()
                return .ended(.done(.success(value)))
            case .failure(let error):
                try transaction.rollback()
                return .ended(.done(.failure(error)))
            }
        } catch {
            guard let failure = transaction.failure else { return .ended(.done(.failure(error))) }
            // The server may have committed and not lived to say so.
            if isCommitting, case .broken = failure.cause { return .ended(.broken(.outcomeUnknown, isUndone: false)) }
            if failure.cause.endsConnection { return .ended(.broken(failure.told, isUndone: true)) }
            do { try transaction.rollback() } catch { return .ended(.broken(error, isUndone: true)) }
            if failure.cause.isSerialization { return .metTransaction }
            var told = failure.told
            // What the store made of the failure says more than the failure.
            if case .failure(let said) = result { told = said }
            return failure.cause.isConflict ? .metRow(.failure(told)) : .ended(.done(.failure(told)))
        }
    }
}
