internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
package import WireFormats

/// Where traces go: OTLP over HTTP, in JSON, to an address that an admin named.
///
/// It may be anywhere, also on this machine or in a private network, so nothing of `OutgoingHTTP`'s rules for addresses that strangers name holds here.
package struct OTLPCollector: Sendable {
    private static let deadline = TimeAmount.seconds(5)
    /// Of an answer that nobody reads.
    private static let answerLimit = 64 << 10

    private let url: String
    private let headers: [(name: String, value: SecretBytes)]
    private let client: HTTPClient

    /// - Parameter endpoint: without the path of traces, as OpenTelemetry's OTEL_EXPORTER_OTLP_ENDPOINT is.
    package init(endpoint: WebAddress, headers: [(name: String, value: SecretBytes)], userAgent: String) {
        let path = endpoint.path.utf8.last == UInt8(ascii: "/") ? endpoint.path.utf8.dropLast() : endpoint.path.utf8[...]
        url = endpoint.origin + String(decoding: path, as: UTF8.self) + "/v1/traces"
        self.headers =
            headers + [
                (name: "user-agent", value: SecretBytes(userAgent)), (name: "content-type", value: SecretBytes("application/json")),
            ]
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: Self.deadline, read: Self.deadline), decompression: .disabled)
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(configuration: configuration)
    }

    package func send(_ document: [UInt8]) async throws(CollectorError) {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers = HTTPHeaders(headers.map { ($0.name, $0.value.revealText()) })
        request.body = .bytes(document)
        let status: Int
        do {
            let response = try await client.execute(request, timeout: Self.deadline)
            // Read to its end, so that the connection can be used again.
            _ = try? await response.body.collect(upTo: Self.answerLimit)
            status = Int(response.status.code)
        } catch let error as HTTPClientError where [.deadlineExceeded, .connectTimeout, .readTimeout].contains(error) {
            throw .unreachable(reason: "it took longer than 5 seconds")
        } catch { throw .unreachable(reason: "the connection failed") }
        guard (200..<300).contains(status) else { throw .status(status) }
    }

    package func close() async { try? await client.shutdown() }
}
