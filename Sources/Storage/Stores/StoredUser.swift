import FoundationEssentials
import UserPools

/// A user in the tables `users`, `federated_identities` and `group_memberships`.
enum StoredUser {
    static func find(_ search: Search, _ connection: any SQLConnection) throws(StoreError) -> User? {
        try search.user(in: connection.rows(of: search.statements)[...])
    }

    /// The one user with that verified address; nil where there are several, since nothing says which is meant.
    static func find(_ email: VerifiedEmail, in pool: UserPool.ID, _ connection: any SQLConnection) throws(StoreError) -> User? {
        let rows = try connection.rows(findByEmail, [.identifier(pool), .text(email.text)])
        guard let row = rows.first, rows.count == 1 else { return nil }
        var columns = ColumnReader(row, of: "user")
        return try find(.byID(try columns.identifier("id"), in: pool), connection)
    }

    static func list(
        in pool: UserPool.ID, after: String?, limit: Int, _ connection: any SQLConnection
    ) throws(StoreError) -> [User] {
        // No username is empty, so every one stands behind "".
        let values: [SQLValue] = [.identifier(pool), .text(after ?? ""), .limit(limit)]
        let answers = try connection.rows(of: [list, identitiesOfList, membershipsOfList].map { SQLStatement($0, values) })
        let (identities, memberships) = (try byUser(answers[1]), try byUser(answers[2]))
        return try answers[0].map { row throws(StoreError) in
            var columns = ColumnReader(row, of: "user")
            let id = try columns.text("id")
            return try user(row, identities: identities[id] ?? [], memberships: memberships[id] ?? [])
        }
    }

    private static func byUser(_ rows: [SQLRow]) throws(StoreError) -> [String: [SQLRow]] {
        var found: [String: [SQLRow]] = [:]
        for row in rows {
            var columns = ColumnReader(row, of: "user")
            found[try columns.text("user_id"), default: []].append(row)
        }
        return found
    }

    /// Inserts a new user; where another identity has its username already, `~2`, `~3` … is appended.
    static func insert(_ user: User, _ connection: any SQLConnection) throws(StoreError) -> User {
        let attributes = try attributes(of: user)
        for username in usernames(for: user) {
            let values: [SQLValue] = [
                .identifier(user.id), .identifier(user.poolID), .text(username), .flag(user.enabled), attributes,
                .time(user.createdAt), .time(user.updatedAt), .text(user.vouchedEmail),
            ]
            guard try connection.execute(insert, values, conflict: "user \(user.id)") > 0 else { continue }
            let named = User(
                id: user.id, poolID: user.poolID, username: username, enabled: user.enabled, attributes: user.attributes,
                memberships: user.memberships, identities: user.identities, vouchedEmail: user.vouchedEmail, createdAt: user.createdAt,
                updatedAt: user.updatedAt)
            try insertIdentities(of: named, connection)
            try insertMemberships(of: named, connection)
            return named
        }
        // The last name ends in the user's own ID, so only the same user could have it.
        throw .conflict(what: "user \(user.id)")
    }

    /// Writes what differs from `before`, and nothing where nothing does.
    static func update(_ user: User, from before: User, _ connection: any SQLConnection) throws(StoreError) {
        if (user.attributes, user.enabled, user.vouchedEmail, user.updatedAt) != (
            before.attributes, before.enabled, before.vouchedEmail, before.updatedAt
        ) {
            let values: [SQLValue] = [
                .identifier(user.id), .flag(user.enabled), try attributes(of: user), .time(user.updatedAt), .text(user.vouchedEmail),
            ]
            try connection.executeLater(update, values, conflict: "user \(user.id)")
        }
        if user.identities != before.identities {
            try connection.executeLater(deleteIdentities, [.identifier(user.id)], conflict: "user \(user.id)")
            try insertIdentities(of: user, connection)
        }
        if user.memberships != before.memberships {
            try connection.executeLater(deleteMemberships, [.identifier(user.id)], conflict: "user \(user.id)")
            try insertMemberships(of: user, connection)
        }
    }

    private static func usernames(for user: User) -> [String] {
        [user.username] + (2...50).map { "\(user.username)~\($0)" } + ["\(user.username)~\(user.id)"]
    }

    private static func attributes(of user: User) throws(StoreError) -> SQLValue {
        try StoredJSON.value(user.attributes, of: "attributes of user \(user.id)")
    }

    private static func insertIdentities(of user: User, _ connection: any SQLConnection) throws(StoreError) {
        for (position, identity) in user.identities.enumerated() {
            let values: [SQLValue] = [
                .identifier(user.poolID), .identifier(identity.provider), .text(identity.format), .text(identity.subject),
                .text(identity.issuer), .identifier(user.id), .integer(position),
            ]
            try connection.executeLater(insertIdentity, values, conflict: "identity of provider \(identity.provider)")
        }
    }

    private static func insertMemberships(of user: User, _ connection: any SQLConnection) throws(StoreError) {
        for (position, membership) in user.memberships.enumerated() {
            let (origin, provider) = stored(membership.origin)
            let values: [SQLValue] = [
                .identifier(user.id), .integer(position), .identifier(user.poolID), .text(membership.group), .text(origin.rawValue),
                .identifier(provider), .time(membership.notBefore), .time(membership.expires),
            ]
            try connection.executeLater(insertMembership, values, conflict: "group of user \(user.id)")
        }
    }

    private enum StoredOrigin: String { case provider, admin, elevation, `import` }

    private static func stored(_ origin: GroupMembership.Origin) -> (StoredOrigin, IdentityProvider.Name?) {
        switch origin {
        case .provider(let name): (.provider, name)
        case .admin: (.admin, nil)
        case .elevation: (.elevation, nil)
        case .import: (.import, nil)
        }
    }

    private static func membership(_ row: SQLRow) throws(StoreError) -> GroupMembership {
        var columns = ColumnReader(row, of: "group membership")
        let group = try columns.text("group_name")
        let origin: GroupMembership.Origin =
            switch try columns.choice("origin", StoredOrigin.self) {
            case .provider: .provider(try columns.identifier("provider"))
            case .admin: .admin
            case .elevation: .elevation
            case .import: .import
            }
        return GroupMembership(
            group: group, origin: origin, notBefore: try columns.optionalTime("not_before"), expires: try columns.optionalTime("expires_at"))
    }

    /// Whether an admin took the identity from the user.
    static func wasUnlinked(_ identity: FederatedIdentity, from user: User.ID, _ connection: any SQLConnection) throws(StoreError) -> Bool {
        try connection.has(findUnlinked, key(of: identity, user))
    }

    static func key(of identity: FederatedIdentity, _ user: User.ID) -> [SQLValue] {
        [.identifier(user), .identifier(identity.provider), .text(identity.format), .text(identity.subject), .text(identity.issuer)]
    }

    static func user(_ row: SQLRow, identities: [SQLRow], memberships: [SQLRow]) throws(StoreError) -> User {
        var columns = ColumnReader(row, of: "user")
        let (id, poolID): (User.ID, UserPool.ID) = (try columns.identifier("id"), try columns.identifier("pool_id"))
        let (username, enabled) = (try columns.text("username"), try columns.flag("enabled"))
        let attributes = try StoredJSON.attributes(from: try columns.text("attributes"), of: "user")
        let (createdAt, updatedAt) = (try columns.time("created_at"), try columns.time("updated_at"))
        let vouched = try columns.optionalText("vouched_email")
        let identities = try identities.map { row throws(StoreError) in
            var columns = ColumnReader(row, of: "federated identity")
            return FederatedIdentity(
                provider: try columns.identifier("provider"), issuer: try columns.text("issuer"), subject: try columns.text("subject"),
                format: try columns.text("format"))
        }
        let memberships = try memberships.map { row throws(StoreError) in try membership(row) }
        return User(
            id: id, poolID: poolID, username: username, enabled: enabled, attributes: attributes, memberships: memberships,
            identities: identities, vouchedEmail: vouched, createdAt: createdAt, updatedAt: updatedAt)
    }

    static let columns: SQL = "id, pool_id, username, enabled, attributes, created_at, updated_at, vouched_email"
    private static let findByEmail: SQL = "SELECT id FROM live_users WHERE pool_id = $1 AND vouched_email = $2 LIMIT 2"
    private static let list: SQL =
        "SELECT " + columns + " FROM live_users WHERE pool_id = $1 AND username > $2 ORDER BY username LIMIT $3"
    private static let listed: SQL = "(SELECT id FROM live_users WHERE pool_id = $1 AND username > $2 ORDER BY username LIMIT $3)"
    private static let identitiesOfList: SQL =
        "SELECT user_id, " + identityColumns + " FROM federated_identities WHERE user_id IN " + listed + " ORDER BY user_id, position"
    private static let membershipsOfList: SQL =
        "SELECT user_id, " + membershipColumns + liveMemberships + " AND user_id IN " + listed + " ORDER BY user_id, position"
    private static let insert: SQL =
        "INSERT INTO users (" + columns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (pool_id, username) DO NOTHING"
    private static let update: SQL = "UPDATE users SET enabled = $2, attributes = $3, updated_at = $4, vouched_email = $5 WHERE id = $1"
    static let identityColumns: SQL = "provider, issuer, subject, format"
    private static let insertIdentity: SQL = """
        INSERT INTO federated_identities (pool_id, provider, format, subject, issuer, user_id, position) VALUES ($1, $2, $3, $4, $5, $6, $7)
        """
    private static let deleteIdentities: SQL = "DELETE FROM federated_identities WHERE user_id = $1"
    /// As the view of that name, which asks for the provider of each row by itself: for many rows those that are being deleted, of which there is
    /// hardly ever one, are looked up once.
    private static let liveMemberships: SQL = """
         FROM group_memberships WHERE (provider IS NULL
            OR (pool_id, provider) NOT IN (SELECT pool_id, name FROM identity_providers WHERE deleted_at IS NOT NULL))
        """
    static let membershipColumns: SQL = "group_name, origin, provider, not_before, expires_at"
    private static let insertMembership: SQL = """
        INSERT INTO group_memberships (user_id, position, pool_id, group_name, origin, provider, not_before, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        """
    private static let findUnlinked: SQL =
        "SELECT 1 FROM unlinked_identities WHERE user_id = $1 AND provider = $2 AND format = $3 AND subject = $4 AND issuer = $5"
    private static let deleteMemberships: SQL = "DELETE FROM group_memberships WHERE user_id = $1"
}
