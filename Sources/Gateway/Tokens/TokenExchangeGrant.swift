import FoundationEssentials
import OpenIDConnect
import TokenVerifier
import UserPools
import WireFormats

/// `grant_type=urn:ietf:params:oauth:grant-type:token-exchange` (RFC 8693): a service that was called with a person's token gets one for the next
/// service, for the same person and never for more.
///
/// What comes of it belongs to the sign-in that the person's token came of: it ends with that, and no later than that token. It names who acts (`act`):
/// whoever the actor token is of, or the client itself; nobody only where the client may pass for people.
struct TokenExchangeGrant: TokenGrant {
    static let grantType = AppClient.exchangeGrantType
    let requiresConfidentialClient = true
    let tokens: Tokens

    /// §3.
    static let accessTokenType = "urn:ietf:params:oauth:token-type:access_token"
    private static let idTokenType = "urn:ietf:params:oauth:token-type:id_token"
    private static let jwtType = "urn:ietf:params:oauth:token-type:jwt"
    /// §4.1: as many have acted in turn.
    private static let longestChain = 5

    func authorize(_ request: TokenRequest, client: AuthenticatedClient, at now: Date) async throws(OAuthError) -> GrantedTokens {
        let parameters = request.parameters
        try requireKnownType(parameters)
        let subject: Subject
        do { subject = try await self.subject(parameters, client: client, at: now) } catch { throw OAuthError(refusing: error) }
        let actor: JSONObject?
        do { actor = try await self.actor(parameters, of: subject, client: client, at: now) } catch { throw OAuthError(refusing: error) }
        let resource = try client.policy.resource(try target(request))
        // A service whose token is for itself does not get one for us by naming nobody: with that it could read the person's claims.
        guard resource != nil || subject.isForUs else {
            throw OAuthError(.invalidTarget, "Name the resource that the token is for.", parameter: "resource")
        }
        let scopes = try scopes(request.scope, of: subject, for: resource, client: client)
        do throws(RateLimiter.Exceeded) { try tokens.limits.requireUser(subject.user.id, in: client.pool) } catch {
            throw OAuthError(refusing: GrantError.refused(.held(seconds: error.retryAfter)))
        }
        tokens.limits.countUser(subject.user.id, in: client.pool)
        let granted = subject.grant
        var grant = Grant(
            family: granted.family, poolID: granted.poolID, clientID: client.app.id, subject: granted.subject, scopes: scopes.names,
            resource: resource,
            nonce: nil, authenticatedAt: granted.authenticatedAt, authenticationContext: granted.authenticationContext)
        grant.attributesAt = granted.attributesAt
        return GrantedTokens(
            grant: grant, user: subject.user, scopes: scopes, exchange: .init(actor: actor, endsAt: subject.expiresAt))
    }

    /// A person's token that is good now, and what stands behind it.
    private struct Subject {
        let grant: Grant
        let user: User
        let scopes: [String]
        let expiresAt: Date
        /// Who acted before.
        let actor: JSONObject?
        /// Whether it is for this issuer, or an ID token, and not for a service.
        let isForUs: Bool
    }

    /// §2.1: access tokens, and nothing else comes of it.
    private func requireKnownType(_ parameters: Parameters) throws(OAuthError) {
        let type = try parameters.single("requested_token_type", limit: 256)
        guard type == nil || type == Self.accessTokenType || type == Self.jwtType else {
            throw OAuthError(.invalidRequest, "Only access tokens can be asked for.", parameter: "requested_token_type", seen: type)
        }
    }

    private func subject(_ parameters: Parameters, client: AuthenticatedClient, at now: Date) async throws -> Subject {
        let token = try parameters.required("subject_token", limit: 16 << 10)
        let type = try parameters.required("subject_token_type", limit: 256)
        // §2.2.2: whatever is wrong with it, and nothing of what it was.
        let refused = OAuthError(.invalidRequest, "The subject token is not valid here, or not for this client.", parameter: "subject_token")
        let claims: TokenClaims
        // Of an access token it is known already that the person is called so at the client that has it; the new token says what they are called here.
        var subjects: Subjects?
        let (expiresAt, scopes, isForUs): (Date, [String]?, Bool)
        let issuer = PoolAddress(publicURL: tokens.publicURL, pool: client.pool).issuer
        switch type {
        case Self.accessTokenType, Self.jwtType:
            guard let access = try await tokens.ownAccessToken(token, in: client.pool), access.expiresAt > now,
                try await tokens.isActive(access, seenBy: client)
            else { throw refused }
            isForUs = access.audience.values.contains { $0.hasSameBytes(as: issuer) }
            (claims, expiresAt, scopes) = (access.claims, access.expiresAt, Array(access.scopes))
        case Self.idTokenType:
            let verifier = try await tokens.keyRing.keys(of: client.pool).verifier(
                issuer: issuer, audience: client.app.id.text, clock: tokens.environment.now)
            guard let id = try? await verifier.verify(idToken: token), id.expiresAt > now else { throw refused }
            subjects = try await tokens.keyRing.subjects(at: client.app)
            (claims, expiresAt, scopes, isForUs) = (id.claims, id.expiresAt, nil, true)
        default: throw OAuthError(.invalidRequest, "This type of token is not known.", parameter: "subject_token_type", seen: type)
        }
        // What a client got for itself is nobody's to hand on.
        guard let family = claims.string("origin_jti").flatMap(TokenFamily.ID.init), let called = claims.string("sub"), let jti = claims.string("jti")
        else { throw refused }
        let name = AccessTokenName(poolID: client.pool.id, id: jti)
        guard let standing = try await tokens.stores.grants.standing(of: family, token: name), standing.isAlive,
            standing.grant.poolID == client.pool.id, let id = standing.grant.userID,
            subjects?.means(called, id) ?? true,
            let user = try await tokens.stores.users.find(id, in: client.pool.id), user.enabled
        else { throw refused }
        guard client.app.admits(user, at: now) else {
            throw OAuthError(.invalidRequest, "The client is not for this person.", parameter: "subject_token")
        }
        // As wherever else this client would get something of the person.
        let grant = standing.grant
        if let source = grant.source?.provider {
            guard client.app.identityProviders.isEmpty || client.app.identityProviders.contains(source),
                client.app.accepts(attributesOf: grant.attributesAt, at: now)
            else { throw refused }
        }
        if client.app.metadata.asksForConsent, grant.clientID != client.app.id {
            let consent = try await tokens.stores.consents.find(user.id, client.app.id, in: client.pool.id)
            guard consent?.covers(scopes ?? grant.scopes) == true else { throw refused }
        }
        var earlier: JSONObject?
        if case .object(let actor)? = claims["act"] { earlier = actor }
        return Subject(
            grant: grant, user: user, scopes: scopes ?? grant.scopes, expiresAt: expiresAt, actor: earlier, isForUs: isForUs)
    }

    /// §4.1: who acts now, with those who did before inside.
    private func actor(_ parameters: Parameters, of subject: Subject, client: AuthenticatedClient, at now: Date) async throws -> JSONObject? {
        var actor: JSONObject
        if let token = try parameters.single("actor_token", limit: 16 << 10) {
            let type = try parameters.required("actor_token_type", limit: 256)
            guard type == Self.accessTokenType || type == Self.jwtType else {
                throw OAuthError(.invalidRequest, "This type of token is not known.", parameter: "actor_token_type", seen: type)
            }
            guard let access = try await tokens.ownAccessToken(token, in: client.pool), access.expiresAt > now,
                access.clientID?.hasSameBytes(as: client.app.id.text) == true, try await tokens.isActive(access, seenBy: client)
            else { throw OAuthError(.invalidRequest, "The actor token is not valid here, or not this client's.", parameter: "actor_token") }
            actor = ["sub": .string(access.subject)]
            if !access.isOfClientAlone { actor.append("client_id", .string(client.app.id.text)) }
        } else {
            // §2.1.
            guard !parameters.contains("actor_token_type") else {
                throw OAuthError(.invalidRequest, "There is an actor_token_type and no actor_token.", parameter: "actor_token_type")
            }
            if client.app.metadata.mayImpersonate == true { return subject.actor }
            actor = ["sub": .string(client.app.id.text)]
        }
        guard let earlier = subject.actor else { return actor }
        guard Self.length(of: earlier) < Self.longestChain else {
            throw OAuthError(.invalidRequest, "Too many have acted in turn.", parameter: "subject_token", expected: "at most \(Self.longestChain)")
        }
        actor.append("act", .object(earlier))
        return actor
    }

    private static func length(of chain: JSONObject) -> Int {
        var (count, next) = (1, chain["act"])
        while case .object(let earlier)? = next { (count, next) = (count + 1, earlier["act"]) }
        return count
    }

    /// §2.1: `audience` is the name of a service; ours are their URIs, so that it says the same as `resource`.
    private func target(_ request: TokenRequest) throws(OAuthError) -> String? {
        let named = request.parameters.all("audience")
        guard !named.isEmpty else { return request.resource }
        let pairs = (named + ResourceIndicator.all(in: request.resource)).map { (name: "resource", value: $0) }
        do { return try ResourceIndicator.asked(in: Parameters(pairs)) } catch {
            throw OAuthError(.invalidTarget, "The audience is not the URI of a resource.", parameter: "audience", seen: named.first)
        }
    }

    /// Never more than the person's token had.
    private func scopes(_ asked: Scope?, of subject: Subject, for resource: String?, client: AuthenticatedClient) throws(OAuthError) -> Scope {
        let names = asked?.names ?? subject.scopes.sorted()
        guard names.allSatisfy({ name in subject.scopes.contains { $0.hasSameBytes(as: name) } }) else {
            throw OAuthError(
                .invalidScope, "The scope asks for more than the subject token has.", parameter: "scope",
                expected: subject.scopes.sorted().joined(separator: " "),
                seen: asked?.text)
        }
        let allowed = names.filter { client.policy.allows($0, for: resource) }
        guard !allowed.isEmpty || names.isEmpty || asked == nil else {
            throw OAuthError(.invalidScope, "None of the scopes is allowed for this client.", parameter: "scope", seen: asked?.text)
        }
        return Scope(names: allowed)
    }
}
