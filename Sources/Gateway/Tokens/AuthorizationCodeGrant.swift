import FoundationEssentials
import OpenIDConnect
import UserPools
import WireFormats

/// `grant_type=authorization_code` (RFC 6749 §4.1.3, RFC 7636 §4.6). The code is used up and the refresh token written in one transaction,
/// whatever the checks say.
struct AuthorizationCodeGrant: TokenGrant {
    static let grantType = "authorization_code"
    let requiresConfidentialClient = false
    let grants: any GrantStore
    let refreshTokens: RefreshTokens

    func authorize(_ request: TokenRequest, client: AuthenticatedClient, at now: Date) async throws(OAuthError) -> GrantedTokens {
        let (app, pool, policy) = (client.app, client.pool.id, client.policy)
        let presented = try request.secret("code")
        // A client with one redirect URI may leave it out, here as in its authorization request.
        let redirectURI =
            try request.parameters.single("redirect_uri", limit: 2048) ?? (app.redirectURIs.count == 1 ? app.redirectURIs.first : nil)
        let codeVerifier = try request.parameters.single("code_verifier")
        let (resource, key) = (request.resource, client.boundKey)
        let secret = app.grantTypes.contains(RefreshTokenGrant.grantType) ? refreshTokens.makeSecret() : nil
        let hash = SecretHash(of: presented.reveal())
        let redeemed: (code: AuthorizationCode, user: User)
        do {
            redeemed = try await grants.redeem(code: hash, at: now) { code, holder throws(GrantRefusal) in
                guard code.grant.poolID == pool, code.grant.clientID == app.id else { throw .otherClient }
                guard code.expiresAt > now else { throw .expired }
                try code.grant.requireKey(key)
                guard let redirectURI, code.redirectURI.hasSameBytes(as: redirectURI) else { throw .otherRedirectURI }
                // Whoever got the code at an address that is the client's no more learns nothing of what the client is now (case 202).
                guard (try? RegisteredRedirectURI(code.redirectURI, of: app)) != nil else { throw .otherRedirectURI }
                guard !app.hadOtherSubjects(at: code.issuedAt) else { throw .expired }
                if let challenge = code.codeChallenge {
                    do { try ProofKey.verify(codeVerifier: codeVerifier, against: .init(stored: challenge)) } catch { throw .wrongVerifier }
                } else {
                    guard codeVerifier == nil else { throw .wrongVerifier }
                }
                guard ResourceIndicator.isWithin(resource, granted: code.grant.resource), policy.allows(resource: code.grant.resource) else {
                    throw .otherResource
                }
                try holder.requireSource(of: code.grant, for: app)
                try holder.requireAdmission(to: app, at: now)
                var grant = code.grant
                // RFC 9449 §5: a client that proves who it is needs no other proof to refresh, and may change its key.
                grant.boundKey = app.isConfidential ? nil : key
                return secret.map { secret in
                    RefreshToken(
                        hash: SecretHash(of: refreshTokens.first(of: grant.family, secret: secret).reveal()), grant: grant, issuedAt: now,
                        expiresAt: now.addingTimeInterval(TimeInterval(app.lifetimes.refreshToken)))
                }
            }
        } catch .refused(.wrongVerifier) {
            throw Self.wrongVerifier(codeVerifier)
        } catch { throw OAuthError(refusing: error) }
        let grant = redeemed.code.grant.narrowed(to: resource)
        return GrantedTokens(
            grant: grant, user: redeemed.user, scopes: Scope(names: grant.scopes), nonce: grant.nonce,
            refreshToken: secret.map { refreshTokens.first(of: grant.family, secret: $0) })
    }

    /// What is wrong with the verifier of a code that is used up by now.
    private static func wrongVerifier(_ codeVerifier: String?) -> OAuthError {
        guard let codeVerifier else {
            return OAuthError(
                .invalidGrant, "The code_verifier is missing, and the authorization request had a code_challenge.", parameter: "code_verifier")
        }
        do { try ProofKey.requireLength(of: codeVerifier) } catch { return error }
        return OAuthError(.invalidGrant, "The code_verifier does not fit what the authorization request had.", parameter: "code_verifier")
    }
}
