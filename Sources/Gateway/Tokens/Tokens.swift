import Crypto
import FoundationEssentials
package import OpenIDConnect
package import UserPools

/// Tokens: from a code or a refresh token to what an app gets, one grant a file.
package struct Tokens: Sendable {
    let publicURL: String
    let directory: Directory
    let stores: Stores
    let keyRing: KeyRing
    let environment: Environment
    private let rotationKey: Secret

    package init(publicURL: String, directory: Directory, stores: Stores, keyRing: KeyRing, sealer: Sealer, environment: Environment) {
        self.publicURL = publicURL
        self.directory = directory
        self.stores = stores
        self.keyRing = keyRing
        self.environment = environment
        rotationKey = sealer.deriveKey(for: "refresh token rotation")
    }

    /// `POST /oauth2/token` (RFC 6749 §3.2). An error of the database is `temporarily_unavailable`.
    package func answer(_ request: TokenRequest, credentials: ClientCredentials, pool: UserPool) async throws(OAuthError) -> TokenResponse {
        do {
            let client = try await ClientAuthenticator(directory: directory).authenticate(credentials, in: pool)
            guard client.grantTypes.contains(request.grantType.rawValue) else {
                throw OAuthError(.unauthorizedClient, "The client is not registered for this grant.")
            }
            return switch request.grant {
            case .authorizationCode(let code, let redirectURI, let verifier):
                try await redeem(
                    Secret(code.reveal()), redirectURI: redirectURI, codeVerifier: verifier, resource: request.resource, client: client, pool: pool)
            case .refreshToken(let token, let scope):
                try await refresh(Secret(token.reveal()), scopes: scope?.names, resource: request.resource, client: client, pool: pool)
            }
        } catch let error as OAuthError {
            throw error
        } catch {
            throw Self.unavailable(error)
        }
    }

    /// Not the app's fault: it may try again, and the log has the cause.
    static func unavailable(_ error: any Error) -> OAuthError {
        let cause = (error as? any Diagnosable).map { "\($0.code): \($0.message)" } ?? "\(type(of: error))"
        return OAuthError(.temporarilyUnavailable, "The request could not be answered now; try again.", seen: cause)
    }

    /// The refresh token that follows `token`: the same whoever computes it, so that a client that asks twice within its grace gets
    /// one successor, and nobody without the master key can compute it.
    func successor(of token: Secret) -> Secret {
        let code = HMAC<SHA256>.authenticationCode(for: token.reveal(), using: SymmetricKey(data: rotationKey.reveal()))
        return Secret(Array(code).base64URLText)
    }

    func makeRefreshToken() -> Secret { Secret(environment.random(32).base64URLText) }

    /// Whether the provider that vouched for the user is still one of the pool's, and of the client's.
    func requireProvider(_ name: IdentityProvider.Name, of client: AppClient, in pool: UserPool) async throws {
        guard client.identityProviders.isEmpty || client.identityProviders.contains(name) else {
            throw OAuthError(.invalidGrant, "The client may not use the identity provider of this sign-in any more.")
        }
        guard let provider = try await directory.provider(name, in: pool.id), provider.settings.enabled else {
            throw OAuthError(.invalidGrant, "The identity provider of this sign-in is disabled.")
        }
    }

    static func grantError(_ error: GrantError) -> any Error {
        switch error {
        case .unknown: OAuthError(.invalidGrant, "The code or refresh token is unknown or expired.")
        case .reused: OAuthError(.invalidGrant, "The code or refresh token was used before; everything that came of it has ended.")
        case .refused(.expired): OAuthError(.invalidGrant, "The code or refresh token has expired.")
        case .refused(.otherClient): OAuthError(.invalidGrant, "The code or refresh token was given to another client.")
        case .refused(.otherRedirectURI): OAuthError(.invalidGrant, "The redirect_uri is not the one of the authorization request.")
        case .refused(.wrongVerifier): OAuthError(.invalidGrant, "The code_verifier does not fit the code_challenge of the authorization request.")
        case .refused(.widerScope): OAuthError(.invalidScope, "The scope asks for more than was granted.")
        case .refused(.otherResource): OAuthError(.invalidTarget, "The resource is not the one that was granted.", parameter: "resource")
        case .refused(.disabled): OAuthError(.invalidGrant, "The user is disabled or deleted.")
        case .store(let error): error
        }
    }
}
