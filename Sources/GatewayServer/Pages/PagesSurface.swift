import Gateway
import HTTPTypes
import Hummingbird
import UserPools
import WireFormats

extension GatewayApplication {
    /// Compiles the pages, some 30 ms of work: a server does it once it is ready. Whoever asks for a page before that waits for the rest of it.
    package static func compilePages() { _ = Templates.compiledTemplates }
}

/// What browsers open: sign-in, sign-out, the providers' answers. An error is a page with a fixed sentence and a reference.
struct PagesSurface: Surface {
    let server: GatewayApplication

    var routes: [Route] {
        [
            .serverDocument("") { request, _ in await landing(request) },
            .getOrPost("oauth2/authorize", AuthorizeEndpoint(server: server)),
            .get("authorize", AuthorizeEndpoint(server: server)),
            .get("login", AuthorizeEndpoint(server: server)),
            .post("login", LoginEndpoint(server: server)),
            .getOrPost("saml2/idpresponse", ConsumerServiceEndpoint(server: server)),
            .getOrPost("oauth2/idpresponse", ProviderAnswerEndpoint(server: server)),
            .getOrPost("oauth2/idpresponse/:provider", ProviderAnswerEndpoint(server: server)),
            .post("consent", ConsentEndpoint(server: server)),
            .getOrPost("account", AccountEndpoint(server: server)),
            .getOrPost("logout", LogoutEndpoint(server: server)),
            .get("logout/callback", UpstreamSignedOutEndpoint(server: server)),
            .getOrPost("saml2/logout", SingleLogoutEndpoint(server: server)),
            .getOrPost("device", DeviceEndpoint(server: server)),
            .getOrPost("device/confirm", DeviceAnswerEndpoint(server: server)),
            .getOrPost("trial", TrialEndpoint(server: server)),
            // nginx brings whatever was refused here.
            Route(
                methods: [.get, .post, .put, .patch, .delete], path: "forward-auth/:client/start",
                target: .pool(ForwardStartEndpoint(server: server))),
            .get("forward-auth/:client/callback", ForwardCallbackEndpoint(server: server)),
            .get("forward-auth/:client/sign-out", ForwardSignOutEndpoint(server: server)),
            .document("assets/images/:hash", ImageEndpoint(server: server)),
            .document("saml2/metadata", ServiceProviderMetadataEndpoint(server: server)),
        ] + Assets.routes
    }

    func encode(_ refusal: Refusal, _ request: Request) async -> Response {
        // The languages that an app asks for are in the query; a form's body is gone by now.
        let parameters = FormCoding.decode(request.uri.query ?? "") ?? []
        let site = await site(refusal.pool, request)
        let pageContext = PageContext(site, for: request, parameters)
        // From the moment the redirect URI is proven the app is told (case 145).
        if let failure = refusal.error as? SignInFailure, let wayBack = failure.wayBack {
            let response = wayBack.response(failure.error, reference: refusal.reference.description)
            if let message = try? await server.signIn.message(response, pool: site?.pool) { return Pages.toApp(message, pageContext: pageContext) }
        }
        if refusal.error is SignOutFailure {
            return Pages.signOutRefused(status: refusal.status, reference: refusal.reference, pageContext: pageContext).response()
        }
        // What was not looked at, or could not be answered, used nothing up; of a provider's answer nobody knows.
        let isAnswer = parameters.contains { ["code", "SAMLart", "SAMLResponse", "SAMLRequest"].contains($0.name) }
        let mayRetry = request.method == .get && !isAnswer && (refusal.status == 429 || refusal.status >= 500)
        return Pages.refused(
            status: refusal.status, reference: refusal.reference, mayRetry: mayRetry, app: await app(of: refusal, site?.pool),
            pageContext: pageContext
        ).response()
    }

    /// Where the app of a refused sign-in begins one, if it said so.
    private func app(of refusal: Refusal, _ pool: UserPool?) async -> AppAddress? {
        guard let pool, let client = (refusal.error as? SignInFailure)?.client else { return nil }
        return await server.signOut.again(at: client, of: pool)
    }

    /// What stands at the root, in the branding of the pool whose domain it is.
    private func landing(_ request: Request) async -> Response {
        let site = try? await server.site(host: request.head.authority ?? "")
        return Pages.landing(pageContext: PageContext(site, for: request)).response()
    }

    /// The pool whose branding the page has. One that cannot be read is none: a refusal never fails itself.
    private func site(_ id: UserPool.ID?, _ request: Request) async -> Site? {
        guard let id, let pool = try? await server.directory.pool(id) else { return nil }
        let host = request.head.authority.map(GatewayApplication.hostName)
        return Site(pool: pool, address: PoolAddress(publicURL: server.publicURL, pool: pool, onOwnDomain: host != nil && host == pool.domain))
    }
}
