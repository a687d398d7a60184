import Foundation
import TestSupport
import Testing
import UserPools

@testable import Storage

@Suite struct MigrationTests {
    @Test("ten processes that open a new file at once migrate it once, and all can write")
    func atOnce() async throws {
        try await withFile { path in
            let outcomes = await gather(10) { _ throws(StorageError) in try await SQLiteDatabase.open(path: path) }
            #expect(outcomes.failures == [])
            let example = Example()
            for (index, database) in outcomes.successes.enumerated() {
                try await Stores(database).pools.insert(example.pool(named: "local_p\(index)"))
            }
            let last = try #require(outcomes.successes.last)
            #expect(try await last.number("SELECT count(*) FROM schema_migrations") == Migration.all.count)
            #expect(try await Stores(last).pools.list().count == 10)
            for database in outcomes.successes { await database.close() }
        }
    }

    @Test("opening again does nothing, and what was written is there")
    func again() async throws {
        try await withFile { path in
            let example = Example()
            for _ in 1...3 {
                let storage = try await Storage.open(url: "sqlite:" + path)
                try await storage.ping()
                if try await storage.stores.pools.find(example.poolID) == nil { try await storage.stores.pools.insert(example.pool) }
                await storage.close()
                await #expect(throws: StoreError.unavailable(reason: "closed")) { try await storage.ping() }
            }
        }
    }

    @Test("a database of a newer version is refused and left alone")
    func newer() async throws {
        try await withFile { path in
            let next = Migration(version: 1000, name: "next", sqlite: "CREATE TABLE next (id TEXT)")
            await (try SQLiteDatabase.open(path: path, temporaryFolder: nil, migrations: Migration.all + [next])).close()
            let known = try #require(Migration.all.last?.version)
            await #expect(throws: StorageError.newerSchema(found: 1000, known: known)) { _ = try await Storage.open(url: "sqlite:" + path) }
        }
    }

    @Test("a migration that fails is undone with those before it")
    func failing() async throws {
        try await withFile { path in
            let bad = Migration(version: 1000, name: "bad", sqlite: "CREATE TABLE half (id TEXT); CREATE TABLE half (id TEXT)")
            await #expect(throws: StorageError.migrationFailed(version: 1000, reason: "SQLite error 1")) {
                _ = try await SQLiteDatabase.open(path: path, temporaryFolder: nil, migrations: Migration.all + [bad])
            }
            let database = try await SQLiteDatabase.open(path: path)
            #expect(try await database.number("SELECT max(version) FROM schema_migrations") == Migration.all.last?.version)
            #expect(try await database.number("SELECT count(*) FROM sqlite_schema WHERE name = 'half'") == 0)
            await database.close()
        }
    }

    @Test("branding comes to a database that has providers already: they are offered and found by their names")
    func branding() async throws {
        try await withFile { path in
            let before = Migration.all.filter { $0.version < Migration.branding.version }
            let old = try await SQLiteDatabase.open(path: path, temporaryFolder: nil, migrations: before)
            try await old.write { connection throws(StoreError) in
                _ = try connection.execute("INSERT INTO user_pools VALUES ('local_old', 'Old', NULL, 'ES256', '[]', 1)", [])
                for name in ["Corp", "adfs"] {
                    _ = try connection.execute(
                        "INSERT INTO identity_providers VALUES ('local_old', $1, 'saml', $1, $2, '{\"rules\":[]}', '[]', 1, 1, 1)",
                        [
                            .text(name),
                            try StoredJSON.value(SAMLConnection(metadata: "<EntityDescriptor/>", entityID: "https://idp.example"), of: "test"),
                        ])
                }
            }
            await old.close()
            let database = try await SQLiteDatabase.open(path: path)
            let (stores, pool) = (Stores(database), UserPool.ID("local_old")!)
            #expect(try await stores.pools.find(pool)?.branding == Branding())
            #expect(try await stores.offers.list(in: pool, among: nil, limit: 10).map(\.name.text) == ["adfs", "Corp"])
            #expect(try await stores.offers.search("COR", in: pool, among: nil, limit: 10).map(\.name.text) == ["Corp"])
            #expect(try await stores.providers.find(IdentityProvider.Name("Corp")!, in: pool)?.displayName == nil)
            await database.close()
        }
    }

    @Test("case 130: keys of persistent names lose their qualifiers; of several users of one name the oldest keeps it; other formats stay")
    func persistentNames() async throws {
        try await withFile { path in
            let before = Migration.all.filter { $0.version < Migration.persistentNames.version }
            let old = try await SQLiteDatabase.open(path: path, temporaryFolder: nil, migrations: before)
            let persistent = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
            let rows = [
                (1, persistent + " https://idp.example https://sp.example", "alice"), (2, persistent + "  https://sp.example", "bob"),
                (3, persistent + " https://idp.example ", "bob"), (4, persistent + "  ", "carol"), (5, persistent + "x CORP ", "dave"),
            ]
            try await old.write { connection throws(StoreError) in
                _ = try connection.execute(
                    "INSERT INTO user_pools (id, name, signing_algorithm, custom_attributes, created_at) VALUES ('local_old', 'Old', 'ES256', '[]', 1)",
                    [])
                for (number, format, subject) in rows {
                    _ = try connection.execute(
                        "INSERT INTO users (id, pool_id, username, enabled, attributes, created_at, updated_at) VALUES ($1, 'local_old', $1, 1, '{}', $2, 1)",
                        [.text("user-\(number)"), .integer(Int64(number))])
                    _ = try connection.execute(
                        "INSERT INTO federated_identities VALUES ('local_old', 'corp', $1, $2, 'https://idp.example', $3, 0)",
                        [.text(format), .text(subject), .text("user-\(number)")])
                }
            }
            await old.close()
            let database = try await SQLiteDatabase.open(path: path)
            func holder(_ format: String, _ subject: String) async throws -> Int? {
                try await database.number(
                    "SELECT coalesce(max(CAST(substr(user_id, 6) AS INTEGER)), 0) FROM federated_identities WHERE format = '\(format)' AND subject = '\(subject)'"
                )
            }
            for (subject, user) in [("alice", 1), ("bob", 2), ("carol", 4)] { #expect(try await holder(persistent + "  ", subject) == user) }
            #expect(try await holder(persistent + " https://idp.example ", "bob") == 3)
            #expect(try await holder(persistent + "x CORP ", "dave") == 5)
            await database.close()
        }
    }

    @Test("migrations are numbered upwards")
    func order() {
        let versions = Migration.all.map(\.version)
        #expect(versions == Array(Set(versions)).sorted())
    }

    @Test(
        "a database URL is sqlite:PATH or postgresql://…, without a password",
        arguments: [
            ("postgresql://user:secret@db.example.com/x", StorageError.passwordInURL), ("mysql://db/x", .malformedURL("mysql")),
            ("postgres://db/x?sslmod=require", .malformedURL("postgresql")), ("sqlite:", .malformedURL("sqlite")),
            ("sqlite::memory:", .malformedURL("sqlite")), ("sqlite:file:x?mode=memory", .malformedURL("sqlite")),
            ("countersign.db", .malformedURL("")), ("mysql://x", .malformedURL("mysql")), ("sqlite:a\0b", .malformedURL("sqlite")),
        ])
    func malformed(_ url: String, _ expected: StorageError) async {
        await #expect(throws: expected) { _ = try await Storage.open(url: url) }
        #expect(!"\(expected.message) \(expected.seen ?? "")".contains("secret"))
        #expect(!expected.remedy.isEmpty)
    }

    @Test("paths", arguments: [("sqlite:countersign.db", "countersign.db"), ("sqlite:/var/lib/x.db", "/var/lib/x.db"), ("SQLITE:a b", "a b")])
    func paths(_ url: String, _ path: String) throws {
        guard case .sqlite(path) = try Storage.kind(of: url) else {
            Issue.record("another kind")
            return
        }
    }
}

func withFile(_ work: (String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.path + "/countersign-test-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await work(folder + "/countersign.db")
}
