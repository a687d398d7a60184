import Gateway
import HTTPTypes
import Logging
import Hummingbird
import OpenIDConnect
import UserPools

/// `GET` and `POST /oauth2/userInfo` (OIDC Core §5.3): the claims of the user whom an access token names.
struct UserInfoEndpoint: Endpoint {
    let server: GatewayApplication

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        do {
            return json(try await server.tokens.userInfo(authorization: request.headers[.authorization], pool: site.pool).encoded())
        } catch {
            context.logger.refusedToApp("userinfo request", error, pool: site.pool.id, clientID: nil)
            var response = json(JSONWriter.encode(error.body), status: HTTPResponse.Status(code: error.httpStatus))
            // RFC 6750 §3.1: without a token the challenge names no error.
            response.headers[.wwwAuthenticate] =
                request.headers[.authorization] == nil
                ? "Bearer realm=\"userinfo\""
                : "Bearer realm=\"userinfo\", error=\"\(error.error.rawValue)\", error_description=\"\(error.description)\""
            return response
        }
    }
}
