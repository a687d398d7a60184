package import UserPools

/// The limits that a pool has set (`RateLimits`), for each address, client and user: a bucket that a minute fills. In memory, as all limits are: each of
/// several servers gives its share, and one at least.
///
/// Of an address what it asks counts, taken before anything is done. Of a client and a user what they got counts, after it was given: who has nothing to
/// show takes nothing from anybody. What is under way at the same time may go a little beyond.
package final class RateLimiter: Sendable {
    /// What is answered when a bucket is empty.
    package struct Exceeded: Error, Equatable {
        package let limit: Int
        /// Seconds until one more is answered (RFC 9110 §10.2.3).
        package let retryAfter: Int
        /// For the log.
        package var text: String { "at most \(limit) a minute" }

        package init(limit: Int, retryAfter: Int = 1) { (self.limit, self.retryAfter) = (limit, retryAfter) }
    }

    private struct Key<Of: Hashable & Sendable>: Hashable, Sendable { let pool: UserPool.ID, of: Of }

    private let addresses: TokenBuckets<Key<ClientNetwork>>
    private let clients: TokenBuckets<Key<AppClient.ID>>
    private let users: TokenBuckets<Key<User.ID>>

    package init(uptime: @escaping @Sendable () -> Duration) {
        let minute = Duration.seconds(60)
        addresses = TokenBuckets(maximum: 1, refill: minute, maximumKeys: 50_000, uptime: uptime)
        clients = TokenBuckets(maximum: 1, refill: minute, maximumKeys: 10_000, uptime: uptime)
        users = TokenBuckets(maximum: 1, refill: minute, maximumKeys: 50_000, uptime: uptime)
    }

    package func share(among servers: Int) {
        addresses.share(among: servers)
        clients.share(among: servers)
        users.share(among: servers)
    }

    /// One more request. Where the address is not known, nothing is counted.
    package func takeAddress(_ address: String?, in pool: UserPool) throws(Exceeded) {
        guard let limit = pool.settings.rateLimits?.perAddress, let network = address.flatMap({ ClientNetwork($0) }) else { return }
        guard addresses.take(Key(pool: pool.id, of: network), of: limit) else { throw exceeded(limit) }
    }

    /// Whether `client` may get more.
    func requireClient(_ client: AppClient.ID, in pool: UserPool) throws(Exceeded) {
        try require(clients, Key(pool: pool.id, of: client), pool.settings.rateLimits?.perClient)
    }

    /// It got something.
    func countClient(_ client: AppClient.ID, in pool: UserPool) {
        count(clients, Key(pool: pool.id, of: client), pool.settings.rateLimits?.perClient)
    }

    /// Whether apps may get more for `user`.
    func requireUser(_ user: User.ID, in pool: UserPool) throws(Exceeded) {
        try require(users, Key(pool: pool.id, of: user), pool.settings.rateLimits?.perUser)
    }

    /// They got something.
    func countUser(_ user: User.ID, in pool: UserPool) {
        count(users, Key(pool: pool.id, of: user), pool.settings.rateLimits?.perUser)
    }

    private func require<Of>(_ buckets: TokenBuckets<Key<Of>>, _ key: Key<Of>, _ limit: Int?) throws(Exceeded) {
        guard let limit, buckets.isEmpty(key, of: limit) else { return }
        throw exceeded(limit)
    }

    private func count<Of>(_ buckets: TokenBuckets<Key<Of>>, _ key: Key<Of>, _ limit: Int?) {
        if let limit { _ = buckets.take(key, of: limit) }
    }

    private func exceeded(_ limit: Int) -> Exceeded {
        let wait = addresses.wait(of: limit).components
        return Exceeded(limit: limit, retryAfter: max(1, Int(wait.seconds) + (wait.attoseconds > 0 ? 1 : 0)))
    }
}
