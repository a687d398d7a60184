import Foundation
import Synchronization
import TestSupport
import Testing
import UserPools

@testable import Storage

/// Processes that write to one database take turns (THREATS case 150).
@Suite struct TurnTests {
    /// Both are processes of their own, where no other test's task has to be waited for.
    @Test("case 150: while a server is saturated with writes, each command opens the database and writes after some transactions of the server")
    func otherProcess() async throws {
        try await withFile { path in
            let database = try await SQLiteDatabase.open(path: path)
            try await Example().prepare(Stores(database))
            await database.close()
            let (started, stop) = (path + ".started", path + ".stop")
            async let server = #expect(processExitsWith: .success) {
                [path = path as String, started = started as String, stop = stop as String] in
                let (example, database) = (Example(), try await SQLiteDatabase.open(path: path))
                let stores = Stores(database)
                _ = await gather(Self.atOnce) { index throws(StoreError) in
                    while !FileManager.default.fileExists(atPath: stop) {
                        try await stores.signIns.insert(example.pending("_\(UUID().uuidString)"))
                        if index == 0 { _ = FileManager.default.createFile(atPath: started, contents: nil) }
                    }
                }
                await database.close()
            }
            while !FileManager.default.fileExists(atPath: started) { try await Task.sleep(for: .milliseconds(20)) }
            await #expect(processExitsWith: .success) { [path = path as String] in
                var commands: [(took: Duration, letIn: Int)] = []
                for _ in 0..<20 { commands.append(try await Self.command(path)) }
                let (took, letIn) = (commands.map(\.took).sorted(), commands.map(\.letIn).sorted())
                print("case 150: took \(took[10]), \(took[19]) at most; \(letIn[10]) writes of the server meanwhile, \(letIn[19]) at most")
                // Of a machine that does other things besides a few may be unlucky.
                #expect(took[17] < .seconds(1) && letIn[17] <= 8 * Self.atOnce, "\(commands)")
            }
            _ = FileManager.default.createFile(atPath: stop, contents: nil)
            _ = await server
        }
    }

    /// Maximum of writes in one transaction of the server.
    private static let atOnce = 64

    /// What a command does: how long it took, and how many writes of the server went before its own.
    private static func command(_ path: String) async throws -> (took: Duration, letIn: Int) {
        let (begun, counted) = (ContinuousClock.now, "SELECT count(*) AS count FROM pending_sign_ins" as SQL)
        let database = try await SQLiteDatabase.open(path: path)
        let before = try await database.read { connection throws(StoreError) in try connection.row(counted, [])?.values.first }
        let then = try await database.write { connection throws(StoreError) in
            _ = try connection.execute("INSERT INTO installation_settings (name, value, changed_at) VALUES ($1, 'x', 0)", [.text(UUID().uuidString)])
            return try connection.row(counted, [])?.values.first
        }
        let took = ContinuousClock.now - begun
        await database.close()
        guard case .integer(let before)? = before, case .integer(let then)? = then else { throw StoreError.corrupt(what: "count") }
        return (took, Int(then - before))
    }

    @Test("where a file can have no such lock, nobody waits for one") func impossible() async throws {
        try await withFile { path in
            // A lock for writing needs a file that is open for it.
            _ = FileManager.default.createFile(atPath: path, contents: nil)
            let turn = SQLiteTurn(file: open(path, O_RDONLY))
            let took = ContinuousClock().measure {
                for _ in 0..<3 {
                    turn.take()
                    turn.giveBack()
                }
            }
            #expect(took < .seconds(5))
        }
    }

    @Test("what somebody put in the place of the file beside the database is not opened, nor is anything made there")
    func placed() async throws {
        try await withFile { path in
            let (files, turn, other) = (FileManager.default, path + "-turn", path + ".other")
            _ = files.createFile(atPath: other, contents: Data("kept".utf8))
            for place in [{ symlink(other, turn) }, { symlink(path + ".nowhere", turn) }, { link(other, turn) }, { mkfifo(turn, 0o600) }] {
                #expect(place() == 0)
                #expect(SQLiteTurn(beside: path) == nil)
                #expect(unlink(turn) == 0)
            }
            #expect(files.contents(atPath: other) == Data("kept".utf8) && !files.fileExists(atPath: path + ".nowhere"))
            #expect(SQLiteTurn(beside: path) != nil && SQLiteTurn(beside: path) != nil)
        }
    }

    @Test("a command of root's makes the file as the database's owner's from the first moment", .enabled(if: geteuid() == 0))
    func made() async throws {
        try await withFile { path in
            let (owner, folder): (uid_t, String) = (54_321, URL(fileURLWithPath: path).deletingLastPathComponent().path)
            try #require(FileManager.default.createFile(atPath: path, contents: nil) && chown(path, owner, owner) == 0)
            let watch = inotify_init1(Int32(IN_NONBLOCK))
            defer { close(watch) }
            try #require(inotify_add_watch(watch, folder, UInt32(IN_CREATE | IN_ATTRIB)) >= 0)
            let turn = try #require(SQLiteTurn(beside: path))
            turn.take()
            turn.giveBack()
            var status = stat()
            #expect(stat(path + "-turn", &status) == 0 && status.st_uid == owner && status.st_gid == owner && status.st_mode & 0o777 == 0o600)
            // Nothing was changed once it had its name.
            #expect(events(watch, of: URL(fileURLWithPath: path + "-turn").lastPathComponent) == [UInt32(IN_CREATE)])
            // The owner has turns with root.
            #expect(SQLiteTurn(beside: path) != nil)
        }
    }

    /// What happened to a file of the folder that is watched, as inotify(7) tells it.
    private func events(_ watch: Int32, of name: String) -> [UInt32] {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let length = read(watch, &buffer, buffer.count)
        var (rest, seen) = (buffer.prefix(max(0, length)), [UInt32]())
        while rest.count >= MemoryLayout<inotify_event>.size {
            let event = rest.withUnsafeBytes { $0.loadUnaligned(as: inotify_event.self) }
            let text = rest.dropFirst(MemoryLayout<inotify_event>.size).prefix(Int(event.len))
            if text.prefix(while: { $0 != 0 }).elementsEqual(name.utf8) { seen.append(event.mask) }
            rest = rest.dropFirst(MemoryLayout<inotify_event>.size + Int(event.len))
        }
        return seen
    }

    @Test("who has had a turn stands behind whoever waits; a turn ends with its holder")
    func order() async throws {
        try await withFile { path in
            let (first, second) = (try #require(SQLiteTurn(beside: path)), try #require(SQLiteTurn(beside: path)))
            let order = Mutex<[String]>([])
            // Both wait on threads of their own.
            await withCheckedContinuation { done in
                Thread.detachNewThread {
                    first.take()
                    let ended = DispatchSemaphore(value: 0)
                    Thread.detachNewThread {
                        second.take()
                        order.withLock { $0.append("second") }
                        second.giveBack()
                        ended.signal()
                    }
                    Thread.sleep(forTimeInterval: 0.2)
                    // The second has its place before the first can ask again.
                    first.giveBack()
                    first.take()
                    order.withLock { $0.append("first") }
                    first.giveBack()
                    ended.wait()
                    done.resume()
                }
            }
            #expect(order.withLock(\.self) == ["second", "first"])
        }
    }
}
