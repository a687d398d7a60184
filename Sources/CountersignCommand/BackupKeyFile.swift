import FoundationEssentials
import Gateway
import Glibc
import Storage
import WireFormats

/// The file with a backup key: one line of text, which can be kept in a vault for passwords or on paper as well.
enum BackupKeyFile {
    private static let prefix = "countersign-backup-key-1:"

    static func read(_ path: String) throws(BackupKeyError) -> BackupKey {
        let bytes: [UInt8]
        do { bytes = try OwnersFile.read(path) } catch {
            switch error {
            case .absent: throw .cannotRead(path: path, reason: SystemError.text(ENOENT))
            case .unreadable(let reason): throw .cannotRead(path: path, reason: reason)
            case .readableByOthers(let mode): throw .readableByOthers(path: path, mode: mode)
            case .tooLarge: throw .malformed(path: path)
            }
        }
        let line = bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes[...]
        guard line.starts(with: Self.prefix.utf8), let secret = Base64URL.decode(line.dropFirst(Self.prefix.utf8.count)),
            let key = BackupKey(SecretBytes(secret))
        else { throw .malformed(path: path) }
        return key
    }

    /// Never instead of one that is there: what was sealed with it would open no more.
    static func make(_ path: String, random: (Int) -> [UInt8]) throws(BackupKeyError) -> BackupKey {
        let line = prefix + Base64URL.encode(random(BackupKey.length)) + "\n"
        do { try OwnersFile.make(path, of: Array(line.utf8)) } catch {
            throw error.isThere ? .exists(path: path) : .cannotMake(path: path, reason: error.reason)
        }
        return try read(path)
    }
}

/// Why there is no backup key.
enum BackupKeyError: Diagnosable, Equatable {
    case cannotRead(path: String, reason: String)
    case readableByOthers(path: String, mode: UInt32)
    case malformed(path: String)
    case exists(path: String)
    case cannotMake(path: String, reason: String)

    var code: String {
        switch self {
        case .cannotRead, .readableByOthers, .malformed: "backup.key_file"
        case .exists: "backup.key_exists"
        case .cannotMake: "backup.cannot_write"
        }
    }

    var message: String {
        switch self {
        case .cannotRead(let path, let reason): "The backup key \(path.prefix(200)) cannot be read: \(reason)."
        case .readableByOthers(let path, _): "The backup key \(path.prefix(200)) can be read or changed by others than its owner."
        case .malformed(let path): "\(path.prefix(200)) holds no backup key."
        case .exists(let path): "There is a file \(path.prefix(200)) already; what was sealed with it would open no more."
        case .cannotMake(let path, let reason): "The backup key \(path.prefix(200)) cannot be made: \(reason)."
        }
    }

    var expected: String? {
        switch self {
        case .readableByOthers: "mode 600"
        case .cannotRead, .malformed, .exists, .cannotMake: nil
        }
    }

    var seen: String? {
        switch self {
        case .readableByOthers(_, let mode): "mode \(String(mode, radix: 8))"
        case .cannotRead, .malformed, .exists, .cannotMake: nil
        }
    }

    var remedy: String {
        switch self {
        case .cannotRead:
            """
            Check the name of the key file, and that it belongs to this user. A backup opens with the key that it was made with, and no other; before the \
            first backup 'countersign backup --make-key FILE' makes one.
            """
        case .readableByOthers(let path, _): "Run: chmod 600 -- \(Shell.quoted(path))"
        case .malformed: "Name the file that 'countersign backup --make-key FILE' made, with all of its one line."
        case .exists: "Use the key that is there, or name another file."
        case .cannotMake: "Check that the folder exists, that this user may write to it, and that there is room on the disk."
        }
    }
}
