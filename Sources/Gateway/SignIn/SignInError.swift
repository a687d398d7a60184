package import OpenIDConnect
package import SAML
package import UserPools
import WireFormats

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
    case replayed
    case transientSubject
    /// Groups were left out because they are many, and the policy is to refuse.
    case groupOverage
    /// With the names of what did arrive, where the provider's protocol lists them.
    case attribute(AttributeError, arrived: [String] = [])
    case providerDisabled(String)
    case clientDisabled
    case userDisabled
    case formToken(cookieSeen: Bool)
    case tooManyStarted
    case tooManyCodes
    /// Refused again and again: from one address, or to one sign-in.
    case tooManyAnswers
    /// More answers are waiting to be verified than may wait.
    case busy
    case oauth(OAuthError)
    case keys(KeyRingError)
    case store(StoreError)
    /// What no flow throws by intention; the name of its type.
    case unexpected(String)

    /// The error that this one only carries.
    private var cause: (any Diagnosable)? {
        switch self {
        case .saml(let error): error
        case .oidc(let error): error
        case .attribute(let error, _): error
        case .oauth(let error): error
        case .keys(let error): error
        case .store(let error): error
        case .unknownPool, .unknownClient, .redirectURI, .unknownProvider, .noProvider, .unknownRequest, .otherBrowser, .unknownState,
            .otherBrowserState, .unsolicited, .replayed, .transientSubject, .groupOverage, .providerDisabled, .clientDisabled, .userDisabled,
            .formToken, .tooManyStarted, .tooManyCodes, .tooManyAnswers, .busy, .unexpected:
            nil
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
        case .replayed: "saml.replay"
        case .transientSubject: "saml.transient_subject"
        case .groupOverage: "sign_in.group_overage"
        case .providerDisabled: "sign_in.provider_disabled"
        case .clientDisabled: "sign_in.client_disabled"
        case .userDisabled: "sign_in.user_disabled"
        case .formToken: "sign_in.form_token"
        case .tooManyStarted: "sign_in.too_many_started"
        case .tooManyCodes: "sign_in.too_many_codes"
        case .unexpected: "sign_in.unexpected"
        case .tooManyAnswers: "sign_in.too_many_answers"
        case .busy: "sign_in.busy"
        case .saml, .oidc, .attribute, .oauth, .keys, .store: "sign_in.failed"
        }
    }

    package var message: String {
        if let cause { return cause.message }
        return switch self {
        case .unknownPool: "There is no user pool at this address."
        case .unknownClient: "The app's client_id is not registered in this pool."
        case .redirectURI: "The redirect_uri is not one that the app registered."
        case .unknownProvider(let name): "The app may not use an identity provider '\(name)', or the pool has none of that name."
        case .noProvider: "The app has no identity provider to sign in with."
        case .unknownRequest: "The response answers no sign-in that is under way: it was answered before, it expired, or it never began here."
        case .otherBrowser: "The response came from another browser than the one that began the sign-in."
        case .unknownState: "The answer belongs to no sign-in that is under way: it was answered before, it expired, or it never began here."
        case .otherBrowserState: "The answer came from another browser than the one that began the sign-in."
        case .unsolicited: "The response answers no request of ours, and the identity provider is not allowed to begin a sign-in."
        case .replayed: "The assertion was accepted once already."
        case .transientSubject: "The identity provider names the user by a transient NameID, which is another one at every sign-in."
        case .groupOverage: "The user is in more groups than the provider puts into its answer, so it left all of them out."
        case .providerDisabled(let name): "The identity provider '\(name)' is disabled or deleted."
        case .clientDisabled: "The app's client is disabled or deleted."
        case .userDisabled: "The user is disabled."
        case .tooManyStarted: "Too many sign-ins were started from this address and not finished."
        case .tooManyCodes: "Apps asked this browser's session for codes too often."
        case .unexpected(let type): "The sign-in ended with an error that nobody foresaw: \(type)."
        case .tooManyAnswers: "Too many answers were refused: from this address, or to this sign-in."
        case .busy: "More answers of identity providers are waiting to be verified than this server takes, in all or from this address."
        case .formToken: "The form was not posted from a sign-in page that this browser got from here."
        case .saml, .oidc, .attribute, .oauth, .keys, .store: "The sign-in failed."
        }
    }

    package var expected: String? {
        if let cause { return cause.expected }
        return switch self {
        case .redirectURI: "a registered redirect URI, character by character"
        case .otherBrowser, .otherBrowserState: "the cookie of the browser that began"
        case .unknownRequest, .unknownState: "a request that waits"
        case .tooManyStarted: "at most \(SignInRateLimiter.maximum) within \(SignInRateLimiter.refill.components.seconds / 60) minutes"
        case .tooManyCodes: "at most \(SignIn.maximumCodes) within \(SignIn.codesComeBack.components.seconds / 60) minutes"
        case .tooManyAnswers:
            "at most \(AnswerRateLimiter.maximum) a minute from one address, \(AnswerRateLimiter.maximumRefusals) to one sign-in"
        case .busy: "at most \(VerificationThreads.longestQueue) that wait, \(VerificationThreads.share) of them from one address"
        case .formToken: "the page's token and the cookie that belongs to it"
        default: nil
        }
    }

    package var seen: String? {
        if case .attribute(.missingSource, let arrived) = self { return arrived.isEmpty ? nil : arrived.joined(separator: ", ") }
        if let cause { return cause.seen }
        return switch self {
        case .unknownClient(let seen), .redirectURI(let seen), .unsolicited(let seen): seen.map { ProtocolText($0).prefix(200).string }
        case .otherBrowser(let cookieSeen), .otherBrowserState(let cookieSeen): cookieSeen ? "another cookie" : "no cookie"
        case .formToken(let cookieSeen): cookieSeen ? "no token, or one of another cookie" : "no cookie"
        case .unknownProvider(let name): ProtocolText(name).prefix(100).string
        default: nil
        }
    }

    package var remedy: String {
        if let cause { return cause.remedy }
        return switch self {
        case .unknownPool: "Check the pool's id in the address against the pools that there are."
        case .unknownClient: "Give the app the client_id of its registration in this pool."
        case .redirectURI:
            "If the address is the app's own, register exactly this one; else correct it in the app."
        case .unknownProvider: "Give a name that the pool has, and let the client offer that provider."
        case .noProvider: "Register one, or enable one."
        case .unknownRequest, .unknownState:
            "Begin again at the app, not from a bookmark or the back button. If it stays, compare the clocks and look for a proxy that caches."
        case .otherBrowser, .otherBrowserState:
            "Begin and end the sign-in in one browser, with cookies allowed; if the browser has no cookie, check that it opens the gateway by its public URL over https."
        case .unsolicited: "Begin the sign-in at the app; or allow it for this provider."
        case .replayed:
            "Begin again at the app. If it was not a reload of the page, somebody may have copied the response: look at the identity provider's log."
        case .transientSubject: "Have the identity provider send a persistent NameID or an e-mail address as NameID to this service provider."
        case .groupOverage:
            "Have the provider send only the groups assigned to this application; or have them fetched (OIDC: they are asked for at Microsoft Graph), or ignored (sign in without groups)."
        case .providerDisabled: "Enable it, or let the app use another."
        case .clientDisabled: "Enable it, or give the app another client."
        case .userDisabled: "Enable the user, if that is wanted."
        case .tooManyStarted:
            "Look at 'address': if it is a proxy of yours, name it as trusted, so that each person counts alone; else find out who starts so many. It ends by itself."
        case .tooManyCodes: "Look for an app that asks again and again ('client_id'), most often for want of a cookie of its own. It ends by itself."
        case .tooManyAnswers:
            "Look for the refusals before this line: they say what is wrong with the answers. Then begin again at the app. If 'address' is a proxy of yours, name it as trusted; else somebody floods the server."
        case .busy:
            "Begin again in a moment. If it stays, look at 'address' of the refusals: somebody floods the server with answers; else give it more processors."
        case .formToken:
            "Begin again at the app, in one browser and with cookies allowed; a page that lay open for more than 30 minutes does not count. If it happens often, look for a site that posts forms here."
        case .unexpected: "Try again; if it stays, report it as a bug, with the lines of the log around this one."
        case .saml, .oidc, .attribute, .oauth, .keys, .store: "See the cause."
        }
    }

    package var acts: [Remedy] {
        if let cause { return cause.acts }
        return switch self {
        case .unknownPool: [.listPools]
        case .unknownClient: [.listClients]
        case .redirectURI: [.addRedirectURI]
        case .unknownProvider: [.listProviders, .offerProvider, .addDomain]
        case .noProvider: [.listProviders, .registerSAMLProvider, .enableProvider]
        case .unsolicited: [.allowIDPInitiated]
        case .groupOverage: [.setGroupOverage(.fetch), .setGroupOverage(.ignore)]
        case .providerDisabled: [.enableProvider]
        case .clientDisabled: [.enableClient]
        case .userDisabled: [.enableUser]
        case .tooManyStarted, .tooManyAnswers: [.configure(.trustedProxy)]
        case .unknownRequest, .otherBrowser, .unknownState, .otherBrowserState, .replayed, .transientSubject, .formToken, .saml, .oidc, .attribute,
            .oauth, .keys, .store, .unexpected, .tooManyCodes, .busy:
            []
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
        default: self = .unexpected("\(type(of: error))")
        }
    }

    /// What the browser's answer says: refused, forbidden, gone, or not our fault.
    package var status: Int {
        switch self {
        case .store, .keys, .busy: 503
        case .unexpected: 500
        case .oidc(let error) where error.isOutage: 503
        case .unknownPool: 404
        case .userDisabled, .providerDisabled, .clientDisabled: 403
        case .tooManyStarted, .tooManyCodes, .tooManyAnswers: 429
        default: 400
        }
    }
}

/// A refused sign-in with the names an admin looks for, and who may be told.
package struct SignInFailure: Error {
    package let error: SignInError
    package var pool: UserPool.ID?
    package var provider: IdentityProvider.Name?
    package var client: AppClient.ID?
    /// Where the app is told; nil while its client and redirect URI are not proven: then the person alone is told.
    package var wayBack: WayBack?

    package init(
        _ error: SignInError, pool: UserPool.ID? = nil, provider: IdentityProvider.Name? = nil, client: AppClient.ID? = nil,
        wayBack: WayBack? = nil
    ) {
        self.error = error
        self.pool = pool
        self.provider = provider
        self.client = client
        self.wayBack = wayBack
    }

    /// The same with its cause. An answer that came when another had ended the sign-in has nobody to tell: the app has its answer.
    func caused(by cause: SignInError) -> SignInFailure {
        let isOver = [.unknownRequest, .unknownState, .replayed].contains(cause)
        // The browser is to come again, and nobody else.
        let isForLater = [.tooManyAnswers, .busy].contains(cause)
        return SignInFailure(cause, pool: pool, provider: provider, client: client, wayBack: isOver || isForLater ? nil : wayBack)
    }
}
