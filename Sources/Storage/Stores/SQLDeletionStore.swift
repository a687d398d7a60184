import UserPools

/// Deletes what is marked, in the order in which rows depend on each other, never more at a time than a sign-in can wait for.
struct SQLDeletionStore: DeletionStore {
    let database: any SQLDatabase

    /// Rows of one transaction: some milliseconds, also where there are millions, each of which has pages of its own.
    static let batch = 100
    /// Whoever deletes something small finds it gone for good; what is larger is left to housekeeping.
    static let batchesAtOnce = 10

    func purge(limit: Int) async throws(StoreError) -> Int {
        try await database.write { connection throws(StoreError) in
            if let user = try connection.row(Self.markedUser, []) {
                var columns = ColumnReader(user, of: "user")
                return try Self.purge([.text(try columns.text("id"))], Self.ofUser, limit: limit, connection)
            }
            if let client = try connection.row(Self.markedClient, []) {
                var columns = ColumnReader(client, of: "app client")
                let key: [SQLValue] = [.text(try columns.text("pool_id")), .text(try columns.text("id"))]
                return try Self.purge(key, Self.ofClient, limit: limit, connection)
            }
            if let provider = try connection.row(Self.markedProvider, []) {
                var columns = ColumnReader(provider, of: "identity provider")
                let key: [SQLValue] = [.text(try columns.text("pool_id")), .text(try columns.text("name"))]
                return try Self.purge(key, Self.ofProvider, limit: limit, connection)
            }
            if let pool = try connection.row(Self.markedPool, []) {
                var columns = ColumnReader(pool, of: "user pool")
                return try Self.purge([.text(try columns.text("id"))], Self.ofPool, limit: limit, connection)
            }
            return 0
        }
    }

    /// A statement whose last parameter is how many rows it may delete.
    private struct Step {
        let statement: SQL
        /// Rows are heavy where they are long, or where others go with each: they count for so many.
        var weight = 1
    }

    private static func purge(_ key: [SQLValue], _ steps: [Step], limit: Int, _ connection: any SQLConnection) throws(StoreError) -> Int {
        var removed = 0
        for step in steps where removed < limit {
            let rows = max(1, (limit - removed) / step.weight)
            removed += try connection.execute(step.statement, key + [.limit(rows)]) * step.weight
        }
        return removed
    }

    /// Deletes memberships of a condition that ends in a limit: they have no key of one column.
    static func memberships(_ condition: SQL) -> SQL {
        "DELETE FROM group_memberships WHERE (user_id, position) IN (SELECT user_id, position FROM group_memberships WHERE " + condition + ")"
    }

    /// Deletes members of federations, with the words by which they are found, of a condition on their generation that ends in a limit.
    private static func members(_ condition: SQL) -> SQL {
        "DELETE FROM federation_members WHERE (generation, entity_id) IN (SELECT m.generation, m.entity_id FROM federation_generations g"
            + " JOIN federation_members m ON m.generation = g.id WHERE " + condition + ")"
    }

    private static let markedUser: SQL = "SELECT id FROM users WHERE deleted_at IS NOT NULL ORDER BY id LIMIT 1" + .skippingLocked
    private static let markedClient: SQL =
        "SELECT pool_id, id FROM app_clients WHERE deleted_at IS NOT NULL ORDER BY pool_id, id LIMIT 1" + .skippingLocked
    private static let markedProvider: SQL =
        "SELECT pool_id, name FROM identity_providers WHERE deleted_at IS NOT NULL ORDER BY pool_id, name LIMIT 1" + .skippingLocked
    private static let markedPool: SQL = "SELECT id FROM user_pools WHERE deleted_at IS NOT NULL ORDER BY id LIMIT 1" + .skippingLocked

    private static let ofUser = [
        Step(
            statement: """
                DELETE FROM sign_in_records WHERE (pool_id, reference) IN (
                    SELECT pool_id, reference FROM sign_in_records WHERE user_id = $1 LIMIT $2)
                """),
        Step(statement: memberships("user_id = $1 LIMIT $2")),
        Step(statement: "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE user_id = $1 LIMIT $2)"),
        Step(statement: "DELETE FROM token_families WHERE id IN (SELECT id FROM token_families WHERE user_id = $1 LIMIT $2)", weight: 4),
        Step(
            statement: """
                DELETE FROM users WHERE id IN (SELECT id FROM users WHERE id = $1
                    AND NOT EXISTS (SELECT 1 FROM token_families WHERE user_id = $1) AND NOT EXISTS (SELECT 1 FROM sessions WHERE user_id = $1)
                    AND NOT EXISTS (SELECT 1 FROM group_memberships WHERE user_id = $1)
                    LIMIT $2)
                """),
    ]
    private static let ofClient = [
        Step(
            statement: """
                DELETE FROM consents WHERE (user_id, client_id) IN (
                    SELECT user_id, client_id FROM consents WHERE pool_id = $1 AND client_id = $2 LIMIT $3)
                """),
        Step(
            statement: "DELETE FROM token_families WHERE id IN (SELECT id FROM token_families WHERE pool_id = $1 AND client_id = $2 LIMIT $3)",
            weight: 4),
        Step(
            statement: """
                DELETE FROM app_clients WHERE (pool_id, id) IN (SELECT pool_id, id FROM app_clients WHERE pool_id = $1 AND id = $2
                    AND NOT EXISTS (SELECT 1 FROM token_families WHERE pool_id = $1 AND client_id = $2)
                    AND NOT EXISTS (SELECT 1 FROM consents WHERE pool_id = $1 AND client_id = $2) LIMIT $3)
                """),
    ]
    private static let ofProvider = [
        Step(statement: "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE pool_id = $1 AND provider = $2 LIMIT $3)"),
        Step(
            statement: "DELETE FROM token_families WHERE id IN (SELECT id FROM token_families WHERE pool_id = $1 AND provider = $2 LIMIT $3)",
            weight: 4),
        Step(statement: memberships("pool_id = $1 AND provider = $2 LIMIT $3")),
        Step(
            statement: "DELETE FROM pending_sign_ins WHERE id IN (SELECT id FROM pending_sign_ins WHERE pool_id = $1 AND provider = $2 LIMIT $3)"),
        Step(statement: members("g.pool_id = $1 AND g.provider = $2 LIMIT $3"), weight: 10),
        Step(
            statement: """
                DELETE FROM identity_providers WHERE (pool_id, name) IN (
                    SELECT pool_id, name FROM identity_providers WHERE pool_id = $1 AND name = $2
                        AND NOT EXISTS (SELECT 1 FROM token_families WHERE pool_id = $1 AND provider = $2)
                        AND NOT EXISTS (SELECT 1 FROM sessions WHERE pool_id = $1 AND provider = $2)
                        AND NOT EXISTS (SELECT 1 FROM pending_sign_ins WHERE pool_id = $1 AND provider = $2)
                        AND NOT EXISTS (SELECT 1 FROM group_memberships WHERE pool_id = $1 AND provider = $2)
                        AND NOT EXISTS (SELECT 1 FROM federation_generations g JOIN federation_members m ON m.generation = g.id
                            WHERE g.pool_id = $1 AND g.provider = $2) LIMIT $3)
                """),
    ]
    /// Sign-ins that wait belong to nobody then, and expire.
    private static let ofPool = [
        Step(
            statement: "DELETE FROM token_families WHERE id IN (SELECT id FROM token_families WHERE pool_id = $1 LIMIT $2)", weight: 4),
        Step(statement: "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE pool_id = $1 LIMIT $2)"),
        // Before the users: whose rows go with a user's would count as nothing.
        Step(statement: memberships("pool_id = $1 LIMIT $2")),
        Step(statement: "DELETE FROM users WHERE id IN (SELECT id FROM users WHERE pool_id = $1 LIMIT $2)", weight: 4),
        Step(
            statement: """
                DELETE FROM accepted_proofs WHERE (pool_id, provider, proof_id) IN (
                    SELECT pool_id, provider, proof_id FROM accepted_proofs WHERE pool_id = $1 LIMIT $2)
                """),
        Step(
            statement: """
                DELETE FROM revoked_tokens WHERE (pool_id, token_id) IN (
                    SELECT pool_id, token_id FROM revoked_tokens WHERE pool_id = $1 LIMIT $2)
                """),
        // A federation has thousands, which would go with it and count as nothing.
        Step(statement: members("g.pool_id = $1 LIMIT $2"), weight: 10),
        Step(
            statement: """
                DELETE FROM identity_providers WHERE (pool_id, name) IN (
                    SELECT pool_id, name FROM identity_providers WHERE pool_id = $1 LIMIT $2)
                """,
            weight: 10),
        Step(
            statement: "DELETE FROM app_clients WHERE (pool_id, id) IN (SELECT pool_id, id FROM app_clients WHERE pool_id = $1 LIMIT $2)", weight: 4),
        Step(
            statement: """
                DELETE FROM logout_notices WHERE (pool_id, reference, client_id, session_id, channel) IN (
                    SELECT pool_id, reference, client_id, session_id, channel FROM logout_notices WHERE pool_id = $1 LIMIT $2)
                """),
        Step(
            statement: """
                DELETE FROM sign_in_records WHERE (pool_id, reference) IN (
                    SELECT pool_id, reference FROM sign_in_records WHERE pool_id = $1 LIMIT $2)
                """),
        Step(
            statement: """
                DELETE FROM sign_in_messages WHERE (pool_id, reference) IN (
                    SELECT pool_id, reference FROM sign_in_messages WHERE pool_id = $1 LIMIT $2)
                """, weight: 10),
        Step(
            statement: """
                DELETE FROM sign_in_omissions WHERE (pool_id, outcome, at) IN (
                    SELECT pool_id, outcome, at FROM sign_in_omissions WHERE pool_id = $1 LIMIT $2)
                """),
        Step(
            statement: """
                DELETE FROM sign_in_counts WHERE (pool_id, at, provider, outcome, code) IN (
                    SELECT pool_id, at, provider, outcome, code FROM sign_in_counts WHERE pool_id = $1 LIMIT $2)
                """),
        Step(
            statement: "DELETE FROM logouts WHERE (pool_id, reference) IN (SELECT pool_id, reference FROM logouts WHERE pool_id = $1 LIMIT $2)"),
        Step(
            statement: "DELETE FROM images WHERE (pool_id, hash) IN (SELECT pool_id, hash FROM images WHERE pool_id = $1 LIMIT $2)", weight: 10),
        Step(
            statement: """
                DELETE FROM user_pools WHERE id IN (SELECT id FROM user_pools WHERE id = $1
                    AND NOT EXISTS (SELECT 1 FROM users WHERE pool_id = $1)
                    AND NOT EXISTS (SELECT 1 FROM token_families WHERE pool_id = $1)
                    AND NOT EXISTS (SELECT 1 FROM sessions WHERE pool_id = $1)
                    AND NOT EXISTS (SELECT 1 FROM accepted_proofs WHERE pool_id = $1)
                    AND NOT EXISTS (SELECT 1 FROM revoked_tokens WHERE pool_id = $1)
                    AND NOT EXISTS (SELECT 1 FROM identity_providers WHERE pool_id = $1)
                    AND NOT EXISTS (SELECT 1 FROM app_clients WHERE pool_id = $1)
                    AND NOT EXISTS (SELECT 1 FROM logouts WHERE pool_id = $1)
                    AND NOT EXISTS (SELECT 1 FROM sign_in_records WHERE pool_id = $1)
                    AND NOT EXISTS (SELECT 1 FROM sign_in_messages WHERE pool_id = $1)
                    AND NOT EXISTS (SELECT 1 FROM images WHERE pool_id = $1) LIMIT $2)
                """),
    ]
}
