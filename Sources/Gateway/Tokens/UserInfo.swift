import FoundationEssentials
package import OpenIDConnect
import TokenVerifier
package import UserPools

extension Tokens {
    /// OIDC Core §5.3: the claims of the user whom the access token names, as the token's scopes allow.
    ///
    /// - Returns: them, and the client to which the token was given.
    /// - Parameter authorization: the header `Authorization`; a token in the query is not looked for (RFC 9700 §4.3.2).
    package func userInfo(
        authorization: String?, pool: UserPool
    ) async throws(OAuthError) -> (response: UserInfoResponse, clientID: String?) {
        guard let token = Self.bearerToken(authorization) else {
            throw OAuthError(.invalidToken, "An access token is needed in the Authorization header.")
        }
        let issuer = PoolAddress(publicURL: publicURL, pool: pool).issuer
        do {
            let keys = try await keyRing.keys(of: pool)
            let verified = try await keys.verifier(issuer: issuer, audience: nil, clock: environment.now).verify(accessToken: token)
            guard verified.scopes.contains("openid") else {
                throw OAuthError(.insufficientScope, "The access token does not have the scope openid.")
            }
            guard let family = verified.claims.string("origin_jti").flatMap(TokenFamily.ID.init), try await stores.grants.isAlive(family) else {
                throw OAuthError(.invalidToken, "The sign-in of the access token has ended.")
            }
            guard let id = User.ID(verified.subject), let user = try await stores.users.find(id, in: pool.id), user.enabled else {
                throw OAuthError(.invalidToken, "The user of the access token is disabled or deleted.")
            }
            let claims = UserClaims.userInfo(of: user, scopes: Array(verified.scopes), at: environment.now())
            return (UserInfoResponse(subject: user.id.text, claims: claims), verified.clientID)
        } catch let error as OAuthError { throw error } catch let error as TokenError {
            throw OAuthError(.invalidToken, "The access token is not valid here.", seen: error.code)
        } catch { throw OAuthError(refusing: error) }
    }

    /// RFC 6750 §2.1.
    private static func bearerToken(_ authorization: String?) -> String? {
        guard let authorization, authorization.utf8.count <= 20_000, authorization.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, let scheme = parts.first, scheme.lowercased() == "bearer" else { return nil }
        return parts.last.map(String.init)
    }
}
