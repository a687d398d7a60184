import Gateway
import HTTPTypes
import Hummingbird
import Logging
import OpenIDConnect
import SAML
import UserPools

/// `GET` and `POST /account`: where a person is signed in, and which apps have tokens of hers; each can be ended there.
struct AccountEndpoint: Endpoint {
    let server: GatewayApplication

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        let parameters = try await parameters(of: request, limit: 64 << 10)
        if request.method == .post { return try await act(parameters, request, context, site) }
        let cookies = server.cookies.read(request.headers, pool: site.pool.id)
        guard let overview = try await server.account.overview(cookies, pool: site.pool) else {
            // Back from a sign-in that came to nothing, or whose cookie the browser does not keep: round again would be round for ever.
            guard !parameters.contains(where: { $0.name == "code" || $0.name == "error" }) else {
                throw SignInFailure(.oauth(OAuthError(.accessDenied, "The sign-in to the account page came to nothing.")), pool: site.pool.id)
            }
            return redirect(to: server.signIn.accountSignIn(at: site.address), status: .found)
        }
        // The code is of no use to anybody; it need not stand in the address.
        guard parameters.isEmpty || singleValue("code", in: parameters) == nil else { return redirect(to: site.address.account, status: .seeOther) }
        let csrf = server.formToken.text(pool: site.pool.id, binding: overview.binding)
        let page = Pages.account(overview, csrf: csrf, pageContext: PageContext(site, for: request, parameters))
        return bound(page.response(), overview.binding, site)
    }

    private func act(
        _ parameters: [(name: String, value: String)], _ request: Request, _ context: GatewayContext, _ site: Site
    ) async throws -> Response {
        let cookies = try ownForm(parameters, request, context, site)
        let id = singleValue("id", in: parameters)
        switch singleValue("act", in: parameters) {
        case "end":
            if let (ended, isHere) = try await server.account.end(id, cookies: cookies, pool: site.pool, address: site.address) {
                if let record = ended.record { context.logger.signedOut(record) }
                if isHere { return await signedOut(ended, request, site) }
            }
        case "remove":
            if try await server.account.remove(app: id, cookies: cookies, pool: site.pool) {
                context.logger.info("a person took an app's access away", metadata: ["pool": "\(site.pool.id)", "client_id": "\(id ?? "")"])
            }
        default: throw MalformedRequest.form
        }
        return redirect(to: site.address.account, status: .seeOther)
    }

    /// This browser's own session is over: on to its provider, or to the page that says so.
    private func signedOut(_ ended: EndedSessions, _ request: Request, _ site: Site) async -> Response {
        let pageContext = PageContext(site, for: request)
        var response: Response
        let frames = await server.frontChannelLogout.frames(of: ended.record, in: site.pool)
        if let message = ended.message {
            response = send(message, frames: frames, isAfterForm: request.method == .post, pageContext)
            if let binding = ended.binding { response = bound(response, binding, site) }
        } else {
            response =
                ended.isPartial
                ? Pages.partlySignedOut(
                    reference: ended.record?.reference.text ?? "", next: nil, frames: frames, pageContext: pageContext
                ).response() : Pages.signedOut(again: site.address.account, frames: frames, pageContext: pageContext).response()
        }
        response.headers[values: .setCookie].append(server.cookies.clearedSession(pool: site.pool.id))
        return response
    }
}
