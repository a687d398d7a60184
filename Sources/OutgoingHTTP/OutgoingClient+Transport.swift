package import TokenVerifier

/// The way to identity providers' keys, tokens and profiles.
extension OutgoingClient: HTTPTransport {
    package func send(_ request: HTTPTransportRequest) async throws(HTTPTransportError) -> HTTPTransportResponse {
        do throws(OutgoingError) {
            let reply = try await exchange(
                request.url, method: request.method, headers: request.headers, body: request.body, limit: request.maximumBodySize)
            return HTTPTransportResponse(status: reply.status, headers: reply.headers, body: reply.body)
        } catch {
            switch error {
            case .refusedURL: throw .notAllowed
            case .tooLarge: throw .tooLarge
            case .unreachable: throw .unreachable
            case .untrustedCertificate: throw .untrustedCertificate
            }
        }
    }
}
