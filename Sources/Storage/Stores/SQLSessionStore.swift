import Crypto
import FoundationEssentials
import UserPools

struct SQLSessionStore: SessionStore {
    let database: any SQLDatabase

    func find(cookie: SecretHash, in pool: UserPool.ID, at now: Date) async throws(StoreError) -> (session: Session, user: User)? {
        let find = SQLStatement(Self.findByCookie, [.hash(cookie), .identifier(pool), .time(now)])
        let search = StoredUser.Search.ofSession(cookie, in: pool)
        let answers = try await database.rows(of: [find] + search.statements)
        guard let row = answers[0].first, let user = try search.user(in: answers[1...]), user.enabled else { return nil }
        return (try Self.session(row), user)
    }

    func end(_ id: Session.ID, in pool: UserPool.ID) async throws(StoreError) -> Bool {
        try await database.write { connection throws(StoreError) in
            var nobody = ToldApps()
            return try Self.endWhole(id, in: pool, telling: &nobody, connection) > 0
        }
    }

    /// Ends a session, and the one into which it was merged: that is the one which its tokens' `sid` means now. Returns how many rows that were.
    /// - Parameter told: gets the apps that have tokens in it.
    static func endWhole(
        _ id: Session.ID, in pool: UserPool.ID, telling told: inout ToldApps, _ connection: any SQLConnection
    ) throws(StoreError) -> Int {
        var ended = try end([.identifier(id), .identifier(pool)], telling: &told, connection)
        for row in try connection.rows(findMergedInto, [.identifier(id), .identifier(pool)]) {
            ended += try end([row.values[0], .identifier(pool)], telling: &told, connection)
        }
        return ended
    }

    func find(_ id: Session.ID, in pool: UserPool.ID, at now: Date) async throws(StoreError) -> Session? {
        let rows = try await database.rows(of: [SQLStatement(Self.findByID, [.identifier(id), .identifier(pool), .time(now)])])[0]
        return try rows.first.map { row throws(StoreError) in try Self.session(row) }
    }

    static func find(_ id: Session.ID, in pool: UserPool.ID, at now: Date, _ connection: any SQLConnection) throws(StoreError) -> Session? {
        try connection.row(findByID, [.identifier(id), .identifier(pool), .time(now)]).map { row throws(StoreError) in try session(row) }
    }

    func upstreamIDToken(of id: Session.ID, in pool: UserPool.ID) async throws(StoreError) -> [UInt8]? {
        let rows = try await database.rows(of: [SQLStatement(Self.findIDToken, [.identifier(id), .identifier(pool)])])[0]
        return try rows.first.map { row throws(StoreError) in
            var columns = ColumnReader(row, of: "session")
            return try columns.bytes("upstream_id_token")
        }
    }

    /// Seals the ID tokens of all sessions anew, some at a time.
    static func resealIDTokens(
        _ anew: (_ sealed: [UInt8], UserPool.ID, IdentityProvider.Name) -> [UInt8]?, _ connection: any SQLConnection
    ) throws(StoreError) {
        var last = ""
        while true {
            let rows = try connection.rows(listIDTokens, [.text(last), .limit(500)])
            guard !rows.isEmpty else { return }
            for row in rows {
                var columns = ColumnReader(row, of: "session")
                let (id, pool): (String, UserPool.ID) = (try columns.text("id"), try columns.identifier("pool_id"))
                let source = try columns.source("provider")
                let sealed = try columns.bytes("upstream_id_token")
                let new = source.provider.flatMap { anew(sealed, pool, $0) }
                _ = try connection.execute(setIDToken, [.text(id), new.map { .bytes($0) } ?? .null])
                last = id
            }
        }
    }

    private static func end(_ key: [SQLValue], telling told: inout ToldApps, _ connection: any SQLConnection) throws(StoreError) -> Int {
        try told.append(where: ToldApps.ofSession, key, connection)
        _ = try connection.execute(SQLUpstreamTokenStore.deleteOfSession, key)
        return try connection.execute(endFamiliesOfSession, key) + connection.execute(delete, key)
    }

    func endAll(
        of user: User.ID, in pool: UserPool.ID, recorded event: AuditEvent, _ record: EndRecord
    ) async throws(StoreError) -> Int {
        try await database.write { connection throws(StoreError) in
            let ended = try Self.endAll(of: user, in: pool, recorded: event, connection)
            if record == .always || ended.isEnd { try SQLAuditStore.insert(event, connection) }
            return ended.sessions
        }
    }

    /// Where anything ended, there is a record of the logout as well, with a notice for each app.
    static func endAll(
        of user: User.ID, in pool: UserPool.ID, recorded event: AuditEvent, _ connection: any SQLConnection
    ) throws(StoreError) -> (sessions: Int, isEnd: Bool) {
        let key: [SQLValue] = [.identifier(user), .identifier(pool)]
        var told = ToldApps()
        try told.append(where: ToldApps.ofUser, key, connection)
        _ = try connection.execute(SQLUpstreamTokenStore.deleteOfUser, key)
        let families = try connection.execute(endFamiliesOfUser, key)
        let sessions = try connection.execute(deleteOfUser, key)
        let isEnd = families + sessions > 0
        if isEnd { try SQLLogoutStore.insert(event, of: user, in: pool, telling: told, connection) }
        return (sessions, isEnd)
    }

    func removeExpired(at now: Date, limit: Int) async throws(StoreError) -> Int {
        try await database.write { connection throws(StoreError) in
            try connection.execute(Self.removeExpired, [.time(now), .limit(limit)])
        }
    }

    /// Deletes the sessions that a browser had, by its session cookie and by its binding cookie. Their answers are for `merge`.
    static func delete(cookie: SecretHash?, browser: SecretHash?, in pool: UserPool.ID) -> [SQLStatement] {
        [
            cookie.map { SQLStatement(deleteByCookie, [.hash($0), .identifier(pool)]) },
            browser.map { SQLStatement(deleteByBrowser, [.hash($0), .identifier(pool)]) },
        ].compactMap(\.self)
    }

    /// - Parameter deleted: the sessions that the browser had.
    /// - Returns: the `sid` of one of them that is the same user's: the new session takes it over, so that what apps hold of it goes on, and a
    ///   sign-out by any ID token of it ends all of that.
    static func merge(
        _ deleted: some Sequence<SQLRow>, of user: User.ID, in pool: UserPool.ID, _ connection: any SQLConnection
    ) throws(StoreError) -> Session.ID? {
        var sid: Session.ID?
        for row in deleted {
            var columns = ColumnReader(row, of: "session")
            let (id, owner): (Session.ID, User.ID) = (try columns.identifier("id"), try columns.identifier("user_id"))
            guard owner == user else { continue }
            guard let first = sid else {
                sid = id
                continue
            }
            let values: [SQLValue] = [.identifier(id), .identifier(pool), .identifier(first)]
            try connection.executeLater(moveFamilies, values, conflict: "session \(first)")
        }
        return sid
    }

    /// - Parameter idToken: the provider's, sealed.
    static func insert(_ session: Session, idToken: [UInt8]?, _ connection: any SQLConnection) throws(StoreError) {
        let values: [SQLValue] = [
            .identifier(session.id), .identifier(session.poolID), .identifier(session.userID), .source(session.source), .hash(session.browser),
            .hash(session.cookie), .time(session.authenticatedAt), .text(session.upstreamSessionIndex), .time(session.createdAt),
            .time(session.expiresAt),
            try session.upstreamName.map { name throws(StoreError) in try StoredJSON.value(name, of: "session") } ?? .null,
            StoredJSON.value(session.authenticationContext), .text(session.member), session.upstreamName.map(key) ?? .null,
            session.upstreamSessionIndex.map(key(ofIndex:)) ?? .null, .text(session.browserName),
            idToken.map { .bytes($0) } ?? .null,
        ]
        try connection.executeLater(insert, values, conflict: "session \(session.id)")
    }

    /// The live sessions of a person, the newest first.
    static func list(of user: User.ID, in pool: UserPool.ID, at now: Date, limit: Int) -> SQLStatement {
        SQLStatement(list, [.identifier(user), .identifier(pool), .time(now), .limit(limit)])
    }

    static func session(_ row: SQLRow) throws(StoreError) -> Session {
        var columns = ColumnReader(row, of: "session")
        var session = Session(
            id: try columns.identifier("id"), poolID: try columns.identifier("pool_id"), userID: try columns.identifier("user_id"),
            source: try columns.source("provider"), member: try columns.optionalText("member"), browser: try columns.optionalHash("browser"),
            cookie: try columns.hash("cookie"),
            authenticatedAt: try columns.optionalTime("authenticated_at"),
            upstreamSessionIndex: try columns.optionalText("upstream_session_index"), createdAt: try columns.time("created_at"),
            expiresAt: try columns.time("expires_at"),
            upstreamName: try columns.optionalText("upstream_name").map { text throws(StoreError) in
                try StoredJSON.decode(UpstreamName.self, from: text, of: "session")
            },
            authenticationContext: try columns.context("authentication_context"))
        session.browserName = try columns.optionalText("browser_name")
        return session
    }

    /// By which sessions of one name are found: names are longer than an index takes.
    static func key(of name: UpstreamName) -> SQLValue { .bytes(Array(SHA256.hash(data: name.key))) }
    static func key(ofIndex index: String) -> SQLValue { .bytes(Array(SHA256.hash(data: Array(index.utf8)))) }

    private static let columns: SQL = """
        id, pool_id, user_id, provider, browser, cookie, authenticated_at, upstream_session_index, created_at, expires_at, upstream_name, \
        authentication_context, member, browser_name
        """
    private static let insert: SQL =
        "INSERT INTO sessions (" + insertedColumns + ") VALUES " + .places(rows: 1, columns: 17)
    /// In the order of `insert`.
    private static let insertedColumns: SQL = """
        id, pool_id, user_id, provider, browser, cookie, authenticated_at, upstream_session_index, created_at, expires_at, upstream_name, \
        authentication_context, member, upstream_name_key, upstream_session_key, browser_name, upstream_id_token
        """
    private static let findIDToken: SQL =
        "SELECT upstream_id_token FROM sessions WHERE id = $1 AND " + .poolID + " = $2 AND upstream_id_token IS NOT NULL"
    private static let listIDTokens: SQL =
        "SELECT id, pool_id, provider, upstream_id_token FROM sessions WHERE id > $1 AND upstream_id_token IS NOT NULL ORDER BY id LIMIT $2"
    private static let setIDToken: SQL = "UPDATE sessions SET upstream_id_token = $2 WHERE id = $1"
    private static let list: SQL =
        "SELECT " + columns + " FROM live_sessions WHERE user_id = $1 AND " + .poolID + " = $2 AND expires_at > $3 ORDER BY created_at DESC LIMIT $4"
    private static let findByID: SQL =
        "SELECT " + columns + " FROM live_sessions WHERE id = $1 AND " + .poolID + " = $2 AND expires_at > $3"
    private static let findByCookie: SQL =
        "SELECT " + columns + " FROM live_sessions WHERE cookie = $1 AND " + .poolID + " = $2 AND expires_at > $3"
    private static let deleteByCookie: SQL = "DELETE FROM sessions WHERE cookie = $1 AND " + .poolID + " = $2 RETURNING id, user_id"
    private static let deleteByBrowser: SQL = "DELETE FROM sessions WHERE browser = $1 AND " + .poolID + " = $2 RETURNING id, user_id"
    private static let moveFamilies: SQL =
        "UPDATE token_families SET session_id = $3, issued_sid = coalesce(issued_sid, session_id) WHERE session_id = $1 AND pool_id = $2"
    private static let findMergedInto: SQL = "SELECT DISTINCT session_id FROM token_families WHERE issued_sid = $1 AND pool_id = $2"
    private static let delete: SQL = "DELETE FROM sessions WHERE id = $1 AND pool_id = $2"
    private static let deleteOfUser: SQL = "DELETE FROM sessions WHERE user_id = $1 AND pool_id = $2"
    private static let endFamiliesOfSession: SQL =
        "UPDATE token_families SET ended = 1 WHERE session_id = $1 AND pool_id = $2 AND ended = 0"
    private static let endFamiliesOfUser: SQL = "UPDATE token_families SET ended = 1 WHERE user_id = $1 AND pool_id = $2 AND ended = 0"
    private static let removeExpired: SQL =
        "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2" + .skippingLocked + ")"
}
