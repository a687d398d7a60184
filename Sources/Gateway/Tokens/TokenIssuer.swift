import FoundationEssentials
import OpenIDConnect
import TokenVerifier
import UserPools

extension Tokens {
    /// Signs what an app gets for `grant`: an access token, an ID token where the scope has `openid`, and the refresh token beside.
    func issue(
        _ grant: Grant, scopes: [String], nonce: String?, user: User, client: AppClient, pool: UserPool, key: TokenSigningKey,
        refreshToken: Secret?
    ) async throws -> TokenResponse {
        let now = environment.now()
        let issuer = PoolAddress(publicURL: publicURL, pool: pool).issuer
        let access = AccessTokenClaims(
            issuer: issuer, subject: user.id.text, audience: grant.resource, clientID: client.id.text, scope: Scope(names: scopes),
            expiresAt: now.addingTimeInterval(TimeInterval(client.lifetimes.accessToken)), issuedAt: now, authenticatedAt: grant.authenticatedAt,
            tokenID: environment.uuidText(), sessionID: grant.sessionID.text, groups: user.groups, username: user.username)
        let accessToken = try key.sign(header: "at+jwt", claims: Self.withFamily(grant, access.claims()))
        var idToken: String?
        if scopes.contains("openid") {
            let claims = IDTokenClaims(
                issuer: issuer, subject: user.id.text, clientID: client.id.text,
                expiresAt: now.addingTimeInterval(TimeInterval(client.lifetimes.idToken)), issuedAt: now, authenticatedAt: grant.authenticatedAt,
                nonce: nonce, sessionID: grant.sessionID.text, tokenID: environment.uuidText(), groups: user.groups,
                identities: UserClaims.identities(of: user), attributes: UserClaims.attributes(of: user, scopes: scopes))
            idToken = try key.sign(header: "JWT", claims: Self.withFamily(grant, claims.claims(accessToken: accessToken, algorithm: key.algorithm)))
        }
        return TokenResponse(
            accessToken: accessToken, expiresIn: client.lifetimes.accessToken,
            refreshToken: refreshToken.map { String(decoding: $0.reveal(), as: UTF8.self) }, idToken: idToken, scope: Scope(names: scopes))
    }

    /// `origin_jti`, as Amazon Cognito's tokens have it: all that came of one code, so that its end can be seen.
    private static func withFamily(_ grant: Grant, _ claims: JSONObject) -> JSONObject {
        var claims = claims
        claims.append("origin_jti", .string(grant.family.text))
        return claims
    }
}
