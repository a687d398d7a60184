import Gateway
import HTTPTypes
import Logging
import Hummingbird
import OpenIDConnect
import SAML
import UserPools
import WireFormats

/// `GET` and `POST /oauth2/authorize` (OIDC Core §3.1.2.1): begins a sign-in, or answers from the browser's session.
///
/// The sign-in page's links and its search come here as well: the same request with the choice, or with what is searched for, added.
struct AuthorizeEndpoint: Endpoint {
    let server: GatewayApplication

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        try await begin(try await parameters(of: request, limit: 64 << 10), email: nil, request, context, site: site)
    }

    /// - Parameter email: what was typed into the sign-in page's box.
    func begin(
        _ parameters: [(name: String, value: String)], email: String?, _ request: Request, _ context: GatewayContext, site: Site
    ) async throws -> Response {
        let pageContext = PageContext(site, for: request, parameters)
        let cookies = server.cookies.read(request.headers, pool: site.pool.id).withClientAddress(from: context.clientAddress)
        let last = server.lastChoice.choice(server.cookies.choice(request.headers, pool: site.pool.id), pool: site.pool.id)
        var input = SignInPageInput(email: email, search: singleValue("search", in: parameters), last: last?.name)
        input.lastMember = last?.member
        let outcome = try await server.signIn.begin(
            Parameters(parameters), pool: site.pool, address: site.address, cookies: cookies, input: input)
        switch outcome {
        case .code(let answer):
            ServerMetrics.answeredFromSession(answer, pool: site.pool.id)
            return Pages.toApp(try await server.signIn.message(answer.response, pool: site.pool), pageContext: pageContext)
        case .upstream(let url, let binding):
            return bound(redirect(to: url, status: request.method == .post ? .seeOther : .found), binding, site)
        case .post(let action, let fields, let binding):
            let page = Pages.toProvider(action: action, fields: fields.map { ($0.name, $0.value) }, pageContext: pageContext)
            return bound(page.response(), binding, site)
        case .consent(let question):
            return bound(asked(question, pageContext, site), question.binding, site)
        case .choose(let choice, let binding):
            return bound(page(choice, binding, parameters, pageContext.speaking(choice.uiLocales, to: request), site), binding, site)
        case .search(let choice, let binding):
            let kept = parameters.filter { !Self.ofThePage.contains($0.name) }
            let pageContext = pageContext.speaking(choice.uiLocales, to: request)
            return bound(Pages.find(choice, fields: kept, pageContext: pageContext).response(), binding, site)
        }
    }

    private func page(
        _ choice: SignInChoice, _ binding: SecretBytes, _ parameters: [(name: String, value: String)], _ pageContext: PageContext, _ site: Site
    ) -> Response {
        let kept = parameters.filter { !Self.ofThePage.contains($0.name) }
        return Pages.choose(choice, fields: kept, csrf: server.formToken.text(pool: site.pool.id, binding: binding), pageContext: pageContext)
            .response()
    }

    /// What the page adds to the request, or chooses anew; the rest is the app's and goes along.
    private static let ofThePage: Set<String> = [
        "identity_provider", "entityID", "idp_identifier", "search", "email", "csrf", Language.parameter,
    ]
}
