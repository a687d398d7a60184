import Gateway
import HTTPTypes
import Logging
import Hummingbird
import UserPools

/// Turns what an endpoint throws into a page with a fixed sentence and a reference; the log has the rest under the same reference.
struct RefusalPages: RouterMiddleware {
    let server: GatewayApplication

    init(server: GatewayApplication) {
        self.server = server
        // Made now, so that the first person does not wait for it.
        _ = Templates.compiledTemplates
    }

    func handle(
        _ request: Request, context: GatewayContext, next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        let reference = Reference()
        do {
            return try await next(request, context)
        } catch let failure as SignInFailure {
            ServerMetrics.signInRefused(failure)
            context.logger.refused(
                "sign-in", failure.error, reference: reference,
                ["pool": failure.pool?.text, "provider": failure.provider?.text, "client_id": failure.client?.text])
            let pool = isStoreFailure(failure.error) ? nil : failure.pool ?? named(context)
            return await page(failure.error.status, reference, request, pool: pool)
        } catch let error as MalformedRequest {
            context.logger.refused("request", error, reference: reference)
            return await page(error.status.code, reference, request, pool: named(context))
        } catch let error as any Diagnosable {
            context.logger.refused("request", error, reference: reference)
            return await page(503, reference, request, pool: nil)
        } catch let error as HTTPError {
            // No route, mostly scanners: below what an admin reads by default, but the reference on the page leads somewhere.
            context.logger.debug(
                "request refused", metadata: ["reference": "\(reference)", "method": "\(request.method)", "status": "\(error.status.code)"])
            return await page(error.status.code, reference, request, pool: nil)
        } catch {
            context.logger.error("request failed", metadata: ["reference": "\(reference)", "error": "\(type(of: error))"])
            return await page(500, reference, request, pool: nil)
        }
    }

    private func page(_ status: Int, _ reference: Reference, _ request: Request, pool: UserPool.ID?) async -> Response {
        // The languages that an app asks for are in the query; a form's body is gone by now.
        let parameters = FormDecoder.decode((request.uri.query ?? "").utf8) ?? []
        let pageContext = PageContext(await site(pool, request), for: request, parameters)
        return Pages.refused(status: status, reference: reference, pageContext: pageContext).response()
    }

    /// The pool whose branding the page has. One that cannot be read is none: a refusal never fails itself.
    private func site(_ id: UserPool.ID?, _ request: Request) async -> Site? {
        guard let id, let pool = try? await server.directory.pool(id) else { return nil }
        let host = request.head.authority?.split(separator: ":").first.map { $0.lowercased() }
        return Site(pool: pool, address: PoolAddress(publicURL: server.publicURL, pool: pool, onOwnDomain: host != nil && host == pool.domain))
    }

    private func named(_ context: GatewayContext) -> UserPool.ID? { context.parameters.get("pool").flatMap { UserPool.ID($0) } }

    /// Then the pool could not be read either, and the person would wait for the database a second time.
    private func isStoreFailure(_ error: SignInError) -> Bool { if case .store = error { true } else { false } }
}
