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

    @Test("key rotation: a key that waited and was taken away meanwhile does not come back, and the other one signs on", arguments: DatabaseKind.all)
    func rotateKeyThatWent(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let (current, gone) = (example.key("current-current-1"), example.key("gone-gone-gone-gone", phase: .upcoming, algorithm: "RS256"))
            for key in [current, gone] { _ = try await stores.keys.insertFirst(key) }
            let emergency = example.rotation(from: current, to: example.key("made-made-made-made", algorithm: "RS256"), next: "next-next-next-next")
            #expect(
                try await stores.change(keys: .rotate(emergency, recorded: .any(in: example.poolID))) {
                    ($0.signingAlgorithm, $0.settings.signingAlgorithms) = ("RS256", ["ES256"])
                })
            let late = example.rotation(from: current, to: gone, next: "late-late-late-late")
            #expect(try await stores.keys.rotate(late) == false)
            #expect(try await stores.change(keys: .rotate(late, recorded: .any(in: example.poolID))) { $0.name = "late" } == false)
            let keys = try await stores.keys.list(in: example.poolID)
            #expect(Set(keys.filter { $0.phase == .current }.map(\.id.text)) == ["current-current-1", "made-made-made-made"])
            #expect(keys.filter { $0.phase == .upcoming }.map(\.id.text) == ["next-next-next-next"] && keys.count == 3)
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
            #expect(try await stores.change(keys: .rotate(rotation, recorded: .any(in: example.poolID))) { $0.signingAlgorithm = "EdDSA" })
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

    @Test("several algorithms: each is rotated for itself, starts once, and ends without touching the others", arguments: DatabaseKind.all)
    func rotateKeyOfOneAlgorithm(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            _ = try await first.keys.insertFirst(example.key("current-current-1"))
            let outcomes = await gather(10) { index throws(StoreError) in
                let key = example.key("added-added-added-\(index)", algorithm: "RS256")
                let next = example.key("after-after-after-\(index)", phase: .upcoming, algorithm: "RS256")
                return try await (index.isMultiple(of: 2) ? first : second).change(keys: .start(key, next: next, recorded: .any(in: example.poolID)))
                {
                    $0.settings.signingAlgorithms = ["RS256"]
                }
            }
            #expect(outcomes.failures == [] && outcomes.successes.allSatisfy(\.self))
            func keys(_ phase: SigningKey.Phase) async throws -> [SigningKey] {
                try await first.keys.list(in: example.poolID).filter { $0.phase == phase }
            }
            #expect(try await keys(.current).map(\.algorithm).sorted() == ["ES256", "RS256"])
            #expect(try await keys(.upcoming).map(\.algorithm) == ["RS256"])

            let (added, after) = (
                try #require(try await keys(.current).first { $0.algorithm == "RS256" }), try #require(try await keys(.upcoming).first)
            )
            #expect(try await first.keys.rotate(example.rotation(from: added, to: after, next: "next-next-next-next")))
            #expect(try await Set(keys(.current).map(\.id.text)) == ["current-current-1", after.id.text])
            #expect(try await keys(.retired).map(\.id) == [added.id])

            // Another one takes the place of the pool's own, which goes on where the pool says so.
            let other = example.key("other-other-other-1", algorithm: "EdDSA")
            let move = example.rotation(from: example.key("current-current-1"), to: other, next: "third-third-third-1")
            #expect(
                try await first.change(keys: .rotate(move, recorded: .any(in: example.poolID))) {
                    ($0.signingAlgorithm, $0.settings.signingAlgorithms) = ("EdDSA", ["RS256", "ES256"])
                })
            #expect(try await keys(.current).map(\.algorithm).sorted() == ["ES256", "EdDSA", "RS256"])

            // What the pool lists goes on.
            #expect(try await !first.change(keys: .stop(algorithm: "RS256", of: example.poolID, at: example.now)) { _ in })
            #expect(try await keys(.current).map(\.algorithm).sorted() == ["ES256", "EdDSA", "RS256"])

            #expect(
                try await first.change(keys: .stop(algorithm: "RS256", of: example.poolID, at: example.now)) {
                    $0.settings.signingAlgorithms = ["ES256"]
                })
            #expect(try await keys(.current).map(\.algorithm).sorted() == ["ES256", "EdDSA"])
            #expect(try await keys(.upcoming).map(\.algorithm) == ["EdDSA"])
            #expect(try await keys(.retired).map(\.algorithm) == ["RS256", "RS256"])
        }
    }

    @Test("case 203: a client asks for algorithms of its pool alone, also where one of them ends at the same time", arguments: DatabaseKind.all)
    func endAlgorithmOfClient(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            var client = example.client
            client.metadata.idTokenSignedResponseAlg = "RS256"
            let (asking, quiet, id) = (client, example.client, example.poolID)
            await #expect(throws: StoreError.self) { try await first.clients.update(asking) }
            for _ in 0..<5 {
                #expect(try await first.change(keys: nil) { $0.settings.signingAlgorithms = ["RS256"] })
                async let asked = try? first.clients.update(asking)
                async let ended = try? second.change(keys: nil) { $0.settings.signingAlgorithms = nil }
                let (isAsked, isEnded) = (await asked ?? false, await ended ?? false)
                #expect(isAsked != isEnded, "exactly one of them")
                let stored = try await first.clients.find(asking.id, in: id)?.metadata.signedResponseAlgs ?? []
                #expect(try await first.pools.find(id)?.signingAlgorithms.contains("RS256") == isAsked && stored == (isAsked ? ["RS256"] : []))
                _ = try await first.clients.update(quiet)
            }
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

extension Stores {
    /// Changes the example's pool together with its keys; false where somebody else was first.
    fileprivate func change(keys: KeyStep?, _ mutate: @escaping @Sendable (inout UserPool) -> Void) async throws(StoreError) -> Bool {
        let id = Example().poolID
        do throws(ChangeError<Never>) {
            return try await pools.change(id, images: [], keys: keys, recorded: { _, _ in .any(in: id) }) { (pool: inout UserPool) throws(Never) in
                mutate(&pool)
            } != nil
        } catch {
            if case .conflict = error.storeError { return false }
            throw error.storeError
        }
    }
}

extension Example {
    func rotation(from current: SigningKey, to signing: SigningKey, next: String, after seconds: TimeInterval = 0) -> KeyRotation {
        KeyRotation(
            retiring: current, signing: signing, upcoming: key(next, phase: .upcoming, algorithm: signing.algorithm), now: now + seconds)
    }
}
