import Synchronization

/// A bucket of tokens for each key: taking one is allowed while there is one, and all come back over `refill`. Kept in memory, by each server for
/// itself: a limit that costs a write each time would be what it guards against. Of several servers each gives its share. Bounded in keys.
final class TokenBuckets<Key: Hashable & Sendable>: Sendable {
    private let maximumOfAll: Int
    private let servers = Atomic(1)
    private let refill: Duration
    private let maximumKeys: Int
    private let uptime: @Sendable () -> Duration
    private let buckets = Mutex<[Key: Bucket]>([:])

    init(maximum: Int, refill: Duration, maximumKeys: Int, uptime: @escaping @Sendable () -> Duration) {
        maximumOfAll = maximum
        self.refill = refill
        self.maximumKeys = maximumKeys
        self.uptime = uptime
    }

    /// So many servers have the maximum together.
    func share(among servers: Int) { self.servers.store(max(1, servers), ordering: .relaxed) }

    /// What this server gives of it.
    private func share(of maximum: Int) -> Double { max(1, Double(maximum) / Double(servers.load(ordering: .relaxed))) }

    /// Whether there was one to take.
    func take(_ key: Key) -> Bool { take(key, of: maximumOfAll) }

    /// The same for a key with a maximum of its own.
    func take(_ key: Key, of maximum: Int) -> Bool {
        let (now, maximum) = (uptime(), share(of: maximum))
        return buckets.withLock { buckets in
            if buckets[key] == nil, buckets.count >= maximumKeys { forget(&buckets, at: now) }
            var bucket = buckets[key] ?? Bucket(maximum: maximum, left: maximum, counted: now)
            defer { buckets[key] = bucket }
            bucket.maximum = maximum
            bucket = Bucket(maximum: maximum, left: left(in: bucket, at: now), counted: now)
            guard bucket.left >= 1 else { return false }
            bucket.left -= 1
            return true
        }
    }

    /// Whether there is none to take. Takes none.
    func isEmpty(_ key: Key, of maximum: Int) -> Bool {
        let (now, maximum) = (uptime(), share(of: maximum))
        return buckets.withLock { buckets in
            guard var bucket = buckets[key] else { return false }
            bucket.maximum = maximum
            return left(in: bucket, at: now) < 1
        }
    }

    /// How long until an empty bucket has one more.
    func wait(of maximum: Int) -> Duration { refill / share(of: maximum) }

    func giveBack(_ key: Key) {
        let now = uptime()
        buckets.withLock { buckets in
            guard let bucket = buckets[key] else { return }
            buckets[key] = Bucket(maximum: bucket.maximum, left: min(bucket.maximum, left(in: bucket, at: now) + 1), counted: now)
        }
    }

    /// How many keys are remembered now.
    var count: Int { buckets.withLock(\.count) }

    private struct Bucket {
        var maximum: Double
        var left: Double
        let counted: Duration
    }

    private func left(in bucket: Bucket, at now: Duration) -> Double {
        min(bucket.maximum, bucket.left + bucket.maximum * max(0, (now - bucket.counted) / refill))
    }

    /// Forgets what has a full bucket, which changes nothing, then what took the least part of its own. A tenth of all at once, so that what this costs is paid for by
    /// as many new keys.
    private func forget(_ buckets: inout [Key: Bucket], at now: Duration) {
        buckets = buckets.filter { left(in: $0.value, at: now) < $0.value.maximum }
        let surplus = buckets.count - maximumKeys / 10 * 9
        guard surplus > 0 else { return }
        let least = buckets.map { (key: $0.key, taken: 1 - left(in: $0.value, at: now) / $0.value.maximum) }.sorted { $0.taken < $1.taken }.prefix(
            surplus)
        for (key, _) in least { buckets[key] = nil }
    }
}
