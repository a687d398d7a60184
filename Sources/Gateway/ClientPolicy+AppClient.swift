package import OpenIDConnect
package import UserPools

extension AppClient {
    /// What the client may ask for in its pool.
    package func policy(in pool: UserPool) -> ClientPolicy {
        ClientPolicy(scopes: scopes, requiresProofKey: true, resources: nil)
    }
}
