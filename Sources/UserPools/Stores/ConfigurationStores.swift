package import FoundationEssentials

// A change is a function, not a row: `change` reads, runs the function, writes and records in one transaction, so that two admins at once
// lose nothing of each other's. The function may run more than once, so it must do nothing but change what it is given.

/// Pools, by id and by domain.
package protocol UserPoolStore: Sendable {
    /// - Parameter images: logos that it refers to.
    func insert(_ pool: UserPool, images: [Image], recorded event: AuditEvent) async throws(StoreError)
    /// The same, unless `refuse` throws at those that have its name already, asked in the same transaction.
    func insert<Refusal: Error>(
        _ pool: UserPool, images: [Image], recorded event: AuditEvent,
        unless refuse: @escaping @Sendable (_ named: [UserPool]) throws(Refusal) -> Void
    ) async throws(ChangeError<Refusal>)
    func find(_ id: UserPool.ID) async throws(StoreError) -> UserPool?
    func find(domain: String) async throws(StoreError) -> UserPool?
    func list() async throws(StoreError) -> [UserPool]
    /// nil where there is no such pool. What leaves it as it was is not recorded.
    ///
    /// - Parameters:
    ///   - images: logos that `mutate` refers to, those that are not there yet.
    ///   - keys: is done after it in the same transaction, also where `mutate` changes nothing.
    func change<Refusal: Error>(
        _ id: UserPool.ID, images: [Image], keys: KeyStep?,
        recorded event: @escaping @Sendable (_ before: UserPool, _ after: UserPool) -> AuditEvent,
        _ mutate: @escaping @Sendable (inout UserPool) throws(Refusal) -> Void
    ) async throws(ChangeError<Refusal>) -> Changed<UserPool>?
    /// From then on the pool and all that is in it is gone for everybody; housekeeping deletes the rows.
    func delete<Refusal: Error>(
        _ id: UserPool.ID, recorded event: @escaping @Sendable (UserPool) -> AuditEvent,
        unless refuse: @escaping @Sendable (UserPool) throws(Refusal) -> Void
    ) async throws(ChangeError<Refusal>) -> Bool
}

extension UserPoolStore {
    /// Of one that has no logo.
    package func insert(_ pool: UserPool, recorded event: AuditEvent) async throws(StoreError) {
        try await insert(pool, images: [], recorded: event)
    }
}

/// App clients of a pool.
package protocol AppClientStore: Sendable {
    /// - Parameter logo: where it has one.
    func insert(_ client: AppClient, logo: Image?, recorded event: AuditEvent) async throws(StoreError)
    /// The same, unless `refuse` throws at those of the pool that have its name already, asked in the same transaction.
    func insert<Refusal: Error>(
        _ client: AppClient, logo: Image?, recorded event: AuditEvent,
        unless refuse: @escaping @Sendable (_ named: [AppClient]) throws(Refusal) -> Void
    ) async throws(ChangeError<Refusal>)
    func find(_ id: AppClient.ID, in pool: UserPool.ID) async throws(StoreError) -> AppClient?
    func list(in pool: UserPool.ID) async throws(StoreError) -> [AppClient]
    /// Up to `limit` in the order of their IDs, behind `after`; with `part` those whose name or ID has it, in small letters or in capitals.
    func list(in pool: UserPool.ID, containing part: String?, after: AppClient.ID?, limit: Int) async throws(StoreError) -> [ListedClient]
    /// Whether any enabled client has this web origin.
    func hasWebOrigin(_ origin: String, in pool: UserPool.ID) async throws(StoreError) -> Bool
    /// - Parameter logo: that `mutate` refers to, if it is not there yet.
    func change<Refusal: Error>(
        _ id: AppClient.ID, in pool: UserPool.ID, logo: Image?,
        recorded event: @escaping @Sendable (_ before: AppClient, _ after: AppClient) -> AuditEvent,
        _ mutate: @escaping @Sendable (inout AppClient) throws(Refusal) -> Void
    ) async throws(ChangeError<Refusal>) -> Changed<AppClient>?
    /// Deletes the client with its codes and refresh tokens.
    func delete<Refusal: Error>(
        _ id: AppClient.ID, in pool: UserPool.ID, recorded event: @escaping @Sendable (AppClient) -> AuditEvent,
        unless refuse: @escaping @Sendable (AppClient) throws(Refusal) -> Void
    ) async throws(ChangeError<Refusal>) -> Bool
}

/// A client in a list.
package struct ListedClient: Sendable, Hashable {
    package let id: AppClient.ID
    package let name: String
    package let enabled: Bool

    package init(id: AppClient.ID, name: String, enabled: Bool) { (self.id, self.name, self.enabled) = (id, name, enabled) }
}

extension AppClientStore {
    package func insert(_ client: AppClient, recorded event: AuditEvent) async throws(StoreError) {
        try await insert(client, logo: nil, recorded: event)
    }

    /// Of a change that is about no logo.
    package func change<Refusal: Error>(
        _ id: AppClient.ID, in pool: UserPool.ID, recorded event: @escaping @Sendable (_ before: AppClient, _ after: AppClient) -> AuditEvent,
        _ mutate: @escaping @Sendable (inout AppClient) throws(Refusal) -> Void
    ) async throws(ChangeError<Refusal>) -> Changed<AppClient>? {
        try await change(id, in: pool, logo: nil, recorded: event, mutate)
    }

    /// Whatever it is.
    package func delete(
        _ id: AppClient.ID, in pool: UserPool.ID, recorded event: @escaping @Sendable (AppClient) -> AuditEvent
    ) async throws(StoreError) -> Bool {
        do throws(ChangeError<Never>) {
            return try await delete(id, in: pool, recorded: event, unless: { (_: AppClient) throws(Never) in })
        } catch { throw error.storeError }
    }
}

/// Identity providers of a pool.
package protocol IdentityProviderStore: Sendable {
    /// - Parameter image: its logo.
    func insert(_ provider: IdentityProvider, image: Image?, recorded event: AuditEvent) async throws(StoreError)
    func find(_ name: IdentityProvider.Name, in pool: UserPool.ID) async throws(StoreError) -> IdentityProvider?
    func find(entityID: String, in pool: UserPool.ID) async throws(StoreError) -> IdentityProvider?
    func find(emailDomain: String, in pool: UserPool.ID) async throws(StoreError) -> IdentityProvider?
    /// Up to `limit` names of enabled providers in order, without reading the metadata.
    func names(in pool: UserPool.ID, limit: Int) async throws(StoreError) -> [IdentityProvider.Name]
    func list(in pool: UserPool.ID) async throws(StoreError) -> [IdentityProvider]
    /// - Parameter image: a logo that `mutate` refers to, if it is not there yet.
    func change<Refusal: Error>(
        _ name: IdentityProvider.Name, in pool: UserPool.ID, image: Image?,
        recorded event: @escaping @Sendable (_ before: IdentityProvider, _ after: IdentityProvider) -> AuditEvent,
        _ mutate: @escaping @Sendable (inout IdentityProvider) throws(Refusal) -> Void
    ) async throws(ChangeError<Refusal>) -> Changed<IdentityProvider>?
    /// Deletes the provider, what waits for its answer and the sessions and refresh tokens it began; users stay.
    func delete<Refusal: Error>(
        _ name: IdentityProvider.Name, in pool: UserPool.ID, recorded event: @escaping @Sendable (IdentityProvider) -> AuditEvent,
        unless refuse: @escaping @Sendable (IdentityProvider) throws(Refusal) -> Void
    ) async throws(ChangeError<Refusal>) -> Bool
}

extension IdentityProviderStore {
    /// Whatever it is.
    package func delete(
        _ name: IdentityProvider.Name, in pool: UserPool.ID, recorded event: @escaping @Sendable (IdentityProvider) -> AuditEvent
    ) async throws(StoreError) -> Bool {
        do throws(ChangeError<Never>) {
            return try await delete(name, in: pool, recorded: event, unless: { (_: IdentityProvider) throws(Never) in })
        } catch { throw error.storeError }
    }
}

/// Groups of a pool. Who is in them stands with the users.
package protocol GroupStore: Sendable {
    func insert(_ group: Group, recorded event: AuditEvent) async throws(StoreError)
    func find(_ name: String, in pool: UserPool.ID) async throws(StoreError) -> Group?
    func list(in pool: UserPool.ID) async throws(StoreError) -> [Group]
    /// Deletes the group and every membership in it.
    func delete(_ name: String, in pool: UserPool.ID, recorded event: @escaping @Sendable (Group) -> AuditEvent) async throws(StoreError) -> Bool
}

/// Signing keys of a pool.
package protocol SigningKeyStore: Sendable {
    /// Inserts unless the pool has a key of that algorithm and phase already (two servers start at once); returns the one that stands.
    func insertFirst(_ key: SigningKey, recorded event: AuditEvent?) async throws(StoreError) -> SigningKey
    func list(in pool: UserPool.ID) async throws(StoreError) -> [SigningKey]
    /// Those of each of the pools, in their order; one read.
    func list(in pools: [UserPool.ID]) async throws(StoreError) -> [[SigningKey]]
    /// Lets another key sign in place of one, and publishes the next. Every key is retired that signs by none of the pool's algorithms, or by that one.
    /// False, and nothing was changed, where the key that is to retire is not the current one any more: somebody else was first.
    func rotate(_ rotation: KeyRotation, recorded event: AuditEvent) async throws(StoreError) -> Bool
    /// Takes a key back: it is published no more and its private half is deleted. Where it is the one that signs, `rotation` lets another sign in
    /// the same transaction. False, and nothing was changed, where it signs and there is no rotation, or another one was first.
    func withdraw(
        _ id: SigningKey.ID, in pool: UserPool.ID, rotation: KeyRotation?, at now: Date, recorded event: AuditEvent
    ) async throws(StoreError) -> Bool
    /// Up to `limit` keys that `removeRetired` would remove.
    func retired(until end: Date, limit: Int) async throws(StoreError) -> [SigningKey]
    /// Removes up to `limit` keys that were retired or withdrawn at `end` or before.
    func removeRetired(until end: Date, limit: Int) async throws(StoreError) -> Int
    func subjectKey(of pool: UserPool.ID) async throws(StoreError) -> SubjectKey?
    /// Inserts unless the pool has one (two servers need it at once); returns the one that stands.
    func insertFirst(_ key: SubjectKey) async throws(StoreError) -> SubjectKey
}

/// Finishes deletions: what was marked goes for good, a batch at a time.
package protocol DeletionStore: Sendable {
    /// Deletes about `limit` rows of what is marked, in one transaction; 0 where nothing is left.
    func purge(limit: Int) async throws(StoreError) -> Int
}
