import FoundationEssentials
import UserPools

/// A user in the tables `users`, `federated_identities` and `group_memberships`.
enum StoredUser {
    static func find(_ id: User.ID, in pool: UserPool.ID, _ connection: any SQLConnection) throws(StoreError) -> User? {
        try find(findByID, [.identifier(id), .identifier(pool)], connection)
    }

    static func find(username: String, in pool: UserPool.ID, _ connection: any SQLConnection) throws(StoreError) -> User? {
        try find(findByUsername, [.identifier(pool), .text(username)], connection)
    }

    /// The user who is known under `identity`: the same name of another issuer is somebody else, also where the provider's name stayed.
    static func find(_ identity: FederatedIdentity, in pool: UserPool.ID, _ connection: any SQLConnection) throws(StoreError) -> User? {
        let key: [SQLValue] = [
            .identifier(pool), .identifier(identity.provider), .text(identity.format), .text(identity.subject), .text(identity.issuer),
        ]
        return try find(findByIdentity, key, connection)
    }

    /// The one user with that verified address; nil where there are several, since nothing says which is meant.
    static func find(_ email: VerifiedEmail, in pool: UserPool.ID, _ connection: any SQLConnection) throws(StoreError) -> User? {
        let rows = try connection.rows(findByEmail, [.identifier(pool), .text(email.text)])
        guard let row = rows.first, rows.count == 1 else { return nil }
        return try user(row, connection)
    }

    static func list(
        in pool: UserPool.ID, after: String?, limit: Int, _ connection: any SQLConnection
    ) throws(StoreError) -> [User] {
        // No username is empty, so every one stands behind "".
        try connection.rows(list, [.identifier(pool), .text(after ?? ""), .limit(limit)]).map { row throws(StoreError) in
            try user(row, connection)
        }
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
            _ = try connection.execute(update, values)
        }
        if user.identities != before.identities {
            _ = try connection.execute(deleteIdentities, [.identifier(user.id)])
            try insertIdentities(of: user, connection)
        }
        if user.memberships != before.memberships {
            _ = try connection.execute(deleteMemberships, [.identifier(user.id)])
            try insertMemberships(of: user, connection)
        }
    }

    private static func usernames(for user: User) -> [String] {
        [user.username] + (2...50).map { "\(user.username)~\($0)" } + ["\(user.username)~\(user.id)"]
    }

    private static func attributes(of user: User) throws(StoreError) -> SQLValue {
        try StoredJSON.value(user.attributes.mapValues { StoredAttribute($0) }, of: "attributes of user \(user.id)")
    }

    private static func insertIdentities(of user: User, _ connection: any SQLConnection) throws(StoreError) {
        for (position, identity) in user.identities.enumerated() {
            let values: [SQLValue] = [
                .identifier(user.poolID), .identifier(identity.provider), .text(identity.format), .text(identity.subject),
                .text(identity.issuer), .identifier(user.id), .integer(position),
            ]
            _ = try connection.execute(insertIdentity, values, conflict: "identity of provider \(identity.provider)")
        }
    }

    private static func insertMemberships(of user: User, _ connection: any SQLConnection) throws(StoreError) {
        for (position, membership) in user.memberships.enumerated() {
            let (origin, provider) = stored(membership.origin)
            let values: [SQLValue] = [
                .identifier(user.id), .integer(position), .identifier(user.poolID), .text(membership.group), .text(origin.rawValue),
                .identifier(provider), .time(membership.notBefore), .time(membership.expires),
            ]
            _ = try connection.execute(insertMembership, values)
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

    private static func find(_ statement: SQL, _ values: [SQLValue], _ connection: any SQLConnection) throws(StoreError) -> User? {
        guard let row = try connection.row(statement, values) else { return nil }
        return try user(row, connection)
    }

    private static func user(_ row: SQLRow, _ connection: any SQLConnection) throws(StoreError) -> User {
        var columns = ColumnReader(row, of: "user")
        let (id, poolID): (User.ID, UserPool.ID) = (try columns.identifier("id"), try columns.identifier("pool_id"))
        let (username, enabled) = (try columns.text("username"), try columns.flag("enabled"))
        let attributes = try columns.json("attributes", [String: StoredAttribute].self).mapValues(\.value)
        let (createdAt, updatedAt) = (try columns.time("created_at"), try columns.time("updated_at"))
        let vouched = try columns.optionalText("vouched_email")
        let identities = try connection.rows(findIdentities, [.identifier(id)]).map { row throws(StoreError) in
            var columns = ColumnReader(row, of: "federated identity")
            return FederatedIdentity(
                provider: try columns.identifier("provider"), issuer: try columns.text("issuer"), subject: try columns.text("subject"),
                format: try columns.text("format"))
        }
        let memberships = try connection.rows(findMemberships, [.identifier(id)]).map { row throws(StoreError) in try membership(row) }
        return User(
            id: id, poolID: poolID, username: username, enabled: enabled, attributes: attributes, memberships: memberships,
            identities: identities, vouchedEmail: vouched, createdAt: createdAt, updatedAt: updatedAt)
    }

    private static let columns: SQL = "id, pool_id, username, enabled, attributes, created_at, updated_at, vouched_email"
    private static let findByID: SQL = "SELECT " + columns + " FROM live_users WHERE id = $1 AND pool_id = $2"
    private static let findByUsername: SQL = "SELECT " + columns + " FROM live_users WHERE pool_id = $1 AND username = $2"
    private static let findByIdentity: SQL =
        "SELECT " + columns + """
             FROM live_users WHERE id = (
                SELECT user_id FROM federated_identities WHERE pool_id = $1 AND provider = $2 AND format = $3 AND subject = $4 AND issuer = $5)
            """
    private static let findByEmail: SQL = "SELECT " + columns + " FROM live_users WHERE pool_id = $1 AND vouched_email = $2 LIMIT 2"
    private static let list: SQL =
        "SELECT " + columns + " FROM live_users WHERE pool_id = $1 AND username > $2 ORDER BY username LIMIT $3"
    private static let insert: SQL =
        "INSERT INTO users (" + columns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (pool_id, username) DO NOTHING"
    private static let update: SQL = "UPDATE users SET enabled = $2, attributes = $3, updated_at = $4, vouched_email = $5 WHERE id = $1"
    private static let findIdentities: SQL =
        "SELECT provider, issuer, subject, format FROM federated_identities WHERE user_id = $1 ORDER BY position"
    private static let insertIdentity: SQL = """
        INSERT INTO federated_identities (pool_id, provider, format, subject, issuer, user_id, position) VALUES ($1, $2, $3, $4, $5, $6, $7)
        """
    private static let deleteIdentities: SQL = "DELETE FROM federated_identities WHERE user_id = $1"
    private static let findMemberships: SQL =
        "SELECT group_name, origin, provider, not_before, expires_at FROM live_memberships WHERE user_id = $1 ORDER BY position"
    private static let insertMembership: SQL = """
        INSERT INTO group_memberships (user_id, position, pool_id, group_name, origin, provider, not_before, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        """
    private static let findUnlinked: SQL =
        "SELECT 1 FROM unlinked_identities WHERE user_id = $1 AND provider = $2 AND format = $3 AND subject = $4 AND issuer = $5"
    private static let deleteMemberships: SQL = "DELETE FROM group_memberships WHERE user_id = $1"
}
