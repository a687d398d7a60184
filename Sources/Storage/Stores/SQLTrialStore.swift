import FoundationEssentials
import UserPools

struct SQLTrialStore: TrialStore {
    let database: any SQLDatabase

    func insert(_ ticket: TrialTicket, recorded event: AuditEvent) async throws(StoreError) {
        let values: [SQLValue] = [
            .hash(ticket.hash), .identifier(ticket.poolID), .identifier(ticket.provider), .identifier(ticket.client), .time(ticket.createdAt),
            .time(ticket.expiresAt), .text(ticket.member),
        ]
        try await database.write { connection throws(StoreError) in
            try SQLAuditStore.insert(event, connection)
            try connection.executeLater(Self.insert, values, conflict: "trial ticket")
        }
    }

    func find(_ hash: SecretHash, in pool: UserPool.ID, at now: Date) async throws(StoreError) -> TrialTicket? {
        let rows = try await database.rows(of: [SQLStatement(Self.find, [.hash(hash), .identifier(pool), .time(now)])])[0]
        guard let row = rows.first else { return nil }
        var columns = ColumnReader(row, of: "trial ticket")
        return TrialTicket(
            hash: hash, poolID: pool, provider: try columns.identifier("provider"), member: try columns.optionalText("member"),
            client: try columns.optionalIdentifier("client_id"), createdAt: try columns.time("created_at"), expiresAt: try columns.time("expires_at"))
    }

    func open(_ ticket: TrialTicket, as trial: TrialSignIn, at now: Date) async throws(StoreError) -> Bool {
        let values: [SQLValue] = [
            .hash(ticket.hash), .identifier(trial.poolID), .identifier(trial.id), .hash(trial.browser), .text(trial.responseAddress),
            .time(trial.expiresAt), .time(now),
        ]
        return try await database.write { connection throws(StoreError) in try connection.execute(Self.open, values) > 0 }
    }

    func consume(_ id: TrialSignIn.ID, of browser: SecretHash, in pool: UserPool.ID, at now: Date) async throws(StoreError) -> TrialSignIn? {
        let values: [SQLValue] = [.identifier(id), .identifier(pool), .hash(browser), .time(now)]
        return try await database.write { connection throws(StoreError) in
            guard let row = try connection.row(Self.consume, values) else { return nil }
            var columns = ColumnReader(row, of: "dry sign-in")
            return TrialSignIn(
                id: id, ticket: try columns.hash("ticket"), poolID: pool, provider: try columns.identifier("provider"),
                member: try columns.optionalText("member"),
                client: try columns.optionalIdentifier("client_id"), browser: browser, responseAddress: try columns.text("response_address"),
                expiresAt: try columns.time("expires_at"))
        }
    }

    func waits(_ id: TrialSignIn.ID, in pool: UserPool.ID, at now: Date) async throws(StoreError) -> Bool {
        try await !database.rows(of: [SQLStatement(Self.waits, [.identifier(id), .identifier(pool), .time(now)])])[0].isEmpty
    }

    func foresee(
        _ identity: FederatedIdentity, linkByEmail email: VerifiedEmail?, in pool: UserPool.ID
    ) async throws(StoreError) -> ForeseenUser {
        try await database.read { connection throws(StoreError) in
            if let user = try StoredUser.find(.byIdentity(identity, in: pool), connection) { return .known(user, byEmail: false) }
            return try SQLSignInStore.linkable(identity, by: email, in: pool, connection).map { .known($0, byEmail: true) } ?? .new
        }
    }

    func removeExpired(at now: Date, limit: Int) async throws(StoreError) -> Int {
        try await database.write { connection throws(StoreError) in
            let values: [SQLValue] = [.time(now), .limit(limit)]
            return try connection.execute(Self.removeExpired, values) + connection.execute(Self.removeExpiredOutcomes, values)
        }
    }

    func keep(_ outcome: TrialOutcome, of ticket: SecretHash, in pool: UserPool.ID, until end: Date) async throws(StoreError) {
        let values: [SQLValue] = [.hash(ticket), .identifier(pool), try StoredJSON.value(outcome, of: "dry sign-in"), .time(end)]
        try await database.write { connection throws(StoreError) in _ = try connection.execute(Self.keep, values) }
    }

    func progress(of ticket: SecretHash, in pool: UserPool.ID, at now: Date) async throws(StoreError) -> TrialProgress {
        let values: [SQLValue] = [.hash(ticket), .identifier(pool), .time(now)]
        let found = try await database.rows(of: [SQLStatement(Self.findWaiting, values), SQLStatement(Self.findOutcome, values)])
        if let row = found[1].first {
            var columns = ColumnReader(row, of: "dry sign-in")
            return .answered(try columns.json("outcome"))
        }
        guard let row = found[0].first else { return .over }
        var columns = ColumnReader(row, of: "dry sign-in")
        return try columns.optionalText("request_id") == nil ? .waits : .begun
    }

    private static let insert: SQL = """
        INSERT INTO trial_sign_ins (ticket, pool_id, provider, client_id, created_at, expires_at, member) VALUES ($1, $2, $3, $4, $5, $6, $7)
        """
    private static let find: SQL =
        "SELECT provider, member, client_id, created_at, expires_at FROM trial_sign_ins WHERE ticket = $1 AND " + .poolID
        + " = $2 AND request_id IS NULL AND expires_at > $3"
    private static let open: SQL =
        "UPDATE trial_sign_ins SET request_id = $3, browser = $4, response_address = $5, expires_at = $6 WHERE ticket = $1 AND " + .poolID
        + " = $2 AND request_id IS NULL AND expires_at > $7"
    private static let consume: SQL =
        "DELETE FROM trial_sign_ins WHERE request_id = $1 AND " + .poolID
        + " = $2 AND browser = $3 AND expires_at > $4 RETURNING ticket, provider, member, client_id, response_address, expires_at"
    private static let waits: SQL = "SELECT 1 FROM trial_sign_ins WHERE request_id = $1 AND " + .poolID + " = $2 AND expires_at > $3"
    private static let keep: SQL =
        "INSERT INTO trial_outcomes (ticket, pool_id, outcome, expires_at) VALUES ($1, $2, $3, $4) ON CONFLICT (ticket) DO NOTHING"
    private static let findWaiting: SQL =
        "SELECT request_id FROM trial_sign_ins WHERE ticket = $1 AND " + .poolID + " = $2 AND expires_at > $3"
    private static let findOutcome: SQL = "SELECT outcome FROM trial_outcomes WHERE ticket = $1 AND " + .poolID + " = $2 AND expires_at > $3"
    private static let removeExpiredOutcomes: SQL =
        "DELETE FROM trial_outcomes WHERE ticket IN (SELECT ticket FROM trial_outcomes WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2"
        + .skippingLocked + ")"
    private static let removeExpired: SQL =
        "DELETE FROM trial_sign_ins WHERE ticket IN (SELECT ticket FROM trial_sign_ins WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2"
        + .skippingLocked + ")"
}
