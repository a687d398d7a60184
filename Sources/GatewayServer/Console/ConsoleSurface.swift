import Administration
import Gateway
import HTTPTypes
import Hummingbird
import Logging
import UserPools
import WireFormats

/// The console: pages for those who run the installation, signed in through it as everybody is. GET shows and does nothing.
struct ConsoleSurface: Surface {
    let server: GatewayApplication
    let console: Console

    var routes: [Route] {
        [
            page("console", OverviewEndpoint()),
            page("console/signins", ReferenceEndpoint()),
            page("console/signins/:reference", ReferenceEndpoint()),
            page("console/:pool/signins", SignInsEndpoint()),
            page("console/:pool/signins/:reference", SignInEndpoint()),
            page("console/:pool/users", UsersEndpoint()),
            page("console/:pool/users/:user", UserEndpoint()),
            act("console/:pool/users/:user/sign-out", SignOutUserAct()),
            act("console/:pool/users/:user/sessions/:session/end", EndSessionAct()),
            act("console/:pool/users/:user/disable", SetUserEnabledAct(enabled: false)),
            act("console/:pool/users/:user/enable", SetUserEnabledAct(enabled: true)),
            act("console/:pool/users/:user/delete", DeleteUserAct()),
            page("console/:pool/providers", ProvidersEndpoint()),
            page("console/:pool/providers/:provider", ProviderEndpoint()),
            act("console/:pool/providers/:provider/disable", SetProviderEnabledAct(enabled: false)),
            act("console/:pool/providers/:provider/enable", SetProviderEnabledAct(enabled: true)),
            act("console/:pool/providers/:provider/end-debug", EndDebuggingAct()),
            act("console/:pool/providers/:provider/delete", DeleteProviderAct()),
            page("console/:pool/clients", ClientsEndpoint()),
            page("console/:pool/clients/:client", ClientEndpoint()),
            act("console/:pool/clients/:client/disable", SetClientEnabledAct(enabled: false)),
            act("console/:pool/clients/:client/enable", SetClientEnabledAct(enabled: true)),
            act("console/:pool/clients/:client/rotate-secret", RotateSecretAct()),
            act("console/:pool/clients/:client/delete", DeleteClientAct()),
            page("console/:pool/keys", PoolKeysEndpoint()),
            act("console/:pool/keys/:key/rotate", RotateKeyAct()),
            act("console/:pool/keys/:key/withdraw", WithdrawKeyAct()),
            page("console/:pool/logouts", SignOutsEndpoint()),
            page("console/:pool/logouts/:reference", SignOutEndpoint()),
            page("console/audit", AuditEndpoint()),
            page("console/:pool/audit", AuditEndpoint()),
            Route(methods: [.get], path: "console/signed-in", target: .server { request, context in try await signedIn(request, context) }),
            Route(methods: [.get], path: "console/sign-in", target: .server { request, context in try await signInAnew(request, context) }),
        ]
    }

    private func page(_ path: String, _ endpoint: any ConsoleEndpoint) -> Route {
        Route(
            methods: [.get], path: path,
            target: .server { request, context in
                let site = try await site(context)
                let visitor: ConsoleVisitor
                do throws(ConsoleError) { visitor = try await console.access.visitor(cookies(request)) } catch {
                    return try await signIn(request, within: ConsoleAccess.sight, because: error)
                }
                return try await failing {
                    let pageContext = PageContext(site, for: request)
                    let asked = try asked(request, context, visitor, in: pageContext.language)
                    switch try await endpoint.answer(asked, console) {
                    case .page(let page): return page.page(for: visitor.user.shownName, pageContext).response()
                    case .elsewhere(let path): return redirect(to: path.text)
                    }
                }
            })
    }

    /// The way back from a sign-in. What is still missing then is a refusal, so that nobody is sent round in a circle.
    private func signedIn(_ request: Request, _ context: GatewayContext) async throws -> Response {
        _ = try await site(context)
        do throws(ConsoleError) { _ = try await console.access.visitor(cookies(request)) } catch { throw ConsoleFailure(error) }
        // The session of before will do for some pages, and not for the one that began this.
        if !parameter("error", of: request).isEmpty { throw ConsoleFailure(ConsoleError.signInRefused) }
        return redirect(to: (ConsolePath(parameter("state", of: request)) ?? .overview).text)
    }

    /// For whoever shall prove anew who they are, or is somebody else than the browser thinks.
    private func signInAnew(_ request: Request, _ context: GatewayContext) async throws -> Response {
        _ = try await site(context)
        let page = ConsolePath(parameter("to", of: request)) ?? .overview
        do throws(ConsoleError) {
            return redirect(to: try await console.access.departure(to: page.text, within: ConsoleAccess.act, anew: true))
        } catch { throw ConsoleFailure(error) }
    }

    func encode(_ refusal: Refusal, _ request: Request) async -> Response {
        let pageContext = PageContext(try? await console.site(), for: request)
        guard let failure = refusal.error as? ConsoleFailure, !failure.isOfServer else {
            return Pages.refused(status: refusal.status, reference: refusal.reference, pageContext: pageContext).response()
        }
        return ConsolePage.refused(failure, reference: refusal.reference.description, at: request.uri.string, pageContext).response()
    }
}

// What every page has before it is one.
extension ConsoleSurface {
    /// The limit of the pool for an address counts here as well.
    func site(_ context: GatewayContext) async throws -> Site {
        let site: Site
        do throws(ConsoleError) { site = try await console.site() } catch { throw ConsoleFailure(error) }
        do throws(RateLimiter.Exceeded) { try server.signIn.limits.takeAddress(context.clientAddress, in: site.pool) } catch {
            throw MalformedRequest.tooOften(error)
        }
        return site
    }

    func cookies(_ request: Request) -> BrowserCookies { server.cookies.read(request.headers, pool: console.access.settings.pool) }

    /// Off to sign in, where that may help.
    func signIn(_ request: Request, within seconds: Int, because error: ConsoleError) async throws -> Response {
        guard error.isMendedBySigningIn else { throw ConsoleFailure(error) }
        let page = ConsolePath(request.uri.string) ?? .overview
        do throws(ConsoleError) { return redirect(to: try await console.access.departure(to: page.text, within: seconds)) } catch {
            throw ConsoleFailure(error)
        }
    }

    func asked(
        _ request: Request, _ context: GatewayContext, _ visitor: ConsoleVisitor, in language: Language,
        parameters: [(name: String, value: String)]? = nil
    ) throws -> ConsoleRequest {
        guard let parameters = parameters ?? FormCoding.decode(request.uri.query ?? "") else { throw MalformedRequest.form }
        let names = ["pool", "reference", "user", "session", "provider", "client", "key"]
        // The router leaves a path as it came.
        let path = names.compactMap { name in context.parameters.get(name).map { (name, PercentCoding.pathSegment($0) ?? $0) } }
        // What no database takes is nobody's name.
        guard (path.map(\.1) + parameters.map(\.value)).allSatisfy({ !$0.utf8.contains(0) }) else { throw MalformedRequest.form }
        return ConsoleRequest(
            visitor: visitor, words: ConsoleWords(language: language), path: Dictionary(path) { $1 }, parameters: parameters)
    }

    func redirect(to path: String) -> Response { Response(status: .seeOther, headers: [.location: path]) }

    func parameter(_ name: String, of request: Request) -> String {
        let values = (FormCoding.decode(request.uri.query ?? "") ?? []).filter { $0.name == name }
        return values.count == 1 ? values[0].value : ""
    }

    /// What the desk refuses is told as it says it.
    func failing(_ body: () async throws -> Response) async throws -> Response {
        do { return try await body() } catch let error as AdministrationError { throw ConsoleFailure(error) } catch let error as ConsoleError {
            throw ConsoleFailure(error)
        }
    }
}
