package import OpenIDConnect
package import UserPools
import WireFormats

extension AppClient {
    /// What the client may ask for in its pool.
    package func policy(in pool: UserPool) -> ClientPolicy {
        // What the admin took from the pool meanwhile is nobody's any more.
        let registered = pool.resources.filter { mayAskFor($0, in: pool) }
        return ClientPolicy(
            scopes: scopes, requiresProofKey: !isConfidential || pkce == .required,
            resources: registered.map { .init(uri: $0.uri, scopes: allowedScopes(of: $0)) })
    }

    private func allowedScopes(of server: ResourceServer) -> [String] {
        let allowed = (metadata.resourceScopes ?? []).compactMap { ResourceScope($0) }.filter { $0.uri.hasSameBytes(as: server.uri) }
        guard !allowed.isEmpty else { return server.scopes }
        return server.scopes.filter { scope in allowed.contains { $0.scope.hasSameBytes(as: scope) } }
    }
}
