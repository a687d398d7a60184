import Gateway
import HTTPTypes
import Hummingbird
import Logging
import OpenIDConnect
import UserPools

/// A request that was not answered as it wished: what each surface needs to say so in its own form.
struct Refusal: Sendable {
    let reference: Reference
    let error: any Error
    let status: Int
    /// The pool that the request was for, where that may be said.
    var pool: UserPool.ID?
}

/// The address is there, and takes other methods (RFC 9110 §15.5.6).
struct MethodNotAllowed: Error {
    let allowed: [HTTPRequest.Method]
}

/// Logs what an endpoint throws under a reference, and has its surface tell whoever called.
struct Refusals<S: Surface>: RouterMiddleware {
    typealias Context = GatewayContext

    let surface: S

    func handle(
        _ request: Request, context: GatewayContext, next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        do { return try await next(request, context) } catch {
            let refusal = record(error, request, context)
            context.traceRefusal(error, reference: refusal.reference)
            if let failure = error as? SignInFailure { surface.keep(failure, refusal.reference, context) }
            var response = await surface.encode(refusal, request)
            response.headers[.retryAfter] = Self.retryAfter(error).map { String($0) }
            if let error = error as? MethodNotAllowed { response.headers[.allow] = error.allowed.map(\.rawValue).joined(separator: ", ") }
            return request.method == .head ? response.createHeadResponse() : response
        }
    }

    private static func retryAfter(_ error: any Error) -> Int? {
        switch error {
        case let error as MalformedRequest: error.retryAfter
        case let refused as OAuthRefusal: refused.error.retryAfter
        case let failure as SignInFailure: if case .tooManyForUser(let exceeded) = failure.error { exceeded.retryAfter } else { nil }
        default: nil
        }
    }

    private func record(_ error: any Error, _ request: Request, _ context: GatewayContext) -> Refusal {
        let reference = Reference()
        let named = context.parameters.get("pool").flatMap { UserPool.ID($0) }
        func refusal(_ status: Int, pool: UserPool.ID? = nil) -> Refusal {
            Refusal(reference: reference, error: error, status: status, pool: pool)
        }
        switch error {
        case let failure as SignInFailure:
            context.logger.refused(failure, reference: reference)
            return refusal(failure.error.status, pool: Self.isStoreFailure(failure.error) ? nil : failure.pool ?? named)
        case let failure as SignOutFailure:
            context.logger.refused(
                "single logout", failure.error, reference: reference, ["pool": failure.pool.text, "provider": failure.provider?.text])
            return refusal(failure.error.status, pool: failure.error.status < 500 ? failure.pool : nil)
        case let failure as ForwardAuthFailure:
            context.logger.refused(
                "forward authentication", failure.error, reference: reference, ["pool": failure.pool.text, "client_id": failure.client])
            return refusal(failure.error.status, pool: failure.error.status < 500 ? failure.pool : nil)
        case let failure as ConsoleFailure:
            context.logger.refused("console request", failure.error, reference: reference, ["pool": named?.text])
            return refusal(failure.status)
        case let refused as OAuthRefusal:
            context.logger.refusedToApp(refused.request, refused.error, pool: refused.pool, clientID: refused.clientID)
            return refusal(refused.status ?? refused.error.httpStatus, pool: refused.pool)
        case let error as MalformedRequest:
            context.logger.refused("request", error, reference: reference)
            return refusal(error.status.code, pool: named)
        case let error as any Diagnosable:
            context.logger.refused("request", error, reference: reference)
            return refusal(503)
        // No route, or no such method: mostly scanners, but the reference on the page leads somewhere.
        case let error as HTTPError: return brief(refusal(error.status.code), request, context)
        case is MethodNotAllowed: return brief(refusal(405), request, context)
        default:
            context.logger.error("request failed", metadata: ["reference": "\(reference)", "error": "\(type(of: error))"])
            return refusal(500)
        }
    }

    /// Of the address only the path: a query may hold a code.
    private func brief(_ refusal: Refusal, _ request: Request, _ context: GatewayContext) -> Refusal {
        context.logger.info(
            "request refused",
            metadata: [
                "reference": "\(refusal.reference)", "method": "\(request.method)", "status": "\(refusal.status)", "path": "\(request.uri.path)",
            ])
        return refusal
    }

    /// Then the pool could not be read either, and whoever asked would wait for the database a second time.
    private static func isStoreFailure(_ error: SignInError) -> Bool { if case .store = error { true } else { false } }
}
