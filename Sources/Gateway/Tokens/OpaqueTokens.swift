import Crypto
import FoundationEssentials
import UserPools
import WireFormats

/// Access tokens that only we can read: the JWT that the client would have got, encrypted (AES-256-GCM).
///
/// Nothing is stored of one, as of a JWT. Who has it learns nothing from it and asks us; then all of it is checked as if the JWT had come.
struct OpaqueTokens: Sendable {
    /// So that whoever finds one knows what it is: programs that look for secrets in repositories go by this.
    private static let prefix = "csat_"
    /// Base64url of the longest JWT that we read.
    private static let maximumLength = 64 << 10

    private let key: SymmetricKey
    private let sealer: Sealer
    private let installation: any InstallationStore

    init(sealer: Sealer, installation: any InstallationStore) {
        key = Self.key(from: RefreshTokens.authenticationKey(of: sealer))
        self.sealer = sealer
        self.installation = installation
    }

    /// What the client gets in place of the JWT.
    func seal(_ token: String) throws -> String {
        guard let sealed = try AES.GCM.seal(Array(token.utf8), using: key).combined else { throw SealError.notSealed }
        return Self.prefix + Base64URL.encode(Array(sealed))
    }

    /// The JWT in an opaque token; of everything else the text itself, and of one that is not ours.
    func open(_ token: String) async throws(StoreError) -> String {
        guard token.utf8.count <= Self.maximumLength, token.utf8.starts(with: Self.prefix.utf8),
            let sealed = Base64URL.decode(Array(token.utf8.dropFirst(Self.prefix.utf8.count)))
        else { return token }
        if let plain = Self.open(sealed, with: key) { return plain }
        // It was made before the master key was changed.
        guard let text = try await installation.find().earlierTokenKeys, let earlier = try? EarlierTokenKeys(text, sealedBy: sealer) else {
            return token
        }
        for earlier in earlier.keys {
            if let plain = Self.open(sealed, with: Self.key(from: earlier)) { return plain }
        }
        return token
    }

    private static func open(_ sealed: [UInt8], with key: SymmetricKey) -> String? {
        guard let box = try? AES.GCM.SealedBox(combined: sealed), let plain = try? AES.GCM.open(box, using: key) else { return nil }
        return String(decoding: plain, as: UTF8.self)
    }

    /// From the key that a change of the master key leaves behind (`EarlierTokenKeys`).
    private static func key(from tokenKey: SecretBytes) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(inputKeyMaterial: SymmetricKey(data: tokenKey.reveal()), info: Array("opaque access tokens".utf8), outputByteCount: 32)
    }
}
