package import UserPools

extension Administration {
    /// One sign-out, by the reference that the person's page and the log have.
    package func logout(_ reference: String, pool id: String) async throws(AdministrationError) -> LogoutRecord {
        let pool = try await pool(id)
        let found = try await storing { () async throws(StoreError) -> LogoutRecord? in
            guard let reference = LogoutRecord.Reference(reference) else { return nil }
            return try await stores.logouts.find(reference, in: pool.id)
        }
        guard let found else { throw .notFound(.logout, name: reference, pool: pool.id) }
        return found
    }
}
