import Crypto
package import WireFormats

/// The key under which backups are sealed. It is kept elsewhere than what it seals, and opens the master key with the rest.
package struct BackupKey: Sendable {
    package static let length = 32
    private let key: SymmetricKey
    /// Names the key without telling it.
    package let id: String
    let idBytes: [UInt8]

    /// nil where it has another length.
    package init?(_ secret: SecretBytes) {
        let bytes = secret.reveal()
        guard bytes.count == Self.length else { return nil }
        key = SymmetricKey(data: bytes)
        idBytes = Self.derive(key, salt: [], "name of the backup key").withUnsafeBytes { Array($0.prefix(8)) }
        id = idBytes.hexText
    }

    /// Of one backup alone, by its salt: a chunk's number is nonce enough then.
    func chunkKey(salt: [UInt8]) -> SymmetricKey { Self.derive(key, salt: salt, "chunks of a backup") }

    func headerKey(salt: [UInt8]) -> SymmetricKey { Self.derive(key, salt: salt, "header of a backup") }

    /// HKDF (RFC 5869).
    private static func derive(_ key: SymmetricKey, salt: [UInt8], _ purpose: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(inputKeyMaterial: key, salt: salt, info: Array(purpose.utf8), outputByteCount: length)
    }
}
