import Foundation
import TestSupport
import Testing
import UserPools

/// THREATS P16: which key signs changes in one transaction, whoever asks for it and how often.
extension StoreConformanceTests {
    @Test("key rotation: of processes that rotate at once exactly one wins, and one key signs", arguments: DatabaseKind.all)
    func rotateKeyAtOnce(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            let (current, upcoming) = (example.key("current-current-1"), example.key("upcoming-upcoming-1", phase: .upcoming))
            for key in [current, upcoming] { _ = try await first.keys.insertFirst(key) }
            let outcomes = await gather(20) { index throws(StoreError) in
                try await (index.isMultiple(of: 2) ? first : second).keys.rotate(
                    example.rotation(from: current, to: upcoming, next: "next-next-next-\(index)"))
            }
            #expect(outcomes.failures == [] && outcomes.successes.filter(\.self).count == 1)
            let keys = try await second.keys.list(in: example.poolID)
            #expect(keys.filter { $0.phase == .current }.map(\.id) == [upcoming.id])
            #expect(keys.filter { $0.phase == .retired }.map(\.id) == [current.id])
            #expect(keys.filter { $0.phase == .upcoming }.count == 1 && keys.count == 3)
        }
    }

    @Test("key rotation in an emergency, without an upcoming key: exactly one of the new keys signs", arguments: DatabaseKind.all)
    func rotateKeyWithoutUpcoming(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            let current = example.key("current-current-1")
            _ = try await first.keys.insertFirst(current)
            let outcomes = await gather(20) { index throws(StoreError) in
                try await (index.isMultiple(of: 2) ? first : second).keys.rotate(
                    example.rotation(from: current, to: example.key("emergency-emergency-\(index)"), next: "next-next-next-\(index)"))
            }
            #expect(outcomes.failures == [] && outcomes.successes.filter(\.self).count == 1)
            let phases = try await first.keys.list(in: example.poolID).map(\.phase)
            #expect(Dictionary(grouping: phases, by: \.self).mapValues(\.count) == [.current: 1, .retired: 1, .upcoming: 1])
        }
    }

    @Test("key rotation to another algorithm: the pool has it, and nothing of the old one signs or waits", arguments: DatabaseKind.all)
    func rotateKeyAlgorithm(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let (current, waiting) = (example.key("current-current-1"), example.key("upcoming-upcoming-1", phase: .upcoming))
            let left = example.key("left-left-left-left", algorithm: "RS256")
            let other = example.key("other-other-other-1", phase: .upcoming, algorithm: "EdDSA")
            for key in [current, waiting, left, other] { _ = try await stores.keys.insertFirst(key) }
            var rotation = example.rotation(from: current, to: other, next: "next-next-next-next")
            #expect(try await stores.keys.rotate(rotation))
            let keys = try await stores.keys.list(in: example.poolID)
            #expect(keys.filter { $0.phase == .current }.map(\.id) == [other.id])
            #expect(Set(keys.filter { $0.phase == .retired }.map(\.id)) == [current.id, left.id])
            #expect(keys.filter { $0.phase == .retired }.allSatisfy { $0.retiredAt == rotation.now })
            #expect(keys.filter { $0.phase == .upcoming }.map(\.id.text) == ["next-next-next-next"])
            #expect(try await stores.pools.find(example.poolID)?.signingAlgorithm == "EdDSA")

            // A retired key does not come back, and a rotation that lost wrote nothing.
            rotation = example.rotation(from: other, to: current, next: "again-again-again-1")
            #expect(try await stores.keys.rotate(rotation) == false)
            #expect(try await stores.keys.rotate(example.rotation(from: current, to: waiting, next: "again-again-again-1")) == false)
            #expect(try await stores.keys.list(in: example.poolID).map(\.phase) == keys.map(\.phase))
        }
    }

    @Test("retired keys are removed from a time on, some at once, and no others", arguments: DatabaseKind.all)
    func removeRetiredKeys(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let keys = (1...4).map { example.key("key-key-key-key-\($0)", phase: $0 == 1 ? .current : .upcoming) }
            for key in keys.prefix(2) { _ = try await stores.keys.insertFirst(key) }
            for (index, pair) in zip(keys, keys.dropFirst()).enumerated() {
                let next = index + 2 < keys.count ? keys[index + 2].id.text : "next-next-next-next"
                #expect(try await stores.keys.rotate(example.rotation(from: pair.0, to: pair.1, next: next, after: TimeInterval(index))))
            }
            func left() async throws -> [String] { try await stores.keys.list(in: example.poolID).map(\.id.text).sorted() }
            #expect(try await stores.keys.removeRetired(until: example.now - 0.001, limit: 10) == 0)
            #expect(try await stores.keys.removeRetired(until: example.now + 1, limit: 1) == 1)
            #expect(try await left() == ["key-key-key-key-2", "key-key-key-key-3", "key-key-key-key-4", "next-next-next-next"])
            #expect(try await stores.keys.removeRetired(until: .distantFuture, limit: 10) == 2)
            #expect(try await left() == ["key-key-key-key-4", "next-next-next-next"])
        }
    }
}

extension Example {
    func rotation(from current: SigningKey, to signing: SigningKey, next: String, after seconds: TimeInterval = 0) -> KeyRotation {
        KeyRotation(
            retiring: current, signing: signing, upcoming: key(next, phase: .upcoming, algorithm: signing.algorithm), now: now + seconds)
    }
}
