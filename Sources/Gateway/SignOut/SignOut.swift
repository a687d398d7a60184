import FoundationEssentials
package import OpenIDConnect
import TokenVerifier
package import UserPools

/// What a sign-out request led to.
package enum SignOutOutcome: Sendable {
    /// To an address that the client registered.
    case redirect(String)
    /// The browser is signed out, and there is nowhere to go.
    case signedOut
    /// Nothing proves that an app asks: the person confirms, and goes to `target` then.
    case confirm(target: String?)
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

    /// - Parameter confirmed: the person pressed the button of our own page.
    package func end(
        _ parameters: Parameters, pool: UserPool, cookies: BrowserCookies, confirmed: Bool
    ) async throws(SignInFailure) -> SignOutOutcome {
        do {
            let issuer = PoolAddress(publicURL: publicURL, pool: pool).issuer
            var client: AppClient?
            if let id = try parameters.single("client_id").flatMap(AppClient.ID.init) { client = try await directory.client(id, in: pool.id) }
            var proven = confirmed
            if let hint = try parameters.single("id_token_hint") {
                let verifier = try await keyRing.keys(of: pool).verifier(issuer: issuer, audience: client?.id.text, clock: environment.now)
                if let token = try? await verifier.verify(idTokenHint: hint) {
                    if client == nil, let id = AppClient.ID(token.clientID) { client = try await directory.client(id, in: pool.id) }
                    // RP-Initiated Logout §2: a hint about somebody else than the person signed in here does not speak for this browser.
                    let signedIn = try await session(cookies, pool: pool)
                    proven = proven || signedIn == nil || signedIn?.userID.text == token.subject
                }
            }
            let cognito = try parameters.single("logout_uri")
            let asked = try parameters.single("post_logout_redirect_uri") ?? cognito
            // Byte by byte, as redirect URIs compare; what the browser is sent to is the registered text.
            let target = asked.flatMap { asked in
                client?.enabled == true ? client?.postLogoutRedirectURIs.first { $0.hasSameBytes(as: asked) } : nil
            }
            // Amazon Cognito's form has no hint: there a registered address of a known client is what proves that an app asks.
            guard proven || (cognito != nil && target != nil) else { return .confirm(target: target) }
            try await endSession(cookies, pool: pool)
            guard let target else { return .signedOut }
            return .redirect(try parameters.single("state").map { QueryWriter.append([("state", $0)], to: target) } ?? target)
        } catch let error as OAuthError {
            throw SignInFailure(.oauth(error), pool: pool.id)
        } catch let error as StoreError {
            throw SignInFailure(.store(error), pool: pool.id)
        } catch let error as KeyRingError {
            throw SignInFailure(.keys(error), pool: pool.id)
        } catch { throw SignInFailure(.oauth(OAuthError(.serverError, "The request could not be answered.")), pool: pool.id) }
    }

    private func session(_ cookies: BrowserCookies, pool: UserPool) async throws -> Session? {
        guard let cookie = cookies.session else { return nil }
        return try await stores.sessions.find(cookie: SecretHash(of: cookie.reveal()), in: pool.id, at: environment.now())?.session
    }

    private func endSession(_ cookies: BrowserCookies, pool: UserPool) async throws {
        guard let session = try await session(cookies, pool: pool) else { return }
        _ = try await stores.sessions.end(session.id, in: pool.id)
    }
}
