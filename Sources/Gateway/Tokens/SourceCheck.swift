import OpenIDConnect
import UserPools

/// Whether whoever vouched for the user may still do so: a provider that was disabled, or taken from the client, gives no more tokens.
struct SourceCheck: Sendable {
    let directory: Directory

    /// Why the grant's provider gives nothing any more; throws where that cannot be found out now.
    func refusal(of grant: Grant, _ client: AuthenticatedClient) async throws(OAuthError) -> OAuthError? {
        guard let name = grant.source?.provider else { return nil }
        guard client.app.identityProviders.isEmpty || client.app.identityProviders.contains(name) else {
            return OAuthError(.invalidGrant, "The client may not use the identity provider of this sign-in any more.")
        }
        let provider: ConfiguredProvider?
        do { provider = try await directory.provider(name, in: client.pool.id) } catch { throw OAuthError(refusing: error as any Error) }
        guard let provider, provider.settings.enabled else {
            return OAuthError(.invalidGrant, "The identity provider of this sign-in is disabled.")
        }
        return nil
    }
}
