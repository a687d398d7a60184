import Foundation
import Storage
import Testing
import UserPools

@testable import CountersignCommand

@Suite("database copy, database check: the real binary")
struct DatabaseCommandTests {
    private func with(_ body: (LifeCycleTests.Admin, _ source: String, _ copy: String) async throws -> Void) async throws {
        try await LifeCycleTests().with { admin in
            try await body(admin, "sqlite:" + admin.folder.file("countersign.db"), "sqlite:" + admin.folder.file("copy.db"))
        }
    }

    /// Rows enough to be in the middle of.
    private func fill(_ folder: TestFolder, pool: String, rows: Int) async throws {
        let database = try await SQLiteDatabase.open(path: folder.file("countersign.db"))
        _ = try await database.transaction { connection throws(StoreError) -> TransactionEnd<Void> in
            for number in 0..<rows {
                _ = try connection.execute(
                    "INSERT INTO users (id, pool_id, username, enabled, attributes, created_at, updated_at) VALUES ($1, $2, $1, 1, '{}', 1, 1)",
                    [.text(UUID().uuidString.lowercased()), .text(pool)])
                _ = try connection.execute(
                    "INSERT INTO accepted_proofs VALUES ($1, 'corp', $2, $3)", [.text(pool), .text("proof \(number)"), .integer(Int64(number))])
            }
            return .commit(())
        }
        await database.close()
    }

    private func spoil(_ folder: TestFolder, _ statement: SQL) async throws {
        let database = try await SQLiteDatabase.open(path: folder.file("countersign.db"))
        _ = try await database.transaction { connection throws(StoreError) -> TransactionEnd<Int> in .commit(try connection.execute(statement, [])) }
        await database.close()
    }

    @Test("a copy is a database like the first, with the same master key; a second time it is refused")
    func copy() async throws {
        try await with { admin, source, copy in
            let copied = try await admin.binary.run("database", "copy", "--from", source, "--to", copy, "--output", "json")
            #expect(copied.status == 0, "\(copied.error)")
            #expect(Set(copied.object.keys) == ["from", "to", "rows", "written", "master_key_id", "tables"])
            let tables = try #require(copied.object["tables"] as? [[String: Any]])
            #expect(
                Set(tables.flatMap(\.keys)) == ["name", "rows", "sha256"] && tables.contains { $0["name"] as? String == "installation_settings" })
            #expect(copied.object["written"] as? Int == copied.object["rows"] as? Int)

            let key = try Data(contentsOf: URL(fileURLWithPath: admin.folder.file("countersign.db.master-key")))
            try admin.folder.write(key, to: "copy.db.master-key")
            for list in [["pool", "list"], ["key", "list", "--pool", admin.pool], ["audit", "list", "--pool", admin.pool]] {
                let (before, after) = (
                    try await admin.binary.run(list + ["--output", "json"]),
                    try await admin.binary.run(list + ["--output", "json", "--database", copy])
                )
                #expect(after.status == 0 && after.output == before.output)
            }
            let again = try await admin.binary.run("database", "copy", "--from", source, "--to", copy, "--output", "json")
            #expect(again.status == 1 && again.failure["error"] as? String == "storage.not_empty")
            let text = try await admin.binary.run("database", "copy", "--from", source, "--to", copy + "2")
            #expect(text.status == 0 && text.output.contains("both sides have the same") && text.error.contains("copy.db2.master-key"))
            let usage = try await admin.binary.run("database", "copy", "--from", source, "--to", "copy.db", "--output", "json")
            #expect(usage.status == 1 && usage.failure["error"] as? String == "storage.malformed_url")
        }
    }

    @Test("kill -9 in the middle: nothing begins on what is there, and the same command brings it to its end")
    func killed() async throws {
        try await with { admin, source, copy in
            try await fill(admin.folder, pool: admin.pool, rows: 16_000)
            let whole = try await admin.binary.run("database", "copy", "--from", source, "--to", copy + "-whole", "--output", "json")
            var (kills, refusals) = (0, 0)
            for attempt in 0..<40 {
                let run = try admin.binary.start(
                    ["database", "copy", "--from", source, "--to", copy, "--output", "json"], output: "out", error: "err")
                try await Task.sleep(for: .milliseconds(20 + 15 * attempt))
                guard run.isRunning else { break }
                run.send(SIGKILL)
                guard await run.wait() == .signal(SIGKILL) else { break }
                kills += 1
                let status = try await admin.binary.run("database", "check", "--database", copy, "--output", "json")
                let findings = (status.object["findings"] as? [[String: Any]])?.compactMap { $0["code"] as? String }
                guard findings == ["storage.unfinished_copy"] else { continue }
                refusals += 1
                for command in [["pool", "list"], ["serve", "--listen", "127.0.0.1:0"]] {
                    let refused = try await admin.binary.run(command + ["--database", copy])
                    #expect(refused.status == 1 && refused.error.contains("error: storage.unfinished_copy: "))
                }
            }
            let last = try await admin.binary.run("database", "copy", "--from", source, "--to", copy, "--output", "json")
            let result = last.status == 0 ? last.object : Binary.Result(status: 0, output: admin.binary.text("out"), error: "").object
            #expect(kills > 2 && refusals > 0)
            #expect(last.status == 0 || last.failure["error"] as? String == "storage.not_empty", "\(last.error)")
            #expect((result["tables"] as? NSArray) == (whole.object["tables"] as? NSArray))
        }
    }

    @Test("refused while a server runs on the database")
    func inUse() async throws {
        try await with { admin, source, copy in
            let server = try admin.binary.start(["serve", "--listen", "127.0.0.1:0", "--log-format", "json"], output: "log.out", error: "log")
            defer { server.terminate() }
            _ = try await admin.binary.address(ofServerLoggingTo: "log")
            let refused = try await admin.binary.run("database", "copy", "--from", source, "--to", copy, "--output", "json")
            #expect(refused.status == 1 && refused.failure["error"] as? String == "storage.in_use")
            #expect(!FileManager.default.fileExists(atPath: admin.folder.file("copy.db")))
            // To look at it is no hindrance.
            #expect(try await admin.binary.run("database", "check").status == 0)
            server.terminate()
            #expect(await server.wait() == .exit(0))
            #expect(try await admin.binary.run("database", "copy", "--from", source, "--to", copy).status == 0)
        }
    }

    @Test("check: nothing in one that is well; what is wrong has a code, a place and a remedy, and status 1")
    func check() async throws {
        try await with { admin, _, _ in
            let well = try await admin.binary.run("database", "check", "--output", "json")
            #expect(well.status == 0 && (well.object["findings"] as? [Any])?.isEmpty == true && well.object["opened"] as? Int == 1)
            #expect(
                Set(well.object.keys) == ["database", "schema", "master_key_id", "opened", "tables", "findings", "more_findings"])
            #expect(try await admin.binary.run("database", "check").output.contains("Nothing was found."))

            let other = try await admin.binary.run("database", "check", "--master-key-file", admin.folder.file("none"))
            #expect(other.status == 0 && other.error.contains("note: the master key is not at hand"))
            let wrong = try admin.folder.write([UInt8](repeating: 7, count: 32), to: "wrong")
            #expect(codes(try await admin.binary.run("database", "check", "--master-key-file", wrong, "--output", "json")) == ["master_key.other"])

            try await spoil(admin.folder, "UPDATE signing_keys SET sealed_private_key = x'00'")
            try await spoil(admin.folder, "UPDATE user_pools SET resources = '['")
            let found = try await admin.binary.run("database", "check", "--output", "json")
            #expect(found.status == 1 && codes(found)?.contains("check.json") == true)
            let text = try await admin.binary.run("database", "check")
            #expect(text.status == 1 && text.output.contains("check.json") && text.output.contains("remedy of check.json: "))
            try await spoil(admin.folder, "UPDATE user_pools SET resources = '[]'")
            #expect(codes(try await admin.binary.run("database", "check", "--output", "json")) == ["master_key.not_opened"])

            let missing = try await admin.binary.run("database", "check", "--database", "sqlite:" + admin.folder.file("none.db"), "--output", "json")
            #expect(missing.status == 1 && missing.failure["error"] as? String == "storage.no_database")
        }
    }

    private func codes(_ result: Binary.Result) -> [String]? {
        (result.object["findings"] as? [[String: Any]])?.compactMap { $0["code"] as? String }
    }
}
