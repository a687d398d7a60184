import Crypto
import WireFormats

/// The keys that authenticated refresh tokens before the master key was changed, sealed under the one that counts now: so a token that was used
/// before the change still ends its family when it comes back (RFC 9700 §4.14.2, THREATS case 140).
///
/// They only say that a used token was ours. Whoever has one of them, since the old master key leaked, can end a family whose name and client
/// credentials he also has; no token counts for their sake, and nothing opens with them.
struct EarlierTokenKeys: Sendable {
    /// The newest first.
    let keys: [SecretBytes]

    /// Changes of the master key that are remembered: the families of the time before have seldom lived as long.
    static let maximum = 4
    private static let keyLength = 32
    private static let context = "earlier refresh token keys"

    /// - Parameter text: as it is stored; nil where the master key was never changed.
    init(_ text: String?, sealedBy sealer: Sealer) throws(SealError) {
        guard let text else {
            keys = []
            return
        }
        guard let sealed = Base64URL.decode(text) else { throw .notOpened }
        let bytes = try sealer.open(sealed, context: Self.context).reveal()
        keys = stride(from: 0, to: bytes.count, by: Self.keyLength).map { SecretBytes(Array(bytes[$0..<min($0 + Self.keyLength, bytes.count)])) }
    }

    private init(keys: [SecretBytes]) { self.keys = keys }

    func adding(_ key: SecretBytes) -> EarlierTokenKeys { EarlierTokenKeys(keys: Array(([key] + keys).prefix(Self.maximum))) }

    func sealed(by sealer: Sealer) throws(SealError) -> String {
        try sealer.seal(keys.flatMap { $0.reveal() }, context: Self.context).base64URLText
    }
}
