import FoundationEssentials
import UserPools
import WireFormats

struct SQLAuditStore: AuditStore {
    let database: any SQLDatabase

    func list(in pool: UserPool.ID?, target: AuditEvent.Target?, behind cursor: ListCursor?, limit: Int) async throws(StoreError) -> [AuditEvent] {
        let page = SQLValue.place(behind: cursor) + [.limit(limit)]
        return try await database.read { connection throws(StoreError) in
            let (statement, values): (SQL, [SQLValue]) =
                switch (pool, target) {
                case (nil, _): (Self.listOfNoPool, page)
                case (let pool?, nil): (Self.list, page + [.identifier(pool)])
                case (let pool?, let target?):
                    (Self.listOfTarget, page + [.identifier(pool), .text(target.kind.rawValue), .text(target.name)])
                }
            return try connection.rows(statement, values).map { row throws(StoreError) in try Self.event(row) }
        }
    }

    static func insert(_ event: AuditEvent, _ connection: any SQLConnection) throws(StoreError) {
        let (kind, name) = stored(event.actor)
        let details = event.details.map { StoredDetail(name: $0.name, value: $0.value) }
        let values: [SQLValue] = [
            .text(event.id), .identifier(event.poolID), .time(event.at), .text(kind.rawValue), .text(name), .text(event.action.text),
            .text(event.target.kind.rawValue), .text(event.target.name), try StoredJSON.value(details, of: "audit event"),
        ]
        _ = try connection.execute(insert, values, conflict: "audit event")
    }

    /// The newest event of a target.
    static func last(_ target: AuditEvent.Target, in pool: UserPool.ID, _ connection: any SQLConnection) throws(StoreError) -> AuditEvent? {
        let values: [SQLValue] = [.limit(1), .identifier(pool), .text(target.kind.rawValue), .text(target.name)]
        return try connection.row(listOfTarget, SQLValue.place(behind: nil) + values).map { row throws(StoreError) in try event(row) }
    }

    /// Up to a thousand users who were deleted since then, by the newest 10,000 events.
    static func deletions(in pool: UserPool.ID, since: Date, _ connection: any SQLConnection) throws(StoreError) -> [AuditEvent] {
        let values: [SQLValue] = [.identifier(pool), .time(since), .text(AuditEvent.Action.userDelete.text), .limit(1_000)]
        return try connection.rows(listDeletions, values).map { row throws(StoreError) in try event(row) }
    }

    private enum StoredActor: String { case commandLine = "command_line", signIn = "sign_in", system }

    private static let person = "person"
    private static let console = "console"

    private struct StoredDetail: Codable {
        let name: String
        let value: String
    }

    private static func stored(_ actor: Actor) -> (StoredActor, String) {
        switch actor {
        case .commandLine(let user): (.commandLine, user)
        case .signIn: (.signIn, "")
        // For a server of the version before it is a sign-in.
        case .person: (.signIn, person)
        case .console(let user, let pool, let username): (.signIn, [console, pool.text, user.text, username].joined(separator: " "))
        case .system: (.system, "")
        }
    }

    private static func event(_ row: SQLRow) throws(StoreError) -> AuditEvent {
        var columns = ColumnReader(row, of: "audit event")
        let (id, poolID): (String, UserPool.ID?) = (try columns.text("id"), try columns.optionalIdentifier("pool_id"))
        let at = try columns.time("at")
        let (kind, name): (StoredActor, String) = (try columns.choice("actor_kind"), try columns.text("actor_name"))
        let actor: Actor =
            switch kind {
            case .commandLine: .commandLine(user: name)
            case .signIn: name.hasSameBytes(as: person) ? .person : atConsole(name) ?? .signIn
            case .system: .system
            }
        return AuditEvent(
            id: id, poolID: poolID, at: at, actor: actor, action: AuditEvent.Action(try columns.text("action")),
            target: AuditEvent.Target(try columns.choice("target_kind"), try columns.text("target_name")),
            details: try columns.json("details", [StoredDetail].self).map { AuditEvent.Detail($0.name, $0.value) })
    }

    /// `console POOL SUB USERNAME`; the last may have blanks.
    private static func atConsole(_ name: String) -> Actor? {
        let parts = ProtocolText(name).bytes.split(separator: UInt8(ascii: " "), maxSplits: 3, omittingEmptySubsequences: false)
            .map { ProtocolText($0).string }
        guard parts.count == 4, parts[0] == console, let pool = UserPool.ID(parts[1]), let user = User.ID(parts[2]) else { return nil }
        return .console(user: user, pool: pool, username: parts[3])
    }

    private static let columns: SQL = "id, pool_id, at, actor_kind, actor_name, action, target_kind, target_name, details"
    private static let insert: SQL = "INSERT INTO audit_events (" + columns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    private static let list: SQL =
        "SELECT " + columns + " FROM audit_events WHERE pool_id = $4 AND at <= $1 AND (at < $1 OR id < $2) ORDER BY at DESC, id DESC LIMIT $3"
    private static let listDeletions: SQL =
        "SELECT " + columns + " FROM (SELECT * FROM audit_events WHERE pool_id = $1 AND at >= $2 ORDER BY at DESC, id DESC LIMIT 10000) AS newest"
        + " WHERE action = $3 LIMIT $4"
    /// With the bare column SQLite reads all events of the pool in their order until there are enough of the target.
    private static let listOfTarget: SQL =
        "SELECT " + columns + """
             FROM audit_events WHERE pool_id = $4 AND target_kind = $5 AND target_name = $6 AND (+at < $1 OR (+at = $1 AND id < $2))
            ORDER BY +at DESC, id DESC LIMIT $3
            """
    /// What no pool has any more. Of each pool that there ever was its own events are looked at, and of the others none.
    private static let listOfNoPool: SQL =
        everyPool + " SELECT " + columns + """
             FROM audit_events WHERE id IN (
                SELECT id FROM audit_events WHERE pool_id IS NULL
                UNION ALL SELECT e.id FROM pools p JOIN audit_events e ON e.pool_id = p.id AND e.target_kind = 'pool' AND e.target_name = p.id
                WHERE e.action = 'pool.delete') AND (at < $1 OR (at = $1 AND id < $2))
            ORDER BY at DESC, id DESC LIMIT $3
            """
    /// From one to the next by the index.
    private static let everyPool: SQL = """
        WITH RECURSIVE pools (id) AS (
            SELECT min(pool_id) FROM audit_events WHERE pool_id > ''
            UNION ALL SELECT (SELECT min(pool_id) FROM audit_events WHERE pool_id > pools.id) FROM pools WHERE id IS NOT NULL)
        """
}
