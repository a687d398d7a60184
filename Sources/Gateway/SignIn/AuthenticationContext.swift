import OpenIDConnect
import SAML
import UserPools
import WireFormats

// How the app wants the person to be authenticated (`acr_values`, OpenID Connect Core §3.1.2.1), and whether that was done. What a provider's table
// does not know has no effect; what it knows is asked for, and is not given as done where it was not (Unmet Authentication Requirements 1.0).

extension AppRequest {
    /// The same, with what that provider can be asked of it.
    /// - Throws: where an essential `acr` (OpenID Connect Core §5.5.1.1) is none that the provider knows.
    func asking(for asked: AuthorizationRequest, of provider: IdentityProvider) throws(SignInError) -> AppRequest {
        var request = self
        let known = provider.contextMapping?.known(asked.acrValues) ?? []
        guard !known.isEmpty || !asked.demandsACR else { throw .unmetContext(asked: asked.acrValues, seen: nil) }
        request.acrValues = known.isEmpty ? nil : known
        return request
    }
}

extension [String] {
    /// Those of them that are also there, in this order.
    func within(_ others: [String]) -> [String] { filter { own in others.contains { $0.hasSameBytes(as: own) } } }
}

extension IdentityProvider {
    /// How the person was authenticated, in words that mean something to apps.
    /// - Throws: where the app asks for something else.
    func context(of proven: ProvenIdentity, for request: AppRequest?) throws(SignInError) -> AuthenticationContext? {
        let acrs = proven.upstreamContexts.flatMap { contextMapping?.acrs(for: $0) ?? [] }.distinctByBytes
        let upstream = proven.upstreamContexts.filter { contextMapping?.acrs(for: $0).isEmpty == false }
        let context = AuthenticationContext(acrs: acrs, methods: proven.methods, upstream: upstream)
        if let asked = request?.acrValues, context?.met(of: asked) == nil {
            throw .unmetContext(asked: contextMapping?.upstream(for: asked) ?? [], seen: proven.upstreamContexts.joined(separator: " "))
        }
        return context
    }
}

extension SignIn {
    /// What an app asks for, of a session that would do but for that: with what its provider knows of `acr_values`, the session as the provider's
    /// table of now has it, and the provider itself where it has to do more than it did.
    func asking(
        _ app: AppRequest, for asked: AuthorizationRequest, of session: Session, in pool: UserPool
    ) async throws -> (app: AppRequest, session: Session, stepUp: ConfiguredProvider?) {
        guard let name = session.source.provider, let provider = try await directory.provider(name, member: session.member, in: pool.id) else {
            return (app, session, nil)
        }
        var session = session
        session.authenticationContext = session.authenticationContext?.current(by: provider.settings.contextMapping)
        let app = try app.asking(for: asked, of: provider.settings)
        guard let asked = app.acrValues, session.authenticationContext?.met(of: asked) == nil else { return (app, session, nil) }
        return (app, session, provider)
    }
}

extension PendingSignIn {
    /// Where the provider says itself that it cannot do what the app asks for. nil for every other error, and where it was the admin who asked.
    func unmetContext(_ error: any Error, of provider: IdentityProvider) -> (any Error)? {
        guard let asked = request.acrValues else { return nil }
        let seen: String
        switch SignInError(error) {
        case .saml(.status(let status?)) where status.isNoAuthnContext: seen = status.explanation
        case .oidc(.refused("unmet_authentication_requirements")): seen = "unmet_authentication_requirements"
        default: return nil
        }
        return SignInError.unmetContext(asked: provider.contextMapping?.upstream(for: asked) ?? [], seen: seen)
    }
}
