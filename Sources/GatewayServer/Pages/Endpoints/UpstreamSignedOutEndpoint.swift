import Gateway
import HTTPTypes
import Hummingbird
import OpenIDConnect
import UserPools

/// `GET /logout/callback`: the browser is back from the sign-out at an OpenID provider (OpenID Connect RP-Initiated Logout 1.0 §3).
struct UpstreamSignedOutEndpoint: Endpoint {
    let server: GatewayApplication

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        let parameters = Parameters(try await parameters(of: request, limit: 64 << 10))
        let cookies = server.cookies.read(request.headers, pool: site.pool.id).withClientAddress(from: context.clientAddress)
        let outcome = try await server.singleLogout.complete(parameters, pool: site.pool, cookies: cookies)
        return await answered(outcome, request, context, site)
    }
}
