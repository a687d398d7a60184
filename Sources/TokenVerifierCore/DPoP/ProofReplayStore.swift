internal import Crypto
public import struct FoundationEssentials.Date
internal import Synchronization
internal import WireFormats

/// Remembers which proofs of possession were used (RFC 9449 §11.1). Give one of your own where several processes of a service are to share it.
public protocol ProofReplayStore: Sendable {
    /// Whether nobody used `name` before. From now on it is used, and that is remembered until `until`, about a minute. One step: of two that ask at once
    /// one is the first.
    /// - Parameter name: 43 characters of base64url.
    func use(_ name: String, until: Date) async throws -> Bool
}

/// Used proofs in the memory of one process, a bounded number. Where there is no room for one more, those are forgotten that end first.
public final class ProofReplayMemory: ProofReplayStore {
    private struct Used {
        var names: Set<String> = []
        /// By the second in which they end.
        var ending: [Int: [String]] = [:]
        var sweptAt = Int.min

        mutating func forget(_ second: Int) {
            for name in ending.removeValue(forKey: second) ?? [] { names.remove(name) }
        }
    }

    private let capacity: Int
    private let clock: @Sendable () -> Date
    private let used = Mutex(Used())

    /// - Parameters:
    ///   - capacity: how many are remembered at once; one takes some 150 bytes.
    ///   - clock: the present time.
    public init(capacity: Int = 200_000, clock: @escaping @Sendable () -> Date = { Date() }) {
        (self.capacity, self.clock) = (max(1, capacity), clock)
    }

    /// How many are remembered.
    var count: Int { used.withLock { $0.names.count } }

    public func use(_ name: String, until: Date) -> Bool {
        let now = Int(clock().timeIntervalSince1970), end = Int(until.timeIntervalSince1970) + 1
        return used.withLock { used in
            // Once a second at most, so that no use pays for many.
            if used.sweptAt != now {
                for second in used.ending.keys where second < now { used.forget(second) }
                used.sweptAt = now
            }
            guard !used.names.contains(name) else { return false }
            while used.names.count >= capacity, let first = used.ending.keys.min() { used.forget(first) }
            used.names.insert(name)
            used.ending[end, default: []].append(name)
            return true
        }
    }
}

extension VerifiedDPoPProof {
    /// The proof by its key and its `jti`, of one length whatever these are.
    package var replayName: String { Base64URL.encode(Array(SHA256.hash(data: Array("\(key) \(id)".utf8)))) }
}
