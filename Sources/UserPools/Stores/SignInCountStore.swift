package import FoundationEssentials

/// Numbers of sign-ins by the hour. They are written with the records (`SignInRecordStore.insert`).
package protocol SignInCountStore: Sendable {
    /// The oldest first, from the hour on in which `since` lies; of one provider, or with nil of all and of none.
    func list(in pool: UserPool.ID, provider: IdentityProvider.Name?, since: Date) async throws(StoreError) -> [SignInCount]
    /// Deletes up to `limit` of those whose time is over; returns how many.
    func removeExpired(at now: Date, limit: Int) async throws(StoreError) -> Int
    /// Deletes up to `limit` of the oldest beyond the newest `maximum` of a pool; returns how many.
    func removeSurplus(in pool: UserPool.ID, beyond maximum: Int, limit: Int) async throws(StoreError) -> Int
}
