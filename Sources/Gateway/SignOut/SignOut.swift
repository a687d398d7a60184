import FoundationEssentials
package import OpenIDConnect
import TokenVerifier
package import UserPools
import WireFormats

/// What a sign-out request led to.
package enum SignOutOutcome: Sendable {
    /// To an address that the client registered.
    case redirect(PostLogoutRedirectURI, state: String?)
    /// The browser is signed out, and there is nowhere to go.
    case signedOut
    /// Nothing proves that an app asks for this browser: the person confirms, and goes to `target` then.
    case confirm(target: PostLogoutRedirectURI?)
}

/// RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0 §2), and Amazon Cognito's `client_id` with `logout_uri`.
package struct SignOut: Sendable {
    let publicURL: String
    let directory: Directory
    let stores: Stores
    let keyRing: KeyRing
    let environment: Environment

    package init(publicURL: String, directory: Directory, stores: Stores, keyRing: KeyRing, environment: Environment) {
        self.publicURL = publicURL
        self.directory = directory
        self.stores = stores
        self.keyRing = keyRing
        self.environment = environment
    }

    /// Ends the session that the hint names, whatever cookie came and whether or not it is over by itself (case 138); and the browser's own,
    /// where it is the same person's, or the person says so.
    ///
    /// - Parameter confirmed: the person pressed the button of our own page.
    package func end(
        _ parameters: Parameters, pool: UserPool, cookies: BrowserCookies, confirmed: Bool
    ) async throws(SignInFailure) -> (outcome: SignOutOutcome, notice: SignOutNotice?) {
        do {
            let request = try await read(parameters, pool: pool)
            if let sid = request.hint?.sessionID.flatMap(Session.ID.init) { _ = try await stores.sessions.end(sid, in: pool.id) }
            let outcome = try await end(request, own: try await session(cookies, pool: pool), confirmed: confirmed, pool: pool)
            return (outcome, request.notice)
        } catch { throw SignInFailure(SignInError(error), pool: pool.id) }
    }

    private func end(_ request: SignOutRequest, own: Session?, confirmed: Bool, pool: UserPool) async throws -> SignOutOutcome {
        // RP-Initiated Logout §2: a hint about somebody else than the person signed in here does not speak for this browser.
        let isMeant = request.hint.map { hint in own.map { $0.userID.text.hasSameBytes(as: hint.subject) } ?? true } ?? false
        // Amazon Cognito's form has no hint: there a registered address of a known client is what proves that an app asks.
        guard confirmed || isMeant || (request.isCognito && request.target != nil) else { return .confirm(target: request.target) }
        if let own { _ = try await stores.sessions.end(own.id, in: pool.id) }
        return request.target.map { .redirect($0, state: request.state) } ?? .signedOut
    }

    private func read(_ parameters: Parameters, pool: UserPool) async throws -> SignOutRequest {
        var client: AppClient?
        if let id = try parameters.single("client_id").flatMap(AppClient.ID.init) { client = try await directory.client(id, in: pool.id) }
        var hint: IDTokenHint?
        if let text = try parameters.single("id_token_hint") {
            let issuer = PoolAddress(publicURL: publicURL, pool: pool).issuer
            let verifier = try await keyRing.keys(of: pool).verifier(issuer: issuer, audience: client?.id.text, clock: environment.now)
            hint = try? await verifier.verify(idTokenHint: text)
            if client == nil, let id = hint.flatMap({ AppClient.ID($0.clientID) }) { client = try await directory.client(id, in: pool.id) }
        }
        let cognito = try parameters.single("logout_uri")
        let asked = try parameters.single("post_logout_redirect_uri") ?? cognito
        let known = client.flatMap { $0.enabled ? $0 : nil }
        let target = asked.flatMap { asked in known.flatMap { PostLogoutRedirectURI(asked, of: $0) } }
        let notice = target == nil ? asked.map { SignOutNotice(asked: $0, client: client?.id) } : nil
        return SignOutRequest(
            hint: hint, target: target, isCognito: cognito != nil, state: try parameters.single("state"), notice: notice)
    }

    private func session(_ cookies: BrowserCookies, pool: UserPool) async throws -> Session? {
        guard let cookie = cookies.session else { return nil }
        return try await stores.sessions.find(cookie: SecretHash(of: cookie.reveal()), in: pool.id, at: environment.now())?.session
    }
}

/// What a sign-out request says, as far as it is proven.
private struct SignOutRequest {
    /// Our own ID token, verified but for its age.
    let hint: IDTokenHint?
    let target: PostLogoutRedirectURI?
    let isCognito: Bool
    let state: String?
    let notice: SignOutNotice?
}
