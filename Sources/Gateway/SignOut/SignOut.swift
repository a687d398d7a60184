import FoundationEssentials
package import OpenIDConnect
package import SAML
import TokenVerifier
package import UserPools
package import WireFormats

/// What a sign-out request led to.
package enum SignOutOutcome: Sendable {
    /// To an address that the client registered.
    case redirect(PostLogoutRedirectURI, state: String?)
    /// The browser is signed out, and there is nowhere to go.
    case signedOut
    /// To the provider that signed the person in, which sends the browser back here (SAML Profiles §4.4.3.2, RP-Initiated Logout §3).
    case upstream(BrowserMessage)
    /// The browser is signed out here, and the provider could not be asked.
    case partly(LogoutRecord, next: String?)
    /// Nothing proves that an app asks for this browser: the person confirms, and goes to `target` then.
    case confirm(target: PostLogoutRedirectURI?)
}

/// What is done with a sign-out request, and what the log has of it.
package struct SignOutAnswer: Sendable {
    package let outcome: SignOutOutcome
    package let notice: SignOutNotice?
    /// Of this browser's sessions; nil where none ended.
    package let record: LogoutRecord?
    /// Of a session that the hint names, and that is not proven to be this browser's: whoever sent the hint is shown nothing of it.
    package let elsewhere: LogoutRecord?
    /// Where the app that asked begins a sign-in; nil where nobody knows.
    package let again: String?
    /// What the browser's binding cookie is from now on; nil where it need not be known again.
    package let binding: SecretBytes?
}

/// RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0 §2), and Amazon Cognito's `client_id` with `logout_uri`.
package struct SignOut: Sendable {
    let publicURL: String
    let directory: Directory
    let stores: Stores
    let keyRing: KeyRing
    let environment: Environment
    let singleLogout: SingleLogout

    package init(
        publicURL: String, directory: Directory, stores: Stores, keyRing: KeyRing, environment: Environment, singleLogout: SingleLogout
    ) {
        self.publicURL = publicURL
        self.directory = directory
        self.stores = stores
        self.keyRing = keyRing
        self.environment = environment
        self.singleLogout = singleLogout
    }

    /// Ends the session that the hint names, whatever cookie came and whether or not it is over by itself (case 138); and the browser's own,
    /// where it is the same person's, or the person says so. Then the provider is asked to do the same, if it takes part in single logout.
    ///
    /// - Parameter confirmed: the person pressed the button of our own page.
    package func end(
        _ parameters: Parameters, pool: UserPool, address: PoolAddress, cookies: BrowserCookies, confirmed: Bool
    ) async throws(SignInFailure) -> SignOutAnswer {
        do {
            let request = try await read(parameters, pool: pool)
            let own = try await session(cookies, pool: pool)
            let meant = try await meant(by: request, own: own, in: pool)
            let hinted = meant.session
            let mayEndOwn = speaks(request, for: own, confirmed: confirmed)
            // Who sends a hint may be an app's server. Only who is signed in here as the hint's person is taken to the provider with its ID token, and
            // has the frames of other apps in the page.
            let isHere = mayEndOwn && own != nil && own?.userID == meant.user
            var (here, elsewhere): ([Session.ID], [Session.ID]) = ([], [])
            if let hinted { if isHere { here = [hinted] } else { elsewhere = [hinted] } }
            if mayEndOwn, let own, own.id != hinted { here.append(own.id) }
            let hintedEnd = try await singleLogout.end(
                elsewhere, of: meant.user, asking: nil, by: .app(request.client?.id), next: nil, pool: pool, address: address, cookies: cookies)
            let logout = try await singleLogout.end(
                here, of: own?.userID, asking: mayEndOwn ? own : nil, by: confirmed ? .person : .app(request.client?.id), next: request.next,
                pool: pool, address: address, cookies: cookies)
            return SignOutAnswer(
                outcome: outcome(of: request, logout, mayEndOwn: mayEndOwn), notice: request.notice, record: logout.record,
                elsewhere: hintedEnd.record, again: request.client.flatMap { again(at: $0, of: pool) }, binding: logout.binding)
        } catch { throw SignInFailure(SignInError(error), pool: pool.id) }
    }

    /// Where the app that began a logout begins a sign-in, once the browser is back from its provider.
    package func again(after record: LogoutRecord, pool: UserPool) async -> String? {
        guard case .app(let id?) = record.initiator, let client = try? await directory.client(id, in: pool.id), client.enabled else { return nil }
        return again(at: client, of: pool)
    }

    /// The same after a refusal.
    package func again(at id: AppClient.ID, of pool: UserPool) async -> AppAddress? {
        guard let client = try? await directory.client(id, in: pool.id), client.enabled, let url = again(at: client, of: pool) else { return nil }
        return AppAddress(name: client.name, url: url)
    }

    /// Third-party initiated login (OpenID Connect Core §4). No page of ours leads to an address that an app registered by itself: nobody vouched for it.
    private func again(at client: AppClient, of pool: UserPool) -> String? {
        guard client.metadata.registration == nil else { return nil }
        return client.initiateLoginURI.map { FormCoding.append([("iss", PoolAddress(publicURL: publicURL, pool: pool).issuer)], to: $0) }
    }

    private func outcome(of request: SignOutRequest, _ logout: EndedSessions, mayEndOwn: Bool) -> SignOutOutcome {
        guard mayEndOwn else { return .confirm(target: request.target) }
        if let message = logout.message { return .upstream(message) }
        if logout.isPartial, let record = logout.record { return .partly(record, next: request.target?.location(state: request.state)) }
        return request.target.map { .redirect($0, state: request.state) } ?? .signedOut
    }

    /// The session and the person that the hint names. Names of a sector lead back to nobody: they are those of this browser's own session, or of the
    /// sign-in that the hint came of, as long as anything is known of that.
    private func meant(by request: SignOutRequest, own: Session?, in pool: UserPool) async throws -> (session: Session.ID?, user: User.ID?) {
        guard let hint = request.hint else { return (nil, nil) }
        guard request.subjects.isPairwise else { return (hint.sessionID.flatMap(Session.ID.init), User.ID(hint.subject)) }
        if let own, request.subjects.means(hint.subject, own.userID),
            hint.sessionID?.hasSameBytes(as: request.subjects.sessionID(own.id)) == true
        {
            return (own.id, own.userID)
        }
        // The sign-in knows its session. The hint has another `sid` where that was merged into one of the same person since (case 138).
        guard let family = hint.family.flatMap(TokenFamily.ID.init), let name = hint.tokenID.map({ AccessTokenName(poolID: pool.id, id: $0) }),
            let grant = try await stores.grants.standing(of: family, token: name)?.grant, grant.poolID == pool.id, let user = grant.userID,
            let session = grant.sessionID, request.subjects.means(hint.subject, user)
        else { return (nil, nil) }
        return (session, user)
    }

    /// Whether the request ends this browser's own session without another question.
    private func speaks(_ request: SignOutRequest, for own: Session?, confirmed: Bool) -> Bool {
        // RP-Initiated Logout §2: a hint about somebody else than the person signed in here does not speak for this browser.
        let isMeant = request.hint.map { hint in own.map { request.subjects.means(hint.subject, $0.userID) } ?? true } ?? false
        // Amazon Cognito's form has no hint: there a registered address of a known client is what proves that an app asks.
        return confirmed || isMeant || (request.isCognito && request.target != nil)
    }

    private func read(_ parameters: Parameters, pool: UserPool) async throws -> SignOutRequest {
        var client: AppClient?
        if let id = try parameters.single("client_id").flatMap(AppClient.ID.init) { client = try await directory.client(id, in: pool.id) }
        var (hint, subjects): (IDTokenHint?, Subjects) = (nil, .everywhere)
        if let text = try parameters.single("id_token_hint") {
            let issuer = PoolAddress(publicURL: publicURL, pool: pool).issuer
            let verifier = try await keyRing.keys(of: pool).verifier(issuer: issuer, audience: client?.id.text, clock: environment.now)
            hint = try? await verifier.verify(idTokenHint: text)
            if client == nil, let id = hint.flatMap({ AppClient.ID($0.clientID) }) { client = try await directory.client(id, in: pool.id) }
            if hint != nil, let client { subjects = try await keyRing.subjects(at: client) }
        }
        let cognito = try parameters.single("logout_uri")
        let asked = try parameters.single("post_logout_redirect_uri") ?? cognito
        let known = client.flatMap { $0.enabled ? $0 : nil }
        let target = asked.flatMap { asked in known.flatMap { PostLogoutRedirectURI(asked, of: $0) } }
        let notice = target == nil ? asked.map { SignOutNotice(asked: $0, client: client?.id) } : nil
        return SignOutRequest(
            client: known, hint: hint, subjects: subjects, target: target, isCognito: cognito != nil, state: try parameters.single("state"),
            notice: notice)
    }

    private func session(_ cookies: BrowserCookies, pool: UserPool) async throws -> Session? {
        guard let cookie = cookies.session else { return nil }
        return try await stores.sessions.find(cookie: SecretHash(of: cookie.reveal()), in: pool.id, at: environment.now())?.session
    }
}

/// What a sign-out request says, as far as it is proven.
private struct SignOutRequest {
    let client: AppClient?
    /// Our own ID token, verified but for its age.
    let hint: IDTokenHint?
    /// What people are called at the client of the hint.
    let subjects: Subjects
    let target: PostLogoutRedirectURI?
    let isCognito: Bool
    let state: String?
    let notice: SignOutNotice?

    var next: LogoutRecord.Next? {
        guard let client, let target else { return nil }
        return LogoutRecord.Next(clientID: client.id.text, redirectURI: target.value, state: state)
    }
}
