/// What the sign-in page needs to know of a pool's enabled providers, without reading one's metadata.
///
/// Where `names` is given, only those are offered; a pool may have thousands.
package protocol OfferStore: Sendable {
    /// Up to `limit` offers: those of `names` in their order, or any of the pool in the order of their buttons.
    func list(in pool: UserPool.ID, among names: [IdentityProvider.Name]?, limit: Int) async throws(StoreError) -> [ProviderOffer]
    /// Up to `limit` offers whose display name or name contains `text`, in any case.
    func search(_ text: String, in pool: UserPool.ID, among names: [IdentityProvider.Name]?, limit: Int) async throws(StoreError) -> [ProviderOffer]
    /// What the tables of enabled providers have for `acr_values`, in order and each once; no more than anybody reads.
    func acrValues(in pool: UserPool.ID) async throws(StoreError) -> [String]
    /// Whether an e-mail domain leads to one of them.
    func hasDomains(in pool: UserPool.ID, among names: [IdentityProvider.Name]?) async throws(StoreError) -> Bool
}
