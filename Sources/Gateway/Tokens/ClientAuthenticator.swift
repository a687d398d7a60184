package import FoundationEssentials
package import OpenIDConnect
package import UserPools
import WireFormats

/// A client that proved who it is, or a public one that named itself. Only the authenticator in this file makes one.
package struct AuthenticatedClient: Sendable {
    let app: AppClient
    let pool: UserPool

    fileprivate init(app: AppClient, pool: UserPool) { (self.app, self.pool) = (app, pool) }

    /// What it may ask for.
    var policy: ClientPolicy { app.policy(in: pool) }
}

/// Finds out which client calls the token endpoint (RFC 6749 §2.3, §3.2.1).
package struct ClientAuthenticator: Sendable {
    let directory: Directory

    /// Every refusal is the same `invalid_client`, and an unknown client costs the same comparison as a wrong secret.
    package func authenticate(_ credentials: ClientCredentials, in pool: UserPool, at now: Date) async throws -> AuthenticatedClient {
        guard let id = AppClient.ID(credentials.clientID) else { throw ClientCredentials.refused() }
        let client = try await directory.client(id, in: pool.id)
        var live = (client?.liveSecrets(at: now) ?? []).prefix(ClientSecret.maximumLive).map(\.hash)
        while live.count < ClientSecret.maximumLive { live.append(Self.nobody) }
        let presented = credentials.secret ?? SecretBytes("")
        let matches = live.reduce(false) { found, hash in presented.matches(sha256: hash.bytes) || found }
        guard let client, client.enabled else { throw ClientCredentials.refused() }
        guard client.isConfidential ? (credentials.secret != nil && matches) : credentials.secret == nil else { throw ClientCredentials.refused() }
        return AuthenticatedClient(app: client, pool: pool)
    }

    private static let nobody = SecretHash(of: "no client has this hash".utf8)
}
