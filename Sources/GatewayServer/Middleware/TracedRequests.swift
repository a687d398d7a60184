import Gateway
import HTTPTypes
import Hummingbird
import OpenIDConnect
import Telemetry
import Tracing
import UserPools

/// One trace a request, where traces are asked for; without them this is not there.
///
/// Its name is the template of the address, never the address: a path may name a provider, and a query hold a code.
struct TracedRequests: RouterMiddleware {
    typealias Context = GatewayContext

    let tracer: any Tracer
    /// Whether who asks is a proxy that was named as trusted: nobody else is asked to which trace a request belongs.
    let trusts: @Sendable (GatewayContext) -> Bool

    func handle(
        _ request: Request, context: GatewayContext, next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        var (context, place) = (context, ServiceContext.topLevel)
        place.tracer = tracer
        if trusts(context) { tracer.extract(request.headers, into: &place, using: OnlyHeader()) }
        let method = Self.known.contains(request.method) ? request.method.rawValue : "_OTHER"
        let span = tracer.startSpan(method, context: place, ofKind: .server)
        defer { span.end() }
        context.span = span
        let traced = context
        return try await ServiceContext.withValue(span.context) {
            let response = try await next(request, traced)
            span.attributes["http.request.method"] = method
            span.attributes["http.response.status_code"] = response.status.code
            // What is at no address of ours has no template, but a word of the router's.
            if let route = traced.endpointPath, route.utf8.first == UInt8(ascii: "/") {
                span.operationName = "\(method) \(route)"
                span.attributes["http.route"] = route
            }
            if response.status.code >= 500 { span.setStatus(SpanStatus(code: .error)) }
            return response
        }
    }

    private static let known: Set<HTTPRequest.Method> = [.get, .head, .post, .put, .delete, .connect, .options, .trace, .patch]

    /// Two of a name are nobody's word.
    private struct OnlyHeader: Extractor {
        func extract(key: String, from headers: HTTPFields) -> String? {
            guard let name = HTTPField.Name(key) else { return nil }
            let values = headers[values: name]
            return values.count == 1 ? values[0] : nil
        }
    }
}

extension GatewayContext {
    /// Says of the request's trace what the page and the log say. One that was not refused for the app's own wish is kept, whatever part of the others is.
    func traceRefusal(_ error: any Error, reference: Reference) {
        guard let span else { return }
        func refused(_ code: String, pool: String? = nil, provider: String? = nil, isKept: Bool = true) {
            span.attributes["error.type"] = code
            span.attributes["countersign.reference"] = reference.description
            if let pool { span.attributes["countersign.pool"] = pool }
            if let provider { span.attributes["countersign.provider"] = provider }
            if isKept { span.setStatus(SpanStatus(code: .error)) }
        }
        switch error {
        case let failure as SignInFailure:
            // Addresses of no pool are mostly scanners'.
            let isScanned = if case .unknownPool = failure.error { true } else { false }
            refused(
                failure.error.code, pool: failure.pool?.text, provider: failure.provider?.text,
                isKept: !isScanned && (failure.wayBack == nil || !failure.error.isOfApp))
        case let failure as SignOutFailure: refused(failure.error.code, pool: failure.pool.text, provider: failure.provider?.text)
        case let failure as ForwardAuthFailure: refused(failure.error.code, pool: failure.pool.text)
        // Devices ask every few seconds, and services whether a token is still good.
        case let refusal as OAuthRefusal: refused(refusal.error.code, pool: refusal.pool.text, isKept: false)
        // More than the pool allows, from one address.
        case let error as MalformedRequest: refused(error.code, isKept: error.status != .tooManyRequests)
        case let error as any Diagnosable: refused(error.code)
        // Mostly scanners.
        case let error as HTTPError: refused("\(error.status.code)", isKept: false)
        case is MethodNotAllowed: refused("405", isKept: false)
        default: refused("\(type(of: error))")
        }
    }
}
