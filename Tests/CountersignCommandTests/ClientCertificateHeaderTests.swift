import Foundation
import TestSupport
import Testing

@testable import CountersignCommand

@Suite("RFC 9440: a client's certificate in a header")
struct ClientCertificateHeaderTests {
    /// The status of a token request with the certificate in `header`, at a server that trusts `proxy`.
    private func status(trusting proxy: String, header: String) async throws -> Int {
        try await TestFolder.with { folder in
            let binary = Binary(folder: folder)
            try folder.write(ClientCertificatePEM.authority, to: "ca.pem")
            _ = try await binary.run("pool", "create", "staff", "--signing-algorithm", "ES256")
            let pools = try #require(try await binary.run("pool", "list", "--output", "json").document as? [[String: Any]])
            let pool = try #require(pools.first?["id"] as? String)
            let made = try await binary.run([
                "client", "create", "job", "--pool", pool, "--grant", "client_credentials", "--confidential", "--tls-san-dns", "job.example.com",
                "--certificate-bound-tokens", "--output", "json",
            ])
            let client = try #require(made.object["client_id"] as? String, "\(made.error)")
            #expect(made.object["token_endpoint_auth_method"] as? String == "tls_client_auth" && made.object["client_secret"] == nil)
            let server = try binary.start(
                [
                    "serve", "--listen", "127.0.0.1:0", "--public-url", "https://id.test", "--trusted-proxy", proxy, "--client-certificate-header",
                    "Client-Cert", "--client-certificate-authorities", folder.file("ca.pem"), "--log-format", "json",
                ], output: "out", error: "log")
            defer { server.terminate() }
            let address = try await binary.address(ofServerLoggingTo: "log")
            let port = try #require(address.split(separator: ":").last.flatMap { Int($0) })
            let connection = try RawConnection(port: port), body = "grant_type=client_credentials&client_id=\(client)"
            connection.send(
                """
                POST /\(pool)/oauth2/token HTTP/1.1\r
                Host: id.test\r
                Connection: close\r
                Content-Type: application/x-www-form-urlencoded\r
                \(header): :\(ClientCertificatePEM.base64(ClientCertificatePEM.client)):\r
                Content-Length: \(body.utf8.count)\r
                \r
                \(body)
                """)
            try await connection.receive { $0.contains("\r\n\r\n") }
            return try #require(connection.received.split(separator: " ").dropFirst().first.flatMap { Int($0) }, "\(connection.received)")
        }
    }

    @Test("it counts from a trusted proxy, and in the header that was named; from anybody else it is a text that anybody can write")
    func trusted() async throws {
        #expect(try await status(trusting: "127.0.0.0/8", header: "Client-Cert") == 200)
        #expect(try await status(trusting: "10.0.0.0/8", header: "Client-Cert") == 401)
        #expect(try await status(trusting: "127.0.0.0/8", header: "X-Client-Cert") == 401)
    }

    @Test("a header without a proxy that is trusted, authorities without a header, and a file that holds none are refused at the start")
    func settings() throws {
        func problems(_ flags: [Setting: String]) -> [String] {
            do {
                _ = try GatewayConfiguration(flags: flags, file: nil, environment: ["HOME": "/nonexistent"])
                return []
            } catch { return error.problems.map(\.code) }
        }
        let proxy: [Setting: String] = [.trustedProxy: "10.0.0.0/8"]
        #expect(problems(proxy.merging([.clientCertificateHeader: "Client-Cert"]) { $1 }) == [])
        #expect(problems([.clientCertificateHeader: "Client-Cert"]) == ["configuration.client_certificate_header"])
        #expect(problems(proxy.merging([.clientCertificateHeader: "no header"]) { $1 }) == ["configuration.client_certificate_header"])
        #expect(problems([.clientCertificateAuthorities: "/nonexistent/ca.pem"]) == ["configuration.client_certificate_authorities"])
    }
}
