import OpenIDConnect
import SAML
import UserPools
import WireFormats

// How the app wants the person to be authenticated (`acr_values`, OpenID Connect Core §3.1.2.1), and whether that was done. What a provider's table
// does not know has no effect; what it knows is asked for, and is not given as done where it was not (Unmet Authentication Requirements 1.0).

extension AppRequest {
    /// The same, with what that provider can be asked of it.
    func asking(for acrValues: [String], of provider: IdentityProvider) -> AppRequest {
        var request = self
        let known = provider.contextMapping?.known(acrValues) ?? []
        request.acrValues = known.isEmpty ? nil : known
        return request
    }
}

extension IdentityProvider {
    /// That the person was authenticated in one of the ways that the app asks for.
    func requireContext(of proven: ProvenIdentity, for request: AppRequest?) throws(SignInError) {
        guard let asked = request?.acrValues else { return }
        let met = contextMapping?.acrs(for: proven.upstreamContext) ?? []
        guard asked.contains(where: { acr in met.contains { $0.hasSameBytes(as: acr) } }) else {
            throw .unmetContext(asked: contextMapping?.upstream(for: asked) ?? [], seen: proven.upstreamContext)
        }
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
