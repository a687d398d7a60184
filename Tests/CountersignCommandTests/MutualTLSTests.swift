import AsyncHTTPClient
import Crypto
import Foundation
import GatewayServer
import NIOCore
import NIOHTTP1
import NIOSSL
import TestSupport
import Testing

@testable import CountersignCommand

@Suite("RFC 8705: clients show their certificates to TLS of our own")
struct MutualTLSTests {
    private typealias PEM = ClientCertificatePEM

    private struct Answer {
        let status: Int
        let headers: [String: String]
        let json: [String: Any]

        var error: String? { json["error"] as? String }
    }

    /// A server with a listener for certificates, and a pool.
    private struct Stage {
        let folder: TestFolder
        let binary: Binary
        let pool: String
        /// Of the listener that asks for certificates, and of the other one.
        let mutual: Int
        let plain: Int

        /// - Parameter identity: what the client shows where it is asked.
        func send(
            _ path: String, to port: Int? = nil, as identity: ClientIdentity? = nil, key: NIOSSLPrivateKey? = nil, _ form: [String: String]? = nil,
            headers: [(String, String)] = [], version: TLSVersion = .tlsv13
        ) async throws -> Answer {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(TestCertificate.first.chain.utf8)))
            (tls.minimumTLSVersion, tls.maximumTLSVersion) = (version, version)
            if let identity {
                tls.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(identity.pem.utf8)).map { .certificate($0) }
                tls.privateKey = .privateKey(try key ?? NIOSSLPrivateKey(bytes: Array(identity.key.utf8), format: .pem))
            }
            var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
            configuration.dnsOverride = ["id.test": "127.0.0.1"]
            configuration.connectionPool.retryConnectionEstablishment = false
            var request = HTTPClientRequest(url: "https://id.test:\(port ?? mutual)\(path)")
            for (name, value) in headers { request.headers.add(name: name, value: value) }
            if let form {
                request.method = .POST
                request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
                request.body = .bytes(ByteBuffer(string: form.map { "\($0)=\($1)" }.joined(separator: "&")))
            }
            return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
                let response = try await client.execute(request, timeout: .seconds(20))
                let body = Data((try await response.body.collect(upTo: 1 << 20)).readableBytesView)
                return Answer(
                    status: Int(response.status.code),
                    headers: Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { $1 }),
                    json: (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:])
            }
        }

        func token(
            _ client: String, as identity: ClientIdentity?, to port: Int? = nil, key: NIOSSLPrivateKey? = nil, headers: [(String, String)] = [],
            version: TLSVersion = .tlsv13
        ) async throws -> Answer {
            try await send(
                "/\(pool)/oauth2/token", to: port, as: identity, key: key, ["grant_type": "client_credentials", "client_id": client],
                headers: headers, version: version)
        }

        func makeClient(_ options: String...) async throws -> String {
            let made = try await binary.run(
                ["client", "create", "job", "--pool", pool, "--grant", "client_credentials", "--confidential", "--output", "json"] + options)
            return try #require(made.object["client_id"] as? String, "\(made.error)")
        }
    }

    private func with(_ more: [String] = [], _ body: (Stage) async throws -> Void) async throws {
        try await TestFolder.with { folder in
            let binary = Binary(folder: folder)
            try folder.write(TestCertificate.first.chain, to: "certificate.pem")
            try folder.write(TestCertificate.first.key, to: "key.pem")
            try folder.write(ClientIdentity.root, to: "authorities.pem")
            _ = try await binary.run("pool", "create", "staff", "--signing-algorithm", "ES256")
            let pools = try #require(try await binary.run("pool", "list", "--output", "json").document as? [[String: Any]])
            let server = try binary.start(
                [
                    "serve", "--listen", "127.0.0.1:0", "--public-url", "https://id.test", "--tls-certificate", "certificate.pem", "--tls-key",
                    "key.pem", "--mtls-listen", "127.0.0.1:0", "--mtls-url", "https://mtls.id.test", "--client-certificate-authorities",
                    "authorities.pem", "--log-format", "json", "--log-level", "debug",
                ] + more, output: "out", error: "log")
            defer { server.terminate() }
            func port(_ message: String) async throws -> Int {
                try #require(Int(try await binary.address(ofServerLoggingTo: "log", message: message).split(separator: ":").last ?? ""))
            }
            let plain = try await port("countersign is ready"), mutual = try await port("clients may show certificates")
            let pool = try #require(pools.first?["id"] as? String)
            try await body(Stage(folder: folder, binary: binary, pool: pool, mutual: mutual, plain: plain))
            server.terminate()
            #expect(await server.wait() == .exit(0))
        }
    }

    @Test("§2.1, RFC 5280: a client is known by the name of its certificate, by authorities between; no other certificate will do (case 208)")
    func named() async throws {
        try await with { stage in
            let client = try await stage.makeClient("--tls-san-dns", "job.example.com")
            for version in [TLSVersion.tlsv12, .tlsv13] {
                let answer = try await stage.token(client, as: .job, version: version)
                #expect(answer.status == 200, "\(answer.json)")
            }
            let others: [ClientIdentity?] = [
                nil, .other, .job.alone, .belowNoAuthority, .belowClient, .expired, .future, .server, .ownIssuer,
            ]
            for (place, identity) in others.enumerated() {
                for version in [TLSVersion.tlsv12, .tlsv13] {
                    let answer = try await stage.token(client, as: identity, version: version)
                    #expect(answer.status == 401 && answer.error == "invalid_client", "\(place): \(answer.json)")
                }
            }
            let log = stage.binary.text("log")
            for seen in ["no client certificate", "not valid now", "of no authority that is trusted for it", "CN=other"] {
                #expect(log.contains(seen), "\(seen)")
            }
            // More than anybody needs ends the handshake.
            await #expect(throws: (any Error).self) { try await stage.token(client, as: .ownIssuer.repeated(9)) }
            // The other listener asks for none, so nobody shows any.
            let elsewhere = try await stage.token(client, as: .job, to: stage.plain)
            #expect(elsewhere.status == 401 && elsewhere.error == "invalid_client")
        }
    }

    @Test("whoever has a certificate and not its key does not get through the handshake (case 207)")
    func withoutKey() async throws {
        try await with { stage in
            let client = try await stage.makeClient("--tls-san-dns", "job.example.com")
            for version in [TLSVersion.tlsv12, .tlsv13] {
                let right = NIOSSLPrivateKey(customPrivateKey: OwnKey(try P256.Signing.PrivateKey(pemRepresentation: ClientIdentity.job.key)))
                let answer = try await stage.token(client, as: .job, key: right, version: version)
                #expect(answer.status == 200)
                let wrong = NIOSSLPrivateKey(customPrivateKey: OwnKey(P256.Signing.PrivateKey()))
                await #expect(throws: (any Error).self) { try await stage.token(client, as: .job, key: wrong, version: version) }
            }
        }
    }

    @Test("§2.2, §3: its very certificate, whoever issued it; its tokens are worth nothing with another, or none (case 207)")
    func bound() async throws {
        try await with { stage in
            let file = try stage.folder.write(ClientIdentity.ownIssuer.pem, to: "own.pem")
            let client = try await stage.makeClient("--tls-certificate-file", file, "--certificate-bound-tokens")
            let tokens = try await stage.token(client, as: .ownIssuer)
            let token = try #require(tokens.json["access_token"] as? String, "\(tokens.json)")
            let refused = try await stage.token(client, as: .job)
            #expect(refused.status == 401 && refused.error == "invalid_client")
            // A token without the scope for it, once its certificate is there.
            for (identity, port, status, error) in [
                (.ownIssuer, stage.mutual, 403, "insufficient_scope"), (.job, stage.mutual, 401, "invalid_token"),
                (nil, stage.mutual, 401, "invalid_token"), (.ownIssuer, stage.plain, 401, "invalid_token"),
            ] as [(ClientIdentity?, Int, Int, String)] {
                let answer = try await stage.send(
                    "/\(stage.pool)/oauth2/userInfo", to: port, as: identity, headers: [("Authorization", "Bearer \(token)")])
                #expect(answer.status == status && answer.headers["www-authenticate"]?.contains(#"error="\#(error)""#) == true, "\(answer.headers)")
            }
            // A client with a secret that shows none where its tokens are bound to one.
            let made = try await stage.binary.run(
                "client", "create", "secret", "--pool", stage.pool, "--grant", "client_credentials", "--confidential", "--certificate-bound-tokens",
                "--output", "json")
            let other = try #require(made.object["client_id"] as? String), secret = try #require(made.object["client_secret"] as? String)
            let basic = [("Authorization", "Basic " + Data("\(other):\(secret)".utf8).base64EncodedString())]
            func status(_ identity: ClientIdentity?) async throws -> Int {
                try await stage.send("/\(stage.pool)/oauth2/token", as: identity, ["grant_type": "client_credentials"], headers: basic).status
            }
            #expect(try await status(.ownIssuer) == 200)
            #expect(try await status(nil) == 400)
        }
    }

    @Test("a header is nobody's word where the connection shows the certificate, not even a trusted proxy's; nor the other way round (case 207)")
    func headers() async throws {
        try await with(["--trusted-proxy", "127.0.0.0/8", "--client-certificate-header", "Client-Cert"]) { stage in
            let client = try await stage.makeClient("--tls-san-dns", "job.example.com")
            let (job, other) = ([("Client-Cert", PEM.escaped(ClientIdentity.job.pem))], [("Client-Cert", PEM.escaped(ClientIdentity.other.pem))])
            for (identity, port, headers, status) in [
                (nil, stage.mutual, job, 401), (.other, stage.mutual, job, 401), (.job, stage.mutual, other, 200), (nil, stage.plain, job, 200),
                (.job, stage.plain, [], 401), (.job, stage.plain, other, 401),
            ] as [(ClientIdentity?, Int, [(String, String)], Int)] {
                let answer = try await stage.token(client, as: identity, to: port, headers: headers)
                #expect(answer.status == status, "\(port == stage.mutual) \(headers.first?.1.count ?? 0): \(answer.json)")
            }
        }
    }

    @Test("§5: the discovery document names what is there; nothing else is, and nothing that a browser opens")
    func aliases() async throws {
        try await with { stage in
            let document = try await stage.send("/\(stage.pool)/.well-known/openid-configuration", to: stage.plain).json
            let aliases = try #require(document["mtls_endpoint_aliases"] as? [String: String])
            #expect(
                Set(aliases.keys) == [
                    "token_endpoint", "userinfo_endpoint", "revocation_endpoint", "introspection_endpoint", "pushed_authorization_request_endpoint",
                    "device_authorization_endpoint",
                ])
            #expect(document["tls_client_certificate_bound_access_tokens"] as? Bool == true)
            #expect(document["token_endpoint"] as? String == "https://id.test/\(stage.pool)/oauth2/token")
            for (name, url) in aliases {
                let path = try #require(url.split(separator: "https://mtls.id.test", omittingEmptySubsequences: true).first, "\(url)")
                let isUserInfo = name == "userinfo_endpoint"
                let answer = try await stage.send(String(path), ["client_id": "nobody"])
                let expected = [401: isUserInfo ? "invalid_token" : "invalid_client", 400: "invalid_request"][answer.status]
                #expect(answer.error != nil && answer.error == expected, "\(name): \(answer)")
                let other = try await stage.send(String(path), headers: [("Origin", "https://app.example.com")])
                #expect(other.status == (isUserInfo ? 401 : 405), "\(name)")
            }
            for path in [
                "/", "/healthz", "/metrics", "/\(stage.pool)", "/\(stage.pool)/oauth2/authorize", "/\(stage.pool)/logout", "/oauth2/token",
                "/\(stage.pool)/.well-known/openid-configuration", "/\(stage.pool)/oauth2/register", "/\(stage.pool)/account",
            ] {
                let answer = try await stage.send(path)
                #expect(answer.status == 404 && answer.headers["content-type"] == "application/json", "\(path): \(answer.status)")
            }
        }
    }

    @Test("an address that is taken ends the start, with the flag that names another")
    func taken() async throws {
        try await with { stage in
            let second = Binary(folder: stage.folder, environment: ["COUNTERSIGN_DATABASE": "sqlite:" + stage.folder.file("second.db")])
            let refused = try await second.run(
                "serve", "--listen", "127.0.0.1:0", "--public-url", "https://id.test", "--tls-certificate", "certificate.pem", "--tls-key", "key.pem",
                "--mtls-listen", "127.0.0.1:\(stage.mutual)")
            #expect(refused.status == 1 && refused.error.contains("error: listen.in_use: ") && refused.error.contains("--mtls-listen 127.0.0.1:"))
        }
    }

    @Test("it needs TLS of our own, and an address of its own; what is given without is refused at the start")
    func settings() async throws {
        func problems(_ flags: [Setting: String]) -> [String] {
            do throws(CommandFailure) {
                _ = try GatewayConfiguration(flags: flags, file: nil, environment: ["HOME": "/nonexistent"], serving: true)
                return []
            } catch { return error.problems.map(\.code) }
        }
        func url(_ flags: [Setting: String]) throws -> String? {
            try GatewayConfiguration(flags: flags, file: nil, environment: ["HOME": "/nonexistent"], serving: true).clientCertificates?.url
        }
        let own: [Setting: String] = [.tlsCertificate: "c", .tlsKey: "k", .publicURL: "https://id.example.com", .mtlsListen: "0.0.0.0:8443"]
        let proxy: [Setting: String] = [.publicURL: "https://id.example.com", .trustedProxy: "10.0.0.0/8", .clientCertificateHeader: "Client-Cert"]
        func with(_ flags: [Setting: String], _ more: [Setting: String]) -> [Setting: String] { flags.merging(more) { $1 } }
        #expect(try url(own) == "https://id.example.com:8443")
        #expect(try url(with(own, [.mtlsListen: "0.0.0.0:443", .publicURL: "https://id.example.com:9443"])) == "https://id.example.com")
        #expect(problems(with(own, [.mtlsListen: "10.0.0.2:443"])) == ["configuration.mtls_url"])
        #expect(try url(with(own, [.publicURL: "https://[2001:db8::1]"])) == "https://[2001:db8::1]:8443")
        #expect(try url(with(own, [.mtlsURL: "https://MTLS.example.com/"])) == "https://mtls.example.com")
        #expect(try url(proxy) == nil)
        #expect(try url(with(proxy, [.mtlsURL: "https://mtls.example.com"])) == "https://mtls.example.com")
        #expect(problems([.mtlsListen: "127.0.0.1:8443"]) == ["configuration.mtls_listen"])
        #expect(problems(with(own, [.mtlsListen: "8443"])) == ["configuration.mtls_listen"])
        #expect(problems(with(own, [.mtlsListen: "0.0.0.0:0"])) == ["configuration.mtls_url"])
        for wrong in ["https://id.example.com", "http://localhost:8443", "mtls.example.com", "https://mtls.example.com/path"] {
            #expect(problems(with(own, [.mtlsURL: wrong])) == ["configuration.mtls_url"], "\(wrong)")
        }
        #expect(problems([.mtlsURL: "https://mtls.example.com"]) == ["configuration.mtls_url"])
    }
}

/// A client's key as a smart card has it; nobody looks whether it is the certificate's.
private struct OwnKey: NIOSSLCustomPrivateKey, Hashable {
    private let key: P256.Signing.PrivateKey

    init(_ key: P256.Signing.PrivateKey) { self.key = key }

    var signatureAlgorithms: [SignatureAlgorithm] { [.ecdsaSecp256R1Sha256] }
    var derBytes: [UInt8] { Array(key.derRepresentation) }

    func sign(channel: any Channel, algorithm: SignatureAlgorithm, data: ByteBuffer) -> EventLoopFuture<ByteBuffer> {
        channel.eventLoop.makeCompletedFuture { ByteBuffer(bytes: try key.signature(for: Data(data.readableBytesView)).derRepresentation) }
    }

    func decrypt(channel: any Channel, data: ByteBuffer) -> EventLoopFuture<ByteBuffer> { channel.eventLoop.makeFailedFuture(NoDecryption()) }

    private struct NoDecryption: Error {}

    static func == (one: OwnKey, other: OwnKey) -> Bool { one.derBytes == other.derBytes }
    func hash(into hasher: inout Hasher) { hasher.combine(derBytes) }
}
