import FoundationEssentials
import UserPools

/// Which apps are told of the end of sessions: those that have tokens in them and an address for it. It is asked before the sessions end, in the
/// transaction that ends them.
struct ToldApps {
    private struct App: Hashable {
        let client: AppClient.ID
        let user: User.ID
        let session: Session.ID
        let channel: LogoutNotice.Channel
    }

    private var apps: Set<App> = []

    /// Those of the families that `condition` finds.
    mutating func append(where condition: SQL, _ values: [SQLValue], _ connection: any SQLConnection) throws(StoreError) {
        for row in try connection.rows(Self.select + condition, values) {
            var columns = ColumnReader(row, of: "family of refresh tokens")
            let (client, user): (AppClient.ID, User.ID) = (try columns.identifier("client_id"), try columns.identifier("user_id"))
            let session: Session.ID = try columns.identifier("session_id")
            let issued: Session.ID? = try columns.optionalIdentifier("issued_sid")
            let metadata: ClientMetadata = try columns.json("metadata")
            for channel in metadata.logoutChannels {
                apps.insert(App(client: client, user: user, session: session, channel: channel))
                // Of a session that was merged into another the app knows the name that it had.
                if let issued { apps.insert(App(client: client, user: user, session: issued, channel: channel)) }
            }
        }
    }

    /// Writes a notice for each into the transaction that writes the record.
    func insert(for logout: LogoutRecord, _ connection: any SQLConnection) throws(StoreError) {
        for app in apps {
            let due: SQLValue = app.channel == .back ? .time(logout.createdAt) : .null
            let values: [SQLValue] = [
                .identifier(logout.poolID), .identifier(logout.reference), .identifier(app.client), .identifier(app.session),
                .text(app.channel.rawValue), .identifier(app.user), .time(logout.createdAt), due,
            ]
            try connection.executeLater(Self.insert, values, conflict: "logout notice")
        }
    }

    /// Of a session by its `sid`, and of its pool.
    static let ofSession: SQL = "f.session_id = $1 AND f.pool_id = $2 AND " + isAlive
    /// By the user's index: with the bare columns that of the clients or of the provider would do as well, and reads everything that these have.
    static let ofUser: SQL = "f.user_id = $1 AND coalesce(f.pool_id, '') = $2 AND " + isAlive
    static let ofUserByProvider: SQL = "f.user_id = $1 AND coalesce(f.pool_id, '') = $2 AND f.provider = $3 AND " + isAlive
    static let ofUserWithoutSession: SQL =
        "f.user_id = $1 AND coalesce(f.pool_id, '') = $2 AND coalesce(f.provider, '') = $3 AND f.ended = 0"
        + " AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.id = f.session_id)"

    /// A family that ended alone, by its app's own wish, is still of a session that goes on.
    private static let isAlive: SQL = "(f.ended = 0 OR EXISTS (SELECT 1 FROM sessions s WHERE s.id = f.session_id))"
    private static let select: SQL = """
        SELECT DISTINCT f.client_id, f.user_id, f.session_id, f.issued_sid, c.metadata FROM token_families f
        JOIN live_app_clients c ON c.pool_id = f.pool_id AND c.id = f.client_id
        WHERE c.metadata <> '{}' AND
        """ + " "
    private static let insert: SQL = """
        INSERT INTO logout_notices (pool_id, reference, client_id, session_id, channel, user_id, attempts, changed_at, due_at)
        VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8)
        """
}

/// Notices in the table `logout_notices`.
enum StoredNotice {
    static func list(_ reference: LogoutRecord.Reference, in pool: UserPool.ID) -> SQLStatement {
        SQLStatement(list, [.identifier(pool), .identifier(reference)])
    }

    static func key(_ notice: LogoutNotice) -> [SQLValue] {
        [
            .identifier(notice.poolID), .identifier(notice.reference), .identifier(notice.clientID), .identifier(notice.sessionID),
            .text(notice.channel.rawValue),
        ]
    }

    static func notice(_ row: SQLRow) throws(StoreError) -> LogoutNotice {
        var columns = ColumnReader(row, of: "logout notice")
        let (pool, reference): (UserPool.ID, LogoutRecord.Reference) = (try columns.identifier("pool_id"), try columns.identifier("reference"))
        let (client, session): (AppClient.ID, Session.ID) = (try columns.identifier("client_id"), try columns.identifier("session_id"))
        let channel: LogoutNotice.Channel = try columns.choice("channel")
        let (user, attempts): (User.ID, Int) = (try columns.identifier("user_id"), try columns.integer("attempts"))
        let result: LogoutNotice.Result? = try columns.optionalChoice("result")
        return LogoutNotice(
            poolID: pool, reference: reference, clientID: client, channel: channel, userID: user, sessionID: session, attempts: attempts,
            result: result, detail: try columns.optionalText("detail"), changedAt: try columns.time("changed_at"),
            dueAt: try columns.optionalTime("due_at"))
    }

    private static let columns: SQL = """
        pool_id, reference, client_id, session_id, channel, user_id, attempts, result, detail, changed_at, due_at
        """
    private static let list: SQL =
        "SELECT " + columns + " FROM logout_notices WHERE pool_id = $1 AND reference = $2 ORDER BY client_id, session_id, channel"
    /// Whom the next are not for, at the most.
    private static let mostLeftOut = 4

    /// The parameters after the time in `anyDue` and `listDue`.
    static func leftOut(_ apps: [LogoutNotice.App]) -> [SQLValue] {
        let names = apps.prefix(mostLeftOut).map { SQLValue.text($0.poolID.text + " " + $0.clientID.text) }
        return names + Array(repeating: .text(""), count: mostLeftOut - names.count)
    }

    private static let isDue: SQL = "due_at <= $1 AND (pool_id || ' ' || client_id) NOT IN ($2, $3, $4, $5)"
    static let anyDue: SQL = "SELECT 1 FROM logout_notices WHERE " + isDue + " LIMIT 1"
    /// More than are taken, so that there are some of several apps among them.
    static let listDue: SQL = "SELECT " + columns + " FROM logout_notices WHERE " + isDue + " ORDER BY due_at LIMIT 200" + .skippingLocked
    static let take: SQL = """
        UPDATE logout_notices SET due_at = $7, attempts = attempts + 1, changed_at = $6
        WHERE pool_id = $1 AND reference = $2 AND client_id = $3 AND session_id = $4 AND channel = $5 AND due_at <= $6
        """
    static let keep: SQL = """
        UPDATE logout_notices SET result = $6, detail = $7, changed_at = $8, due_at = $9
        WHERE pool_id = $1 AND reference = $2 AND client_id = $3 AND session_id = $4 AND channel = $5 AND attempts = $10
        """
}
