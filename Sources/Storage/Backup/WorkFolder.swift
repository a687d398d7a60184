import FoundationEssentials
import Glibc

/// A folder that this user alone can enter, for what is not sealed yet or any more. Whoever is done removes it: a thread may hold it a moment longer than
/// the process lives. What was killed leaves one behind, which the next one beside it takes away.
final class WorkFolder: Sendable {
    let path: String
    private let lock: Int32

    private static let prefix = ".countersign-work-"
    /// A younger one may have no lock yet.
    private static let abandonedAfter: TimeInterval = 3600

    var snapshot: String { path + "/snapshot.db" }

    /// - Parameter file: what may stand in that folder may lie beside it, and there is room; nil: the folder for temporary files (TMPDIR).
    init(beside file: String?) throws(BackupError) {
        let parent = file.map(BackupFile.folder) ?? FileManager.default.temporaryDirectory.path
        Self.removeAbandoned(in: parent)
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

    private static func removeAbandoned(in parent: String) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? [] where name.hasPrefix(prefix) {
            let path = parent + "/" + name
            let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
            defer { close(folder) }
            var status = stat()
            guard folder >= 0, fstat(folder, &status) == 0, status.st_uid == geteuid(),
                Date().timeIntervalSince1970 - Double(status.st_mtim.tv_sec) > abandonedAfter, flock(folder, LOCK_EX | LOCK_NB) == 0
            else { continue }
            try? FileManager.default.removeItem(atPath: path)
        }
    }
}
