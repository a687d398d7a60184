package import OpenIDConnect
package import UserPools

extension AppClient {
    /// What the client may ask for in its pool.
    package func policy(in pool: UserPool) -> ClientPolicy {
        // What the admin took from the pool meanwhile is nobody's any more.
        let registered = resources.filter { uri in pool.resources.contains { $0.uri.utf8.elementsEqual(uri.utf8) } }
        return ClientPolicy(scopes: scopes, requiresProofKey: !isConfidential || pkce == .required, resources: registered)
    }
}
