import Gateway
import HTTPTypes
import Logging
import Hummingbird
import UserPools

/// `POST /saml2/idpresponse`, and `GET` with an artifact: the assertion consumer service (SAML Profiles §4.1.4.3).
struct ConsumerServiceEndpoint: Endpoint {
    let server: GatewayApplication

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        let parameters = try await parameters(of: request, limit: 1 << 20)
        let cookies = server.cookies.read(request.headers, pool: site.pool.id).withClientAddress(from: context.clientAddress)
        let answer = try await server.signIn.answerSAML(
            parameters, posted: request.method == .post, pool: site.pool, address: site.address, cookies: cookies)
        return try await answered(answer, request, context, site)
    }
}
