import Crypto
import FoundationEssentials
import UserPools
import WireFormats

/// The texts of refresh tokens: the family, the generation within it, 256 bits that only its holder knows, and our signature over all of that.
///
/// The signature is why a token that was used can be known as used from its generation alone, however long ago that was: no row is kept for
/// it (cases 139 and 140). That a token counts is never for the signature to say, but for the hash that its family has.
struct RefreshTokens: Sendable {
    private let rotationKey: SymmetricKey
    private let authenticationKey: SymmetricKey
    private let sealer: Sealer
    private let installation: any InstallationStore
    private let environment: Environment

    private static let version: UInt8 = 1
    private static let secretLength = 32
    private static let codeLength = 32
    /// Version, generation, length of the family's name.
    private static let headLength = 6

    init(sealer: Sealer, installation: any InstallationStore, environment: Environment) {
        rotationKey = SymmetricKey(data: sealer.deriveKey(for: "refresh token rotation").reveal())
        authenticationKey = SymmetricKey(data: Self.authenticationKey(of: sealer).reveal())
        self.sealer = sealer
        self.installation = installation
        self.environment = environment
    }

    static func authenticationKey(of sealer: Sealer) -> SecretBytes { sealer.deriveKey(for: "refresh token authentication") }

    /// The secret of a family's first token, drawn before the transaction that begins the family.
    func makeSecret() -> SecretBytes { SecretBytes(environment.random(Self.secretLength)) }

    func first(of family: TokenFamily.ID, secret: SecretBytes) -> SecretBytes { text(family, generation: 1, secret: secret.reveal()) }

    /// The refresh token that follows `token`: the same whoever computes it, so that a client that asks twice within its grace gets one
    /// successor, and nobody without the master key can compute it.
    func successor(of token: SecretBytes, in family: TokenFamily.ID, generation: Int) -> SecretBytes {
        let secret = HMAC<SHA256>.authenticationCode(for: token.reveal(), using: rotationKey)
        return text(family, generation: generation + 1, secret: Array(secret))
    }

    /// What a presented token says of itself, which an earlier key may have authenticated.
    func read(_ token: SecretBytes) async throws(StoreError) -> PresentedRefreshToken {
        let presented = read(token, authenticatedBy: [authenticationKey])
        guard case .named(_, _, isAuthentic: false) = presented.kind, let text = try await installation.find().earlierTokenKeys,
            let earlier = try? EarlierTokenKeys(text, sealedBy: sealer)
        else { return presented }
        return read(token, authenticatedBy: earlier.keys.map { SymmetricKey(data: $0.reveal()) })
    }

    /// Anything else may be a token that was issued before they had names.
    private func read(_ token: SecretBytes, authenticatedBy keys: [SymmetricKey]) -> PresentedRefreshToken {
        let text = token.reveal()
        let hash = SecretHash(of: text)
        guard text.count <= 256, let bytes = Base64URL.decode(text), bytes.count > Self.headLength, bytes[0] == Self.version else {
            return PresentedRefreshToken(.unnamed, hash: hash)
        }
        let nameEnd = Self.headLength + Int(bytes[5])
        guard bytes.count == nameEnd + Self.secretLength + Self.codeLength,
            let family = TokenFamily.ID(String(decoding: bytes[Self.headLength..<nameEnd], as: UTF8.self))
        else { return PresentedRefreshToken(.unnamed, hash: hash) }
        let generation = bytes[1...4].reduce(0) { $0 << 8 | Int($1) }
        let (signed, code) = (bytes.dropLast(Self.codeLength), bytes.suffix(Self.codeLength))
        let isAuthentic = keys.contains { HMAC<SHA256>.isValidAuthenticationCode(Array(code), authenticating: Array(signed), using: $0) }
        return PresentedRefreshToken(.named(family, generation: generation, isAuthentic: isAuthentic), hash: hash)
    }

    private func text(_ family: TokenFamily.ID, generation: Int, secret: [UInt8]) -> SecretBytes {
        let name = Array(family.text.utf8)
        let number = UInt32(clamping: generation)
        var bytes = [Self.version] + (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * UInt32($0))) } + [UInt8(clamping: name.count)]
        bytes += name + secret
        bytes += Array(HMAC<SHA256>.authenticationCode(for: bytes, using: authenticationKey))
        return SecretBytes(Base64URL.encode(bytes))
    }
}
