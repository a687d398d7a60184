import FoundationEssentials
import OpenIDConnect
import UserPools

extension Tokens {
    /// `grant_type=authorization_code` (RFC 6749 §4.1.3, RFC 7636 §4.6). The code is used up and the refresh token written in one
    /// transaction, whatever the checks say.
    func redeem(
        _ presented: Secret, redirectURI: String?, codeVerifier: String?, resource: String?, client: AppClient, pool: UserPool
    ) async throws -> TokenResponse {
        let now = environment.now()
        // A client with one redirect URI may leave it out, here as in its authorization request.
        let redirectURI = redirectURI ?? (client.redirectURIs.count == 1 ? client.redirectURIs.first : nil)
        let refreshToken = client.grantTypes.contains("refresh_token") ? makeRefreshToken() : nil
        // Whatever can fail for a while fails before the code is used up, so that the app may try again.
        let key = try await keyRing.keys(of: pool).current
        let redeemed: (code: AuthorizationCode, user: User)
        do {
            redeemed = try await stores.grants.redeem(code: SecretHash(of: presented.reveal()), at: now) { code, _ throws(GrantRefusal) in
                guard code.grant.poolID == pool.id, code.grant.clientID == client.id else { throw .otherClient }
                guard code.expiresAt > now else { throw .expired }
                guard code.redirectURI == redirectURI else { throw .otherRedirectURI }
                do { try ProofKey.verify(codeVerifier: codeVerifier, against: .init(stored: code.codeChallenge)) } catch {
                    throw .wrongVerifier
                }
                guard resource == nil || resource == code.grant.resource else { throw .otherResource }
                return refreshToken.map {
                    RefreshToken(
                        hash: SecretHash(of: $0.reveal()), grant: code.grant, issuedAt: now,
                        expiresAt: now.addingTimeInterval(TimeInterval(client.lifetimes.refreshToken)))
                }
            }
        } catch { throw Self.grantError(error) }
        try await requireProvider(redeemed.code.grant.provider, of: client, in: pool)
        return try await issue(
            redeemed.code.grant, scopes: redeemed.code.grant.scopes, nonce: redeemed.code.grant.nonce, user: redeemed.user, client: client,
            pool: pool, key: key, refreshToken: refreshToken)
    }
}
