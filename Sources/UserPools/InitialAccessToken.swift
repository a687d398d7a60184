package import FoundationEssentials
import WireFormats

/// Leave to register an app, or a few (RFC 7591 §1.2): whoever has the token may, until it is used up or over.
package struct InitialAccessToken: Sendable, Hashable, Identified {
    package typealias ID = Identifier<InitialAccessToken>

    /// By which admins name it: the token itself is stored nowhere.
    package let id: ID
    package let poolID: UserPool.ID
    package let hash: SecretHash
    /// How many apps may still register themselves with it.
    package let usesLeft: Int
    /// Hosts to which these may have themselves redirected; nil: to all.
    package let redirectHosts: [String]?
    package let createdAt: Date
    package let expiresAt: Date

    package init(
        id: ID, poolID: UserPool.ID, hash: SecretHash, usesLeft: Int, redirectHosts: [String]?, createdAt: Date, expiresAt: Date
    ) {
        self.id = id
        self.poolID = poolID
        self.hash = hash
        self.usesLeft = usesLeft
        self.redirectHosts = redirectHosts
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }

    package static func acceptsIdentifier(_ text: String) -> Bool { IdentifierAlphabet.accepts(text, length: 1...32) }

    /// So many of a pool are good at once.
    package static let maximumLive = 100
}
