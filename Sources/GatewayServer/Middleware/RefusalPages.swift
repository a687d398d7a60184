import Gateway
import HTTPTypes
import Logging
import Hummingbird
import UserPools

/// Turns what an endpoint throws into a page with a fixed sentence and a reference; the log has the rest under the same reference.
struct RefusalPages: RouterMiddleware {
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
            return Pages.refused(status: failure.error.status, reference: reference).response()
        } catch let error as MalformedRequest {
            context.logger.refused("request", error, reference: reference)
            return Pages.refused(status: error.status.code, reference: reference).response()
        } catch let error as any Diagnosable {
            context.logger.refused("request", error, reference: reference)
            return Pages.refused(status: 503, reference: reference).response()
        } catch let error as HTTPError {
            // No route, mostly scanners: below what an admin reads by default, but the reference on the page leads somewhere.
            context.logger.debug(
                "request refused", metadata: ["reference": "\(reference)", "method": "\(request.method)", "status": "\(error.status.code)"])
            return Pages.refused(status: error.status.code, reference: reference).response()
        } catch {
            context.logger.error("request failed", metadata: ["reference": "\(reference)", "error": "\(type(of: error))"])
            return Pages.refused(status: 500, reference: reference).response()
        }
    }
}
