import FoundationEssentials
import Gateway
import Glibc
import UserPools
import WireFormats

/// The file with the master key: 32 bytes that nobody but its owner reads.
enum MasterKeyFile {
    static let length = 32

    /// nil where there is no such file.
    static func read(_ path: String) throws(MasterKeyError) -> SecretBytes? {
        let bytes: [UInt8]
        do { bytes = try OwnersFile.read(path) } catch {
            switch error {
            case .absent: return nil
            case .unreadable(let reason): throw .cannotRead(path: path, reason: reason)
            case .readableByOthers(let mode): throw .readableByOthers(path: path, mode: mode)
            case .tooLarge(let size): throw .wrongLength(path: path, count: size)
            }
        }
        guard bytes.count == length else { throw .wrongLength(path: path, count: bytes.count) }
        return SecretBytes(bytes)
    }

    /// Makes a key where there is none, and returns the one that stands: of two processes that make one at once, both use the first.
    static func make(_ path: String, random: (Int) -> [UInt8]) throws(MasterKeyError) -> SecretBytes {
        try keep(SecretBytes(random(length)), at: path, random: random)
    }

    /// Keeps the key where there is none, and returns the one that stands.
    static func keep(_ key: SecretBytes, at path: String, random: (Int) -> [UInt8]) throws(MasterKeyError) -> SecretBytes {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "./"
        let suffix = random(8).map { String($0, radix: 16) }.joined()
        let draft = folder + ".countersign-key-" + suffix
        do { try OwnersFile.make(draft, of: key.reveal()) } catch { throw .cannotMake(path: path, reason: error.reason) }
        defer { unlink(draft) }
        // Unlike rename, link never replaces a file; and what it shows is whole and on disk.
        if link(draft, path) != 0, errno != EEXIST { throw .cannotMake(path: path, reason: SystemError.text(errno)) }
        try synchronize(folder)
        guard let key = try read(path) else { throw .cannotMake(path: path, reason: "it is gone again") }
        return key
    }

    private static func synchronize(_ folder: String) throws(MasterKeyError) {
        let file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw .cannotMake(path: folder, reason: SystemError.text(errno)) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw .cannotMake(path: folder, reason: SystemError.text(errno)) }
    }
}

/// Why there is no master key.
enum MasterKeyError: Diagnosable, Equatable {
    case cannotRead(path: String, reason: String)
    case readableByOthers(path: String, mode: UInt32)
    case wrongLength(path: String, count: Int)
    /// The database has keys that were sealed with it.
    case missing(path: String)
    case cannotMake(path: String, reason: String)
    /// What is sealed in the database opens with another one; both by the names that tell nothing of them.
    case other(path: String, expected: String, seen: String)
    /// The same where a database is restored, beside which another key lies already.
    case inTheWay(path: String, expected: String, seen: String)

    var code: String {
        switch self {
        case .cannotRead: "master_key.cannot_read"
        case .readableByOthers: "master_key.readable_by_others"
        case .wrongLength: "master_key.length"
        case .missing: "master_key.missing"
        case .cannotMake: "master_key.cannot_make"
        case .other, .inTheWay: "master_key.other"
        }
    }

    var message: String {
        switch self {
        case .cannotRead(let path, let reason): "The master key \(path.prefix(200)) cannot be read: \(reason)."
        case .readableByOthers(let path, _): "The master key \(path.prefix(200)) can be read or changed by others than its owner."
        case .wrongLength(let path, _): "The master key \(path.prefix(200)) has the wrong length."
        case .missing(let path): "The master key \(path.prefix(200)) is missing, and the database has keys that were sealed with it."
        case .cannotMake(let path, let reason): "The master key \(path.prefix(200)) cannot be made: \(reason)."
        case .other(let path, _, _): "The master key \(path.prefix(200)) is not the one of this database."
        case .inTheWay(let path, _, _):
            "There is a master key \(path.prefix(200)) already, which is not the one of the backup, and it is not replaced."
        }
    }

    var expected: String? {
        switch self {
        case .readableByOthers: "mode 600"
        case .wrongLength: "\(MasterKeyFile.length) bytes"
        case .other(_, let expected, _), .inTheWay(_, let expected, _): "the master key with the id \(expected)"
        case .cannotRead, .missing, .cannotMake: nil
        }
    }

    var seen: String? {
        switch self {
        case .readableByOthers(_, let mode): "mode \(String(mode, radix: 8))"
        case .wrongLength(_, let count): "\(count) bytes"
        case .other(_, _, let seen), .inTheWay(_, _, let seen): "the master key with the id \(seen)"
        case .cannotRead, .missing, .cannotMake: nil
        }
    }

    var remedy: String {
        switch self {
        case .cannotRead: "Check that the file belongs to this user, or name another with --master-key-file."
        case .readableByOthers(let path, _): "Run: chmod 600 -- \(Shell.quoted(path))"
        case .wrongLength: "Give the file that Countersign made, or make one for a new database with 'openssl rand 32'."
        case .missing: "Restore the file from your backup, or name it with --master-key-file. A new key would not open what is there."
        case .other: "Name the file that belongs to this database with --master-key-file; after 'key reseal' that is the new one."
        case .inTheWay:
            """
            Move that file away and keep it, for it may be the key of a database elsewhere; then run the same command again. Or name another file with \
            --master-key-file.
            """
        case .cannotMake: "Check that this user may write to the folder, or name another file with --master-key-file."
        }
    }
}
