import FoundationEssentials
import OpenIDConnect
import UserPools

extension Tokens {
    /// `grant_type=refresh_token` (RFC 6749 §6, RFC 9700 §4.14.2): the token is retired and its successor written in one transaction;
    /// user, client and provider are looked at again.
    func refresh(
        _ presented: Secret, scopes: [String]?, resource: String?, client: AppClient, pool: UserPool
    ) async throws -> TokenResponse {
        let now = environment.now()
        let hash = SecretHash(of: presented.reveal())
        let successor = successor(of: presented)
        if let known = try await stores.grants.find(token: hash), known.grant.poolID == pool.id {
            try await requireProvider(known.grant.provider, of: client, in: pool)
        }
        // Whatever can fail for a while fails before the token is retired, so that the app may try again.
        let key = try await keyRing.keys(of: pool).current
        let rotated: (token: RefreshToken, user: User)
        do {
            rotated = try await stores.grants.rotate(token: hash, at: now, grace: client.refreshGrace) { token, _ throws(GrantRefusal) in
                guard token.grant.poolID == pool.id, token.grant.clientID == client.id else { throw .otherClient }
                guard token.expiresAt > now else { throw .expired }
                // What the admin took from the client since is not given again.
                let allowed = token.grant.scopes.filter(client.scopes.contains)
                guard !allowed.isEmpty || token.grant.scopes.isEmpty, Set(scopes ?? []).isSubset(of: allowed) else { throw .widerScope }
                guard resource == nil || resource == token.grant.resource else { throw .otherResource }
                return RefreshToken(
                    hash: SecretHash(of: successor.reveal()), grant: token.grant, issuedAt: now, expiresAt: token.expiresAt)
            }
        } catch { throw Self.grantError(error) }
        // Once more for a retry within the grace, whose token was retired already and so was not found above.
        try await requireProvider(rotated.token.grant.provider, of: client, in: pool)
        // OIDC Core §12.2: an ID token of a refresh needs no nonce.
        return try await issue(
            rotated.token.grant, scopes: (scopes ?? rotated.token.grant.scopes).filter(client.scopes.contains), nonce: nil, user: rotated.user,
            client: client,
            pool: pool, key: key, refreshToken: successor)
    }
}
