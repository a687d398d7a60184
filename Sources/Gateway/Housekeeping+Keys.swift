import FoundationEssentials
import Logging
import OpenIDConnect
import UserPools

extension Housekeeping {
    /// For so long a key is kept in the database that could not be deleted where it is.
    private static let patience = TimeInterval(30 * 24 * 3600)
    private static let most = 100

    /// Removes keys that are published no more: first what security modules have of them, then their rows. Where one did not go no row does, by which
    /// it is found. Returns how many there were.
    func removeRetired(until end: Date, limit: Int) async throws -> Int {
        guard let keyRing else { return try await stores.keys.removeRetired(until: end, limit: limit) }
        var isDone = true
        let keys = try await stores.keys.retired(until: end, limit: min(limit, Self.most))
        for key in keys {
            do throws(KeyRingError) { try await keyRing.destroy(key) } catch {
                // What does not open tells nothing of where it is.
                guard case .module(let cause) = error else { continue }
                let isGivenUp = (key.retiredAt ?? end) < end.addingTimeInterval(-Self.patience)
                isDone = isDone && isGivenUp
                logger.warning(
                    isGivenUp
                        ? "a key that signs no more is left in the HSM for ever: delete it there" : "a key that signs no more is still in the HSM",
                    metadata: [
                        "pool": "\(key.poolID)", "key": "\(key.id)", "code": "\(cause.code)", "reason": "\(cause.message)",
                        "remedy": "\(cause.remedy)",
                    ])
            }
        }
        guard isDone, let last = keys.last?.retiredAt else { return 0 }
        // None that was not looked at, also where another server removes some meanwhile.
        return try await stores.keys.removeRetired(until: last, limit: keys.count)
    }
}
