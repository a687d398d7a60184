import Metrics
import Telemetry
import Tracing
package import UserPools

/// A database, and how long it takes, whichever it is.
package struct MeasuredDatabase: SQLDatabase {
    private let database: any SQLDatabase
    /// By its name in a trace.
    private let system: String
    private let reads = Metric.database.timer([("operation", "read")])
    private let writes = Metric.database.timer([("operation", "write")])
    private let unavailable = Metric.databaseErrors.counter([("kind", "unavailable")])
    private let corrupt = Metric.databaseErrors.counter([("kind", "corrupt")])

    package init(_ database: any SQLDatabase, system: String) { (self.database, self.system) = (database, system) }

    package func read<Value: Sendable>(_ work: @escaping @Sendable (any SQLConnection) throws(StoreError) -> Value) async throws(StoreError) -> Value
    {
        try await measure("read database", reads) { () async throws(StoreError) in try await database.read(work) }
    }

    package func rows(of statements: [SQLStatement]) async throws(StoreError) -> [[SQLRow]] {
        try await measure("read database", reads) { () async throws(StoreError) in try await database.rows(of: statements) }
    }

    package func transaction<Value: Sendable>(
        _ work: @escaping @Sendable (any SQLConnection) throws(StoreError) -> TransactionEnd<Value>
    ) async throws(StoreError) -> Value {
        try await measure("write database", writes) { () async throws(StoreError) in try await database.transaction(work) }
    }

    package func insert(_ statement: SQLStatement, conflict what: String) async throws(StoreError) {
        try await measure("write database", writes) { () async throws(StoreError) in try await database.insert(statement, conflict: what) }
    }

    package func configurationChanges() -> AsyncStream<Void> { database.configurationChanges() }

    package func close() async { await database.close() }

    private func measure<Value>(
        _ name: String, _ timer: Timer, _ body: () async throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        let start = ContinuousClock.now
        defer { timer.record(since: start) }
        do throws(StoreError) {
            return try await traced(name, ofKind: .client) { span async throws(StoreError) in
                span?.attributes["db.system.name"] = system
                return try await body()
            }
        } catch {
            switch error {
            case .unavailable: unavailable.increment()
            case .corrupt: corrupt.increment()
            // Two wanted the same, or somebody what is not theirs any more: the database did what it is for.
            case .conflict, .rightLost: break
            }
            throw error
        }
    }
}
