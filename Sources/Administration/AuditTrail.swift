package import UserPools
import WireFormats

extension Administration {
    /// What was recorded, the newest first, behind `cursor`.
    /// - Parameter name: of one user, the `sub` or the username, of a deleted user too.
    package func auditEvents(
        pool id: String, user name: String?, behind cursor: ListCursor? = nil, limit: Int
    ) async throws(AdministrationError) -> [AuditEvent] {
        // A pool that was deleted has its events all the same.
        guard let pool = UserPool.ID(id) else { throw .notFound(.pool, name: id, pool: nil) }
        var subject: User.ID?
        if let name {
            subject = User.ID(name)
            if subject == nil {
                do { subject = try await user(name, pool: id).id } catch {
                    guard case .notFound(.user, _, _) = error, let deleted = try await deletedUser(name, in: pool) else { throw error }
                    subject = deleted
                }
            }
        }
        let wanted = subject
        let events = try await storing { () async throws(StoreError) in
            try await stores.audit.list(in: pool, target: wanted.map { AuditEvent.Target(.user, $0.text) }, behind: cursor, limit: limit)
        }
        if events.isEmpty { _ = try await self.pool(id) }
        return events
    }

    /// Who had the username last. The record of the deletion says it, and nothing else does any more.
    private func deletedUser(_ username: String, in pool: UserPool.ID) async throws(AdministrationError) -> User.ID? {
        let events = try await storing { () async throws(StoreError) in
            try await stores.audit.list(in: pool, target: nil, limit: Self.maximumSearched)
        }
        let deletion = events.first { $0.action == .userDelete && $0.detail("username")?.hasSameBytes(as: username) == true }
        return deletion.flatMap { User.ID($0.target.name) }
    }

    /// Events in which a deletion is looked for, from the newest.
    private static let maximumSearched = 10_000

    /// What was done to the installation as a whole, and which pools were deleted.
    package func auditEventsOfInstallation(behind cursor: ListCursor? = nil, limit: Int) async throws(AdministrationError) -> [AuditEvent] {
        try await storing { () async throws(StoreError) in try await stores.audit.list(in: nil, target: nil, behind: cursor, limit: limit) }
    }
}
