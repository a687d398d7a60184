import FoundationEssentials
import UserPools
import WireFormats

struct SQLSignInRecordStore: SignInRecordStore {
    let database: any SQLDatabase

    func insert(
        _ records: [SignInRecord], _ messages: [SignInMessage], leftOut: [SignInOmission], counts: [SignInCount]
    ) async throws(StoreError) {
        guard !records.isEmpty || !messages.isEmpty || !leftOut.isEmpty || !counts.isEmpty else { return }
        @Sendable func writeRest(_ connection: any SQLConnection) throws(StoreError) {
            for message in messages {
                let place: [SQLValue] = [.identifier(message.poolID), .identifier(message.provider)]
                let values: [SQLValue] = [.identifier(message.reference), .time(message.at), .bytes(message.sealed), .time(message.expiresAt)]
                try connection.executeLater(Self.insertMessage, place + values, conflict: "sign-in message")
                try connection.executeLater(Self.removeOlderMessages, place + [.integer(SignInMessage.maximum)], conflict: "sign-in message")
            }
            for omission in leftOut { try Self.add(omission, connection) }
            for count in counts { try SQLSignInCountStore.add(count, connection) }
        }
        do {
            try await database.write { connection throws(StoreError) in
                for record in records { try connection.executeLater(Self.insert, try Self.values(of: record), conflict: "sign-in record") }
                // Before the end is sent the records are there, so that whoever writes them again waits for this transaction. And a connection that
                // was lost long ago is found to be so here, where it is known that nothing was done.
                _ = try connection.rows(of: [])
                try writeRest(connection)
            }
        } catch {
            guard error == .outcomeUnknown else { throw error }
            // What adds up is added where none of the records was there.
            do {
                try await database.transaction { (connection) throws(StoreError) -> TransactionEnd<Void> in
                    guard try Self.insertAgain(records, connection) else { return .rollback(()) }
                    try writeRest(connection)
                    return .commit(())
                }
            } catch { throw .outcomeUnknown }
        }
    }

    /// Inserts what may be there already. It waits for whoever is just writing the same.
    /// - Returns: whether nothing of it was there.
    /// - Throws: `outcomeUnknown` where no record tells, of people who are gone, say.
    private static func insertAgain(_ records: [SignInRecord], _ connection: any SQLConnection) throws(StoreError) -> Bool {
        var isKnown = false
        for record in records {
            if try connection.execute(insert, try values(of: record), conflict: "sign-in record") > 0 {
                isKnown = true
            } else if try connection.has(findAny, [.identifier(record.poolID), .identifier(record.reference)]) {
                return false
            }
        }
        guard isKnown else { throw .outcomeUnknown }
        return true
    }

    func find(_ reference: SignInRecord.Reference, in pool: UserPool.ID, at now: Date) async throws(StoreError) -> SignInRecord? {
        let rows = try await database.rows(of: [SQLStatement(Self.find, [.identifier(pool), .identifier(reference), .time(now)])])[0]
        return try rows.first.map { row throws(StoreError) in try Self.record(row, in: pool) }
    }

    func find(_ reference: SignInRecord.Reference, at now: Date) async throws(StoreError) -> SignInRecord? {
        let rows = try await database.rows(of: [SQLStatement(Self.findOfAnyPool, [.identifier(reference), .time(now)])])[0]
        return try rows.first.map { row throws(StoreError) in
            var columns = ColumnReader(row, of: "sign-in record")
            return try Self.record(row, in: try columns.identifier("pool_id"))
        }
    }

    func message(of reference: SignInRecord.Reference, in pool: UserPool.ID, at now: Date) async throws(StoreError) -> SignInMessage? {
        let rows = try await database.rows(of: [SQLStatement(Self.findMessage, [.identifier(pool), .identifier(reference), .time(now)])])[0]
        guard let row = rows.first else { return nil }
        var columns = ColumnReader(row, of: "sign-in message")
        return SignInMessage(
            reference: reference, poolID: pool, provider: try columns.identifier("provider"), at: try columns.time("at"),
            sealed: try columns.bytes("sealed"), expiresAt: try columns.time("expires_at"))
    }

    func countMessages(of provider: IdentityProvider.Name, in pool: UserPool.ID, at now: Date) async throws(StoreError) -> Int {
        let values: [SQLValue] = [.identifier(pool), .identifier(provider), .time(now), .integer(SignInMessage.maximum)]
        return try await database.rows(of: [SQLStatement(Self.listMessages, values)])[0].count
    }

    func list(_ wanted: SignInRecordFilter, in pool: UserPool.ID, at now: Date) async throws(StoreError) -> [SignInRecord] {
        // Of each outcome, and of each name of the person, the newest: the newest of all are among them.
        let outcomes = wanted.outcome.map { [$0] } ?? SignInRecord.Outcome.allCases
        let places: [(name: String?, outcome: SignInRecord.Outcome)] = outcomes.flatMap { outcome in
            (wanted.usernames.map { $0.map(Optional.some) } ?? [nil]).map { ($0, outcome) }
        }
        let statements = places.map { Self.list(wanted, of: $0.outcome, named: $0.name, in: pool, at: now) }
        let records = try await database.rows(of: statements).joined().map { row throws(StoreError) in try Self.record(row, in: pool) }
        return Array(records.sorted { ($1.at, $0.reference) < ($0.at, $1.reference) }.prefix(max(0, wanted.limit)))
    }

    func countLeftOut(_ outcome: SignInRecord.Outcome, in pool: UserPool.ID, since: Date) async throws(StoreError) -> Int {
        let values: [SQLValue] = [.identifier(pool), .text(outcome.rawValue), .time(since)]
        let found = try await database.read { connection throws(StoreError) in try connection.row(Self.countLeftOut, values) }
        guard let row = found else { return 0 }
        var columns = ColumnReader(row, of: "sign-in record")
        return try columns.integer("left_out")
    }

    func removeExpired(at now: Date, limit: Int) async throws(StoreError) -> Int {
        try await database.write { connection throws(StoreError) in
            let values: [SQLValue] = [.time(now), .limit(limit)]
            var removed = 0
            for statement in [Self.removeExpired, Self.removeExpiredMessages, Self.removeExpiredOmissions] {
                removed += try connection.execute(statement, values)
            }
            return removed
        }
    }

    /// Adds to what is there of that minute.
    static func add(_ omission: SignInOmission, _ connection: any SQLConnection) throws(StoreError) {
        let values: [SQLValue] = [
            .identifier(omission.poolID), .text(omission.outcome.rawValue), .time(omission.minute), .integer(omission.count),
            .time(omission.minute.addingTimeInterval(SignInRecord.lifetime)),
        ]
        try connection.executeLater(leaveOut, values, conflict: "sign-in record")
    }

    /// Messages are sealed with the master key, and not worth sealing anew for a day.
    static func removeMessages(at now: Date, _ connection: any SQLConnection) throws(StoreError) {
        _ = try connection.execute(removeSealed, [.time(now)])
    }

    private static func values(of record: SignInRecord) throws(StoreError) -> [SQLValue] {
        [
            .identifier(record.poolID), .identifier(record.reference), .text(record.outcome.rawValue), .time(record.at),
            // An empty name: of what a provider said, and not of whom. There is none of what anybody can cause.
            .identifier(record.provider), .identifier(record.client), .text(record.code), .text(record.username ?? (record.isProven ? "" : nil)),
            .identifier(record.userID),
            .text(record.member), .time(record.expiresAt), try StoredJSON.value(record.report, of: "sign-in record"),
            .text(record.userID?.text ?? ""),
        ]
    }

    /// Of a record or a message.
    static func reference(_ row: SQLRow) throws(StoreError) -> SignInRecord.Reference {
        var columns = ColumnReader(row, of: "sign-in record")
        return try columns.identifier("reference")
    }

    private static func record(_ row: SQLRow, in pool: UserPool.ID) throws(StoreError) -> SignInRecord {
        var columns = ColumnReader(row, of: "sign-in record")
        let reference: SignInRecord.Reference = try columns.identifier("reference")
        let outcome: SignInRecord.Outcome = try columns.choice("outcome")
        let at = try columns.time("at")
        let provider: IdentityProvider.Name? = try columns.optionalIdentifier("provider")
        let client: AppClient.ID? = try columns.optionalIdentifier("client_id")
        let (code, username) = (try columns.optionalText("code"), try columns.optionalText("username"))
        let user: User.ID? = try columns.optionalIdentifier("user_id")
        let member = try columns.optionalText("member")
        var record = SignInRecord(reference: reference, poolID: pool, at: at, outcome: outcome, expiresAt: try columns.time("expires_at"))
        (record.provider, record.client, record.member, record.code) = (provider, client, member, code)
        (record.username, record.userID) = (username?.isEmpty == true ? nil : username, user)
        if username?.isEmpty == true { record.isProven = true }
        record.report = try columns.json("report")
        return record
    }

    private static func list(
        _ wanted: SignInRecordFilter, of outcome: SignInRecord.Outcome, named name: String?, in pool: UserPool.ID, at now: Date
    ) -> SQLStatement {
        var values: [SQLValue] = [.identifier(pool), .text(outcome.rawValue), .time(wanted.since), .time(now)]
        // A person's are few, and found by the name alone; by their end nothing is found that somebody looks for.
        let ofOutcome: SQL = name == nil ? "outcome = $2" : "coalesce(outcome, '') = $2"
        var conditions: SQL = "pool_id = $1 AND " + ofOutcome + " AND at >= $3 AND coalesce(expires_at, 0) > $4"
        func require(_ column: SQL, _ value: SQLValue) {
            values.append(value)
            conditions = conditions + " AND " + column + " = " + .place(values.count)
        }
        if let until = wanted.until {
            values.append(.time(until))
            conditions = conditions + " AND at <= " + .place(values.count)
        }
        if let name { require("username", .text(name)) }
        if let provider = wanted.provider { require("provider", .identifier(provider)) }
        if let client = wanted.client { require("client_id", .identifier(client)) }
        if let code = wanted.code { require("code", .text(code)) }
        values.append(.limit(wanted.limit))
        return SQLStatement(
            "SELECT " + columns + " FROM sign_in_records WHERE " + conditions + " ORDER BY at DESC LIMIT " + .place(values.count), values)
    }

    private static let columns: SQL =
        "reference, outcome, at, provider, client_id, code, username, user_id, member, expires_at, report"
    private static let insert: SQL =
        "INSERT INTO sign_in_records (pool_id, reference, outcome, at, provider, client_id, code, username, user_id, member, expires_at, report)"
        + " SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12"
        // What is written late must not outlive the person: nobody would delete it.
        + " WHERE $13 = '' OR EXISTS (SELECT 1 FROM live_users WHERE id = $13) ON CONFLICT (pool_id, reference) DO NOTHING"
    private static let insertMessage: SQL = """
        INSERT INTO sign_in_messages (pool_id, provider, reference, at, sealed, expires_at) SELECT $1, $2, $3, $4, $5, $6
        WHERE EXISTS (SELECT 1 FROM sign_in_records WHERE pool_id = $1 AND reference = $3)
        ON CONFLICT (pool_id, reference) DO NOTHING
        """
    private static let removeOlderMessages: SQL = """
        DELETE FROM sign_in_messages WHERE (pool_id, reference) IN (
            SELECT pool_id, reference FROM sign_in_messages WHERE pool_id = $1 AND provider = $2 ORDER BY at DESC LIMIT 1000 OFFSET $3)
        """
    private static let leaveOut: SQL = """
        INSERT INTO sign_in_omissions (pool_id, outcome, at, left_out, expires_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (pool_id, outcome, at) DO UPDATE SET left_out = sign_in_omissions.left_out + excluded.left_out
        """
    private static let findAny: SQL = "SELECT 1 AS found FROM sign_in_records WHERE pool_id = $1 AND reference = $2"
    private static let find: SQL =
        "SELECT " + columns + " FROM sign_in_records WHERE pool_id = $1 AND reference = $2 AND expires_at > $3"
    /// A pool that is being deleted has none any more.
    private static let findOfAnyPool: SQL =
        "SELECT pool_id, " + columns + """
             FROM sign_in_records WHERE reference = $1 AND coalesce(expires_at, 0) > $2 AND pool_id IN (SELECT id FROM live_pools)
            ORDER BY at DESC LIMIT 1
            """
    private static let removeSealed: SQL = "DELETE FROM sign_in_messages WHERE expires_at > $1"
    private static let findMessage: SQL =
        "SELECT provider, at, sealed, expires_at FROM sign_in_messages WHERE pool_id = $1 AND reference = $2 AND expires_at > $3"
    private static let listMessages: SQL =
        "SELECT reference FROM sign_in_messages WHERE pool_id = $1 AND provider = $2 AND expires_at > $3 ORDER BY at DESC LIMIT $4"
    /// A minute has one, and there are as many minutes as a record lives.
    private static let countLeftOut: SQL = """
        SELECT CAST(coalesce(sum(left_out), 0) AS BIGINT) AS left_out FROM (
            SELECT left_out FROM sign_in_omissions WHERE pool_id = $1 AND outcome = $2 AND at >= $3 ORDER BY at DESC LIMIT 50000) AS newest
        """
    private static let removeExpired: SQL =
        "DELETE FROM sign_in_records WHERE (pool_id, reference) IN ("
        + "SELECT pool_id, reference FROM sign_in_records WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2" + .skippingLocked + ")"
    private static let removeExpiredMessages: SQL =
        "DELETE FROM sign_in_messages WHERE (pool_id, reference) IN ("
        + "SELECT pool_id, reference FROM sign_in_messages WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2" + .skippingLocked + ")"
    private static let removeExpiredOmissions: SQL =
        "DELETE FROM sign_in_omissions WHERE (pool_id, outcome, at) IN ("
        + "SELECT pool_id, outcome, at FROM sign_in_omissions WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2" + .skippingLocked + ")"
}
