import FoundationEssentials
package import UserPools

/// Follows a pool's SAML keys by others when they have counted as long as an admin chose. A new signing key is published a week ahead, as one that an
/// admin rotates is; of several servers that look at once one makes it.
package struct SAMLKeySchedule: Sendable {
    /// A key that goes sooner would leave identity providers no time, and a pool keeps few of them.
    package static let days = 30...3650

    private let stores: Stores
    private let ring: SAMLKeyRing

    package init(stores: Stores, ring: SAMLKeyRing) { (self.stores, self.ring) = (stores, ring) }

    /// Looks at the keys of all pools that have a schedule.
    /// - Parameter tell: of each key that was made.
    package func look(_ tell: (SAMLKey) -> Void) async throws(KeyRingError) {
        let pools: [UserPool]
        do { pools = try await stores.pools.list() } catch { throw .store(error) }
        for pool in pools {
            guard let days = pool.samlKeyDays else { continue }
            let stored: [SAMLKey]
            do { stored = try await ring.store.list(in: pool.id) } catch { throw .store(error) }
            // A pool that has no keys yet is not given any: they are made when somebody needs them.
            for key in stored where key.supersededAt == nil && isDue(key, after: days) {
                // Another server, or an admin, may have been first.
                guard let made = try? await ring.rotate(pool, key.use, atOnce: false, by: .system) else { continue }
                tell(made)
            }
        }
    }

    private func isDue(_ key: SAMLKey, after days: Int) -> Bool {
        let now = ring.environment.now()
        guard key.phase(at: now) == .current else { return false }
        return now >= key.activeFrom.addingTimeInterval(TimeInterval(days) * 86_400 - SAMLKey.announcedBefore(key.use))
    }
}
