internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
public import TokenVerifierCore
internal import WireFormats

/// The transport a verifier uses unless given another one: AsyncHTTPClient, https only (http to loopback hosts for development), no redirects,
/// no proxy, no cookies.
///
/// A client is made for each request and closed after it. Keys are asked for a few times an hour, so nothing is gained by an open connection,
/// and nothing has to be shut down by whoever holds a verifier.
public struct AsyncHTTPTransport: HTTPTransport {
    public init() {}

    public func send(_ request: HTTPTransportRequest) async throws(HTTPTransportError) -> HTTPTransportResponse {
        guard WebAddress.isAllowed(request.url) else { throw .notAllowed }
        let timeout = TimeAmount.seconds(Int64(max(1, min(request.timeout, 60))))
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: timeout, read: timeout), decompression: .disabled)
        configuration.httpVersion = .http1Only
        // A refused connection is an answer; trying again until the time is over brings nothing.
        configuration.connectionPool.retryConnectionEstablishment = false
        var outgoing = HTTPClientRequest(url: request.url)
        outgoing.method = HTTPMethod(rawValue: request.method)
        outgoing.headers = HTTPHeaders(request.headers.map { ($0.name, $0.value) })
        if !request.body.isEmpty { outgoing.body = .bytes(request.body) }
        let ready = outgoing
        do {
            return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
                let response = try await client.execute(ready, timeout: timeout)
                let body = try await response.body.collect(upTo: request.maximumBodySize)
                return HTTPTransportResponse(
                    status: Int(response.status.code), headers: response.headers.map { (name: $0.name, value: $0.value) },
                    body: Array(body.readableBytesView))
            }
        } catch is NIOTooManyBytesError {
            throw .tooLarge
        } catch let error as HTTPClientError where error == .deadlineExceeded || error == .connectTimeout || error == .readTimeout {
            throw .timeout
        } catch {
            throw .unreachable
        }
    }
}
