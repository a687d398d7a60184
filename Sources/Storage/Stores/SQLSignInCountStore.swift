import FoundationEssentials
import UserPools

/// A provider that was not known and a code that is none are empty texts there: a key has no NULL.
struct SQLSignInCountStore: SignInCountStore {
    let database: any SQLDatabase

    /// Adds to what is there, whoever wrote it.
    static func add(_ count: SignInCount, _ connection: any SQLConnection) throws(StoreError) {
        let values: [SQLValue] = [
            .identifier(count.poolID), .time(count.hour), .text(count.provider?.text ?? ""), .text(count.outcome.rawValue),
            .text(count.code ?? ""), .integer(count.count), .integer(SignInCount.codesAnHour - 1), .text(SignInCount.otherCode),
            .time(count.hour.addingTimeInterval(SignInCount.lifetime)),
        ]
        try connection.executeLater(add, values, conflict: "count of sign-ins")
    }

    func list(
        in pool: UserPool.ID, provider: IdentityProvider.Name?, since: Date, hours: Int, byCode: Bool
    ) async throws(StoreError) -> [SignInCount] {
        let values: [SQLValue] = [
            .identifier(pool), .time(SignInCount.hour(of: since)), .limit(SignInCount.maximum), .integer(max(1, hours) * 3_600_000),
            .text(provider?.text ?? ""),
        ]
        // Adding up takes its time: not where a statement alone may run.
        let rows = try await database.read { connection throws(StoreError) in try connection.rows(byCode ? Self.list : Self.sums, values) }
        return byCode ? try rows.map { row throws(StoreError) in try Self.count(row, in: pool) } : try Self.counts(ofSums: rows, in: pool)
    }

    func firstHour(in pool: UserPool.ID) async throws(StoreError) -> Date? {
        guard let row = try await database.rows(of: [SQLStatement(Self.findFirst, [.identifier(pool)])])[0].first else { return nil }
        var columns = ColumnReader(row, of: "count of sign-ins")
        return try columns.time("at")
    }

    private static func count(_ row: SQLRow, in pool: UserPool.ID) throws(StoreError) -> SignInCount {
        var columns = ColumnReader(row, of: "count of sign-ins")
        let (hour, provider) = (try columns.time("begins"), try columns.text("provider"))
        let (outcome, code): (SignInRecord.Outcome, String) = (try columns.choice("outcome"), try columns.text("code"))
        return SignInCount(
            poolID: pool, provider: IdentityProvider.Name(provider), at: hour, outcome: outcome, code: code.isEmpty ? nil : code,
            count: try columns.integer("sign_ins"))
    }

    private static func counts(ofSums rows: [SQLRow], in pool: UserPool.ID) throws(StoreError) -> [SignInCount] {
        var counts: [SignInCount] = []
        for row in rows {
            var columns = ColumnReader(row, of: "count of sign-ins")
            let (hour, provider) = (try columns.time("begins"), IdentityProvider.Name(try columns.text("provider")))
            for outcome in [SignInRecord.Outcome.accepted, .refused] {
                let count: Int = try columns.integer(outcome.rawValue)
                if count > 0 { counts.append(SignInCount(poolID: pool, provider: provider, at: hour, outcome: outcome, code: nil, count: count)) }
            }
        }
        return counts
    }

    func removeExpired(at now: Date, limit: Int) async throws(StoreError) -> Int {
        try await database.write { connection throws(StoreError) in
            try connection.execute(Self.removeExpired, [.time(now), .limit(limit)])
        }
    }

    func removeSurplus(in pool: UserPool.ID, beyond maximum: Int, limit: Int) async throws(StoreError) -> Int {
        // A write costs a sync of the disk, and most of the time there is no surplus.
        let found = SQLStatement(Self.findSurplus, [.identifier(pool), .integer(maximum)])
        guard let row = try await database.rows(of: [found])[0].first else { return 0 }
        var columns = ColumnReader(row, of: "count of sign-ins")
        let newest = try columns.time("at")
        return try await database.write { connection throws(StoreError) in
            try connection.execute(Self.removeSurplus, [.identifier(pool), .time(newest), .limit(limit)])
        }
    }

    /// A code beside which there are as many others of its hour as are told apart becomes `$8`.
    private static let add: SQL = """
        INSERT INTO sign_in_counts (pool_id, at, provider, outcome, code, sign_ins, expires_at)
        VALUES ($1, $2, $3, $4, CASE WHEN (
                SELECT 1 FROM sign_in_counts WHERE pool_id = $1 AND at = $2 AND provider = $3 AND outcome = $4 AND code <> $5 AND code <> $8
                LIMIT 1 OFFSET $7) IS NULL THEN $5 ELSE $8 END, $6, $9)
        ON CONFLICT (pool_id, at, provider, outcome, code) DO UPDATE SET sign_ins = sign_in_counts.sign_ins + excluded.sign_ins
        """
    /// Of the newest rows, of which there are no more than `$3`; of one provider where `$5` is its name. A key that had the provider first would have to be
    /// read once for each provider, or sorted.
    private static let list: SQL = """
        SELECT begins, provider, outcome, code, CAST(sum(sign_ins) AS BIGINT) AS sign_ins FROM (
            SELECT at - at % $4 AS begins, provider, outcome, code, sign_ins
            FROM sign_in_counts WHERE pool_id = $1 AND at >= $2 AND ($5 = '' OR provider = $5)
            ORDER BY at DESC, provider DESC, outcome DESC, code DESC LIMIT $3) AS newest
        GROUP BY begins, provider, outcome, code ORDER BY begins, provider, outcome, code
        """
    /// The same without codes, of the hours of those rows. Hours are added up in the order of the key, so that there is less to sort.
    private static let sums: SQL = """
        SELECT begins, provider, CAST(sum(accepted) AS BIGINT) AS accepted, CAST(sum(refused) AS BIGINT) AS refused FROM (
            SELECT at - at % $4 AS begins, provider, sum(CASE WHEN outcome = 'accepted' THEN sign_ins ELSE 0 END) AS accepted,
                sum(CASE WHEN outcome = 'refused' THEN sign_ins ELSE 0 END) AS refused
            FROM sign_in_counts WHERE pool_id = $1 AND at >= $2 AND ($5 = '' OR provider = $5)
                AND at >= coalesce((SELECT at FROM sign_in_counts WHERE pool_id = $1 ORDER BY at DESC LIMIT 1 OFFSET $3), 0)
            GROUP BY at, provider) AS hourly
        GROUP BY begins, provider ORDER BY begins, provider
        """
    private static let findFirst: SQL = "SELECT at FROM sign_in_counts WHERE pool_id = $1 ORDER BY at LIMIT 1"
    private static let removeExpired: SQL =
        "DELETE FROM sign_in_counts WHERE (pool_id, at, provider, outcome, code) IN ("
        + "SELECT pool_id, at, provider, outcome, code FROM sign_in_counts WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2" + .skippingLocked
        + ")"
    private static let findSurplus: SQL =
        "SELECT at FROM sign_in_counts WHERE pool_id = $1 ORDER BY at DESC LIMIT 1 OFFSET $2"
    private static let removeSurplus: SQL =
        "DELETE FROM sign_in_counts WHERE (pool_id, at, provider, outcome, code) IN ("
        + "SELECT pool_id, at, provider, outcome, code FROM sign_in_counts WHERE pool_id = $1 AND at <= $2 ORDER BY at LIMIT $3" + .skippingLocked
        + ")"
}
