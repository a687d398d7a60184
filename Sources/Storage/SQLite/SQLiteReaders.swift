import Dispatch
import FoundationEssentials
import Synchronization
import UserPools

/// The connections of a file that read.
///
/// What one round of statements answers is read where it is asked for, on a connection that is free: some microseconds, most of them the statements'
/// own. Everything else has threads of its own.
final class SQLiteReaders: Sendable {
    private struct State {
        var idle: [SQLiteConnection] = []
        var running = 0
        var waiting: [@Sendable () -> Void] = []
    }

    private let path: String
    private let state = Mutex(State())
    private let inside = Turnstile()
    private let queue = DispatchQueue(label: "countersign.sqlite.reading", attributes: .concurrent)
    private let maximumAtOnce = max(4, ProcessInfo.processInfo.activeProcessorCount)
    private static let longestQueue = 4096

    init(_ path: String) { self.path = path }

    /// All rows of each statement, from one snapshot.
    func rows(of statements: [SQLStatement]) throws(StoreError) -> [[SQLRow]] {
        guard inside.enter() else { throw .unavailable(reason: "closed") }
        defer { inside.leave() }
        return try withConnection { connection throws(StoreError) in
            // One statement is a snapshot of its own.
            guard statements.count > 1 else { return try connection.rows(of: statements) }
            return try Self.transaction(connection) { connection throws(StoreError) in try connection.rows(of: statements) }
        }
    }

    func read<Value: Sendable>(
        _ work: @escaping @Sendable (any SQLConnection) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        guard inside.enter() else { throw .unavailable(reason: "closed") }
        defer { inside.leave() }
        let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
            let isTaken = submit { [self] in
                continuation.resume(
                    returning: Result { () throws(StoreError) in
                        try withConnection { connection throws(StoreError) in try Self.transaction(connection, work) }
                    })
            }
            if !isTaken { continuation.resume(returning: .failure(.unavailable(reason: "busy"))) }
        }
        return try result.get()
    }

    /// Waits for those who read, and closes all connections.
    func close() async {
        await inside.close()
        state.withLock { $0.idle = [] }
    }

    private func submit(_ work: @escaping @Sendable () -> Void) -> Bool {
        let (isTaken, runs) = state.withLock { state in
            if state.running < maximumAtOnce {
                state.running += 1
                return (true, true)
            }
            guard state.waiting.count < Self.longestQueue else { return (false, false) }
            state.waiting.append(work)
            return (true, false)
        }
        if runs { queue.async { self.run(work) } }
        return isTaken
    }

    private func run(_ first: @escaping @Sendable () -> Void) {
        var next: (@Sendable () -> Void)? = first
        while let work = next {
            work()
            next = state.withLock { state in
                guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
                state.running -= 1
                return nil
            }
        }
    }

    private func withConnection<Value>(_ work: (SQLiteConnection) throws(StoreError) -> Value) throws(StoreError) -> Value {
        let connection: SQLiteConnection
        if let idle = state.withLock({ $0.idle.popLast() }) {
            connection = idle
        } else {
            do { connection = try SQLiteFile.connectToRead(path) } catch { throw error.told }
        }
        // Whatever it was used for: a connection that could not end its transaction is not used again.
        defer { if !connection.isInTransaction { state.withLock { $0.idle.append(connection) } } }
        return try work(connection)
    }

    private static func transaction<Value>(
        _ connection: SQLiteConnection, _ work: (any SQLConnection) throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
        _ = try connection.execute(begin, [])
        defer { _ = try? connection.execute(commit, []) }
        return try work(connection)
    }

    private static let begin: SQL = "BEGIN"
    private static let commit: SQL = "COMMIT"
}
