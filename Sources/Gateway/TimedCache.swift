import Synchronization
import UserPools

/// Keeps what was loaded for a short time, so that a request need not ask the database for its configuration.
///
/// Bounded: at its capacity it forgets everything, which costs one reload each.
///
/// A value may be kept for longer than it is fresh, for when the database is away.
final class TimedCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry {
        let value: Value?
        let loadedAt: Duration
    }

    private let lifetime: Duration
    private let staleLifetime: Duration
    private let capacity: Int
    private let uptime: @Sendable () -> Duration
    private let entries = Mutex<[Key: Entry]>([:])

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
        let known = entries.withLock { $0[key] }
        if let known, now - known.loadedAt < lifetime { return known.value }
        let loaded: Value?
        do { loaded = try await load() } catch {
            guard let known, now - known.loadedAt < staleLifetime, case .unavailable? = error as? StoreError else { throw error }
            return known.value
        }
        entries.withLock { entries in
            if entries.count >= capacity { entries.removeAll(keepingCapacity: true) }
            entries[key] = Entry(value: loaded, loadedAt: now)
        }
        return loaded
    }
}
