import Synchronization
import Testing
import UserPools

@testable import Gateway

@Suite("what is kept of the configuration, and for how long")
struct TimedCacheTests {
    /// A clock, and a database that does what the test wants.
    private final class World: Sendable {
        let uptime = Mutex(Duration.zero)
        let answer = Mutex<Result<Int?, StoreError>>(.success(1))

        func cache(stale: Duration) -> TimedCache<String, Int> {
            TimedCache(lifetime: .seconds(1), staleLifetime: stale, capacity: 2, uptime: { self.uptime.withLock { $0 } })
        }

        func load() throws(StoreError) -> Int? { try answer.withLock { $0 }.get() }
    }

    private static let away = StoreError.unavailable(reason: "the database cannot be reached")

    @Test("a value is asked for again after its time; that there is none is kept as well")
    func fresh() async throws {
        let world = World(), cache = world.cache(stale: .zero)
        #expect(try await cache.value("a", load: world.load) == 1)
        world.answer.withLock { $0 = .success(nil) }
        #expect(try await cache.value("a", load: world.load) == 1)
        world.uptime.withLock { $0 = .seconds(1) }
        #expect(try await cache.value("a", load: world.load) == nil)
        world.answer.withLock { $0 = .success(2) }
        #expect(try await cache.value("a", load: world.load) == nil)
    }

    @Test("case 125: while the database is away the keys that were known are given for an hour, and nothing that was not known")
    func away() async throws {
        let world = World(), cache = world.cache(stale: KeyRing.withoutDatabase)
        #expect(try await cache.value("a", load: world.load) == 1)
        world.answer.withLock { $0 = .failure(Self.away) }
        world.uptime.withLock { $0 = .seconds(3599) }
        #expect(try await cache.value("a", load: world.load) == 1)
        await #expect(throws: Self.away) { try await cache.value("b", load: world.load) }
        world.uptime.withLock { $0 = .seconds(3600) }
        await #expect(throws: Self.away) { try await cache.value("a", load: world.load) }
        world.answer.withLock { $0 = .success(3) }
        #expect(try await cache.value("a", load: world.load) == 3)
    }

    @Test("what a database that answers says counts, also where it is no good; most of the configuration is not given without one")
    func told() async throws {
        let world = World(), cache = world.cache(stale: .seconds(60)), strict = world.cache(stale: .zero)
        #expect(try await cache.value("a", load: world.load) == 1)
        #expect(try await strict.value("a", load: world.load) == 1)
        world.uptime.withLock { $0 = .seconds(2) }
        world.answer.withLock { $0 = .failure(.corrupt(what: "row")) }
        await #expect(throws: StoreError.corrupt(what: "row")) { try await cache.value("a", load: world.load) }
        world.answer.withLock { $0 = .failure(Self.away) }
        await #expect(throws: Self.away) { try await strict.value("a", load: world.load) }
    }

    @Test("when something was changed nothing that is kept counts, nor what was being read at that moment; without the database it still does")
    func expired() async throws {
        let world = World(), cache = world.cache(stale: .seconds(60))
        #expect(try await cache.value("a", load: world.load) == 1)
        world.answer.withLock { $0 = .success(2) }
        cache.expire()
        let old = try await cache.value("a") { () async throws(StoreError) in
            let found = try world.load()
            // Changed after it was read and before it was kept.
            world.answer.withLock { $0 = .success(3) }
            cache.expire()
            return found
        }
        #expect(old == 2)
        #expect(try await cache.value("a", load: world.load) == 3)
        cache.expire()
        world.answer.withLock { $0 = .failure(Self.away) }
        #expect(try await cache.value("a", load: world.load) == 3)
    }
}
