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
        var parameters = Parameters([])
        do throws(OAuthError) {
            parameters = try await form(of: request)
            let credentials = try ClientCredentials(authorization: request.headers[.authorization], form: parameters)
            guard let token = try parameters.single("token") else { throw OAuthError(.invalidRequest, "The parameter 'token' is missing.") }
            try await server.tokens.revoke(token, credentials: credentials, pool: site.pool)
            return Response(status: .ok, headers: [.cacheControl: "no-store"])
        } catch {
            context.logger.refusedToApp("revocation", error, pool: site.pool.id, clientID: parameters["client_id"])
            return refuse(error)
        }
    }
}
