import UserPools

struct SQLGroupStore: GroupStore {
    let database: any SQLDatabase

    func insert(_ group: Group, recorded event: AuditEvent) async throws(StoreError) {
        try await database.write { connection throws(StoreError) in
            try SQLUserPoolStore.require(group.poolID, connection)
            let (pool, name) = (SQLValue.identifier(group.poolID), SQLValue.text(group.name))
            try connection.requireFree(
                Self.find, [pool, name], "group \(group.name)", target: AuditEvent.Target(.group, group.name), in: group.poolID)
            let values: [SQLValue] = [pool, name, .text(group.description), .time(group.createdAt)]
            _ = try connection.execute(Self.insert, values, conflict: "group \(group.name)")
            try SQLAuditStore.insert(event, connection)
        }
    }

    func find(_ name: String, in pool: UserPool.ID) async throws(StoreError) -> Group? {
        try await database.read { connection throws(StoreError) in try Self.find(name, in: pool, connection) }
    }

    func list(in pool: UserPool.ID) async throws(StoreError) -> [Group] {
        try await database.read { connection throws(StoreError) in
            try connection.rows(Self.list, [.identifier(pool)]).map { row throws(StoreError) in try Self.group(row) }
        }
    }

    func delete(_ name: String, in pool: UserPool.ID, recorded event: @escaping @Sendable (Group) -> AuditEvent) async throws(StoreError) -> Bool {
        let key: [SQLValue] = [.identifier(pool), .text(name)]
        while true {
            let isDone: Bool? = try await database.write { connection throws(StoreError) in
                guard let group = try Self.find(name, in: pool, connection) else { return false }
                // Sign-ins wait for no more than this; the group itself goes, and is recorded, with the last of its memberships.
                let deleted = try connection.execute(Self.deleteMemberships, key + [.limit(SQLDeletionStore.batch)])
                guard deleted < SQLDeletionStore.batch else { return nil }
                _ = try connection.execute(Self.delete, key)
                try SQLAuditStore.insert(event(group), connection)
                return true
            }
            if let isDone { return isDone }
        }
    }

    private static func find(_ name: String, in pool: UserPool.ID, _ connection: any SQLConnection) throws(StoreError) -> Group? {
        try connection.row(find, [.identifier(pool), .text(name)]).map { row throws(StoreError) in try group(row) }
    }

    private static func group(_ row: SQLRow) throws(StoreError) -> Group {
        var columns = ColumnReader(row, of: "group")
        return Group(
            poolID: try columns.identifier("pool_id"), name: try columns.text("name"), description: try columns.optionalText("description"),
            createdAt: try columns.time("created_at"))
    }

    private static let find: SQL = "SELECT pool_id, name, description, created_at FROM user_groups WHERE pool_id = $1 AND name = $2"
    private static let list: SQL = "SELECT pool_id, name, description, created_at FROM user_groups WHERE pool_id = $1 ORDER BY name"
    private static let insert: SQL = "INSERT INTO user_groups (pool_id, name, description, created_at) VALUES ($1, $2, $3, $4)"
    private static let deleteMemberships = SQLDeletionStore.memberships("pool_id = $1 AND group_name = $2 LIMIT $3")
    private static let delete: SQL = "DELETE FROM user_groups WHERE pool_id = $1 AND name = $2"
}
