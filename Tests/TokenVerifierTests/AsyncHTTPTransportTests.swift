import Foundation
import Glibc
import Testing
import TokenVerifier

/// A server on a loopback port that gives each path a fixed answer; it ends with the test.
private final class LoopbackServer: Sendable {
    let port: UInt16
    private let listener: Int32

    init?(_ answers: (_ port: UInt16) -> [String: String]) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 16) == 0 && getsockname(listener, $0, &size) == 0
            }
        }
        guard bound else { return nil }
        (self.listener, port) = (listener, UInt16(bigEndian: address.sin_port))
        let answers = answers(port)
        Thread.detachNewThread {
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                Thread.detachNewThread { Self.answer(connection, answers) }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private static func answer(_ connection: Int32, _ answers: [String: String]) {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = max(0, read(connection, &buffer, buffer.count))
        let path = String(decoding: buffer[..<count], as: UTF8.self).split(separator: " ").dropFirst().first.map(String.init) ?? ""
        if let answer = answers[path] {
            let bytes = Array(answer.utf8)
            var sent = 0
            while sent < bytes.count {
                let written = bytes[sent...].withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                guard written > 0 else { break }
                sent += written
            }
        } else {
            // No answer: the client goes away first.
            while read(connection, &buffer, buffer.count) > 0 {}
        }
        close(connection)
    }
}

@Suite("The default transport: https, small, quick, no redirects (THREATS 1.3)", .serialized, .timeLimit(.minutes(2)))
struct AsyncHTTPTransportTests {
    private static func reply(_ status: String, _ body: String, _ headers: String = "") -> String {
        "HTTP/1.1 \(status)\r\ncontent-length: \(body.utf8.count)\r\nconnection: close\r\n\(headers)\r\n\(body)"
    }

    private let server = LoopbackServer { _ in
        [
            "/ok": reply("200 OK", "{}", "Cache-Control: max-age=60\r\n"), "/redirect": reply("302 Found", "", "location: /ok\r\n"),
            "/large": reply("200 OK", String(repeating: "x", count: 1024 * 1024 + 1)), "/broken": "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nx",
        ]
    }

    private func get(_ path: String, timeout: Int = 60) async -> Result<HTTPTransportResponse, HTTPTransportError> {
        guard let server else { return .failure(.unreachable) }
        var request = HTTPTransportRequest(url: "http://127.0.0.1:\(server.port)\(path)", headers: [("accept", "application/json")])
        request.timeout = timeout
        do throws(HTTPTransportError) { return .success(try await AsyncHTTPTransport().send(request)) } catch { return .failure(error) }
    }

    private func error(_ result: Result<HTTPTransportResponse, HTTPTransportError>) -> HTTPTransportError? {
        if case .failure(let error) = result { error } else { nil }
    }

    @Test("an answer is read with its status, header fields and body") func good() async throws {
        let response = try await get("/ok").get()
        #expect(response.status == 200 && response.body == Array("{}".utf8) && response.header("cache-control") == "max-age=60")
    }

    @Test("a redirect is an answer and is not followed") func redirect() async throws {
        #expect(try await get("/redirect").get().status == 302)
    }

    @Test("more than 1 MiB, no answer in time, a broken answer") func limits() async {
        #expect(error(await get("/large")) == .tooLarge)
        #expect(error(await get("/slow", timeout: 1)) == .timeout)
        #expect(error(await get("/broken")) == .unreachable)
    }

    @Test(
        "http to other hosts, other schemes and no URLs are never asked",
        arguments: [
            "http://id.example.com/", "http://169.254.169.254/", "file:///etc/passwd", "ftp://127.0.0.1/", "", "http://localhost@id.example.com/",
            "unix:/x",
        ])
    func notAllowed(url: String) async {
        await #expect(throws: HTTPTransportError.notAllowed) { try await AsyncHTTPTransport().send(HTTPTransportRequest(url: url)) }
    }

    @Test("nobody listens: not reachable") func unreachable() async {
        await #expect(throws: HTTPTransportError.unreachable) {
            try await AsyncHTTPTransport().send(HTTPTransportRequest(url: "http://127.0.0.1:1/"))
        }
    }

    @Test("a verifier with its own transport verifies against an issuer on loopback") func discovery() async throws {
        let mint = Mint()
        let server = LoopbackServer { port in
            let document = #"{"issuer":"http://127.0.0.1:\#(port)/p","jwks_uri":"http://127.0.0.1:\#(port)/jwks"}"#
            return [
                "/p/.well-known/openid-configuration": Self.reply("200 OK", document), "/jwks": Self.reply("200 OK", #"{"keys":[\#(mint.jwk)]}"#),
            ]
        }
        let issuer = "http://127.0.0.1:\(try #require(server?.port))/p"
        let verifier = TokenVerifier(issuer: issuer, audience: Mint.audience, clock: { Mint.now })
        #expect(try await verifier.verify(accessToken: mint.accessToken(["iss": Mint.quoted(issuer)])).subject == "user-1")
        withExtendedLifetime(server) {}
    }
}
