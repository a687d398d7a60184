import FoundationEssentials
import Logging
import OpenIDConnect
import UserPools

extension Housekeeping {
    /// For so long a key is kept in the database that could not be deleted where it is.
    private static let patience = TimeInterval(30 * 24 * 3600)
    private static let most = 100

    /// Deletes what security modules have of keys that are due to be removed. False where one did not go, so that its row stays, by which it is found.
    func destroyRetired(until end: Date) async throws -> Bool {
        guard let keyRing else { return true }
        var isDone = true
        for key in try await stores.keys.retired(until: end, limit: Self.most) {
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
        return isDone
    }
}
