import Gateway
import HTTPTypes
import Hummingbird
import OpenIDConnect
import UserPools
import WireFormats

/// `GET` and `POST /oauth2/userInfo` (OIDC Core §5.3): the claims of the user whom an access token names.
struct UserInfoEndpoint: Endpoint {
    let server: GatewayApplication

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        let authorization = request.headers[.authorization]
        do {
            let info = try await server.tokens.userInfo(authorization: authorization, pool: site.pool)
            var response = json(info.response.encoded())
            response.allow(await origin(request, info.clientID, site))
            return response
        } catch {
            // RFC 6750 §3.1: without a token the challenge names no error.
            let named = authorization == nil ? "" : ", error=\"\(error.error.rawValue)\", error_description=\"\(error.description)\""
            throw OAuthRefusal(
                error: error, request: "userinfo request", pool: site.pool.id, origin: await origin(request, nil, site),
                challenge: "Bearer realm=\"userinfo\"" + named)
        }
    }
}
