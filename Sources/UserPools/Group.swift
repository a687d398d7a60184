package import FoundationEssentials

/// A group of a pool's users.
package struct Group: Sendable, Hashable {
    package let poolID: UserPool.ID
    package let name: String
    package var description: String?
    package let createdAt: Date

    package init(poolID: UserPool.ID, name: String, description: String? = nil, createdAt: Date) {
        self.poolID = poolID
        self.name = name
        self.description = description
        self.createdAt = createdAt
    }
}

/// That a user is in a group, who says so, and for how long; a sign-in touches only what its own provider gave.
package struct GroupMembership: Sendable, Hashable {
    package enum Origin: Sendable, Hashable {
        /// An identity provider says so at each sign-in.
        case provider(IdentityProvider.Name)
        /// Given by hand.
        case admin
        /// Asked for, and granted for a time.
        case elevation
        /// Brought along from another directory.
        case `import`

        /// As it is shown: `corp`, `by hand`.
        package var text: String {
            switch self {
            case .provider(let name): "from \(name)"
            case .admin: "by hand"
            case .elevation: "by elevation"
            case .import: "by import"
            }
        }
    }

    package let group: String
    package let origin: Origin
    package let notBefore: Date?
    package let expires: Date?

    package init(group: String, origin: Origin, notBefore: Date? = nil, expires: Date? = nil) {
        self.group = group
        self.origin = origin
        self.notBefore = notBefore
        self.expires = expires
    }

    /// Whether it counts at that moment.
    package func applies(at now: Date) -> Bool { Self.applies(at: now, from: notBefore, until: expires) }

    package static func applies(at now: Date, from notBefore: Date?, until expires: Date?) -> Bool {
        (notBefore.map { $0 <= now } ?? true) && (expires.map { now < $0 } ?? true)
    }
}
