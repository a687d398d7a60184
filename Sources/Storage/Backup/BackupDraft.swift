import Glibc

/// The file beside a backup's name in which it is made: `FILE.HEX.part`. Two that make the same backup at once have a draft each.
enum BackupDraft {
    private static let ending = ".part"

    static func path(of backup: String, random: (Int) -> [UInt8]) -> String {
        "\(backup).\(random(6).map { String($0, radix: 16) }.joined())\(ending)"
    }

    /// What kills left of earlier backups of that name, and of this user.
    static func removeAbandoned(of backup: String) {
        let slash = UInt8(ascii: "/")
        let beginning = Array((backup.utf8.split(separator: slash).last ?? []) + [UInt8(ascii: ".")])
        Abandoned.remove(in: BackupFile.folder(of: backup), type: S_IFREG) { isDraft(Array($0.utf8), beginning) }
    }

    private static func isDraft(_ name: [UInt8], _ beginning: [UInt8]) -> Bool {
        guard name.starts(with: beginning), name.count > beginning.count + ending.utf8.count, name.reversed().starts(with: ending.utf8.reversed())
        else { return false }
        let middle = name.dropFirst(beginning.count).dropLast(ending.utf8.count)
        return (6...12).contains(middle.count) && middle.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
}
