package import OpenIDConnect
package import SAML
package import UserPools

/// Why a sign-in ended at a page of ours.
package enum SignInError: Diagnosable, Equatable {
    case unknownPool
    case unknownClient(seen: String?)
    case redirectURI(seen: String?)
    case unknownProvider(String)
    case noProvider
    case saml(SAMLError)
    case oidc(RelyingPartyError)
    case unknownRequest
    case otherBrowser(cookieSeen: Bool)
    /// The same two of an answer to an OpenID Connect request.
    case unknownState
    case otherBrowserState(cookieSeen: Bool)
    case unsolicited(issuer: String?)
    /// The provider answered by artifact, and nobody has set that it may.
    case artifactNotAwaited(String)
    /// The provider may begin, and its app cannot be asked to go on.
    case noInitiateLoginURI
    case replayed
    case transientSubject
    /// The answer is of none of the authentication contexts that the app asked for.
    case unmetContext(asked: [String], seen: String?)
    /// Groups were left out because they are many, and the policy is to refuse. `canFetch`: with an access token they could be asked for.
    case groupOverage(canFetch: Bool)
    /// With the names of what did arrive, where the provider's protocol lists them.
    case attribute(AttributeError, arrived: [String] = [])
    case providerDisabled(String)
    /// The federation has no such member, or no more.
    case unknownMember(of: String, entityID: String)
    case memberExpired(of: String, entityID: String)
    /// The service that has its metadata could not be asked.
    case memberUnavailable(of: String, entityID: String)
    /// The attribute that names the person has a domain for which the member does not speak.
    case memberScope(of: String, entityID: String, attribute: String)
    case clientDisabled
    case userDisabled
    /// The person is known, and in none of the client's groups.
    case notAdmitted(groups: [String])
    case formToken(cookieSeen: Bool)
    /// A dry sign-in was begun by this address before, or its time is over.
    case trialTicket
    case tooManyStarted
    case tooManyCodes
    /// More codes and tokens for one user within a minute than the pool has set.
    case tooManyForUser(RateLimiter.Exceeded)
    /// Refused again and again: from one address, or to one sign-in.
    case tooManyAnswers
    /// More answers are waiting to be verified than may wait.
    case busy
    case oauth(OAuthError)
    case keys(KeyRingError)
    case store(StoreError)
    /// What no flow throws by intention; the name of its type.
    case unexpected(String)
    /// Its remedy would open a door, and nothing shows that the provider sent the message, to us and now: whoever made it up, or kept it, would
    /// have the admin open that door.
    indirect case unproven(SignInError)

    /// The error that this one only carries.
    var cause: (any Diagnosable)? {
        switch self {
        case .saml(let error): error
        case .oidc(let error): error
        case .attribute(let error, _): error
        case .oauth(let error): error
        case .keys(let error): error
        case .store(let error): error
        case .unproven(let error): error
        case .unknownPool, .unknownClient, .redirectURI, .unknownProvider, .noProvider, .unknownRequest, .otherBrowser, .unknownState,
            .otherBrowserState, .unsolicited, .artifactNotAwaited, .noInitiateLoginURI, .replayed, .transientSubject, .unmetContext, .groupOverage,
            .providerDisabled,
            .clientDisabled, .userDisabled, .notAdmitted, .unknownMember, .memberExpired, .memberUnavailable, .memberScope, .formToken, .trialTicket,
            .tooManyStarted, .tooManyCodes, .tooManyForUser,
            .tooManyAnswers,
            .busy, .unexpected:
            nil
        }
    }

    /// The provider that it names itself.
    package var provider: String? {
        switch self {
        case .providerDisabled(let name), .artifactNotAwaited(let name), .unknownMember(let name, _), .memberExpired(let name, _),
            .memberUnavailable(let name, _),
            .memberScope(let name, _, _):
            name
        case .unproven(let error): error.provider
        default: nil
        }
    }

    package var code: String {
        if let cause { return cause.code }
        return switch self {
        case .unknownPool: "sign_in.unknown_pool"
        case .unknownClient: "oauth.invalid_client"
        case .redirectURI: "sign_in.redirect_uri"
        case .unknownProvider: "sign_in.unknown_provider"
        case .noProvider: "sign_in.no_provider"
        case .unknownRequest, .otherBrowser: "saml.in_response_to"
        case .unknownState, .otherBrowserState: "oidc.state"
        case .unsolicited: "saml.unsolicited"
        case .artifactNotAwaited: "sign_in.artifact_not_awaited"
        case .noInitiateLoginURI: "sign_in.no_initiate_login_uri"
        case .replayed: "saml.replay"
        case .transientSubject: "saml.transient_subject"
        case .unmetContext: "sign_in.unmet_authentication_requirements"
        case .groupOverage: "sign_in.group_overage"
        case .providerDisabled: "sign_in.provider_disabled"
        case .unknownMember: "sign_in.unknown_member"
        case .memberExpired: "sign_in.member_expired"
        case .memberUnavailable: "sign_in.member_unavailable"
        case .memberScope: "sign_in.member_scope"
        case .clientDisabled: "sign_in.client_disabled"
        case .userDisabled: "sign_in.user_disabled"
        case .notAdmitted: "sign_in.not_admitted"
        case .formToken: "sign_in.form_token"
        case .trialTicket: "sign_in.trial_ticket"
        case .tooManyStarted: "sign_in.too_many_started"
        case .tooManyCodes: "sign_in.too_many_codes"
        case .tooManyForUser: "sign_in.too_many_for_user"
        case .unexpected: "sign_in.unexpected"
        case .tooManyAnswers: "sign_in.too_many_answers"
        case .busy: "sign_in.busy"
        case .saml, .oidc, .attribute, .oauth, .keys, .store, .unproven: "sign_in.failed"
        }
    }

    /// The same of an answer whose key is `state`, in the words of that protocol.
    func asOIDCError() -> SignInError {
        switch self {
        case .unknownRequest, .replayed: .unknownState
        case .otherBrowser(let cookieSeen): .otherBrowserState(cookieSeen: cookieSeen)
        default: self
        }
    }

    /// What a flow ended with.
    init(_ error: any Error) {
        switch error {
        case let error as SignInError: self = error
        case let error as SAMLError: self = .saml(error)
        case let error as RelyingPartyError: self = .oidc(error)
        case let error as OAuthError: self = .oauth(error)
        case let error as KeyRingError: self = .keys(error)
        case let error as SealError: self = .keys(.seal(error))
        case let error as StoreError: self = .store(error)
        case let error as RateLimiter.Exceeded: self = .tooManyForUser(error)
        default: self = .unexpected("\(type(of: error))")
        }
    }

    /// Of a message: the same where a key of the provider signed it for us; else without what its remedy would open.
    func told(isProven: Bool) -> SignInError { isProven || !wantsProof ? self : .unproven(self) }

    /// Whether its remedy opens a door, and the message was refused before it was known whose it is, for whom, and of when.
    var wantsProof: Bool {
        switch self {
        case .saml(.noAuthnStatement): false
        default: acts.contains(where: \.opensDoor)
        }
    }

    /// Whoever asks is held back for doing so much.
    var isForAskingTooOften: Bool {
        switch self {
        case .tooManyStarted, .tooManyCodes, .tooManyForUser: true
        default: false
        }
    }

    /// What the browser's answer says: refused, forbidden, gone, or not our fault.
    package var status: Int {
        switch self {
        case .store, .keys, .busy, .memberUnavailable: 503
        case .unexpected: 500
        case .oidc(let error) where error.isOutage: 503
        case .oauth(let error) where error.error == .temporarilyUnavailable: 503
        case .saml(let error) where error.isOutage: 503
        case .unknownPool: 404
        case .userDisabled, .notAdmitted, .providerDisabled, .clientDisabled: 403
        case .oauth(let error) where error.error == .accessDenied: 403
        case .tooManyStarted, .tooManyCodes, .tooManyForUser, .tooManyAnswers: 429
        case .unproven(let error): error.status
        default: 400
        }
    }
}
