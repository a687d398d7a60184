/// Users of a pool. They are made and updated by `SignInStore.completeSignIn`.
package protocol UserStore: Sendable {
    func find(_ id: User.ID, in pool: UserPool.ID) async throws(StoreError) -> User?
    func find(username: String, in pool: UserPool.ID) async throws(StoreError) -> User?
    /// Up to `limit` users in the order of their usernames, behind `after`.
    func list(in pool: UserPool.ID, after: String?, limit: Int) async throws(StoreError) -> [User]
    /// The same of those whose username begins in one of these ways.
    func list(in pool: UserPool.ID, beginning ways: [String], after: String?, limit: Int) async throws(StoreError) -> [User]
    /// Names of providers, disabled and deleted ones too, by which people of the pool are or may be known: up to `limit`, those first that are there.
    func providers(in pool: UserPool.ID, limit: Int) async throws(StoreError) -> [IdentityProvider.Name]
    /// Whether anybody is known by an identity of that provider.
    func hasIdentities(of provider: IdentityProvider.Name, in pool: UserPool.ID) async throws(StoreError) -> Bool
    /// Of at most `limit` people who signed in by that provider: how many they are, and which attributes at least one of them has. `groups` is among
    /// those where the provider gave anybody one.
    func filledAttributes(
        by provider: IdentityProvider.Name, in pool: UserPool.ID, among limit: Int
    ) async throws(StoreError) -> (people: Int, attributes: Set<String>)
    /// Disabling ends the user's sessions and refresh token families in the same transaction.
    func change<Refusal: Error>(
        _ id: User.ID, in pool: UserPool.ID, recorded event: @escaping @Sendable (_ before: User, _ after: User) -> AuditEvent,
        _ mutate: @escaping @Sendable (inout User) throws(Refusal) -> Void
    ) async throws(ChangeError<Refusal>) -> Changed<User>?
    /// Gives a user one more identity, and records it.
    /// - Throws: `conflict` with that user's name where the identity is another user's.
    func link(_ identity: FederatedIdentity, to user: User.ID, in pool: UserPool.ID, recorded event: AuditEvent) async throws(StoreError) -> Bool
    /// Takes an identity from a user, ends the sessions and refresh token families that its provider began for the user, and records it.
    func unlink(
        _ identity: FederatedIdentity, from user: User.ID, in pool: UserPool.ID, recorded event: AuditEvent
    ) async throws(StoreError) -> Bool
    /// Deletes the user with sessions, codes and refresh tokens.
    func delete(_ id: User.ID, in pool: UserPool.ID, recorded event: @escaping @Sendable (User) -> AuditEvent) async throws(StoreError) -> Bool
}
