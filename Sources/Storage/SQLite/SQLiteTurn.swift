import FoundationEssentials
import Glibc
import Synchronization

/// Lets processes that write to one database take turns (THREATS case 150).
///
/// SQLite's own lock goes to whoever asks at the right moment: a server that commits without a pause gets it again and again, and a command
/// that looks every 100 ms would wait for long. So before a transaction a process takes a place in the queue, then the turn itself, and gives
/// the place to the next: who has had a turn stands behind whoever waits. The kernel gives both back when a process dies.
final class SQLiteTurn: Sendable {
    private let file: Int32
    /// Where the file system knows no such locks, SQLite's lock decides alone.
    private let isUsable = Atomic(true)
    /// Bytes of the file beside the database that are locked.
    private enum Place: Int { case queue, turn }
    private enum Outcome { case done, held, impossible }

    /// Of commands of fcntl(2): locks that belong to the open file, so that two databases in one process count as two.
    private static let setLock: Int32 = 37  // F_OFD_SETLK

    /// nil where no file can be made beside the database; then SQLite's lock decides alone.
    convenience init?(beside path: String) {
        guard let file = Self.make(path + "-turn", asOwnerOf: path) ?? Self.find(path + "-turn") else { return nil }
        self.init(file: file)
    }

    /// A command of root's must not leave a file that the server's user cannot open; nor give that user any file but one that it has just made.
    private static func make(_ path: String, asOwnerOf other: String) -> Int32? {
        var owner = stat()
        let isAnothers = geteuid() == 0 && stat(other, &owner) == 0 && owner.st_uid != 0
        if isAnothers, let file = make(path, of: owner) { return file }
        let file = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if file < 0 { return nil }
        if isAnothers { _ = fchown(file, owner.st_uid, owner.st_gid) }
        return file
    }

    /// It is that user's before it has a name: killed on the way, a command leaves nothing. nil also where the file system knows no such files.
    private static func make(_ path: String, of owner: stat) -> Int32? {
        let file = Glibc.open(BackupFile.folder(of: path), O_RDWR | temporary | O_CLOEXEC, 0o600)
        if file < 0 { return nil }
        if fchown(file, owner.st_uid, owner.st_gid) == 0, linkat(AT_FDCWD, "/proc/self/fd/\(file)", AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0 {
            return file
        }
        _ = Glibc.close(file)
        return nil
    }

    /// Of open(2), for a file without a name.
    private static let temporary = 0o20_000_000 | O_DIRECTORY  // O_TMPFILE

    /// The folder is the server's user's, who may have put anything there.
    private static func find(_ path: String) -> Int32? {
        let file = Glibc.open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        var status = stat()
        if file >= 0, fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_nlink == 1 { return file }
        if file >= 0 { _ = Glibc.close(file) }
        return nil
    }

    /// - Parameter file: open for writing, and closed with this.
    init(file: Int32) { self.file = file }

    deinit { _ = Glibc.close(file) }

    /// Waits for the turn, at most as long as for SQLite's own lock; whoever did not get it asks SQLite all the same.
    func take() {
        let end = ContinuousClock.now + .seconds(SQLiteFile.busyTimeout)
        guard wait(for: .queue, until: end) else { return }
        _ = wait(for: .turn, until: end)
        _ = set(.queue, F_UNLCK)
    }

    func giveBack() { _ = set(.turn, F_UNLCK) }

    private func wait(for place: Place, until end: ContinuousClock.Instant) -> Bool {
        while isUsable.load(ordering: .relaxed) {
            switch set(place, F_WRLCK) {
            case .done: return true
            case .impossible: isUsable.store(false, ordering: .relaxed)
            case .held:
                guard ContinuousClock.now < end else { return false }
                usleep(500)
            }
        }
        return false
    }

    private func set(_ place: Place, _ type: Int32) -> Outcome {
        var lock = flock()
        lock.l_type = Int16(type)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = off_t(place.rawValue)
        lock.l_len = 1
        while withUnsafeMutablePointer(to: &lock, { fcntl(file, Self.setLock, UnsafeMutableRawPointer($0)) }) != 0 {
            switch errno {
            case EINTR: continue
            case EAGAIN, EACCES: return .held
            default: return .impossible
            }
        }
        return .done
    }
}
