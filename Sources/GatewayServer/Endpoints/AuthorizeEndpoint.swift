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
        let dress = Dress(site, for: request, parameters)
        let cookies = server.cookies.read(request.headers, pool: site.pool.id)
        do {
            switch try await server.signIn.begin(Parameters(parameters), pool: site.pool, address: site.address, cookies: cookies) {
            case .code(let answer): return answerApp(answer, dress: dress)
            case .upstream(let url, let binding):
                var response = redirect(to: url, status: request.method == .post ? .seeOther : .found)
                response.headers[values: .setCookie].append(
                    server.cookies.binding(binding, pool: site.pool.id, seconds: Int(server.signIn.settings.pendingLifetime)))
                return response
            case .choose(let names, let app):
                let choice = SignInChoice(app: app, offers: names.map { .init(name: $0, displayName: $0.text, logo: nil) })
                return Pages.choose(choice, fields: kept(parameters), csrf: "", dress: dress).response()
            }
        } catch {
            switch error {
            case .show(let failure): throw failure
            case .redirect(let answer, let error):
                context.logger.refusedToApp(
                    "authorization request", error, pool: site.pool.id, clientID: parameters.first { $0.name == "client_id" }?.value)
                return answerApp(answer, dress: dress)
            }
        }
    }

    /// The request once more, for the links of the page on which a provider is chosen.
    private func kept(_ parameters: [(name: String, value: String)]) -> [(name: String, value: String)] {
        parameters.filter { $0.name != "identity_provider" && $0.name != "idp_identifier" }
    }
}
