import Metrics
import Telemetry
import UserPools

/// A database, and how long it takes, whichever it is.
struct MeasuredDatabase: SQLDatabase {
    private let database: any SQLDatabase
    private let reads = Metric.database.timer([("operation", "read")])
    private let writes = Metric.database.timer([("operation", "write")])
    private let unavailable = Metric.databaseErrors.counter([("kind", "unavailable")])
    private let corrupt = Metric.databaseErrors.counter([("kind", "corrupt")])

    init(_ database: any SQLDatabase) { self.database = database }

    func read<Value: Sendable>(_ work: @escaping @Sendable (any SQLConnection) throws(StoreError) -> Value) async throws(StoreError) -> Value {
        try await measure(reads) { () async throws(StoreError) in try await database.read(work) }
    }

    func rows(of statements: [SQLStatement]) async throws(StoreError) -> [[SQLRow]] {
        try await measure(reads) { () async throws(StoreError) in try await database.rows(of: statements) }
    }

    func transaction<Value: Sendable>(
        _ work: @escaping @Sendable (any SQLConnection) throws(StoreError) -> TransactionEnd<Value>
    ) async throws(StoreError) -> Value {
        try await measure(writes) { () async throws(StoreError) in try await database.transaction(work) }
    }

    func insert(_ statement: SQLStatement, conflict what: String) async throws(StoreError) {
        try await measure(writes) { () async throws(StoreError) in try await database.insert(statement, conflict: what) }
    }

    func configurationChanges() -> AsyncStream<Void> { database.configurationChanges() }

    func close() async { await database.close() }

    private func measure<Value>(_ timer: Timer, _ body: () async throws(StoreError) -> Value) async throws(StoreError) -> Value {
        let start = ContinuousClock.now
        defer { timer.record(since: start) }
        do throws(StoreError) { return try await body() } catch {
            switch error {
            case .unavailable: unavailable.increment()
            case .corrupt: corrupt.increment()
            // Two wanted the same: the database did what it is for.
            case .conflict: break
            }
            throw error
        }
    }
}
