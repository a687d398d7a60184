import FoundationEssentials
package import OpenIDConnect
import TokenVerifier
package import UserPools

extension SignIn {
    /// `GET` or `POST /oauth2/idpresponse/NAME`: the redirect URI of our role as a relying party (OpenID Connect Core §3.1.2.5).
    /// - Parameter name: of the provider whose redirect URI it is; nil for the one that the pool's providers share.
    package func answerOIDC(
        _ parameters: Parameters, provider name: String?, pool: UserPool, address: PoolAddress, cookies: BrowserCookies
    ) async throws(SignInFailure) -> SignInAnswer {
        var failure = SignInFailure(.unknownState, pool: pool.id)
        let steps = SignInSteps(at: environment.uptime())
        failure.steps = steps
        do {
            let answer = try AuthorizationCallback(parameters)
            if let id = TrialSignIn.ID(answer.state) {
                return .dry(try await tryOIDC(answer, id, at: name, pool: pool, address: address, cookies: cookies, failure: &failure))
            }
            steps.begin("request")
            guard let id = PendingSignIn.ID(answer.state), let pending = try await stores.signIns.find(id, in: pool.id) else {
                throw SignInError.unknownState
            }
            failure.provider = pending.source.provider
            failure.client = AppClient.ID(pending.request.clientID)
            let waiting = try await require(pending, in: pool, cookies: cookies, failure: &failure)
            // An answer to one provider's redirect URI is never an answer of another (RFC 9700 §4.4, case 91).
            guard address.redirectURI(of: name) == pending.responseAddress, case .oidc(let connection) = waiting.provider.connection else {
                throw RelyingPartyError.mixUp(expected: pending.responseAddress, seen: address.redirectURI(of: name))
            }
            let identity: ProvenIdentity
            steps.beginAnswer("openid_response", section: "OpenID Connect Core §3.1.2.5", expected: connection.issuer)
            do {
                identity = try await prove(answer, pending, connection, provider: waiting.provider.settings, steps: steps.oidc) {
                    // Everything that can be said without asking the provider comes first; then the one answer that is tried is this one.
                    guard try await stores.signIns.claim(pending.id, in: pool.id, at: environment.now()) else { throw SignInError.unknownState }
                }
            } catch { throw pending.unmetContext(error, of: waiting.provider.settings) ?? error }
            let completed = try await finish(
                Proven(identity: identity, request: waiting), provider: waiting.provider.settings, pool: pool, cookies: cookies, steps: steps)
            await redact(steps, of: completed.provider, in: pool, cookies: cookies)
            return .completed(completed)
        } catch {
            await explain(failure, in: pool, cookies: cookies)
            throw failure.caused(by: SignInError(error).asOIDCError())
        }
    }

    /// From a code to a proven identity: redeemed at this provider, by an ID token or, without OpenID Connect, by its profile address.
    /// - Parameters:
    ///   - steps: writes down what is checked, where somebody wants to see it.
    ///   - claim: takes the request for this answer, before its provider is asked.
    func prove(
        _ answer: AuthorizationCallback, _ pending: some AwaitedAnswer, _ connection: OIDCConnection, provider: IdentityProvider,
        steps: OIDCSteps? = nil, claim: () async throws -> Void
    ) async throws -> ProvenIdentity {
        let now = environment.now()
        steps?.begin(.answer, expected: connection.issuer)
        let relyingParty = try relyingParty(connection, of: provider)
        let transaction = transaction(of: pending)
        _ = try answer.code(for: relyingParty)
        try await claim()
        steps?.begin(.code, expected: connection.endpoints.token)
        let exchange = try await relyingParty.redeem(
            answer, transaction, assertionID: environment.uuidText(), at: now, transport: environment.transport)
        let once = ReplayGuard(source: .provider(provider.name), id: transaction.nonce, until: pending.expiresAt)
        guard connection.dialect.isOpenID else {
            steps?.begin(.userInfo, expected: connection.endpoints.userInfo)
            // Nobody says when the person was authenticated, so no demand for a new authentication is met.
            if pending.authenticatedAfter != nil { throw RelyingPartyError.authenticationTime(seen: nil) }
            let (profile, claims) = try await profile(exchange, connection, relyingParty, provider: provider)
            steps?.came(claims)
            return ProvenIdentity(profile, claims, issuer: connection.issuer, of: provider, proof: once, at: now)
        }
        steps?.begin(.idToken, unverified: exchange)
        let token = try await verify(
            exchange, transaction, authenticatedAfter: pending.authenticatedAfter, connection, relyingParty, steps: steps)
        var identity = try await self.identity(
            token, exchange, connection, relyingParty, provider: provider, userText: answer.userText, proof: once, steps: steps)
        if connection.refreshesUpstream == true { identity.upstreamToken = exchange.refreshToken }
        if connection.singleLogoutAddress != nil { identity.upstreamIDToken = exchange.idToken }
        return identity
    }

    /// What an ID token and what may be asked with it say of a person.
    func identity(
        _ token: VerifiedIDToken, _ exchange: TokenEndpointResponse, _ connection: OIDCConnection, _ relyingParty: RelyingParty,
        provider: IdentityProvider, userText: String? = nil, proof once: ReplayGuard, steps: OIDCSteps? = nil
    ) async throws -> ProvenIdentity {
        var claims =
            switch connection.dialect {
            case .apple: Apple.claims(of: token, user: userText)
            case .microsoft: UpstreamClaims([Microsoft.claims(of: token)])
            case .standard, .github, .facebook, .amazon, .oauth2: UpstreamClaims([token.claims.members])
            }
        steps?.came(claims)
        if let url = connection.endpoints.userInfo, let keys = connection.endpoints.keys,
            provider.wantedSources.contains(where: { !claims.has($0) })
        {
            steps?.begin(.userInfo, expected: url)
            let verifier = verifiers.verifier(issuer: token.issuer, for: connection, keysURL: keys)
            let told = try await relyingParty.userInfo(
                exchange, subject: token.subject, at: url, verifier: verifier, transport: environment.transport
            ).claims
            // What Microsoft says of an address is in `xms_edov` of the ID token, or nowhere.
            claims.append(connection.dialect == .microsoft ? told.without(["email_verified"]) : told)
            steps?.came(claims)
        }
        steps?.begin(.groups, expected: nil)
        // Also where Entra was registered without its preset: groups are never lost without a word.
        var leftOutGroups = provider.wantedSources.contains("groups") && Microsoft.leftOutGroups(token.claims)
        if leftOutGroups {
            switch connection.onGroupOverage {
            case .refuse: throw SignInError.groupOverage(canFetch: true)
            case .fetch:
                let groups = try await Microsoft.groups(relyingParty, exchange, transport: environment.transport)
                claims.prepend(["groups": .array(groups.map(JSONValue.string))])
                leftOutGroups = false
            case .ignore: break
            }
        }
        return try ProvenIdentity(
            token, claims, dialect: connection.dialect, of: provider, proof: once, leftOutGroups: leftOutGroups, at: environment.now())
    }

    /// - Parameter transaction: nil for the answer to a refresh.
    func verify(
        _ exchange: TokenEndpointResponse, _ transaction: RelyingParty.Transaction?, authenticatedAfter: Date?, _ connection: OIDCConnection,
        _ relyingParty: RelyingParty, steps: OIDCSteps? = nil
    ) async throws -> VerifiedIDToken {
        guard let keys = connection.endpoints.keys else { throw RelyingPartyError.noIDToken }
        let issuer = try Microsoft.issuer(of: connection, claiming: exchange.unverifiedClaim("tid"))
        let token = try await relyingParty.verify(
            exchange, with: verifiers.verifier(issuer: issuer, for: connection, keysURL: keys), transaction,
            authenticatedAfter: authenticatedAfter)
        steps?.verified(token, expecting: issuer, client: connection.clientID)
        // The tenant of `iss` and that of `tid` are one.
        if !connection.tenants.isEmpty {
            guard let tenant = token.claims.string("tid"), connection.tenants.contains(tenant) else {
                throw RelyingPartyError.tenant(seen: token.claims.string("tid"))
            }
        }
        try Google.requireOrganisation(token, of: connection)
        return token
    }

    private func profile(
        _ exchange: TokenEndpointResponse, _ connection: OIDCConnection, _ relyingParty: RelyingParty, provider: IdentityProvider
    ) async throws -> (UserProfile, UpstreamClaims) {
        guard let url = connection.endpoints.userInfo else { throw RelyingPartyError.answer(.profile, problem: "no address of it is registered") }
        let transport = environment.transport
        func profile(at url: String, accept: String = "application/json") async throws(RelyingPartyError) -> UserProfile {
            try await relyingParty.profile(exchange, at: url, subjectClaim: connection.subjectClaim, accept: accept, transport: transport)
        }
        switch connection.dialect {
        case .github:
            let found = try await profile(at: url, accept: GitHub.accept)
            let claims = try await GitHub.claims(
                of: found, wanting: provider.wantedSources, relyingParty, exchange, at: url, transport: transport)
            return (found, claims)
        case .facebook:
            let secret = try connection.openSecret(of: provider, with: sealer)?.reveal()
            let found = try await profile(at: Facebook.address(url, exchange, secret: secret))
            return (found, Facebook.claims(of: found))
        case .amazon:
            let found = try await profile(at: url)
            return (found, Amazon.claims(of: found))
        case .standard, .microsoft, .apple, .oauth2:
            let found = try await profile(at: url)
            return (found, UpstreamClaims([found.claims]))
        }
    }
}

extension IdentityProvider {
    /// The claims that the mapping reads, and what linking by e-mail needs.
    var wantedSources: Set<String> {
        var sources = Set(attributeMapping.rules.map(\.source))
        if !domains.isEmpty, sources.contains("email") { sources.insert("email_verified") }
        return sources
    }
}
