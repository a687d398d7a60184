import Gateway
import HTTPTypes
import Hummingbird
import OpenIDConnect
import Tracing
import UserPools
import WireFormats

/// One way in for one kind of caller: a route table, and what an error looks like there. Who may call, each line of the table says.
protocol Surface: Sendable {
    var routes: [Route] { get }

    /// What whoever called is told. The log has the rest, under the same reference.
    func encode(_ refusal: Refusal, _ request: Request) async -> Response

    var server: GatewayApplication { get }
}

extension Surface {
    /// What a sign-in was refused for, under the reference that whoever called has.
    func keep(_ failure: SignInFailure, _ reference: Reference, _ context: GatewayContext) {
        server.signIn.records.keep(failure, reference: reference.description, from: context.clientAddress)
    }
}

/// One line an address: by which methods, and who answers.
struct Route: Sendable {
    enum Target: Sendable {
        /// Of a pool: below its issuer, and at the root of the pool's own domain.
        case pool(any Endpoint)
        /// Of a pool whose id ends the path (RFC 8414 §3.1).
        case poolAtEnd(any Endpoint)
        /// Of a pool, where clients are asked for certificates: below the address of that alone.
        case alias(any Endpoint)
        /// Of the server as a whole.
        case server(@Sendable (Request, GatewayContext) async throws -> Response)
    }

    let methods: [HTTPRequest.Method]
    let path: String
    let target: Target
    /// Whose scripts may read the answers.
    var crossOrigin = CrossOrigin.none
    /// Whether the pool's limit for an address counts it: not what is the same for all, and not what proxies ask for whoever comes.
    var countsAddress = true

    func readable(by crossOrigin: CrossOrigin) -> Route {
        Route(methods: methods + [.options], path: path, target: target, crossOrigin: crossOrigin, countsAddress: countsAddress)
    }

    static func get(_ path: String, _ endpoint: any Endpoint) -> Route { Route(methods: [.get], path: path, target: .pool(endpoint)) }
    static func post(_ path: String, _ endpoint: any Endpoint) -> Route { Route(methods: [.post], path: path, target: .pool(endpoint)) }

    static func alias(_ methods: [HTTPRequest.Method], _ path: String, _ endpoint: any Endpoint) -> Route {
        Route(methods: methods, path: path, target: .alias(endpoint))
    }

    /// Parameters come in the query or in a body.
    static func getOrPost(_ path: String, _ endpoint: any Endpoint) -> Route {
        Route(methods: [.get, .post], path: path, target: .pool(endpoint))
    }

    /// Nothing begins or ends where it is read, so that HEAD may ask for it as well (case 143).
    static func document(_ path: String, _ endpoint: any Endpoint) -> Route {
        Route(methods: [.get, .head], path: path, target: .pool(endpoint), countsAddress: false)
    }
    static func documentAtEnd(_ path: String, _ endpoint: any Endpoint) -> Route {
        Route(methods: [.get, .head], path: path, target: .poolAtEnd(endpoint), countsAddress: false)
    }
    static func serverDocument(_ path: String, _ handle: @escaping @Sendable (Request, GatewayContext) async throws -> Response) -> Route {
        Route(methods: [.get, .head], path: path, target: .server(handle))
    }
}

extension GatewayApplication {
    /// Every address of `surface`; a method that its table does not name runs nothing, and is told which do (RFC 9110 §15.5.6, case 143).
    func mount(_ surface: some Surface, on router: Router<GatewayContext>) {
        let group = router.group().add(middleware: Refusals(surface: surface))
        var taken: [String: [HTTPRequest.Method]] = [:]
        for route in surface.routes {
            for (path, handle) in handlers(of: route) {
                taken[path, default: []] += route.methods
                for method in route.methods {
                    group.on(RouterPath(path), method: method) { request, context in
                        let response = try await handle(request, context)
                        return method == .head ? response.createHeadResponse() : response
                    }
                }
            }
        }
        for (path, methods) in taken {
            for method in Self.knownMethods where !methods.contains(method) {
                group.on(RouterPath(path), method: method) { _, _ -> Response in throw MethodNotAllowed(allowed: methods) }
            }
        }
    }

    private static let knownMethods: [HTTPRequest.Method] = [.get, .head, .post, .put, .delete, .connect, .options, .trace, .patch]

    private typealias Handler = @Sendable (Request, GatewayContext) async throws -> Response

    /// The paths of a route with what answers there: its endpoint, and before it a browser's preflight.
    private func handlers(of route: Route) -> [(String, Handler)] {
        let isAlias = if case .alias = route.target { true } else { false }
        func at(_ endpoint: any Endpoint, _ site: @escaping @Sendable (Request, GatewayContext) async throws -> Site) -> Handler {
            { [self] request, context in
                var site = try await site(request, context)
                site.clientCertificate = context.clientCertificate
                context.span?.attributes["countersign.pool"] = site.pool.id.text
                // A proxy that asks for certificates names that address as its host.
                if isAlias || isAtCertificateURL(request) { site.certificateBase = certificateBase(of: site.pool) }
                // An address that no page calls may take it as any other method.
                if request.method == .options, route.crossOrigin.takesPreflights {
                    return try await preflight(
                        request, route.crossOrigin, methods: route.methods.filter { $0 != .options }, pool: site.pool)
                }
                if route.countsAddress { try await requireFewRequests(request, route, context, site) }
                var response = try await endpoint.handle(request, context, site: site)
                if case .any = route.crossOrigin { response.headers[.accessControlAllowOrigin] = "*" }
                return response
            }
        }
        let ofIssuer: @Sendable (Request, GatewayContext) async throws -> Site = { [self] _, context in
            try await site(pool: context.parameters.get("pool") ?? "")
        }
        switch route.target {
        case .server(let handle): return [("/" + route.path, handle)]
        case .alias(let endpoint): return [("/:pool/" + route.path, at(endpoint, ofIssuer))]
        case .poolAtEnd(let endpoint): return [("/" + route.path + "/:pool", at(endpoint, ofIssuer))]
        case .pool(let endpoint):
            return [
                ("/:pool/" + route.path, at(endpoint, ofIssuer)),
                ("/" + route.path, at(endpoint) { [self] request, _ in try await site(host: request.head.authority ?? "") }),
            ]
        }
    }

    private func isAtCertificateURL(_ request: Request) -> Bool {
        guard let certificateURL, let host = request.head.authority else { return false }
        return ProtocolText(host).lowercased.string.hasSameBytes(as: certificateURL.authority)
    }

    /// The pool's limit for the address that asks. Scripts that may read what is here may read this as well.
    private func requireFewRequests(_ request: Request, _ route: Route, _ context: GatewayContext, _ site: Site) async throws {
        do throws(RateLimiter.Exceeded) { try signIn.limits.takeAddress(context.clientAddress, in: site.pool) } catch {
            let refused = MalformedRequest.tooOften(error)
            guard case .registered = route.crossOrigin, request.headers[.origin] != nil else { throw refused }
            throw OAuthRefusal(
                error: .tooMany(refused.message, expected: error.text, retryAfter: error.retryAfter), request: "request", pool: site.pool.id,
                origin: try? await readableOrigin(request, client: nil, pool: site.pool))
        }
    }

    private func site(pool text: String) async throws(SignInFailure) -> Site {
        guard let id = UserPool.ID(text) else { throw SignInFailure(.unknownPool) }
        do {
            guard let pool = try await directory.pool(id) else { throw SignInFailure(.unknownPool) }
            return Site(pool: pool, address: PoolAddress(publicURL: publicURL, pool: pool))
        } catch let error as StoreError { throw SignInFailure(.store(error)) } catch { throw SignInFailure(.unknownPool) }
    }

    /// What stands before the port of a `Host`, in lower case.
    static func hostName(of authority: String) -> String { ProtocolText(authority).prefix { $0 != UInt8(ascii: ":") }.lowercased.string }

    /// A `Host` chooses among the domains that admins registered; nothing of it gets into an answer.
    func site(host: String) async throws(SignInFailure) -> Site {
        guard host.utf8.count <= 260, host.utf8.allSatisfy({ $0 < 0x80 }) else { throw SignInFailure(.unknownPool) }
        do {
            guard let pool = try await directory.pool(domain: Self.hostName(of: host)) else { throw SignInFailure(.unknownPool) }
            return Site(pool: pool, address: PoolAddress(publicURL: publicURL, pool: pool, onOwnDomain: true))
        } catch let error as StoreError { throw SignInFailure(.store(error)) } catch { throw SignInFailure(.unknownPool) }
    }
}
