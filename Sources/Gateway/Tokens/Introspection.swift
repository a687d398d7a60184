import FoundationEssentials
package import OpenIDConnect
import TokenVerifier
package import UserPools
import WireFormats

extension Tokens {
    /// How an answer is wanted.
    package enum AnswerForm: Sendable {
        case json
        /// Signed, for whoever has to show it to somebody else.
        case jwt
    }

    /// RFC 7662 §2: what is true of a token now. Whoever asks proves who it is, and learns of its own tokens and of those that are for a resource that it
    /// serves; of all others as much as of one that never was.
    package func introspect(
        _ token: String, as form: AnswerForm, credentials: ClientCredentials, pool: UserPool
    ) async throws(OAuthError) -> [UInt8] {
        let client = try await authenticate(credentials, in: pool)
        // §2.1: a public client is anybody.
        guard client.app.isConfidential else { throw ClientCredentials.refused() }
        do {
            let answer = try await introspected(token, by: client)
            guard case .jwt = form else { return answer.encoded() }
            let key = try await keyRing.keys(of: pool).signing(by: client.app.metadata.introspectionSignedResponseAlg)
            let issuer = PoolAddress(publicURL: publicURL, pool: pool).issuer
            return Array(try await answer.signed(issuer: issuer, audience: client.app.id.text, by: key, at: environment.now()).utf8)
        } catch { throw OAuthError(refusing: error) }
    }

    private func introspected(_ token: String, by client: AuthenticatedClient) async throws -> IntrospectionResponse {
        if let access = try await ownAccessToken(token, in: client.pool) {
            guard access.expiresAt > environment.now() else { return .inactive }
            return try await isActive(access, seenBy: client) ? IntrospectionResponse(access) : .inactive
        }
        return try await introspectedRefreshToken(token, by: client) ?? .inactive
    }

    /// An access token that this pool signed, whomever it is for, and that is not longer over than clocks may differ; nil for everything else.
    func ownAccessToken(_ token: String, in pool: UserPool) async throws -> VerifiedAccessToken? {
        let token = try await opaqueTokens.open(token)
        let issuer = PoolAddress(publicURL: publicURL, pool: pool).issuer
        let verifier = try await keyRing.keys(of: pool).verifier(issuer: issuer, audience: nil, clock: environment.now)
        return try? await verifier.verifyForAnyone(accessToken: token)
    }

    func isActive(_ token: VerifiedAccessToken, seenBy client: AuthenticatedClient) async throws -> Bool {
        guard let clientID = token.clientID, let name = token.name(in: client.pool) else { return false }
        let isOwn = clientID.hasSameBytes(as: client.app.id.text)
        let isServed = token.audience.values.contains { audience in client.app.serves.contains { $0.hasSameBytes(as: audience) } }
        guard isOwn || isServed else { return false }
        var holder = client.app
        if !isOwn {
            guard let id = AppClient.ID(clientID), let found = try await directory.client(id, in: client.pool.id), found.enabled else { return false }
            holder = found
        }
        guard let family = token.claims.string("origin_jti").flatMap(TokenFamily.ID.init) else {
            guard token.isOfClientAlone else { return false }
            return try await !stores.grants.isRevoked(name)
        }
        guard let standing = try await stores.grants.standing(of: family, token: name), standing.isAlive,
            standing.grant.poolID == client.pool.id, let user = standing.grant.userID
        else { return false }
        return try await keyRing.subjects(at: holder).means(token.subject, user)
    }

    /// The current one of its family, of this client, with which it would get tokens now.
    private func introspectedRefreshToken(_ token: String, by client: AuthenticatedClient) async throws -> IntrospectionResponse? {
        guard let (current, holder) = try await stores.grants.current(try await refreshTokens.read(SecretBytes(token))) else { return nil }
        let (grant, now) = (current.grant, environment.now())
        guard grant.poolID == client.pool.id, grant.clientID == client.app.id, !current.isOver(for: client.app, at: now),
            holder.user.enabled, (try? holder.requireSource(of: grant, for: client.app)) != nil,
            (try? holder.requireFreshAttributes(of: grant, for: client.app, at: now)) != nil, client.app.admits(holder.user, at: now)
        else { return nil }
        let subjects = try await keyRing.subjects(at: client.app)
        return IntrospectionResponse(
            refreshTokenOf: client.app.id.text, issuer: PoolAddress(publicURL: publicURL, pool: client.pool).issuer,
            subject: subjects.subject(of: holder.user.id), username: subjects.isPairwise ? nil : holder.user.username,
            scope: Scope(names: grant.scopes), issuedAt: current.issuedAt, expiresAt: current.ends(for: client.app))
    }
}

extension VerifiedAccessToken {
    /// By which it can be taken back.
    func name(in pool: UserPool) -> AccessTokenName? { claims.string("jti").map { AccessTokenName(poolID: pool.id, id: $0) } }
}
