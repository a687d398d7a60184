import FoundationEssentials
import UserPools

@testable import Storage

extension GrantStore {
    /// A code of a request that was not pushed.
    func insert(_ code: AuthorizationCode) async throws(StoreError) {
        guard try await insert(code, answering: nil) else { throw .corrupt(what: "a code that nobody wrote") }
    }

    /// A refresh token that could be used now: what a test looks for behind the flows, which rotate it at once.
    func find(_ token: PresentedRefreshToken) async throws(StoreError) -> RefreshToken? {
        guard let store = self as? SQLGrantStore else { throw .corrupt(what: "grant store of another kind") }
        return try await store.database.read { connection throws(StoreError) in
            let row = try connection.rows(of: [StoredFamily.find(token)])[0].first
            guard let family = try StoredFamily(row, found: token), !family.ended, family.isCurrent(token) else { return nil }
            return family.token(token.hash)
        }
    }

    func isAlive(_ grant: Grant) async throws(StoreError) -> Bool {
        guard let user = grant.userID else { return false }
        // Which groups count then is not looked at.
        return try await find(grant.family, of: user, token: AccessTokenName(poolID: grant.poolID, id: "any"), at: .distantPast).isAlive
    }
}
