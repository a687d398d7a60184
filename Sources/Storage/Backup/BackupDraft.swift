import FoundationEssentials
import Glibc

/// The file beside a backup's name in which it is made: `FILE.HEX.part`. Two that make the same backup at once have a draft each.
enum BackupDraft {
    private static let ending = ".part"
    /// A younger one may be somebody's who just began; who reads a draft again for longer than that has it locked.
    private static let abandonedAfter: TimeInterval = 3600

    static func path(of backup: String, random: (Int) -> [UInt8]) -> String {
        "\(backup).\(random(6).map { String($0, radix: 16) }.joined())\(ending)"
    }

    /// What kills left of earlier backups of that name, and of this user.
    static func removeAbandoned(of backup: String) {
        let folder = BackupFile.folder(of: backup)
        let slash = UInt8(ascii: "/")
        let beginning = Array((backup.utf8.split(separator: slash).last ?? []) + [UInt8(ascii: ".")])
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where isDraft(Array(name.utf8), beginning) {
            let path = folder + "/" + name
            var status = stat()
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(),
                Date().timeIntervalSince1970 - Double(status.st_mtim.tv_sec) > abandonedAfter
            else { continue }
            let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
            defer { close(file) }
            guard file >= 0, flock(file, LOCK_EX | LOCK_NB) == 0 else { continue }
            unlink(path)
        }
    }

    private static func isDraft(_ name: [UInt8], _ beginning: [UInt8]) -> Bool {
        guard name.starts(with: beginning), name.count > beginning.count + ending.utf8.count, name.reversed().starts(with: ending.utf8.reversed())
        else { return false }
        let middle = name.dropFirst(beginning.count).dropLast(ending.utf8.count)
        return (6...12).contains(middle.count) && middle.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
}
