import FoundationEssentials
package import OpenIDConnect
package import UserPools
import WireFormats

/// What a request of an app comes to, for somebody who is signed in.
enum SessionOutcome {
    case code(SecretBytes, AuthorizationCode)
    case question(ConsentQuestion)
}

extension SignIn {
    /// A code for a session, where the person need not be asked; else the question, which waits for its answer.
    ///
    /// - Parameter session: whose cookie this browser has, or gets with the page.
    func codeOrQuestion(
        _ app: AppRequest, to redirectURI: RegisteredRedirectURI, client: AppClient, session: Session, user: User, binding: SecretBytes, at now: Date
    ) async throws -> SessionOutcome {
        guard try await mustAsk(app, client: client, user: user) else {
            let (secret, code) = try makeCode(app, client: client, session: session, at: now)
            guard try await stores.grants.insert(code, answering: app.pushedHash) else { throw OAuthError.requestUsed }
            return .code(secret, code)
        }
        guard app.consent != .never else { throw OAuthError(.consentRequired, "The person has not allowed the app what it asks for.") }
        guard let id = PendingSignIn.ID("_" + environment.random(20).hexText) else { throw StoreError.corrupt(what: "a new identifier") }
        // The pool itself asks: no provider's answer fits it. It is bound to this browser and to this session, so that nobody answers for another.
        let question = PendingSignIn(
            id: id, poolID: session.poolID, source: .pool, browser: SecretHash(of: binding.reveal()), previousCookie: session.cookie, request: app,
            responseAddress: Self.consentAddress, authenticatedAfter: nil, createdAt: now,
            expiresAt: now.addingTimeInterval(settings.pendingLifetime))
        try await stores.signIns.insert(question)
        var asked = ConsentQuestion(
            id: id, app: client.name, host: Self.host(of: client, redirectURI.value), person: user.shownName, scopes: app.scopesToAllow,
            redirectURI: redirectURI.value, binding: binding)
        (asked.logo, asked.isOwnWord) = (client.metadata.logo, client.metadata.registration != nil && client.metadata.isThirdParty != true)
        (asked.policyURI, asked.termsURI) = (client.metadata.shownPolicyURI, client.metadata.shownTermsURI)
        return .question(asked)
    }

    /// Our own apps get what they may have; of another's people are asked once, and again when it asks for more.
    private func mustAsk(_ app: AppRequest, client: AppClient, user: User) async throws -> Bool {
        guard client.metadata.asksForConsent, app.consent != .elsewhere else { return false }
        guard app.consent != .again else { return true }
        let known = try await stores.consents.find(user.id, client.id, in: client.poolID)
        return known?.covers(app.scopesToAllow) != true
    }

    /// `POST /consent`: the person's answer, from a form of ours.
    package func answerConsent(
        _ text: String?, allows: Bool, pool: UserPool, cookies: BrowserCookies
    ) async throws(SignInFailure) -> AuthorizationResponse {
        var failure = SignInFailure(.unknownRequest, pool: pool.id)
        do {
            let now = environment.now()
            guard let id = text.flatMap({ PendingSignIn.ID($0) }), let question = try await stores.signIns.find(id, in: pool.id),
                question.source == .pool, question.responseAddress == Self.consentAddress, question.expiresAt > now
            else { throw SignInError.unknownRequest }
            guard let binding = cookies.binding, SecretHash(of: binding.reveal()).matches(question.browser) else {
                throw SignInError.otherBrowser(cookieSeen: cookies.binding != nil)
            }
            let app = question.request
            guard let clientID = AppClient.ID(app.clientID), let client = try await directory.client(clientID, in: pool.id), client.enabled else {
                throw SignInError.clientDisabled
            }
            failure.client = client.id
            let registered = registration(of: client, for: app.redirectURI, in: pool)
            guard let redirectURI = try? RegisteredRedirectURI(app.redirectURI, of: registered) else {
                throw SignInError.redirectURI(seen: app.redirectURI)
            }
            let issuer = PoolAddress(publicURL: settings.publicURL, pool: pool).issuer
            let mode = ResponseMode(rawValue: app.responseMode) ?? .query
            failure.wayBack = WayBack(redirectURI: redirectURI, state: app.state, mode: mode, issuer: issuer)
            guard allows else {
                guard try await stores.consents.deny(id, in: pool.id, at: now) else { throw SignInError.unknownRequest }
                throw OAuthError(.accessDenied, "The person did not allow it.")
            }
            // Whoever signed out meanwhile, or signed in as somebody else, has not been asked.
            guard let cookie = cookies.session.map({ SecretHash(of: $0.reveal()) }), question.previousCookie == cookie,
                let (session, user) = try await stores.sessions.find(cookie: cookie, in: pool.id, at: now)
            else { throw OAuthError(.loginRequired, "The person's session is over.") }
            guard client.admits(user, at: now) else { throw SignInError.notAdmitted(groups: client.requiredGroups) }
            try limits.requireUser(user.id, in: pool)
            guard codes.take(session.id) else { throw SignInError.tooManyCodes }
            let (secret, code) = try makeCode(app, client: client, session: session, at: now)
            let consent = Consent(poolID: pool.id, userID: user.id, clientID: client.id, scopes: app.scopesToAllow, grantedAt: now)
            let event = AuditEvent(
                consentOf: user.id, to: client.id, in: pool.id, .userConsent, [.init("scope", consent.scopes.joined(separator: " "))], environment)
            guard try await stores.consents.allow(consent, answering: id, with: code, pushed: app.pushedHash, recorded: event) else {
                throw SignInError.unknownRequest
            }
            limits.countUser(user.id, in: pool)
            return AuthorizationResponse(code: secret, for: app, to: redirectURI, issuer: issuer)
        } catch { throw failure.caused(by: SignInError(error)) }
    }

    /// No address of a provider's answer, which all begin with a scheme.
    private static let consentAddress = "/consent"

    /// Where an app is: by the document that says what it is, where there is one, else where its answers go.
    private static func host(of client: AppClient, _ redirectURI: String) -> String {
        client.metadata.registration?.way == .document ? host(of: client.id.text) : host(of: redirectURI)
    }

    /// Host and, where it says one, port; of an app's own scheme the scheme.
    static func host(of uri: String) -> String {
        guard let origin = AppClient.origin(of: uri) else { return String(uri.prefix { $0 != ":" }) }
        return String(origin.drop { $0 != "/" }.drop { $0 == "/" })
    }
}

extension AppRequest {
    /// All that the person is asked for: the scopes, the services for which the tokens will be (RFC 8707), and the scopes that give what is asked for by
    /// single claims (OpenID Connect Core §5.5).
    fileprivate var scopesToAllow: [String] {
        (scopes + ResourceIndicator.all(in: resource) + ((claims?.idToken ?? []) + (claims?.userInfo ?? [])).compactMap(UserClaims.scope(of:)))
            .distinctByBytes
    }
}

extension AuditEvent {
    /// What a person let an app have, or took from it.
    init(
        consentOf user: User.ID, to client: AppClient.ID, in pool: UserPool.ID, _ action: Action, _ details: [Detail], _ environment: Environment
    ) {
        self.init(
            id: environment.uuidText(), poolID: pool, at: environment.now(), actor: .person, action: action, target: Target(.user, user.text),
            details: [Detail("client_id", client.text)] + details)
    }
}

extension User {
    /// By which a person recognises herself.
    package var shownName: String {
        if case .text(let email)? = attributes["email"] { return email }
        return username
    }
}
