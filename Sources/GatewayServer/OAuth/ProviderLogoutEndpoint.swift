import Gateway
import HTTPTypes
import Hummingbird
import Logging
import OpenIDConnect
import UserPools
import WireFormats

/// `POST /oauth2/idplogout/NAME`: where an OpenID provider tells of the end of a session (OpenID Connect Back-Channel Logout 1.0 §2.5).
struct ProviderLogoutEndpoint: Endpoint {
    let server: GatewayApplication

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        let form = Parameters(try await parameters(of: request, limit: 64 << 10))
        // The router leaves a path as it came: `a%2Bb` for a provider `a+b`.
        let name = context.parameters.get("provider").map { PercentCoding.pathSegment($0) ?? $0 } ?? ""
        let record = try await server.providerLogout.receive(
            form, provider: name, pool: site.pool, address: context.clientAddress)
        context.logger.signedOut(record)
        // §2.8: 200, and nobody keeps it.
        return Response(status: .ok, headers: [.cacheControl: "no-store"])
    }
}
