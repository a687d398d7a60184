import AsyncHTTPClient
import Foundation
import Glibc
import NIOCore
import Testing

@testable import CountersignCommand

@Suite("CONTRACT, command line: backup and restore", .serialized)
struct BackupCommandTests {
    /// A server that runs on a database with two people, and a backup key.
    private func with(_ body: (LifeCycleTests.Admin, _ address: String) async throws -> Void) async throws {
        try await LifeCycleTests().with { admin in
            #expect(try await admin.run("idp", "create", "saml", "corp", "--metadata-file", "idp.xml").status == 0)
            try await LifeCycleTests().signIn(admin, subjects: ["ada", "grace"])
            let made = try await admin.binary.run("backup", "--make-key", "backup-key", "--output", "json")
            #expect(made.status == 0 && made.object["key_file"] as? String == admin.folder.file("backup-key"), "\(made.error)")
            let server = try admin.binary.start(["serve", "--listen", "127.0.0.1:0", "--log-format", "json"], output: "out", error: "log")
            defer { if server.isRunning { server.terminate() } }
            try await body(admin, try await admin.binary.address(ofServerLoggingTo: "log"))
            server.terminate()
            #expect(await server.wait() == .exit(0))
        }
    }

    private func restore(_ admin: LifeCycleTests.Admin, _ words: String...) async throws -> Binary.Result {
        try await admin.binary.run(["restore"] + words + ["--output", "json"])
    }

    @Test("beside a server that runs: everything is in it, and is the same elsewhere, with the master key")
    func there() async throws {
        try await with { admin, _ in
            let made = try await admin.binary.run("backup", "one.csb", "--key-file", "backup-key", "--output", "json")
            #expect(made.status == 0, "\(made.error)")
            #expect(
                Set(made.object.keys) == [
                    "file", "bytes", "made_at", "program", "schema", "public_url", "master_key_id", "backup_key_id", "has_master_key", "pools",
                    "clients", "users", "rows", "seconds",
                ])
            #expect(made.object["pools"] as? Int == 1 && made.object["users"] as? Int == 2 && made.object["has_master_key"] as? Bool == true)
            #expect(try admin.folder.mode(of: "one.csb") == 0o600 && admin.folder.mode(of: "backup-key") == 0o600)
            // Neither the master key nor a person is in it for whoever has no key.
            let bytes = try Data(contentsOf: URL(fileURLWithPath: admin.folder.file("one.csb")))
            #expect(made.object["bytes"] as? Int == bytes.count)
            let masterKey = try Data(contentsOf: URL(fileURLWithPath: admin.folder.file("countersign.db.master-key")))
            #expect(bytes.range(of: masterKey) == nil && bytes.range(of: Data("ada@example.com".utf8)) == nil)

            let checked = try await restore(admin, "one.csb", "--key-file", "backup-key", "--check")
            #expect(checked.status == 0 && checked.object["users"] as? Int == 2 && checked.object["database"] == nil, "\(checked.error)")
            let target = "sqlite:" + admin.folder.file("elsewhere.db")
            let restored = try await restore(admin, "one.csb", "--key-file", "backup-key", "--database", target)
            #expect(restored.status == 0 && restored.object["database"] as? String == admin.folder.file("elsewhere.db"), "\(restored.error)")
            #expect(try Data(contentsOf: URL(fileURLWithPath: admin.folder.file("elsewhere.db.master-key"))) == masterKey)
            #expect(try admin.folder.mode(of: "elsewhere.db.master-key") == 0o600 && admin.folder.mode(of: "elsewhere.db") == 0o600)
            for list in [["pool", "list"], ["key", "list", "--pool", admin.pool], ["user", "list", "--pool", admin.pool]] {
                let (before, after) = (
                    try await admin.binary.run(list + ["--output", "json"]),
                    try await admin.binary.run(list + ["--output", "json", "--database", target])
                )
                #expect(after.status == 0 && after.output == before.output)
            }
            let check = try await admin.binary.run("database", "check", "--database", target, "--output", "json")
            #expect(check.status == 0 && (check.object["opened"] as? Int ?? 0) > 0, "\(check.output)")
            #expect(admin.folder.names.filter { $0.hasPrefix(".countersign") || $0.hasSuffix(".part") } == [])
        }
    }

    @Test("--end-sessions ends them in what is restored, and says how many; without it they live, and the answer says what else is good again")
    func sessions() async throws {
        try await with { admin, _ in
            #expect(try await admin.binary.run("backup", "one.csb", "--key-file", "backup-key").status == 0)
            for (name, options, ended) in [("lives.db", [], nil), ("ended.db", ["--end-sessions"], 2)] as [(String, [String], Int?)] {
                let target = "sqlite:" + admin.folder.file(name)
                let words = ["restore", "one.csb", "--key-file", "backup-key", "--database", target, "--output", "json"]
                let restored = try await admin.binary.run(words + options)
                #expect(restored.status == 0 && restored.object["ended_sessions"] as? Int == ended, "\(restored.error)")
                #expect(restored.error.contains("keys that were withdrawn") && restored.error.contains("--end-sessions") == (ended == nil))
                let out = try await admin.binary.run(
                    "user", "sign-out", "corp_ada", "--pool", admin.pool, "--database", target, "--output", "json")
                #expect(out.object["ended_sessions"] as? Int == (ended == nil ? 1 : 0), "\(out.error)")
            }
            let looked = try await admin.binary.run("restore", "one.csb", "--key-file", "backup-key", "--check", "--end-sessions")
            #expect(looked.status == 64)
        }
    }

    @Test("a server on what was restored has the same keys as the one before")
    func serves() async throws {
        try await with { admin, address in
            #expect(try await admin.binary.run("backup", "one.csb", "--key-file", "backup-key").status == 0)
            let target = "sqlite:" + admin.folder.file("elsewhere.db")
            let restored = try await admin.binary.run("restore", "one.csb", "--key-file", "backup-key", "--database", target)
            #expect(restored.status == 0 && restored.output.contains("Restored 1 pool, ") && restored.output.contains("2 users"), "\(restored.error)")
            let second = try admin.binary.start(
                ["serve", "--listen", "127.0.0.1:0", "--database", target, "--log-format", "json"], output: "out2", error: "log2")
            defer { if second.isRunning { second.terminate() } }
            let other = try await admin.binary.address(ofServerLoggingTo: "log2")
            func keys(_ address: String) async throws -> Data {
                try await HTTPClient.withHTTPClient { client in
                    let asked = HTTPClientRequest(url: "http://\(address)/\(admin.pool)/.well-known/jwks.json")
                    return Data(try await client.execute(asked, timeout: .seconds(20)).body.collect(upTo: 65_536).readableBytesView)
                }
            }
            let (before, after) = (try await keys(address), try await keys(other))
            #expect(before == after && !before.isEmpty)
        }
    }

    @Test("a signal ends it, and nothing unsealed stays")
    func interrupted() async throws {
        try await LifeCycleTests().with { admin in
            #expect(try await admin.binary.run("backup", "--make-key", "backup-key").status == 0)
            // It waits for whoever writes there, with the folder made.
            try #require(mkfifo(admin.folder.file("one.csb"), 0o600) == 0)
            let binary = Binary(folder: admin.folder, environment: ["TMPDIR": admin.folder.path])
            let restoring = try binary.start(["restore", "one.csb", "--key-file", "backup-key", "--check"], output: "out", error: "err")
            func unsealed() -> [String] { admin.folder.names.filter { $0.hasPrefix(".countersign-work-") } }
            for _ in 0..<200 where unsealed().isEmpty { try await Task.sleep(for: .milliseconds(50)) }
            #expect(unsealed().count == 1)
            restoring.terminate()
            #expect(await restoring.wait() == .signal(SIGTERM))
            #expect(unsealed() == [])
        }
    }

    @Test("what is there stays: a backup without --yes, a database with something in it, another master key, a backup key")
    func stays() async throws {
        try await with { admin, _ in
            let backup = ["backup", "one.csb", "--key-file", "backup-key", "--output", "json"]
            #expect(try await admin.binary.run(backup).status == 0)
            let again = try await admin.binary.run(backup)
            #expect(again.status == 1 && again.failure["error"] as? String == "backup.exists" && again.output.isEmpty)
            #expect(try await admin.binary.run(backup + ["--yes"]).status == 0)
            let full = try await restore(admin, "one.csb", "--key-file", "backup-key")
            #expect(full.status == 1 && full.failure["error"] as? String == "storage.not_empty", "\(full.error)")
            try admin.folder.write([UInt8](repeating: 1, count: 32), to: "elsewhere.db.master-key")
            let other = try await restore(admin, "one.csb", "--key-file", "backup-key", "--database", "sqlite:" + admin.folder.file("elsewhere.db"))
            #expect(other.status == 1 && other.failure["error"] as? String == "master_key.other", "\(other.error)")
            #expect((other.failure["remedy"] as? String)?.hasPrefix("Move that file away and keep it") == true)
            #expect(!admin.folder.names.contains("elsewhere.db"))
            let key = try await admin.binary.run("backup", "--make-key", "backup-key", "--output", "json")
            #expect(key.status == 1 && key.failure["error"] as? String == "backup.key_exists")
            for words in [["backup"], ["backup", "x.csb"], ["backup", "x.csb", "--make-key", "k"], ["restore", "one.csb"]] {
                #expect(try await admin.binary.run(words).status == 64, "\(words)")
            }
        }
    }

    @Test("restore --check exits 1, with the code of what is wrong: key, key file, damaged, truncated, not a backup, not there")
    func wrong() async throws {
        try await with { admin, _ in
            let folder = admin.folder
            #expect(try await admin.binary.run("backup", "one.csb", "--key-file", "backup-key").status == 0)
            #expect(try await admin.binary.run("backup", "--make-key", "other-key").status == 0)
            let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: folder.file("one.csb"))))
            var changed = bytes
            changed[bytes.count / 2] ^= 1
            try folder.write(changed, to: "damaged.csb")
            try folder.write(bytes.dropLast(), to: "truncated.csb")
            try folder.write("SQLite format 3", to: "database.csb")
            try folder.write(Array(Data(contentsOf: URL(fileURLWithPath: folder.file("backup-key")))), to: "open-key", mode: 0o644)
            try folder.write("countersign-backup-key-1:AAAA\n", to: "short-key")
            for (file, key, code) in [
                ("one.csb", "other-key", "backup.key"), ("one.csb", "open-key", "backup.key_file"), ("one.csb", "short-key", "backup.key_file"),
                ("one.csb", "no-key", "backup.key_file"), ("damaged.csb", "backup-key", "backup.damaged"),
                ("truncated.csb", "backup-key", "backup.truncated"), ("database.csb", "backup-key", "backup.not_a_backup"),
                ("none.csb", "backup-key", "backup.cannot_read"),
            ] {
                let refused = try await restore(admin, file, "--key-file", key, "--check")
                #expect(refused.status == 1 && refused.output.isEmpty, "\(file) \(key)")
                #expect(refused.failure["error"] as? String == code, "\(file) \(key): \(refused.error)")
            }
            let target = "sqlite:" + folder.file("elsewhere.db")
            let refused = try await restore(admin, "damaged.csb", "--key-file", "backup-key", "--database", target)
            #expect(refused.failure["error"] as? String == "backup.damaged" && !folder.names.contains { $0.hasPrefix("elsewhere") })
        }
    }
}
