import Foundation
import TestSupport
import Testing
import UserPools

@testable import Storage

/// The plan of every statement is judged where a test runs it (`PlanJudge`). Here are those that no other test of the stores runs, and the judge's own tests.
extension StoreConformanceTests {
    @Test("what no other test asks for: events of no pool, unanswered sign-ins, a key that is withdrawn", arguments: DatabaseKind.all)
    func seldomStatements(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let other = UserPool(id: UserPool.ID("local_other")!, name: "Other", domain: nil, signingAlgorithm: "RS256", createdAt: example.now)
            try await stores.pools.insert(other)
            #expect(try await stores.audit.list(in: nil, target: nil, limit: 10).isEmpty)
            for pool in [other.id, example.poolID] {
                let event = AuditEvent(
                    id: example.random(), poolID: pool, at: example.now, actor: .system, action: AuditEvent.Action("pool.delete"),
                    target: AuditEvent.Target(.pool, pool.text))
                #expect(try await stores.pools.delete(pool, recorded: { _ in event }, unless: { _ throws(Never) in }))
            }
            let deleted = try await stores.audit.list(in: nil, target: nil, limit: 10)
            #expect(Set(deleted.map(\.target.name)) == [other.id.text, example.poolID.text])
            #expect(try await stores.audit.list(in: nil, target: nil, limit: 1).count == 1)
            let newest = try #require(deleted.first)
            let older = try await stores.audit.list(in: nil, target: nil, behind: ListCursor(at: newest.at, key: newest.id), limit: 10)
            #expect(older.map(\.id) == deleted.dropFirst().map(\.id) && older.count == 1)
        }
        try await kind.with { stores in
            try await example.prepare(stores)
            try await stores.signIns.insert(example.pending())
            #expect(try await stores.signIns.unanswered(at: example.now, limit: 10).isEmpty)
            #expect(try await stores.signIns.unanswered(at: example.now.addingTimeInterval(600), limit: 10).map(\.id) == [example.pending().id])
            let key = example.key("retired-retired-1", phase: .retired)
            _ = try await stores.keys.insertFirst(key)
            let event = AuditEvent.any(.key, "withdrawn", in: example.poolID)
            #expect(try await stores.keys.withdraw(key.id, in: example.poolID, rotation: nil, at: example.now, recorded: event))
        }
    }

    @Test("a statement that reads or sorts all that there is, is found", arguments: zip([PlanJudge.sqlite, .postgreSQL], DatabaseKind.all))
    func judge(_ judge: PlanJudge, _ kind: DatabaseKind) async throws {
        let scans: [SQL] = [
            "SELECT id FROM users WHERE attributes = $1", "SELECT id FROM sessions WHERE pool_id = $1",
            "SELECT id FROM users WHERE pool_id = $1 ORDER BY created_at LIMIT 10", "DELETE FROM token_families WHERE nonce = $1",
            "SELECT f.id FROM token_families f JOIN sessions s ON s.upstream_session_index = f.nonce WHERE f.id = $1",
        ]
        for (statement, findings) in try await judge.findings(scans.map { SQLStatement($0, $0.text.contains("$1") ? [.text("local_Ab3")] : []) }) {
            #expect(findings.count > 0, "\(kind): \(statement.sql.text)")
        }
        let searches: [SQL] = [
            "SELECT id FROM users WHERE id = $1", "SELECT id FROM sessions WHERE pool_id = $1 LIMIT 10", "SELECT id FROM user_pools WHERE name = $1",
        ]
        for (statement, findings) in try await judge.findings(searches.map { SQLStatement($0, [.text("local_Ab3")]) }) {
            #expect(findings == [], "\(kind): \(statement.sql.text)")
        }
    }

    @Test("what goes with a row that is deleted is found by an index", arguments: DatabaseKind.all)
    func ownersHaveIndexes(_ kind: DatabaseKind) async throws {
        try await kind.withDatabase { database, _ in
            let query: SQL = kind.description == "SQLite" ? Self.ownersOfSQLite : Self.ownersOfPostgreSQL
            let found = try await database.read { connection throws(StoreError) in try connection.rows(query, []) }
            #expect(found.count >= 15)
            for row in found where row.values.last != .integer(1) { Issue.record("no index begins with the columns of \(row.values)") }
        }
    }

    private static let ownersOfSQLite: SQL = """
        SELECT t.name, k.id, EXISTS (
            SELECT 1 FROM pragma_index_list(t.name) l WHERE l.partial = 0 AND NOT EXISTS (
                SELECT 1 FROM pragma_foreign_key_list(t.name) c WHERE c.id = k.id AND NOT EXISTS (
                    SELECT 1 FROM pragma_index_info(l.name) i WHERE i.name = c."from"
                        AND i.seqno < (SELECT count(*) FROM pragma_foreign_key_list(t.name) o WHERE o.id = k.id)))) AS indexed
        FROM sqlite_schema t, pragma_foreign_key_list(t.name) k WHERE t.type = 'table' AND k.seq = 0
        """
    private static let ownersOfPostgreSQL: SQL = """
        SELECT conrelid::regclass::text, conname::text, (EXISTS (
            SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indpred IS NULL
                AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey))::int AS indexed
        FROM pg_constraint c WHERE c.contype = 'f'
        """
}
