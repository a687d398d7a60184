import Gateway
import HTTPTypes
import Hummingbird
import OpenIDConnect
import UserPools

/// `POST /oauth2/revoke` (RFC 7009): ends a refresh token and its family.
struct RevokeEndpoint: Endpoint {
    let server: GatewayApplication

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        try await asClient(request, "revocation", site) { parameters, credentials throws(OAuthError) in
            guard let token = try parameters.single("token") else { throw OAuthError(.invalidRequest, "The parameter 'token' is missing.") }
            try await server.tokens.revoke(token, credentials: credentials, pool: site.pool)
            return Response(status: .ok, headers: [.cacheControl: "no-store"])
        }
    }
}
