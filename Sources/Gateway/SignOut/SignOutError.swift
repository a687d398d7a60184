import OpenIDConnect
import SAML
package import UserPools

/// Why a message for single logout ended at a page of ours.
package enum SignOutError: Diagnosable, Equatable {
    case unknownProvider(issuer: String?)
    case unknownRequest
    /// A browser is back from an OpenID provider without the `state` that we sent along.
    case missingState
    /// With one that is of no logout which waits in this browser.
    case unknownState
    case switchedOff(String)
    /// The metadata of a federation's member is over, and its keys prove nothing any more.
    case memberExpired(of: String, entityID: String)
    /// What a sign-in can fail with as well.
    case other(SignInError)

    init(_ error: any Error) { self = error as? SignOutError ?? .other(SignInError(error)) }

    package var code: String {
        switch self {
        case .unknownProvider: "sign_out.unknown_provider"
        case .unknownRequest: "sign_out.unknown_request"
        case .missingState: "sign_out.missing_state"
        case .unknownState: "sign_out.unknown_state"
        case .switchedOff: "sign_out.switched_off"
        case .memberExpired: "sign_out.member_expired"
        case .other(let error): error.code
        }
    }

    package var message: String {
        switch self {
        case .unknownProvider: "The message for single logout names an issuer that is no identity provider of this pool."
        case .unknownRequest: "The answer for single logout names no logout that is known here."
        case .missingState: "The browser came back from an identity provider's sign-out without the state that it was sent with."
        case .unknownState: "The browser came back from an identity provider's sign-out with a state of no logout that waits in it."
        case .switchedOff(let name): "Single logout is switched off for the identity provider '\(name)'."
        case .memberExpired(let name, _):
            "The metadata of this member of the federation '\(name)' is not valid any more, so that its messages end nothing."
        case .other(.replayed): "The request for single logout was done once already."
        case .other(.tooManyAnswers): "Too many messages of identity providers were refused from this address."
        case .other(.busy): "More messages of identity providers are waiting to be verified than this server takes, in all or from this address."
        case .other(.unexpected(let type)): "The logout ended with an error that nobody foresaw: \(type)."
        case .other(let error): error.message
        }
    }

    package var expected: String? { if case .other(let error) = self { error.expected } else { nil } }

    package var seen: String? {
        switch self {
        case .unknownProvider(let issuer): issuer.map { String(decoding: $0.utf8.prefix(200), as: UTF8.self) }
        case .memberExpired(_, let entityID): String(decoding: entityID.utf8.prefix(200), as: UTF8.self)
        case .other(let error): error.seen
        case .unknownRequest, .missingState, .unknownState, .switchedOff: nil
        }
    }

    package var remedy: String {
        switch self {
        case .unknownProvider: "Compare the issuer with the entity IDs of the pool's providers; register that one, or have it forget this pool."
        case .unknownRequest:
            "Nothing need be done where the page was loaded again, or the record is over. Else look at what the provider answers to."
        case .missingState:
            "The provider must pass state back (RP-Initiated Logout §3). If it does not, switch single logout off for it: the sign-out here counts without."
        case .unknownState:
            "Nothing need be done where the page was loaded again, the person took more than half an hour, or went on in another browser; our session was over before. Else look at whether the provider changes state."
        case .switchedOff: "Switch it on, if that is wanted; else have the identity provider leave this pool out of its logouts."
        case .memberExpired:
            "Import the federation's metadata again; if it stays, the federation has not renewed it. Whoever is signed in by this member signs out in the app."
        case .other(.replayed):
            "Nothing need be done where the page was loaded again. Else somebody may have copied the request: look at the identity provider's log."
        case .other(.tooManyAnswers):
            "Look for the refusals before this line: they say what is wrong with the messages. If 'address' is a proxy of yours, name it as trusted; else somebody floods the server."
        case .other(.busy):
            "Sign out again in a moment. If it stays, look at 'address' of the refusals: if it is a proxy of yours, name it as trusted, so that each person counts alone; else somebody floods the server with messages, or it wants more processors."
        case .other(.providerDisabled): "Enable it, if its logouts shall count."
        case .other(.saml(.inResponseTo)):
            "The person used an old tab or the back button: sign out again in the app. If it happens always, the identity provider does not return InResponseTo."
        case .other(.oidc(.idToken)):
            "Nobody was signed out. Compare what the provider sends (OpenID Connect Back-Channel Logout §2.4) with what is registered of it here: issuer, client ID, algorithms and keys."
        case .other(let error): error.remedy
        }
    }

    package var acts: [Remedy] {
        switch self {
        case .unknownProvider: [.listProviders]
        case .unknownRequest, .unknownState: []
        case .missingState: [.listProviders]
        case .switchedOff: [.allowSingleLogout]
        case .memberExpired: [.showProvider]
        case .other(let error): error.acts
        }
    }

    /// What the browser's answer says.
    package var status: Int { if case .other(let error) = self { error.status } else { 400 } }

    /// Whether the same message may be good in a moment.
    var isForLater: Bool {
        guard case .other(let error) = self else { return false }
        return error == .busy || error.status >= 500
    }
}

/// A refused message with the names an admin looks for.
package struct SignOutFailure: Error {
    package let error: SignOutError
    package let pool: UserPool.ID
    package var provider: IdentityProvider.Name?

    init(_ error: SignOutError, pool: UserPool.ID, provider: IdentityProvider.Name? = nil) {
        (self.error, self.pool, self.provider) = (error, pool, provider)
    }

    func caused(by cause: SignOutError) -> SignOutFailure { SignOutFailure(cause, pool: pool, provider: provider) }
}
