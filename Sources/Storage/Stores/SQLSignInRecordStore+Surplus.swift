import FoundationEssentials
import UserPools

/// What goes where a pool has more records than are kept. Anybody can be refused as often as he likes: the oldest of all would be somebody else's.
///
/// What is to go is found without standing in anybody's way, and deleted by its key: nobody who signs in waits while records are counted.
extension SQLSignInRecordStore {
    /// Refusals of one provider with one code; where there is none, an empty text stands for it.
    private struct Kind: Hashable {
        let provider: String
        let code: String

        init(_ columns: inout ColumnReader) throws(StoreError) {
            (provider, code) = (try columns.text("of_provider"), try columns.text("of_code"))
        }
    }

    func removeSurplus(
        of quota: SignInRecord.Quota, in pool: UserPool.ID, beyond maximum: Int, limit: Int
    ) async throws(StoreError) -> Int {
        let found = try await database.read { connection throws(StoreError) in
            try Self.findSurplus(of: quota, [.identifier(pool), .text(quota.outcome.rawValue)], beyond: maximum, limit: limit, connection)
        }
        var removed = 0
        for begin in stride(from: 0, to: found.count, by: SQLDeletionStore.batch) {
            removed += try await remove(found[begin...].prefix(SQLDeletionStore.batch), of: quota.outcome, in: pool)
        }
        return removed
    }

    /// Up to `limit` of what is more than `maximum`, the oldest first.
    private static func findSurplus(
        of quota: SignInRecord.Quota, _ place: [SQLValue], beyond maximum: Int, limit: Int, _ connection: any SQLConnection
    ) throws(StoreError) -> [SignInRecord.Reference] {
        guard let surplus = try connection.row(first(of: quota), place + [.integer(maximum)]) else { return [] }
        if quota == .accepted {
            var columns = ColumnReader(surplus, of: "sign-in record")
            return try connection.rows(findOldest, place + [.time(try columns.time("at")), .limit(limit)]).map(reference)
        }
        var counts: [Kind: Int] = [:]
        for row in try connection.rows(countKinds(of: quota), place) {
            var columns = ColumnReader(row, of: "sign-in record")
            let kind = try Kind(&columns)
            counts[kind] = try columns.integer("records")
        }
        let (all, share) = (counts.values.reduce(0, +), share(of: counts.values.sorted(), in: maximum))
        let wanted = min(limit, all - maximum)
        var surpluses = counts.compactMapValues { $0 > share ? $0 - share : nil }
        var found: [SignInRecord.Reference] = []
        for begin in stride(from: 0, to: all, by: page) where found.count < wanted {
            for row in try connection.rows(list(of: quota), place + [.integer(page), .integer(begin)]) where found.count < wanted {
                var columns = ColumnReader(row, of: "sign-in record")
                let reference: SignInRecord.Reference = try columns.identifier("reference")
                let kind = try Kind(&columns)
                guard let surplus = surpluses[kind] else { continue }
                surpluses[kind] = surplus > 1 ? surplus - 1 : nil
                found.append(reference)
            }
        }
        return found
    }

    /// How many each kind may have. One that needs less leaves the rest to the others.
    private static func share(of counts: [Int], in maximum: Int) -> Int {
        var (places, sharing) = (maximum, counts.count)
        for count in counts {
            guard count <= places / sharing else { return places / sharing }
            (places, sharing) = (places - count, sharing - 1)
        }
        return .max
    }

    /// Deletes them, if nobody else has; from then on they count as left out.
    private func remove(
        _ references: ArraySlice<SignInRecord.Reference>, of outcome: SignInRecord.Outcome, in pool: UserPool.ID
    ) async throws(StoreError) -> Int {
        try await database.write { connection throws(StoreError) in
            let statements = references.map { SQLStatement(Self.remove, [.identifier(pool), .identifier($0)]) }
            let removed = try connection.rows(of: statements).joined().map { row throws(StoreError) in
                var columns = ColumnReader(row, of: "sign-in record")
                return try columns.time("at")
            }
            for (minute, count) in removed.countedByMinute {
                try Self.add(SignInOmission(poolID: pool, outcome: outcome, minute: minute, count: count), connection)
            }
            return removed.count
        }
    }

    /// So many are looked at together, of a kind that has too many or not.
    private static let page = 1_000

    private static func condition(_ quota: SignInRecord.Quota) -> SQL {
        let ofOutcome: SQL = "pool_id = $1 AND outcome = $2"
        return switch quota {
        case .unanswered: ofOutcome + " AND " + isProven + " = 0 AND provider IS NULL"
        case .unproven: ofOutcome + " AND " + isProven + " = 0"
        case .proven: ofOutcome + " AND " + isProven + " = 1"
        case .accepted: ofOutcome
        }
    }

    /// The index of those that have a name is not in the order of time.
    private static let isProven: SQL = "CASE WHEN username IS NULL THEN 0 ELSE 1 END"
    private static func first(of quota: SignInRecord.Quota) -> SQL {
        "SELECT at FROM sign_in_records WHERE " + condition(quota) + " ORDER BY at DESC LIMIT 1 OFFSET $3"
    }
    private static func countKinds(of quota: SignInRecord.Quota) -> SQL {
        "SELECT " + kind + ", count(*) AS records FROM sign_in_records WHERE " + condition(quota) + " GROUP BY provider, code"
    }
    private static func list(of quota: SignInRecord.Quota) -> SQL {
        "SELECT reference, " + kind + " FROM sign_in_records WHERE " + condition(quota) + " ORDER BY at LIMIT $3 OFFSET $4"
    }
    private static let kind: SQL = "coalesce(provider, '') AS of_provider, coalesce(code, '') AS of_code"
    private static let findOldest: SQL =
        "SELECT reference FROM sign_in_records WHERE pool_id = $1 AND outcome = $2 AND at <= $3 ORDER BY at LIMIT $4"
    private static let remove: SQL = "DELETE FROM sign_in_records WHERE pool_id = $1 AND reference = $2 RETURNING at"
}

extension [Date] {
    /// The minutes in their order, so that no two servers wait for each other's rows.
    fileprivate var countedByMinute: [(minute: Date, count: Int)] {
        var counts: [Int: Int] = [:]
        for time in self { counts[Int((time.timeIntervalSince1970 / 60).rounded(.down)), default: 0] += 1 }
        return counts.sorted { $0.key < $1.key }.map { (Date(timeIntervalSince1970: TimeInterval($0.key) * 60), $0.value) }
    }
}
