import Foundation
import Synchronization
import TestSupport
import Testing
import UserPools

@testable import Storage

@Suite("A database is copied as a whole")
struct DatabaseCopyTests {
    @Test("every table, from each kind to each kind and back: the same rows, and the stores read them")
    func there() async throws {
        try await CopyStage.with { stage in
            let first = try await stage.filled(.sqlite)
            var (source, lines): (String, [String]?) = (first, nil)
            for side in [CopySide.postgreSQL, .postgreSQL, .sqlite, .sqlite] {
                let destination = try await side.newURL(in: stage.folder)
                let copied = try await stage.copy(source, destination)
                #expect(copied.tables.map(\.name) == StoredTable.all.map(\.name))
                #expect(copied.tables.filter { $0.rows == 0 }.map(\.name) == [])
                #expect(copied.written == copied.tables.map(\.rows).reduce(0, +))
                #expect(copied.masterKeyID == "master")
                #expect(lines == nil || lines == copied.lines)
                (source, lines) = (destination, copied.lines)
            }
            let (poolID, name) = (stage.example.poolID, stage.example.provider)
            func read(_ url: String) async throws -> ([User], UserPool?, IdentityProvider?, Installation) {
                try await CopySide.with(url) { _, stores in
                    (
                        try await stores.users.list(in: poolID, after: nil, limit: 100), try await stores.pools.find(poolID),
                        try await stores.providers.find(name, in: poolID), try await stores.installation.find()
                    )
                }
            }
            let (before, after) = (try await read(first), try await read(source))
            #expect(before.0.count == 11 && before.0 == after.0)
            #expect(before.1 == after.1 && before.2 == after.2 && before.3 == after.3)
            // Who moves the file need not know of those beside it.
            let alone = stage.folder + "/alone.db"
            try FileManager.default.copyItem(atPath: self.name(source), toPath: alone)
            #expect(try await read("sqlite:" + alone).0 == before.0)
        }
    }

    @Test("killed after any batch, it goes on where it was, and what comes out is the same", arguments: CopySide.allCases)
    func resumed(_ side: CopySide) async throws {
        try await CopyStage.with { stage in
            let source = try await stage.filled(.sqlite)
            let whole = try await stage.copy(source, try await CopySide.sqlite.newURL(in: stage.folder))
            let destination = try await side.newURL(in: stage.folder)
            var runs = 0
            while runs < 100 {
                runs += 1
                // Each run writes one batch and dies.
                do throws(DatabaseCopyError) {
                    let copied = try await stage.copy(source, destination) { $0.step == .copying && !$0.isDone }
                    #expect(copied.lines == whole.lines && copied.written == 0)
                    break
                } catch {
                    #expect(error == .store(CopyStage.stopped))
                    let installation = try await CopySide.with(destination) { _, stores in try await stores.installation.find() }
                    #expect(installation.isUnfinishedCopy)
                }
            }
            #expect(runs > StoredTable.all.count)
            #expect(try await CopySide.with(destination) { _, stores in try await stores.installation.find() }.isUnfinishedCopy == false)
            // It was finished: what is there now is a database of its own.
            #expect(await refusal { try await stage.copy(source, destination) } == .notEmpty(location: name(destination), table: "user_pools"))
        }
    }

    @Test("killed once the tables are made, it is a copy that is not finished; tables that were there are nobody's", arguments: CopySide.allCases)
    func firstMoment(_ side: CopySide) async throws {
        try await CopyStage.with { stage in
            let source = try await stage.filled(.sqlite)
            func isUnfinished(_ url: String) async throws -> Bool {
                try await CopySide.with(url) { _, stores in try await stores.installation.find() }.isUnfinishedCopy
            }
            let whole = try await stage.copy(source, try await CopySide.sqlite.newURL(in: stage.folder))
            let (new, old) = (try await side.newURL(in: stage.folder), try await side.newURL(in: stage.folder))
            let oldIsUnfinished = try await isUnfinished(old)
            #expect(!oldIsUnfinished)
            for url in [new, old] { await (try WholeDatabase.openToFill(url: url, with: "a copy", at: stage.example.now)).close() }
            let (newIsUnfinished, oldIsStill) = (try await isUnfinished(new), try await isUnfinished(old))
            #expect(newIsUnfinished && !oldIsStill)
            #expect(await refusal { try await stage.copy(source, new) } == .otherCopy(location: name(new)))
            // Where there are tables and nothing in them a copy begins as before.
            let copied = try await stage.copy(source, old)
            #expect(copied.lines == whole.lines)
        }
    }

    @Test("the source stays as it is, byte by byte, and an older one is not brought up to date")
    func readOnly() async throws {
        try await CopyStage.with { stage in
            let source = try await stage.filled(.sqlite)
            func bytes() throws -> [Data] { try ["", "-wal"].map { try Data(contentsOf: URL(fileURLWithPath: name(source) + $0)) } }
            // A log that nobody has copied into the file: of a server that was killed.
            let writing = try SQLiteConnection(name(source), .writing, busyTimeout: 0)
            defer { withExtendedLifetime(writing) {} }
            _ = try writing.execute("UPDATE user_pools SET id = id", [])
            let before = try bytes()
            _ = try await stage.copy(source, try await CopySide.sqlite.newURL(in: stage.folder))
            #expect(try bytes() == before)

            let (old, destination) = (stage.folder + "/old.db", try await CopySide.sqlite.newURL(in: stage.folder))
            await (try SQLiteDatabase.open(path: old, temporaryFolder: nil, migrations: Array(Migration.all.dropLast()))).close()
            let (found, known) = (Migration.all.dropLast().last?.version ?? 0, Migration.all.last?.version ?? 0)
            await #expect(throws: DatabaseCopyError.database(.olderSchema(found: found, known: known))) {
                try await stage.copy("sqlite:" + old, destination)
            }
            #expect(!FileManager.default.fileExists(atPath: name(destination)))
            await #expect(throws: DatabaseCopyError.self) { try await stage.copy("sqlite:\(stage.folder)/none.db", destination) }
            #expect(!FileManager.default.fileExists(atPath: stage.folder + "/none.db"))
            // PostgreSQL's empty database has no tables, and is given none.
            let empty = try await CopySide.postgreSQL.newURL(in: stage.folder)
            let newest = try #require(PostgreSQLMigration.all.last?.version)
            for _ in 0..<2 {
                await #expect(throws: DatabaseCopyError.database(.olderSchema(found: 0, known: newest))) { try await stage.copy(empty, destination) }
            }
        }
    }

    @Test("refused: something is there already, or a part of another database; a part of one is no source", arguments: CopySide.allCases)
    func destination(_ side: CopySide) async throws {
        try await CopyStage.with { stage in
            let source = try await stage.filled(.sqlite), other = try await CopySide.sqlite.newURL(in: stage.folder)
            try await CopySide.with(other) { _, stores in _ = try await stores.installation.recordMasterKey("another", at: stage.example.now) }
            let used = try await side.newURL(in: stage.folder)
            try await CopySide.with(used) { _, stores in _ = try await stores.installation.recordMasterKey("another", at: stage.example.now) }
            #expect(await refusal { try await stage.copy(source, used) } == .notEmpty(location: name(used), table: "installation_settings"))

            let begun = try await side.newURL(in: stage.folder)
            await #expect(throws: DatabaseCopyError.store(CopyStage.stopped)) { try await stage.copy(source, begun) { $0.table == "users" } }
            #expect(await refusal { try await stage.copy(other, begun) } == .otherCopy(location: name(begun)))
            await #expect(throws: DatabaseCopyError.database(.unfinishedCopy(location: name(begun)))) {
                try await stage.copy(begun, try await side.newURL(in: stage.folder))
            }
            _ = try await stage.copy(source, begun)
        }
    }

    @Test("refused while a server runs on either side; one that counts as gone is none", arguments: CopySide.allCases)
    func inUse(_ side: CopySide) async throws {
        try await CopyStage.with { stage in
            let (source, destination) = (try await stage.filled(side), try await side.newURL(in: stage.folder))
            let server = RunningServer(
                id: "a", publicURL: "https://id.example.com", startedAt: stage.example.now, seenAt: stage.example.now)
            for url in [destination, source] {
                try await CopySide.with(url) { _, stores in _ = try await stores.installation.announce(server, masterKeyID: "master") }
                #expect(
                    await refusal { try await stage.copy(source, destination, after: 40) } == .inUse(location: name(url), publicURL: server.publicURL)
                )
                try await CopySide.with(url) { _, stores in try await stores.installation.leave(server.id) }
            }
            try await CopySide.with(source) { _, stores in _ = try await stores.installation.announce(server, masterKeyID: "master") }
            _ = try await stage.copy(source, destination, after: RunningServer.presumedGoneAfter + 1)
        }
    }

    @Test("refused at the end: a server that came while the rows were compared", arguments: [true, false])
    func cameMeanwhile(_ toSource: Bool) async throws {
        try await CopyStage.with { stage in
            let (source, destination) = (try await stage.filled(.sqlite), try await CopySide.sqlite.newURL(in: stage.folder))
            let (url, seen) = (toSource ? source : destination, Int((stage.example.now + 1000).timeIntervalSince1970 * 1000))
            let path = name(url)
            let refused = await refusal {
                try await stage.copy(source, destination) { step in
                    if step.step == .comparing, step.table == "installation_settings", step.isDone {
                        try? CopySide.announceServer(in: path, seenAt: seen)
                    }
                    return false
                }
            }
            #expect(refused == .inUse(location: path, publicURL: "https://late.example"))
            #expect(try await CopySide.with(destination) { _, stores in try await stores.installation.find() }.isUnfinishedCopy)
        }
    }

    @Test("what was written to the source behind the copy's back is noticed", arguments: CopySide.allCases)
    func differs(_ side: CopySide) async throws {
        try await CopyStage.with { stage in
            let (source, destination) = (try await stage.filled(.sqlite), try await side.newURL(in: stage.folder))
            await #expect(throws: DatabaseCopyError.store(CopyStage.stopped)) { try await stage.copy(source, destination) { $0.table == "sessions" } }
            try await CopySide.with(source) { database, _ in
                try await database.write { connection throws(StoreError) in _ = try connection.execute("UPDATE users SET updated_at = 1", []) }
            }
            guard case .differs("users", let expected, let seen) = await refusal({ try await stage.copy(source, destination) }) else {
                Issue.record("nobody noticed")
                return
            }
            #expect(expected.hasPrefix("11 rows, SHA-256 ") && seen.hasPrefix("11 rows, SHA-256 ") && expected != seen)
            #expect(try await CopySide.with(destination) { _, stores in try await stores.installation.find() }.isUnfinishedCopy)
        }
    }

    @Test("a row that cannot be copied is named; the rows before it stay, and without it the copy goes on", arguments: CopySide.allCases)
    func badRows(_ side: CopySide) async throws {
        let orphan = "INSERT INTO user_groups VALUES ('local_gone', 'g', NULL, 0)"
        let cases: [(String, CopyRefusal, String)] = [
            (orphan, .row(table: "user_groups", key: "local_gone / g", .noOwner), "DELETE FROM user_groups WHERE pool_id = 'local_gone'"),
            (
                "UPDATE users SET username = CAST(x'616200' AS TEXT) WHERE username = 'corp_Ann'",
                .row(table: "users", key: "", .notText(column: "username")),
                "UPDATE users SET username = 'corp_Ann' WHERE instr(username, char(0)) > 0"
            ),
            (
                "UPDATE user_groups SET description = CAST(x'ff' AS TEXT)",
                .row(table: "user_groups", key: "local_Ab3 / staff", .notText(column: "description")), "UPDATE user_groups SET description = ''"
            ),
        ]
        for (spoil, expected, mend) in cases {
            try await CopyStage.with { stage in
                let (source, destination) = (try await stage.filled(.sqlite), try await side.newURL(in: stage.folder))
                try await CopySide.change(source, spoil)
                let refused = await refusal { try await stage.copy(source, destination) }
                switch (refused, expected) {
                // Whose key is drawn anew each time.
                case (.row("users", _, .notText("username"))?, .row("users", _, .notText("username"))): break
                default: #expect(refused == expected)
                }
                try await CopySide.change(source, mend)
                _ = try await stage.copy(source, destination)
            }
        }
    }

    @Test("a key that PostgreSQL's index cannot hold is named")
    func longKey() async throws {
        try await CopyStage.with { stage in
            let (source, destination) = (try await stage.filled(.sqlite), try await CopySide.postgreSQL.newURL(in: stage.folder))
            let name = (0..<200).map { _ in stage.example.random() }.joined()
            try await CopySide.with(source) { database, _ in
                try await database.write { connection throws(StoreError) in
                    _ = try connection.execute("INSERT INTO user_groups VALUES ('local_Ab3', $1, NULL, 0)", [.text(name)])
                }
            }
            #expect(
                await refusal { try await stage.copy(source, destination) }
                    == .row(table: "user_groups", key: "local_Ab3 / " + name.prefix(100), .tooLong))
        }
    }

    private func name(_ url: String) -> String {
        switch try? Storage.kind(of: url) {
        case .sqlite(let path): path
        case .postgreSQL(let location): location.text
        case nil: ""
        }
    }

    private func refusal<Value>(_ body: () async throws -> Value) async -> CopyRefusal? {
        do {
            _ = try await body()
            return nil
        } catch {
            guard case .refused(let refusal)? = error as? DatabaseCopyError else { return nil }
            return refusal
        }
    }
}
