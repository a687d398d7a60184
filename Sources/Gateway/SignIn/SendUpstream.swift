import FoundationEssentials
import OpenIDConnect
import SAML
import UserPools
import WireFormats

extension SignIn {
    /// Writes the pending sign-in, then sends the browser off with a request of the same ID.
    func sendUpstream(
        _ app: AppRequest, _ request: AuthorizationRequest, provider: ConfiguredProvider, pool: UserPool, address: PoolAddress,
        cookies: BrowserCookies
    ) async throws -> AuthorizationOutcome {
        let now = environment.now()
        let app = try app.asking(for: request, of: provider.settings)
        guard let id = PendingSignIn.ID("_" + environment.random(20).hexText) else { throw StoreError.corrupt(what: "a new identifier") }
        let binding = cookies.binding ?? makeSecret()
        // `prompt=login` demands a new authentication, `max_age` one that is not older than that many seconds.
        let isNew = request.prompt.contains(.login) || provider.saml?.forcesAuthn(for: request) == true
        let oldest = isNew ? now : request.maxAge.map { now.addingTimeInterval(-TimeInterval($0)) }
        func pending(at responseAddress: String) -> PendingSignIn {
            PendingSignIn(
                id: id, poolID: pool.id, source: .provider(provider.settings.name), member: provider.member?.entityID,
                browser: SecretHash(of: binding.reveal()),
                previousCookie: cookies.session.map { SecretHash(of: $0.reveal()) }, request: app, responseAddress: responseAddress,
                authenticatedAfter: oldest, createdAt: now, expiresAt: now.addingTimeInterval(settings.pendingLifetime))
        }
        func insert(_ pending: PendingSignIn) async throws {
            guard started.start(from: cookies.address) else { throw SignInError.tooManyStarted }
            try await stores.signIns.insert(pending)
        }
        switch provider.connection {
        case .saml(let saml):
            // Before anything is written: without its key nobody comes back.
            let signer = saml.signsRequests ? try await samlKeys.keys(of: pool).signer : nil
            try await insert(pending(at: address.assertionConsumerService))
            let authnRequest = authnRequest(id: id.text, to: saml, for: request, app, pool: pool, address: address, at: now)
            switch try await sending(authnRequest, signer: signer) {
            case .redirect(let url): return .upstream(url: url, binding: binding)
            case .form(let action, let fields): return .post(action: action, fields: fields, binding: binding)
            }
        // Its members are asked.
        case .federation: throw SignInError.unknownProvider(provider.settings.name.text)
        case .oidc(let connection):
            // OAuth 2.0 alone never says when the person was authenticated; better said now than after they signed in.
            guard oldest == nil || connection.dialect.isOpenID else {
                throw OAuthError(.loginRequired, "The identity provider cannot prove a new authentication (prompt=login, max_age).")
            }
            let waits = pending(at: address.redirectURI(of: connection.sharesRedirectURI ? nil : provider.settings.name.text))
            // Opened before anything is written: a secret that does not open would fail the person at the end.
            let relyingParty = try relyingParty(connection, of: provider.settings)
            try await insert(waits)
            let url = relyingParty.authorizationURL(for: transaction(of: waits), Self.options(of: request, app, connection))
            return .upstream(url: url, binding: binding)
        }
    }

    /// What the provider is asked beyond the code flow itself.
    static func options(
        of request: AuthorizationRequest, _ app: AppRequest, _ connection: OIDCConnection
    ) -> RelyingParty.AuthorizationOptions {
        var options = RelyingParty.AuthorizationOptions()
        options.scopes = connection.scopes
        var prompt = request.prompt.subtracting([.none]).map(\.rawValue)
        if let known = connection.knownPrompts ?? (Google.isIssuer(of: connection) ? Google.knownPrompts : nil) {
            // Who cannot be asked for a new sign-in is asked to let the person choose, which is the next best.
            if prompt.contains("login"), !known.contains("login"), known.contains("select_account") { prompt.append("select_account") }
            prompt = prompt.filter { known.contains($0) }
        }
        if prompt.isEmpty, let fixed = connection.prompt { prompt = [fixed] }
        options.prompt = Array(Set(prompt)).sorted()
        // With `max_age` the ID token must tell `auth_time` (OpenID Connect Core §2), which proves that `prompt=login` was heeded.
        // At 0 some providers ask again and again; our tolerance for clocks that differ is as large as this.
        if connection.dialect.isOpenID { options.maxAge = request.prompt.contains(.login) ? 60 : request.maxAge }
        options.loginHint = request.loginHint
        let contexts = connection.contextMapping?.upstream(for: app.acrValues ?? []) ?? []
        // As with SAML an app chooses among what the admin asks of everybody.
        let chosen = connection.acrValues.map { contexts.within(ProtocolText($0).words) } ?? contexts
        options.acrValues = chosen.isEmpty ? connection.acrValues : chosen.joined(separator: " ")
        options.uiLocales = request.uiLocales
        options.answersByForm = connection.answersByForm
        options.extra = connection.extraParameters.map { ($0.name, $0.value) }
        if connection.refreshesUpstream == true {
            // Google knows no such scope, and has a parameter for it.
            if Google.isIssuer(of: connection) {
                options.extra.append(("access_type", "offline"))
            } else if !options.scopes.contains("offline_access") {
                options.scopes.append("offline_access")
            }
        }
        // GitHub's own word for `login_hint`.
        if connection.dialect == .github, let hint = request.loginHint { options.extra.append(("login", hint)) }
        return options
    }
}
