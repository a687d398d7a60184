import HTTPTypes
import Synchronization
import TestSupport
import Testing
import Tracing
import WireFormats

@testable import OpenTelemetry

/// What a collector got: the text of every document.
private final class Documents: Sendable {
    private let state = Mutex<[[UInt8]]>([])

    func tracer(ratio: Double, isBegunByProxy: Bool) -> (RequestTracer, SpanExporter) {
        let exporter = SpanExporter(
            service: TracedService(name: "test", version: "1", instance: "i"),
            send: { [self] document throws(CollectorError) in state.withLock { $0.append(document) } }, complain: { _ in })
        return (RequestTracer(ratio: ratio, isBegunByProxy: isBegunByProxy, exporter: exporter), exporter)
    }

    var text: String { state.withLock { $0 }.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n") }
}

@Suite("Traces of requests: what is in them, and whose word counts")
struct TracedRequestsTests {
    private static let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    private func traced(
        ratio: Double, isBehindProxy: Bool = false, isBegunByProxy: Bool = false, _ body: @escaping @Sendable (TestServer) async throws -> Void
    ) async throws -> String {
        let documents = Documents()
        let (tracer, exporter) = documents.tracer(ratio: ratio, isBegunByProxy: isBegunByProxy)
        try await TestServer.run(isBehindProxy: isBehindProxy, tracer: tracer) { server in try await body(server) }
        await exporter.finish()
        return documents.text
    }

    @Test("a sign-in: its routes, the pool, the provider and the steps; no name, cookie, code, state or query") func signIn() async throws {
        let seen = Mutex("")
        let text = try await traced(ratio: 1) { server in
            let code = try await Browser(server).signIn(server.app)
            seen.withLock { $0 = code }
        }
        for words in [
            #""name":"GET /{pool}/oauth2/authorize""#, #""name":"POST /{pool}/saml2/idpresponse""#, #""name":"verify SAML message""#,
            #""name":"map identity""#, #""name":"write database""#, #""key":"countersign.provider""#, #""key":"countersign.pool""#,
        ] { #expect(text.contains(words), "\(words)") }
        let code = seen.withLock { $0 }
        #expect(!code.isEmpty && !text.contains(code))
        for words in ["@", "?", "SAMLResponse", "state=", "SELECT", "INSERT", "https:"] { #expect(!text.contains(words), "\(words)") }
    }

    @Test("what is refused is kept whatever part of the others is, under the reference of the page") func refused() async throws {
        let reference = Mutex("")
        let text = try await traced(ratio: 0) { server in
            _ = try await server.send(.get, server.pool + "/.well-known/openid-configuration")
            _ = try await server.send(.get, "/scanner.php")
            _ = try await server.send(.get, "/local_nobody12/login")
            _ = try await server.send(.get, server.pool + "/oauth2/authorize?client_id=nobody&state=a-state-of-somebody")
            reference.withLock { $0 = server.log.lines.last { $0.metadata["code"] != nil }?.metadata["reference"] ?? "" }
        }
        let expected = reference.withLock { $0 }
        #expect(expected.utf8.count == 12 && text.contains(#"{"key":"countersign.reference","value":{"stringValue":"\#(expected)"}}"#))
        #expect(text.contains(#""key":"error.type""#) && text.contains(#""status":{"code":2}"#))
        for words in ["openid-configuration", "scanner", "unknown_pool", "a-state-of-somebody"] { #expect(!text.contains(words), "\(words)") }
    }

    @Test("traceparent is a trusted proxy's word where that begins traces, and nobody else's", arguments: [true, false], [true, false])
    func parent(isBehindProxy: Bool, isBegunByProxy: Bool) async throws {
        let name = try #require(HTTPField.Name("traceparent"))
        let text = try await traced(ratio: 1, isBehindProxy: isBehindProxy, isBegunByProxy: isBegunByProxy) { server in
            _ = try await server.send(.get, "/healthz", headers: [name: Self.parent])
        }
        #expect(text.contains("healthz"))
        #expect(text.contains("0af7651916cd43dd8448eb211c80319c") == (isBehindProxy && isBegunByProxy))
        #expect(text.contains(#""parentSpanId":"b7ad6b7169203331""#) == (isBehindProxy && isBegunByProxy))
    }

    @Test("a header that came twice is nobody's word") func twice() async throws {
        let name = try #require(HTTPField.Name("traceparent"))
        let text = try await traced(ratio: 1, isBehindProxy: true) { server in
            var headers: HTTPFields = [name: Self.parent]
            headers.append(HTTPField(name: name, value: Self.parent))
            _ = try await server.send(.get, "/healthz", headers: headers)
        }
        #expect(text.contains("healthz") && !text.contains("0af7651916cd43dd8448eb211c80319c"))
    }
}
