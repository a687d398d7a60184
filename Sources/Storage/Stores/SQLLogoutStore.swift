import FoundationEssentials
import UserPools

struct SQLLogoutStore: LogoutStore {
    let database: any SQLDatabase

    func end(_ sessions: [Session.ID], recorded logout: LogoutRecord) async throws(StoreError) -> Bool {
        try await database.transaction { connection throws(StoreError) in
            var (ended, told) = (0, ToldApps())
            for session in sessions { ended += try SQLSessionStore.endWhole(session, in: logout.poolID, telling: &told, connection) }
            guard ended > 0 else { return .rollback(false) }
            try Self.insert(logout, telling: told, connection)
            return .commit(true)
        }
    }

    func end(_ session: Session.ID, of user: User.ID, in pool: UserPool.ID, recorded event: AuditEvent) async throws(StoreError) -> Bool {
        try await database.transaction { connection throws(StoreError) in
            var told = ToldApps()
            guard try SQLSessionStore.endWhole(session, in: pool, telling: &told, connection) > 0 else { return .rollback(false) }
            try SQLAuditStore.insert(event, connection)
            try Self.insert(event, of: user, in: pool, telling: told, connection)
            return .commit(true)
        }
    }

    func end(
        _ logout: UpstreamLogout, recorded record: @escaping @Sendable (UpstreamLogoutEnd) -> LogoutRecord
    ) async throws(StoreError) -> Result<UpstreamLogoutEnd, UpstreamLogoutRefusal> {
        try await database.transaction { connection throws(StoreError) in
            let (pool, provider) = (SQLValue.identifier(logout.poolID), SQLValue.identifier(logout.provider))
            let member = SQLValue.text(logout.member ?? "")
            let answers = try connection.rows(of: [
                SQLSignInStore.isLive(.provider(logout.provider), in: logout.poolID), SQLSignInStore.take(logout.proof, in: logout.poolID),
                Self.find(logout, [pool, provider, member]),
            ])
            guard !answers[0].isEmpty else { return .rollback(.failure(.unknownProvider)) }
            guard !answers[1].isEmpty else { return .rollback(.failure(.replayed)) }
            var users: [User.ID] = []
            var (sessions, told) = (0, ToldApps())
            for row in answers[2] {
                var columns = ColumnReader(row, of: "session")
                let (id, user): (Session.ID, User.ID) = (try columns.identifier("id"), try columns.identifier("user_id"))
                let index = try columns.optionalText("upstream_session_index")
                guard logout.names(index) else { continue }
                _ = try SQLSessionStore.endWhole(id, in: logout.poolID, telling: &told, connection)
                sessions += 1
                if !users.contains(user) { users.append(user) }
            }
            if let identity = logout.identity, let user = try StoredUser.find(.byIdentity(identity, in: logout.poolID), connection)?.id {
                let place: [SQLValue] = [.identifier(user), pool, provider]
                for row in try connection.rows(Self.listUnnamed, place + [member]) {
                    var columns = ColumnReader(row, of: "session")
                    let id: Session.ID = try columns.identifier("id")
                    guard logout.names(try columns.optionalText("upstream_session_index")) else { continue }
                    _ = try SQLSessionStore.endWhole(id, in: logout.poolID, telling: &told, connection)
                    sessions += 1
                }
                // Of which session they were nobody can say any more; whoever is signed out there is not to go on here.
                try told.append(where: ToldApps.ofUserWithoutSession, place, connection)
                _ = try connection.execute(Self.endFamiliesWithoutSession, place)
                if !users.contains(user) { users.append(user) }
            }
            var leavesUnnamed = false
            for user in users where try connection.has(Self.findUnnamed, [.identifier(user), pool, provider, member]) { leavesUnnamed = true }
            let end = UpstreamLogoutEnd(users: users, sessions: sessions, leavesUnnamed: leavesUnnamed)
            try Self.insert(record(end), telling: told, connection)
            return .commit(.success(end))
        }
    }

    /// The sessions that may be meant: by the name of their person, else by their index.
    private static func find(_ logout: UpstreamLogout, _ place: [SQLValue]) -> SQLStatement {
        if let name = logout.name { return SQLStatement(findNamed, [SQLSessionStore.key(of: name)] + place) }
        return SQLStatement(findIndexed, [logout.sessionIndexes.first.map(SQLSessionStore.key(ofIndex:)) ?? .null] + place)
    }

    func find(_ reference: LogoutRecord.Reference, in pool: UserPool.ID) async throws(StoreError) -> LogoutRecord? {
        let rows = try await database.rows(of: [SQLStatement(Self.findByReference, [.identifier(pool), .identifier(reference)])])[0]
        return try rows.first.map { row throws(StoreError) in try Self.logout(row) }
    }

    func list(in pool: UserPool.ID, behind cursor: ListCursor?, limit: Int) async throws(StoreError) -> [LogoutRecord] {
        let values = [SQLValue.identifier(pool)] + SQLValue.place(behind: cursor) + [.limit(limit)]
        return try await database.rows(of: [SQLStatement(Self.list, values)])[0].map { row throws(StoreError) in try Self.logout(row) }
    }

    func find(request id: String, in pool: UserPool.ID) async throws(StoreError) -> LogoutRecord? {
        let rows = try await database.rows(of: [SQLStatement(Self.findByRequest, [.text(id), .identifier(pool)])])[0]
        return try rows.first.map { row throws(StoreError) in try Self.logout(row) }
    }

    func answer(
        request id: String, in pool: UserPool.ID, _ result: LogoutRecord.Party.Result, detail: String?, at now: Date
    ) async throws(StoreError) -> LogoutRecord? {
        try await database.transaction { connection throws(StoreError) in
            guard let row = try connection.row(Self.takeAnswer, [.text(id), .identifier(pool), .time(now)]) else { return .rollback(nil) }
            var logout = try Self.logout(row)
            for index in logout.parties.indices where logout.parties[index].result == .asked {
                (logout.parties[index].result, logout.parties[index].at, logout.parties[index].detail) = (result, now, detail)
            }
            let parties = try StoredJSON.value(logout.parties, of: "logout")
            try connection.executeLater(Self.writeParties, [.text(id), .identifier(pool), parties], rows: 1, conflict: "logout")
            return .commit(logout)
        }
    }

    func notices(of references: [LogoutRecord.Reference], in pool: UserPool.ID) async throws(StoreError) -> [LogoutNotice] {
        try await database.rows(of: references.map { StoredNotice.list($0, in: pool) }).joined().map { row throws(StoreError) in
            try StoredNotice.notice(row)
        }
    }

    func takeNotices(
        dueAt now: Date, until again: Date, limit: Int, perApp: Int, leavingOut full: [LogoutNotice.App]
    ) async throws(StoreError) -> [LogoutNotice] {
        let due = [.time(now)] + StoredNotice.leftOut(full)
        // A write costs a sync of the disk, and most of the time there is nothing to take.
        guard try await !database.rows(of: [SQLStatement(StoredNotice.anyDue, due)])[0].isEmpty else { return [] }
        return try await database.write { connection throws(StoreError) in
            var taken: [LogoutNotice] = []
            var places: [LogoutNotice.App: Int] = [:]
            for row in try connection.rows(StoredNotice.listDue, due) where taken.count < limit {
                var notice = try StoredNotice.notice(row)
                guard places[notice.app, default: 0] < perApp else { continue }
                guard try connection.execute(StoredNotice.take, StoredNotice.key(notice) + [.time(now), .time(again)]) > 0 else { continue }
                places[notice.app, default: 0] += 1
                (notice.attempts, notice.changedAt, notice.dueAt) = (notice.attempts + 1, now, again)
                taken.append(notice)
            }
            return taken
        }
    }

    func keep(_ notice: LogoutNotice) async throws(StoreError) {
        let values: [SQLValue] = [
            .text(notice.result?.rawValue), .text(notice.detail), .time(notice.changedAt), .time(notice.dueAt), .integer(notice.attempts),
        ]
        try await database.write { connection throws(StoreError) in
            _ = try connection.execute(StoredNotice.keep, StoredNotice.key(notice) + values)
        }
    }

    func removeExpired(at now: Date, limit: Int) async throws(StoreError) -> Int {
        try await database.write { connection throws(StoreError) in
            try connection.execute(Self.removeExpired, [.time(now), .limit(limit)])
        }
    }

    /// Of an act that ended what there was of a user.
    static func insert(_ event: AuditEvent, of user: User.ID, in pool: UserPool.ID, telling told: ToldApps, _ connection: any SQLConnection)
        throws(StoreError)
    {
        try insert(LogoutRecord(of: event, in: pool, user: user), telling: told, connection)
    }

    private static func insert(_ logout: LogoutRecord, telling told: ToldApps, _ connection: any SQLConnection) throws(StoreError) {
        let next = try logout.next.map { next throws(StoreError) in try StoredJSON.value(next, of: "logout") } ?? .null
        let values: [SQLValue] = [
            .identifier(logout.poolID), .identifier(logout.reference), .identifier(logout.userID), .text(logout.initiator.kind),
            .text(logout.initiator.name), try StoredJSON.value(logout.parties, of: "logout"), .text(logout.requestID), next,
            .time(logout.createdAt), .time(logout.expiresAt), .hash(logout.browser),
        ]
        try connection.executeLater(insert, values, conflict: "logout")
        try told.insert(for: logout, connection)
    }

    private static func logout(_ row: SQLRow) throws(StoreError) -> LogoutRecord {
        var columns = ColumnReader(row, of: "logout")
        let pool: UserPool.ID = try columns.identifier("pool_id")
        let reference: LogoutRecord.Reference = try columns.identifier("reference")
        let user: User.ID? = try columns.optionalIdentifier("user_id")
        let (kind, name) = (try columns.text("initiator"), try columns.optionalText("initiator_name"))
        guard let initiator = LogoutRecord.Initiator(kind: kind, name: name) else { throw .corrupt(what: "logout") }
        let parties = try columns.json("parties", [LogoutRecord.Party].self)
        let request = try columns.optionalText("request_id")
        let next = try columns.optionalText("next").map { text throws(StoreError) in
            try StoredJSON.decode(LogoutRecord.Next.self, from: text, of: "logout")
        }
        var logout = LogoutRecord(
            reference: reference, poolID: pool, userID: user, initiator: initiator, parties: parties, requestID: request, next: next,
            createdAt: try columns.time("created_at"), expiresAt: try columns.time("expires_at"))
        logout.browser = try columns.optionalHash("browser")
        return logout
    }

    private static let columns: SQL = """
        pool_id, reference, user_id, initiator, initiator_name, parties, request_id, next, created_at, expires_at, browser
        """
    private static let insert: SQL = "INSERT INTO logouts (" + columns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
    private static let findByReference: SQL = "SELECT " + columns + " FROM logouts WHERE pool_id = $1 AND reference = $2"
    private static let list: SQL =
        "SELECT " + columns + " FROM logouts WHERE pool_id = $1 AND created_at <= $2 AND (created_at < $2 OR reference < $3)"
        + " ORDER BY created_at DESC, reference DESC LIMIT $4"
    private static let findByRequest: SQL = "SELECT " + columns + " FROM logouts WHERE request_id = $1 AND " + .poolID + " = $2"
    private static let findNamed: SQL =
        "SELECT id, user_id, upstream_session_index FROM sessions WHERE upstream_name_key = $1 AND " + .poolID
        + " = $2 AND coalesce(provider, '') = $3 AND coalesce(member, '') = $4"
    private static let findIndexed: SQL =
        "SELECT id, user_id, upstream_session_index FROM sessions WHERE upstream_session_key = $1 AND " + .poolID
        + " = $2 AND coalesce(provider, '') = $3 AND coalesce(member, '') = $4"
    private static let findUnnamed: SQL =
        "SELECT 1 FROM sessions WHERE user_id = $1 AND " + .poolID
        + " = $2 AND coalesce(provider, '') = $3 AND coalesce(member, '') = $4 AND upstream_name_key IS NULL LIMIT 1"
    private static let listUnnamed: SQL =
        "SELECT id, upstream_session_index FROM sessions WHERE user_id = $1 AND pool_id = $2 AND coalesce(provider, '') = $3"
        + " AND coalesce(member, '') = $4 AND upstream_name_key IS NULL"
    private static let endFamiliesWithoutSession: SQL = """
        UPDATE token_families SET ended = 1 WHERE user_id = $1 AND pool_id = $2 AND coalesce(provider, '') = $3 AND ended = 0
            AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.id = token_families.session_id)
        """
    private static let takeAnswer: SQL =
        "UPDATE logouts SET answered_at = $3 WHERE request_id = $1 AND " + .poolID + " = $2 AND answered_at IS NULL RETURNING " + columns
    private static let writeParties: SQL = "UPDATE logouts SET parties = $3 WHERE request_id = $1 AND " + .poolID + " = $2"
    private static let removeExpired: SQL =
        "DELETE FROM logouts WHERE (pool_id, reference) IN ("
        + "SELECT pool_id, reference FROM logouts WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2" + .skippingLocked + ")"
}

extension UpstreamLogout {
    /// Whether a session of that index is meant.
    fileprivate func names(_ index: String?) -> Bool {
        sessionIndexes.isEmpty || index.map { index in sessionIndexes.contains { $0.utf8.elementsEqual(index.utf8) } } ?? false
    }
}

extension LogoutRecord.Initiator {
    fileprivate init?(kind: String, name: String?) {
        switch kind {
        case "app": self = .app(name.flatMap { AppClient.ID($0) })
        case "person": self = .person
        case "administrator": self = .administrator
        case "provider":
            guard let name = name.flatMap({ IdentityProvider.Name($0) }) else { return nil }
            self = .provider(name)
        default: return nil
        }
    }
}
