import Gateway
import HTTPTypes
import Hummingbird
import OpenIDConnect
import UserPools

/// `POST /oauth2/introspect` (RFC 7662): whether a token is active, and what it says; signed where the request takes that (RFC 9701).
struct IntrospectEndpoint: Endpoint {
    let server: GatewayApplication

    static let signedForm: StaticString = "application/token-introspection+jwt"

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        try await asClient(request, "introspection", site) { parameters, credentials throws(OAuthError) in
            guard let token = try parameters.single("token") else { throw OAuthError(.invalidRequest, "The parameter 'token' is missing.") }
            let isSigned = request.wants(Self.signedForm)
            let answer = try await server.tokens.introspect(token, as: isSigned ? .jwt : .json, credentials: credentials, pool: site.pool)
            return isSigned ? document(answer, as: Self.signedForm.description) : json(answer)
        }
    }
}
