import Hummingbird
import Logging
import NIOCore

/// A provider's documents on this machine, for commands with `--development`.
enum LocalServer {
    /// - Parameters:
    ///   - documents: by path, of the address that they stand below.
    static func with<Value: Sendable>(
        _ documents: @escaping @Sendable (_ origin: String) -> [String: [UInt8]], _ body: (_ origin: String) async throws -> Value
    ) async throws -> Value {
        let (ports, started) = AsyncStream<Int>.makeStream()
        let responder = CallbackResponder { (request: Request, context: BasicRequestContext) in
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
}
