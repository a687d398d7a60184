import FoundationEssentials
import UserPools

/// What goes where a pool has more records than are kept. Anybody can be refused as often as he likes: the oldest of all would be somebody else's.
extension SQLSignInRecordStore {
    /// Refusals of one provider with one code; where there is none, an empty text stands for it.
    private struct Kind {
        let provider: String
        let code: String
        let count: Int
    }

    func removeSurplus(
        of quota: SignInRecord.Quota, in pool: UserPool.ID, beyond maximum: Int, limit: Int
    ) async throws(StoreError) -> Int {
        let place: [SQLValue] = [.identifier(pool), .text(quota.outcome.rawValue)]
        // A write costs a sync of the disk, and most of the time there is no surplus.
        let find = SQLStatement(quota == .unanswered ? Self.findUnansweredSurplus : Self.findSurplus, place + [.integer(maximum)])
        guard let row = try await database.rows(of: [find])[0].first else { return 0 }
        var columns = ColumnReader(row, of: "sign-in record")
        let newest = try columns.time("at")
        let statements =
            quota == .accepted
            ? [SQLStatement(Self.removeOldest, place + [.time(newest), .limit(limit)])]
            : Self.cuts(of: try await kinds(of: quota, place), to: maximum, limit: limit).map { kind, count in
                SQLStatement(Self.removeOfKind, place + [.text(kind.provider), .text(kind.code), .integer(kind.count - count), .limit(count)])
            }
        return try await database.write { connection throws(StoreError) in
            let removed = try connection.rows(of: statements).joined().map { row throws(StoreError) in
                var columns = ColumnReader(row, of: "sign-in record")
                return try columns.time("at")
            }
            for (minute, count) in removed.countedByMinute {
                try Self.add(SignInOmission(poolID: pool, outcome: quota.outcome, minute: minute, count: count), connection)
            }
            return removed.count
        }
    }

    private func kinds(of quota: SignInRecord.Quota, _ place: [SQLValue]) async throws(StoreError) -> [Kind] {
        // Adding up takes its time: not where a statement alone may run.
        let rows = try await database.read { connection throws(StoreError) in
            try connection.rows(quota == .unanswered ? Self.countUnansweredKinds : Self.countKinds, place)
        }
        return try rows.map { row throws(StoreError) in
            var columns = ColumnReader(row, of: "sign-in record")
            let (provider, code) = (try columns.text("of_provider"), try columns.text("of_code"))
            return Kind(provider: provider, code: code, count: try columns.integer("records"))
        }
    }

    /// How many go of each kind that has more than its share. A kind that needs less leaves the rest to the others.
    private static func cuts(of kinds: [Kind], to maximum: Int, limit: Int) -> [(kind: Kind, count: Int)] {
        var (places, sharing, share) = (maximum, kinds.count, Int.max)
        for count in kinds.map(\.count).sorted() {
            guard count <= places / sharing else {
                share = places / sharing
                break
            }
            (places, sharing) = (places - count, sharing - 1)
        }
        var left = limit
        return kinds.filter { $0.count > share }.compactMap { kind in
            let count = min(kind.count - share, left)
            left -= count
            return count > 0 ? (kind, count) : nil
        }
    }

    private static let findSurplus: SQL =
        "SELECT at FROM sign_in_records WHERE pool_id = $1 AND outcome = $2 ORDER BY at DESC LIMIT 1 OFFSET $3"
    private static let findUnansweredSurplus: SQL =
        "SELECT at FROM sign_in_records WHERE pool_id = $1 AND outcome = $2 AND provider IS NULL ORDER BY at DESC LIMIT 1 OFFSET $3"
    private static let ofKinds: SQL = """
        SELECT coalesce(provider, '') AS of_provider, coalesce(code, '') AS of_code, count(*) AS records
        FROM sign_in_records WHERE pool_id = $1 AND outcome = $2
        """
    private static let countKinds: SQL = ofKinds + " GROUP BY provider, code"
    private static let countUnansweredKinds: SQL = ofKinds + " AND provider IS NULL GROUP BY provider, code"
    /// Those behind the newest `$5`: where another server was first there are none.
    private static let removeOfKind: SQL = """
        DELETE FROM sign_in_records WHERE (pool_id, reference) IN (
            SELECT pool_id, reference FROM sign_in_records
            WHERE pool_id = $1 AND outcome = $2 AND coalesce(provider, '') = $3 AND coalesce(code, '') = $4
            ORDER BY at DESC LIMIT $6 OFFSET $5) RETURNING at
        """
    private static let removeOldest: SQL =
        "DELETE FROM sign_in_records WHERE (pool_id, reference) IN ("
        + "SELECT pool_id, reference FROM sign_in_records WHERE pool_id = $1 AND outcome = $2 AND at <= $3 ORDER BY at LIMIT $4" + .skippingLocked
        + ") RETURNING at"
}

extension [Date] {
    /// The minutes in their order, so that no two servers wait for each other's rows.
    fileprivate var countedByMinute: [(minute: Date, count: Int)] {
        var counts: [Int: Int] = [:]
        for time in self { counts[Int((time.timeIntervalSince1970 / 60).rounded(.down)), default: 0] += 1 }
        return counts.sorted { $0.key < $1.key }.map { (Date(timeIntervalSince1970: TimeInterval($0.key) * 60), $0.value) }
    }
}
