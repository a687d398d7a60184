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
        ServerMetrics.answered(status: response.status.code, since: began)
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        if response.headers[.referrerPolicy] == nil { response.headers[.referrerPolicy] = "no-referrer" }
        response.headers[.xContentTypeOptions] = "nosniff"
        // RFC 6585 §4, RFC 9110 §10.2.3. Where nothing else is known: a bucket that is empty gives one more within a second; a queue that is full is a
        // second long.
        if response.status == .tooManyRequests || response.status == .serviceUnavailable, response.headers[.retryAfter] == nil {
            response.headers[.retryAfter] = "1"
        }
        if isHTTPS { response.headers[.strictTransportSecurity] = "max-age=31536000" }
        return response
    }
}

extension HTTPField.Name {
    static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
}
