import Gateway
import HTTPTypes
import Hummingbird
import Logging
import SAML
import UserPools

/// `GET /trial?ticket=…`: asks whether to begin a dry sign-in, which `POST` does: who only looks at an address, as mail programs and chats do for a
/// preview, uses nothing up. The ticket stands in the query, which no log has.
struct TrialEndpoint: Endpoint {
    let server: GatewayApplication

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        let parameters = try await parameters(of: request, limit: 4 << 10)
        let ticket = singleValue("ticket", in: parameters)
        guard request.method == .post else {
            let (found, provider) = try await server.signIn.trialTicket(ticket, pool: site.pool)
            return Pages.startTrial(
                at: provider.settings.displayName ?? provider.settings.name.text, ticket: found, pageContext: PageContext(site, for: request)
            ).response()
        }
        let cookies = server.cookies.read(request.headers, pool: site.pool.id).withClientAddress(from: context.clientAddress)
        let outcome = try await server.signIn.beginTrial(
            ticket: ticket, pool: site.pool, address: site.address, cookies: cookies)
        return sent(outcome, request, site)
    }

    private func sent(_ outcome: TrialRequest, _ request: Request, _ site: Site) -> Response {
        var response: Response
        switch outcome.message {
        case .redirect(let url): response = redirect(to: url, status: .seeOther)
        case .form(let action, let fields):
            let pageContext = PageContext(site, for: request)
            response = Pages.toProvider(action: action, fields: fields.map { ($0.name, $0.value) }, pageContext: pageContext).response()
        }
        let cookie = server.cookies.binding(outcome.binding, pool: site.pool.id, seconds: Int(server.signIn.settings.pendingLifetime))
        response.headers.append(HTTPField(name: .setCookie, value: cookie))
        return response
    }
}

extension Endpoint {
    /// The end of whatever a provider answered to.
    func answered(_ answer: SignInAnswer, _ request: Request, _ context: GatewayContext, _ site: Site) async throws -> Response {
        switch answer {
        case .completed(let done): return try await signedIn(done, request, context, site)
        case .dry(let report):
            context.logger.info(
                "dry sign-in",
                metadata: [
                    "pool": "\(site.pool.id)", "provider": "\(report.provider.name)", "outcome": "\(report.error?.code ?? "accepted")",
                ])
            return TrialPage.make(report, advice: server.advise(report), pageContext: PageContext(site, for: request)).response()
        }
    }
}
