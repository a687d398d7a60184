import AsyncHTTPClient
import Foundation
import Glibc
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import OpenIDConnect
import TestSupport
import Testing

@testable import CountersignCommand

@Suite("countersign serve: a renewed certificate needs no restart")
struct CertificateRenewalTests {
    private struct Server {
        let folder: TestFolder
        let binary: Binary
        let process: ChildProcess
        let address: String

        func install(_ certificate: TestCertificate, key: String? = nil) throws {
            try folder.write(certificate.chain, to: "certificate.pem")
            try folder.write(key ?? certificate.key, to: "key.pem")
        }

        /// Whether a client that trusts this certificate alone gets its answer.
        func shows(_ certificate: TestCertificate) async throws -> Bool {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(certificate.chain.utf8)))
            var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
            configuration.dnsOverride = ["id.test": "127.0.0.1"]
            configuration.connectionPool.retryConnectionEstablishment = false
            return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
                (try? await client.execute(
                    HTTPClientRequest(url: "https://id.test\(address.dropFirst("127.0.0.1".count))/healthz"), timeout: .seconds(10)
                ).status.code) == 200
            }
        }

        func waitUntilShown(_ certificate: TestCertificate) async throws {
            for _ in 0..<300 where try await !shows(certificate) { try await Task.sleep(for: .milliseconds(100)) }
            #expect(try await shows(certificate))
        }

        func waitUntilLogged(_ code: String) async throws {
            for _ in 0..<300 where !binary.text("log").contains(code) { try await Task.sleep(for: .milliseconds(100)) }
            #expect(binary.text("log").contains(code))
        }
    }

    private func with(_ body: (Server) async throws -> Void) async throws {
        try await TestFolder.with { folder in
            let binary = Binary(folder: folder)
            try folder.write(TestCertificate.first.chain, to: "certificate.pem")
            try folder.write(TestCertificate.first.key, to: "key.pem")
            let process = try binary.start(
                [
                    "serve", "--listen", "127.0.0.1:0", "--public-url", "https://id.test", "--tls-certificate", "certificate.pem", "--tls-key",
                    "key.pem", "--log-format", "json",
                ], output: "out", error: "log")
            defer { process.terminate() }
            try await body(Server(folder: folder, binary: binary, process: process, address: try await binary.address(ofServerLoggingTo: "log")))
            process.terminate()
            #expect(await process.wait() == .exit(0))
        }
    }

    @Test("files that changed are read again; a pair that does not belong together leaves the one before, and the log says why")
    func changed() async throws {
        try await with { server in
            #expect(try await server.shows(.first))
            #expect(try await !server.shows(.second))
            try server.install(.second)
            try await server.waitUntilShown(.second)
            #expect(try await !server.shows(.first))
            try server.install(.first, key: TestCertificate.second.key)
            try await server.waitUntilLogged("tls.mismatch")
            #expect(try await server.shows(.second))
            try server.install(.first)
            try await server.waitUntilShown(.first)
        }
    }

    @Test("SIGHUP reads them at once, and ends nothing")
    func signal() async throws {
        try await with { server in
            // Files that are as they were are read for no other reason.
            server.process.send(SIGHUP)
            try await server.waitUntilLogged("valid_until")
            try server.folder.write("nonsense", to: "certificate.pem")
            server.process.send(SIGHUP)
            try await server.waitUntilLogged("tls.certificate")
            #expect(try await server.shows(.first))
            try server.install(.second)
            server.process.send(SIGHUP)
            try await server.waitUntilShown(.second)
        }
    }

    @Test("files are read again only once they stand still")
    func stamps() async throws {
        try await TestFolder.with { folder in
            let files = GatewayConfiguration.TLSFiles(
                certificate: try folder.write(TestCertificate.first.chain, to: "c"), key: try folder.write(TestCertificate.first.key, to: "k"))
            let certificate = try ServerCertificate(files)
            #expect(!certificate.stamps.hasChanged())
            try folder.write(TestCertificate.second.chain, to: "c")
            #expect(!certificate.stamps.hasChanged())
            try folder.write(TestCertificate.second.key, to: "k")
            #expect(!certificate.stamps.hasChanged())
            #expect(certificate.stamps.hasChanged())
            let end = try certificate.reload()
            #expect(end != nil && certificate.validUntil == end)
            let last = try #require(end)
            #expect(
                ServerCertificate.warning(of: last, at: last.addingTimeInterval(-1)) == nil && ServerCertificate.warning(of: nil, at: last) == nil)
            #expect(ServerCertificate.warning(of: last, at: last)?.contains("the TLS certificate ended at \(last.formatted(.iso8601))") == true)
            #expect(!certificate.stamps.hasChanged())
            // A pair that is refused is not read again and again.
            try FileManager.default.removeItem(atPath: files.key)
            #expect(!certificate.stamps.hasChanged())
            #expect(certificate.stamps.hasChanged())
            #expect(throws: TLSFileError.self) { try certificate.reload() }
            #expect(!certificate.stamps.hasChanged())
        }
    }

    @Test("the authorities of clients' certificates are read again as well; a file without certificates leaves those before")
    func authorities() async throws {
        try await TestFolder.with { folder in
            let path = try folder.write(ClientCertificatePEM.authority, to: "authorities.pem")
            let authorities = try #require(CertificateAuthorities(pem: Array(ClientCertificatePEM.authority.utf8)))
            let file = ClientAuthorities(path: path, authorities: authorities)
            let client = try #require(PresentedCertificate(ClientCertificatePEM.escaped(ClientCertificatePEM.client)).read()), now = Date()
            let job = try #require(PresentedCertificate(ClientCertificatePEM.escaped(ClientIdentity.job.pem)).read())
            let log = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            #expect(authorities.issued(client, at: now) && !authorities.issued(job, at: now))
            try folder.write("nonsense", to: "authorities.pem")
            #expect(!file.stamps.hasChanged())
            #expect(file.stamps.hasChanged())
            file.reload(log)
            #expect(!file.stamps.hasChanged())
            #expect(authorities.issued(client, at: now) && !authorities.issued(job, at: now))
            try folder.write(ClientIdentity.root, to: "authorities.pem")
            file.reload(log)
            #expect(!authorities.issued(client, at: now) && authorities.issued(job, at: now))
        }
    }
}
