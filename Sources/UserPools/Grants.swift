package import FoundationEssentials

/// Names everything that one authorization code gave: end the family and every refresh token of it is dead.
package enum TokenFamily: Identified {
    package typealias ID = Identifier<TokenFamily>

    package static func acceptsIdentifier(_ text: String) -> Bool {
        IdentifierAlphabet.accepts(text, length: 16...64, others: "_-")
    }
}

/// What a person's sign-in grants to an app: the facts that a code and its refresh tokens carry on.
package struct Grant: Sendable, Hashable {
    package let family: TokenFamily.ID
    package let poolID: UserPool.ID
    package let clientID: AppClient.ID
    package let userID: User.ID
    package let sessionID: Session.ID
    package let provider: IdentityProvider.Name
    package let scopes: [String]
    package let resource: String?
    package let nonce: String?
    package let authenticatedAt: Date

    package init(
        family: TokenFamily.ID, poolID: UserPool.ID, clientID: AppClient.ID, userID: User.ID, sessionID: Session.ID,
        provider: IdentityProvider.Name, scopes: [String], resource: String?, nonce: String?, authenticatedAt: Date
    ) {
        self.family = family
        self.poolID = poolID
        self.clientID = clientID
        self.userID = userID
        self.sessionID = sessionID
        self.provider = provider
        self.scopes = scopes
        self.resource = resource
        self.nonce = nonce
        self.authenticatedAt = authenticatedAt
    }
}

/// A code that an app redeems once (RFC 6749 §4.1.2).
package struct AuthorizationCode: Sendable {
    package let hash: SecretHash
    package let grant: Grant
    package let redirectURI: String
    package let codeChallenge: String
    package let expiresAt: Date

    package init(hash: SecretHash, grant: Grant, redirectURI: String, codeChallenge: String, expiresAt: Date) {
        self.hash = hash
        self.grant = grant
        self.redirectURI = redirectURI
        self.codeChallenge = codeChallenge
        self.expiresAt = expiresAt
    }
}

/// A refresh token: opaque, rotated at each use (RFC 9700 §4.14).
package struct RefreshToken: Sendable {
    package let hash: SecretHash
    package let grant: Grant
    package let issuedAt: Date
    /// The same for the whole family: rotation does not prolong it.
    package let expiresAt: Date

    package init(hash: SecretHash, grant: Grant, issuedAt: Date, expiresAt: Date) {
        self.hash = hash
        self.grant = grant
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
    }
}
