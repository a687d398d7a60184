import FoundationEssentials
import Metrics
import OpenIDConnect
import Telemetry
import TokenVerifier
import UserPools

/// Signs what an app gets: an access token, an ID token where the scope has `openid`, and the refresh token beside.
struct TokenIssuer: Sendable {
    let publicURL: String
    let environment: Environment
    private let signing = Metric.tokenSigning.timer()

    init(publicURL: String, environment: Environment) { (self.publicURL, self.environment) = (publicURL, environment) }

    /// - Parameter idTokenKey: signs the ID token, by the algorithm for which the client asks.
    func issue(
        _ granted: GrantedTokens, to client: AuthenticatedClient, as subjects: Subjects, with key: any TokenSigner,
        idTokensBy idTokenKey: any TokenSigner, opaque: OpaqueTokens, at now: Date
    ) async throws -> TokenResponse {
        // What the admin took from the client since is not given any more.
        let scope = Scope(names: granted.scopes.names.filter { client.policy.allows($0, for: granted.grant.resource) })
        let claims = Self.bound(accessClaims(granted, scope: scope, to: client.app, as: subjects, in: client.pool, at: now), to: client)
        let jwt = try await sign(claims, as: "at+jwt", with: key)
        let accessToken = client.app.metadata.accessTokenFormat == .opaque ? try opaque.seal(jwt) : jwt
        var idToken: String?
        if scope.contains("openid"), granted.exchange == nil, let user = granted.user {
            let claims = idClaims(granted, of: user, scope: scope, to: client.app, as: subjects, in: client.pool, at: now)
            idToken = try await sign(
                Self.withFamily(granted.grant, claims.claims(accessToken: accessToken, algorithm: idTokenKey.algorithm)), as: "JWT", with: idTokenKey)
        }
        var response = TokenResponse(
            accessToken: accessToken, expiresIn: Int(Self.lifetime(of: granted, to: client.app, at: now)),
            refreshToken: granted.refreshToken?.revealText(), idToken: idToken, scope: scope, isDPoP: client.key != nil)
        if granted.exchange != nil { response.issuedTokenType = TokenExchangeGrant.accessTokenType }
        return response
    }

    private func sign(_ claims: JSONObject, as type: String, with key: any TokenSigner) async throws(SigningKeyError) -> String {
        let start = ContinuousClock.now
        defer { signing.record(since: start) }
        return try await traced("sign token") { _ async throws(SigningKeyError) in try await key.sign(header: type, claims: claims) }
    }

    private static func lifetime(of granted: GrantedTokens, to client: AppClient, at now: Date) -> TimeInterval {
        let usual = TimeInterval(client.lifetimes.accessToken)
        return granted.exchange.map { min(usual, $0.endsAt.timeIntervalSince(now).rounded(.down)) } ?? usual
    }

    /// - Parameter subjects: what people are called at `client`, whichever service the token is for: two clients cannot compare by what it makes of theirs.
    func accessClaims(
        _ granted: GrantedTokens, scope: Scope, to client: AppClient, as subjects: Subjects, in pool: UserPool, at now: Date
    ) -> JSONObject {
        let (grant, user) = (granted.grant, granted.user)
        // RFC 9068 §2.2: where no person takes part the client is the subject. No user's `sub`, a UUID or 43 letters, is a client's name (§5).
        var claims = AccessTokenClaims(
            issuer: PoolAddress(publicURL: publicURL, pool: pool).issuer, subject: user.map { subjects.subject(of: $0.id) } ?? client.id.text,
            audience: grant.resource,
            clientID: client.id.text, scope: scope, expiresAt: now.addingTimeInterval(Self.lifetime(of: granted, to: client, at: now)), issuedAt: now,
            authenticatedAt: grant.authenticatedAt, tokenID: environment.uuidText(), sessionID: grant.sessionID.map(subjects.sessionID),
            groups: user?.groups(at: now) ?? [], username: subjects.isPairwise ? nil : user?.username, context: Self.context(of: grant))
        claims.actor = granted.exchange?.actor
        return Self.withFamily(grant, claims.claims())
    }

    /// All but those that hang on the access token of the same answer.
    func idClaims(
        _ granted: GrantedTokens, of user: User, scope: Scope, to client: AppClient, as subjects: Subjects, in pool: UserPool, at now: Date
    ) -> IDTokenClaims {
        let grant = granted.grant
        return IDTokenClaims(
            issuer: PoolAddress(publicURL: publicURL, pool: pool).issuer, subject: subjects.subject(of: user.id), clientID: client.id.text,
            expiresAt: now.addingTimeInterval(TimeInterval(client.lifetimes.idToken)), issuedAt: now, authenticatedAt: grant.authenticatedAt,
            nonce: granted.nonce, sessionID: grant.sessionID.map(subjects.sessionID), tokenID: environment.uuidText(), groups: user.groups(at: now),
            identities: subjects.isPairwise ? [] : UserClaims.identities(of: user),
            attributes: UserClaims.claims(
                of: user.attributes, updatedAt: user.updatedAt, scopes: scope.names,
                and: GrantedClaims.allowed(grant.claims?.idToken ?? [], by: client.policy(in: pool))),
            context: Self.context(of: grant))
    }

    /// RFC 9449 §6.1, RFC 8705 §3.1: to the key that the client proved to have, and to its certificate.
    private static func bound(_ claims: JSONObject, to client: AuthenticatedClient) -> JSONObject {
        var confirmation = JSONObject()
        if let key = client.key?.key { confirmation.append("jkt", .string(key.text)) }
        if client.bindsToCertificate, let certificate = client.certificate { confirmation.append("x5t#S256", .string(certificate.thumbprint)) }
        guard !confirmation.members.isEmpty else { return claims }
        var claims = claims
        claims.append("cnf", .object(confirmation))
        return claims
    }

    private static func context(of grant: Grant) -> ContextClaims {
        ContextClaims(acr: grant.authenticationContext?.acrs.first, methods: grant.authenticationContext?.methods ?? [])
    }

    /// `origin_jti`, as Amazon Cognito's tokens have it: all that came of one code, so that its end can be seen. What a client got for itself came of none.
    static func withFamily(_ grant: Grant, _ claims: JSONObject) -> JSONObject {
        guard grant.userID != nil else { return claims }
        var claims = claims
        claims.append("origin_jti", .string(grant.family.text))
        return claims
    }
}
