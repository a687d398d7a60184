package import UserPools
import Crypto
import FoundationEssentials
package import WireFormats

/// Seals what must not lie in the database in the clear, with AES-256-GCM under the master key.
package struct Sealer: Sendable {
    private let key: SymmetricKey

    /// - Parameter masterKey: 32 bytes.
    package init(masterKey: SecretBytes) throws(SealError) {
        let bytes = masterKey.reveal()
        guard bytes.count == 32 else { throw .wrongKeyLength(bytes.count) }
        key = SymmetricKey(data: bytes)
    }

    /// - Parameter context: what the bytes are and whose; they open under the same context only.
    package func seal(_ plain: [UInt8], context: String) throws(SealError) -> [UInt8] {
        do {
            let box = try AES.GCM.seal(plain, using: key, authenticating: Array(context.utf8))
            guard let combined = box.combined else { throw SealError.notSealed }
            return Array(combined)
        } catch { throw .notSealed }
    }

    package func open(_ sealed: [UInt8], context: String) throws(SealError) -> SecretBytes {
        do {
            return SecretBytes(Array(try AES.GCM.open(AES.GCM.SealedBox(combined: sealed), using: key, authenticating: Array(context.utf8))))
        } catch { throw .notOpened }
    }

    /// Names the master key without telling it.
    package var masterKeyID: String { Array(deriveKey(for: "name of the master key").reveal().prefix(8)).hexText }

    /// A key of its own for one purpose (HKDF, RFC 5869).
    package func deriveKey(for purpose: String) -> SecretBytes {
        let derived = HKDF<SHA256>.deriveKey(inputKeyMaterial: key, info: Array(purpose.utf8), outputByteCount: 32)
        return SecretBytes(derived.withUnsafeBytes { Array($0) })
    }
}

/// Why something could not be sealed or opened.
package enum SealError: Diagnosable, Equatable {
    case wrongKeyLength(Int)
    case notSealed
    case notOpened
    /// A server runs on the database, and would go on with the master key that is to be replaced.
    case inUse(publicURL: String)

    package var code: String {
        switch self {
        case .wrongKeyLength: "master_key.length"
        case .notSealed: "master_key.not_sealed"
        case .notOpened: "master_key.not_opened"
        case .inUse: "master_key.in_use"
        }
    }

    package var message: String {
        switch self {
        case .wrongKeyLength(let count): "The master key has \(count) bytes; it must have 32."
        case .notSealed: "A private key could not be sealed."
        case .notOpened: "A private key in the database does not open with this master key."
        case .inUse(let publicURL): "A server runs on this database (\(publicURL)); it would go on sealing with the old master key."
        }
    }

    package var remedy: String {
        switch self {
        case .wrongKeyLength: "Give the file that Countersign made, or make one for a new database with 'openssl rand 32'."
        case .notSealed: "Try again; if it stays, report it as a bug."
        case .notOpened: "Give the master key file that belongs to this database."
        case .inUse:
            "Stop every server of this database, then try again. One that was killed counts as gone after \(Int(RunningServer.presumedGoneAfter)) s."
        }
    }

    package var acts: [Remedy] {
        switch self {
        case .wrongKeyLength, .notOpened: [.configure(.masterKeyFile)]
        case .notSealed, .inUse: []
        }
    }
}

extension SecretHash {
    /// SHA-256 of a secret's text.
    package init(of secret: some Sequence<UInt8>) {
        // SHA-256 always has 32 bytes, which is all the initialiser asks.
        self.init(Array(SHA256.hash(data: Array(secret))))!
    }
}
