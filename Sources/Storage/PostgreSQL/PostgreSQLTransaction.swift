import UserPools

/// A transaction as the stores see it. It begins with the first statement, in the same round trip.
final class PostgreSQLTransaction: SQLConnection {
    enum Kind {
        /// One snapshot, and nothing is written.
        case read
        /// As if transactions ran one after the other (PostgreSQL §13.2.3): what a store reads stays true until it has written.
        case write
        /// A row is written, and nothing was read.
        case insert
        /// As `write` while nobody else writes, on any server: for what met others again and again. Of two that want one row the newer ones could win
        /// for ever otherwise.
        case writeAlone

        var writes: Bool {
            switch self {
            case .read: false
            case .insert, .write, .writeAlone: true
            }
        }

        /// - Parameter hasOptions: whether the connection's settings hold; else the one that must is set each time.
        fileprivate func begin(_ hasOptions: Bool) -> [SQL] {
            guard writes, !hasOptions else { return begin }
            return begin.prefix(1) + [waitForDisk] + begin.dropFirst()
        }

        private var begin: [SQL] {
            switch self {
            case .read: [beginReading]
            case .insert: [beginInserting]
            // Who waits for this lock has no snapshot yet (PostgreSQL, LOCK), and whoever comes later stands behind him.
            case .write: [beginWriting, lockAmongOthers]
            case .writeAlone: [beginWriting, lockOthersOut]
            }
        }
    }

    /// What is to be sent, how many rows it must write, and the name of what is there already where it cannot.
    private struct Step {
        let sql: SQL
        var values = PostgreSQLParameters.none
        var rows: Int?
        var conflict: String?
    }

    static let beginReading: SQL = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    private static let beginInserting: SQL = "BEGIN ISOLATION LEVEL READ COMMITTED"
    private static let beginWriting: SQL = "BEGIN ISOLATION LEVEL SERIALIZABLE"
    private static let lockAmongOthers: SQL = "LOCK TABLE write_turns IN ROW SHARE MODE"
    private static let lockOthersOut: SQL = "LOCK TABLE write_turns IN EXCLUSIVE MODE"
    private static let waitForDisk: SQL = "SET LOCAL synchronous_commit = on"
    static let commit: SQL = "COMMIT"
    static let rollback: SQL = "ROLLBACK"

    private let connection: PostgreSQLConnection
    private let kind: Kind
    let isOptimistic: Bool
    private var hasBegun = false
    /// What is sent with the next statement whose answer is waited for.
    private var waiting: [Step] = []
    /// The first failure; nothing can be done in a transaction after it.
    private(set) var failure: (cause: PostgreSQLFailure, told: StoreError)?

    init(_ connection: PostgreSQLConnection, _ kind: Kind, isOptimistic: Bool) {
        (self.connection, self.kind, self.isOptimistic) = (connection, kind, isOptimistic)
    }

    func rows(of statements: [SQLStatement]) throws(StoreError) -> [[SQLRow]] {
        let steps = try statements.map { statement throws(StoreError) in
            Step(sql: statement.sql, values: try PostgreSQLParameters(statement.values))
        }
        return try send(steps).map(\.rows)
    }

    func execute(_ statement: SQL, _ values: [SQLValue]) throws(StoreError) -> Int {
        try send([Step(sql: statement, values: PostgreSQLParameters(values))])[0].count
    }

    func executeLater(_ statement: SQL, _ values: [SQLValue], rows: Int?, conflict what: String) throws(StoreError) {
        waiting.append(Step(sql: statement, values: try PostgreSQLParameters(values), rows: rows, conflict: what))
    }

    /// One round trip, with all that waits; answers what the server said to `steps`.
    private func send(_ steps: [Step]) throws(StoreError) -> [PostgreSQLAnswer] {
        if let failure { throw failure.told }
        let all = (hasBegun ? [] : kind.begin(connection.hasOptions).map { Step(sql: $0) }) + waiting + steps
        (hasBegun, waiting) = (true, [])
        let said: PostgreSQLConnection.Answers
        do { said = try connection.answers(to: all.map { ($0.sql, $0.values) }) } catch { throw fail(error) }
        if let failure = said.failure { throw fail(failure, all[said.answers.count].conflict) }
        // Cannot be, since what was read stays true: where it is, and the commit went along, then nobody gets what was to be written.
        for (step, answer) in zip(all, said.answers) where step.rows != nil && step.rows != answer.count {
            throw fail(.statement(state: "23505"), step.conflict)
        }
        return said.answers.suffix(steps.count)
    }

    private func fail(_ cause: PostgreSQLFailure, _ conflict: String? = nil) -> StoreError {
        var told = StoreError(cause)
        if case .conflict = told, let conflict { told = .conflict(what: conflict) }
        failure = (cause, told)
        return told
    }

    /// Returns when what was written is durable.
    func commit() throws(StoreError) {
        guard hasBegun || !waiting.isEmpty else { return }
        guard kind.writes else {
            do { return try connection.runLater(Self.commit) } catch { throw fail(error) }
        }
        guard try send([Step(sql: Self.commit)])[0].tag == "COMMIT" else { throw fail(.statement(state: "25P02")) }
    }

    func rollback() throws(StoreError) {
        guard hasBegun else { return }
        do { try connection.runLater(Self.rollback) } catch { throw fail(error) }
    }
}
