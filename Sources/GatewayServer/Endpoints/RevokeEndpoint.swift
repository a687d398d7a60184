import Gateway
import HTTPTypes
import Logging
import Hummingbird
import OpenIDConnect
import UserPools

/// `POST /oauth2/revoke` (RFC 7009): ends a refresh token and its family.
struct RevokeEndpoint: Endpoint {
    let server: GatewayApplication

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        do {
            let parameters = Parameters(try await parameters(of: request, limit: 64 << 10))
            let credentials = try ClientCredentials(authorization: request.headers[.authorization], form: parameters)
            guard let token = try parameters.single("token") else { throw OAuthError(.invalidRequest, "The parameter 'token' is missing.") }
            try await server.tokens.revoke(token, credentials: credentials, pool: site.pool)
            return Response(status: .ok, headers: [.cacheControl: "no-store"])
        } catch let error as OAuthError { return refuse(error) }
    }
}
