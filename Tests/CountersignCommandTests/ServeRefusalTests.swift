import Gateway
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import OutgoingHTTP
import TestSupport
import Testing
import WireFormats

@testable import CountersignCommand

@Suite("countersign serve: TLS, and what it does not begin with")
struct ServeRefusalTests {
    @Test("TLS of its own: the certificate that was given, 1.2 and later; in the clear nothing is answered")
    func tls() async throws {
        try await TestFolder.with { folder in
            let binary = Binary(folder: folder)
            try folder.write(TestCertificate.first.chain, to: "certificate.pem")
            try folder.write(TestCertificate.first.key, to: "key.pem")
            let server = try binary.start(
                [
                    "serve", "--listen", "127.0.0.1:0", "--public-url", "https://id.test", "--tls-certificate", "certificate.pem", "--tls-key",
                    "key.pem", "--log-format", "json",
                ], output: "out", error: "log")
            defer { if server.isRunning { server.terminate() } }
            let port = try #require(Int(try await binary.address(ofServerLoggingTo: "log").dropFirst("127.0.0.1:".count)))
            let roots = try NIOSSLCertificate.fromPEMBytes(Array(TestCertificate.first.chain.utf8))
            let client = OutgoingClient(
                development: true, seconds: 60, resolve: { _, _ in [IPAddress("127.0.0.1")!] }, trustRoots: .certificates(roots))
            #expect(try await client.fetch("https://id.test:\(port)/readyz", limit: 100) == Array("ready\n".utf8))
            await #expect(throws: (any Error).self) { try await client.fetch("http://127.0.0.1:\(port)/readyz", limit: 100) }

            for (version, isSpoken) in [(TLSVersion.tlsv11, false), (.tlsv12, true), (.tlsv13, true)] {
                var tls = TLSConfiguration.makeClientConfiguration()
                tls.trustRoots = .certificates(roots)
                (tls.minimumTLSVersion, tls.maximumTLSVersion) = (version == .tlsv11 ? .tlsv1 : version, version)
                var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
                configuration.dnsOverride = ["id.test": "127.0.0.1"]
                configuration.connectionPool.retryConnectionEstablishment = false
                let status = try? await HTTPClient.withHTTPClient(configuration: configuration) { client in
                    try await client.execute(HTTPClientRequest(url: "https://id.test:\(port)/healthz"), timeout: .seconds(5)).status.code
                }
                #expect(status == (isSpoken ? 200 : nil), "\(version)")
            }
            server.terminate()
            #expect(await server.wait() == .exit(0))
        }
    }

    @Test(
        "it does not begin where it could not serve safely or at all; nothing is made then",
        arguments: [
            (["--listen", "0.0.0.0:0", "--public-url", "https://id.test"], 64, "configuration.listen"),
            (["--listen", "127.0.0.1:0"], 64, "configuration.public_url"), (["--public-url", "http://id.test"], 64, "configuration.public_url"),
            (["--tls-key", "key.pem"], 64, "configuration.tls_key"), (["--config", "none.json"], 64, "file.cannot_read"),
            (["--tls-certificate", "none.pem", "--tls-key", "key.pem"], 1, "file.cannot_read"),
            (["--tls-certificate", "key.pem", "--tls-key", "key.pem"], 1, "tls.certificate"),
            (["--tls-certificate", "certificate.pem", "--tls-key", "certificate.pem"], 1, "tls.key"),
            (["--tls-certificate", "certificate.pem", "--tls-key", "other.pem"], 1, "tls.mismatch"),
        ] as [([String], Int32, String)])
    func refused(arguments: [String], status: Int32, code: String) async throws {
        try await TestFolder.with { folder in
            try folder.write(TestCertificate.first.chain, to: "certificate.pem")
            try folder.write(TestCertificate.first.key, to: "key.pem")
            try folder.write(FakeIdentityProvider().key.privateKeyPEM, to: "other.pem")
            let refused = try await Binary(folder: folder).run(["serve", "--output", "json"] + arguments)
            #expect(refused.status == status && refused.failure["error"] as? String == code, "\(refused.error)")
            #expect(!folder.names.contains { $0.hasPrefix("countersign.db") })
        }
    }

    @Test(
        "an address that is not of this machine is explained",
        arguments: [("192.0.2.1:0", "listen.not_here"), ("nobody.invalid:0", "listen.unknown_host")])
    func listen(address: String, code: String) async throws {
        try await TestFolder.with { folder in
            let refused = try await Binary(folder: folder).run(
                "serve", "--listen", address, "--public-url", "https://id.test", "--trusted-proxy", "10.0.0.0/8")
            #expect(refused.status == 1 && refused.error.contains("error: \(code): ") && refused.error.contains("\n  remedy: "), "\(refused.error)")
        }
    }
}
