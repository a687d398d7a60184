import AsyncHTTPClient
import Foundation
import Glibc
import NIOCore
import NIOHTTP1
import Testing

@testable import CountersignCommand

@Suite("CONTRACT, --metrics-listen: metrics have a listener of their own")
struct MetricsServerTests {
    private func get(_ url: String) async throws -> (status: Int, text: String) {
        let response = try await HTTPClient.shared.execute(HTTPClientRequest(url: url), timeout: .seconds(20))
        return (Int(response.status.code), String(buffer: try await response.body.collect(upTo: 1 << 20)))
    }

    /// A port of this machine on which somebody listens until the body has ended.
    private func withListener(port wanted: UInt16 = 0, _ body: (UInt16) async throws -> Void) async throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = wanted.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                // Where it is taken already, all the better.
                if bind(listener, address, length) == 0 { listen(listener, 1) }
                getsockname(listener, address, &length)
            }
            return UInt16(bigEndian: pointer.pointee.sin_port)
        }
        try await body(wanted == 0 ? port : wanted)
    }

    private func start(_ binary: Binary, _ words: [String] = []) throws -> ChildProcess {
        try binary.start(
            ["serve", "--listen", "127.0.0.1:0", "--public-url", "https://id.test", "--log-format", "json"] + words, output: "out", error: "log")
    }

    @Test("they are read there, and nowhere else; nothing else is there")
    func own() async throws {
        try await TestFolder.with { folder in
            let binary = Binary(folder: folder, environment: ["COUNTERSIGN_METRICS_LISTEN": "127.0.0.1:0"])
            let server = try start(binary)
            defer { server.terminate() }
            let gateway = try await binary.address(ofServerLoggingTo: "log")
            let metricsAddress = try await binary.address(ofServerLoggingTo: "log", message: "metrics are served")
            #expect(try await get("http://\(gateway)/healthz").status == 200)
            #expect(try await get("http://\(gateway)/metrics").status == 404)
            let metrics = try await get("http://\(metricsAddress)/metrics")
            #expect(metrics.status == 200 && metrics.text.contains("countersign_http_request_seconds_count"))
            #expect(try await get("http://\(metricsAddress)/healthz").status == 404)
            server.terminate()
            #expect(await server.wait() == .exit(0))
        }
    }

    @Test("an address that was named and is taken ends the start, with the flag that names another")
    func taken() async throws {
        try await TestFolder.with { folder in
            try await withListener { port in
                let binary = Binary(folder: folder)
                let server = try start(binary, ["--metrics-listen", "127.0.0.1:\(port)"])
                #expect(await server.wait() == .exit(1))
                // As where the other port is taken: nothing was said to be ready, and nothing has to stop.
                let lines = binary.text("log").split(separator: "\n").filter {
                    !$0.contains(#""level":"warning""#) && !$0.contains("made a new database")
                }
                #expect(lines.count == 2 && lines.first?.hasPrefix("error: listen.in_use: ") == true, "\(lines)")
                #expect(binary.text("log").contains("error: listen.in_use: ") && binary.text("log").contains("--metrics-listen 127.0.0.1:"))
            }
        }
    }

    @Test("where the default is taken by another server, this one serves without")
    func defaultTaken() async throws {
        try await TestFolder.with { folder in
            try await withListener(port: 9464) { _ in
                let binary = Binary(folder: folder, environment: ["COUNTERSIGN_METRICS_LISTEN": ""])
                let server = try start(binary)
                defer { server.terminate() }
                let gateway = try await binary.address(ofServerLoggingTo: "log")
                for _ in 0..<500 where !binary.text("log").contains("listen.in_use") { try await Task.sleep(for: .milliseconds(10)) }
                #expect(binary.text("log").contains("listen.in_use"))
                #expect(try await get("http://\(gateway)/healthz").status == 200)
                server.terminate()
                #expect(await server.wait() == .exit(0))
            }
        }
    }
}
