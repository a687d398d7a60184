import FoundationEssentials
import OpenIDConnect
import UserPools
import WireFormats

extension SignIn {
    /// From a proven identity to the app's code, the same for every kind of provider. One transaction completes all of it.
    func finish(
        _ proven: ProvenIdentity, provider: IdentityProvider, pool: UserPool, cookies: BrowserCookies,
        app: (pending: PendingSignIn, client: AppClient, redirectURI: RegisteredRedirectURI)?
    ) async throws -> CompletedSignIn {
        let now = environment.now()
        let context = try provider.context(of: proven, for: app?.pending.request)
        let mapped = try await map(proven, provider: provider, pool: pool)
        let vouched = vouchedEmail(mapped, provider: provider)
        let cookie = makeSecret()
        let ends = min(now.addingTimeInterval(settings.sessionLifetime), proven.sessionEndsAt ?? .distantFuture)
        guard let newUserID = User.ID(environment.uuidText()), let sessionID = Session.ID(makeText(bytes: 16)) else {
            throw StoreError.corrupt(what: "a new identifier")
        }
        // The code's secret is drawn before the transaction, so that its closures are pure.
        let code = makeSecret()
        let family = makeText(bytes: 16)
        let browser = app?.pending.browser ?? cookies.binding.map { SecretHash(of: $0.reveal()) }
        let completion = SignInCompletion(
            poolID: pool.id, pending: app?.pending.id, proof: proven.proof,
            subject: .identity(proven.identity, linkByEmail: link(proven, mapped, provider: provider, at: now)),
            previousCookie: app?.pending.previousCookie ?? cookies.session.map { SecretHash(of: $0.reveal()) }, browser: browser, now: now,
            provision: { known in
                var user =
                    known
                    ?? User(
                        id: newUserID, poolID: pool.id, username: proven.username, identities: [proven.identity], createdAt: now,
                        updatedAt: now)
                user.update(from: mapped, of: provider.name, vouched: vouched, at: now)
                return user
            },
            complete: { user, sid in
                let session = Session(
                    id: sid ?? sessionID, poolID: pool.id, userID: user.id, source: .provider(provider.name), member: proven.member, browser: browser,
                    cookie: SecretHash(of: cookie.reveal()), authenticatedAt: proven.authenticatedAt,
                    upstreamSessionIndex: proven.upstreamSessionIndex, createdAt: now, expiresAt: ends, upstreamName: proven.upstreamName,
                    authenticationContext: context)
                let code = app.flatMap { app -> AuthorizationCode? in
                    guard app.pending.request.accepts(user) else { return nil }
                    return Self.authorizationCode(code, family: family, app.pending.request, client: app.client, session: session, at: now)
                }
                return (session, code)
            })
        let completed = try await completeSignIn(completion)
        if app != nil { started.complete(from: cookies.address) }
        let issuer = PoolAddress(publicURL: settings.publicURL, pool: pool).issuer
        return CompletedSignIn(
            response: app.map { app in
                let request = app.pending.request
                guard request.accepts(completed.user) else {
                    return AuthorizationResponse(otherPersonFor: request, to: app.redirectURI, issuer: issuer)
                }
                return AuthorizationResponse(code: code, for: request, to: app.redirectURI, issuer: issuer)
            },
            sessionCookie: cookie, sessionEndsAt: ends, user: completed.user, isNewUser: completed.isNewUser, provider: provider.name,
            member: proven.member,
            client: app?.client.id, hasProofKey: app.map { $0.pending.request.codeChallenge != nil }, isLinked: completed.isLinked,
            leftOutGroups: proven.leftOutGroups, unfilled: provider.unfilledAttributes(by: proven))
    }

    private func map(_ proven: ProvenIdentity, provider: IdentityProvider, pool: UserPool) async throws -> MappedAttributes {
        var mapped: MappedAttributes
        do { mapped = try provider.attributeMapping.apply(to: proven.values(of:), in: pool) } catch {
            // What did come helps whoever looks for what did not.
            if case .missingSource = error { throw SignInError.attribute(error, arrived: proven.arrived) }
            throw SignInError.attribute(error)
        }
        guard case .text(let email)? = mapped.values["email"] else {
            mapped.values["email_verified"] = nil
            return mapped
        }
        mapped.values["email_verified"] = .boolean(try await isVerified(email, mapped, proven, provider: provider))
        return mapped
    }

    /// An address is verified by whom the admin says owns its domain (THREATS S33). Where nobody owns it, a provider's own word counts, unless
    /// it owns other domains: it would speak of an address that is not its own.
    private func isVerified(
        _ email: String, _ mapped: MappedAttributes, _ proven: ProvenIdentity, provider: IdentityProvider
    ) async throws -> Bool {
        let claimed: Bool
        switch proven.claimedEmail {
        case .mapped:
            // The owner of a domain need not say it again in SAML, which has no word for it.
            if provider.owns(email: email) { return true }
            claimed = mapped.values["email_verified"] == .boolean(true)
        case .verified(let said): claimed = said.hasSameBytes(as: email)
        case .scoped(let member): claimed = EmailAddress(exactly: email).map { FederationRules.speaks(member, for: $0.domain.text) } ?? false
        case .unverified: claimed = false
        }
        guard claimed, !provider.owns(email: email) else { return claimed }
        // To the DNS a dot at the end, or letters beyond ASCII, may mean a domain that somebody owns here under its plain name (THREATS case 129).
        guard provider.domains.isEmpty, let address = EmailAddress(exactly: email) else { return false }
        return try await directory.provider(emailDomain: address.domain.text, in: provider.poolID) == nil
    }

    /// The address for which the provider vouches as the owner of its domain.
    private func vouchedEmail(_ mapped: MappedAttributes, provider: IdentityProvider) -> VerifiedEmail? {
        guard case .text(let email)? = mapped.values["email"], mapped.values["email_verified"] == .boolean(true) else { return nil }
        return provider.vouch(for: email)
    }

    /// The address by which a user who is there gets this identity: the provider owns its domain, and says in JSON that it is verified.
    private func link(_ proven: ProvenIdentity, _ mapped: MappedAttributes, provider: IdentityProvider, at now: Date) -> EmailLink? {
        guard case .verified(let email) = proven.claimedEmail, case .text(let mapped)? = mapped.values["email"], mapped.hasSameBytes(as: email),
            let vouched = provider.vouch(for: email)
        else { return nil }
        let id = environment.uuidText()
        return EmailLink(email: vouched) { user in
            AuditEvent(
                id: id, poolID: provider.poolID, at: now, actor: .signIn, action: .userLinkByEmail, user: user,
                identity: proven.identity)
        }
    }

    private func completeSignIn(_ completion: SignInCompletion) async throws -> SignedInUser {
        do { return try await stores.signIns.completeSignIn(completion) } catch {
            switch error {
            case .alreadyCompleted: throw SignInError.unknownRequest
            case .replayed: throw SignInError.replayed
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
        let grant = Grant(
            family: family, poolID: session.poolID, clientID: client.id,
            subject: .user(session.userID, session: session.id, source: session.source), scopes: app.scopes, resource: app.resource,
            nonce: app.nonce, authenticatedAt: session.authenticatedAt,
            authenticationContext: session.authenticationContext?.told(to: app.acrValues))
        return AuthorizationCode(
            hash: SecretHash(of: secret.reveal()), grant: grant, redirectURI: app.redirectURI, codeChallenge: app.codeChallenge, issuedAt: now,
            expiresAt: now.addingTimeInterval(TimeInterval(client.lifetimes.code)))
    }
}

extension IdentityProvider {
    /// Attributes that the mapping fills and for which the provider sent nothing, in the mapping's order.
    fileprivate func unfilledAttributes(by proven: ProvenIdentity) -> [String] {
        var unfilled: [String] = []
        for rule in attributeMapping.rules where proven.values(of: rule.source).allSatisfy(\.isEmpty) && !unfilled.contains(rule.attribute) {
            unfilled.append(rule.attribute)
        }
        let filled = attributeMapping.rules.filter { !proven.values(of: $0.source).allSatisfy(\.isEmpty) }.map(\.attribute)
        return unfilled.filter { !filled.contains($0) }
    }
}

extension AppRequest {
    /// Whether `user` is the one that the app's `id_token_hint` means, where it gave one.
    fileprivate func accepts(_ user: User) -> Bool { subject == nil || subject == user.id.text }
}

extension AuthorizationResponse {
    /// OIDC Core §3.1.2.1: somebody signed in, but not the person of the `id_token_hint`.
    init(otherPersonFor app: AppRequest, to redirectURI: RegisteredRedirectURI, issuer: String) {
        self.init(
            error: OAuthError(.loginRequired, "Another person signed in than the id_token_hint means."), state: app.state, issuer: issuer,
            to: redirectURI, mode: ResponseMode(rawValue: app.responseMode) ?? .query)
    }

    /// The answer to `app` with its code (RFC 6749 §4.1.2), as it asked to get it.
    init(code: SecretBytes, for app: AppRequest, to redirectURI: RegisteredRedirectURI, issuer: String) {
        self.init(
            code: code.revealText(), state: app.state, issuer: issuer, to: redirectURI,
            mode: ResponseMode(rawValue: app.responseMode) ?? .query)
    }
}
