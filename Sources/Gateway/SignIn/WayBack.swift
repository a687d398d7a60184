package import OpenIDConnect
import SAML
package import UserPools

/// The way back to an app whose client and redirect URI are proven: from then on a failure is told to the app, not to the person alone
/// (RFC 6749 §4.1.2.1, THREATS case 145).
package struct WayBack: Sendable, Equatable {
    let redirectURI: RegisteredRedirectURI
    let state: String?
    let mode: ResponseMode
    let issuer: String

    /// What the app is told of `error`. Of what is no mistake of its own it learns no more than whether trying again makes sense, and the
    /// reference under which the log has the rest.
    package func response(_ error: SignInError, reference: String) -> AuthorizationResponse {
        AuthorizationResponse(error: error.asOAuthError(reference: reference), state: state, issuer: issuer, to: redirectURI, mode: mode)
    }
}

extension SignIn {
    /// The answer as the browser brings it: signed by a key of the pool, where the app asked for that. What cannot be signed is not sent.
    package func message(_ response: AuthorizationResponse, pool: UserPool?) async throws -> AuthorizationMessage {
        try await response.message(
            signedBy: {
                guard let pool else { throw SignInError.unknownPool }
                guard let id = AppClient.ID(response.redirectURI.clientID) else { throw SignInError.unknownClient(seen: nil) }
                let client = try await directory.client(id, in: pool.id)
                return try await keyRing.keys(of: pool).signing(by: client?.metadata.authorizationSignedResponseAlg)
            }, at: environment.now())
    }
}

extension SignInError {
    /// The app's own mistakes, and what its person may learn from it, are no failures of the gateway.
    package var isOfApp: Bool { if case .oauth = self { true } else { false } }

    package var isAlarm: Bool { if case .saml(let error) = self { error.isAlarm } else { false } }

    fileprivate func asOAuthError(reference: String) -> OAuthError {
        switch self {
        case .oauth(let error): error
        case .unproven(let error): error.asOAuthError(reference: reference)
        case .oidc(let error) where error.isRefusal: Self.declined(reference)
        case .saml(.status(let status)) where status?.isNoPassive == true:
            OAuthError(.loginRequired, "The person has no session at the identity provider. Reference: \(reference)")
        case .saml(.status(let status)) where status?.isRefusal == true: Self.declined(reference)
        case .unmetContext:
            OAuthError(
                .unmetAuthenticationRequirements, "The person was not authenticated in a way that acr_values asks for. Reference: \(reference)")
        // The client may not use it, or there is none: which of the two is nobody's business.
        case .unknownProvider, .unknownMember:
            OAuthError(.accessDenied, "The app may not use this identity provider, or there is none of that name. Reference: \(reference)")
        case .notAdmitted: OAuthError(.accessDenied, "The person is in none of the groups that this app is for. Reference: \(reference)")
        case .userDisabled, .providerDisabled, .clientDisabled, .redirectURI:
            OAuthError(.accessDenied, "This sign-in is not allowed. Reference: \(reference)")
        case .store(.unavailable), .keys, .tooManyStarted, .tooManyCodes, .tooManyForUser, .tooManyAnswers, .busy, .memberUnavailable:
            Self.later(reference)
        case .oidc(let error) where error.isOutage: Self.later(reference)
        case .saml(let error) where error.isOutage: Self.later(reference)
        case .saml, .oidc, .store, .unknownPool, .unknownClient, .noProvider, .unknownRequest, .otherBrowser, .unknownState, .otherBrowserState,
            .unsolicited, .artifactNotAwaited, .noInitiateLoginURI, .replayed, .transientSubject, .groupOverage, .attribute, .formToken, .trialTicket,
            .unexpected,
            .memberExpired,
            .memberScope:
            OAuthError(.serverError, "The sign-in could not be completed. Reference: \(reference)")
        }
    }

    private static func declined(_ reference: String) -> OAuthError {
        OAuthError(.accessDenied, "The person or the identity provider declined the sign-in. Reference: \(reference)")
    }

    private static func later(_ reference: String) -> OAuthError {
        OAuthError(.temporarilyUnavailable, "The sign-in could not be completed now; try again later. Reference: \(reference)")
    }
}

extension RelyingPartyError {
    /// Whether somebody decided that this person does not get in, as against something that went wrong.
    fileprivate var isRefusal: Bool {
        switch self {
        case .declined, .tenant: true
        case .refused(let error): ["login_required", "interaction_required", "consent_required", "account_selection_required"].contains(error)
        default: false
        }
    }
}
