import Gateway
import HTTPTypes
import Logging
import Hummingbird
import OpenIDConnect
import UserPools

/// `POST /oauth2/token` (RFC 6749 §3.2): redeems a code or a refresh token.
struct TokenEndpoint: Endpoint {
    let server: GatewayApplication

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        do {
            let parameters = Parameters(try await parameters(of: request, limit: 64 << 10))
            let credentials = try ClientCredentials(authorization: request.headers[.authorization], form: parameters)
            let answer = try await server.tokens.answer(TokenRequest(parameters), credentials: credentials, pool: site.pool)
            ServerMetrics.tokenRequest(pool: site.pool.id, result: "ok")
            return json(answer.encoded())
        } catch let error as OAuthError {
            ServerMetrics.tokenRequest(pool: site.pool.id, result: error.error.rawValue)
            context.logger.info(
                "token request refused",
                metadata: ["pool": "\(site.pool.id)", "code": "\(error.code)", "reason": "\(error.message)", "remedy": "\(error.remedy)"])
            return refuse(error)
        }
    }
}

extension Endpoint {
    /// RFC 6749 §5.2.
    func refuse(_ error: OAuthError) -> Response {
        let status = HTTPResponse.Status(code: error.httpStatus)
        var response = json(JSONWriter.encode(error.body), status: status)
        if status == .unauthorized { response.headers[.wwwAuthenticate] = "Basic realm=\"token\", charset=\"UTF-8\"" }
        return response
    }
}
