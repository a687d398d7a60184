import UserPools

struct SQLUserPoolStore: UserPoolStore {
    let database: any SQLDatabase

    func insert(_ pool: UserPool) async throws(StoreError) {
        try await database.write { connection throws(StoreError) in
            _ = try connection.execute(Self.insert, try Self.values(of: pool) + [.time(pool.createdAt)], conflict: Self.conflict(pool))
        }
    }

    func find(_ id: UserPool.ID) async throws(StoreError) -> UserPool? {
        try await database.read { connection throws(StoreError) in
            try connection.row(Self.findByID, [.identifier(id)]).map { row throws(StoreError) in try Self.pool(row) }
        }
    }

    func find(domain: String) async throws(StoreError) -> UserPool? {
        try await database.read { connection throws(StoreError) in
            try connection.row(Self.findByDomain, [.text(domain)]).map { row throws(StoreError) in try Self.pool(row) }
        }
    }

    func list() async throws(StoreError) -> [UserPool] {
        try await database.read { connection throws(StoreError) in
            try connection.rows(Self.list, []).map { row throws(StoreError) in try Self.pool(row) }
        }
    }

    func update(_ pool: UserPool) async throws(StoreError) -> Bool {
        try await database.write { connection throws(StoreError) in
            try connection.execute(Self.update, try Self.values(of: pool), conflict: Self.conflict(pool)) > 0
        }
    }

    func delete(_ id: UserPool.ID) async throws(StoreError) -> Bool {
        try await database.write { connection throws(StoreError) in try connection.execute(Self.delete, [.identifier(id)]) > 0 }
    }

    private static func conflict(_ pool: UserPool) -> String {
        "pool \(pool.id)" + (pool.domain.map { " or domain \($0)" } ?? "")
    }

    private static func values(of pool: UserPool) throws(StoreError) -> [SQLValue] {
        [
            .identifier(pool.id), .text(pool.name), .text(pool.domain), .text(pool.signingAlgorithm),
            try StoredJSON.value(pool.customAttributes, of: "custom attributes"), .text(pool.branding.displayName), .text(pool.branding.accent),
            .text(pool.branding.darkAccent), .text(pool.branding.privacyURL), .text(pool.branding.termsURL),
        ]
    }

    private static func pool(_ row: SQLRow) throws(StoreError) -> UserPool {
        var columns = ColumnReader(row, of: "user pool")
        let (id, name, domain): (UserPool.ID, String, String?) = (try columns.identifier(), try columns.text(), try columns.optionalText())
        let (algorithm, attributes): (String, [CustomAttribute]) = (try columns.text(), try columns.json())
        var branding = Branding()
        branding.displayName = try columns.optionalText()
        branding.accent = try columns.optionalText()
        branding.darkAccent = try columns.optionalText()
        branding.privacyURL = try columns.optionalText()
        branding.termsURL = try columns.optionalText()
        let createdAt = try columns.time()
        branding.logo = try columns.optionalImage()
        return UserPool(
            id: id, name: name, domain: domain, signingAlgorithm: algorithm, customAttributes: attributes, branding: branding, createdAt: createdAt)
    }

    private static let columns: SQL = """
        id, name, domain, signing_algorithm, custom_attributes, display_name, accent, dark_accent, privacy_url, terms_url, created_at
        """
    private static let insert: SQL = "INSERT INTO user_pools (" + columns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
    // The logo is written by the image store alone.
    private static let select: SQL = "SELECT " + columns + ", logo_hash, logo_type FROM user_pools"
    private static let findByID: SQL = select + " WHERE id = $1"
    private static let findByDomain: SQL = select + " WHERE domain = $1"
    private static let list: SQL = select + " ORDER BY created_at, id"
    private static let update: SQL = """
        UPDATE user_pools SET name = $2, domain = $3, signing_algorithm = $4, custom_attributes = $5, display_name = $6, accent = $7,
            dark_accent = $8, privacy_url = $9, terms_url = $10
        WHERE id = $1
        """
    private static let delete: SQL = "DELETE FROM user_pools WHERE id = $1"
}
