import Foundation
import TestSupport
import Testing
import UserPools

@testable import Storage

/// Which origins the clients of a pool have (THREATS case 144), asked of an index: a pool may have ten thousand clients.
extension StoreConformanceTests {
    @Test("case 144: an origin is one of an enabled client's, and follows every change of it", arguments: DatabaseKind.all)
    func webOrigins(_ kind: DatabaseKind) async throws {
        try await kind.withDatabase { database, stores in
            try await example.prepare(stores)
            let (client, pool) = (example.client, example.poolID)
            let (own, spa) = (try #require(client.effectiveWebOrigins.first), "https://spa.example")
            func known() async throws -> [String] {
                var known: [String] = []
                for origin in [own, own + ":8443", spa, "https://elsewhere.example"] where try await stores.clients.hasWebOrigin(origin, in: pool) {
                    known.append(origin)
                }
                return known
            }
            func change(_ mutate: @escaping @Sendable (inout AppClient) throws(Never) -> Void) async throws {
                _ = try await stores.clients.change(client.id, in: pool, recorded: { _, _ in .any(.client, "c", in: pool) }, mutate)
            }
            #expect(try await known() == [own])
            try await change { $0.webOrigins = ["https://spa.example"] }
            #expect(try await known() == [spa])
            try await change { $0.enabled = false }
            #expect(try await known() == [])
            try await change {
                $0.enabled = true
                $0.webOrigins = []
            }
            #expect(try await known() == [])
            try await change { $0.webOrigins = nil }
            #expect(try await known() == [own])
            _ = try await stores.clients.delete(client.id, in: pool) { _ in .any(.client, "c", in: pool) }
            #expect(try await known() == [])
            while try await stores.deletions.purge(limit: 100) > 0 {}
            #expect(try await rows(database, "client_web_origins") == 0)
        }
    }

    @Test("what a request waits for is found by an index, however many providers, sign-ins and clients there are")
    func indexes() async throws {
        let database = try await SQLiteDatabase.temporary()
        for (statement, index) in [
            ("SELECT id FROM pending_sign_ins WHERE pool_id = 'p' AND provider = 'x' LIMIT 1", "pending_sign_ins_by_provider"),
            ("SELECT * FROM live_sessions WHERE cookie = x'00' AND pool_id = 'p'", "identity_providers_deleted"),
            ("SELECT * FROM live_grant_families WHERE id = 'f' AND pool_id = 'p'", "identity_providers_deleted"),
        ] as [(SQL, String)] {
            let plan = try await database.read { connection throws(StoreError) in try connection.rows("EXPLAIN QUERY PLAN " + statement, []) }
            let steps = plan.flatMap(\.values).compactMap { if case .text(let text) = $0 { text } else { nil } }
            #expect(steps.contains { $0.contains(index) } && !steps.contains { $0.hasPrefix("SCAN") }, "\(steps)")
        }
        await database.close()
    }
}
