import Synchronization
import UserPools

/// Keeps what was loaded for a short time, so that a request need not ask the database for its configuration.
///
/// Bounded: at its capacity it forgets everything, which costs one reload each.
///
/// A value may be kept for longer than it is fresh, for when the database is away.
final class TimedCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    /// An object: whoever looks at it copies nothing of a value of fifty members.
    private final class Entry: Sendable {
        let value: Value?
        let loadedAt: Duration
        /// How often everything had been told to be old when the loading began.
        let age: Int

        init(value: Value?, loadedAt: Duration, age: Int) { (self.value, self.loadedAt, self.age) = (value, loadedAt, age) }
    }

    private struct Entries {
        var byKey: [Key: Entry] = [:]
        var age = 0
    }

    private let lifetime: Duration
    private let staleLifetime: Duration
    private let capacity: Int
    private let uptime: @Sendable () -> Duration
    private let entries = Mutex(Entries())

    /// - Parameter staleLifetime: how long a value is still given where the database does not answer.
    init(lifetime: Duration, staleLifetime: Duration = .zero, capacity: Int, uptime: @escaping @Sendable () -> Duration) {
        self.lifetime = lifetime
        self.staleLifetime = staleLifetime
        self.capacity = capacity
        self.uptime = uptime
    }

    /// The value of `key`, from the cache while it is fresh, else from `load`. That there is none is kept as well.
    func value<Failure: Error>(_ key: Key, load: () async throws(Failure) -> Value?) async throws(Failure) -> Value? {
        let now = uptime()
        let (known, age) = entries.withLock { ($0.byKey[key], $0.age) }
        if let known, known.age == age, now - known.loadedAt < lifetime { return known.value }
        let loaded: Value?
        do { loaded = try await load() } catch {
            guard let known, now - known.loadedAt < staleLifetime, case .unavailable? = error as? StoreError else { throw error }
            return known.value
        }
        entries.withLock { entries in
            // Who began to read later has the newer value.
            if let other = entries.byKey[key], other.loadedAt > now || other.age > age { return }
            if entries.byKey.count >= capacity { entries.byKey.removeAll(keepingCapacity: true) }
            entries.byKey[key] = Entry(value: loaded, loadedAt: now, age: age)
        }
        return loaded
    }

    /// Nothing that is kept, or being loaded at this moment, is fresh any more. For when the database is away it stays.
    func expire() { entries.withLock { $0.age += 1 } }
}
