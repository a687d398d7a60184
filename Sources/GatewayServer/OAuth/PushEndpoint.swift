import Gateway
import HTTPTypes
import Hummingbird
import OpenIDConnect
import UserPools

/// `POST /oauth2/par` (RFC 9126): takes an authorization request from the client, and names it.
struct PushEndpoint: Endpoint {
    let server: GatewayApplication

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        try await asClient(request, "pushed authorization request", site) { parameters, credentials throws(OAuthError) in
            let pushed = try await server.tokens.push(
                parameters, credentials: credentials, pool: site.pool, proof: request.proof(at: "/oauth2/par", site), from: context.clientAddress)
            return json(pushed.encoded(), status: .created)
        }
    }
}
