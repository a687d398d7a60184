import Dispatch
import Synchronization

/// Copies what was committed from the log into the database file, beside the writer.
///
/// SQLite would do it within whichever commit makes the log too long, and everybody behind that one would wait for megabytes of scattered pages
/// (THREATS case 149). Here a thread of its own copies while others commit, and the writer only what came in the meantime: then the log begins anew.
final class SQLiteCheckpoint: Sendable {
    private enum State {
        /// Rows that were changed since the log began.
        case counting(Int)
        case copying
        /// All but the last of the log is copied.
        case copied
    }

    private let path: String
    private let state = Mutex(State.counting(0))
    private let queue = DispatchQueue(label: "countersign.sqlite.checkpoint")

    /// After so many changed rows the log is copied; some megabytes.
    private static let often = 2_000
    /// How much the writer lets the log grow before it copies it itself: nobody did, for example since the file could not be opened twice.
    static let longestLog = 65_536
    static let statement = "PRAGMA wal_checkpoint(PASSIVE)"

    init(path: String) { self.path = path }

    /// To be called by the writer, between two transactions, with the number of rows that the last one changed.
    func committed(_ changes: Int, on connection: SQLiteConnection) {
        let (copies, ends) = state.withLock { state -> (Bool, Bool) in
            switch state {
            case .counting(let count):
                guard count + changes >= Self.often else {
                    state = .counting(count + changes)
                    return (false, false)
                }
                state = .copying
                return (true, false)
            case .copying: return (false, false)
            case .copied:
                state = .counting(0)
                return (false, true)
            }
        }
        if copies { queue.async { self.copy() } }
        if ends { try? connection.run(Self.statement) }
    }

    func copy() {
        // Where it fails the log grows, and is copied the next time. A file that is not there is not made.
        let isCopied = (try? Self.copyTheMost(try SQLiteConnection(path, .writing, busyTimeout: 0))) != nil
        state.withLock { $0 = isCopied ? .copied : .counting(0) }
    }

    /// Each pass copies what came during the one before: after a short one there is little left.
    private static func copyTheMost(_ connection: SQLiteConnection) throws(SQLiteFailure) {
        for _ in 0..<8 {
            let began = ContinuousClock.now
            try connection.run(statement)
            guard ContinuousClock.now - began > .milliseconds(20) else { return }
        }
    }
}
