import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import OutgoingHTTP
import Synchronization
import Testing
import TokenVerifier
import WireFormats

@Suite("THREATS §1.3: outgoing fetches")
struct OutgoingClientTests {
    private static let loopback = IPAddress("127.0.0.1")!

    private static func error(_ client: OutgoingClient, _ url: String) async -> OutgoingError? {
        do {
            _ = try await client.exchange(url, limit: 1000)
            return nil
        } catch { return error }
    }

    @Test("case 74: http, loopback, private and link-local addresses are refused before anything is sent")
    func refusedURLs() async throws {
        try await LocalServer.run { server in
            let client = OutgoingClient(development: false, seconds: 60)
            for url in [
                "http://localhost:\(server.port)/", "https://localhost:\(server.port)/", "https://127.0.0.1:\(server.port)/",
                "https://[::1]:\(server.port)/", "https://2130706433:\(server.port)/", "https://0x7f.1:\(server.port)/", "https://0:\(server.port)/",
                "https://169.254.169.254/latest/meta-data/", "https://10.0.0.1/", "https://[::ffff:127.0.0.1]:\(server.port)/",
                "http://example.com/", "ftp://example.com/", "https://user@example.com/", "file:///etc/passwd", "/etc/passwd",
            ] {
                let error = await Self.error(client, url)
                guard case .refusedURL = error else {
                    Issue.record("\(url): \(String(describing: error))")
                    continue
                }
            }
            #expect(server.requests == 0)
        }
    }

    @Test("--development allows http and loopback addresses, and nothing else")
    func development() async throws {
        try await LocalServer.run { server in
            let client = OutgoingClient(development: true, seconds: 60)
            let answer1 = try await client.text("http://127.0.0.1:\(server.port)/small")
            #expect(answer1 == "small")
            let answer2 = try await client.text("http://localhost:\(server.port)/small")
            #expect(answer2 == "small")
            for url in [
                "http://169.254.169.254/", "https://169.254.169.254/", "http://10.0.0.1/", "https://192.168.1.1/", "http://8.8.8.8/",
                "http://0.0.0.0:\(server.port)/",
            ] {
                let error = await #expect(throws: OutgoingError.self) { try await client.destinations(url) }
                guard case .refusedURL? = error else {
                    Issue.record("\(url): \(String(describing: error))")
                    continue
                }
            }
        }
    }

    @Test("a name with one address that is refused is refused, whatever the others are")
    func mixedAddresses() async throws {
        let client = OutgoingClient(development: false, seconds: 60, resolve: { _, _ in [IPAddress("8.8.8.8")!, IPAddress("169.254.169.254")!] })
        await #expect(throws: OutgoingError.refusedURL(reason: "metadata.test is a link-local address")) {
            try await client.destinations("https://metadata.test/")
        }
    }

    @Test("the connection is made to the address that was vetted: the name is looked up once (DNS rebinding)")
    func oneLookUp() async throws {
        try await LocalServer.run { server in
            let lookUps = Mutex(0)
            // The system knows no such name, so a second look-up would fail.
            let client = OutgoingClient(
                development: true, seconds: 60,
                resolve: { _, _ in
                    lookUps.withLock { $0 += 1 }
                    return [Self.loopback]
                })
            let answer3 = try await client.text("http://metadata.test:\(server.port)/host")
            #expect(answer3 == "metadata.test:\(server.port)")
            #expect(lookUps.withLock { $0 } == 1)
        }
    }

    @Test("the certificate is verified for the name, and by the trust roots")
    func certificate() async throws {
        try await LocalServer.run(tls: true) { server in
            let roots = NIOSSLTrustRoots.certificates(try NIOSSLCertificate.fromPEMBytes(Array(LocalServer.certificate.utf8)))
            func client(_ roots: NIOSSLTrustRoots?) -> OutgoingClient {
                OutgoingClient(development: true, seconds: 60, resolve: { _, _ in [Self.loopback] }, trustRoots: roots)
            }
            let answer4 = try await client(roots).text("https://metadata.test:\(server.port)/small")
            #expect(answer4 == "small")
            #expect(
                await Self.error(client(roots), "https://other.test:\(server.port)/small")
                    == .unreachable(reason: "its certificate is not for that name"))
            // Without these roots the machine's own trust store decides, and is named.
            guard case .untrustedCertificate(let store) = await Self.error(client(nil), "https://metadata.test:\(server.port)/small") else {
                Issue.record("no trust store is named")
                return
            }
            #expect(store.hasPrefix("/etc/"))
            await #expect(throws: HTTPTransportError.untrustedCertificate) {
                try await client(nil).send(HTTPTransportRequest(url: "https://metadata.test:\(server.port)/small"))
            }
            #expect(server.requests == 1)
        }
    }

    @Test("redirects are not followed, and no cookie is kept")
    func redirectsAndCookies() async throws {
        try await LocalServer.run { server in
            let client = OutgoingClient(development: true, seconds: 60)
            #expect(try await client.exchange("http://127.0.0.1:\(server.port)/redirect", limit: 1000).status == 302)
            _ = try await client.exchange("http://127.0.0.1:\(server.port)/cookie", limit: 1000)
            let answer5 = try await client.text("http://127.0.0.1:\(server.port)/cookie")
            #expect(answer5 == "none")
            #expect(server.requests == 3)
        }
    }

    @Test("never more bytes than asked for, announced or not", arguments: ["/large", "/stream"])
    func limit(path: String) async throws {
        try await LocalServer.run { server in
            let client = OutgoingClient(development: true, seconds: 60)
            await #expect(throws: OutgoingError.tooLarge(limit: 1000)) {
                try await client.exchange("http://127.0.0.1:\(server.port)\(path)", limit: 1000)
            }
        }
    }

    @Test("a server that does not answer is given up", .timeLimit(.minutes(5)))
    func slow() async throws {
        try await LocalServer.run { server in
            let client = OutgoingClient(development: true, seconds: 0.3)
            await #expect(throws: OutgoingError.unreachable(reason: "it took longer than 0 seconds")) {
                try await client.exchange("http://127.0.0.1:\(server.port)/slow", limit: 1000)
            }
        }
    }

    @Test("the time is for the body too: a slow answer is given up, with a connection of its own or a kept one", .timeLimit(.minutes(5)))
    func sendSlowly() async throws {
        try await LocalServer.run { server in
            for connections in [nil, ConnectionPool()] {
                let client = OutgoingClient(development: true, seconds: 0.5, connections: connections)
                await #expect(throws: OutgoingError.unreachable(reason: "it took longer than 0 seconds")) {
                    try await client.exchange("http://127.0.0.1:\(server.port)/slow-body", limit: 1000)
                }
                await connections?.close()
            }
        }
    }

    @Test("who asks for a document that is being fetched gets the same answer; what goes out with a token is never shared")
    func shared() async throws {
        try await LocalServer.run { server in
            let client = OutgoingClient(development: true, seconds: 60)
            let url = "http://127.0.0.1:\(server.port)/later"
            func fetchAtOnce(_ headers: [(name: String, value: String)]) async throws {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<20 {
                        group.addTask {
                            let reply = try await client.exchange(url, headers: headers, limit: 1000)
                            #expect(reply.body == Array("later".utf8))
                        }
                    }
                    try await group.waitForAll()
                }
            }
            try await fetchAtOnce([])
            // One, or a few where this machine was so busy that some asked after the answer.
            let shared = server.requests
            #expect(shared < 10)
            try await fetchAtOnce([("authorization", "Bearer x")])
            #expect(server.requests == shared + 20)
        }
    }

    @Test("connections are kept: 30 requests at once by one client, and none after the pool is closed fails for it")
    func kept() async throws {
        try await LocalServer.run { server in
            let pool = ConnectionPool()
            let client = OutgoingClient(development: true, seconds: 60, connections: pool)
            @Sendable func ask() async throws {
                let url = "http://127.0.0.1:\(server.port)/small"
                let reply = try await client.exchange(url, headers: [("authorization", "Bearer x")], limit: 1000)
                #expect(reply.body == Array("small".utf8))
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<30 { group.addTask { try await ask() } }
                try await group.waitForAll()
            }
            await pool.close()
            try await ask()
            #expect(server.requests == 31)
        }
    }

    @Test("a port nobody listens on is said to be so")
    func nobody() async throws {
        let client = OutgoingClient(development: true, seconds: 60)
        await #expect(throws: OutgoingError.unreachable(reason: "the connection failed: connection refused")) {
            try await client.exchange("http://127.0.0.1:1/", limit: 1000)
        }
    }

    @Test(
        "RFC 9110 §9.2.2: a POST that may have arrived goes to no second address; a GET does, and whatever found no connection",
        .timeLimit(.minutes(2)))
    func secondAddress() async throws {
        try await LocalServer.run { server in
            let twice = OutgoingClient(development: true, seconds: 20, resolve: { _, _ in [Self.loopback, Self.loopback] })
            for (method, count) in [("POST", 1), ("GET", 2)] {
                let before = server.requests
                await #expect(throws: OutgoingError.self) {
                    try await twice.exchange("http://idp.test:\(server.port)/broken", method: method, limit: 1000)
                }
                #expect(server.requests == before + count, "\(method)")
            }
            // Nobody listens at the first address.
            let other = OutgoingClient(development: true, seconds: 20, resolve: { _, _ in [IPAddress("127.0.0.2")!, Self.loopback] })
            let reply = try await other.exchange("http://idp.test:\(server.port)/small", method: "POST", limit: 1000)
            #expect(reply.body == Array("small".utf8))
        }
    }

    @Test("as the verifier's transport it keeps the same rules")
    func transport() async throws {
        try await LocalServer.run { server in
            let url = "http://127.0.0.1:\(server.port)/small"
            await #expect(throws: HTTPTransportError.notAllowed) {
                try await OutgoingClient(development: false, seconds: 60).send(HTTPTransportRequest(url: url))
            }
            let response = try await OutgoingClient(development: true, seconds: 60).send(HTTPTransportRequest(url: url))
            #expect(response.status == 200 && response.body == Array("small".utf8))
        }
    }
}

extension OutgoingClient {
    fileprivate func text(_ url: String) async throws -> String { String(decoding: try await exchange(url, limit: 1000).body, as: UTF8.self) }
}

/// A server on loopback that misbehaves in the ways the tests want.
private struct LocalServer {
    let port: Int
    private let count: Counter

    var requests: Int { count.value.withLock { $0 } }

    private final class Counter: Sendable { let value = Mutex(0) }

    static func run(tls: Bool = false, _ body: @escaping @Sendable (LocalServer) async throws -> Void) async throws {
        let count = Counter()
        let router = Router()
        func get(_ path: RouterPath, _ answer: @escaping @Sendable (Request) async throws -> Response) {
            for method in [HTTPRequest.Method.get, .post] {
                router.on(path, method: method) { request, _ in
                    count.value.withLock { $0 += 1 }
                    return try await answer(request)
                }
            }
        }
        @Sendable func text(_ text: String, _ headers: HTTPFields = [:]) -> Response {
            Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
        }
        get("/small") { _ in text("small") }
        get("/host") { text($0.head.authority ?? "") }
        get("/redirect") { _ in Response(status: .found, headers: [.location: "/small"]) }
        get("/cookie") { text($0.headers[.cookie] ?? "none", [.setCookie: "a=b; Path=/"]) }
        get("/large") { _ in text(String(repeating: "x", count: 1001)) }
        get("/stream") { _ in
            Response(
                status: .ok,
                body: .init { writer in
                    for _ in 0..<1000 { try await writer.write(ByteBuffer(string: String(repeating: "x", count: 100))) }
                    try await writer.finish(nil)
                })
        }
        get("/slow-body") { _ in
            Response(
                status: .ok,
                body: .init { writer in
                    for _ in 0..<600 {
                        try await writer.write(ByteBuffer(string: "x"))
                        try await Task.sleep(for: .milliseconds(100))
                    }
                    try await writer.finish(nil)
                })
        }
        // The connection ends before the answer does.
        get("/broken") { _ in
            Response(
                status: .ok, headers: [.contentLength: "100"],
                body: .init { _ in throw HTTPError(.badGateway) })
        }
        get("/later") { _ in
            try await Task.sleep(for: .seconds(2))
            return text("later")
        }
        get("/slow") { _ in
            try await Task.sleep(for: .seconds(5))
            return text("late")
        }
        var quiet = Logger(label: "test")
        quiet.logLevel = .critical
        let (ports, portFound) = AsyncStream.makeStream(of: Int.self)
        let configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8)).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem)))
        let application = Application(
            router: router, server: tls ? try .tls(.http1(), tlsConfiguration: configuration) : .http1(),
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in portFound.yield(channel.localAddress?.port ?? 0) }, logger: quiet)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            group.addTask {
                for await port in ports {
                    try await body(LocalServer(port: port, count: count))
                    return
                }
            }
            // The server ends with an error only where the test's own part has not ended it.
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    // Made for these tests alone: openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -days 36500 -subj /CN=metadata.test
    //   -addext subjectAltName=DNS:metadata.test
    static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBoTCCAUegAwIBAgIUZ1GXROf0K5iTbpN0UtgpfANR/+gwCgYIKoZIzj0EAwIw
        GDEWMBQGA1UEAwwNbWV0YWRhdGEudGVzdDAgFw0yNjExMjQwNzMxMDhaGA8yMTI2
        MTAzMTA3MzEwOFowGDEWMBQGA1UEAwwNbWV0YWRhdGEudGVzdDBZMBMGByqGSM49
        AgEGCCqGSM49AwEHA0IABNVbQGAdhTKXgWzF54k6lqIO+hQ2STsU+lMshwQQr6SG
        LeE/X5KAkPJJ+htYTFYr7N5yghqVAwZ1aTvh/KCG8aOjbTBrMB0GA1UdDgQWBBSj
        iz4RJZILNdbgXAUutysr0uq9XTAfBgNVHSMEGDAWgBSjiz4RJZILNdbgXAUutysr
        0uq9XTAPBgNVHRMBAf8EBTADAQH/MBgGA1UdEQQRMA+CDW1ldGFkYXRhLnRlc3Qw
        CgYIKoZIzj0EAwIDSAAwRQIhAOTujrehwuy03MtXnaBRHe8V+wnEuM8Cdh/1OHKR
        JNW2AiBhwWtU1+YIFonJR9pgCJiWa4CyuT9yme4X09tJe4mlUw==
        -----END CERTIFICATE-----
        """

    private static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg0NYFUJxQnCjxo1ng
        gtkJyBXMHomybye/ZWhMV5Y6XRqhRANCAATVW0BgHYUyl4FsxeeJOpaiDvoUNkk7
        FPpTLIcEEK+khi3hP1+SgJDySfobWExWK+zecoIalQMGdWk74fyghvGj
        -----END PRIVATE KEY-----
        """
}
