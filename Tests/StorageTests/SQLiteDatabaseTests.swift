import Foundation
import TestSupport
import Testing
import UserPools

@testable import Storage

/// The file: durable, private, and honest when the disk is not.
@Suite struct SQLiteDatabaseTests {
    let example = Example()

    @Test("SWIFT §4: the writer syncs at every commit, in WAL mode, with foreign keys")
    func settings() async throws {
        try await withDatabase { database in
            let synchronous = try await database.number("PRAGMA synchronous")
            #expect(synchronous == 2)
            #expect(try await database.number("PRAGMA foreign_keys") == 1)
            #expect(try await database.number("PRAGMA busy_timeout") == 15_000)
            #expect(try await database.text("PRAGMA journal_mode") == "wal")
            let loose = "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite%'"
            #expect(try await database.number(loose) == 0)
        }
    }

    @Test("the files are the owner's alone; a file that is there keeps its mode")
    func modes() async throws {
        try await withDatabase { database in
            try await Stores(database).pools.insert(example.pool)
            for suffix in ["", "-wal", "-shm"] {
                let attributes = try FileManager.default.attributesOfItem(atPath: database.path + suffix)
                #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600, "\(suffix)")
            }
        }
    }

    @Test("a closed database is all in its file, which may be copied alone")
    func closed() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let database = try await SQLiteDatabase.open(path: folder + "/one.db")
        try await example.prepare(Stores(database))
        await database.close()
        try FileManager.default.copyItem(atPath: folder + "/one.db", toPath: folder + "/copy.db")
        let copy = try await SQLiteDatabase.open(path: folder + "/copy.db")
        #expect(try await Stores(copy).clients.find(example.clientID, in: example.poolID) != nil)
        await copy.close()
    }

    @Test("copying the log makes no file where the database has gone")
    func vanished() async throws {
        try await withDatabase { database in
            let gone = database.path + "-gone"
            SQLiteCheckpoint(path: gone).copy()
            #expect(!FileManager.default.fileExists(atPath: gone))
        }
    }

    @Test("case 125: on a full disk writes say so, earlier data stays, and work goes on when there is room")
    func fullDisk() async throws {
        try await withDatabase { database in
            let stores = Stores(database)
            try await example.prepare(stores)
            let (completed, code) = try await example.signIn(stores)
            let pages = try #require(try await database.number("PRAGMA page_count"))
            try await database.onWriter("PRAGMA max_page_count = \(pages + 2)")
            let outcomes = await gather(200) { index throws(SignInCompletionError) in
                try await stores.signIns.completeSignIn(example.completion(proof: "_\(index)", identity: example.identity("user-\(index)"))).session
            }
            #expect(Set(outcomes.failures.map { "\($0)" }) == ["store(UserPools.StoreError.unavailable(reason: \"disk full\"))"])
            #expect(!outcomes.failures.isEmpty)
            // No session without its durable record, and none that nobody was told of.
            #expect(try await database.number("SELECT count(*) FROM sessions") == outcomes.successes.count + 1)
            #expect(try await database.number("SELECT count(*) FROM accepted_proofs") == outcomes.successes.count + 1)
            #expect(try await stores.users.find(completed.user.id, in: example.poolID) == completed.user)
            try await database.onWriter("PRAGMA max_page_count = 1000000")
            _ = try await stores.grants.redeem(code: code, at: example.now) { _, _ in nil }
            #expect(try await database.text("PRAGMA integrity_check") == "ok")
        }
    }

    @Test("case 125: a read-only database refuses writes and still reads")
    func readOnly() async throws {
        try await withDatabase { database in
            let stores = Stores(database)
            try await example.prepare(stores)
            let token = try await example.refreshToken(stores)
            try await database.onWriter("PRAGMA query_only = 1")
            await #expect(throws: GrantError.store(.unavailable(reason: "read-only"))) {
                try await stores.grants.rotate(token.presented, at: example.now, grace: 0) { token, _ in example.successor(of: token) }
            }
            #expect(try await stores.grants.find(token.presented) != nil)
            try await database.onWriter("PRAGMA query_only = 0")
        }
    }

    @Test("case 125: another process's lock is waited for, and in the end reported")
    func locked() async throws {
        try await withDatabase { database in
            let stores = Stores(database)
            let other = try SQLiteConnection(database.path, .writing, busyTimeout: 0)
            try other.run("BEGIN IMMEDIATE")
            let patient = Task { try await stores.pools.insert(example.pool) }
            try await Task.sleep(for: .milliseconds(200))
            #expect(try await stores.pools.list().isEmpty)
            try other.run("ROLLBACK")
            try await patient.value
            try await database.onWriter("PRAGMA busy_timeout = 50")
            try other.run("BEGIN IMMEDIATE")
            await #expect(throws: StoreError.unavailable(reason: "locked")) { try await stores.pools.delete(example.poolID) }
            try other.run("ROLLBACK")
            #expect(try await stores.pools.list() == [example.pool])
        }
    }

    @Test("a stored row that was tampered with is corrupt, and does not crash")
    func tampered() async throws {
        try await withDatabase { database in
            let stores = Stores(database)
            try await example.prepare(stores)
            let (completed, _) = try await example.signIn(stores)
            for (column, value) in [("attributes", "'{'"), ("attributes", "'{\"email\":{}}'"), ("enabled", "7"), ("pool_id", "'local_Ab3'")] {
                try await database.onWriter("UPDATE users SET \(column) = \(value)")
                if column == "pool_id" { break }
                await #expect(throws: StoreError.corrupt(what: "user")) { try await stores.users.find(completed.user.id, in: example.poolID) }
            }
            try await database.onWriter("UPDATE sessions SET cookie = x'00'")
            #expect(try await stores.sessions.find(cookie: completed.session.cookie, in: example.poolID, at: example.now) == nil)
        }
    }

    @Test("where the file that connections share finds no room, the disk is full (SQLITE_IOERR_SHMSIZE)")
    func full() {
        #expect(SQLiteFailure(code: 4874).told == .unavailable(reason: "disk full"))
        #expect(SQLiteFailure(code: 266).told == .unavailable(reason: "input/output error"))
    }

    @Test("a file that is no database is refused")
    func notADatabase() async throws {
        let path = FileManager.default.temporaryDirectory.path + "/countersign-garbage-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(repeating: 0x41, count: 4096).write(to: URL(fileURLWithPath: path))
        await #expect(throws: StorageError.cannotOpen(path: path, reason: "the file is damaged")) {
            _ = try await Storage.open(url: "sqlite:" + path)
        }
        let missing = "/nowhere-at-all/countersign.db"
        await #expect(throws: StorageError.cannotOpen(path: missing, reason: "No such file or directory")) {
            _ = try await Storage.open(url: "sqlite:" + missing)
        }
    }
}
