package import FoundationEssentials
package import TokenVerifier
internal import WireFormats

/// Why a sign-in through an OpenID Connect or OAuth 2.0 provider was refused.
package enum RelyingPartyError: Error, Sendable, Hashable {
    /// Which of the provider's addresses.
    package enum Endpoint: String, Sendable, CaseIterable {
        case token = "token endpoint"
        case userInfo = "userinfo endpoint"
        case profile = "profile address"
        case groups = "groups address"
    }

    /// The answer does not read as one: `reason` is a fixed text.
    case callback(String)
    /// There is no `state`.
    case state
    /// `iss` of the answer is another one, or missing where the provider promised it (RFC 9207 §2.4).
    case mixUp(expected: String, seen: String?)
    /// The person declined at the provider.
    case declined
    /// The provider's `error`.
    case refused(String)
    /// The provider could not be asked.
    case unreachable(Endpoint, HTTPTransportError)
    /// The provider answered something else than the standard says: `problem` is a fixed text. `isOutage`: with a status of 500 or more.
    case answer(Endpoint, problem: String, isOutage: Bool = false)
    /// `error` of the token endpoint (RFC 6749 §5.2).
    case tokenRefused(String)
    /// The answer of the token endpoint has no ID token.
    case noIDToken
    /// The ID token does not verify.
    case idToken(TokenError)
    /// A new authentication was demanded, and the ID token does not say that there was one.
    case authenticationTime(seen: Date?)
    /// The userinfo answer is about somebody else (OpenID Connect Core §5.3.2).
    case otherSubject(Endpoint)
    /// The user belongs to a tenant that may not sign in.
    case tenant(seen: String?)
    /// The client secret or key of the registration cannot be used.
    case clientKey
}

extension RelyingPartyError {
    package static func answer(_ endpoint: Endpoint, status: Int) -> RelyingPartyError {
        .answer(endpoint, problem: "its status is \(status)", isOutage: status >= 500)
    }

    /// A stable name.
    package var code: String {
        switch self {
        case .callback: "oidc.callback"
        case .state: "oidc.state"
        case .mixUp: "oidc.mix_up"
        case .declined: "oidc.declined"
        case .refused: "oidc.provider_error"
        case .unreachable: "oidc.unreachable"
        case .answer: "oidc.answer"
        case .tokenRefused: "oidc.token_refused"
        case .noIDToken: "oidc.no_id_token"
        case .idToken(let error): error.code
        case .authenticationTime: "oidc.authentication_time"
        case .otherSubject: "oidc.userinfo"
        case .tenant: "oidc.tenant"
        case .clientKey: "oidc.client_key"
        }
    }

    /// One sentence for people.
    package var message: String {
        switch self {
        case .callback(let reason): "The provider's answer does not read as one: \(reason)."
        case .state: "The provider's answer does not say which sign-in it answers."
        case .mixUp(_, nil): "The answer does not name its issuer, which this provider promised to do."
        case .mixUp: "The answer comes from another provider than the one that was asked."
        case .declined: "The person declined at the identity provider."
        case .refused(let error): "The identity provider refused the sign-in with the error '\(error)'."
        case .unreachable(let endpoint, let error): "The \(endpoint.rawValue) could not be asked: \(error.message)."
        case .answer(let endpoint, let problem, _): "The \(endpoint.rawValue) did not answer as the standard says: \(problem)."
        case .tokenRefused(let error): "The token endpoint refused the code with the error '\(error)'."
        case .noIDToken: "The token endpoint gave no ID token."
        case .idToken(let error): error.message
        case .authenticationTime(nil): "The app demands a new authentication, and the provider does not say when the person was authenticated."
        case .authenticationTime: "The app demands a new authentication, and the person was authenticated before."
        case .otherSubject(let endpoint): "The \(endpoint.rawValue) spoke of another user than the ID token."
        case .tenant: "The user's tenant is not one that may sign in."
        case .clientKey: "The client secret or key of this provider cannot be used."
        }
    }

    /// Whether the provider, and not the person or the request, is at fault for now: trying again later may help.
    package var isOutage: Bool {
        switch self {
        case .unreachable, .answer(_, _, isOutage: true), .clientKey, .idToken(.keysUnavailable), .refused("temporarily_unavailable"),
            .refused("server_error"):
            true
        default: false
        }
    }

    /// What was expected, where one value says it.
    package var expected: String? {
        switch self {
        case .mixUp(let expected, _): expected
        case .idToken(.expired(_, let now)): "after \(Self.instant(now))"
        case .idToken(.notYetValid(_, let now)): "before \(Self.instant(now))"
        case .idToken(let error): error.expected
        default: nil
        }
    }

    /// What was there instead, shortened.
    package var seen: String? {
        switch self {
        case .mixUp(_, let seen), .tenant(let seen): seen.map { ProtocolText($0).prefix(200).string }
        case .refused(let error), .tokenRefused(let error): error
        case .idToken(.expired(let date, _)), .idToken(.notYetValid(let date, _)): Self.instant(date)
        case .idToken(let error): error.seen
        case .authenticationTime(let seen): seen.map { "auth_time \(Self.instant($0))" }
        default: nil
        }
    }

    /// As people read it; what is too far away for a calendar as the token has it, in seconds since 1970.
    private static func instant(_ date: Date) -> String {
        let (seconds, farthest) = (date.timeIntervalSince1970, 253_402_300_799.0)
        return abs(seconds) <= farthest ? date.formatted(.iso8601) : "\(seconds)"
    }

    /// What an admin does about it.
    package var remedy: String {
        switch self {
        case .callback, .state:
            "Begin again at the app. If it stays, look at what the provider sends to the redirect URI that is registered for us there."
        case .mixUp(_, nil): "Read the provider's discovery document again; if it stays, treat it as an attack."
        case .mixUp:
            "Check the issuer that is registered for the provider. If it is right, treat it as an attack: one provider tried to answer in place of another."
        case .declined: "The person may try again, or choose another provider."
        case .refused(let error): Self.remedy(forRefusal: error)
        case .unreachable:
            "Check that this machine reaches the provider's addresses, and that the provider is up."
        case .answer(_, _, isOutage: true):
            "Begin again in a moment. If it stays, the provider is at fault, or a proxy before it: look at its status page or its log."
        case .answer:
            "Check the addresses that are registered; they must be this provider's, and answer with JSON and without a redirect."
        case .tokenRefused("invalid_client"), .tokenRefused("unauthorized_client"):
            "Give the client secret that the provider shows, and check by which method it wants it (client authentication)."
        case .tokenRefused("invalid_grant"):
            "Begin again at the app. If it stays, register our redirect URI at the provider, character by character."
        case .tokenRefused: "Look at the provider's log for the reason, and at the registration of this client there."
        case .noIDToken:
            "Ask for the scope openid; a provider of OAuth 2.0 without OpenID Connect is registered with the preset oauth2."
        case .idToken(let error): Self.remedy(forIDToken: error)
        case .authenticationTime:
            "Have the provider send auth_time (at Entra an optional claim of the ID token), or let the app ask without prompt=login and max_age."
        case .otherSubject: "Check the userinfo address of the provider. If it is right, treat it as an attack."
        case .tenant:
            "If its users may sign in, add it to the allowed tenants; at Google, correct the parameter hd."
        case .clientKey: "Give the client secret or the client key again."
        }
    }

    /// Of a provider's ID token: what the library says is for whoever verifies tokens of ours.
    private static func remedy(forIDToken error: TokenError) -> String {
        switch error {
        case .audience, .authorizedParty: "Check the client ID that is registered here: it must be the one that the provider knows us by."
        case .issuer: "Check the issuer that is registered here: it must be, byte by byte, the one that the provider's discovery document writes."
        case .expired, .notYetValid: "Compare the clocks of this machine and of the provider (NTP); then begin again at the app."
        case .algorithm: "Have the provider sign with one of the algorithms that are registered here, or register its algorithm."
        case .keysUnavailable: "Check that this machine reaches the provider's discovery document and keys, and that the provider is up."
        case .nonce, .accessTokenHash: "Begin again at the app. If it stays, treat it as an attack: the answer belongs to another sign-in."
        case .malformed, .header, .unknownKey, .signature, .type, .tokenUse, .claim, .authenticationTooOld, .insufficientScope, .group,
            .keysNotAtHand,
            .keySet, .providerMetadata:
            error.remedy
        }
    }

    private static func remedy(forRefusal error: String) -> String {
        switch error {
        case "invalid_scope": "Ask only for scopes that the provider knows."
        case "login_required", "interaction_required", "consent_required":
            "The provider needs to ask the person something: do not ask it with the prompt none, or sign in there once."
        case "unauthorized_client", "invalid_client", "invalid_request":
            "Check the registration of this client at the provider: client ID, redirect URI and allowed flow (authorization code)."
        case "temporarily_unavailable", "server_error": "Try again later; look at the provider's own status and log."
        default: "Look at the provider's log for the reason, and at the registration of this client there."
        }
    }
}
