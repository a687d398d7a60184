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
            resources: registered.map { .init(uri: $0.uri, scopes: $0.scopes) })
    }
}
