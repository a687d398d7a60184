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

    private var maximum: Double { max(1, Double(maximumOfAll) / Double(servers.load(ordering: .relaxed))) }

    /// Whether there was one to take.
    func take(_ key: Key) -> Bool {
        let now = uptime()
        return buckets.withLock { buckets in
            if buckets[key] == nil, buckets.count >= maximumKeys { forget(&buckets, at: now) }
            var bucket = buckets[key] ?? Bucket(left: maximum, counted: now)
            defer { buckets[key] = bucket }
            bucket = Bucket(left: left(in: bucket, at: now), counted: now)
            guard bucket.left >= 1 else { return false }
            bucket.left -= 1
            return true
        }
    }

    func giveBack(_ key: Key) {
        let now = uptime()
        buckets.withLock { buckets in
            if let bucket = buckets[key] { buckets[key] = Bucket(left: min(maximum, left(in: bucket, at: now) + 1), counted: now) }
        }
    }

    /// How many keys are remembered now.
    var count: Int { buckets.withLock(\.count) }

    private struct Bucket {
        var left: Double
        let counted: Duration
    }

    private func left(in bucket: Bucket, at now: Duration) -> Double {
        min(maximum, bucket.left + maximum * max(0, (now - bucket.counted) / refill))
    }

    /// Forgets what has a full bucket, which changes nothing, then what took least. A tenth of all at once, so that what this costs is paid for by
    /// as many new keys.
    private func forget(_ buckets: inout [Key: Bucket], at now: Duration) {
        buckets = buckets.filter { left(in: $0.value, at: now) < maximum }
        let surplus = buckets.count - maximumKeys / 10 * 9
        guard surplus > 0 else { return }
        let least = buckets.map { (key: $0.key, left: left(in: $0.value, at: now)) }.sorted { $0.left > $1.left }.prefix(surplus)
        for (key, _) in least { buckets[key] = nil }
    }
}
