import Foundation
import Gateway
import GatewayServer
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import TestSupport
import Testing

@Suite("Limits for each address, and deadlines (THREATS P20, case 122)")
struct LimitTests {
    @Test("case 122: who started too many sign-ins gets status 429, when to come again, and a reference; nothing is stored")
    func tooManyStarted() async throws {
        let drain: @Sendable (GatewayApplication) -> Void = { gateway in while gateway.signIn.started.start(from: "127.0.0.1") {} }
        try await TestServer.run(over: .live, prepare: drain) { server in
            try await server.expectRefusal("sign_in.too_many_started", status: 429) {
                let answer = try await Browser(server).get(server.app.authorizeURL(server))
                #expect(answer.headers[.retryAfter] == "1")
                return answer
            }
            // What is no start is served.
            #expect(try await server.get(server.fixture.issuer + "/.well-known/jwks.json").status == 200)
        }
    }

    @Test("a slow head ends the connection; a slow body becomes an error to its reader", .timeLimit(.minutes(10)))
    func late() async throws {
        try await with(RequestDeadline(limit: .seconds(10), grace: .minutes(20))) { port in
            async let silent = Self.send("", to: port) { connection in try await connection.receive { _ in false } }
            async let head = Self.send("GET /quick HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", to: port) { try await $0.sendSlowly() }
            async let body = Self.send(Self.post("/read"), to: port) { try await $0.sendSlowly { $0.contains("too slow") } }
            async let second = Self.send("GET /quick HTTP/1.1\r\nHost: localhost\r\n\r\n" + Self.post("/read"), to: port) { connection in
                try await connection.sendSlowly { $0.contains("too slow") }
            }
            let answers = try await [silent, head, body, second]
            #expect(answers[0] == "" && answers[1] == "")
            #expect(answers[2].hasPrefix("HTTP/1.1 200 ") && answers[2].hasSuffix("too slow"))
            #expect(answers[3].hasPrefix("HTTP/1.1 200 ") && answers[3].contains("quick") && answers[3].hasSuffix("too slow"))
        }
    }

    @Test("a slow body ends the connection, whether anybody reads it or not", .timeLimit(.minutes(10)))
    func closed() async throws {
        try await with(RequestDeadline(limit: .seconds(1), grace: .seconds(1))) { port in
            // It comes back only when the server does not even listen any more.
            async let read = Self.send(Self.post("/read"), to: port) { try await $0.sendSlowly() }
            async let unread = Self.send(Self.post("/unread"), to: port) { try await $0.sendSlowly() }
            _ = try await (read, unread)
        }
    }

    /// A server without an idle time: but for the deadline every connection would stay.
    private func with(_ deadline: @escaping @autoclosure @Sendable () -> RequestDeadline, _ body: @Sendable (Int) async throws -> Void) async throws {
        let router = Router(context: GatewayContext.self)
        router.get("quick") { _, _ in "quick" }
        router.post("unread") { _, _ in "unread" }
        router.post("read") { request, _ in
            do { return String(buffer: try await request.body.collect(upTo: 10_000)) } catch is RequestTooSlow { return "too slow" }
        }
        let application = Application(
            router: router, server: .http1(configuration: .init(additionalChannelHandlers: [RequestDeadline.Placement(deadline)])))
        try await application.test(.live) { client in try await body(try #require(client.port)) }
    }

    private static func post(_ path: String) -> String { "POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000\r\n\r\n" }

    /// What comes back.
    private static func send(_ beginning: String, to port: Int, then wait: (RawConnection) async throws -> Void) async throws -> String {
        let connection = try RawConnection(port: port)
        connection.send(beginning)
        try await wait(connection)
        return connection.received
    }
}
