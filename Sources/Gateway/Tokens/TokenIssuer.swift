import FoundationEssentials
import OpenIDConnect
import TokenVerifier
import UserPools

/// Signs what an app gets: an access token, an ID token where the scope has `openid`, and the refresh token beside.
struct TokenIssuer: Sendable {
    let publicURL: String
    let environment: Environment

    func issue(_ granted: GrantedTokens, to client: AuthenticatedClient, with key: TokenSigningKey, at now: Date) throws -> TokenResponse {
        let (grant, user, lifetimes) = (granted.grant, granted.user, client.app.lifetimes)
        let issuer = PoolAddress(publicURL: publicURL, pool: client.pool).issuer
        // What the admin took from the client since is not given any more.
        let scope = Scope(names: granted.scopes.names.filter { client.policy.allows($0, for: grant.resource) })
        let context = ContextClaims(
            acr: grant.authenticationContext?.acrs.first, methods: grant.authenticationContext?.methods ?? [])
        let access = AccessTokenClaims(
            issuer: issuer, subject: user.id.text, audience: grant.resource, clientID: client.app.id.text, scope: scope,
            expiresAt: now.addingTimeInterval(TimeInterval(lifetimes.accessToken)), issuedAt: now, authenticatedAt: grant.authenticatedAt,
            tokenID: environment.uuidText(), sessionID: grant.sessionID?.text, groups: user.groups(at: now), username: user.username,
            context: context)
        let accessToken = try key.sign(header: "at+jwt", claims: Self.withFamily(grant, access.claims()))
        var idToken: String?
        if scope.contains("openid") {
            let claims = IDTokenClaims(
                issuer: issuer, subject: user.id.text, clientID: client.app.id.text,
                expiresAt: now.addingTimeInterval(TimeInterval(lifetimes.idToken)), issuedAt: now, authenticatedAt: grant.authenticatedAt,
                nonce: granted.nonce, sessionID: grant.sessionID?.text, tokenID: environment.uuidText(), groups: user.groups(at: now),
                identities: UserClaims.identities(of: user), attributes: UserClaims.attributes(of: user, scopes: scope.names),
                context: context)
            idToken = try key.sign(header: "JWT", claims: Self.withFamily(grant, claims.claims(accessToken: accessToken, algorithm: key.algorithm)))
        }
        return TokenResponse(
            accessToken: accessToken, expiresIn: lifetimes.accessToken,
            refreshToken: granted.refreshToken?.revealText(), idToken: idToken, scope: scope)
    }

    /// `origin_jti`, as Amazon Cognito's tokens have it: all that came of one code, so that its end can be seen.
    private static func withFamily(_ grant: Grant, _ claims: JSONObject) -> JSONObject {
        var claims = claims
        claims.append("origin_jti", .string(grant.family.text))
        return claims
    }
}
