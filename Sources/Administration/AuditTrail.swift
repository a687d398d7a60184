package import UserPools

extension Administration {
    /// What was recorded, the newest first.
    /// - Parameter name: of one user, the `sub` or the username; a deleted user's `sub` counts too.
    package func auditEvents(pool id: String, user name: String?, limit: Int) async throws(AdministrationError) -> [AuditEvent] {
        // A pool that was deleted has its events all the same.
        guard let pool = UserPool.ID(id) else { throw .notFound(.pool, name: id, pool: nil) }
        var subject: User.ID?
        if let name {
            subject = User.ID(name)
            if subject == nil { subject = try await user(name, pool: id).id }
        }
        let wanted = subject
        let events = try await storing { () async throws(StoreError) in
            try await stores.audit.list(in: pool, target: wanted.map { AuditEvent.Target(.user, $0.text) }, limit: limit)
        }
        if events.isEmpty { _ = try await self.pool(id) }
        return events
    }

    /// What was done to the installation as a whole, and which pools were deleted.
    package func auditEventsOfInstallation(limit: Int) async throws(AdministrationError) -> [AuditEvent] {
        try await storing { () async throws(StoreError) in try await stores.audit.list(in: nil, target: nil, limit: limit) }
    }
}
