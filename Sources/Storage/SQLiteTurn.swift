import FoundationEssentials
import Glibc

/// Lets processes that write to one database take turns (THREATS case 150).
///
/// SQLite's own lock goes to whoever asks at the right moment: a server that commits without a pause gets it again and again, and a command
/// that looks every 100 ms would wait for long. So before a transaction a process takes a place in the queue, then the turn itself, and gives
/// the place to the next: who has had a turn stands behind whoever waits. The kernel gives both back when a process dies.
final class SQLiteTurn: Sendable {
    private let file: Int32
    /// Bytes of the file beside the database that are locked.
    private enum Place: Int { case queue, turn }

    /// Of commands of fcntl(2): locks that belong to the open file, so that two databases in one process count as two.
    private static let setLock: Int32 = 37  // F_OFD_SETLK

    /// nil where no file can be made beside the database; then SQLite's lock decides alone.
    init?(beside path: String) {
        file = Glibc.open(path + "-turn", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if file < 0 { return nil }
    }

    deinit { _ = Glibc.close(file) }

    /// Waits for the turn, at most as long as for SQLite's own lock; whoever did not get it asks SQLite all the same.
    func take() {
        let end = ContinuousClock.now + .seconds(SQLiteFile.busyTimeout)
        guard wait(for: .queue, until: end) else { return }
        _ = wait(for: .turn, until: end)
        set(.queue, F_UNLCK)
    }

    func giveBack() { set(.turn, F_UNLCK) }

    private func wait(for place: Place, until end: ContinuousClock.Instant) -> Bool {
        while !set(place, F_WRLCK) {
            guard ContinuousClock.now < end else { return false }
            usleep(500)
        }
        return true
    }

    @discardableResult
    private func set(_ place: Place, _ type: Int32) -> Bool {
        var lock = flock()
        lock.l_type = Int16(type)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = off_t(place.rawValue)
        lock.l_len = 1
        return withUnsafeMutablePointer(to: &lock) { fcntl(file, Self.setLock, UnsafeMutableRawPointer($0)) } == 0
    }
}
