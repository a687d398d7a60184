package import FoundationEssentials

/// A user as apps are told of it at one moment: with the groups that count then, without the identities by which providers know it.
package struct CurrentUser: Sendable, Hashable {
    package let username: String
    package let enabled: Bool
    package let attributes: [String: AttributeValue]
    /// Each once, in the order of the memberships.
    package let groups: [String]
    package let updatedAt: Date

    package init(username: String, enabled: Bool, attributes: [String: AttributeValue], groups: [String], updatedAt: Date) {
        self.username = username
        self.enabled = enabled
        self.attributes = attributes
        self.groups = groups
        self.updatedAt = updatedAt
    }
}
