import FoundationEssentials
import OpenIDConnect
package import SAML
import UserPools
import WireFormats
import XMLSecurity

extension SignIn {
    /// What the provider is asked: by its settings, and by what the app wants.
    func authnRequest(
        id: String, to saml: SAMLProvider, for request: AuthorizationRequest, _ app: AppRequest, pool: UserPool, address: PoolAddress,
        at now: Date
    ) -> AuthnRequest {
        let settings = saml.settings.requests ?? SAMLRequestSettings()
        // An identity provider with a session of its own would bring the same account back unasked.
        let forced = saml.forcesAuthn(for: request) || request.prompt.contains(.selectAccount) || request.maxAge != nil
        return serviceProvider(of: pool).makeAuthnRequest(
            id: id, to: saml.metadata, binding: saml.requestBinding, assertionConsumerService: address.assertionConsumerService,
            responseBinding: saml.awaitsArtifacts ? .httpArtifact : .httpPOST, forceAuthn: forced || request.prompt.contains(.login),
            isPassive: request.prompt.contains(.none), nameIDFormat: settings.nameIDFormat,
            requestedAuthnContext: saml.requestedAuthnContext(for: app), providerName: settings.providerName,
            subject: settings.sendsSubject == true ? request.loginHint : nil,
            scoping: Scoping(proxyCount: settings.scoping?.proxyCount, identityProviders: settings.scoping?.identityProviders ?? []), at: now)
    }

    /// The request on its way; where it is signed, that is done where nobody waits for it (THREATS case 128).
    func sending(_ request: AuthnRequest, signer: XMLSigner?) async throws -> BrowserMessage {
        guard let signer else { return try request.message(relayState: request.id, signer: nil) }
        return try await signing { () throws(SAMLError) in try request.message(relayState: request.id, signer: signer) }
    }

    /// Signing a message, on threads of its own.
    func signing<Value: Sendable>(_ work: @escaping @Sendable () throws(SAMLError) -> Value) async throws -> Value {
        guard let result = await signing.run({ Result { () throws(SAMLError) in try work() } }) else { throw SignInError.busy }
        return try result.get()
    }

    /// The provider that is asked without a page (`prompt=none`), where there is just one and it is to be asked so.
    func passiveProvider(for request: AuthorizationRequest, client: AppClient, pool: UserPool) async throws -> ConfiguredProvider? {
        let choice: ProviderChoice
        do { choice = try await chooseProvider(request, SignInPageInput(), client: client, pool: pool) } catch let error as SignInError {
            switch error {
            // Where there is nobody to ask, nobody is asked silently.
            case .noProvider, .unknownProvider, .providerDisabled: return nil
            default: throw error
            }
        }
        guard case .one(let chosen) = choice, case .one(let provider) = try await asked(chosen, by: request, from: nil),
            let requests = provider.saml?.settings.requests, requests.asksPassively == true,
            requests.forcesAuthn != true
        else { return nil }
        return provider
    }
}

extension SAMLProvider {
    /// Whether our requests to it are signed.
    package var signsRequests: Bool {
        switch settings.requests?.signing ?? .metadata {
        case .always: true
        case .never: false
        case .metadata: metadata.wantsAuthnRequestsSigned
        }
    }

    /// By which binding it is asked: the one that an admin chose, where the provider has it.
    package var requestBinding: Binding {
        let chosen: Binding? = settings.requests?.binding.map { $0 == .post ? .httpPOST : .httpRedirect }
        return chosen.flatMap(metadata.singleSignOnService)?.binding ?? metadata.preferredSingleSignOnService.binding
    }

    /// Whether its answers come by artifact: where an admin wants that, and the provider has where to fetch them.
    package var awaitsArtifacts: Bool { settings.requests?.responseBinding == .artifact && !metadata.artifactResolutionServices.isEmpty }

    /// What the admin asks of everybody, of which an app may choose. How other classes compare to it only the provider knows: so they are not asked
    /// for in its place, and whoever writes the address of a sign-in takes nothing away from what the admin demands. That a class is as good as
    /// another only the table says: so an app's are meant exactly.
    fileprivate func requestedAuthnContext(for app: AppRequest) -> RequestedAuthnContext? {
        let comparison = settings.requests?.authnContextComparison.flatMap { RequestedAuthnContext.Comparison(rawValue: $0.rawValue) } ?? .exact
        let demanded = settings.requests?.authnContext ?? []
        let asked = settings.contextMapping?.upstream(for: app.acrValues ?? []) ?? []
        guard !demanded.isEmpty else { return RequestedAuthnContext(asked) }
        let chosen = comparison == .exact ? asked.within(demanded) : []
        return RequestedAuthnContext(chosen.isEmpty ? demanded : chosen, comparison: comparison)
    }

    /// That the person was authenticated in one of the ways that the admin asks for, where the request says just which (SAML Core §3.3.2.2.1): who asks
    /// for a certificate is not to be content with a password. How classes compare otherwise only the provider knows.
    func requireAuthnContext(of assertion: ValidatedAssertion) throws(SAMLError) {
        guard let requests = settings.requests, let classes = requests.authnContext, (requests.authnContextComparison ?? .exact) == .exact else {
            return
        }
        let seen = assertion.authenticationContexts
        guard !seen.within(classes).isEmpty else {
            throw .authnStatement(
                "the person was not authenticated in a way that was asked for", seen: seen.isEmpty ? nil : seen.joined(separator: " "))
        }
    }

    /// Whether everybody signs in there anew. Who must not be asked (`prompt=none`) cannot.
    func forcesAuthn(for request: AuthorizationRequest) -> Bool {
        settings.requests?.forcesAuthn == true && !request.prompt.contains(.none)
    }
}
