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
        var parameters = Parameters([])
        do {
            parameters = try await form(of: request)
            let credentials = try ClientCredentials(authorization: request.headers[.authorization], form: parameters)
            let answer = try await server.tokens.answer(TokenRequest(parameters), credentials: credentials, pool: site.pool)
            ServerMetrics.tokenRequest(pool: site.pool.id, result: "ok")
            return json(answer.encoded())
        } catch {
            ServerMetrics.tokenRequest(pool: site.pool.id, result: error.error.rawValue)
            context.logger.refusedToApp("token request", error, pool: site.pool.id, clientID: parameters["client_id"])
            return refuse(error)
        }
    }
}

extension Endpoint {
    /// The body of a request by an app, which is told in its own words what is wrong with it.
    func form(of request: Request) async throws(OAuthError) -> OpenIDConnect.Parameters {
        do { return Parameters(try await parameters(of: request, limit: 64 << 10)) } catch {
            throw OAuthError(.invalidRequest, (error as? MalformedRequest)?.message ?? "The body of the request could not be read.")
        }
    }

    /// RFC 6749 §5.2.
    func refuse(_ error: OAuthError) -> Response {
        let status = HTTPResponse.Status(code: error.httpStatus)
        var response = json(JSONWriter.encode(error.body), status: status)
        if status == .unauthorized { response.headers[.wwwAuthenticate] = "Basic realm=\"token\", charset=\"UTF-8\"" }
        return response
    }
}
