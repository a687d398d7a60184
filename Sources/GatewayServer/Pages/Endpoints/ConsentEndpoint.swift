import Gateway
import HTTPTypes
import Hummingbird
import Logging
import OpenIDConnect
import UserPools
import WireFormats

/// `POST /consent`: the answer to the question whether an app of somebody else may have what it asks for.
struct ConsentEndpoint: Endpoint {
    let server: GatewayApplication

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        let parameters = try await parameters(of: request, limit: 64 << 10)
        let cookies = try ownForm(parameters, request, context, site)
        let allows = singleValue("decision", in: parameters) == "allow"
        let answer = try await server.signIn.answerConsent(
            singleValue("consent", in: parameters), allows: allows, pool: site.pool, cookies: cookies)
        context.logger.info("consent given", metadata: ["pool": "\(site.pool.id)"])
        return Pages.toApp(try await server.signIn.message(answer, pool: site.pool), pageContext: PageContext(site, for: request))
    }
}

extension Endpoint {
    /// The cookies of a browser that posts a form of our own page.
    /// - Throws: where the form may be another site's: the cookies come along with that, too (case 115).
    func ownForm(
        _ parameters: [(name: String, value: String)], _ request: Request, _ context: GatewayContext, _ site: Site
    ) throws(SignInFailure) -> BrowserCookies {
        let cookies = server.cookies.read(request.headers, pool: site.pool.id).withClientAddress(from: context.clientAddress)
        guard server.formToken.accepts(singleValue("csrf", in: parameters), pool: site.pool.id, binding: cookies.binding) else {
            throw SignInFailure(.formToken(cookieSeen: cookies.binding != nil), pool: site.pool.id)
        }
        return cookies
    }

    /// The page that asks for the person's consent.
    func asked(_ question: ConsentQuestion, _ pageContext: PageContext, _ site: Site) -> Response {
        Pages.consent(question, csrf: server.formToken.text(pool: site.pool.id, binding: question.binding), pageContext: pageContext).response()
    }

    /// A page whose forms are bound to this browser, with the cookie that binds them.
    func bound(_ response: Response, _ binding: SecretBytes, _ site: Site) -> Response {
        var response = response
        let cookie = server.cookies.binding(binding, pool: site.pool.id, seconds: Int(server.signIn.settings.pendingLifetime))
        response.headers.append(HTTPField(name: .setCookie, value: cookie))
        return response
    }
}
