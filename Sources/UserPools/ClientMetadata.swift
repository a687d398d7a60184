/// What is registered of few clients, in the terms of RFC 7591 §2; a member that is nil is as it is for everybody.
///
/// Stored as one JSON object. A server of a version that does not know it has no client in which anything of it is set: it would serve it
/// without what was asked for.
package struct ClientMetadata: Sendable, Hashable, Codable {
    /// Seconds without a refresh after which a refresh token ends, however long it might live.
    package var refreshTokenIdle: Int?
    package var accessTokenFormat: AccessTokenFormat?
    /// Seconds after which what an identity provider said of a user is too old for this client's tokens: the provider is asked again.
    package var attributesMaxAge: Int?
    /// Of a client that proves who it is by a certificate.
    package var certificates: ClientCertificates?
    /// Whether its tokens are bound to the certificate that it shows (RFC 8705 §3).
    package var certificateBoundTokens: Bool?
    /// Seconds since a person was authenticated after which it is asked for again, where a request says nothing of it.
    package var defaultMaxAge: Int?
    /// That it registered itself; nil: an admin did.
    package var registration: SelfRegistration?

    /// Where it takes logout tokens (OpenID Connect Back-Channel Logout 1.0 §2.2).
    package var backchannelLogoutURI: String?
    /// Whether it wants `sid` in them; they always have it.
    package var backchannelLogoutSessionRequired: Bool?
    /// What a browser opens that is signed out (OpenID Connect Front-Channel Logout 1.0 §2).
    package var frontchannelLogoutURI: String?
    /// Whether it wants `iss` and `sid` there; they are always given.
    package var frontchannelLogoutSessionRequired: Bool?
    /// Whether its authorization requests must be signed (RFC 9101 §10.5).
    package var requireSignedRequestObject: Bool?
    /// The one algorithm of its request objects, as JWA names it; nil: what its keys are for.
    package var requestObjectSigningAlg: String?
    /// By which what it gets is signed, as JWA names the algorithms; nil: the pool's own.
    package var idTokenSignedResponseAlg: String?
    /// nil: its answers of userinfo are signed where it asks for that (OpenID Connect Core §5.3.2).
    package var userInfoSignedResponseAlg: String?
    /// Of answers that it wants signed: RFC 9701 §6, JARM §3.
    package var introspectionSignedResponseAlg: String?
    package var authorizationSignedResponseAlg: String?
    /// Hosts about which proxies may ask (forward authentication).
    package var forwardedHosts: [ForwardedHost]?

    /// Whether it is somebody else's: then its people are asked before it gets anything of them.
    package var isThirdParty: Bool?
    /// Whether what it gets for a person's token (RFC 8693) may say nothing of who acts.
    package var mayImpersonate: Bool?
    /// Of its resources the scopes that it may have, each as the resource's URI, a space and the scope; of a resource without one all.
    package var resourceScopes: [String]?

    /// What it calls its people (OpenID Connect Core §8).
    package var subjectType: SubjectType?
    /// Where all redirect URIs of its sector are named (§8.1), as an admin said; it was read then.
    package var sectorIdentifierURI: String?
    /// What an admin says is shown where people are asked: addresses of what the app says about privacy and about its use, and its logo.
    package var policyURI: String?
    package var termsURI: String?
    /// Also of an app that registered itself: its `logo_uri`, fetched then.
    package var logo: ImageReference?
    /// Since when, in seconds since 1970, it calls people as it does; nil: always. What it got before is refreshed no more.
    package var subjectsSince: Int?

    package init() {}

    /// Whether its people are asked before it gets anything of them: an admin said that it is somebody else's, or nobody looked at it.
    package var asksForConsent: Bool { isThirdParty == true || registration != nil }

    /// As an admin said, else as the app did.
    package var shownPolicyURI: String? { policyURI ?? registration?.policyURI }
    package var shownTermsURI: String? { termsURI ?? registration?.termsURI }

    /// Algorithms of which the pool must have keys for it.
    package var signedResponseAlgs: [String] { SignedResponse.allCases.compactMap { self[$0] } }

    /// The algorithm for which it asks.
    package subscript(_ response: SignedResponse) -> String? {
        switch response {
        case .idToken: idTokenSignedResponseAlg
        case .userInfo: userInfoSignedResponseAlg
        case .introspection: introspectionSignedResponseAlg
        case .authorization: authorizationSignedResponseAlg
        }
    }

    /// How it is told that a session is over.
    package var logoutChannels: [LogoutNotice.Channel] {
        [backchannelLogoutURI.map { _ in .back }, frontchannelLogoutURI.map { _ in .front }].compactMap(\.self)
    }
}

/// What a client gets signed by an algorithm of its choice; `_signed_response_alg` behind each is its name in client metadata.
package enum SignedResponse: String, Sendable, Codable, CaseIterable {
    case idToken = "id_token"
    case userInfo = "userinfo"
    case introspection, authorization
}

/// What an access token looks like to the services that get it; nil is a JWT that they verify themselves (RFC 9068).
package enum AccessTokenFormat: String, Sendable, Codable, CaseIterable {
    /// Nobody can read it: a service asks by introspection (RFC 7662), and so sees a revocation at once.
    case opaque
}

/// What is set of few pools; a member that is nil is as it is for everybody. Stored as one JSON object.
package struct PoolSettings: Sendable, Hashable, Codable {
    /// Whether apps may register themselves.
    package var registration: RegistrationSettings?
    /// Programs that others vouch for (RFC 7523 §2.1).
    package var workloads: [Workload]?
    package var rateLimits: RateLimits?
    package var pages: PageSettings?
    /// JWA names of algorithms by which it goes on signing for clients that ask for them, whichever is its own.
    package var signingAlgorithms: [String]?
    /// So many days a key signs tokens before the next one takes its place by itself; nil: until an admin rotates it.
    package var signingKeyDays: Int?
    /// So many days the record of an accepted sign-in is kept; nil: there is none.
    package var acceptedSignInDays: Int?
    /// Whose answers are kept for a while; of some it may be over.
    package var debuggedProviders: [DebuggedProvider]?

    package init() {}
}
