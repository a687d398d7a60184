/// Users of a pool. They are made and updated by `SignInStore.settle`.
package protocol UserStore: Sendable {
    func find(_ id: User.ID, in pool: UserPool.ID) async throws(StoreError) -> User?
    func find(username: String, in pool: UserPool.ID) async throws(StoreError) -> User?
    /// Up to `limit` users in the order of their usernames, behind `after`.
    func list(in pool: UserPool.ID, after: String?, limit: Int) async throws(StoreError) -> [User]
    /// Disabling ends the user's sessions and refresh token families in the same transaction.
    func setEnabled(_ enabled: Bool, _ id: User.ID, in pool: UserPool.ID) async throws(StoreError) -> Bool
    /// Deletes the user with sessions, codes and refresh tokens.
    func delete(_ id: User.ID, in pool: UserPool.ID) async throws(StoreError) -> Bool
}
