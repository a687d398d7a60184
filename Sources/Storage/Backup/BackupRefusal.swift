package import UserPools
import WireFormats

/// Why a backup was not made, or not restored.
package enum BackupError: Error, Equatable, Sendable {
    case database(StorageError)
    case store(StoreError)
    case copy(CopyRefusal)
    case refused(BackupRefusal)

    package init(_ error: DatabaseCopyError) {
        switch error {
        case .database(let error): self = .database(error)
        case .store(let error): self = .store(error)
        case .refused(let error): self = .copy(error)
        }
    }
}

/// What is wrong with a backup, or with the place where it is to be.
package enum BackupRefusal: Error, Equatable, Sendable {
    case notABackup(path: String)
    case version(path: String, seen: UInt32)
    /// Both by the names that tell nothing of them.
    case otherKey(path: String, expected: String, seen: String)
    /// Bytes are other ones than were written; nil: of the header, or behind the end.
    case damaged(path: String, chunk: UInt64?)
    case truncated(path: String, expected: UInt64?, seen: UInt64)
    /// What opens is not what was to be in it.
    case differs(path: String, _ what: String)
    case exists(path: String)
    case cannotRead(path: String, reason: String)
    case cannotWrite(path: String, reason: String)
    /// Root is not who the files have to belong to.
    case othersFolder(folder: String, owner: String, asOwner: String)
    /// The folder is not there, and would be root's.
    case noFolder(folder: String, owner: String, making: String, asOwner: String)

    package var code: String {
        switch self {
        case .notABackup: "backup.not_a_backup"
        case .version: "backup.version"
        case .otherKey: "backup.key"
        case .damaged: "backup.damaged"
        case .truncated: "backup.truncated"
        case .differs: "backup.differs"
        case .exists: "backup.exists"
        case .cannotRead: "backup.cannot_read"
        case .cannotWrite: "backup.cannot_write"
        case .othersFolder: "backup.others_folder"
        case .noFolder: "backup.no_folder"
        }
    }

    package var message: String {
        switch self {
        case .notABackup(let path): "\(Self.short(path)) is not a backup of Countersign."
        case .version(let path, _): "The backup \(Self.short(path)) has a format that this version does not know."
        case .otherKey(let path, _, _): "The backup \(Self.short(path)) was sealed with another key."
        case .damaged(let path, let chunk):
            "The backup \(Self.short(path)) was changed after it was made\(chunk.map { ", in its chunk \($0)" } ?? "")."
        case .truncated(let path, _, _): "The backup \(Self.short(path)) ends too early."
        case .differs(let path, let what): "\(Self.short(path)) does not hold what was to be in it: \(Self.short(what))."
        case .exists(let path): "There is a file \(Self.short(path)) already."
        case .cannotRead(let path, let reason): "\(Self.short(path)) cannot be read: \(Self.short(reason))."
        case .cannotWrite(let path, let reason): "\(Self.short(path)) cannot be written: \(Self.short(reason))."
        case .othersFolder(let folder, let owner, _):
            "\(Self.short(folder)) is of the user \(Self.short(owner)), who could read nothing that root restores into it."
        case .noFolder(let folder, let owner, _, _):
            "There is no folder \(Self.short(folder)). Made by root, it would be closed to the user \(Self.short(owner)), who is to have the database."
        }
    }

    package var expected: String? {
        switch self {
        case .version: "version \(BackupHeader.version)"
        case .otherKey(_, let expected, _): "the backup key with the id \(expected)"
        case .truncated(_, let expected, _): expected.map { "\($0) bytes" }
        case .notABackup, .damaged, .differs, .exists, .cannotRead, .cannotWrite, .othersFolder, .noFolder: nil
        }
    }

    package var seen: String? {
        switch self {
        case .version(_, let seen): "version \(seen)"
        case .otherKey(_, _, let seen): "the backup key with the id \(seen)"
        case .truncated(_, _, let seen): "\(seen) bytes"
        case .notABackup, .damaged, .differs, .exists, .cannotRead, .cannotWrite, .othersFolder, .noFolder: nil
        }
    }

    package var remedy: String {
        switch self {
        case .notABackup: "Name a file that 'countersign backup' made."
        case .version: "Restore it with the version that made it, or a newer one."
        case .otherKey: "Name the key file that it was made with with --key-file."
        case .damaged, .truncated: "Fetch it again from where it is kept, or take the backup before it. What is left of it is not restored."
        case .differs: "Make the backup again; if it stays, see whether the disk or the memory of this machine is failing."
        case .exists: "Name another file, or give --yes to replace it."
        case .cannotRead: "Check the name of the file and its permissions."
        case .cannotWrite:
            """
            Check that the folder exists, that this user may write to it, and that there is room on the disk. A file system that \
            knows no links (CIFS, exFAT) needs --yes, by which a file of that name is replaced.
            """
        case .othersFolder(_, _, let asOwner):
            """
            Run the same command as that user, with '\(Self.short(asOwner))' in front of it; the backup and its key have to be readable by \
            that user, too.
            """
        case .noFolder(_, _, let making, let asOwner):
            """
            Make it with '\(making)', and run the same command as that user, with '\(Self.short(asOwner))' in front of it; the backup and \
            its key have to be readable by that user, too. For a restore that root alone is to use, make the folder as root first.
            """
        }
    }

    private static func short(_ text: String) -> String { ProtocolText(text).prefix(300).string }
}
