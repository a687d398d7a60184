package import FoundationEssentials

/// A pool's own SAML keys. Of each use one is the newest: that which no other one supersedes.
package protocol SAMLKeyStore: Sendable {
    /// Inserts unless the pool has a newest key of that use already (two servers need one at once); returns the one that stands.
    func insertFirst(_ key: SAMLKey) async throws(StoreError) -> SAMLKey
    /// Oldest first.
    func list(in pool: UserPool.ID) async throws(StoreError) -> [SAMLKey]
    /// Those of each of the pools, in their order; one read.
    func list(in pools: [UserPool.ID]) async throws(StoreError) -> [[SAMLKey]]
    /// False, and nothing was changed, where the key that is replaced is not the newest one any more: somebody else was first.
    func rotate(_ rotation: SAMLKeyRotation, recorded event: AuditEvent) async throws(StoreError) -> Bool
    /// The newest key, which was to count later, counts from `now` on. False where it is not the newest one any more, or counts already.
    func activate(_ id: SAMLKey.ID, in pool: UserPool.ID, at now: Date, recorded event: AuditEvent) async throws(StoreError) -> Bool
    /// Takes a key back: it is published no more and its private half is deleted, and its successor takes its place in the same transaction.
    /// False, and nothing was changed, where it counts or is the newest one and there is no successor, or another one was first.
    func withdraw(
        _ id: SAMLKey.ID, in pool: UserPool.ID, successor: SAMLKeySuccessor?, at now: Date, recorded event: AuditEvent
    ) async throws(StoreError) -> Bool
    /// Removes up to `limit` keys that were superseded or withdrawn at `end` or before.
    func removeSuperseded(until end: Date, limit: Int) async throws(StoreError) -> Int
}
