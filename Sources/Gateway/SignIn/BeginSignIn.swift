import FoundationEssentials
package import OpenIDConnect
package import SAML
package import UserPools
import TokenVerifier
package import WireFormats

/// What answers an authorization request that was not refused.
package enum AuthorizationOutcome: Sendable {
    /// The browser has a session that will do: the app gets its code.
    case code(SessionAnswer)
    /// To the identity provider. `binding` is a new cookie for a browser that had none.
    case upstream(url: String, binding: SecretBytes)
    /// The same by a form that the browser posts (SAML Bindings §3.5).
    case post(action: String, fields: [BrowserMessage.Field], binding: SecretBytes)
    /// The person chooses first. `binding` is what the page's forms are bound to.
    case choose(SignInChoice, binding: SecretBytes)
    /// The person is asked whether the app may have it.
    case consent(ConsentQuestion)
    /// The person looks for a member of a federation.
    case search(MemberChoice, binding: SecretBytes)
}

/// An app's code for a session that was there already.
package struct SessionAnswer: Sendable {
    package let response: AuthorizationResponse
    package let source: AuthenticationSource
    /// Whether the app's request was tied to itself by PKCE.
    package let hasProofKey: Bool
}

extension SignIn {
    /// `GET /oauth2/authorize` (OIDC Core §3.1.2): finds out who asks and where the answer may go, then what is asked for.
    ///
    /// - Parameters:
    ///   - address: of the pool, on the host that the browser used.
    ///   - input: what comes from the sign-in page.
    package func begin(
        _ parameters: Parameters, pool: UserPool, address: PoolAddress, cookies: BrowserCookies, input: SignInPageInput = SignInPageInput()
    ) async throws(SignInFailure) -> AuthorizationOutcome {
        let brought: BroughtRequest
        do { brought = try await self.brought(parameters, pool: pool, address: address) } catch {
            throw await unread(parameters, SignInError(error), pool: pool, address: address, from: cookies.address)
        }
        let (claimed, client, redirectURI) = try await proveClient(brought.parameters, pool: pool, from: cookies.address)
        let wayBack = WayBack(redirectURI: redirectURI, state: claimed.state, mode: claimed.responseMode, issuer: address.issuer)
        do {
            let isForDevice = isOfDevicePage(redirectURI.value, of: client, in: pool)
            guard client.grantTypes.contains("authorization_code") || isForDevice else {
                throw OAuthError(.unauthorizedClient, "The client is not registered for this grant.")
            }
            guard brought.pushed != nil || !client.requiresPushedRequests || isForDevice else {
                throw OAuthError(.invalidRequest, "This client must push its requests.", parameter: "request_uri")
            }
            // What was pushed was signed then.
            guard brought.pushed != nil || brought.isSigned || client.metadata.requireSignedRequestObject != true || isForDevice else {
                throw OAuthError.requestNotSigned
            }
            var request = try AuthorizationRequest(claimed, redirectURI: redirectURI, policy: client.policy(in: pool))
            request.maxAge = request.maxAge ?? client.metadata.defaultMaxAge
            if let address = input.email.flatMap({ EmailAddress($0) }) { request.loginHint = address.text }
            let subject = try await hintedSubject(request, client: client, pool: pool, address: address)
            var app = AppRequest(
                clientID: client.id.text, redirectURI: redirectURI.value, scopes: request.scope.names, state: request.state,
                nonce: request.nonce, codeChallenge: request.codeChallenge?.value, responseMode: request.responseMode.rawValue,
                resource: request.resource, subject: subject)
            app.pushed = brought.pushed?.base64URLText
            app.boundKey = request.boundKey?.text
            app.claims = GrantedClaims(request.claims, allowedBy: client.policy(in: pool))
            // Whether a device is let in is asked on its own page; what a third party may have of the person, here.
            app.consent =
                isForDevice && !client.metadata.asksForConsent
                ? .elsewhere : request.prompt.contains(.none) ? .never : request.prompt.contains(.consent) ? .again : nil
            var stepUp: ConfiguredProvider?
            // Who types an address has chosen, whatever session there may be.
            if input.email == nil, let (session, user) = try await session(cookies, for: request, client: client, subject: subject, pool: pool) {
                if client.admits(user, at: environment.now()) {
                    let asking = try await asking(app, for: request, of: session, in: pool)
                    guard let provider = asking.stepUp else {
                        return try await respond(
                            asking.app, to: redirectURI, client: client, session: asking.session, user: user, pool: pool, address: address,
                            cookies: cookies)
                    }
                    stepUp = provider
                } else if request.prompt.contains(.none) {
                    throw SignInError.notAdmitted(groups: client.requiredGroups)
                }
                // Else the provider is asked: the groups of a session are those of its beginning.
            }
            if request.prompt.contains(.none) {
                guard let provider = try await passiveProvider(for: request, client: client, pool: pool) else {
                    throw OAuthError(.loginRequired, "The person has no session that will do.")
                }
                return try await sendUpstream(app, request, provider: provider, pool: pool, address: address, cookies: cookies)
            }
            if let stepUp { return try await sendUpstream(app, request, provider: stepUp, pool: pool, address: address, cookies: cookies) }
            func requireRepeatable() throws {
                // Each link and form of a page repeats the request.
                guard parameters.byteCount <= Self.longestRequestOfPage else {
                    throw OAuthError(.invalidRequest, "The request is longer than the sign-in page can repeat.")
                }
            }
            switch try await chooseProvider(request, input, client: client, pool: pool) {
            case .one(let chosen):
                switch try await asked(chosen, by: request, from: cookies.address) {
                case .one(let provider):
                    return try await sendUpstream(app, request, provider: provider, pool: pool, address: address, cookies: cookies)
                case .search(let federation):
                    try requireRepeatable()
                    var choice = try await memberChoice(federation, input, client: client)
                    choice.uiLocales = request.uiLocales
                    return .search(choice, binding: cookies.binding ?? makeSecret())
                }
            case .page(var choice):
                try requireRepeatable()
                choice.uiLocales = request.uiLocales
                return .choose(choice, binding: cookies.binding ?? makeSecret())
            }
        } catch {
            let cause = SignInError(error)
            // Who is held back for doing so much is told so here: an app that tries again at once would send the browser round in a circle.
            // With `prompt=none` nobody sees a page.
            let isHeldBack = cause.isForAskingTooOften && brought.parameters["prompt"] != "none"
            throw SignInFailure(cause, pool: pool.id, client: client.id, wayBack: isHeldBack ? nil : wayBack)
        }
    }

    private static let longestRequestOfPage = 12 << 10

    /// A request whose object does not count. Where the address names the client, and a redirect URI of it, the app is told.
    private func unread(
        _ parameters: Parameters, _ error: SignInError, pool: UserPool, address: PoolAddress, from network: String?
    ) async -> SignInFailure {
        var failure = SignInFailure(error, pool: pool.id)
        guard parameters.contains("request"), let (claimed, client, redirectURI) = try? await proveClient(parameters, pool: pool, from: network)
        else { return failure }
        failure.client = client.id
        failure.wayBack = WayBack(redirectURI: redirectURI, state: claimed.state, mode: claimed.responseMode, issuer: address.issuer)
        return failure
    }

    /// Nothing is sent to an app before both its client and its redirect URI are proven.
    private func proveClient(
        _ parameters: Parameters, pool: UserPool, from network: String?
    ) async throws(SignInFailure) -> (AuthorizationParameters, AppClient, RegisteredRedirectURI) {
        var clientID: AppClient.ID?
        do {
            let claimed = try AuthorizationParameters(parameters)
            clientID = AppClient.ID(claimed.clientID)
            guard let clientID, let client = try await self.client(clientID, in: pool, from: network), client.enabled else {
                throw SignInError.unknownClient(seen: claimed.clientID)
            }
            do {
                return (claimed, client, try claimed.redirectURI(of: registration(of: client, for: claimed.redirectURI, in: pool)))
            } catch { throw SignInError.redirectURI(seen: claimed.redirectURI) }
        } catch {
            throw SignInFailure(SignInError(error), pool: pool.id, client: clientID)
        }
    }

    /// As registered, or as its document says: that one is looked for past what is kept, which knows nothing yet of whoever comes for the first time.
    private func client(_ id: AppClient.ID, in pool: UserPool, from network: String?) async throws -> AppClient? {
        guard id.isDocumentAddress else { return try await self.client(id, in: pool) }
        return try await documents.client(id, known: try await stores.clients.find(id, in: pool.id), in: pool, from: network)
    }

    /// The one person that may be signed in: by `sub` in `claims` (OIDC Core §5.5.1), or of the `id_token_hint` (§3.1.2.1): our own token for this
    /// client, its age aside.
    private func hintedSubject(
        _ request: AuthorizationRequest, client: AppClient, pool: UserPool, address: PoolAddress
    ) async throws -> String? {
        guard let hint = request.idTokenHint else { return request.claims?.subject }
        let verifier = try await keyRing.keys(of: pool).verifier(issuer: address.issuer, audience: client.id.text, clock: environment.now)
        let subject: String
        do { subject = try await verifier.verify(idTokenHint: hint).subject } catch {
            throw OAuthError(.invalidRequest, "The id_token_hint is not an ID token of this issuer for this client.", parameter: "id_token_hint")
        }
        guard request.claims?.subject.map({ $0.hasSameBytes(as: subject) }) ?? true else {
            throw OAuthError(.invalidRequest, "The claims ask for another person than the id_token_hint means.", parameter: "claims")
        }
        return subject
    }

    /// How far the clock may have been set back since a sign-in, in seconds.
    private static let clockSkew: TimeInterval = 60

    /// The browser's session and whose it is, where it satisfies `prompt`, `max_age`, `identity_provider` and `id_token_hint`.
    private func session(
        _ cookies: BrowserCookies, for request: AuthorizationRequest, client: AppClient, subject: String?, pool: UserPool
    ) async throws -> (Session, User)? {
        if request.prompt.contains(.login) || request.prompt.contains(.selectAccount) { return nil }
        let now = environment.now()
        guard let cookie = cookies.session,
            let (session, user) = try await stores.sessions.find(cookie: SecretHash(of: cookie.reveal()), in: pool.id, at: now),
            try await mayUse(session, for: request, client: client, pool: pool)
        else { return nil }
        // A silent sign-in makes them new: the provider need not ask the person anything.
        if session.source != .pool, !client.accepts(attributesOf: session.createdAt, at: now) { return nil }
        if let maxAge = request.maxAge {
            // Where nobody said when the person was authenticated, no age is proven; nor by a clock that was set back since.
            guard maxAge > 0, let authenticatedAt = session.authenticatedAt else { return nil }
            guard (-Self.clockSkew...TimeInterval(maxAge)).contains(now.timeIntervalSince(authenticatedAt)) else { return nil }
        }
        if let subject, try await !keyRing.subjects(at: client).means(subject, user.id) { return nil }
        return (session, user)
    }

    /// Whether a session of that source will do for what is asked.
    private func mayUse(
        _ session: Session, for request: AuthorizationRequest, client: AppClient, pool: UserPool
    ) async throws -> Bool {
        switch session.source {
        case .provider(let name):
            guard let provider = try await directory.provider(name, in: pool.id), provider.settings.enabled,
                try await mayUse(name, client: client, pool: pool)
            else { return false }
            if let asked = request.identityProvider, !asked.hasSameBytes(as: name.text) { return false }
            if provider.federation != nil {
                guard try await mayUse(member: session.member, of: provider, for: request) else { return false }
            } else if request.entityID != nil {
                return false
            }
            if let domain = request.idpIdentifier { return provider.settings.domains.contains(ProtocolText(domain).lowercased.string) }
            return true
        case .pool: return request.identityProvider == nil && request.idpIdentifier == nil
        }
    }

    /// A code from a session that is there already.
    private func respond(
        _ app: AppRequest, to redirectURI: RegisteredRedirectURI, client: AppClient, session: Session, user: User, pool: UserPool,
        address: PoolAddress, cookies: BrowserCookies
    ) async throws -> AuthorizationOutcome {
        // Questions are written down as well, and count as codes do.
        try limits.requireUser(user.id, in: pool)
        guard codes.take(session.id) else { throw SignInError.tooManyCodes }
        let outcome = try await codeOrQuestion(
            app, to: redirectURI, client: client, session: session, user: user, binding: cookies.binding ?? makeSecret(), at: environment.now())
        switch outcome {
        case .question(let question): return .consent(question)
        case .code(let secret, _):
            limits.countUser(user.id, in: pool)
            return .code(
                SessionAnswer(
                    response: AuthorizationResponse(code: secret, for: app, to: redirectURI, issuer: address.issuer), source: session.source,
                    hasProofKey: app.codeChallenge != nil))
        }
    }

    /// Our role towards the pool's SAML providers.
    package func serviceProvider(of pool: UserPool) -> ServiceProvider {
        var serviceProvider = ServiceProvider(
            entityID: PoolAddress(publicURL: settings.publicURL, pool: pool).serviceProviderEntityID,
            assertionConsumerServices: PoolAddress.assertionConsumerServices(publicURL: settings.publicURL, pool: pool),
            displayName: pool.name, verifiesTwice: settings.verifiesTwice)
        serviceProvider.singleLogoutServices = PoolAddress.singleLogoutServices(publicURL: settings.publicURL, pool: pool)
        return serviceProvider
    }
}
