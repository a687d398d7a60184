import Foundation
import TestSupport
import Testing
import UserPools

@testable import Storage

@Suite("Stores: a pool's own SAML keys")
struct SAMLKeyConformance {
    private let example = Example()

    @Test("of servers that need the first key at once one key stands, and all get it", arguments: DatabaseKind.all)
    func first(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            let outcomes = await gather(20) { index throws(StoreError) in
                try await (index.isMultiple(of: 2) ? first : second).samlKeys.insertFirst(example.samlKey(index))
            }
            #expect(outcomes.failures == [] && Set(outcomes.successes.map(\.id)).count == 1)
            let other = example.samlKey(30, use: .encryption)
            #expect(try await first.samlKeys.insertFirst(other).id == other.id)
            let keys = try await second.samlKeys.list(in: example.poolID)
            #expect(keys.count == 2 && keys.allSatisfy { $0.certificate == [1, 2] && $0.sealedPrivateKey == [3] && $0.activeFrom == example.now })
        }
    }

    @Test("of two rotations at once one counts, and the key that signs until then does so until then", arguments: DatabaseKind.all)
    func rotate(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            let old = try await first.samlKeys.insertFirst(example.samlKey(0))
            let later = example.now + 100
            let outcomes = await gather(8) { index throws(StoreError) in
                try await (index.isMultiple(of: 2) ? first : second).samlKeys.rotate(
                    SAMLKeyRotation(replacing: old.id, key: example.samlKey(index + 1, from: later)),
                    recorded: .any(.key, "k", in: example.poolID))
            }
            #expect(outcomes.failures == [] && outcomes.successes.count(where: \.self) == 1)
            let keys = try await second.samlKeys.list(in: example.poolID)
            #expect(keys.count == 2 && keys.count { $0.supersededAt == nil } == 1)
            #expect(keys.first { $0.id == old.id }?.supersededAt == later)
            // The other use is left alone by what follows.
            _ = try await first.samlKeys.insertFirst(example.samlKey(20, use: .encryption))
            let newest = try #require(keys.first { $0.supersededAt == nil })
            let sooner = example.now + 10
            #expect(try await first.samlKeys.activate(newest.id, in: example.poolID, at: sooner, recorded: .any(.key, "k", in: example.poolID)))
            #expect(try await !second.samlKeys.activate(newest.id, in: example.poolID, at: sooner, recorded: .any(.key, "k", in: example.poolID)))
            let after = try await second.samlKeys.list(in: example.poolID)
            #expect(after.first { $0.id == old.id }?.supersededAt == sooner && after.first { $0.id == newest.id }?.activeFrom == sooner)
            #expect(after.filter { $0.use == .encryption }.map(\.supersededAt) == [nil])
        }
    }

    @Test("a key that counts is not withdrawn without a successor, and a withdrawn one has no private half", arguments: DatabaseKind.all)
    func withdraw(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let old = try await stores.samlKeys.insertFirst(example.samlKey(0))
            func withdraw(_ id: SAMLKey.ID, _ successor: SAMLKeySuccessor?) async throws(StoreError) -> Bool {
                try await stores.samlKeys.withdraw(
                    id, in: example.poolID, successor: successor, at: example.now + 5, recorded: .any(.key, "k", in: example.poolID))
            }
            #expect(try await !withdraw(old.id, nil))
            #expect(try await withdraw(old.id, .new(example.samlKey(1, from: example.now + 5))))
            #expect(try await !withdraw(old.id, nil))
            let keys = try await stores.samlKeys.list(in: example.poolID)
            let withdrawn = keys.first { $0.id == old.id }
            #expect(keys.count == 2 && withdrawn?.sealedPrivateKey == [] && withdrawn?.withdrawnAt == example.now + 5)
            #expect(try await stores.samlKeys.removeSuperseded(until: example.now + 4, limit: 10) == 0)
            #expect(try await stores.samlKeys.removeSuperseded(until: example.now + 5, limit: 10) == 1)
        }
    }
}

extension Example {
    func samlKey(_ number: Int, use: SAMLKey.Use = .signing, from moment: Date? = nil) -> SAMLKey {
        let id = String(repeating: "0", count: 60) + String(1000 + number)
        return SAMLKey(
            id: SAMLKey.ID(id)!, poolID: poolID, use: use, certificate: [1, 2], sealedPrivateKey: [3], createdAt: now, activeFrom: moment ?? now)
    }
}
