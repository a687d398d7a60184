import FoundationEssentials
import UserPools
import WireFormats

extension StoredUser {
    /// What finds one user: three statements for one round trip. Put into one, whose rows are of three kinds, they are faster on neither database.
    struct Search {
        let statements: [SQLStatement]

        private init(_ search: Statements, user values: [SQLValue], others: [SQLValue]) {
            statements = [
                SQLStatement(search.user, values), SQLStatement(search.identities, others), SQLStatement(search.memberships, others),
            ]
        }

        private init(_ search: Statements, _ values: [SQLValue]) { self.init(search, user: values, others: values) }

        /// Whether the user is of that pool, its own statement says, and without a user the others say nothing.
        static func byID(_ id: User.ID, in pool: UserPool.ID) -> Search {
            Search(StoredUser.byID, user: [.identifier(id), .identifier(pool)], others: [.identifier(id)])
        }

        static func byUsername(_ username: String, in pool: UserPool.ID) -> Search {
            Search(StoredUser.byUsername, [.identifier(pool), .text(username)])
        }

        /// The user who is known under `identity`: the same name of another issuer is somebody else, also where the provider's name stayed.
        static func byIdentity(_ identity: FederatedIdentity, in pool: UserPool.ID) -> Search {
            let key: [SQLValue] = [
                .identifier(pool), .identifier(identity.provider), .text(identity.format), .text(identity.subject), .text(identity.issuer),
            ]
            return Search(StoredUser.byIdentity, key)
        }

        /// The user of a session.
        static func ofSession(_ cookie: SecretHash, in pool: UserPool.ID) -> Search {
            Search(StoredUser.ofSession, [.hash(cookie), .identifier(pool)])
        }

        /// The user of a code's family.
        static func ofCode(_ hash: SecretHash) -> Search { Search(StoredUser.ofCode, [.hash(hash)]) }

        /// The user of a family.
        static func ofFamily(_ family: TokenFamily.ID) -> Search { Search(StoredUser.ofFamily, [.identifier(family)]) }

        /// The user of the family of a refresh token that was issued before tokens had names.
        static func ofUnnamedToken(_ hash: SecretHash) -> Search { Search(StoredUser.ofUnnamedToken, [.hash(hash)]) }

        /// The user whom the statements found, from the answers to them.
        func user(in answers: ArraySlice<[SQLRow]>) throws(StoreError) -> User? {
            let answers = Array(answers)
            guard let row = answers[0].first else { return nil }
            return try StoredUser.user(row, identities: answers[1], memberships: answers[2])
        }
    }

    /// Statements that find a user and what belongs to it.
    struct Statements {
        let user: SQL
        let identities: SQL
        let memberships: SQL

        /// - Parameters:
        ///   - id: an expression for the user's ID.
        ///   - condition: what else must be true of the user.
        init(id: SQL, and condition: SQL = "TRUE") {
            user = "SELECT " + StoredUser.columns + " FROM live_users WHERE id = " + id + " AND " + condition
            identities = "SELECT " + StoredUser.identityColumns + " FROM federated_identities WHERE user_id = " + id + " ORDER BY position"
            memberships = "SELECT " + StoredUser.membershipColumns + " FROM group_memberships m WHERE user_id = " + id + StoredUser.ofLivingProvider
        }
    }

    /// As the view `live_memberships` has them, which asks for the provider of each row: of those that are being deleted there is hardly ever one,
    /// and that is asked once.
    private static let ofLivingProvider: SQL = """
         AND (NOT EXISTS (SELECT 1 FROM identity_providers WHERE deleted_at IS NOT NULL)
            OR NOT EXISTS (
                SELECT 1 FROM identity_providers i WHERE i.pool_id = m.pool_id AND i.name = m.provider AND i.deleted_at IS NOT NULL))
        ORDER BY position
        """

    static let byID = Statements(id: "$1", and: .poolID + " = $2")
    private static let byUsername = Statements(id: "(SELECT id FROM users WHERE pool_id = $1 AND username = $2)")
    private static let byIdentity = Statements(
        id: """
            (SELECT user_id FROM federated_identities WHERE pool_id = $1 AND provider = $2 AND format = $3 AND subject = $4 AND issuer = $5)
            """)
    private static let ofSession = Statements(id: "(SELECT user_id FROM sessions WHERE cookie = $1 AND " + .poolID + " = $2)")
    private static let ofCode = Statements(
        id: "(SELECT f.user_id FROM authorization_codes t JOIN token_families f ON f.id = t.family_id WHERE t.hash = $1)")
    private static let ofFamily = Statements(id: "(SELECT user_id FROM token_families WHERE id = $1)")
    private static let ofUnnamedToken = Statements(
        id: "(SELECT f.user_id FROM earlier_refresh_tokens t JOIN token_families f ON f.id = t.family_id WHERE t.hash = $1)")
}

extension StoredUser {
    /// What finds a user of the pool as apps are told of it; `current` reads the answers.
    static func findCurrent(_ id: User.ID, in pool: UserPool.ID) -> [SQLStatement] {
        [SQLStatement(byID.user, [.identifier(id), .identifier(pool)]), SQLStatement(groups, [.identifier(id)])]
    }

    static func current(_ rows: [SQLRow], groups: [SQLRow], at now: Date) throws(StoreError) -> CurrentUser? {
        guard let row = rows.first else { return nil }
        let user = try user(row, identities: [], memberships: [])
        var names: [String] = []
        names.reserveCapacity(groups.count)
        for row in groups {
            var columns = ColumnReader(row, of: "group membership")
            let name = try columns.text("group_name")
            guard GroupMembership.applies(at: now, from: try columns.optionalTime("not_before"), until: try columns.optionalTime("expires_at")) else {
                continue
            }
            names.append(name)
        }
        return CurrentUser(
            username: user.username, enabled: user.enabled, attributes: user.attributes, groups: names.distinctByBytes, updatedAt: user.updatedAt)
    }

    private static let groups: SQL = "SELECT group_name, not_before, expires_at FROM group_memberships m WHERE user_id = $1" + ofLivingProvider
}
