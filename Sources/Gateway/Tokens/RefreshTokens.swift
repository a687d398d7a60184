import Crypto
import FoundationEssentials
import UserPools
import WireFormats

/// The texts of refresh tokens.
struct RefreshTokens: Sendable {
    private let rotationKey: SecretBytes
    private let environment: Environment

    init(sealer: Sealer, environment: Environment) {
        rotationKey = sealer.deriveKey(for: "refresh token rotation")
        self.environment = environment
    }

    /// The first of a family: 256 random bits.
    func make() -> SecretBytes { SecretBytes(environment.random(32).base64URLText) }

    /// The refresh token that follows `token`: the same whoever computes it, so that a client that asks twice within its grace gets one
    /// successor, and nobody without the master key can compute it.
    func successor(of token: SecretBytes) -> SecretBytes {
        let code = HMAC<SHA256>.authenticationCode(for: token.reveal(), using: SymmetricKey(data: rotationKey.reveal()))
        return SecretBytes(Array(code).base64URLText)
    }
}
