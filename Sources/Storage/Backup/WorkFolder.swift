import FoundationEssentials
import Glibc

/// A folder that this user alone can enter, for what is not sealed yet or any more. Whoever is done removes it: a thread may hold it a moment longer than
/// the process lives. What was killed leaves one behind, which the next one beside it takes away.
final class WorkFolder: Sendable {
    let path: String
    private let lock: Int32

    private static let prefix = ".countersign-work-"

    var snapshot: String { path + "/snapshot.db" }

    /// - Parameter file: what may stand in that folder may lie beside it, and there is room; nil: the folder for temporary files (TMPDIR).
    init(beside file: String?) throws(BackupError) {
        let parent = file.map(BackupFile.folder) ?? FileManager.default.temporaryDirectory.path
        Abandoned.remove(in: parent, type: S_IFDIR) { $0.hasPrefix(Self.prefix) }
        path = parent + "/" + Self.prefix + UUID().uuidString.lowercased()
        guard mkdir(path, 0o700) == 0 else { throw .refused(.cannotWrite(path: path, reason: String(cString: strerror(errno)))) }
        Unfinished.note(path)
        lock = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        _ = flock(lock, LOCK_EX | LOCK_NB)
    }

    deinit {
        remove()
        close(lock)
    }

    func remove() { Unfinished.remove(path) }
}
