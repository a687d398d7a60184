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
            try StoredJSON.value(pool.customAttributes, of: "custom attributes"),
        ]
    }

    private static func pool(_ row: SQLRow) throws(StoreError) -> UserPool {
        var columns = ColumnReader(row, of: "user pool")
        return UserPool(
            id: try columns.identifier(), name: try columns.text(), domain: try columns.optionalText(),
            signingAlgorithm: try columns.text(), customAttributes: try columns.json(), createdAt: try columns.time())
    }

    private static let columns: SQL = "id, name, domain, signing_algorithm, custom_attributes, created_at"
    private static let insert: SQL = "INSERT INTO user_pools (" + columns + ") VALUES ($1, $2, $3, $4, $5, $6)"
    private static let findByID: SQL = "SELECT " + columns + " FROM user_pools WHERE id = $1"
    private static let findByDomain: SQL = "SELECT " + columns + " FROM user_pools WHERE domain = $1"
    private static let list: SQL = "SELECT " + columns + " FROM user_pools ORDER BY created_at, id"
    private static let update: SQL = """
        UPDATE user_pools SET name = $2, domain = $3, signing_algorithm = $4, custom_attributes = $5
        WHERE id = $1
        """
    private static let delete: SQL = "DELETE FROM user_pools WHERE id = $1"
}
