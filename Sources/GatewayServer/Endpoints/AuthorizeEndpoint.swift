import Gateway
import HTTPTypes
import Logging
import Hummingbird
import OpenIDConnect
import UserPools

/// `GET` and `POST /oauth2/authorize` (OIDC Core §3.1.2.1): begins a sign-in, or answers from the browser's session.
struct AuthorizeEndpoint: Endpoint {
    let server: GatewayApplication

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        let parameters = try await parameters(of: request, limit: 64 << 10)
        let cookies = server.cookies.read(request.headers, pool: site.pool.id)
        do {
            switch try await server.signIn.begin(Parameters(parameters), pool: site.pool, address: site.address, cookies: cookies) {
            case .code(let answer): return answerApp(answer)
            case .upstream(let url, let binding):
                var response = redirect(to: url, status: request.method == .post ? .seeOther : .found)
                response.headers[values: .setCookie].append(
                    server.cookies.binding(binding, pool: site.pool.id, seconds: Int(server.signIn.settings.pendingLifetime)))
                return response
            case .choose(let names, let app): return Pages.choose(names, app: app, query: query(parameters)).response()
            }
        } catch {
            switch error {
            case .show(let failure): throw failure
            case .redirect(let answer, let error):
                context.logger.refusedToApp(
                    "authorization request", error, pool: site.pool.id, clientID: parameters.first { $0.name == "client_id" }?.value)
                return answerApp(answer)
            }
        }
    }

    /// The request once more, for the links of the page on which a provider is chosen.
    private func query(_ parameters: [(name: String, value: String)]) -> String {
        let kept = parameters.filter { $0.name != "identity_provider" && $0.name != "idp_identifier" }
        return String(QueryWriter.append(kept, to: "").dropFirst())
    }
}
