import Synchronization

/// Keeps what was loaded for a short time, so that a request need not ask the database for its configuration.
///
/// Bounded: at its capacity it forgets everything, which costs one reload each.
final class TimedCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry {
        let value: Value?
        let loadedAt: Duration
    }

    private let lifetime: Duration
    private let capacity: Int
    private let uptime: @Sendable () -> Duration
    private let entries = Mutex<[Key: Entry]>([:])

    init(lifetime: Duration, capacity: Int, uptime: @escaping @Sendable () -> Duration) {
        self.lifetime = lifetime
        self.capacity = capacity
        self.uptime = uptime
    }

    /// The value of `key`, from the cache while it is fresh, else from `load`. That there is none is kept as well.
    func value<Failure: Error>(_ key: Key, load: () async throws(Failure) -> Value?) async throws(Failure) -> Value? {
        let now = uptime()
        if let entry = entries.withLock({ $0[key] }), now - entry.loadedAt < lifetime { return entry.value }
        let loaded = try await load()
        entries.withLock { entries in
            if entries.count >= capacity { entries.removeAll(keepingCapacity: true) }
            entries[key] = Entry(value: loaded, loadedAt: now)
        }
        return loaded
    }
}
