import Gateway
@testable import GatewayServer
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

    @Test("case 147: what bodies may hold together is bounded for the whole process; more gets 503, and small ones are still read")
    func bodyBudget() async throws {
        try await TestServer.run(bodies: BodyBudget(bytes: 400 << 10, share: 400 << 10)) { server in
            let large = String(repeating: "a", count: 250 << 10)
            try await server.expectRefusal("http.busy", status: 503) {
                let answer = try await server.post(server.fixture.assertionConsumerService, [("SAMLResponse", large)])
                #expect(answer.headers[.retryAfter] == "1")
                return answer
            }
            // A body of an app is refused in its own words, and what was taken was given back.
            try await server.expectError("invalid_request", status: 413) {
                try await server.post(server.fixture.issuer + "/oauth2/token", [("code", String(large.prefix(100 << 10)))])
            }
            #expect(server.bodies.isUnused)
            try await server.expectRefusal("saml.malformed") {
                try await server.post(server.fixture.assertionConsumerService, [("SAMLResponse", String(large.prefix(150 << 10)) + "=")])
            }
            #expect(server.bodies.isUnused)
        }
    }

    @Test("case 147: bodies that wait in the middle count together", .timeLimit(.minutes(5)))
    func bodiesTogether() async throws {
        let budget = BodyBudget(bytes: 300 << 10, share: 300 << 10)
        try await with(RequestDeadline(), bodies: budget) { port in
            // Two that hold 100 kB each: half of the budget is the most for large ones.
            let post = "POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200000\r\n\r\n" + String(repeating: "x", count: 100_000)
            let first = try RawConnection(port: port)
            first.send(post)
            while budget.isUnused { try await Task.sleep(for: .milliseconds(5)) }
            let second = try RawConnection(port: port)
            second.send(post)
            try await second.receive { $0.contains("too much") }
            #expect(second.received.hasSuffix("too much"))
            let small = try RawConnection(port: port)
            small.send("POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nok")
            try await small.receive { $0.hasSuffix("ok") }
            #expect(small.received.hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test("case 147: one client network holds no more than its share, however small its bodies are", .timeLimit(.minutes(5)))
    func bodiesOfOneNetwork() async throws {
        let budget = BodyBudget(bytes: 1 << 20, share: 20_000)
        try await with(RequestDeadline(), bodies: budget) { port in
            let stalled = "POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8000\r\n\r\n" + String(repeating: "x", count: 7_000)
            var connections: [RawConnection] = []
            for _ in 0..<3 {
                connections.append(try RawConnection(port: port))
                connections.last?.send(stalled)
            }
            // Whichever comes last.
            while !connections.contains(where: { $0.received.hasSuffix("too much") }) {
                for connection in connections {
                    var looks = 0
                    try await connection.receive { _ in
                        looks += 1
                        return looks > 1
                    }
                }
            }
            // Each gives back what was its own, and no more than that is kept of the network.
            connections = []
            for _ in 0..<2_000 where !budget.isUnused { try await Task.sleep(for: .milliseconds(10)) }
            #expect(budget.isUnused)
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
            async let later = Self.send("GET /quick HTTP/1.1\r\nHost: localhost\r\n\r\nGET /quick HTTP/1.1\r\nX-Slow: ", to: port) {
                try await $0.sendSlowly()
            }
            let answers = try await [silent, head, body, second, later]
            #expect(answers[0] == "" && answers[1] == "")
            #expect(answers[4].hasPrefix("HTTP/1.1 200 ") && answers[4].hasSuffix("quick"))
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

    @Test(
        "whoever waits for the end of the connection gets it (RFC 9112 §9.3)", .timeLimit(.minutes(1)),
        arguments: [
            "GET /quick HTTP/1.0\r\n\r\n", "GET /quick HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
            "GET /quick HTTP/1.1\r\nHost: localhost\r\nConnection: Close\r\n\r\n",
            "GET /quick HTTP/1.1\r\nHost: localhost\r\nConnection: TE, close\r\n\r\n",
        ])
    func lastRequest(_ request: String) async throws {
        try await with(RequestDeadline(limit: .minutes(20), grace: .minutes(20))) { port in
            let answer = try await Self.send(request, to: port) { connection in try await connection.receive { _ in false } }
            #expect(answer.hasPrefix("HTTP/1.1 200 ") && answer.hasSuffix("quick"))
        }
    }

    /// A server without an idle time: but for the deadline every connection would stay.
    private func with(
        _ deadline: @escaping @autoclosure @Sendable () -> RequestDeadline, bodies: BodyBudget = BodyBudget(),
        _ body: @Sendable (Int) async throws -> Void
    ) async throws {
        let router = Router(context: GatewayContext.self)
        router.add(middleware: CountedBodies(budget: bodies))
        router.get("quick") { _, _ in "quick" }
        router.post("unread") { _, _ in "unread" }
        router.post("read") { request, _ in
            do { return String(buffer: try await request.body.collect(upTo: 1 << 20)) } catch is RequestTooSlow {
                return "too slow"
            } catch is BodiesTooMany {
                return "too much"
            }
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
