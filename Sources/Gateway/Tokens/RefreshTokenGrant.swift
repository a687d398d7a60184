import FoundationEssentials
import OpenIDConnect
import UserPools
import WireFormats

/// `grant_type=refresh_token` (RFC 6749 §6, RFC 9700 §4.14.2): the token is retired and its successor written in one transaction; user, client
/// and provider are looked at again.
struct RefreshTokenGrant: TokenGrant {
    static let grantType = "refresh_token"
    let requiresConfidentialClient = false
    let grants: any GrantStore
    let refreshTokens: RefreshTokens
    let upstream: (any UpstreamAttributes)?
    let limits: RateLimiter

    func authorize(_ request: TokenRequest, client: AuthenticatedClient, at now: Date) async throws(OAuthError) -> GrantedTokens {
        let (app, pool, policy) = (client.app, client.pool.id, client.policy)
        let presented = try request.secret("refresh_token")
        let (asked, resource, key) = (request.scope, request.resource, client.boundKey)
        let (limits, ofPool) = (limits, client.pool)
        let token: PresentedRefreshToken
        do { token = try await refreshTokens.read(presented) } catch { throw OAuthError(refusing: error as any Error) }
        let (refreshTokens, generation) = (refreshTokens, token.generation)
        @Sendable func successor(in family: TokenFamily.ID) -> SecretBytes {
            refreshTokens.successor(of: presented, in: family, generation: generation)
        }
        let rotated: (token: RefreshToken, user: User)
        do {
            rotated = try await grants.rotate(token, at: now, grace: app.refreshGrace) { token, holder throws(GrantRefusal) in
                guard token.grant.poolID == pool, token.grant.clientID == app.id else { throw .otherClient }
                guard !token.isOver(for: app, at: now) else { throw .expired }
                try token.grant.requireKey(key)
                // The token is not retired: who is refused now may come again when the provider is back. One that was used ends its family all the same.
                try holder.requireSource(of: token.grant, for: app)
                try holder.requireAdmission(to: app, at: now)
                try holder.requireFreshAttributes(of: token.grant, for: app, at: now)
                // What the admin took from the client since is not given again.
                guard policy.allows(resource: token.grant.resource) else { throw .otherResource }
                let allowed = token.grant.scopes.filter { policy.allows($0, for: token.grant.resource) }
                guard !allowed.isEmpty || token.grant.scopes.isEmpty, Set(asked?.names ?? []).isSubset(of: allowed) else { throw .widerScope }
                guard ResourceIndicator.isWithin(resource, granted: token.grant.resource) else { throw .otherResource }
                // Whoever lost an answer gets it again at once: later the token would count as used.
                if !holder.isRetry {
                    do throws(RateLimiter.Exceeded) { try limits.requireUser(holder.user.id, in: ofPool) } catch {
                        throw .held(seconds: error.retryAfter)
                    }
                }
                return SecretHash(of: successor(in: token.grant.family).reveal())
            }
        } catch { throw OAuthError(refusing: error) }
        limits.countUser(rotated.user.id, in: ofPool)
        let user = try await upstream?.current(rotated.user, of: rotated.token.grant) ?? rotated.user
        // The groups of a moment ago may be gone.
        guard app.admits(user, at: now) else { throw OAuthError(refusing: GrantError.refused(.notAdmitted)) }
        // OIDC Core §12.2: an ID token of a refresh needs no nonce.
        return GrantedTokens(
            grant: rotated.token.grant.narrowed(to: resource), user: user, scopes: asked ?? Scope(names: rotated.token.grant.scopes),
            refreshToken: successor(in: rotated.token.grant.family))
    }
}

extension RefreshToken {
    /// When it ends for want of use, or because its family does.
    func ends(for client: AppClient) -> Date {
        guard let idle = client.metadata.refreshTokenIdle else { return expiresAt }
        return min(expiresAt, issuedAt.addingTimeInterval(TimeInterval(idle)))
    }

    /// Also where the client calls people by other names by now: an ID token of a refresh has the `sub` of the first (OpenID Connect Core §12.2).
    func isOver(for client: AppClient, at now: Date) -> Bool {
        client.hadOtherSubjects(at: issuedAt) || ends(for: client) <= now
    }
}
