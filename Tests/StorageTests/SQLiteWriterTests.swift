import Foundation
import Synchronization
import TestSupport
import Testing
import UserPools

@testable import Storage

/// Group commit: what waits is written in one transaction, and everybody is told after it.
@Suite struct SQLiteWriterTests {
    let example = Example()

    @Test("200 writes that wait take two commits")
    func groupCommit() async throws {
        try await withDatabase { database in
            let gate = await database.holdWriter()
            async let outcomes = gather(200) { index throws(StoreError) in
                try await Stores(database).pools.insert(example.pool(named: "local_p\(index)"))
            }
            try await database.waitUntil(waiting: 200)
            let before = database.writer.counts
            gate.signal()
            #expect(await outcomes.failures == [])
            #expect(database.writer.counts.writes - before.writes == 200)
            #expect(database.writer.counts.commits - before.commits == 2)
            #expect(try await Stores(database).pools.list().count == 200)
        }
    }

    @Test("a write that fails leaves its neighbours in the same transaction alone")
    func failingNeighbour() async throws {
        try await withDatabase { database in
            let stores = Stores(database)
            let gate = await database.holdWriter()
            let first = Task { try await stores.pools.insert(example.pool(named: "local_a")) }
            try await database.waitUntil(waiting: 1)
            let second = Task { try await stores.pools.insert(example.pool(named: "local_a")) }
            try await database.waitUntil(waiting: 2)
            let third = Task {
                try await database.write { connection throws(StoreError) in
                    _ = try connection.execute("DELETE FROM user_pools", [])
                    throw .corrupt(what: "test")
                }
            }
            let fourth = Task { try await stores.pools.insert(example.pool(named: "local_b")) }
            try await database.waitUntil(waiting: 4)
            gate.signal()
            try await first.value
            try await expectConflict("pool local_a") { try await second.value }
            await #expect(throws: StoreError.corrupt(what: "test")) { try await third.value }
            try await fourth.value
            #expect(database.writer.counts.commits == 1)
            #expect(try await stores.pools.list().map(\.id.text) == ["local_a", "local_b"])
        }
    }

    @Test("a write without neighbours that fails, or does not want to stay, leaves nothing behind")
    func alone() async throws {
        try await withDatabase { database in
            let stores = Stores(database)
            try await stores.pools.insert(example.pool(named: "local_a"))
            await #expect(throws: StoreError.corrupt(what: "test")) {
                try await database.write { connection throws(StoreError) in
                    _ = try connection.execute("DELETE FROM user_pools", [])
                    throw .corrupt(what: "test")
                }
            }
            let told = try await database.transaction { connection throws(StoreError) in
                .rollback(try connection.execute("DELETE FROM user_pools", []))
            }
            #expect(told == 1)
            // A foreign key that is checked at the end makes COMMIT itself fail.
            await #expect(throws: StoreError.unavailable(reason: "the transaction was lost")) {
                try await database.write { connection throws(StoreError) in
                    _ = try connection.execute("PRAGMA defer_foreign_keys = ON", [])
                    _ = try connection.execute(
                        "INSERT INTO group_memberships (user_id, position, pool_id, group_name, origin) VALUES ('nobody', 0, 'p', 'g', 'admin')", [])
                }
            }
            try await stores.pools.insert(example.pool(named: "local_b"))
            #expect(try await stores.pools.list().map(\.id.text) == ["local_a", "local_b"])
        }
    }

    @Test("case 125: where the commit fails nobody is told of success, and nothing is written")
    func failingCommit() async throws {
        try await withDatabase { database in
            let stores = Stores(database)
            let gate = await database.holdWriter()
            let innocent = Task { try await stores.pools.insert(example.pool(named: "local_a")) }
            try await database.waitUntil(waiting: 1)
            let culprit = Task {
                try await database.write { connection throws(StoreError) in
                    // A foreign key that is checked at the end makes COMMIT itself fail.
                    _ = try connection.execute("PRAGMA defer_foreign_keys = ON", [])
                    _ = try connection.execute(
                        "INSERT INTO group_memberships (user_id, position, pool_id, group_name, origin) VALUES ('nobody', 0, 'p', 'g', 'admin')", [])
                }
            }
            try await database.waitUntil(waiting: 2)
            gate.signal()
            await #expect(throws: StoreError.unavailable(reason: "the transaction was lost")) { try await innocent.value }
            await #expect(throws: StoreError.unavailable(reason: "the transaction was lost")) { try await culprit.value }
            #expect(try await stores.pools.list().isEmpty)
            try await stores.pools.insert(example.pool(named: "local_b"))
            #expect(try await stores.pools.list().map(\.id.text) == ["local_b"])
        }
    }

    @Test("a queue that is full refuses at once")
    func fullQueue() async throws {
        try await withDatabase { database in
            let writer = SQLiteWriter(try SQLiteConnection(database.path, .writing, busyTimeout: 0), path: database.path, capacity: 2)
            let gate = await writer.hold()
            let answers = Mutex<[StoreError?]>([])
            for _ in 1...3 {
                writer.enqueue(
                    SQLiteWriter.Write(
                        run: { _ in SQLiteWriter.Ran(stays: true, failure: nil) { lost in answers.withLock { $0.append(lost) } } },
                        refuse: { error in answers.withLock { $0.append(error) } }))
            }
            #expect(answers.withLock { $0 } == [.unavailable(reason: "busy")])
            gate.signal()
            await writer.close()
            #expect(answers.withLock { $0 } == [.unavailable(reason: "busy"), nil, nil])
        }
    }

    @Test("a task that is cancelled while its write waits is told what became of it")
    func cancellation() async throws {
        try await withDatabase { database in
            let gate = await database.holdWriter()
            let task = Task { try await Stores(database).pools.insert(example.pool(named: "local_a")) }
            try await database.waitUntil(waiting: 1)
            task.cancel()
            gate.signal()
            try await task.value
            #expect(try await Stores(database).pools.list().count == 1)
        }
    }

    @Test("closing finishes what waits, then refuses reads and writes")
    func close() async throws {
        let database = try await SQLiteDatabase.temporary()
        let copy = FileManager.default.temporaryDirectory.path + "/countersign-copy-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: copy) }
        let gate = await database.holdWriter()
        async let outcomes = gather(10) { index throws(StoreError) in
            try await Stores(database).pools.insert(example.pool(named: "local_p\(index)"))
        }
        try await database.waitUntil(waiting: 10)
        async let closed: Void = database.writer.close()
        gate.signal()
        await closed
        #expect(await outcomes.successes.count == 10)
        await #expect(throws: StoreError.unavailable(reason: "closed")) { try await Stores(database).pools.insert(example.pool) }
        await database.close()
        await #expect(throws: StoreError.unavailable(reason: "closed")) { try await Stores(database).pools.list() }
        await database.close()
        #expect(!FileManager.default.fileExists(atPath: database.path))
    }

    @Test("reads go on while the writer is at work, and see only what was committed")
    func readsGoOn() async throws {
        try await withDatabase { database in
            let gate = await database.holdWriter()
            let write = Task { try await Stores(database).pools.insert(example.pool(named: "local_a")) }
            try await database.waitUntil(waiting: 1)
            #expect(try await Stores(database).pools.list().isEmpty)
            gate.signal()
            try await write.value
            #expect(try await Stores(database).pools.list().count == 1)
        }
    }
}

extension Example {
    func pool(named id: String) -> UserPool {
        UserPool(id: UserPool.ID(id)!, name: id, domain: nil, signingAlgorithm: "ES256", createdAt: now)
    }
}

func withDatabase(_ work: @Sendable (SQLiteDatabase) async throws -> Void) async throws {
    let database = try await SQLiteDatabase.temporary()
    do {
        try await work(database)
    } catch {
        await database.close()
        throw error
    }
    await database.close()
}

extension SQLiteWriter {
    /// Keeps the writer's thread busy until the semaphore is signalled; returns once it is.
    fileprivate func hold() async -> DispatchSemaphore {
        let gate = DispatchSemaphore(value: 0)
        await withCheckedContinuation { continuation in
            Task {
                await run { _ in
                    continuation.resume()
                    gate.wait()
                }
            }
        }
        return gate
    }
}

extension SQLiteDatabase {
    func holdWriter() async -> DispatchSemaphore { await writer.hold() }

    func waitUntil(waiting count: Int) async throws {
        while writer.waitingCount < count { try await Task.sleep(for: .milliseconds(1)) }
    }

    func onWriter(_ sql: String) async throws {
        let failure = Mutex<SQLiteFailure?>(nil)
        await writer.run { connection in
            do throws(SQLiteFailure) { try connection.run(sql) } catch { failure.withLock { $0 = error } }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
    }

    func number(_ sql: String) async throws -> Int? {
        guard case .integer(let number)? = await value(sql) else { return nil }
        return Int(number)
    }

    func text(_ sql: String) async throws -> String? {
        guard case .text(let text)? = await value(sql) else { return nil }
        return text
    }

    private func value(_ sql: String) async -> SQLValue? {
        let found = Mutex<SQLValue?>(nil)
        await writer.run { connection in
            let value = try? connection.value(sql)
            found.withLock { $0 = value }
        }
        return found.withLock { $0 }
    }
}
