import Foundation
import Synchronization
import TestSupport
import Testing
import UserPools

@testable import Gateway

@Suite("Records and numbers of sign-ins while the database takes nothing")
struct SignInOutageTests {
    private func run(_ body: @Sendable (TestServer, UnsteadyRecordStore, SignInRecords) async throws -> Void) async throws {
        try await TestServer.run { server in
            let store = UnsteadyRecordStore(store: server.fixture.stores.signInRecords)
            let records = SignInRecords(
                store: store, sealer: server.fixture.sealer, environment: server.fixture.clock.environment, logger: server.log.logger)
            try await body(server, store, records)
        }
    }

    @Test("numbers wait until they can be written, what is lost counts as left out, and the log says how many")
    func outage() async throws {
        try await run { server, store, records in
            let (stores, pool) = (server.fixture.stores, server.fixture.pool.id)
            func refuse(_ number: Int) async {
                records.keep(SignInFailure(.unknownRequest, pool: pool), reference: "REFERENCE\(number)", from: nil)
                await records.finish()
            }
            func counted() async throws -> Int {
                try await stores.signInCounts.list(in: pool, provider: nil, since: .distantPast).reduce(0) { $0 + $1.count }
            }
            store.error.withLock { $0 = .unavailable(reason: "full") }
            for number in 0..<3 { await refuse(number) }
            #expect(try await counted() == 0)
            store.error.withLock { $0 = nil }
            await refuse(3)
            let left = try await stores.signInRecords.list(SignInRecordFilter(limit: 10), in: pool, at: server.fixture.clock.now)
            #expect(left.map(\.reference.text) == ["REFERENCE3"])
            #expect(try await counted() == 4)
            #expect(try await stores.signInRecords.countLeftOut(.refused, in: pool, since: .distantPast) == 3)
            #expect(server.log.lines.compactMap { $0.metadata["records"] } == ["1", "2"])

            // What the database will never take must not stand in the way of the rest.
            store.error.withLock { $0 = .corrupt(what: "count") }
            await refuse(4)
            store.error.withLock { $0 = nil }
            await refuse(5)
            #expect(try await counted() == 5)
        }
    }

    @Test("what may be written already is not written again: each sign-in is counted once, and the log says what may be missing")
    func outcomeUnknown() async throws {
        try await run { server, store, records in
            let (stores, pool) = (server.fixture.stores, server.fixture.pool.id)
            let left = 3
            store.afterwards.withLock { $0 = .outcomeUnknown }
            for number in 0..<RecordPlaces.ofNobodyAMinute + left {
                records.keep(SignInFailure(.unknownRequest, pool: pool), reference: "REFERENCE\(number)", from: nil)
            }
            await records.finish()
            #expect(store.afterwards.withLock { $0 } == nil)
            records.keep(SignInFailure(.unknownRequest, pool: pool), reference: "ONEMORE1", from: nil)
            await records.finish()
            let all = RecordPlaces.ofNobodyAMinute + left + 1
            #expect(try await stores.signInCounts.list(in: pool, provider: nil, since: .distantPast).map(\.count) == [all])
            // One more has no place either.
            #expect(try await stores.signInRecords.countLeftOut(.refused, in: pool, since: .distantPast) == left + 1)
            let told = try #require(server.log.lines.first { $0.metadata["counted"] != nil })
            let lost = try #require(["records", "counted"].map { told.metadata[$0].flatMap { Int($0) } } as? [Int])
            #expect(lost[0] > 0 && lost[1] >= lost[0])
        }
    }

    @Test("who stops a server waits until each record was tried, also behind some that could not be written")
    func lastOnes() async throws {
        try await run { server, store, records in
            let (fixture, kept) = (server.fixture, 5 * RecordPlaces.ofNobodyAMinute)
            let (gate, opener) = AsyncStream.makeStream(of: Void.self)
            store.held.withLock { $0 = gate }
            for number in 0..<kept {
                if number.isMultiple(of: RecordPlaces.ofNobodyAMinute) { fixture.clock.advance(by: 60) }
                records.keep(SignInFailure(.unknownRequest, pool: fixture.pool.id), reference: "REFERENCE\(100 + number)", from: nil)
            }
            let end = Task.immediate { await records.finish() }
            opener.finish()
            await end.value
            let lost = store.lost.withLock(\.self)
            let written = try await fixture.stores.signInRecords.list(
                SignInRecordFilter(limit: 1_000), in: fixture.pool.id, at: fixture.clock.now)
            #expect(lost > 0 && written.count == kept - lost)
            #expect(try await fixture.stores.signInRecords.countLeftOut(.refused, in: fixture.pool.id, since: .distantPast) == lost)
        }
    }

    @Test("what is left out is written in the order of the pools")
    func order() async throws {
        try await run { _, store, records in
            for number in 0..<20 {
                let pool = UserPool.ID("local_\(number)")!
                for place in 0..<RecordPlaces.ofNobodyAMinute + 1 {
                    records.keep(SignInFailure(.unknownRequest, pool: pool), reference: "REFERENCE\(place)", from: nil)
                }
            }
            await records.finish()
            for written in store.omissions.withLock({ $0 }) { #expect(written == written.sorted()) }
            #expect(store.omissions.withLock { $0.joined().count } >= 20)
        }
    }
}

/// A store that takes nothing while it is told so, and remembers for which pools something was left out.
private final class UnsteadyRecordStore: SignInRecordStore {
    let store: any SignInRecordStore
    let error = Mutex<StoreError?>(nil)
    /// What the next one ends with, once all of it is written.
    let afterwards = Mutex<StoreError?>(nil)
    let omissions = Mutex<[[String]]>([])
    /// The next ones are not taken, once that is over; and how many records they were.
    let held = Mutex<AsyncStream<Void>?>(nil)
    let lost = Mutex(0)

    init(store: any SignInRecordStore) { self.store = store }

    func insert(
        _ records: [SignInRecord], _ messages: [SignInMessage], leftOut: [SignInOmission], counts: [SignInCount]
    ) async throws(StoreError) {
        if let error = error.withLock({ $0 }) { throw error }
        if let held = held.withLock({ $0.take() }) {
            for await _ in held {}
            lost.withLock { $0 = records.count }
            throw .unavailable(reason: "closed")
        }
        omissions.withLock { $0.append(leftOut.map(\.poolID.text)) }
        try await store.insert(records, messages, leftOut: leftOut, counts: counts)
        if let error = afterwards.withLock({ $0.take() }) { throw error }
    }

    func find(_ reference: SignInRecord.Reference, in pool: UserPool.ID, at now: Date) async throws(StoreError) -> SignInRecord? {
        try await store.find(reference, in: pool, at: now)
    }

    func find(_ reference: SignInRecord.Reference, at now: Date) async throws(StoreError) -> SignInRecord? {
        try await store.find(reference, at: now)
    }

    func message(of reference: SignInRecord.Reference, in pool: UserPool.ID, at now: Date) async throws(StoreError) -> SignInMessage? {
        try await store.message(of: reference, in: pool, at: now)
    }

    func countMessages(of provider: IdentityProvider.Name, in pool: UserPool.ID, at now: Date) async throws(StoreError) -> Int {
        try await store.countMessages(of: provider, in: pool, at: now)
    }

    func list(_ wanted: SignInRecordFilter, in pool: UserPool.ID, at now: Date) async throws(StoreError) -> [SignInRecord] {
        try await store.list(wanted, in: pool, at: now)
    }

    func countLeftOut(_ outcome: SignInRecord.Outcome, in pool: UserPool.ID, since: Date) async throws(StoreError) -> Int {
        try await store.countLeftOut(outcome, in: pool, since: since)
    }

    func removeExpired(at now: Date, limit: Int) async throws(StoreError) -> Int { try await store.removeExpired(at: now, limit: limit) }

    func removeForgotten(in pool: UserPool.ID, since: Date, limit: Int) async throws(StoreError) -> Int {
        try await store.removeForgotten(in: pool, since: since, limit: limit)
    }

    func removeSurplus(of quota: SignInRecord.Quota, in pool: UserPool.ID, beyond maximum: Int, limit: Int) async throws(StoreError) -> Int {
        try await store.removeSurplus(of: quota, in: pool, beyond: maximum, limit: limit)
    }
}
