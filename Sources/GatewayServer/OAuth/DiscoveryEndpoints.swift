import Gateway
import HTTPTypes
import Logging
import Hummingbird
import OpenIDConnect
import UserPools
import WireFormats

/// `GET /.well-known/openid-configuration` (OIDC Discovery §4, RFC 8414 §3).
struct DiscoveryEndpoint: Endpoint {
    let server: GatewayApplication

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        let document = DiscoveryDocument(
            issuer: site.address.issuer, base: site.address.base,
            endpoints: [.authorization, .token, .userInfo, .keys, .revocation, .endSession],
            algorithms: try await server.keyRing.keys(of: site.pool).algorithms,
            scopes: Scope.standard + ClientPolicy.scopesOfEveryClient,
            claims: UserAttribute.standardNames.sorted() + ["groups", "identities"], grantTypes: server.tokens.grantTypes)
        return json(document.encoded(), cacheControl: "public, max-age=300")
    }
}

/// `GET /.well-known/jwks.json` (RFC 7517 §5): upcoming, current and retired keys.
struct KeysEndpoint: Endpoint {
    let server: GatewayApplication

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        json(try await server.keyRing.keys(of: site.pool).jsonWebKeySet, cacheControl: "public, max-age=300")
    }
}
