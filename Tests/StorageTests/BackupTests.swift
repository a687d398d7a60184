import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing
import UserPools
import WireFormats

@testable import Storage

@Suite("A backup of everything")
struct BackupTests {
    private static let key = BackupKey(SecretBytes([UInt8](repeating: 7, count: 32)))!
    private static let masterKey = [UInt8](0..<32)

    /// - Returns: what the backup says is in it.
    private func back(up url: String, to path: String, replacing: Bool = false) async throws(BackupError) -> BackupContents {
        let snapshot = try await Snapshot.take(of: url, at: Date(timeIntervalSince1970: 1_760_000_000.5), program: "1.2.3") { _ in }
        _ = try await Backup.seal(
            snapshot, SecretBytes(Self.masterKey), to: path, replacing: replacing, under: Self.key, random: { [UInt8](repeating: 9, count: $0) }
        ) { _, _, _ in }
        return snapshot.contents
    }

    private func open(_ path: String, _ key: BackupKey = key, in folder: String) async throws(BackupError) -> UnsealedBackup {
        try await UnsealedBackup.open(path, with: key, beside: folder + "/any") { _, _ in
        } comparing: { _ in
        }
    }

    private func refusal(_ body: () async throws(BackupError) -> Void) async -> BackupError? {
        do { try await body() } catch { return error }
        return nil
    }

    @Test("from each kind to each kind: every table has the same rows, the master key is there, and nothing else lies about")
    func there() async throws {
        try await CopyStage.with { stage in
            for (from, to) in [(CopySide.sqlite, CopySide.sqlite), (.sqlite, .postgreSQL), (.postgreSQL, .sqlite), (.postgreSQL, .postgreSQL)] {
                let (source, path) = (try await stage.filled(from), stage.folder + "/\(from)-\(to).csb")
                let contents = try await back(up: source, to: path)
                #expect(contents.pools == 1 && contents.clients > 1 && contents.users == 11 && contents.masterKeyID == "master")
                #expect(contents.tables.filter { $0.rows == 0 }.map(\.name) == [])
                #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
                let destination = try await to.newURL(in: stage.folder)
                try await Restoration.requireRoom(in: destination)
                let lines: [String]
                do {
                    let backup = try await open(path, in: stage.folder)
                    #expect(backup.contents.madeAt == Date(timeIntervalSince1970: 1_760_000_000.5) && backup.contents.program == "1.2.3")
                    #expect(backup.contents.publicURL == "https://id.example.com" && backup.masterKey?.reveal() == Self.masterKey)
                    lines = try await stage.copy(backup.url, destination).lines
                }
                #expect(lines == contents.tables.map { "\($0.name) \($0.rows) \($0.digest)" })
                #expect(lines == (try await stage.copy(source, try await CopySide.sqlite.newURL(in: stage.folder)).lines))
                #expect(
                    await refusal { () async throws(BackupError) in try await Restoration.requireRoom(in: destination) }
                        == .copy(.notEmpty(location: name(destination), table: "user_pools")))
            }
            let names = try FileManager.default.contentsOfDirectory(atPath: stage.folder)
            #expect(names.filter { $0.hasPrefix(".") || $0.hasSuffix(".part") } == [])
        }
    }

    @Test("while servers write it is of one moment: what one transaction wrote is there, or not", arguments: CopySide.allCases)
    func oneMoment(_ side: CopySide) async throws {
        try await CopyStage.with { stage in
            let (url, pool) = (try await stage.filled(side), stage.example.poolID)
            try await CopySide.with(url) { database, stores in
                try await stores.installation.probe(at: stage.example.now)
                let first = try await back(up: url, to: stage.folder + "/\(side)-first.csb")
                let before = Dictionary(uniqueKeysWithValues: first.tables.map { ($0.name, $0.rows) })
                let end = End()
                try await withThrowingTaskGroup(of: Int.self) { group in
                    group.addTask {
                        var written = 0
                        while !end.isOver.withLock(\.self) {
                            let (id, name) = (UUID().uuidString.lowercased(), stage.example.random())
                            // The last table first: who reads table after table without a snapshot has more of the other.
                            try await database.write { connection throws(StoreError) in
                                _ = try connection.execute(
                                    "INSERT INTO accepted_proofs VALUES ($1, 'both', $2, 1)", [.identifier(pool), .text(name)])
                                _ = try connection.execute(
                                    """
                                    INSERT INTO users (id, pool_id, username, enabled, attributes, created_at, updated_at)
                                    VALUES ($1, $2, $1, 1, '{}', 1, 1)
                                    """,
                                    [.text(id), .identifier(pool)])
                            }
                            written += 1
                        }
                        return written
                    }
                    var users: [Int] = []
                    for number in 0..<3 {
                        let path = stage.folder + "/\(side)-\(number).csb"
                        let contents = try await back(up: url, to: path)
                        let rows = Dictionary(uniqueKeysWithValues: contents.tables.map { ($0.name, $0.rows) })
                        func written(_ table: String) -> Int { (rows[table] ?? 0) - (before[table] ?? 0) }
                        #expect(written("users") == written("accepted_proofs"), "\(rows)")
                        users.append(contents.users)
                        _ = try await open(path, in: stage.folder)
                    }
                    end.isOver.withLock { $0 = true }
                    let written = try await group.next() ?? 0
                    #expect(users == users.sorted() && users[0] < users[2] && written > 10, "\(users)")
                }
            }
        }
    }

    @Test("a file that is there stays unless it may go; what a kill left behind is in nobody's way")
    func names() async throws {
        try await CopyStage.with { stage in
            let (source, path) = (try await stage.filled(.sqlite), stage.folder + "/backup.csb")
            _ = try await back(up: source, to: path)
            let first = try Data(contentsOf: URL(fileURLWithPath: path))
            #expect(throws: BackupRefusal.exists(path: path)) { try Backup.requireAbsent(path) }
            // It came in the meantime.
            #expect(await refusal { () async throws(BackupError) in _ = try await back(up: source, to: path) } == .refused(.exists(path: path)))
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == first)
            #expect(try FileManager.default.contentsOfDirectory(atPath: stage.folder).filter { $0.hasSuffix(".part") } == [])

            try Data("half".utf8).write(to: URL(fileURLWithPath: path + ".part"))
            let left = stage.folder + "/.countersign-work-killed"
            try FileManager.default.createDirectory(atPath: left, withIntermediateDirectories: false)
            try Data("plain".utf8).write(to: URL(fileURLWithPath: left + "/snapshot.db"))
            _ = try await back(up: source, to: path, replacing: true)
            #expect(FileManager.default.fileExists(atPath: left), "it may be somebody's who just began")
            try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSinceNow: -7200)], ofItemAtPath: left)
            _ = try await back(up: source, to: path, replacing: true)
            #expect(!FileManager.default.fileExists(atPath: left))
            _ = try await open(path, in: stage.folder)

            let nowhere = stage.folder + "/none/backup.csb"
            let error = await refusal { () async throws(BackupError) in _ = try await back(up: source, to: nowhere) }
            guard case .refused(.cannotWrite(let draft, "No such file or directory"))? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(draft.hasPrefix(nowhere + ".") && draft.hasSuffix(".part"))
            let absent = stage.folder + "/absent.csb"
            #expect(
                await refusal { () async throws(BackupError) in _ = try await open(absent, in: stage.folder) }
                    == .refused(.cannotRead(path: absent, reason: "No such file or directory")))
        }
    }

    @Test("a draft that a kill left goes with the next backup of that name, an hour later; a younger one and whatever is only called so stay")
    func drafts() async throws {
        try await CopyStage.with { stage in
            let (source, path) = (try await stage.filled(.sqlite), stage.folder + "/today.csb")
            let old = [
                "today.csb.0a1b2c3d4e.part", "today.csb.0a1b2c3d4f.part", "today.csb.mine.part", "today.csb.part", "other.csb.0a1b2c3d4e.part",
            ]
            let names = old + ["today.csb.aaaaaaaa.part"]
            for name in names { try Data("half".utf8).write(to: URL(fileURLWithPath: stage.folder + "/" + name)) }
            for name in old {
                try FileManager.default.setAttributes(
                    [.modificationDate: Date(timeIntervalSinceNow: -7200)], ofItemAtPath: stage.folder + "/" + name)
            }
            // Somebody reads that one again.
            let held = try BackupFile(reading: stage.folder + "/today.csb.0a1b2c3d4f.part")
            let folder = stage.folder
            try held.locked { BackupDraft.removeAbandoned(of: folder + "/today.csb") }
            _ = try await back(up: source, to: path + ".other")
            #expect(Set(try FileManager.default.contentsOfDirectory(atPath: folder)).isSuperset(of: names.dropFirst()))
            #expect(!FileManager.default.fileExists(atPath: folder + "/" + names[0]))
            _ = try await back(up: source, to: path)
            let left = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".part") }
            #expect(Set(left) == Set(names.dropFirst(2)))
        }
    }

    @Test("case 225: restored without its sessions, nobody is signed in, and no refresh token is good", arguments: CopySide.allCases)
    func endedSessions(_ side: CopySide) async throws {
        try await CopyStage.with { stage in
            let (source, path) = (try await stage.filled(.sqlite), stage.folder + "/backup.csb")
            let contents = try await back(up: source, to: path)
            let rows = Dictionary(uniqueKeysWithValues: contents.tables.map { ($0.name, $0.rows) })
            let (backup, destination) = (try await open(path, in: stage.folder), try await side.newURL(in: stage.folder))
            let ended = try await backup.endSessions()
            #expect(ended == rows["sessions"] && ended > 0)
            _ = try await stage.copy(backup.url, destination)
            let counts = try await CopySide.with(destination) { database, _ in
                try await database.read { connection throws(StoreError) in
                    try [
                        connection.rows("SELECT 1 FROM sessions", []), connection.rows("SELECT 1 FROM upstream_tokens", []),
                        connection.rows("SELECT 1 FROM token_families WHERE ended = 0", []), connection.rows("SELECT 1 FROM token_families", []),
                    ].map(\.count)
                }
            }
            #expect(counts == [0, 0, 0, rows["token_families"] ?? 0])
        }
    }

    @Test("root restores into no folder of another user, who could read nothing of it", .enabled(if: geteuid() == 0))
    func othersFolder() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/countersign-others-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func require(_ path: String, user: uid_t = 0) throws(BackupError) {
            try Restoration.requireOwnFolder(of: path, user: user, server: "daemon", quoted: { "'" + $0 + "'" })
        }
        try require(folder + "/countersign.db")
        try FileManager.default.setAttributes([.ownerAccountID: 1], ofItemAtPath: folder)
        #expect(throws: BackupError.refused(.othersFolder(folder: folder, owner: "daemon", asOwner: "runuser -u daemon --"))) {
            try require(folder + "/countersign.db")
        }
        // Whoever else it is has the rights of the system.
        try require(folder + "/countersign.db", user: 1)
        try FileManager.default.setAttributes([.ownerAccountID: 54_321], ofItemAtPath: folder)
        let asOwner = "setpriv --reuid=54321 --regid=0 --clear-groups --"
        #expect(throws: BackupError.refused(.othersFolder(folder: folder, owner: "#54321", asOwner: asOwner))) {
            try require(folder + "/countersign.db")
        }
        // A folder that is not there is to be that user's, and root's only where nobody else is known.
        let new = folder + "/above/data"
        let making = "install -d -o 54321 -g root -m 700 '\(new)'"
        #expect(throws: BackupError.refused(.noFolder(folder: new, owner: "#54321", making: making, asOwner: asOwner))) {
            try require(new + "/countersign.db")
        }
        try FileManager.default.setAttributes([.ownerAccountID: 0], ofItemAtPath: folder)
        let ofServer = "install -d -o daemon -g daemon -m 700 '\(new)'"
        #expect(throws: BackupError.refused(.noFolder(folder: new, owner: "daemon", making: ofServer, asOwner: "runuser -u daemon --"))) {
            try require(new + "/countersign.db")
        }
        try Restoration.requireOwnFolder(of: new + "/countersign.db", server: "nobody-has-this-name", quoted: { $0 })
        try require(new + "/countersign.db", user: 1)
    }

    @Test("what could not be restored is no backup: a row without its owner, an unfinished copy, another shape")
    func refused() async throws {
        try await CopyStage.with { stage in
            let (source, path) = (try await stage.filled(.sqlite), stage.folder + "/backup.csb")
            try await CopySide.change(source, "DELETE FROM users WHERE username LIKE '%leaves%'")
            let error = await refusal { () async throws(BackupError) in _ = try await back(up: source, to: path) }
            guard case .copy(.row(let table, _, .noOwner))? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(table == "unlinked_identities")
            #expect(!FileManager.default.fileExists(atPath: path))

            let other = try await stage.filled(.sqlite)
            try await CopySide.change(other, "INSERT INTO installation_settings VALUES ('unfinished_copy', 'x', 1)")
            #expect(
                await refusal { () async throws(BackupError) in _ = try await back(up: other, to: path) }
                    == .database(.unfinishedCopy(location: name(other))))
            let known = SnapshotFile.schema
            try await CopySide.change(other, "INSERT INTO schema_migrations VALUES (\(known + 1), 'later', 1)")
            #expect(
                await refusal { () async throws(BackupError) in _ = try await back(up: other, to: path) }
                    == .database(.newerSchema(found: known + 1, known: known)))
        }
    }

    @Test("a backup that does not hold what it says is refused, and one of a newer version")
    func contents() async throws {
        try await CopyStage.with { stage in
            let (source, path) = (try await stage.filled(.sqlite), stage.folder + "/backup.csb")
            let snapshot = try await Snapshot.take(of: source, at: Date(), program: "1") { _ in }
            func seal(_ snapshot: Snapshot) async throws {
                _ = try await Backup.seal(snapshot, nil, to: path, replacing: true, under: Self.key, random: { .init(repeating: 1, count: $0) }) {
                    _, _, _ in
                }
            }
            var tables = snapshot.contents.tables
            let users = try #require(tables.firstIndex { $0.name == "users" })
            tables[users] = CopiedDatabase.Table(name: "users", rows: 12, digest: tables[users].digest)
            try await seal(Snapshot(folder: snapshot.folder, contents: snapshot.contents.with(tables)))
            let error = await refusal { () async throws(BackupError) in _ = try await open(path, in: stage.folder) }
            guard case .copy(.differs(table: "users", let expected, _))? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(expected.hasPrefix("12 rows"))
            try await CopySide.change("sqlite:" + snapshot.folder.snapshot, "INSERT INTO schema_migrations VALUES (99, 'later', 1)")
            try await seal(snapshot)
            #expect(
                await refusal { () async throws(BackupError) in _ = try await open(path, in: stage.folder) }
                    == .database(.newerSchema(found: 99, known: SnapshotFile.schema)))
        }
    }

    private func name(_ url: String) -> String {
        (try? PostgreSQLLocation(url: url))?.text ?? String(url.dropFirst("sqlite:".count))
    }
}

private final class End: Sendable {
    let isOver = Mutex(false)
}

extension BackupContents {
    fileprivate func with(_ tables: [CopiedDatabase.Table]) -> BackupContents {
        BackupContents(madeAt: madeAt, program: program, schema: schema, publicURL: publicURL, masterKeyID: masterKeyID, tables: tables)
    }
}
