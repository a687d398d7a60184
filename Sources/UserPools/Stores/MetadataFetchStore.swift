package import FoundationEssentials

/// When our SAML metadata was fetched last by the address that names a provider. Whoever knows that address may fetch it: it says that somebody did
/// who was given it, and no more.
package protocol MetadataFetchStore: Sendable {
    /// Keeps the moment, unless a later one than `before` is there: no more is written than once in a while. Of a provider that is not there nothing is kept.
    func note(_ provider: IdentityProvider.Name, in pool: UserPool.ID, at now: Date, unlessAfter before: Date) async throws(StoreError)
    func find(_ provider: IdentityProvider.Name, in pool: UserPool.ID) async throws(StoreError) -> Date?
    /// Of each provider of the pool that fetched it, up to `limit` in the order of their names.
    func list(in pool: UserPool.ID, limit: Int) async throws(StoreError) -> [IdentityProvider.Name: Date]
}
