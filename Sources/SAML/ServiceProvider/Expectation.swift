package import FoundationEssentials
import XMLSecurity

/// What an answer must fit: which identity provider, which of our addresses, which request, which exceptions.
package struct Expectation: Sendable {
    /// Which request the answer must name.
    package enum ExpectedRequest: Hashable, Sendable {
        case answer(to: String)
        /// Sign-in begun at the identity provider, where that is allowed: the answer then names no request at all.
        case unsolicited
    }

    /// More than a minute of difference is a wrong clock, not a slow one.
    package static let largestClockSkew: TimeInterval = 60
    /// Where the admin puts up with a wrong one.
    package static let toleratedClockSkew: TimeInterval = 180

    package let identityProvider: IdentityProviderMetadata
    package let assertionConsumerService: String
    package let request: ExpectedRequest
    package let policy: AcceptancePolicy
    package let clockSkew: TimeInterval
    /// When ForceAuthn was asked for: the person must have been authenticated since then.
    package let requestedForceAuthnAfter: Date?
    /// `max_age` of OpenID Connect: how long ago the person may have been authenticated.
    package let maximumAuthenticationAge: TimeInterval?

    package init(
        identityProvider: IdentityProviderMetadata, assertionConsumerService: String, request: ExpectedRequest, policy: AcceptancePolicy = .strict,
        clockSkew: TimeInterval? = nil, requestedForceAuthnAfter: Date? = nil, maximumAuthenticationAge: TimeInterval? = nil
    ) {
        self.identityProvider = identityProvider
        self.assertionConsumerService = assertionConsumerService
        self.request = request
        self.policy = policy
        self.clockSkew = min(max(0, clockSkew ?? policy.clockSkew), policy.clockSkew)
        self.requestedForceAuthnAfter = requestedForceAuthnAfter
        self.maximumAuthenticationAge = maximumAuthenticationAge
    }

    /// The same with one exception more.
    func tolerating(_ exception: SAMLError.PolicyException?) -> Expectation {
        Expectation(
            identityProvider: identityProvider, assertionConsumerService: assertionConsumerService, request: request,
            policy: policy.tolerating(exception), clockSkew: clockSkew, requestedForceAuthnAfter: requestedForceAuthnAfter,
            maximumAuthenticationAge: maximumAuthenticationAge)
    }
}

/// Exceptions an administrator makes for one identity provider. Each is off until somebody turns it on, and none turns a signature off.
package struct AcceptancePolicy: Hashable, Sendable {
    package static let strict = AcceptancePolicy()

    /// SHA-1 signatures and digests, and RSA keys below 2048 bits.
    package var allowsSHA1: Bool
    /// Keycloak can leave the AuthnStatement out.
    package var allowsMissingAuthnStatement: Bool
    /// Auth0 puts the Signature after Status instead of after Issuer.
    package var allowsAnySignatureOrder: Bool
    /// A clock that is wrong by up to three minutes.
    package var allowsClockSkew: Bool
    /// AES-CBC, in a response that is signed as a whole.
    package var allowsCBC: Bool
    /// Documents that say that they are in ISO-8859-1.
    package var allowsLatin1: Bool
    /// Signatures over inclusive canonical form.
    package var allowsInclusiveC14N: Bool

    package init(
        allowsSHA1: Bool = false, allowsMissingAuthnStatement: Bool = false, allowsAnySignatureOrder: Bool = false, allowsClockSkew: Bool = false,
        allowsCBC: Bool = false, allowsLatin1: Bool = false, allowsInclusiveC14N: Bool = false
    ) {
        self.allowsSHA1 = allowsSHA1
        self.allowsCBC = allowsCBC
        self.allowsLatin1 = allowsLatin1
        self.allowsInclusiveC14N = allowsInclusiveC14N
        self.allowsMissingAuthnStatement = allowsMissingAuthnStatement
        self.allowsAnySignatureOrder = allowsAnySignatureOrder
        self.allowsClockSkew = allowsClockSkew
    }

    func tolerating(_ exception: SAMLError.PolicyException?) -> AcceptancePolicy {
        var policy = self
        switch exception {
        case .sha1: policy.allowsSHA1 = true
        case .anySignatureOrder: policy.allowsAnySignatureOrder = true
        case .missingAuthnStatement: policy.allowsMissingAuthnStatement = true
        case .cbc: policy.allowsCBC = true
        case .latin1: policy.allowsLatin1 = true
        case .inclusiveC14N: policy.allowsInclusiveC14N = true
        case nil: break
        }
        return policy
    }

    /// How much clocks may differ, in seconds.
    var clockSkew: TimeInterval { allowsClockSkew ? Expectation.toleratedClockSkew : Expectation.largestClockSkew }

    /// What of it concerns signatures.
    var signatures: SignaturePolicy {
        var policy: SignaturePolicy = .strict
        if allowsSHA1 { policy.insert(.allowingSHA1) }
        if allowsAnySignatureOrder { policy.insert(.anySignatureOrder) }
        if allowsInclusiveC14N { policy.insert(.inclusiveCanonicalization) }
        return policy
    }
}
