import UserPools

/// A transaction as the stores see it. It begins with the first statement, in the same round trip.
final class PostgreSQLTransaction: SQLConnection {
    enum Kind {
        /// One snapshot, and nothing is written.
        case read
        /// As if transactions ran one after the other (PostgreSQL §13.2.3): what a store reads stays true until it has written.
        case write
        /// The same while nobody else writes, on any server: for what met others again and again. Of two that want one row the newer ones could win
        /// for ever otherwise.
        case writeAlone

        var begin: [SQL] {
            switch self {
            case .read: ["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"]
            // Who waits for this lock has no snapshot yet (PostgreSQL, LOCK), and whoever comes later stands behind him.
            case .write: ["BEGIN ISOLATION LEVEL SERIALIZABLE", "LOCK TABLE write_turns IN ROW SHARE MODE"]
            case .writeAlone: ["BEGIN ISOLATION LEVEL SERIALIZABLE", "LOCK TABLE write_turns IN EXCLUSIVE MODE"]
            }
        }
    }

    private let connection: PostgreSQLConnection
    private let kind: Kind
    private var hasBegun = false
    /// The first failure; nothing can be done in a transaction after it.
    private(set) var failure: PostgreSQLFailure?

    init(_ connection: PostgreSQLConnection, _ kind: Kind) { (self.connection, self.kind) = (connection, kind) }

    func rows(_ statement: SQL, _ values: [SQLValue]) throws(StoreError) -> [SQLRow] { try run(statement, values).rows }

    func execute(_ statement: SQL, _ values: [SQLValue]) throws(StoreError) -> Int { try run(statement, values).count }

    private func run(_ statement: SQL, _ values: [SQLValue]) throws(StoreError) -> PostgreSQLAnswer {
        let parameters = try PostgreSQLParameters(values)
        do throws(PostgreSQLFailure) { return try run([(statement, parameters)]) } catch { throw StoreError(error) }
    }

    /// The answer to the last statement.
    private func run(_ statements: [(sql: SQL, values: PostgreSQLParameters)]) throws(PostgreSQLFailure) -> PostgreSQLAnswer {
        if let failure { throw failure }
        var all = statements
        if !hasBegun { all = kind.begin.map { ($0, .none) } + all }
        hasBegun = true
        do throws(PostgreSQLFailure) {
            guard let answer = try connection.run(all).last else { throw PostgreSQLFailure.broken(reason: "no answer") }
            return answer
        } catch {
            failure = error
            throw error
        }
    }

    /// Returns when what was written is durable.
    func commit() throws(PostgreSQLFailure) {
        guard hasBegun else { return }
        guard kind != .read else { return try connection.runLater("COMMIT") }
        guard try run([("COMMIT", .none)]).tag == "COMMIT" else { throw .statement(state: "25P02") }
    }

    func rollback() throws(PostgreSQLFailure) {
        guard hasBegun else { return }
        try connection.runLater("ROLLBACK")
    }
}
