package import FoundationEssentials

/// Records of sign-ins: written a few at a time, found by their reference, listed the newest first.
package protocol SignInRecordStore: Sendable {
    /// Writes all of it in one transaction. A record whose reference is there already is not written; of a provider's messages the newest stay, and
    /// none without its record; a count is added to what is there of its hour. Where it throws `outcomeUnknown` the caller must not repeat it: numbers
    /// would be added twice.
    func insert(
        _ records: [SignInRecord], _ messages: [SignInMessage], leftOut: [SignInOmission], counts: [SignInCount]
    ) async throws(StoreError)
    func find(_ reference: SignInRecord.Reference, in pool: UserPool.ID, at now: Date) async throws(StoreError) -> SignInRecord?
    /// Where nobody says of which pool it is.
    func find(_ reference: SignInRecord.Reference, at now: Date) async throws(StoreError) -> SignInRecord?
    /// What the provider sent, where that was kept and its time is not over.
    func message(of reference: SignInRecord.Reference, in pool: UserPool.ID, at now: Date) async throws(StoreError) -> SignInMessage?
    /// How many messages of that provider are kept now.
    func countMessages(of provider: IdentityProvider.Name, in pool: UserPool.ID, at now: Date) async throws(StoreError) -> Int
    /// The newest first.
    func list(_ wanted: SignInRecordFilter, in pool: UserPool.ID, at now: Date) async throws(StoreError) -> [SignInRecord]
    /// Of how many there is no record since then.
    func countLeftOut(_ outcome: SignInRecord.Outcome, in pool: UserPool.ID, since: Date) async throws(StoreError) -> Int
    /// Deletes up to `limit` of each kind of what has expired; returns how many.
    func removeExpired(at now: Date, limit: Int) async throws(StoreError) -> Int
    /// Deletes up to `limit` of each of what is left: records that have the name alone of somebody who was deleted since then and after them, and messages
    /// without a record. Returns how many.
    func removeForgotten(in pool: UserPool.ID, since: Date, limit: Int) async throws(StoreError) -> Int
    /// Deletes up to `limit` of the oldest beyond `maximum` of a pool, of refused ones those of the kinds of which there are most; from then on they count
    /// as left out. A transaction has few of them. Returns how many.
    func removeSurplus(of quota: SignInRecord.Quota, in pool: UserPool.ID, beyond maximum: Int, limit: Int) async throws(StoreError) -> Int
}

extension SignInRecordStore {
    package func insert(_ records: [SignInRecord], _ messages: [SignInMessage], leftOut: [SignInOmission]) async throws(StoreError) {
        try await insert(records, messages, leftOut: leftOut, counts: [])
    }
}

/// Which records are wanted: those for which all of it is true.
package struct SignInRecordFilter: Sendable, Hashable {
    /// nil: of both.
    package var outcome: SignInRecord.Outcome?
    /// Of one person, who may have been known by several of these names.
    package var usernames: [String]?
    package var provider: IdentityProvider.Name?
    package var client: AppClient.ID?
    package var code: String?
    package var since: Date
    /// Not younger than that; nil: up to now.
    package var until: Date?
    package var limit: Int

    package init(since: Date = .distantPast, limit: Int) { (self.since, self.limit) = (since, limit) }
}
