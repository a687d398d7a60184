import Foundation
import TestSupport
import Testing
import UserPools

@testable import Storage

@Suite("Stores: the key of which people's names at each sector are made")
struct SubjectKeyConformance {
    private let example = Example()

    @Test("of servers that need it at once one key stands, and all get it; it goes with its pool", arguments: DatabaseKind.all)
    func first(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            #expect(try await first.keys.subjectKey(of: example.poolID) == nil)
            let outcomes = await gather(20) { index throws(StoreError) in
                let key = SubjectKey(poolID: example.poolID, sealed: [UInt8(index)], createdAt: example.now)
                return try await (index.isMultiple(of: 2) ? first : second).keys.insertFirst(key)
            }
            #expect(outcomes.failures == [] && Set(outcomes.successes.map(\.sealed)).count == 1)
            let standing = try await second.keys.subjectKey(of: example.poolID)
            #expect(standing?.sealed == outcomes.successes.first?.sealed && standing?.createdAt == example.now)
            #expect(try await first.pools.delete(example.poolID))
            while try await first.deletions.purge(limit: 100) > 0 {}
            #expect(try await second.keys.subjectKey(of: example.poolID) == nil)
        }
    }

    @Test("one that is sealed with another master key is refused, and one of no pool", arguments: DatabaseKind.all)
    func refused(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            _ = try await stores.installation.recordMasterKey("one", at: example.now)
            let other = SubjectKey(poolID: example.poolID, sealed: [1], createdAt: example.now, sealedBy: "two")
            await #expect(throws: StoreError.conflict(what: "subject key that is sealed with another master key")) {
                _ = try await stores.keys.insertFirst(other)
            }
            let nowhere = SubjectKey(poolID: UserPool.ID("local_nowhere")!, sealed: [1], createdAt: example.now, sealedBy: "one")
            await #expect(throws: StoreError.self) { _ = try await stores.keys.insertFirst(nowhere) }
            #expect(try await stores.keys.subjectKey(of: example.poolID) == nil)
        }
    }
}
