import FoundationEssentials
import OpenIDConnect
import UserPools

/// `grant_type=client_credentials` (RFC 6749 §4.4): the app asks for itself, and no person takes part. Nothing is stored: whoever has the credentials
/// may ask again, which is why there is no refresh token (§4.4.3).
struct ClientCredentialsGrant: TokenGrant {
    static let grantType = "client_credentials"
    let requiresConfidentialClient = true
    let environment: Environment

    func authorize(_ request: TokenRequest, client: AuthenticatedClient, at now: Date) async throws(OAuthError) -> GrantedTokens {
        let resource = try client.policy.resource(request.resource)
        let scopes = try client.policy.grantToItself(request.scope, for: resource)
        // Named, since every grant is: no row has it, and no token.
        guard let family = TokenFamily.ID(environment.uuidText()) else { throw OAuthError(refusing: StoreError.corrupt(what: "a new identifier")) }
        let grant = Grant(
            family: family, poolID: client.pool.id, clientID: client.app.id, subject: .client, scopes: scopes.names, resource: resource, nonce: nil,
            authenticatedAt: nil)
        return GrantedTokens(grant: grant, user: nil, scopes: scopes)
    }
}
