package import FoundationEssentials

/// Numbers of sign-ins by the hour. They are written with the records (`SignInRecordStore.insert`).
package protocol SignInCountStore: Sendable {
    /// Added up over spans of so many hours, which begin at midnight of 1970 in UTC, from the hour on in which `since` lies; the oldest first.
    /// - Parameters:
    ///   - provider: nil: of all and of none.
    ///   - byCode: whether refusals are told apart by their codes.
    func list(
        in pool: UserPool.ID, provider: IdentityProvider.Name?, since: Date, hours: Int, byCode: Bool
    ) async throws(StoreError) -> [SignInCount]
    /// The oldest hour that has a number; nil: there is none. Where a pool has many providers those of a month may be more than are kept.
    func firstHour(in pool: UserPool.ID) async throws(StoreError) -> Date?
    /// Deletes up to `limit` of those whose time is over; returns how many.
    func removeExpired(at now: Date, limit: Int) async throws(StoreError) -> Int
    /// Deletes up to `limit` of the oldest beyond the newest `maximum` of a pool; returns how many.
    func removeSurplus(in pool: UserPool.ID, beyond maximum: Int, limit: Int) async throws(StoreError) -> Int
}

extension SignInCountStore {
    /// As they are kept.
    package func list(in pool: UserPool.ID, provider: IdentityProvider.Name?, since: Date) async throws(StoreError) -> [SignInCount] {
        try await list(in: pool, provider: provider, since: since, hours: 1, byCode: true)
    }
}
