import Testing
import TestSupport
import UserPools

@testable import Storage

/// Says of every statement that the stores run in these tests, once for each database, whether it stays as fast however much there is: it finds rows by
/// an index, and sorts none but those of one user, session, client or the like.
actor PlanJudge {
    static let sqlite = PlanJudge { statements in
        let database = try await SQLiteDatabase.temporary()
        let tables = try await tables(database, "SELECT name, tbl_name FROM sqlite_schema WHERE type = 'index'")
        var plans: [[QueryPlan]] = []
        for statement in statements {
            let rows = try await database.read { connection throws(StoreError) in
                try connection.rows("EXPLAIN QUERY PLAN " + statement.sql, [])
            }
            plans.append([QueryPlan(sqlite: rows.map { text($0.values[3]) }, tables: tables)])
        }
        await database.close()
        return plans
    }

    static let postgreSQL = PlanJudge(explainByPostgreSQL) { try await PostgreSQLServer.shared.statements(["ANALYZE"], in: filledName) }

    @Sendable private static func explainByPostgreSQL(_ statements: [SQLStatement]) async throws -> [[QueryPlan]] {
        let database = try await filled.value
        let tables = try await tables(database, "SELECT indexname::text, tablename::text FROM pg_indexes WHERE schemaname = 'public'")
        var plans: [[QueryPlan]] = []
        for statement in statements {
            let places = Array(repeating: "NULL" as SQL, count: statement.values.count)
            let (once, always) = try await database.read { connection throws(StoreError) in
                let once = try connection.rows("EXPLAIN " + statement.sql, statement.values)
                _ = try connection.rows("SET LOCAL plan_cache_mode = force_generic_plan", [])
                _ = try connection.rows("PREPARE judged AS " + statement.sql, [])
                let always = try connection.rows("EXPLAIN EXECUTE judged" + (places.isEmpty ? "" : "(" + places.joined(by: ", ") + ")"), [])
                _ = try connection.rows("DEALLOCATE judged", [])
                return (once, always)
            }
            let (one, general) = (
                QueryPlan(postgreSQL: once.map { text($0.values[0]) }, tables: tables),
                QueryPlan(postgreSQL: always.map { text($0.values[0]) }, tables: tables)
            )
            // Which test ran the statement first is luck, and so are the values: of those by which hardly anything is read nothing is learned.
            let custom = one.cost < 50 ? [] : [one]
            // After five times a server takes one plan for all values, if that one is no dearer than planning each time (PostgreSQL, PREPARE).
            plans.append(custom + (general.cost < one.cost + 50 ? [general] : []))
        }
        return plans
    }

    /// Nobody has many of these: pools and their keys, settings, and servers that run.
    private static let smallTables: Set = [
        "user_pools", "signing_keys", "initial_access_tokens", "saml_keys", "subject_keys", "installation_settings", "servers", "schema_migrations",
        // One a federation, and of its generations at most those that are swept.
        "federations", "federation_generations",
    ]
    /// By these alone many rows are found.
    private static let commonColumns: Set = [
        "pool_id", "provider", "enabled", "kind", "phase", "target_kind", "group_name", "ended", "expires_at", "until", "at", "created_at",
        "deleted_at", "generation", "outcome",
    ]
    /// What is as large as a pool's configuration, or a part of it. It answers with all that it reads, is asked for by an admin alone (what pools had,
    /// whether somebody else has a logo, what a new master key seals), or looks for a part of a provider's name, for which no index is of use.
    private static let whole = [
        "enabled = 1 AND search_text LIKE $2", "FROM pools p JOIN audit_events e", "DELETE FROM images WHERE pool_id = $1 AND hash = $2",
        "FROM live_app_clients WHERE pool_id = $1 AND name = $2",
        "FROM live_app_clients WHERE pool_id = $1 ORDER BY created_at, id", "FROM live_identity_providers WHERE pool_id = $1 ORDER BY name",
        "FROM user_groups WHERE pool_id = $1 ORDER BY name", "FROM live_identity_providers WHERE kind = 'oidc' ORDER BY pool_id, name",
        // A hundred at a time in the order of the key, of which SQLite's plan writes otherwise.
        "LEFT JOIN provider_ends e", "DELETE FROM sign_in_messages WHERE expires_at > $1",
        // From one provider to the next, of which a pool has a number that an admin knows.
        "SELECT name FROM providers WHERE name IS NOT NULL LIMIT $2",
        // Added up, of the newest 100,000 at most.
        "FROM sign_in_counts WHERE pool_id = $1 AND at >= $2 AND", "GROUP BY at, provider) AS hourly",
        "FROM sign_in_omissions WHERE pool_id = $1 AND outcome = $2 AND at >= $3 ORDER BY at DESC",
        // Of refusals, of which a pool has 10,000 and some of a minute: looked through once a minute, and without a lock.
        "CASE WHEN username IS NULL",
        // The newest 10,000 events of a pool, once a minute.
        "LIMIT 10000) AS newest",
    ]

    /// Of these a provider has one row.
    private static let onePerProvider: Set = ["followed_documents", "metadata_fetches", "provider_ends"]

    private let explain: @Sendable ([SQLStatement]) async throws -> [[QueryPlan]]
    private let countAgain: @Sendable () async throws -> Void
    private var judged: Set<String> = []

    private init(
        _ explain: @escaping @Sendable ([SQLStatement]) async throws -> [[QueryPlan]], countAgain: @escaping @Sendable () async throws -> Void = {}
    ) {
        (self.explain, self.countAgain) = (explain, countAgain)
    }

    /// Records an issue for each statement whose cost grows.
    func judge(_ statements: [SQLStatement]) async throws {
        let found = try await findings(statements.filter { judged.insert($0.sql.text).inserted }).filter { !$0.findings.isEmpty }
        guard !found.isEmpty else { return }
        // PostgreSQL counts in a sample: what is found by one and not by another is luck.
        try await countAgain()
        for (statement, findings) in try await findings(found.map(\.statement)) where !findings.isEmpty {
            Issue.record("\(findings.joined(separator: "\n"))\n\(statement.sql.text)")
        }
    }

    func findings(_ statements: [SQLStatement]) async throws -> [(statement: SQLStatement, findings: [String])] {
        guard !statements.isEmpty else { return [] }
        return zip(statements, try await explain(statements)).map { statement, plans in
            let isWhole = Self.whole.contains { statement.sql.text.contains($0) }
            return (statement, isWhole ? [] : plans.compactMap { Self.finding($0, isLimited: statement.sql.text.contains("LIMIT")) })
        }
    }

    private static func finding(_ plan: QueryPlan, isLimited: Bool) -> String? {
        for read in plan.reads where !smallTables.contains(read.table) {
            // What is marked as deleted is there for a moment, and has an index of its own.
            if read.index?.hasSuffix("_deleted") == true { continue }
            if read.columns.isEmpty { return "reads all of \(read.table):\n\(plan)" }
            guard commonColumns.isSuperset(of: read.columns), read.table != "identity_provider_domains" || read.columns == ["pool_id"],
                !onePerProvider.contains(read.table) || !read.columns.contains("provider")
            else {
                continue
            }
            if !isLimited { return "reads as much of \(read.table) as there is:\n\(plan)" }
            if plan.sorts { return "sorts as much of \(read.table) as there is:\n\(plan)" }
        }
        return nil
    }

    private static func text(_ value: SQLValue) -> String { if case .text(let text) = value { text } else { "" } }

    private static func tables(_ database: any SQLDatabase, _ query: SQL) async throws -> [String: String] {
        let rows = try await database.read { connection throws(StoreError) in try connection.rows(query, []) }
        return Dictionary(uniqueKeysWithValues: rows.map { (text($0.values[0]), text($0.values[1])) })
    }
}
