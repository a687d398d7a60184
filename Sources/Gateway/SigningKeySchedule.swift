package import FoundationEssentials
package import OpenIDConnect
package import UserPools

/// Rotates the keys that sign a pool's tokens when they have signed as long as an admin chose, each algorithm for itself. The key that follows is
/// published from the rotation before on; of several servers that look at once one rotates.
package struct SigningKeySchedule: Sendable {
    package static let days = 1...3650

    private let stores: Stores
    private let ring: KeyRing
    private let now: @Sendable () -> Date

    package init(stores: Stores, ring: KeyRing, environment: Environment) { (self.stores, self.ring, now) = (stores, ring, environment.now) }

    /// Looks at the keys of all pools that have a schedule. What fails of one pool is told of, and the others go on.
    /// - Parameter tell: of each step that was taken, or why none was.
    package func look(_ tell: (UserPool.ID, Result<RotationStep, KeyRingError>) -> Void) async throws(KeyRingError) {
        let pools: [UserPool]
        do { pools = try await stores.pools.list() } catch { throw .store(error) }
        for pool in pools {
            guard let days = pool.settings.signingKeyDays else { continue }
            let keys: [SigningKey]
            do { keys = try await stores.keys.list(in: pool.id) } catch {
                tell(pool.id, .failure(.store(error)))
                continue
            }
            for algorithm in pool.signingAlgorithms.compactMap(SigningAlgorithm.init) where isDue(algorithm, keys, after: days) {
                do throws(KeyRingError) {
                    tell(pool.id, .success(try await ring.rotate(pool, of: algorithm, atOnce: false, by: .system)))
                } catch {
                    switch error {
                    // Another server, or an admin, was first.
                    case .rotation(.rotatedMeanwhile), .rotation(.tooYoung), .rotation(.tooSoon): continue
                    case let error: tell(pool.id, .failure(error))
                    }
                }
            }
        }
    }

    private func isDue(_ algorithm: SigningAlgorithm, _ keys: [SigningKey], after days: Int) -> Bool {
        let keys = keys.filter { $0.algorithm == algorithm.rawValue }
        // One that has none yet is not given any: they are made when somebody needs them.
        guard keys.contains(where: { $0.phase == .current }) else { return false }
        // Where none follows, nothing was ever rotated, and one is published now.
        return Self.end(of: algorithm, keys, after: days).map { $0 <= now() } ?? true
    }

    /// When another key takes the place of the one that signs by that algorithm; nil where none follows it yet.
    package static func end(of algorithm: SigningAlgorithm, _ keys: [SigningKey], after days: Int) -> Date? {
        let keys = keys.filter { $0.algorithm == algorithm.rawValue }
        // The key that follows was made when the current one began to sign.
        guard keys.contains(where: { $0.phase == .current }), let next = keys.first(where: { $0.phase == .upcoming }) else { return nil }
        return next.createdAt.addingTimeInterval(TimeInterval(days) * 86_400)
    }
}
