import UserPools

struct SQLAuditStore: AuditStore {
    let database: any SQLDatabase

    func list(in pool: UserPool.ID, user: User.ID?, limit: Int) async throws(StoreError) -> [AuditEvent] {
        try await database.read { connection throws(StoreError) in
            let values: [SQLValue] = [.identifier(pool), .identifier(user), .limit(limit)]
            return try connection.rows(Self.list, values).map { row throws(StoreError) in try Self.event(row) }
        }
    }

    static func insert(_ event: AuditEvent, _ connection: any SQLConnection) throws(StoreError) {
        let values: [SQLValue] = [
            .text(event.id), .identifier(event.poolID), .time(event.at), .text(event.action.rawValue), .text(event.actor),
            .identifier(event.userID), .identifier(event.identity.provider), .text(event.identity.format), .text(event.identity.subject),
            .text(event.identity.issuer),
        ]
        _ = try connection.execute(insert, values, conflict: "audit event")
    }

    /// Whether an admin took the identity from the user.
    static func wasUnlinked(
        _ identity: FederatedIdentity, from user: User.ID, in pool: UserPool.ID, _ connection: any SQLConnection
    ) throws(StoreError) -> Bool {
        let values: [SQLValue] = [
            .identifier(pool), .identifier(user), .text(AuditEvent.Action.unlink.rawValue), .identifier(identity.provider), .text(identity.format),
            .text(identity.subject), .text(identity.issuer),
        ]
        return try connection.row(unlinked, values) != nil
    }

    private static func event(_ row: SQLRow) throws(StoreError) -> AuditEvent {
        var columns = ColumnReader(row, of: "audit event")
        let (id, poolID, at): (String, UserPool.ID, _) = (try columns.text(), try columns.identifier(), try columns.time())
        guard let action = AuditEvent.Action(rawValue: try columns.text()) else { throw .corrupt(what: "audit event") }
        let (actor, userID): (String, User.ID) = (try columns.text(), try columns.identifier())
        let (provider, format): (IdentityProvider.Name, String) = (try columns.identifier(), try columns.text())
        let (subject, issuer) = (try columns.text(), try columns.text())
        return AuditEvent(
            id: id, poolID: poolID, at: at, action: action, actor: actor, userID: userID,
            identity: FederatedIdentity(provider: provider, issuer: issuer, subject: subject, format: format))
    }

    private static let columns: SQL = "id, pool_id, at, action, actor, user_id, provider, format, subject, issuer"
    private static let insert: SQL = "INSERT INTO audit_events (" + columns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
    private static let unlinked: SQL = """
        SELECT id FROM audit_events WHERE pool_id = $1 AND user_id = $2 AND action = $3 AND provider = $4 AND format = $5 AND subject = $6
            AND issuer = $7 LIMIT 1
        """
    private static let list: SQL =
        "SELECT " + columns + """
             FROM audit_events WHERE pool_id = $1 AND (CAST($2 AS TEXT) IS NULL OR user_id = $2)
            ORDER BY at DESC, id DESC LIMIT $3
            """
}
