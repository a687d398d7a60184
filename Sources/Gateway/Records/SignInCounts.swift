import FoundationEssentials
import UserPools

/// Sign-ins that are counted and not written yet, added up: however many there are, an hour, a provider and a code have one number.
struct SignInCounts: Sendable {
    private struct Key: Hashable { let pool: UserPool.ID, provider: IdentityProvider.Name?, hour: Date, outcome: SignInRecord.Outcome, code: String? }

    /// So many numbers wait at the most, where a database takes none.
    static let maximum = 5_000

    private var numbers: [Key: Int] = [:]

    var isEmpty: Bool { numbers.isEmpty }

    mutating func add(
        in pool: UserPool.ID, _ provider: IdentityProvider.Name?, at time: Date, _ outcome: SignInRecord.Outcome, code: String? = nil
    ) {
        let key = Key(pool: pool, provider: provider, hour: SignInCount.hour(of: time), outcome: outcome, code: code)
        add(1, to: key)
    }

    /// Takes back what could not be written.
    mutating func add(_ count: SignInCount) {
        add(count.count, to: Key(pool: count.poolID, provider: count.provider, hour: count.hour, outcome: count.outcome, code: count.code))
    }

    private mutating func add(_ count: Int, to key: Key) {
        guard numbers.count < Self.maximum || numbers[key] != nil else { return }
        numbers[key, default: 0] += count
    }

    /// Takes up to `limit` of them, to be written: in one order, so that no two servers wait for each other's rows.
    mutating func take(_ limit: Int) -> [SignInCount] {
        let taken = numbers.prefix(limit).map { key, count in
            numbers[key] = nil
            return SignInCount(
                poolID: key.pool, provider: key.provider, at: key.hour, outcome: key.outcome, code: key.code, count: count)
        }
        return taken.sorted { $0.place < $1.place }
    }
}

extension SignInCount {
    fileprivate var place: (String, Date, String, String, String) {
        (poolID.text, hour, provider?.text ?? "", outcome.rawValue, code ?? "")
    }
}
