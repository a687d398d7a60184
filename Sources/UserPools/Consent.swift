package import FoundationEssentials
import WireFormats

/// That a person lets an app of somebody else have what these scopes give.
package struct Consent: Sendable, Hashable {
    package let poolID: UserPool.ID
    package let userID: User.ID
    package let clientID: AppClient.ID
    /// All that was ever allowed and not taken back.
    package var scopes: [String]
    /// When it was last asked for and allowed.
    package var grantedAt: Date

    package init(poolID: UserPool.ID, userID: User.ID, clientID: AppClient.ID, scopes: [String], grantedAt: Date) {
        (self.poolID, self.userID, self.clientID) = (poolID, userID, clientID)
        (self.scopes, self.grantedAt) = (scopes, grantedAt)
    }

    /// Whether nothing more is asked for.
    package func covers(_ asked: [String]) -> Bool {
        asked.allSatisfy { scope in scopes.contains { $0.hasSameBytes(as: scope) } }
    }
}

/// An app that has refresh tokens of a person.
package struct AppInUse: Sendable, Hashable {
    package let clientID: AppClient.ID
    package let scopes: [String]
    /// When it last got one.
    package let usedAt: Date

    package init(clientID: AppClient.ID, scopes: [String], usedAt: Date) {
        (self.clientID, self.scopes, self.usedAt) = (clientID, scopes, usedAt)
    }
}
