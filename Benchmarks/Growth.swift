import ArgumentParser
import FoundationEssentials
import Storage
import UserPools

/// `Benchmarks growth`: the same calls of the stores on a small and on a large database, in turns.
struct Growth: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Measures a page of users and the sweeps of housekeeping on two databases.")

    @Option(help: "The databases, the small one first.") var database: [String]
    @Option(help: "A pool of each, with users.") var pool: [String]
    @Option(help: "A username in the middle of each pool.") var middle: [String]
    @Option(help: "Turns; the first and the median of the others count.") var turns = 5
    @Option(help: "Rows of a sweep, as housekeeping has them.") var batch = 500

    /// Microseconds of one call, on each of the databases.
    struct Figure: Encodable {
        let name: String
        var first: [Double] = []
        var further: [Double] = []
    }

    private struct Side: Sendable { let storage: Storage, pool: UserPool.ID, middle: String }

    func run() async throws {
        var sides: [Side] = []
        for (index, url) in database.enumerated() {
            guard let id = UserPool.ID(pool[index]) else { throw Failure("\(pool[index]) is no pool") }
            sides.append(Side(storage: try await Storage.open(url: url), pool: id, middle: middle[index]))
        }
        let now = Date()
        let (batch, half) = (batch, 100)
        // Each of them deletes as many rows as it may: the script has put so many there.
        let sweeps: [(String, Int, @Sendable (Side) async throws -> Int)] = [
            ("unfinished sign-ins", batch, { try await $0.storage.stores.signIns.removeExpired(at: now, limit: batch) }),
            ("accepted proofs", batch, { try await $0.storage.stores.signIns.removeExpired(at: now, limit: batch) }),
            ("sessions", batch, { try await $0.storage.stores.sessions.removeExpired(at: now, limit: batch) }),
            ("authorization codes", batch, { try await $0.storage.stores.grants.removeExpired(at: now, limit: batch) }),
            ("token families", batch, { try await $0.storage.stores.grants.removeExpired(at: now, limit: batch) }),
        ]
        var figures: [Figure] = []
        let pages: [(String, @Sendable (Side) -> String?)] = [("first", { _ in nil }), ("in the middle", { $0.middle })]
        for (name, place) in pages {
            figures.append(
                try await measure("user list, \(half) users, \(name)", sides, turns: 8 * turns) { side in
                    let users = try await side.storage.stores.users.list(in: side.pool, after: place(side), limit: half)
                    guard users.count == half else { throw Failure("a page has \(users.count) users") }
                })
        }
        for (name, expected, sweep) in sweeps {
            figures.append(
                try await measure("sweep of \(expected) \(name)", sides, turns: turns) { side in
                    let removed = try await sweep(side)
                    guard removed == expected else { throw Failure("a sweep of \(name) removed \(removed)") }
                })
        }
        figures.append(
            try await measure("all sweeps, nothing to do", sides, turns: 8 * turns) { side in
                let stores = side.storage.stores
                _ = try await stores.signIns.unanswered(at: now, limit: batch)
                let removed = [
                    try await stores.signIns.removeExpired(at: now, limit: batch), try await stores.sessions.removeExpired(at: now, limit: batch),
                    try await stores.grants.removeExpired(at: now, limit: batch), try await stores.keys.removeRetired(until: now, limit: batch),
                    try await stores.deletions.purge(limit: batch),
                ]
                guard removed.allSatisfy({ $0 == 0 }) else { throw Failure("a sweep had something to do: \(removed)") }
            })
        for side in sides { await side.storage.close() }
        try printJSON(figures)
    }

    private func measure(_ name: String, _ sides: [Side], turns: Int, _ work: (Side) async throws -> Void) async throws -> Figure {
        var times = [[Double]](repeating: [], count: sides.count)
        for turn in 0..<turns {
            for index in turn.isMultiple(of: 2) ? Array(sides.indices) : sides.indices.reversed() {
                let began = Clock.now()
                try await work(sides[index])
                times[index].append((Clock.now() - began) * 1e6)
            }
        }
        return Figure(name: name, first: times.map { $0[0] }, further: times.map { Array($0.dropFirst()).median })
    }
}
