import FoundationEssentials
import UserPools

struct SQLPushedRequestStore: PushedRequestStore {
    let database: any SQLDatabase

    func insert(_ request: PushedRequest) async throws(StoreError) {
        let values: [SQLValue] = [
            .hash(request.hash), .identifier(request.poolID), .identifier(request.clientID),
            try StoredJSON.value(request.parameters, of: "pushed request"), .time(request.createdAt), .time(request.expiresAt),
        ]
        try await database.insert(SQLStatement(Self.insert, values), conflict: "pushed request")
    }

    func present(
        _ hash: SecretHash, of client: AppClient.ID, in pool: UserPool.ID, at now: Date
    ) async throws(StoreError) -> [PushedRequest.Parameter]? {
        let values: [SQLValue] = [
            .hash(hash), .identifier(pool), .identifier(client), .time(now), .integer(Int(PushedRequest.presentedLifetime * 1000)),
        ]
        return try await database.write { connection throws(StoreError) in
            guard let row = try connection.row(Self.present, values) else { return nil }
            var columns = ColumnReader(row, of: "pushed request")
            return try columns.json("parameters")
        }
    }

    func removeExpired(at now: Date, limit: Int) async throws(StoreError) -> Int {
        try await database.write { connection throws(StoreError) in try connection.execute(Self.removeExpired, [.time(now), .limit(limit)]) }
    }

    /// Uses a request up: a row where it was there still.
    static func complete(_ hash: SecretHash, in pool: UserPool.ID, at now: Date) -> SQLStatement {
        SQLStatement(complete, [.hash(hash), .identifier(pool), .time(now)])
    }

    private static let insert: SQL =
        "INSERT INTO pushed_requests (hash, pool_id, client_id, parameters, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)"
    private static let present: SQL =
        "UPDATE pushed_requests SET expires_at = created_at + $5 WHERE hash = $1 AND " + .poolID
        + " = $2 AND client_id = $3 AND expires_at > $4 RETURNING parameters"
    private static let complete: SQL =
        "DELETE FROM pushed_requests WHERE hash = $1 AND " + .poolID + " = $2 AND expires_at > $3 RETURNING client_id"
    private static let removeExpired: SQL =
        "DELETE FROM pushed_requests WHERE hash IN (SELECT hash FROM pushed_requests WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2"
        + .skippingLocked + ")"
}
