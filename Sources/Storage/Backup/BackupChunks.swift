import Crypto

/// Chunk after chunk, AES-256-GCM each: its number and whether it is the last are its nonce, so that none can be left out, moved, added or taken for the
/// end (STREAM: Hoang, Reyhanitabar, Rogaway, Vizár, 2015).
struct BackupChunks {
    static let size = 65_536
    static let tagLength = 16

    private let key: SymmetricKey
    private let header: [UInt8]
    private(set) var number: UInt64 = 0

    init(_ header: BackupHeader, _ key: BackupKey) { (self.key, self.header) = (key.chunkKey(salt: header.salt), header.bytes) }

    mutating func seal(_ plain: [UInt8], isLast: Bool) throws -> [UInt8] {
        let box = try AES.GCM.seal(plain, using: key, nonce: try nonce(isLast), authenticating: header)
        number += 1
        return Array(box.ciphertext) + Array(box.tag)
    }

    mutating func open(_ sealed: [UInt8], isLast: Bool) throws -> [UInt8] {
        let (cipher, tag) = (sealed.dropLast(Self.tagLength), sealed.suffix(Self.tagLength))
        let box = try AES.GCM.SealedBox(nonce: try nonce(isLast), ciphertext: cipher, tag: tag)
        let plain = Array(try AES.GCM.open(box, using: key, authenticating: header))
        number += 1
        return plain
    }

    private func nonce(_ isLast: Bool) throws -> AES.GCM.Nonce { try AES.GCM.Nonce(data: [0, 0, 0] + number.bigEndianBytes + [isLast ? 1 : 0]) }
}
