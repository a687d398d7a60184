package import FoundationEssentials

/// An app's registration in a pool: `client_id` and what it may do (RFC 6749 §2).
package struct AppClient: Sendable, Identified {
    package typealias ID = Identifier<AppClient>

    /// Seconds that what is issued to this client lives.
    package struct Lifetimes: Sendable, Hashable {
        package var accessToken = 3600
        package var idToken = 3600
        package var refreshToken = 30 * 24 * 3600
        package var code = 300
        package init() {}

        /// The most that an access or ID token may have.
        package static let longestToken = 24 * 3600
    }

    package let id: ID
    package let poolID: UserPool.ID
    package var name: String
    /// SHA-256 of the client secret; nil for a public client.
    package var secretHash: SecretHash?
    package var redirectURIs: [String]
    package var postLogoutRedirectURIs: [String]
    package var grantTypes: [String]
    package var scopes: [String]
    /// The providers its users may choose; empty means every provider of the pool.
    package var identityProviders: [IdentityProvider.Name]
    package var lifetimes: Lifetimes
    /// Seconds in which a refresh token that was just rotated gives the same successor again; 0 ends the family at once.
    package var refreshGrace: Int
    package var enabled: Bool
    package let createdAt: Date

    package init(
        id: ID, poolID: UserPool.ID, name: String, secretHash: SecretHash?, redirectURIs: [String], postLogoutRedirectURIs: [String] = [],
        grantTypes: [String] = ["authorization_code", "refresh_token"], scopes: [String] = ["openid", "email", "profile", "phone"],
        identityProviders: [IdentityProvider.Name] = [], lifetimes: Lifetimes = Lifetimes(), refreshGrace: Int = 0, enabled: Bool = true,
        createdAt: Date
    ) {
        self.id = id
        self.poolID = poolID
        self.name = name
        self.secretHash = secretHash
        self.redirectURIs = redirectURIs
        self.postLogoutRedirectURIs = postLogoutRedirectURIs
        self.grantTypes = grantTypes
        self.scopes = scopes
        self.identityProviders = identityProviders
        self.lifetimes = lifetimes
        self.refreshGrace = refreshGrace
        self.enabled = enabled
        self.createdAt = createdAt
    }

    package var isConfidential: Bool { secretHash != nil }

    package static func acceptsIdentifier(_ text: String) -> Bool {
        IdentifierAlphabet.accepts(text, length: 1...128, others: "-_+.")
    }
}
