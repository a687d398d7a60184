package import UserPools

/// A sign-out as it is told: its record, and each app that was to hear of it.
package struct LoggedLogout: Sendable {
    package let record: LogoutRecord
    package let notices: [LogoutNotice]

    /// Whether everybody says that it is over, or nobody is left to say it.
    package var isComplete: Bool { record.isComplete && notices.allSatisfy { $0.result == .told || $0.result == .shown } }
}

extension Administration {
    /// One sign-out, by the reference that the person's page and the log have.
    package func logout(_ reference: String, pool id: String) async throws(AdministrationError) -> LoggedLogout {
        let pool = try await pool(id)
        let found = try await storing { () async throws(StoreError) -> LoggedLogout? in
            guard let reference = LogoutRecord.Reference(reference) else { return nil }
            return try await logged(reference, in: pool.id)
        }
        guard let found else { throw .notFound(.logout, name: reference, pool: pool.id) }
        return found
    }

    /// Sign-outs of a pool, the newest first, behind `cursor`; of each, what `logout(_:pool:)` tells.
    package func listLogouts(of pool: UserPool, behind cursor: ListCursor?, limit: Int) async throws(AdministrationError) -> [LoggedLogout] {
        try await storing { () async throws(StoreError) in
            let records = try await stores.logouts.list(in: pool.id, behind: cursor, limit: limit)
            let notices = Dictionary(grouping: try await stores.logouts.notices(of: records.map(\.reference), in: pool.id)) { $0.reference }
            return records.map { LoggedLogout(record: $0, notices: notices[$0.reference] ?? []) }
        }
    }

    func logged(_ reference: LogoutRecord.Reference, in pool: UserPool.ID) async throws(StoreError) -> LoggedLogout? {
        guard let record = try await stores.logouts.find(reference, in: pool) else { return nil }
        return LoggedLogout(record: record, notices: try await stores.logouts.notices(of: reference, in: pool))
    }
}
