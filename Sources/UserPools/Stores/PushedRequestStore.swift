package import FoundationEssentials

/// Authorization requests that were pushed. Each serves until its authorization is complete, and not after: `GrantStore.insert` and
/// `SignInStore.completeSignIn` use it up together with the code that they write.
package protocol PushedRequestStore: Sendable {
    func insert(_ request: PushedRequest) async throws(StoreError)
    /// What the client pushed under that name; nil where it is another client's, expired or used up. Once a browser has come with it it lives for as long
    /// as a person may take.
    func present(
        _ hash: SecretHash, of client: AppClient.ID, in pool: UserPool.ID, at now: Date
    ) async throws(StoreError) -> [PushedRequest.Parameter]?
    /// Deletes up to `limit` expired ones; returns how many.
    func removeExpired(at now: Date, limit: Int) async throws(StoreError) -> Int
}
