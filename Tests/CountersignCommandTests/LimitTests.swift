import Gateway
import Foundation
import GatewayServer
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import TestSupport
import Testing
import WireFormats

@testable import CountersignCommand

@Suite("Limits of the real server (THREATS P20, case 122)", .serialized)
struct ServerLimitTests {
    private struct Running {
        let port: Int
        let pool: String
        let log: @Sendable () -> String
    }

    private func with(_ body: (Running) async throws -> Void) async throws {
        try await TestFolder.with { folder in
            let binary = Binary(folder: folder, environment: ["COUNTERSIGN_PUBLIC_URL": "http://localhost:8080"])
            let made = try await binary.run("pool", "create", "staff", "--signing-algorithm", "ES256", "--output", "json")
            let pool = try #require(made.object["id"] as? String, "\(made.error)")
            let server = try binary.start(["serve", "--listen", "127.0.0.1:0", "--log-format", "json"], output: "out", error: "log")
            defer { server.terminate() }
            let port = try #require(try await binary.address(ofServerLoggingTo: "log").split(separator: ":").last.flatMap { Int($0) })
            try await body(Running(port: port, pool: pool, log: { binary.text("log") }))
        }
    }

    @Test(
        "case 122: a slow body is answered with status 408 and cut off, a slow head is cut off; others are served meanwhile",
        .timeLimit(.minutes(10)))
    func slow() async throws {
        try await with { server in
            func sendSlowly(_ beginning: String) async throws -> String {
                let connection = try RawConnection(port: server.port)
                connection.send(beginning + "\r\nHost: localhost\r\n")
                try await connection.sendSlowly()
                return connection.received
            }
            func post(_ path: String) async throws -> String {
                let connection = try RawConnection(port: server.port)
                connection.send("POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n")
                try await connection.sendSlowly()
                return connection.received
            }
            async let page = post("/\(server.pool)/saml2/idpresponse")
            async let token = post("/\(server.pool)/oauth2/token")
            async let unread = post("/nothing/here")
            async let head = sendSlowly("GET /healthz HTTP/1.1")
            // By no client of ours: its deadline is shorter than a busy machine takes.
            let other = try RawConnection(port: server.port)
            other.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            try await other.receive { _ in false }
            #expect(other.received.hasPrefix("HTTP/1.1 200 ") && other.received.hasSuffix("ok\n"))

            let (shown, told, missing, nothing) = try await (page, token, unread, head)
            #expect(shown.hasPrefix("HTTP/1.1 408 ") && shown.contains("text/html"))
            let reference = try #require(shown.firstMatch(of: #/<code>([A-Z0-9]{12})<\/code>/#)).output.1
            let line = server.log().split(separator: "\n").first { $0.contains(reference) }
            #expect(line?.contains("http.too_slow") == true)
            // An app is told in its own words (RFC 6749 §5.2).
            #expect(told.hasPrefix("HTTP/1.1 400 ") && told.contains("invalid_request"))
            #expect(missing.hasPrefix("HTTP/1.1 404 "))
            #expect(nothing == "")
        }
    }

    @Test("case 122: what is counted by address counts the client behind a trusted proxy, and nothing that anybody else says (THREATS P10)")
    func forwarded() async throws {
        for (trusted, forwarded, client) in [
            ("127.0.0.0/8", "198.51.100.1", "198.51.100.1"), ("127.0.0.0/8", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
            ("10.0.0.0/8", "198.51.100.1", "127.0.0.1"),
        ] {
            #expect(try await address(trusting: try #require(AddressRange(trusted)), forwarded: forwarded) == client)
        }
    }

    /// Whom a request is counted for.
    private func address(trusting trusted: AddressRange, forwarded: String) async throws -> String {
        let (ports, started) = AsyncStream<Int>.makeStream()
        let inner = CallbackResponder { (_: Request, context: GatewayContext) in
            Response(status: .ok, headers: [.connection: "close"], body: .init(byteBuffer: ByteBuffer(string: context.clientAddress ?? "nobody")))
        }
        let application = Application(
            responder: RequestLog(inner: inner, level: .error, trustedProxies: [trusted]),
            configuration: .init(address: .hostname("127.0.0.1", port: 0)), onServerRunning: { started.yield($0.localAddress?.port ?? 0) })
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            let port = try #require(await ports.first { _ in true })
            let connection = try RawConnection(port: port)
            connection.send("GET / HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: \(forwarded)\r\nConnection: close\r\n\r\n")
            try await connection.receive { _ in false }
            group.cancelAll()
            return connection.received.split(separator: "\r\n").last.map(String.init) ?? ""
        }
    }
}
