import FoundationEssentials
package import OpenIDConnect
package import UserPools
import WireFormats

extension Tokens {
    /// RFC 7009 §2: ends the family of a refresh token of this client. A token that is not there is no error (§2.2).
    package func revoke(_ token: String, credentials: ClientCredentials, pool: UserPool) async throws(OAuthError) {
        let client = try await authenticate(credentials, in: pool)
        do {
            guard let grant = try await stores.grants.grant(of: try await refreshTokens.read(SecretBytes(token))), grant.clientID == client.app.id,
                grant.poolID == pool.id
            else { return }
            try await stores.grants.end(grant.family)
        } catch { throw OAuthError(refusing: error as any Error) }
    }
}
