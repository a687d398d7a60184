import Dispatch
import Synchronization
import UserPools

/// Gathers the writes that wait into one transaction (group commit): a commit costs a sync of the disk, however much is in it.
///
/// Each write that has neighbours runs in a savepoint, so one that fails leaves them alone. Everybody is answered after the commit and not
/// before: an answer says that the write is on the disk. One thread at a time writes.
final class SQLiteWriter: Sendable {
    /// Tells a caller how its write ended; with a failure where the whole transaction was lost.
    typealias Answer = @Sendable (_ lost: StoreError?) -> Void

    /// A write that waits for its turn.
    struct Write: Sendable {
        let run: @Sendable (any SQLConnection) -> Ran
        let refuse: @Sendable (StoreError) -> Void
    }

    /// A write that ran: whether what it wrote is to stay, why it failed, and whom to tell.
    struct Ran: Sendable {
        let stays: Bool
        let failure: StoreError?
        let answer: Answer
    }

    /// What was done since the database was opened.
    struct Counts: Sendable {
        var commits = 0
        var writes = 0
    }

    private struct State {
        var waiting: [Write] = []
        var isRunning = false
        var isClosed = false
        var counts = Counts()
        var idle: [CheckedContinuation<Void, Never>] = []
    }

    private enum Admission { case first, behindOthers, refused(StoreError) }

    private let connection: SQLiteConnection
    private let queue = DispatchQueue(label: "countersign.sqlite.writing")
    private let turn: SQLiteTurn?
    private let checkpoint: SQLiteCheckpoint
    private let capacity: Int
    private let largestBatch: Int
    private let state = Mutex(State())

    /// - Parameter connection: its own from now on.
    init(_ connection: SQLiteConnection, path: String, capacity: Int = 4096, largestBatch: Int = 128) {
        self.connection = connection
        turn = SQLiteTurn(beside: path)
        checkpoint = SQLiteCheckpoint(path: path)
        self.capacity = capacity
        self.largestBatch = largestBatch
    }

    var counts: Counts { state.withLock { $0.counts } }
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    func enqueue(_ write: Write) {
        let admission: Admission = state.withLock { state in
            if state.isClosed { return .refused(.unavailable(reason: "closed")) }
            if state.waiting.count >= capacity { return .refused(.unavailable(reason: "busy")) }
            state.waiting.append(write)
            defer { state.isRunning = true }
            return state.isRunning ? .behindOthers : .first
        }
        switch admission {
        case .first: queue.async { self.drain() }
        case .behindOthers: break
        case .refused(let error): write.refuse(error)
        }
    }

    /// Does something with the connection between two transactions.
    func run(_ work: @escaping @Sendable (SQLiteConnection) -> Void) async {
        await withCheckedContinuation { continuation in
            queue.async {
                work(self.connection)
                continuation.resume()
            }
        }
    }

    /// Returns when nothing waits any more; whoever comes later is refused.
    func close() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                state.isClosed = true
                if state.isRunning { state.idle.append(continuation) }
                return !state.isRunning
            }
            if isIdle { continuation.resume() }
        }
    }

    private func drain() {
        while let batch = nextBatch() { run(batch) }
    }

    private func nextBatch() -> [Write]? {
        let (batch, idle): ([Write], [CheckedContinuation<Void, Never>]) = state.withLock { state in
            let batch = Array(state.waiting.prefix(largestBatch))
            state.waiting.removeFirst(batch.count)
            guard batch.isEmpty else { return (batch, []) }
            state.isRunning = false
            defer { state.idle = [] }
            return (batch, state.idle)
        }
        for continuation in idle { continuation.resume() }
        return batch.isEmpty ? nil : batch
    }

    private func run(_ batch: [Write]) {
        turn?.take()
        defer { turn?.giveBack() }
        let changes = connection.totalChanges
        var answers: [Answer] = []
        var isCommitted = true
        do {
            // Only a transaction whose rollback failed could still be open; then this fails, and everybody is told.
            if connection.isInTransaction { _ = try connection.execute(Self.rollback, []) }
            _ = try connection.execute(Self.begin, [])
            if batch.count == 1 {
                let ran = try runAlone(batch[0])
                answers.append(ran.answer)
                isCommitted = ran.stays
            } else {
                for write in batch { answers.append(try run(write)) }
                _ = try connection.execute(Self.commit, [])
            }
        } catch {
            if connection.isInTransaction { _ = try? connection.execute(Self.rollback, []) }
            var lost = error
            // A conflict would be the fault of one write; a transaction that is lost is nobody's.
            if case .unavailable = error {} else { lost = Self.transactionWasLost }
            for answer in answers { answer(lost) }
            for write in batch.dropFirst(answers.count) { write.refuse(lost) }
            return
        }
        state.withLock { state in
            if isCommitted { state.counts.commits += 1 }
            state.counts.writes += batch.count
        }
        for answer in answers { answer(nil) }
        if isCommitted { checkpoint.committed(connection.totalChanges - changes, on: connection) }
    }

    /// Ends the transaction too: what a write without neighbours did not want to stay is not committed.
    private func runAlone(_ write: Write) throws(StoreError) -> Ran {
        let ran = write.run(connection)
        guard connection.isInTransaction else { throw ran.failure ?? Self.transactionWasLost }
        _ = try connection.execute(ran.stays ? Self.commit : Self.rollback, [])
        return ran
    }

    /// Throws only where the transaction around the savepoint is lost: SQLite ends it by itself on a full disk or an I/O error.
    private func run(_ write: Write) throws(StoreError) -> Answer {
        _ = try connection.execute(Self.savepoint, [])
        let ran = write.run(connection)
        guard connection.isInTransaction else { throw ran.failure ?? Self.transactionWasLost }
        if !ran.stays { _ = try connection.execute(Self.rollbackToSavepoint, []) }
        _ = try connection.execute(Self.release, [])
        return ran.answer
    }

    private static let transactionWasLost = StoreError.unavailable(reason: "the transaction was lost")
    private static let begin: SQL = "BEGIN IMMEDIATE"
    private static let commit: SQL = "COMMIT"
    private static let rollback: SQL = "ROLLBACK"
    private static let savepoint: SQL = "SAVEPOINT one_write"
    private static let rollbackToSavepoint: SQL = "ROLLBACK TO one_write"
    private static let release: SQL = "RELEASE one_write"
}
