package import FoundationEssentials

/// Names everything that one authorization code gave: end the family and every refresh token of it is dead.
package enum TokenFamily: Identified {
    package typealias ID = Identifier<TokenFamily>

    package static func acceptsIdentifier(_ text: String) -> Bool {
        IdentifierAlphabet.accepts(text, length: 16...64, others: "_-")
    }
}

/// What is granted to an app: the facts that a code and its refresh tokens carry on.
package struct Grant: Sendable, Hashable {
    /// Whose grant it is.
    package enum Subject: Sendable, Hashable {
        /// A person's, who signed in.
        case user(User.ID, session: Session.ID, source: AuthenticationSource)
        /// The app's own (RFC 6749 §4.4).
        case client
    }

    package let family: TokenFamily.ID
    package let poolID: UserPool.ID
    package let clientID: AppClient.ID
    package let subject: Subject
    package let scopes: [String]
    /// URIs with spaces between; a token may be for fewer than all of them (RFC 8707 §2.2).
    package private(set) var resource: String?
    package let nonce: String?
    /// When the person proved who they are; nil where nobody said when, so that no token says it either.
    package let authenticatedAt: Date?
    /// How they did, as it was told to the app: a refresh says the same, as far as the provider's table still has it.
    package var authenticationContext: AuthenticationContext?
    /// When the identity provider said of the person what the tokens say; nil in grants of versions that did not keep it.
    package var attributesAt: Date?
    /// The thumbprint of the key that whoever redeems the code must have, or of a public client whoever refreshes (RFC 9449 §5, §10).
    package var boundKey: String?
    /// Single claims that its tokens and userinfo have beside those of the scopes.
    package var claims: GrantedClaims?

    package init(
        family: TokenFamily.ID, poolID: UserPool.ID, clientID: AppClient.ID, subject: Subject, scopes: [String], resource: String?,
        nonce: String?, authenticatedAt: Date?, authenticationContext: AuthenticationContext? = nil
    ) {
        self.family = family
        self.poolID = poolID
        self.clientID = clientID
        self.subject = subject
        self.scopes = scopes
        self.resource = resource
        self.nonce = nonce
        self.authenticatedAt = authenticatedAt
        self.authenticationContext = authenticationContext
    }

    /// The same for some of its resources, which the caller has found among them; nil: for all.
    package func narrowed(to resource: String?) -> Grant {
        var grant = self
        if let resource { grant.resource = resource }
        return grant
    }

    package var userID: User.ID? {
        switch subject {
        case .user(let id, _, _): id
        case .client: nil
        }
    }

    /// `sid`.
    package var sessionID: Session.ID? {
        switch subject {
        case .user(_, let session, _): session
        case .client: nil
        }
    }

    package var source: AuthenticationSource? {
        switch subject {
        case .user(_, _, let source): source
        case .client: nil
        }
    }
}

/// The name of an access token, `jti` and its pool: no row is kept of one, but where it was taken back before its time.
package struct AccessTokenName: Sendable, Hashable {
    package let poolID: UserPool.ID
    /// `jti`.
    package let id: String

    package init(poolID: UserPool.ID, id: String) { (self.poolID, self.id) = (poolID, id) }
}

/// What stands now of the sign-in that an access token came of.
package struct GrantStanding: Sendable {
    /// What was granted.
    package let grant: Grant
    /// Whether it may go on: it has not ended, its user is enabled, and so is whoever vouched for the user.
    package let isAlive: Bool

    package init(grant: Grant, isAlive: Bool) { (self.grant, self.isAlive) = (grant, isAlive) }
}

/// What userinfo needs of the sign-in that an access token came of.
package struct FoundGrant: Sendable {
    /// Whether it may go on: it has not ended, and the token was not taken back.
    package let isAlive: Bool
    package let user: CurrentUser?
    package let claims: GrantedClaims?

    package init(isAlive: Bool, user: CurrentUser?, claims: GrantedClaims?) { (self.isAlive, self.user, self.claims) = (isAlive, user, claims) }
}

/// A code that an app redeems once (RFC 6749 §4.1.2).
package struct AuthorizationCode: Sendable {
    package let hash: SecretHash
    package let grant: Grant
    package let redirectURI: String
    /// nil where the app sent none: then it may send no verifier either.
    package let codeChallenge: String?
    package let issuedAt: Date
    package let expiresAt: Date

    package init(hash: SecretHash, grant: Grant, redirectURI: String, codeChallenge: String?, issuedAt: Date, expiresAt: Date) {
        self.hash = hash
        self.grant = grant
        self.redirectURI = redirectURI
        self.codeChallenge = codeChallenge
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
    }
}

/// The refresh token of a family that counts now: opaque, rotated at each use (RFC 9700 §4.14).
package struct RefreshToken: Sendable {
    package let hash: SecretHash
    package let grant: Grant
    /// How many of the family came before it, itself included. Its predecessors are known by theirs, without a row for each.
    package let generation: Int
    package let issuedAt: Date
    /// The same for the whole family: rotation does not prolong it.
    package let expiresAt: Date

    /// - Parameter generation: 1 is the first of a family.
    package init(hash: SecretHash, grant: Grant, generation: Int = 1, issuedAt: Date, expiresAt: Date) {
        self.hash = hash
        self.grant = grant
        self.generation = generation
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
    }
}

/// A refresh token as somebody presents it: what it says of itself.
package struct PresentedRefreshToken: Sendable {
    package enum Kind: Sendable {
        /// It names its family and its generation. Only where it is authentic, made by whoever has the master key, its word alone says that it
        /// was used before; otherwise it counts where it is the family's current one, which its hash proves.
        case named(TokenFamily.ID, generation: Int, isAuthentic: Bool)
        /// One of those that were issued before tokens had names.
        case unnamed
    }

    package let kind: Kind
    package let hash: SecretHash

    package init(_ kind: Kind, hash: SecretHash) { (self.kind, self.hash) = (kind, hash) }

    /// Those without a name are of generation 0.
    package var generation: Int {
        switch kind {
        case .named(_, let generation, _): generation
        case .unnamed: 0
        }
    }
}
