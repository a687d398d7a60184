import Glibc
import Synchronization

/// How many sign-ins an address may have started and not finished (THREATS P20, case 122): each is a row in the database until it expires.
///
/// A bucket of tokens for each address: a start takes one, a sign-in that is completed gives it back, and all come back over the time in which
/// what was started expires. Many people may share an address, so there is much in a bucket. It is kept in memory, by each server for itself:
/// a limit that costs a write for every start would be what it guards against.
package final class SignInRateLimiter: Sendable {
    /// How many at once.
    package static let most = 3_000
    /// How long until an empty bucket is full again: as long as a sign-in that was started waits.
    package static let refill = Duration.seconds(30 * 60)
    /// How many addresses are remembered.
    package static let mostAddresses = 50_000

    private let uptime: @Sendable () -> Duration
    private let buckets = Mutex<[Network: Bucket]>([:])

    package init(uptime: @escaping @Sendable () -> Duration) { self.uptime = uptime }

    /// Whether one more may be started.
    ///
    /// - Parameter address: of the client; one that does not read as an address is not counted, and a server that listens by TCP has none.
    package func start(from address: String?) -> Bool {
        guard let network = address.flatMap({ Network($0) }) else { return true }
        let now = uptime()
        return buckets.withLock { buckets in
            if buckets[network] == nil, buckets.count >= Self.mostAddresses { Self.forget(&buckets, at: now) }
            return buckets[network, default: Bucket(at: now)].take(at: now)
        }
    }

    /// One that was started from there is completed.
    package func complete(from address: String?) {
        guard let network = address.flatMap({ Network($0) }) else { return }
        let now = uptime()
        buckets.withLock { $0[network]?.giveBack(at: now) }
    }

    /// How many addresses are remembered now.
    package var addresses: Int { buckets.withLock(\.count) }

    /// Forgets whoever has a full bucket, which changes nothing, then whoever started least. A tenth of all at once, so that what this costs
    /// is paid for by five thousand new addresses.
    private static func forget(_ buckets: inout [Network: Bucket], at now: Duration) {
        buckets = buckets.filter { $0.value.left(at: now) < Double(most) }
        let surplus = buckets.count - mostAddresses / 10 * 9
        guard surplus > 0 else { return }
        let least = buckets.map { (network: $0.key, left: $0.value.left(at: now)) }.sorted { $0.left > $1.left }.prefix(surplus)
        for (network, _) in least { buckets[network] = nil }
    }

    private struct Bucket {
        private var left: Double
        private var counted: Duration

        /// A full one.
        init(at now: Duration) { (left, counted) = (Double(most), now) }

        func left(at now: Duration) -> Double { min(Double(most), left + Double(most) * max(0, (now - counted) / refill)) }

        mutating func take(at now: Duration) -> Bool {
            (left, counted) = (left(at: now), now)
            guard left >= 1 else { return false }
            left -= 1
            return true
        }

        mutating func giveBack(at now: Duration) { (left, counted) = (min(Double(most), left(at: now) + 1), now) }
    }

    /// What counts as one address: an IPv4 address, or the /64 that a subscriber of IPv6 has for himself (RFC 6177).
    private struct Network: Hashable {
        private let bits: UInt64
        private let isIPv6: Bool

        init?(_ text: String) {
            guard text.utf8.count <= 45, !text.utf8.contains(0) else { return nil }
            var four = in_addr(), sixteen = in6_addr()
            let bytes: [UInt8]
            if inet_pton(AF_INET, text, &four) == 1 {
                bytes = withUnsafeBytes(of: &four) { Array($0) }
            } else if inet_pton(AF_INET6, text, &sixteen) == 1 {
                let all = withUnsafeBytes(of: &sixteen) { Array($0) }
                // A socket for both families shows IPv4 so (RFC 4291 §2.5.5.2).
                let isMapped = all.prefix(10).allSatisfy { $0 == 0 } && all[10] == 0xFF && all[11] == 0xFF
                bytes = Array(isMapped ? all.suffix(4) : all.prefix(8))
            } else {
                return nil
            }
            bits = bytes.reduce(0) { $0 << 8 | UInt64($1) }
            isIPv6 = bytes.count == 8
        }
    }
}
