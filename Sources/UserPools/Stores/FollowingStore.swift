package import FoundationEssentials

/// Documents that servers fetch again by themselves. Which there are, the provider's own store keeps in the transaction that changes the provider.
package protocol FollowingStore: Sendable {
    /// Takes up to `limit` documents that are due, in one statement: until `again` nobody else takes them, unless the taker said what came of it.
    func take(dueAt now: Date, until again: Date, limit: Int) async throws(StoreError) -> [FollowedDocument]
    /// Takes one document before it is due, in one statement; nil where it is not followed, or was taken this way after `before` already.
    func hurry(
        _ provider: IdentityProvider.Name, in pool: UserPool.ID, at now: Date, unlessAfter before: Date, until again: Date
    ) async throws(StoreError) -> FollowedDocument?
    /// Keeps what came of a look, unless the address is another one by now.
    func keep(_ document: FollowedDocument) async throws(StoreError)
    func find(_ provider: IdentityProvider.Name, in pool: UserPool.ID) async throws(StoreError) -> FollowedDocument?
}
