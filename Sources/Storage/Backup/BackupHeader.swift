import Crypto
import WireFormats

/// The first bytes of a backup: what it is, which key opens it, and how long it is, so that one that was cut off is told from one that was changed.
///
///     magic (8) │ version (4) │ key ID (8) │ salt (32) │ length of what is sealed (8) │ HMAC-SHA-256 of all before (32)
struct BackupHeader: Equatable {
    static let magic = Array("csbackup".utf8)
    static let version: UInt32 = 1
    static let length = 92

    let keyID: String
    let salt: [UInt8]
    /// Of the plain bytes.
    let plainLength: UInt64
    /// As it stands in the file; each chunk is bound to it.
    let bytes: [UInt8]

    init(plainLength: UInt64, salt: [UInt8], key: BackupKey) {
        let body = Self.magic + Self.version.bigEndianBytes + key.idBytes + salt + plainLength.bigEndianBytes
        (keyID, self.salt, self.plainLength) = (key.id, salt, plainLength)
        bytes = body + HMAC<SHA256>.authenticationCode(for: body, using: key.headerKey(salt: salt))
    }

    init(_ bytes: [UInt8], of path: String, key: BackupKey) throws(BackupRefusal) {
        guard bytes.starts(with: Self.magic.prefix(bytes.count)) else { throw .notABackup(path: path) }
        guard bytes.count == Self.length else { throw .truncated(path: path, expected: nil, seen: UInt64(bytes.count)) }
        let version = UInt32(bigEndianBytes: bytes[8..<12])
        guard version == Self.version else { throw .version(path: path, seen: version) }
        keyID = Array(bytes[12..<20]).hexText
        guard keyID == key.id else { throw .otherKey(path: path, expected: keyID, seen: key.id) }
        salt = Array(bytes[20..<52])
        guard HMAC<SHA256>.isValidAuthenticationCode(bytes[60..<92], authenticating: bytes[..<60], using: key.headerKey(salt: salt)) else {
            throw .damaged(path: path, chunk: nil)
        }
        plainLength = UInt64(bigEndianBytes: bytes[52..<60])
        self.bytes = bytes
    }

    /// At least one, which may be empty.
    private var chunks: UInt64 { max(1, (plainLength + UInt64(BackupChunks.size) - 1) / UInt64(BackupChunks.size)) }

    /// Of the whole file.
    var fileLength: UInt64 { UInt64(Self.length) + plainLength + chunks * UInt64(BackupChunks.tagLength) }
}

extension FixedWidthInteger {
    var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }

    init(bigEndianBytes bytes: ArraySlice<UInt8>) { self = bytes.reduce(0) { $0 << 8 | Self($1) } }
}
