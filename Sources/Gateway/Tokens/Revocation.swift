import FoundationEssentials
package import OpenIDConnect
import TokenVerifier
package import UserPools
import WireFormats

extension Tokens {
    /// RFC 7009 §2: ends the family of a refresh token of this client, or takes an access token back: introspection and userinfo refuse it from then on,
    /// and whoever verifies tokens by itself learns of it when it expires. A token that is not there is no error (§2.2).
    package func revoke(_ token: String, credentials: ClientCredentials, pool: UserPool) async throws(OAuthError) {
        let client = try await authenticate(credentials, in: pool)
        do {
            if let access = try await ownAccessToken(token, in: pool) {
                guard access.clientID?.hasSameBytes(as: client.app.id.text) == true, let name = access.name(in: pool) else { return }
                return try await stores.grants.revoke(name, until: access.expiresAt.addingTimeInterval(Self.remembered))
            }
            guard let grant = try await stores.grants.grant(of: try await refreshTokens.read(SecretBytes(token))), grant.clientID == client.app.id,
                grant.poolID == pool.id
            else { return }
            try await stores.grants.end(grant.family)
        } catch { throw OAuthError(refusing: error as any Error) }
    }

    /// How much longer than it lives a token that was taken back is remembered: userinfo allows clocks that differ.
    private static let remembered: TimeInterval = 300
}
