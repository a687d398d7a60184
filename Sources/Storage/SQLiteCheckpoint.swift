import Dispatch
import GRDB
import Glibc
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

    init(path: String) { self.path = path }

    /// To be called by the writer, between two transactions, with the number of rows that the last one changed.
    func committed(_ changes: Int, on database: Database) {
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
        if ends { try? database.execute(sql: "PRAGMA wal_checkpoint(PASSIVE)") }
    }

    func copy() {
        // SQLite would make a file where there is none, empty and with any mode: a database that vanished must not come back as that.
        guard access(path, R_OK | W_OK) == 0 else { return state.withLock { $0 = .counting(0) } }
        var configuration = Configuration()
        configuration.busyMode = .immediateError
        // Where it fails the log grows, and is copied the next time.
        let isCopied =
            (try? DatabaseQueue(path: path, configuration: configuration))
            .map { queue in
                defer { try? queue.close() }
                return (try? queue.writeWithoutTransaction { try Self.copyTheMost($0) }) != nil
            } ?? false
        state.withLock { $0 = isCopied ? .copied : .counting(0) }
    }

    /// Each pass copies what came during the one before: after a short one there is little left.
    private static func copyTheMost(_ database: Database) throws {
        for _ in 0..<8 {
            let began = ContinuousClock.now
            try database.execute(sql: "PRAGMA wal_checkpoint(PASSIVE)")
            guard ContinuousClock.now - began > .milliseconds(20) else { return }
        }
    }
}
