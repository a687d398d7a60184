import HTTPTypes
import Hummingbird

/// Headers that every answer has (RFC 9700 §4.2, THREATS P13): nothing is cached unless the endpoint says so, nothing leaks by Referer.
struct ResponseHeaders: RouterMiddleware {
    let isHTTPS: Bool

    func handle(
        _ request: Request, context: GatewayContext, next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        let began = ContinuousClock.now
        var response = try await next(request, context)
        let took = (ContinuousClock.now - began).components
        ServerMetrics.answered(status: response.status.code, nanoseconds: took.seconds * 1_000_000_000 + took.attoseconds / 1_000_000_000)
        if !response.headers.contains(.cacheControl) { response.headers.append(Self.noStore) }
        if !response.headers.contains(.referrerPolicy) { response.headers.append(Self.noReferrer) }
        // No endpoint says anything of these two.
        response.headers.append(Self.noSniffing)
        if isHTTPS { response.headers.append(Self.httpsOnly) }
        // RFC 6585 §4, RFC 9110 §10.2.3. A bucket that is empty gives one more within a second; a queue that is full is a second long.
        if response.status == .tooManyRequests || response.status == .serviceUnavailable { response.headers[.retryAfter] = "1" }
        return response
    }

    private static let noStore = HTTPField(name: .cacheControl, value: "no-store")
    private static let noReferrer = HTTPField(name: .referrerPolicy, value: "no-referrer")
    private static let noSniffing = HTTPField(name: .xContentTypeOptions, value: "nosniff")
    private static let httpsOnly = HTTPField(name: .strictTransportSecurity, value: "max-age=31536000")
}

extension HTTPField.Name {
    static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
}
