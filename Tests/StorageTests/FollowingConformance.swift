import Foundation
import TestSupport
import Testing
import UserPools

@testable import Storage

/// Documents that servers fetch again by themselves: which there are, who looks, and what is kept of it.
extension StoreConformanceTests {
    private func following(_ name: String, url: String? = "https://idp.example/metadata", isOn: Bool = true) -> IdentityProvider {
        var connection = SAMLConnection(metadata: "<m/>", entityID: "https://\(name).example", metadataURL: url)
        connection.following = MetadataFollowing(isOn: isOn)
        return IdentityProvider(
            poolID: example.poolID, name: IdentityProvider.Name(name)!, kind: .saml(connection), attributeMapping: AttributeMapping(),
            createdAt: example.now, updatedAt: example.now)
    }

    @Test("following: ten servers that look at once take each document once, and again when its taker never came back", arguments: DatabaseKind.all)
    func takeOnce(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            for number in 0..<6 { try await first.providers.insert(following("f\(number)")) }
            let (now, later) = (example.now, example.now.addingTimeInterval(120))
            let taken = await gather(10) { index throws(StoreError) in
                try await (index.isMultiple(of: 2) ? first : second).following.take(dueAt: now, until: later, limit: 4)
            }
            #expect(taken.failures == [])
            #expect(taken.successes.joined().map(\.provider.text).sorted() == (0..<6).map { "f\($0)" })
            #expect(try await second.following.take(dueAt: later.addingTimeInterval(-1), until: later, limit: 4) == [])
            #expect(try await second.following.take(dueAt: later, until: later.addingTimeInterval(120), limit: 4).count == 4)
        }
    }

    @Test("following: what came of a look is kept, but for an address that nobody follows any more", arguments: DatabaseKind.all)
    func keepLook(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            var provider = following("corp2")
            try await stores.providers.insert(provider)
            var document = try #require(try await stores.following.find(provider.name, in: example.poolID))
            #expect(document.checkedAt == nil && document.failures == 0 && document.dueAt <= example.now)
            document.dueAt = example.now.addingTimeInterval(3600)
            (document.checkedAt, document.validUntil, document.cacheDuration) = (example.now, example.now.addingTimeInterval(86_400), 21_600)
            (document.version, document.sameAs) = (DocumentVersion(etag: "\"1\"", lastModified: "Sat, 28 Nov 2026 12:00:00 GMT"), "ab")
            (document.failures, document.lastError) = (2, "fetch.unreachable")
            try await stores.following.keep(document)
            #expect(try await stores.following.find(provider.name, in: example.poolID) == document)

            // What is changed beside the address keeps it; another address is due at once, and what was known of the old one is nothing to it.
            provider.displayName = "Corporation"
            #expect(try await stores.providers.update(provider))
            #expect(try await stores.following.find(provider.name, in: example.poolID) == document)
            let moved = following("corp2", url: "https://idp.example/new")
            #expect(try await stores.providers.update(moved))
            let fresh = try #require(try await stores.following.find(provider.name, in: example.poolID))
            #expect(fresh.address == "https://idp.example/new" && fresh.version == DocumentVersion() && fresh.dueAt <= example.now)
            try await stores.following.keep(document)
            #expect(try await stores.following.find(provider.name, in: example.poolID) == fresh)

            for stopped in [following("corp2", isOn: false), following("corp2", url: nil)] {
                #expect(try await stores.providers.update(stopped))
                #expect(try await stores.following.find(provider.name, in: example.poolID) == nil)
                #expect(try await stores.providers.update(moved))
            }
            #expect(try await stores.providers.delete(provider.name, in: example.poolID))
            #expect(try await stores.following.find(provider.name, in: example.poolID) == nil)
        }
    }

    @Test("following: of all who find a key that nobody knows one looks, and the next a minute later", arguments: DatabaseKind.all)
    func hurry(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            let provider = following("corp2")
            try await first.providers.insert(provider)
            let pool = example.poolID
            @Sendable func hurry(_ stores: Stores, at now: Date) async throws(StoreError) -> FollowedDocument? {
                try await stores.following.hurry(
                    provider.name, in: pool, at: now, unlessAfter: now.addingTimeInterval(-60), until: now.addingTimeInterval(120))
            }
            let now = example.now
            let taken = await gather(10) { index throws(StoreError) in try await hurry(index.isMultiple(of: 2) ? first : second, at: now) }
            #expect(taken.failures == [] && taken.successes.compactMap(\.self).count == 1)
            #expect(try await hurry(second, at: now.addingTimeInterval(59)) == nil)
            #expect(try await hurry(second, at: now.addingTimeInterval(60)) != nil)
            // A clock that was set back keeps nobody waiting.
            #expect(try await hurry(first, at: now.addingTimeInterval(-3600)) != nil)
            #expect(
                try await first.following.hurry(
                    example.provider, in: pool, at: now, unlessAfter: now, until: now) == nil)
        }
    }
}
