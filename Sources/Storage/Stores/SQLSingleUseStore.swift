import FoundationEssentials
import UserPools

struct SQLSingleUseStore: SingleUseStore {
    let database: any SQLDatabase

    // Not by `insert`: where the connection is lost meanwhile it takes a row that is there for its own, and here that may be somebody else's.
    func use(_ value: SecretHash, until: Date) async throws(StoreError) -> Bool {
        try await database.write { connection throws(StoreError) in try connection.execute(Self.use, [.hash(value), .time(until)]) > 0 }
    }

    func removeExpired(at now: Date, limit: Int) async throws(StoreError) -> Int {
        try await database.write { connection throws(StoreError) in try connection.execute(Self.removeExpired, [.time(now), .limit(limit)]) }
    }

    private static let use: SQL = "INSERT INTO used_values (hash, until) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING"
    private static let removeExpired: SQL =
        "DELETE FROM used_values WHERE hash IN (SELECT hash FROM used_values WHERE until <= $1 ORDER BY until LIMIT $2" + .skippingLocked + ")"
}
