package import FoundationEssentials

/// Who did something.
package enum Actor: Sendable, Hashable {
    /// Somebody at the command line of the machine, by the name of the system's user.
    case commandLine(user: String)
    /// A user's own sign-in.
    case signIn
    /// The user herself, on a page of ours.
    case person
    /// A user of that pool, in the console.
    case console(user: User.ID, pool: UserPool.ID, username: String)
    /// Countersign by itself: housekeeping, a migration.
    case system

    /// As it is shown: `command line (ann)`, `sign-in`, `the user`, `console (corp_ann of local_4fGh2kQ9x)`, `system`.
    package var text: String {
        switch self {
        case .commandLine(""): "command line"
        case .commandLine(let user): "command line (\(user))"
        case .signIn: "sign-in"
        case .person: "the user"
        case .console(_, let pool, let username): "console (\(username) of \(pool))"
        case .system: "system"
        }
    }
}

/// That something was done which changes what the gateway does or who somebody is: what, to what, and by whom.
///
/// It is written in the transaction that does it, and stays when what it tells of is deleted.
package struct AuditEvent: Sendable, Hashable {
    /// What it was done to.
    package struct Target: Sendable, Hashable {
        package enum Kind: String, Sendable, CaseIterable { case pool, client, provider, user, group, key, installation }

        package let kind: Kind
        /// Identifier or name within the pool.
        package let name: String

        package init(_ kind: Kind, _ name: String) { (self.kind, self.name) = (kind, name) }
    }

    /// One fact of what was done: `redirect_uris`, and what they were. Never a secret.
    package struct Detail: Sendable, Hashable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
    }

    package let id: String
    /// nil for what concerns no pool.
    package let poolID: UserPool.ID?
    package let at: Date
    package let actor: Actor
    package let action: Action
    package let target: Target
    package let details: [Detail]

    package init(id: String, poolID: UserPool.ID?, at: Date, actor: Actor, action: Action, target: Target, details: [Detail] = []) {
        self.id = id
        self.poolID = poolID
        self.at = at
        self.actor = actor
        self.action = action
        self.target = target
        self.details = details
    }

    /// The first value of that name.
    package func detail(_ name: String) -> String? { details.first { $0.name == name }?.value }
}

/// What is recorded of identities that were given to a user, or taken.
extension AuditEvent {
    package init(
        id: String, poolID: UserPool.ID, at: Date, actor: Actor, action: Action, user: User.ID, identity: FederatedIdentity
    ) {
        self.init(
            id: id, poolID: poolID, at: at, actor: actor, action: action, target: Target(.user, user.text),
            details: [
                Detail("provider", identity.provider.text), Detail("subject", identity.subject), Detail("issuer", identity.issuer),
                Detail("format", identity.format),
            ])
    }
}
