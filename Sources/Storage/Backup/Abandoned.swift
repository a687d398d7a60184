import FoundationEssentials
import Glibc

/// What a process that was killed left behind in a folder.
enum Abandoned {
    /// A younger one may be somebody's who just began; who has one for longer than that has it locked.
    private static let after: TimeInterval = 3600

    /// Removes from a folder what is this user's, of that type (`S_IFREG`, `S_IFDIR`), with a name of that kind, old, and locked by nobody.
    static func remove(in folder: String, type: mode_t, where isOne: (_ name: String) -> Bool) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where isOne(name) {
            let path = folder + "/" + name
            let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
            guard file >= 0 else { continue }
            defer { close(file) }
            var status = stat()
            guard fstat(file, &status) == 0, status.st_mode & S_IFMT == type, status.st_uid == geteuid(),
                Date().timeIntervalSince1970 - Double(status.st_mtim.tv_sec) > after, flock(file, LOCK_EX | LOCK_NB) == 0
            else { continue }
            try? FileManager.default.removeItem(atPath: path)
        }
    }
}
