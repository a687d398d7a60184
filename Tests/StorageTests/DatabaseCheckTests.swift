import Foundation
import Testing
import UserPools

@testable import Storage

@Suite("A database is checked as a whole")
struct DatabaseCheckTests {
    private func check(_ url: String) async throws -> CheckedDatabase {
        let check = try await DatabaseCheck.open(url: url)
        let result: Result<CheckedDatabase, any Error>
        do { result = .success(try await check.run { _, _, _ in }) } catch { result = .failure(error) }
        await check.close()
        return try result.get()
    }

    @Test("nothing is found in one that the stores wrote; every row is counted", arguments: CopySide.allCases)
    func clean(_ side: CopySide) async throws {
        try await CopyStage.with { stage in
            let checked = try await check(try await stage.filled(side))
            #expect(checked.findings == [])
            #expect(checked.more == 0)
            #expect(checked.masterKeyID == "master")
            #expect(checked.tables.map(\.name) == StoredTable.all.map(\.name))
            #expect(checked.tables.first { $0.name == "earlier_refresh_tokens" }?.rows == 600)
        }
    }

    @Test("rows: an owner that is gone, what is no text, what is no JSON, what no store reads")
    func rows() async throws {
        try await CopyStage.with { stage in
            let url = try await stage.filled(.sqlite)
            try await CopySide.change(
                url,
                """
                INSERT INTO user_groups VALUES ('local_gone', 'g', NULL, 0);
                UPDATE user_groups SET description = CAST(x'6100' AS TEXT) WHERE name = 'staff';
                UPDATE token_families SET scopes = '[' WHERE rowid = (SELECT min(rowid) FROM token_families);
                UPDATE identity_providers SET attribute_mapping = '[]' WHERE name = 'other';
                """)
            let findings = try await check(url).findings
            #expect(
                Set(findings.map { "\($0.code) \($0.place.hasPrefix("token_families") ? "token_families" : $0.place)" }) == [
                    "check.owner user_groups, local_gone / g", "check.text user_groups, local_Ab3 / staff", "check.json token_families",
                    "check.value pool local_Ab3",
                ])
            #expect(findings.count == 4)
        }
    }

    @Test("not more is told than somebody reads")
    func many() async throws {
        try await CopyStage.with { stage in
            let url = try await stage.filled(.sqlite)
            try await CopySide.change(url, "UPDATE group_memberships SET user_id = 'gone' || position WHERE origin = 'admin'")
            let checked = try await check(url)
            #expect(checked.findings.count == 100 && checked.more == 500)
            #expect(Set(checked.findings.map(\.code)) == ["check.owner"])
        }
    }

    @Test("PostgreSQL: a constraint that was not validated, an index that is not valid, what is no JSON, a table that cannot be read")
    func postgreSQL() async throws {
        try await CopyStage.with { stage in
            let url = try await stage.filled(.postgreSQL)
            try await CopySide.with(url) { database, _ in
                try await database.write { connection throws(StoreError) in
                    _ = try connection.execute("ALTER TABLE user_groups ADD CONSTRAINT named CHECK (name <> '') NOT VALID", [])
                    _ = try connection.execute(
                        "UPDATE pg_index SET indisvalid = FALSE WHERE indexrelid = to_regclass('users_by_vouched_email')", [])
                    _ = try connection.execute("UPDATE audit_events SET details = 'x' WHERE target_kind = 'group'", [])
                    _ = try connection.execute("ALTER TABLE images RENAME TO pictures", [])
                }
            }
            let checked = try await check(url)
            #expect(
                checked.findings.filter { $0.code != "check.json" } == [
                    .constraint("named", table: "user_groups"), .index("users_by_vouched_email"),
                    .tableUnreadable("images", reason: "PostgreSQL error 42P01"),
                ])
            #expect(checked.findings.filter { $0.code == "check.json" }.count == 1)
        }
    }

    @Test("a damaged file is said to be one")
    func damaged() async throws {
        try await CopyStage.with { stage in
            let url = try await stage.filled(.sqlite)
            guard case .sqlite(let path) = try Storage.kind(of: url) else { return }
            try await CopySide.change(url, "PRAGMA wal_checkpoint(TRUNCATE)")
            var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            // What kind of page each is, of those that came last: of rows, not of what says where they are.
            let page = 4096
            for number in bytes.count / page * 3 / 4..<bytes.count / page { bytes[number * page] ^= 0xFF }
            try bytes.write(to: URL(fileURLWithPath: path))
            #expect(try await check(url).findings.contains { $0.code == "check.damaged" })
        }
    }

    @Test("one of another shape, and one whose copy is not finished, are findings", arguments: CopySide.allCases)
    func shape(_ side: CopySide) async throws {
        try await CopyStage.with { stage in
            let source = try await stage.filled(.sqlite), begun = try await side.newURL(in: stage.folder)
            await #expect(throws: DatabaseCopyError.store(CopyStage.stopped)) { try await stage.copy(source, begun) { $0.table == "users" } }
            #expect(try await check(begun).findings.map(\.code) == ["storage.unfinished_copy"])
            try await CopySide.with(begun) { database, _ in
                try await database.write { connection throws(StoreError) in
                    _ = try connection.execute("UPDATE schema_migrations SET version = 1000 WHERE version = 7", [])
                }
            }
            let checked = try await check(begun)
            #expect(checked.findings.map(\.code) == ["storage.newer_schema"] && checked.tables.isEmpty)
        }
    }
}
