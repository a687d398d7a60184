import Gateway
import HTTPTypes
import Logging
import Hummingbird
import OpenIDConnect
import UserPools

/// `POST /login`: the sign-in page's e-mail box: the domain picks the provider. `GET /login` is the authorization
/// endpoint under another name.
struct LoginEndpoint: Endpoint {
    let server: GatewayApplication

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        let parameters = try await parameters(of: request, limit: 64 << 10)
        // The binding cookie comes along with a form of another site, too: only the token says that the form is ours (case 115).
        let binding = server.cookies.read(request.headers, pool: site.pool.id).binding
        guard server.formToken.accepts(singleValue("csrf", in: parameters), pool: site.pool.id, binding: binding) else {
            throw SignInFailure(.formToken(cookieSeen: binding != nil), pool: site.pool.id)
        }
        // What is missing or there twice is no address.
        let email = singleValue("email", in: parameters) ?? ""
        return try await AuthorizeEndpoint(server: server).begin(parameters, email: email, request, context, site: site)
    }
}

extension Endpoint {
    /// The value of a parameter of our own page; nil where it is missing, and where it is there twice.
    func singleValue(_ name: String, in parameters: [(name: String, value: String)]) -> String? {
        let values = parameters.filter { $0.name == name }
        return values.count == 1 ? values.first?.value : nil
    }
}
