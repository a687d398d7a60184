import Synchronization
import UserPools

/// Reads of one round trip each. Who comes while others are under way goes with the next round: one thread, one process of the server and one
/// round trip serve many.
final class PostgreSQLReads: Sendable {
    private struct Read: Sendable {
        let statements: [(sql: SQL, values: PostgreSQLParameters)]
        let answer: @Sendable (Result<[[SQLRow]], StoreError>) -> Void
        /// Whether it was lost with a connection before.
        var hasMoved = false
    }

    private struct State {
        var waiting: [Read] = []
        var rounds = 0
    }

    private let pool: PostgreSQLConnectionPool
    private let state = Mutex(State())
    private let maximumRounds: Int
    private static let maximumOfRound = 32
    private static let longestQueue = 4096

    /// - Parameter connections: of the pool; reads have a part of them.
    init(_ pool: PostgreSQLConnectionPool, connections: Int) { (self.pool, maximumRounds) = (pool, max(1, connections / 4)) }

    /// All rows of each statement, from one snapshot.
    func rows(of statements: [SQLStatement]) async throws(StoreError) -> [[SQLRow]] {
        let statements = try statements.map { statement throws(StoreError) in (statement.sql, try PostgreSQLParameters(statement.values)) }
        let result: Result<[[SQLRow]], StoreError> = await withCheckedContinuation { continuation in
            add(Read(statements: statements) { continuation.resume(returning: $0) })
        }
        return try result.get()
    }

    private func add(_ read: Read) {
        let (isTaken, begins) = state.withLock { state in
            guard state.waiting.count < Self.longestQueue else { return (false, false) }
            state.waiting.append(read)
            guard state.rounds < maximumRounds else { return (true, false) }
            state.rounds += 1
            return (true, true)
        }
        if begins { pool.submit(rounds) }
        if !isTaken { read.answer(.failure(.unavailable(reason: "busy"))) }
    }

    /// Rounds on one connection until nobody waits.
    private var rounds: PostgreSQLConnectionPool.Work {
        PostgreSQLConnectionPool.Work(
            run: { [self] connection in
                while let round = next() {
                    do throws(PostgreSQLFailure) {
                        try perform(round, connection)
                    } catch {
                        return lost(round, error) ? .brokenBefore(rounds) : .broken
                    }
                }
                return .usable
            },
            refuse: { [self] error in
                while let round = next() { for read in round { read.answer(.failure(error)) } }
            })
    }

    /// nil where nobody waits: the rounds are over.
    private func next() -> [Read]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.rounds -= 1
                return nil
            }
            let round = Array(state.waiting.prefix(Self.maximumOfRound))
            state.waiting.removeFirst(round.count)
            return round
        }
    }

    /// Answers all of them, or none where the connection cannot be used any more.
    private func perform(_ round: [Read], _ connection: PostgreSQLConnection) throws(PostgreSQLFailure) {
        // Behind a pooler a snapshot of several statements needs a transaction.
        let isAlone = connection.hasOptions
        let all = round.map { read in
            isAlone ? read.statements : [(PostgreSQLTransaction.beginReading, .none)] + read.statements + [(PostgreSQLTransaction.commit, .none)]
        }
        let said = try connection.answers(toEach: all)
        for case let failure? in said.map(\.failure) {
            guard !failure.endsConnection else { throw failure }
            if !isAlone { try connection.runLater(PostgreSQLTransaction.rollback) }
        }
        for (read, said) in zip(round, said) {
            if let failure = said.failure {
                read.answer(.failure(StoreError(failure)))
            } else {
                read.answer(.success(said.answers.dropFirst(isAlone ? 0 : 1).prefix(read.statements.count).map(\.rows)))
            }
        }
    }

    /// What was not read with a connection that was lost is read with another one, once. Returns whether somebody waits for that.
    private func lost(_ round: [Read], _ failure: PostgreSQLFailure) -> Bool {
        for read in round where read.hasMoved { read.answer(.failure(StoreError(failure))) }
        return state.withLock { state in
            state.waiting.insert(
                contentsOf: round.filter { !$0.hasMoved }.map { Read(statements: $0.statements, answer: $0.answer, hasMoved: true) }, at: 0)
            if state.waiting.isEmpty { state.rounds -= 1 }
            return !state.waiting.isEmpty
        }
    }
}
