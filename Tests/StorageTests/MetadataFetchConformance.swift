import Foundation
import TestSupport
import Testing
import UserPools

/// When our metadata was fetched, by the address that names a provider; and which exceptions end.
extension StoreConformanceTests {
    @Test("fetches: one row a provider, a later one only after a while; of a provider that is not there none", arguments: DatabaseKind.all)
    func metadataFetches(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            let (pool, hour) = (example.poolID, TimeInterval(3600))
            func note(_ name: IdentityProvider.Name, after seconds: TimeInterval) async throws {
                let now = example.now.addingTimeInterval(seconds)
                try await second.fetches.note(name, in: pool, at: now, unlessAfter: now.addingTimeInterval(-hour))
            }
            try await note(IdentityProvider.Name("nobody")!, after: 0)
            #expect(try await first.fetches.list(in: pool, limit: 10).isEmpty)
            try await note(example.provider, after: 0)
            try await note(example.provider, after: hour - 1)
            #expect(try await first.fetches.find(example.provider, in: pool) == example.now)
            try await note(example.provider, after: hour)
            #expect(try await first.fetches.list(in: pool, limit: 10) == [example.provider: example.now.addingTimeInterval(hour)])
            #expect(try await first.fetches.list(in: UserPool.ID("local_other")!, limit: 10).isEmpty)
        }
    }

    @Test("ends: a change of the exceptions is read again, and what was read before it is not kept", arguments: DatabaseKind.all)
    func exceptionEnds(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            func found() async throws -> ProviderEnds { try #require(try await stores.ends.list(after: nil, limit: 1).first) }
            func read(_ ends: ProviderEnds, exception: TimeInterval) async throws {
                var read = ProviderEnds(
                    poolID: ends.poolID, provider: ends.provider, readAt: ends.updatedAt, updatedAt: ends.updatedAt, listedReadAt: ends.listedReadAt)
                read.until[.exception] = example.now.addingTimeInterval(exception)
                try await stores.ends.keep(read)
            }
            func allow(_ days: Double) async throws {
                var provider = try #require(try await stores.providers.find(example.provider, in: example.poolID))
                guard case .saml(var connection) = provider.kind else { throw StoreError.corrupt(what: "example") }
                connection.allow(.clockSkew, until: example.now.addingTimeInterval(days * 86_400), because: nil)
                provider.kind = .saml(connection)
                #expect(try await stores.providers.update(provider))
            }
            try await read(try await found(), exception: 60)
            let first = try await found()
            #expect(first.isRead && first.until[.exception] == example.now.addingTimeInterval(60))
            #expect(try await stores.ends.warn(.exception, of: try await found(), days: 7))
            #expect(try await found().warned == [.exception: 7])
            try await allow(1)
            let listed = try await found()
            #expect(!listed.isRead)
            // Another change, before what was read of the first is kept.
            try await allow(2)
            try await read(listed, exception: 86_400)
            #expect(try await !found().isRead)
            try await read(try await found(), exception: 2 * 86_400)
            let last = try await found()
            #expect(last.isRead && last.until[.exception] == example.now.addingTimeInterval(2 * 86_400))
        }
    }
}
