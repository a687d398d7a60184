import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// A provider's documents on this machine, for commands with `--development`.
enum LocalServer {
    /// - Parameters:
    ///   - documents: by path, of the address that they stand below.
    ///   - clients: by whose `Authorization` the token endpoint knows them. It knows no code.
    static func with<Value: Sendable>(
        _ documents: @escaping @Sendable (_ origin: String) -> [String: [UInt8]], clients: Set<String> = [],
        _ body: (_ origin: String) async throws -> Value
    ) async throws -> Value {
        let (ports, started) = AsyncStream<Int>.makeStream()
        let responder = CallbackResponder { (request: Request, context: BasicRequestContext) in
            if request.method == .post, request.uri.path == "/token" {
                let isKnown = request.headers[.authorization].map(clients.contains) ?? false
                return Response(
                    status: isKnown ? .badRequest : .unauthorized, headers: [.contentType: "application/json"],
                    body: .init(byteBuffer: ByteBuffer(string: #"{"error":"\#(isKnown ? "invalid_grant" : "invalid_client")"}"#)))
            }
            // Nobody asks before the port is known; the host that was asked names it.
            let document = documents("http://" + (request.head.authority ?? ""))[request.uri.path]
            return Response(status: document == nil ? .notFound : .ok, body: .init(byteBuffer: ByteBuffer(bytes: document ?? [])))
        }
        // It is cancelled at the end, which is not worth a line.
        var logger = Logger(label: "documents")
        logger.logLevel = .critical
        let application = Application(
            responder: responder, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { started.yield($0.localAddress?.port ?? 0) }, logger: logger)
        let server = Task { try await application.run() }
        defer { server.cancel() }
        return try await body("http://127.0.0.1:\(await ports.first { _ in true } ?? 0)")
    }

    static func basic(_ client: String, _ secret: String) -> String { "Basic " + Data("\(client):\(secret)".utf8).base64EncodedString() }
}
