import FoundationEssentials
package import OpenIDConnect
package import UserPools

extension Tokens {
    /// RFC 7009 §2: ends the family of a refresh token of this client. A token that is not there is no error (§2.2).
    package func revoke(_ token: String, credentials: ClientCredentials, pool: UserPool) async throws(OAuthError) {
        do {
            let client = try await ClientAuthenticator(directory: directory).authenticate(credentials, in: pool)
            guard let grant = try await stores.grants.grant(ofToken: SecretHash(of: token.utf8)), grant.clientID == client.id, grant.poolID == pool.id
            else { return }
            try await stores.grants.end(grant.family)
        } catch let error as OAuthError { throw error } catch {
            throw Self.unavailable(error)
        }
    }
}
