import Crypto
import FoundationEssentials
import UserPools

/// The texts of refresh tokens.
struct RefreshTokens: Sendable {
    private let rotationKey: Secret
    private let environment: Environment

    init(sealer: Sealer, environment: Environment) {
        rotationKey = sealer.deriveKey(for: "refresh token rotation")
        self.environment = environment
    }

    /// The first of a family: 256 random bits.
    func make() -> Secret { Secret(environment.random(32).base64URLText) }

    /// The refresh token that follows `token`: the same whoever computes it, so that a client that asks twice within its grace gets one
    /// successor, and nobody without the master key can compute it.
    func successor(of token: Secret) -> Secret {
        let code = HMAC<SHA256>.authenticationCode(for: token.reveal(), using: SymmetricKey(data: rotationKey.reveal()))
        return Secret(Array(code).base64URLText)
    }
}
