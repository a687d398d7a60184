/// What was recorded. Events are written with the change itself, in its transaction; nothing here changes or deletes one.
package protocol AuditStore: Sendable {
    /// Up to `limit` events of a pool, the newest first, behind `cursor`, by the moment and the ID; of one target where it is given. `pool` nil:
    /// those that concern no pool, and the deletions of pools, which nobody finds in a pool any more.
    func list(in pool: UserPool.ID?, target: AuditEvent.Target?, behind cursor: ListCursor?, limit: Int) async throws(StoreError) -> [AuditEvent]
}

extension AuditStore {
    /// The newest.
    package func list(in pool: UserPool.ID?, target: AuditEvent.Target?, limit: Int) async throws(StoreError) -> [AuditEvent] {
        try await list(in: pool, target: target, behind: nil, limit: limit)
    }
}
