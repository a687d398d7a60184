/// How many sign-ins an address may have started and not finished (THREATS P20, case 122): each is a row in the database until it expires.
///
/// A bucket of tokens for each address: a start takes one, a sign-in that is completed gives it back, and all come back over the time in which
/// what was started expires. Many people may share an address, so there is much in a bucket.
package final class SignInRateLimiter: Sendable {
    /// How many at once.
    package static let maximum = 3_000
    /// How long until an empty bucket is full again: as long as a sign-in that was started waits.
    package static let refill = Duration.seconds(30 * 60)
    /// How many addresses are remembered.
    package static let maximumAddresses = 50_000

    private let buckets: TokenBuckets<ClientNetwork>

    package init(uptime: @escaping @Sendable () -> Duration) {
        buckets = TokenBuckets(maximum: Self.maximum, refill: Self.refill, maximumKeys: Self.maximumAddresses, uptime: uptime)
    }

    /// Whether one more may be started.
    ///
    /// - Parameter address: of the client; one that does not read as an address is not counted, and a server that listens by TCP has none.
    package func start(from address: String?) -> Bool { address.flatMap { ClientNetwork($0) }.map(buckets.take) ?? true }

    /// One that was started from there is completed.
    package func complete(from address: String?) { address.flatMap { ClientNetwork($0) }.map(buckets.giveBack) }

    /// So many servers have the limit together.
    package func share(among servers: Int) { buckets.share(among: servers) }

    /// How many addresses are remembered now.
    package var addresses: Int { buckets.count }
}
