package import FoundationEssentials
package import UserPools

/// Follows a pool's SAML keys by others when they have counted as long as an admin chose. A new signing key is published a week ahead, as one that an
/// admin rotates is; of several servers that look at once one makes it.
package struct SAMLKeySchedule: Sendable {
    /// A key that goes sooner would leave identity providers no time, and a pool keeps few of them.
    package static let days = 30...3650

    private let stores: Stores
    private let ring: SAMLKeyRing

    package init(stores: Stores, ring: SAMLKeyRing) { (self.stores, self.ring) = (stores, ring) }

    /// Looks at the keys of all pools that have a schedule. What fails of one pool is told of, and the others go on.
    /// - Parameter tell: of each key that was made, or why none was.
    package func look(_ tell: (UserPool.ID, Result<SAMLKey, KeyRingError>) -> Void) async throws(KeyRingError) {
        let pools: [UserPool]
        do { pools = try await stores.pools.list() } catch { throw .store(error) }
        for pool in pools {
            guard let days = pool.samlKeyDays else { continue }
            do {
                // A pool that has no keys yet is not given any: they are made when somebody needs them.
                for key in try await ring.store.list(in: pool.id) where key.supersededAt == nil && isDue(key, after: days) {
                    tell(pool.id, .success(try await ring.rotate(pool, key.use, atOnce: false, by: .system)))
                }
            } catch {
                switch KeyRingError(error) {
                // Another server, or an admin, was first.
                case .samlKeys(.announced), .samlKeys(.changedMeanwhile): continue
                case let error: tell(pool.id, .failure(error))
                }
            }
        }
    }

    private func isDue(_ key: SAMLKey, after days: Int) -> Bool {
        let now = ring.environment.now()
        return Self.end(of: key, after: days, at: now).map { now >= $0.addingTimeInterval(-SAMLKey.announcedBefore(key.use)) } ?? false
    }

    /// When another key takes the place of one that counts: as was announced, else as the schedule says; nil where none does.
    package static func end(of key: SAMLKey, after days: Int?, at now: Date) -> Date? {
        guard key.phase(at: now) == .current else { return nil }
        return key.supersededAt ?? days.map { key.activeFrom.addingTimeInterval(TimeInterval($0) * 86_400) }
    }
}
