import FoundationEssentials
package import Gateway
import HTTPTypes
import Logging
package import Hummingbird
package import UserPools

/// The HTTP side of the gateway: what its endpoints call, and the router over them.
package struct GatewayApplication: Sendable {
    package let publicURL: String
    package let directory: Directory
    package let keyRing: KeyRing
    package let signIn: SignIn
    package let tokens: Tokens
    package let signOut: SignOut
    let cookies: CookieJar
    let formToken: FormToken
    let lastChoice: LastChoice
    let now: @Sendable () -> Date
    /// Whether the database answers.
    let ready: @Sendable () async -> Bool

    package init(
        publicURL: String, stores: Stores, sealer: Sealer, environment: Gateway.Environment, ready: @escaping @Sendable () async -> Bool
    ) {
        self.publicURL = publicURL
        directory = Directory(stores: stores, uptime: environment.uptime)
        keyRing = KeyRing(store: stores.keys, sealer: sealer, environment: environment)
        signIn = SignIn(
            settings: .init(publicURL: publicURL), directory: directory, stores: stores, keyRing: keyRing, sealer: sealer,
            environment: environment)
        tokens = Tokens(
            publicURL: publicURL, directory: directory, stores: stores, keyRing: keyRing, sealer: sealer, environment: environment)
        signOut = SignOut(publicURL: publicURL, directory: directory, stores: stores, keyRing: keyRing, environment: environment)
        cookies = CookieJar(publicURL: publicURL)
        formToken = FormToken(sealer: sealer)
        lastChoice = LastChoice(sealer: sealer)
        now = environment.now
        self.ready = ready
    }

    package func router() -> Router<GatewayContext> {
        let router = Router(context: GatewayContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: ResponseHeaders(isHTTPS: publicURL.hasPrefix("https://")))
        router.add(middleware: RefusalPages(server: self))
        Assets.addRoutes(to: router)
        router.get("healthz") { _, _ in Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: "ok\n"))) }
        router.get("readyz") { _, _ in
            await ready()
                ? Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: "ready\n")))
                : Response(status: .serviceUnavailable, body: .init(byteBuffer: ByteBuffer(string: "the database does not answer\n")))
        }
        for route in routes {
            // Under the issuer, and at the root of the pool's own domain.
            router.on(RouterPath("/:pool/" + route.path), method: route.method) { request, context in
                try await route.endpoint.handle(request, context, site: site(pool: context.parameters.get("pool") ?? ""))
            }
            router.on(RouterPath("/" + route.path), method: route.method) { request, context in
                try await route.endpoint.handle(request, context, site: site(host: request.head.authority ?? ""))
            }
        }
        // RFC 8414 §3.1 puts the well-known part in front of the issuer's path.
        let discovery = DiscoveryEndpoint(server: self)
        for name in ["oauth-authorization-server", "openid-configuration"] {
            router.get(RouterPath("/.well-known/\(name)/:pool")) { request, context in
                try await discovery.handle(request, context, site: site(pool: context.parameters.get("pool") ?? ""))
            }
        }
        return router
    }

    private func site(pool text: String) async throws(SignInFailure) -> Site {
        guard let id = UserPool.ID(text) else { throw SignInFailure(.unknownPool) }
        do {
            guard let pool = try await directory.pool(id) else { throw SignInFailure(.unknownPool) }
            return Site(pool: pool, address: PoolAddress(publicURL: publicURL, pool: pool))
        } catch let error as StoreError { throw SignInFailure(.store(error)) } catch { throw SignInFailure(.unknownPool) }
    }

    /// A `Host` chooses among the domains that admins registered; nothing of it gets into an answer.
    private func site(host: String) async throws(SignInFailure) -> Site {
        guard host.utf8.count <= 260, host.utf8.allSatisfy({ $0 < 0x80 }) else { throw SignInFailure(.unknownPool) }
        let name = host.split(separator: ":").first.map { $0.lowercased() } ?? ""
        do {
            guard let pool = try await directory.pool(domain: name) else { throw SignInFailure(.unknownPool) }
            return Site(pool: pool, address: PoolAddress(publicURL: publicURL, pool: pool, onOwnDomain: true))
        } catch let error as StoreError { throw SignInFailure(.store(error)) } catch { throw SignInFailure(.unknownPool) }
    }
}
