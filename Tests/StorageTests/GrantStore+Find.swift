import UserPools

@testable import Storage

extension GrantStore {
    /// A refresh token that could be used now: what a test looks for behind the flows, which rotate it at once.
    func find(_ token: PresentedRefreshToken) async throws(StoreError) -> RefreshToken? {
        guard let store = self as? SQLGrantStore else { throw .corrupt(what: "grant store of another kind") }
        return try await store.database.read { connection throws(StoreError) in
            guard let family = try StoredFamily.find(token, connection), !family.ended, family.isCurrent(token) else { return nil }
            return family.token(token.hash)
        }
    }
}
