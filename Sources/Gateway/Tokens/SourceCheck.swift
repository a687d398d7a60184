import OpenIDConnect
import UserPools

/// Whether whoever vouched for the user may still do so: a provider that was disabled, or taken from the client, gives no more tokens.
struct SourceCheck: Sendable {
    let directory: Directory

    func require(_ grant: Grant, of client: AuthenticatedClient) async throws(OAuthError) {
        guard let name = grant.source?.provider else { return }
        guard client.app.identityProviders.isEmpty || client.app.identityProviders.contains(name) else {
            throw OAuthError(.invalidGrant, "The client may not use the identity provider of this sign-in any more.")
        }
        let provider: ConfiguredProvider?
        do { provider = try await directory.provider(name, in: client.pool.id) } catch { throw OAuthError(refusing: error as any Error) }
        guard let provider, provider.settings.enabled else {
            throw OAuthError(.invalidGrant, "The identity provider of this sign-in is disabled.")
        }
    }
}
