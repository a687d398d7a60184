package import FoundationEssentials

/// Pools, by id and by domain.
package protocol UserPoolStore: Sendable {
    func insert(_ pool: UserPool) async throws(StoreError)
    func find(_ id: UserPool.ID) async throws(StoreError) -> UserPool?
    func find(domain: String) async throws(StoreError) -> UserPool?
    func list() async throws(StoreError) -> [UserPool]
    /// False where there is no such pool.
    func update(_ pool: UserPool) async throws(StoreError) -> Bool
    /// Deletes the pool and all that is in it.
    func delete(_ id: UserPool.ID) async throws(StoreError) -> Bool
}

/// App clients of a pool.
package protocol AppClientStore: Sendable {
    func insert(_ client: AppClient) async throws(StoreError)
    func find(_ id: AppClient.ID, in pool: UserPool.ID) async throws(StoreError) -> AppClient?
    func list(in pool: UserPool.ID) async throws(StoreError) -> [AppClient]
    func update(_ client: AppClient) async throws(StoreError) -> Bool
    /// Deletes the client with its codes and refresh tokens.
    func delete(_ id: AppClient.ID, in pool: UserPool.ID) async throws(StoreError) -> Bool
}

/// Identity providers of a pool.
package protocol IdentityProviderStore: Sendable {
    func insert(_ provider: IdentityProvider) async throws(StoreError)
    func find(_ name: IdentityProvider.Name, in pool: UserPool.ID) async throws(StoreError) -> IdentityProvider?
    func find(entityID: String, in pool: UserPool.ID) async throws(StoreError) -> IdentityProvider?
    func find(emailDomain: String, in pool: UserPool.ID) async throws(StoreError) -> IdentityProvider?
    /// Up to `limit` names of enabled providers in order, without reading the metadata.
    func names(in pool: UserPool.ID, limit: Int) async throws(StoreError) -> [IdentityProvider.Name]
    func list(in pool: UserPool.ID) async throws(StoreError) -> [IdentityProvider]
    func update(_ provider: IdentityProvider) async throws(StoreError) -> Bool
    /// Deletes the provider, what waits for its answer and the sessions and refresh tokens it began; users stay.
    func delete(_ name: IdentityProvider.Name, in pool: UserPool.ID) async throws(StoreError) -> Bool
}

/// Signing keys of a pool.
package protocol SigningKeyStore: Sendable {
    /// Inserts unless the pool has a key of that algorithm and phase already (two servers start at once); returns the one that stands.
    func insertFirst(_ key: SigningKey) async throws(StoreError) -> SigningKey
    func list(in pool: UserPool.ID) async throws(StoreError) -> [SigningKey]
    /// Retires every current key, lets another sign and publishes the next; the pool's algorithm is that of the key that signs.
    /// False, and nothing was changed, where the key that is to retire is not the current one any more: somebody else was first.
    func rotate(_ rotation: KeyRotation) async throws(StoreError) -> Bool
    /// Removes up to `limit` keys that were retired at `end` or before.
    func removeRetired(until end: Date, limit: Int) async throws(StoreError) -> Int
}
