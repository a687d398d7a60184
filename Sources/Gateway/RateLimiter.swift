package import UserPools

/// The limits that a pool has set (`RateLimits`), for each address, client and user: a bucket that a minute fills. In memory, as all limits are: each of
/// several servers gives its share.
package final class RateLimiter: Sendable {
    /// What is answered when a bucket is empty.
    package struct Exceeded: Error, Equatable {
        package let limit: Int
        /// For the log.
        package var text: String { "at most \(limit) a minute" }
        /// Seconds until one more is answered (RFC 9110 §10.2.3).
        package var retryAfter: Int { max(1, (RateLimiter.seconds + limit - 1) / limit) }
    }

    private struct Key<Of: Hashable & Sendable>: Hashable, Sendable { let pool: UserPool.ID, of: Of }

    static let seconds = 60
    private let addresses: TokenBuckets<Key<ClientNetwork>>
    private let clients: TokenBuckets<Key<AppClient.ID>>
    private let users: TokenBuckets<Key<User.ID>>

    package init(uptime: @escaping @Sendable () -> Duration) {
        let refill = Duration.seconds(Self.seconds)
        addresses = TokenBuckets(maximum: 1, refill: refill, maximumKeys: 50_000, uptime: uptime)
        clients = TokenBuckets(maximum: 1, refill: refill, maximumKeys: 10_000, uptime: uptime)
        users = TokenBuckets(maximum: 1, refill: refill, maximumKeys: 50_000, uptime: uptime)
    }

    package func share(among servers: Int) {
        addresses.share(among: servers)
        clients.share(among: servers)
        users.share(among: servers)
    }

    /// One more request. Where the address is not known, nothing is counted.
    package func requireAddress(_ address: String?, in pool: UserPool) throws(Exceeded) {
        guard let limit = pool.settings.rateLimits?.perAddress, let network = address.flatMap({ ClientNetwork($0) }) else { return }
        guard addresses.take(Key(pool: pool.id, of: network), of: limit) else { throw Exceeded(limit: limit) }
    }

    /// One more answer to `client`. What is refused is given back: who names a public client and has nothing to show takes nothing from it.
    func requireClient(_ client: AppClient.ID, in pool: UserPool) throws(Exceeded) {
        guard let limit = pool.settings.rateLimits?.perClient else { return }
        guard clients.take(Key(pool: pool.id, of: client), of: limit) else { throw Exceeded(limit: limit) }
    }

    func giveBack(_ client: AppClient.ID, in pool: UserPool) { clients.giveBack(Key(pool: pool.id, of: client)) }

    func requireUser(_ user: User.ID, in pool: UserPool) throws(Exceeded) {
        guard let limit = pool.settings.rateLimits?.perUser else { return }
        guard users.take(Key(pool: pool.id, of: user), of: limit) else { throw Exceeded(limit: limit) }
    }
}
