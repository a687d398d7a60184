import FoundationEssentials
package import OpenIDConnect
package import UserPools

extension Tokens {
    /// RFC 7009 §2: ends the family of a refresh token of this client. A token that is not there is no error (§2.2).
    package func revoke(_ token: String, credentials: ClientCredentials, pool: UserPool) async throws(OAuthError) {
        do {
            let client = try await ClientAuthenticator(directory: directory).authenticate(credentials, in: pool)
            guard let found = try await stores.grants.find(token: SecretHash(of: token.utf8)), found.grant.clientID == client.id,
                found.grant.poolID == pool.id
            else { return }
            try await stores.grants.end(found.grant.family)
        } catch let error as OAuthError { throw error } catch {
            throw Self.unavailable(error)
        }
    }
}
