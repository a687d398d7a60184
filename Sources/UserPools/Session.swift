package import FoundationEssentials

/// A browser's sign-in to a pool.
package struct Session: Sendable, Identified {
    package typealias ID = Identifier<Session>

    /// `sid`; not secret.
    package let id: ID
    package let poolID: UserPool.ID
    package let userID: User.ID
    /// Who signed the user in.
    package let source: AuthenticationSource
    /// Of a federation the member that did, by its entity ID.
    package let member: String?
    /// SHA-256 of the binding cookie of the browser: its sessions replace each other, also where the answer came without the session cookie.
    package let browser: SecretHash?
    /// SHA-256 of the session cookie.
    package let cookie: SecretHash
    /// When the person proved who they are (`auth_time`); nil where nobody said when.
    package let authenticatedAt: Date?
    /// `SessionIndex` of the provider, for its single logout.
    package let upstreamSessionIndex: String?
    package let createdAt: Date
    package let expiresAt: Date
    /// By which name the provider speaks of the person; nil where it has none for single logout, and in sessions of versions that did not keep it.
    package let upstreamName: UpstreamName?
    /// How the person proved who they are; nil where nothing is known of it.
    package var authenticationContext: AuthenticationContext?
    /// Of what kind the browser is, for its person to tell sessions apart: `Firefox, Linux`; nil where nobody knows.
    package var browserName: String?

    package init(
        id: ID, poolID: UserPool.ID, userID: User.ID, source: AuthenticationSource, member: String? = nil, browser: SecretHash? = nil,
        cookie: SecretHash,
        authenticatedAt: Date?, upstreamSessionIndex: String?, createdAt: Date, expiresAt: Date, upstreamName: UpstreamName? = nil,
        authenticationContext: AuthenticationContext? = nil
    ) {
        self.id = id
        self.poolID = poolID
        self.userID = userID
        self.source = source
        self.member = member
        self.browser = browser
        self.cookie = cookie
        self.authenticatedAt = authenticatedAt
        self.upstreamSessionIndex = upstreamSessionIndex
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.upstreamName = upstreamName
        self.authenticationContext = authenticationContext
    }

    package static func acceptsIdentifier(_ text: String) -> Bool {
        IdentifierAlphabet.accepts(text, length: 16...64, others: "_-")
    }
}
