package import FoundationEssentials

/// What an app asked for and what its code will carry (RFC 6749 §4.1.1, OIDC Core §3.1.2.1).
package struct AppRequest: Sendable, Hashable, Codable {
    package let clientID: String
    package let redirectURI: String
    package let scopes: [String]
    package let state: String?
    package let nonce: String?
    /// nil where the client need not send one, and did not.
    package let codeChallenge: String?
    /// `query` or `form_post`.
    package let responseMode: String
    /// RFC 8707.
    package let resource: String?
    /// `sub` of the `id_token_hint`: nobody else may be signed in by this request (OIDC Core §3.1.2.1).
    package let subject: String?
    /// Those of `acr_values` that the provider knows, one of which the answer must be; nil where there are none.
    package var acrValues: [String]?
    /// The hash of the pushed request that it is, as base64url; nil where it is none.
    package var pushed: String?
    /// The thumbprint of the key to which the code will be bound (`dpop_jkt`); nil where it will be bound to none.
    package var boundKey: String?
    /// Single claims that it asks for and may have.
    package var claims: GrantedClaims?
    /// Whether the person is asked for her consent; nil: where it is needed.
    package var consent: ConsentPrompt?

    package enum ConsentPrompt: String, Sendable, Codable {
        /// Also where it was given before (`prompt=consent`).
        case again
        /// Nobody is asked anything (`prompt=none`).
        case never
        /// The page that it leads to is ours, and asks itself (RFC 8628 §3.3).
        case elsewhere
    }

    package init(
        clientID: String, redirectURI: String, scopes: [String], state: String?, nonce: String?, codeChallenge: String?, responseMode: String,
        resource: String?, subject: String? = nil, acrValues: [String]? = nil
    ) {
        self.clientID = clientID
        self.redirectURI = redirectURI
        self.scopes = scopes
        self.state = state
        self.nonce = nonce
        self.codeChallenge = codeChallenge
        self.responseMode = responseMode
        self.resource = resource
        self.subject = subject
        self.acrValues = acrValues
    }
}

/// A sign-in that waits for its answer, bound to one browser and to whom may answer.
package struct PendingSignIn: Sendable, Identified {
    package typealias ID = Identifier<PendingSignIn>

    /// The ID of the request sent upstream (an `AuthnRequest`'s ID, or `state`): the key under which the answer comes back.
    package let id: ID
    package let poolID: UserPool.ID
    /// Who may answer.
    package let source: AuthenticationSource
    /// Of a federation the member that may answer, by its entity ID.
    package let member: String?
    /// SHA-256 of the browser's binding cookie.
    package let browser: SecretHash
    /// SHA-256 of the session cookie that the browser had when it began. With the provider's POST from another site it would not come.
    package let previousCookie: SecretHash?
    package let request: AppRequest
    /// Where the answer must come: our assertion consumer service, or the redirect URI of our role as a relying party.
    package let responseAddress: String
    /// When the app demands a new authentication: the provider's must not be older than this.
    package let authenticatedAfter: Date?
    package let createdAt: Date
    package let expiresAt: Date

    package init(
        id: ID, poolID: UserPool.ID, source: AuthenticationSource, member: String? = nil, browser: SecretHash, previousCookie: SecretHash? = nil,
        request: AppRequest,
        responseAddress: String, authenticatedAfter: Date?, createdAt: Date, expiresAt: Date
    ) {
        self.id = id
        self.poolID = poolID
        self.source = source
        self.member = member
        self.browser = browser
        self.previousCookie = previousCookie
        self.request = request
        self.responseAddress = responseAddress
        self.authenticatedAfter = authenticatedAfter
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }

    package static func acceptsIdentifier(_ text: String) -> Bool {
        IdentifierAlphabet.accepts(text, length: 16...128, others: "_-.")
    }
}
