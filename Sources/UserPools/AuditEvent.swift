package import FoundationEssentials

/// That something was done which changes who somebody is, and by whom.
package struct AuditEvent: Sendable, Hashable {
    package enum Action: String, Sendable, CaseIterable {
        /// An identity was given to a user who was there, by an admin.
        case link = "link"
        case unlink = "unlink"
        /// The same at a sign-in, by the e-mail address (THREATS O18).
        case linkByEmail = "link_by_email"
    }

    package let id: String
    package let poolID: UserPool.ID
    package let at: Date
    package let action: Action
    /// Who did it: `command line`, `sign-in`.
    package let actor: String
    package let userID: User.ID
    package let identity: FederatedIdentity

    package init(id: String, poolID: UserPool.ID, at: Date, action: Action, actor: String, userID: User.ID, identity: FederatedIdentity) {
        self.id = id
        self.poolID = poolID
        self.at = at
        self.action = action
        self.actor = actor
        self.userID = userID
        self.identity = identity
    }
}
