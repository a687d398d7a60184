import Administration
import Foundation
import Gateway
import OpenIDConnect
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("RFC 8705: clients that are known by their certificates, and tokens that are bound to them")
struct ClientCertificateTests {
    private typealias PEM = ClientCertificatePEM

    private func certificate(_ pem: String) throws -> ClientCertificate { try #require(PresentedCertificate(PEM.escaped(pem)).read()) }

    @Test("§6.1, RFC 9440: percent-encoded PEM, a byte sequence, base64 of the DER; the first of a chain; nothing else")
    func forms() throws {
        let wanted = try certificate(PEM.client).thumbprint, base64 = PEM.base64(PEM.client)
        for text in [
            PEM.escaped(PEM.client), PEM.escaped(PEM.client + "\n" + PEM.authority + "\n"), ":\(base64):", base64,
            base64 + "," + PEM.base64(PEM.authority),
        ] { #expect(PresentedCertificate(text).read()?.thumbprint == wanted) }
        for text in [
            "", ":", "::", ":\(base64)", "\(base64):", "(null)", String(base64.dropLast(4)), base64 + "AAAA", "%2",
            PEM.escaped("-----BEGIN CERTIFICATE-----"),
            String(repeating: "A", count: 17_000), "subject=CN=nightly job",
        ] { #expect(PresentedCertificate(text).read() == nil, "\(text.prefix(40))") }
    }

    @Test("§2.1.2: a certificate has each of its names, and no other: byte by byte but for the case of hosts and of a DN's types")
    func names() throws {
        let certificate = try certificate(PEM.client)
        #expect(certificate.subject == #"C=DE,O=Example\, Ltd,CN=nightly job"#)
        let own: [ClientCertificate.Name] = [
            .subject(#"C=DE,O=Example\, Ltd,CN=nightly job"#), .subject(#"c=DE, o = Example\, Ltd , cn= nightly job"#), .dns("job.example.com"),
            .dns("JOB.example.com"), .uri("https://job.example.com/id"), .ip("192.0.2.7"), .ip("2001:db8:0::7"), .email("job@example.com"),
        ]
        for name in own { #expect(certificate.has(name), "\(name)") }
        let others: [ClientCertificate.Name] = [
            .subject(""), .subject("CN=nightly job"), .subject(#"CN=nightly job,O=Example\, Ltd,C=DE"#),
            .subject(#"C=DE,O=Example\, Ltd,CN=Nightly job"#),
            .subject(#"C=DE,O=Example, Ltd,CN=nightly job"#), .dns("example.com"), .dns("job.example.com."), .dns("https://job.example.com/id"),
            .dns(""),
            .uri("job.example.com"), .ip("192.0.2.8"), .ip("192.0.2.7 "), .ip("::ffff:192.0.2.7"), .email("JOB@example.com"),
        ]
        for name in others { #expect(!certificate.has(name), "\(name)") }
    }

    @Test("what an authority issued for clients counts while it is valid; another purpose, another issuer, another time do not")
    func authorities() throws {
        let authorities = try #require(CertificateAuthorities(pem: Array(PEM.authority.utf8)))
        let now = Date(timeIntervalSince1970: 1_795_000_000)
        #expect(try authorities.issued(certificate(PEM.client), at: now))
        for wrong in [PEM.expired, PEM.server, PEM.ownIssuer] { #expect(try !authorities.issued(certificate(wrong), at: now)) }
        #expect(try !authorities.issued(certificate(PEM.client), at: Date(timeIntervalSince1970: 5_000_000_000)))
        #expect(try certificate(PEM.client).isValid(at: now) && !certificate(PEM.expired).isValid(at: now))
        #expect(!certificateIsOfItself(now: now))
        for wrong in ["", "x", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"] {
            #expect(CertificateAuthorities(pem: Array(wrong.utf8)) == nil)
        }
    }

    @Test("RFC 5280 §6.1: authorities that came beside it lead to one of ours; what is none, or another client, leads nowhere (case 208)")
    func chains() throws {
        let root = try #require(CertificateAuthorities(pem: Array(ClientIdentity.root.utf8))), now = Date(timeIntervalSince1970: 1_795_000_000)
        func issued(_ identity: ClientIdentity) throws -> Bool {
            let chain = try #require(PEMCertificates.read(Array(identity.pem.utf8)))
            // By TLS of our own, and by a header.
            let certificate = try #require(PresentedCertificate(chain: chain).read())
            let told = [PEM.escaped(identity.pem), identity.chain.map(PEM.base64).joined(separator: ",")].map { PresentedCertificate($0).read() }
            for each in told { #expect(each.map { root.issued($0, at: now) } == root.issued(certificate, at: now)) }
            return root.issued(certificate, at: now)
        }
        for good in [ClientIdentity.job, .other] { #expect(try issued(good)) }
        for wrong in [
            ClientIdentity.job.alone, .belowNoAuthority, .belowClient, .expired, .future, .server, .ownIssuer, .ownIssuer.repeated(8),
        ] { #expect(try !issued(wrong)) }
        // Whoever says that it is one is believed where a file of ours names it, and only then.
        let between = try #require(CertificateAuthorities(pem: Array(ClientIdentity.job.chain[1].utf8)))
        #expect(between.issued(try certificate(ClientIdentity.job.alone.pem), at: now))
        let client = try #require(CertificateAuthorities(pem: Array(ClientIdentity.other.chain[0].utf8)))
        #expect(!client.issued(try certificate(ClientIdentity.belowClient.pem), at: now))
        let der = try #require(PEMCertificates.read(Array(ClientIdentity.job.pem.utf8)))
        #expect(PresentedCertificate(chain: Array(repeating: der[0], count: 9)).read() == nil)
        #expect(PresentedCertificate(chain: [der[0], [0x30]]).read() == nil && PresentedCertificate(chain: []).read() == nil)
    }

    /// A client's certificate is no authority for another.
    private func certificateIsOfItself(now: Date) -> Bool {
        guard let client = CertificateAuthorities(pem: Array(PEM.client.utf8)), let other = try? certificate(PEM.other) else { return true }
        return client.issued(other, at: now)
    }

    // MARK: at the token endpoint

    /// A program with a certificate, and how it asks.
    private struct Service {
        let fixture: GatewayFixture
        let client: AppClient
        let tokens: Tokens

        func token(_ pem: String?, _ more: [(name: String, value: String)] = []) async throws(OAuthError) -> JSONObject {
            let form = Parameters([(name: "grant_type", value: "client_credentials"), ("client_id", client.id.text)] + more)
            var credentials = try ClientCredentials(authorization: nil, form: form)
            credentials.certificate = pem.map { PresentedCertificate(PEM.escaped($0)) }
            return try await tokens.respond(to: TokenRequest(form), credentials: credentials, pool: fixture.pool).body
        }

        /// What the log has of a refusal; nil where there is none.
        func refusal(_ pem: String?, _ more: [(name: String, value: String)] = []) async -> OAuthError? {
            do throws(OAuthError) {
                _ = try await token(pem, more)
                return nil
            } catch { return error }
        }
    }

    private func with(
        authorities: String? = PEM.authority, _ configure: (inout ClientSettings) -> Void, _ body: (Service) async throws -> Void
    ) async throws {
        try await GatewayFixture.run { fixture in
            var settings = ClientSettings()
            settings.grantTypes = ["client_credentials"]
            configure(&settings)
            let made = try await fixture.administration.perform(
                CreateClient(name: "Job", pool: fixture.pool.id.text, confidential: true, settings: settings))
            let tokens = Tokens(
                publicURL: GatewayFixture.publicURL, directory: fixture.directory, stores: fixture.stores, keyRing: fixture.keyRing,
                sealer: fixture.sealer, environment: fixture.clock.environment,
                certificateAuthorities: authorities.flatMap { CertificateAuthorities(pem: Array($0.utf8)) })
            try await body(Service(fixture: fixture, client: made.client, tokens: tokens))
        }
    }

    @Test(
        "§2.1: tls_client_auth by each kind of name; a certificate of nobody's, expired, for servers or of another client is invalid_client, as is none",
        arguments: [
            (.subjectDN, #"C=DE,O=Example\, Ltd,CN=nightly job"#), (.dns, "job.example.com"), (.uri, "https://job.example.com/id"),
            (.ip, "192.0.2.7"),
            (.email, "job@example.com"),
        ] as [(ClientCertificates.NameKind, String)])
    func named(kind: ClientCertificates.NameKind, name: String) async throws {
        try await with({ $0.certificates = .named(kind, name) }) { service in
            #expect(service.client.authentication == .certificate && service.client.secrets.isEmpty && service.client.isConfidential)
            #expect(await service.refusal(PEM.client) == nil)
            for (pem, seen) in [
                (nil, "client certificate"), (PEM.other, "client certificate: O=Example,CN=other"),
                (PEM.ownIssuer, "client certificate: of no authority"),
                (PEM.expired, "client certificate: not valid"), (PEM.server, "client certificate: of no authority"),
            ] as [(String?, String)] {
                let refusal = await service.refusal(pem)
                #expect(refusal?.error == .invalidClient && refusal?.seen?.contains(seen) == true, "\(refusal?.seen ?? "none")")
            }
            // RFC 6749 §2.3: one method in a request.
            #expect(await service.refusal(PEM.client, [("client_secret", "x")])?.error == .invalidClient)
        }
    }

    @Test("§2.1: without authorities nobody is known by a name, whatever the certificate says")
    func noAuthorities() async throws {
        try await with(authorities: nil, { $0.certificates = .named(.dns, "job.example.com") }) { service in
            for pem in [PEM.client, PEM.ownIssuer] { #expect(await service.refusal(pem)?.error == .invalidClient) }
        }
    }

    @Test("§2.2: self_signed_tls_client_auth: the very certificates that are registered, and no other of the same name")
    func ownCertificates() async throws {
        try await with(authorities: nil, { $0.certificates = .files([PEM.ownIssuer, PEM.other].map { Array($0.utf8) }) }) { service in
            #expect(service.client.authentication == .ownCertificate)
            for pem in [PEM.ownIssuer, PEM.other] { #expect(await service.refusal(pem) == nil) }
            for pem in [nil, PEM.client] { #expect(await service.refusal(pem)?.error == .invalidClient) }
        }
        try await with(authorities: nil, { $0.certificates = .files([Array(PEM.expired.utf8)]) }) { service in
            #expect(await service.refusal(PEM.expired)?.seen == "client certificate: not valid now")
        }
    }

    @Test("§3: bound tokens name the certificate, of clients with a secret too; without one they are refused, and a service refuses another's")
    func bound() async throws {
        try await with({
            $0.certificates = .named(.dns, "job.example.com")
            $0.bindsToCertificate = true
        }) { service in
            let body = try await service.token(PEM.client)
            #expect(body["token_type"] == "Bearer")
            let text = try #require(body["access_token"]?.string), issuer = service.fixture.issuer
            let verifier = try await service.fixture.keyRing.keys(of: service.fixture.pool).verifier(
                issuer: issuer, audience: issuer, clock: service.fixture.clock.environment.now)
            let thumbprint = try certificate(PEM.client).thumbprint
            #expect(try await verifier.verify(accessToken: text).claims["cnf"] == .object(["x5t#S256": .string(thumbprint)]))
            // At a service.
            let requests = RequestVerifier(verifier)
            func code(_ pem: String?) async -> String? {
                let der = pem.flatMap { PEMCertificates.read(Array($0.utf8))?.first }
                do throws(RequestError) {
                    _ = try await requests.verify(
                        ProtectedRequest(method: "GET", url: "https://orders.example", authorization: ["Bearer " + text], clientCertificate: der))
                    return nil
                } catch { return error.code }
            }
            #expect(await code(PEM.client) == nil)
            for other in [nil, PEM.other] { #expect(await code(other) == "request.certificate") }
            // At our own userinfo the token is looked at before its scope.
            let bearer = try #require(try BearerToken(authorization: "Bearer " + text, form: Parameters([])))
            for (pem, error) in [(nil, .invalidToken), (PEM.other, .invalidToken), (PEM.client, .insufficientScope)] as [(String?, OAuthError.Code)] {
                let refusal = await #expect(throws: OAuthError.self) {
                    try await service.tokens.userInfo(
                        bearer, pool: service.fixture.pool, certificate: pem.map { PresentedCertificate(PEM.escaped($0)) })
                }
                #expect(refusal?.error == error)
            }
        }
        try await with({ $0.bindsToCertificate = true }) { service in
            #expect(await service.refusal(PEM.client)?.error == .invalidClient)
            #expect(service.client.metadata.certificateBoundTokens == true && service.client.secrets.count == 1)
        }
    }

    @Test("a client has one way: what is given together, half or wrong is refused with the option's field")
    func registration() async throws {
        try await GatewayFixture.run { fixture in
            func problem(_ configure: (inout ClientSettings) -> Void) async -> Field? {
                var settings = ClientSettings()
                settings.grantTypes = ["client_credentials"]
                configure(&settings)
                do throws(AdministrationError) {
                    _ = try await fixture.administration.perform(
                        CreateClient(name: "Job", pool: fixture.pool.id.text, confidential: true, settings: settings))
                    return nil
                } catch {
                    guard case .problems(let problems) = error else { return nil }
                    return problems.first?.field
                }
            }
            let keys = ClientSettings.Keys.url("https://job.example/jwks.json")
            #expect(await problem { ($0.keys, $0.certificates) = (keys, .named(.dns, "a.example")) } == .authMethod)
            #expect(await problem { $0.authentication = "tls_client_auth" } == .authMethod)
            #expect(await problem { ($0.authentication, $0.certificates) = ("self_signed_tls_client_auth", .named(.dns, "a")) } == .authMethod)
            #expect(await problem { ($0.authentication, $0.certificates) = ("client_secret_basic", .named(.dns, "a")) } == .authMethod)
            #expect(await problem { $0.certificates = .named(.ip, "job.example") } == .sanIP)
            #expect(await problem { $0.certificates = .named(.subjectDN, "") } == .subjectDN)
            #expect(await problem { $0.certificates = .files([Array("x".utf8)]) } == .clientCertificate)
            #expect(await problem { $0.certificates = .files(Array(repeating: Array(PEM.client.utf8), count: 5)) } == .clientCertificate)
        }
    }
}
