import FoundationEssentials
import OpenIDConnect
import UserPools
import WireFormats

extension SignIn {
    /// From a proven identity to the app's code, the same for every kind of provider. One transaction completes all of it.
    func finish(
        _ answer: Proven<some RealSignIn>, provider: IdentityProvider, pool: UserPool, cookies: BrowserCookies, steps: SignInSteps?
    ) async throws -> CompletedSignIn {
        let (proven, app) = (answer.identity, answer.request.app)
        let subjects = if let app { try await keyRing.subjects(at: app.client) } else { Subjects.everywhere }
        let now = environment.now()
        steps?.proved(proven, by: provider)
        steps?.begin("requested_context", expected: app?.pending.request.acrValues?.joined(separator: " "))
        let context = try provider.context(of: proven, for: app?.pending.request)
        steps?.begin("mapping", expected: provider.attributeMapping.rules.filter(\.required).map(\.attribute).joined(separator: " "))
        let mapped = try await map(proven, provider: provider, pool: pool, at: now)
        steps?.begin("user")
        let cookie = makeSecret()
        let ends = min(now.addingTimeInterval(settings.sessionLifetime), proven.sessionEndsAt ?? .distantFuture)
        guard let newUserID = User.ID(environment.uuidText()), let sessionID = Session.ID(makeText(bytes: 16)) else {
            throw StoreError.corrupt(what: "a new identifier")
        }
        // The code's secret is drawn before the transaction, so that its closures are pure.
        let drawn = makeSecret()
        let family = makeText(bytes: 16)
        let browser = app?.pending.browser ?? cookies.binding.map { SecretHash(of: $0.reveal()) }
        var completion = SignInCompletion(
            poolID: pool.id, pending: app?.pending.id, proof: proven.proof,
            subject: .identity(proven.identity, linkByEmail: mapped.link),
            previousCookie: app?.pending.previousCookie ?? cookies.session.map { SecretHash(of: $0.reveal()) }, browser: browser,
            // Where the person may have to be asked first, the code is made after it, and uses the request up.
            pushed: app?.mayAsk == true ? nil : app?.pending.request.pushedHash, now: now,
            provision: { known in mapped.user(from: known, newID: newUserID, at: now) },
            complete: { user, sid in
                var session = Session(
                    id: sid ?? sessionID, poolID: pool.id, userID: user.id, source: .provider(provider.name), member: proven.member, browser: browser,
                    cookie: SecretHash(of: cookie.reveal()), authenticatedAt: proven.authenticatedAt,
                    upstreamSessionIndex: proven.upstreamSessionIndex, createdAt: now, expiresAt: ends, upstreamName: proven.upstreamName,
                    authenticationContext: context)
                session.browserName = cookies.browserName
                let code = app.flatMap { app -> AuthorizationCode? in
                    guard !app.mayAsk, app.pending.request.accepts(user, as: subjects), app.client.admits(user, at: now) else { return nil }
                    return Self.authorizationCode(drawn, family: family, app.pending.request, client: app.client, session: session, at: now)
                }
                return (session, code)
            })
        completion.upstreamIDToken = try proven.upstreamIDToken.flatMap { try UpstreamIDToken.sealed($0, of: provider, with: sealer) }
        completion.upstreamToken = try proven.upstreamToken.map { try seal($0, of: provider, at: now) }
        let completed = try await completeSignIn(completion)
        steps?.signedIn(completed.user)
        if app != nil { started.complete(from: cookies.address) }
        var (given, question): (SecretBytes, ConsentQuestion?) = (drawn, nil)
        if let app, app.mayAsk, app.pending.request.accepts(completed.user, as: subjects), app.client.admits(completed.user, at: now) {
            switch try await codeOrQuestion(
                app.pending.request, to: app.redirectURI, client: app.client, session: completed.session, user: completed.user,
                binding: cookies.binding ?? makeSecret(), at: now)
            {
            case .code(let secret, _): given = secret
            case .question(let asked): question = asked
            }
        }
        let code = given
        let issuer = PoolAddress(publicURL: settings.publicURL, pool: pool).issuer
        var refusal = app.flatMap {
            whyRefused(completed.user, to: $0, as: subjects, provider: provider.name, member: proven.member, issuer: issuer, at: now)
        }
        refusal?.steps = steps
        if app != nil { steps?.begin("admission") }
        var done = CompletedSignIn(
            response: refusal != nil || question != nil
                ? nil : app.map { AuthorizationResponse(code: code, for: $0.pending.request, to: $0.redirectURI, issuer: issuer) },
            refusal: refusal, sessionCookie: cookie, sessionEndsAt: ends, user: completed.user, isNewUser: completed.isNewUser,
            provider: provider.name,
            member: proven.member,
            client: app?.client.id, hasProofKey: app.map { $0.pending.request.codeChallenge != nil }, isLinked: completed.isLinked,
            leftOutGroups: proven.leftOutGroups, unfilled: provider.unfilledAttributes(by: proven), question: question)
        done.steps = steps
        return done
    }

    /// Why the app does not get this person, who is signed in all the same.
    private func whyRefused(
        _ user: User, to app: WaitingSignIn, as subjects: Subjects, provider: IdentityProvider.Name, member: String?, issuer: String, at now: Date
    ) -> SignInFailure? {
        let request = app.pending.request
        let error: SignInError
        if !request.accepts(user, as: subjects) {
            // OIDC Core §3.1.2.1.
            error = .oauth(OAuthError(.loginRequired, "Another person signed in than the id_token_hint means."))
        } else if !app.client.admits(user, at: now) {
            error = .notAdmitted(groups: app.client.requiredGroups)
        } else {
            return nil
        }
        var failure = SignInFailure(
            error, pool: user.poolID, provider: provider, client: app.client.id,
            wayBack: WayBack(
                redirectURI: app.redirectURI, state: request.state, mode: ResponseMode(rawValue: request.responseMode) ?? .query, issuer: issuer))
        failure.member = member
        return failure
    }

    private func completeSignIn(_ completion: SignInCompletion) async throws -> SignedInUser {
        do { return try await stores.signIns.completeSignIn(completion) } catch {
            switch error {
            case .alreadyCompleted: throw SignInError.unknownRequest
            case .replayed: throw SignInError.replayed
            case .requestUsed: throw OAuthError.requestUsed
            case .userDisabled: throw SignInError.userDisabled
            case .store(let error): throw SignInError.store(error)
            }
        }
    }

    /// A code for a session, and its secret.
    func makeCode(_ app: AppRequest, client: AppClient, session: Session, at now: Date) throws -> (SecretBytes, AuthorizationCode) {
        let secret = makeSecret()
        guard let code = Self.authorizationCode(secret, family: makeText(bytes: 16), app, client: client, session: session, at: now) else {
            throw StoreError.corrupt(what: "a new identifier")
        }
        return (secret, code)
    }

    private static func authorizationCode(
        _ secret: SecretBytes, family: String, _ app: AppRequest, client: AppClient, session: Session, at now: Date
    ) -> AuthorizationCode? {
        guard let family = TokenFamily.ID(family) else { return nil }
        var grant = Grant(
            family: family, poolID: session.poolID, clientID: client.id,
            subject: .user(session.userID, session: session.id, source: session.source), scopes: app.scopes, resource: app.resource,
            nonce: app.nonce, authenticatedAt: session.authenticatedAt,
            authenticationContext: session.authenticationContext?.told(to: app.acrValues))
        grant.attributesAt = session.createdAt
        grant.boundKey = app.boundKey
        grant.claims = app.claims
        return AuthorizationCode(
            hash: SecretHash(of: secret.reveal()), grant: grant, redirectURI: app.redirectURI, codeChallenge: app.codeChallenge, issuedAt: now,
            expiresAt: now.addingTimeInterval(TimeInterval(client.lifetimes.code)))
    }
}

extension WaitingSignIn {
    /// Whether the app is somebody else's.
    fileprivate var mayAsk: Bool { client.metadata.asksForConsent && pending.request.consent != .elsewhere }
}

extension AppRequest {
    /// Of the pushed request that it is.
    var pushedHash: SecretHash? { pushed.flatMap { SecretHash(base64URLText: $0) } }

    /// Whether `user` is the one that the app's `id_token_hint` means, where it gave one.
    fileprivate func accepts(_ user: User, as subjects: Subjects) -> Bool { subject.map { subjects.means($0, user.id) } ?? true }
}

extension AuthorizationResponse {
    /// The answer to `app` with its code (RFC 6749 §4.1.2), as it asked to get it.
    init(code: SecretBytes, for app: AppRequest, to redirectURI: RegisteredRedirectURI, issuer: String) {
        self.init(
            code: code.revealText(), state: app.state, issuer: issuer, to: redirectURI,
            mode: ResponseMode(rawValue: app.responseMode) ?? .query)
    }
}
