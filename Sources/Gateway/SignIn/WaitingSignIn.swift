import FoundationEssentials
import OpenIDConnect
import UserPools
internal import WireFormats

/// A sign-in whose answer has come from the browser that began it, and all of whose parties may still take part.
struct WaitingSignIn: RealSignIn {
    let pending: PendingSignIn
    let provider: ConfiguredProvider
    let client: AppClient
    let redirectURI: RegisteredRedirectURI

    fileprivate init(_ pending: PendingSignIn, provider: ConfiguredProvider, client: AppClient, redirectURI: RegisteredRedirectURI) {
        (self.pending, self.provider, self.client, self.redirectURI) = (pending, provider, client, redirectURI)
    }

    var app: WaitingSignIn? { self }
}

extension SignIn {
    /// What every answer must fit, whatever the protocol: time, browser, provider, client, redirect URI.
    /// - Parameter failure: learns the way back to the app, for every failure from there on.
    func require(
        _ pending: PendingSignIn, in pool: UserPool, cookies: BrowserCookies, failure: inout SignInFailure
    ) async throws -> WaitingSignIn {
        guard pending.expiresAt > environment.now() else { throw SignInError.unknownRequest }
        failure.steps?.begin("browser")
        guard let cookie = cookies.binding, SecretHash(of: cookie.reveal()).matches(pending.browser) else {
            throw SignInError.otherBrowser(cookieSeen: cookies.binding != nil)
        }
        failure.steps?.cameFromBrowser()
        failure.steps?.begin("client", expected: pending.request.clientID)
        guard let clientID = AppClient.ID(pending.request.clientID), let client = try await self.client(clientID, in: pool),
            client.enabled, client.isTaken(by: pool)
        else { throw SignInError.clientDisabled }
        // Proven again: the admin may have taken it away meanwhile.
        let registration = registration(of: client, for: pending.request.redirectURI, in: pool)
        guard let redirectURI = try? RegisteredRedirectURI(pending.request.redirectURI, of: registration) else {
            throw SignInError.redirectURI(seen: pending.request.redirectURI)
        }
        let wayBack = WayBack(
            redirectURI: redirectURI, state: pending.request.state, mode: ResponseMode(rawValue: pending.request.responseMode) ?? .query,
            issuer: PoolAddress(publicURL: settings.publicURL, pool: pool).issuer)
        // The app learns of these two.
        failure.wayBack = wayBack
        // What the pool itself asks is not answered here.
        guard let name = pending.source.provider else { throw SignInError.unknownRequest }
        failure.steps?.begin("provider", expected: name.text)
        guard let provider = try await directory.provider(name, in: pool.id), provider.settings.enabled else {
            throw SignInError.providerDisabled(name.text)
        }
        guard try await mayUse(name, client: client, pool: pool) else { throw SignInError.unknownProvider(name.text) }
        return WaitingSignIn(pending, provider: try await self.waiting(pending, at: provider), client: client, redirectURI: redirectURI)
    }
}
