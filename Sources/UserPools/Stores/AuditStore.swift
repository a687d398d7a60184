/// What was recorded of changes to who somebody is. Events are written with the change itself, in its transaction.
package protocol AuditStore: Sendable {
    /// Up to `limit` events, the newest first; of one user where `user` is given.
    func list(in pool: UserPool.ID, user: User.ID?, limit: Int) async throws(StoreError) -> [AuditEvent]
}
