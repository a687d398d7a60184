import Foundation
import Synchronization
import TestSupport
import Testing
import UserPools

@testable import Storage

/// Processes that write to one database take turns (THREATS case 150).
@Suite struct TurnTests {
    @Test("case 150: while another process is saturated with writes, each write of this one gets its turn within a second")
    func otherProcess() async throws {
        try await withFile { path in
            let example = Example()
            let database = try await SQLiteDatabase.open(path: path)
            let stores = Stores(database)
            try await example.prepare(stores)
            let (started, stop) = (path + ".started", path + ".stop")
            async let server = #expect(processExitsWith: .success) {
                [path = path as String, started = started as String, stop = stop as String] in
                let (example, database) = (Example(), try await SQLiteDatabase.open(path: path))
                let stores = Stores(database)
                _ = FileManager.default.createFile(atPath: started, contents: nil)
                _ = await gather(64) { _ throws(StoreError) in
                    while !FileManager.default.fileExists(atPath: stop) { try await stores.signIns.insert(example.pending("_\(UUID().uuidString)")) }
                }
                await database.close()
            }
            while !FileManager.default.fileExists(atPath: started) { try await Task.sleep(for: .milliseconds(20)) }
            try await Task.sleep(for: .milliseconds(200))
            var waits: [Duration] = []
            for _ in 0..<20 {
                waits.append(try await ContinuousClock().measure { try await stores.signIns.insert(example.pending("_\(UUID().uuidString)")) })
            }
            _ = FileManager.default.createFile(atPath: stop, contents: nil)
            _ = await server
            // Alone each takes some milliseconds. Beside the whole suite a task may stand still for seconds before it is resumed, and that counts
            // here, too; who had no turn would stand behind the other's writes for good.
            waits.sort()
            #expect(waits[10] < .seconds(15), "\(waits)")
            await database.close()
        }
    }

    @Test("who has had a turn stands behind whoever waits; a turn ends with its holder")
    func order() async throws {
        try await withFile { path in
            let (first, second) = (try #require(SQLiteTurn(beside: path)), try #require(SQLiteTurn(beside: path)))
            let order = Mutex<[String]>([])
            first.take()
            let waiting = Task.detached {
                second.take()
                order.withLock { $0.append("second") }
                second.giveBack()
            }
            try await Task.sleep(for: .milliseconds(50))
            // The second has its place before the first can ask again.
            first.giveBack()
            first.take()
            order.withLock { $0.append("first") }
            await waiting.value
            #expect(order.withLock(\.self) == ["second", "first"])
            first.giveBack()
        }
    }
}
