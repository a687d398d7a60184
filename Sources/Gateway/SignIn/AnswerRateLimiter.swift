import UserPools

/// How often an answer to a sign-in may be refused before nobody looks at the next one (THREATS case 128): judging a hostile document is
/// the dearest thing that somebody without any right can ask for.
///
/// Each address and each pending sign-in has a bucket: an answer takes one, and an accepted one gives it back. Whoever mends a provider's settings
/// begins again at the app anyway.
package final class AnswerRateLimiter: Sendable {
    /// How many answers from one address at once, beside those that are accepted; a minute brings all of them back.
    package static let maximum = 300
    package static let refill = Duration.seconds(60)
    /// How many answers to one sign-in are refused before it is over.
    package static let maximumRefusals = 10

    private let addresses: TokenBuckets<ClientNetwork>
    private let pending: TokenBuckets<PendingSignIn.ID>

    package init(pendingLifetime: Duration, uptime: @escaping @Sendable () -> Duration) {
        addresses = TokenBuckets(maximum: Self.maximum, refill: Self.refill, maximumKeys: 50_000, uptime: uptime)
        pending = TokenBuckets(maximum: Self.maximumRefusals, refill: pendingLifetime, maximumKeys: 10_000, uptime: uptime)
    }

    /// Whether an answer from there is looked at. An address that is not known is not counted.
    package func start(from address: String?) -> Bool { address.flatMap { ClientNetwork($0) }.map(addresses.take) ?? true }

    /// It was a good one.
    package func accepted(from address: String?) { address.flatMap { ClientNetwork($0) }.map(addresses.giveBack) }

    /// Whether one more answer to that sign-in is looked at. It counts from now on: a hundred at once are a hundred.
    func start(_ id: PendingSignIn.ID) -> Bool { pending.take(id) }

    /// It was a good one, or was not looked at.
    func giveBack(_ id: PendingSignIn.ID) { pending.giveBack(id) }

    /// So many servers have the limits together.
    package func share(among servers: Int) {
        addresses.share(among: servers)
        pending.share(among: servers)
    }

    /// How many pending sign-ins are remembered now.
    package var remembered: Int { pending.count }
}
