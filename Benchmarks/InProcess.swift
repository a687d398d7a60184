import ArgumentParser
import CReference
import FoundationEssentials
import OpenIDConnect
import SAML
import TokenVerifier
import WireFormats
import XMLSecurity

/// `Benchmarks in-process`: what one operation costs in CPU time, without a network.
struct InProcess: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "in-process", abstract: "Measures validation, verification and signing.")

    @Option(help: "The folder with the development keys.") var certs = "certs"
    @OptionGroup var meter: Meter

    func run() async throws {
        var figures: [Figure?] = []
        for (key, floor) in [(IdentityProvider.Key.rsa, "rsa2048 verify"), (.p256, "ecdsap256 verify")] {
            figures.append(try await validation(key, floor))
        }
        figures.append(try await validation(.rsa, "rsa2048 verify", verifiesTwice: true))
        figures.append(try await validation(.rsa, "rsa2048 sign", isEncrypted: true))
        figures.append(try await leastOfValidation())
        let algorithms: [(SigningAlgorithm, String)] = [(.RS256, "rsa2048"), (.ES256, "ecdsap256"), (.EdDSA, "ed25519")]
        for (algorithm, floor) in algorithms { figures.append(try await verification(algorithm, floor)) }
        figures.append(try await verificationAgain())
        for (algorithm, floor) in algorithms { figures.append(try await signing(algorithm, floor)) }
        figures += try await signedRequest()
        if meter.only.isEmpty { figures.append(try DearestDocument(certs: certs).measure()) }
        try printJSON(figures.compactMap(\.self))
    }

    /// The same response in C, without a gate, limits or a reader: see `creference_floor`.
    private func leastOfValidation() async throws -> Figure? {
        let provider = try IdentityProvider(certs: certs, key: .rsa)
        let response = try provider.response(
            to: "_0123456789abcdef0123456789abcdef", audience: Self.issuer, consumerService: Self.issuer, person: 1, at: Date())
        let message = Base64.encode(response)
        let pem = try String(contentsOfFile: "\(certs)/sample-idp-rsa.crt", encoding: .utf8)
        let certificate = try Base64.decode(pem.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined())
        let key = creference_key_from_certificate(certificate, certificate.count)
        defer { creference_key_free(key) }
        return try await meter.measure("the same in C, RSA-2048", "rsa2048 verify") {
            guard creference_floor(key, message, message.utf8.count) else { throw Failure("the floor does not verify") }
        }
    }

    /// From the posted base64 to a `ValidatedAssertion`.
    private func validation(
        _ key: IdentityProvider.Key, _ floor: String, verifiesTwice: Bool = false, isEncrypted: Bool = false
    ) async throws -> Figure? {
        let (pool, now) = (Self.issuer, Date())
        var role = ServiceProvider(
            entityID: pool + "/saml2/metadata", assertionConsumerServices: [pool + "/saml2/idpresponse"], verifiesTwice: verifiesTwice)
        let provider = try IdentityProvider(certs: certs, key: key)
        var response = try provider.response(
            to: "_0123456789abcdef0123456789abcdef", audience: role.entityID, consumerService: pool + "/saml2/idpresponse", person: 1,
            at: now)
        let size = response.count
        if isEncrypted {
            let own = try CertifiedKey.generate(named: "bench", from: now, until: now + 86_400)
            role.decryptionKeys = [try DecryptionKey(privateKeyPKCS8: own.privateKey, certificateDER: own.certificateDER)]
            response = try EncryptedResponse.make(of: response, for: own.certificateDER)
        }
        let serviceProvider = role
        let expected = Expectation(
            identityProvider: try IdentityProviderMetadata(parsing: Array(provider.metadata.utf8), at: now),
            assertionConsumerService: pool + "/saml2/idpresponse", request: .answer(to: "_0123456789abcdef0123456789abcdef"))
        let fields = HTTPPostBinding.autoSubmitFields(samlResponse: response, relayState: nil)
        // What is measured opens something: without the key there is nothing to read.
        role.decryptionKeys = []
        let isReadable = (try? role.accept(response, expecting: expected, at: now)) != nil
        guard isReadable != isEncrypted else { throw Failure(isEncrypted ? "the assertion is not encrypted" : "the response is not accepted") }
        return try await meter.measure(
            "validate a Response of \((Double(size) / 100).rounded() / 10) kB, \(key == .rsa ? "RSA-2048" : "P-256")"
                + (verifiesTwice ? ", --verify-twice" : "") + (isEncrypted ? ", its assertion encrypted" : ""), floor
        ) {
            let assertion = try serviceProvider.accept(HTTPPostBinding.decode(parameters: fields).response, expecting: expected, at: now)
            guard assertion.subject.value == "person-1" else { throw Failure("it is another person's assertion") }
        }
    }

    /// From what is asked to the address that the browser is sent to; and how much of it is not the signature.
    private func signedRequest() async throws -> [Figure?] {
        let (pool, now) = (Self.issuer, Date())
        let serviceProvider = ServiceProvider(entityID: pool + "/saml2/metadata", assertionConsumerServices: [pool + "/saml2/idpresponse"])
        let metadata = try IdentityProviderMetadata(parsing: Array(try IdentityProvider(certs: certs, key: .rsa).metadata.utf8), at: now)
        let key = try CertifiedKey.generate(named: "bench", from: now, until: now.addingTimeInterval(3600))
        let signer = try XMLSigner(privateKeyPKCS8: key.privateKey, certificateDER: key.certificateDER)
        func make() throws -> String {
            let request = serviceProvider.makeAuthnRequest(
                id: "_0123456789abcdef0123456789abcdef", to: metadata, assertionConsumerService: pool + "/saml2/idpresponse", at: now)
            guard case .redirect(let url) = try request.message(relayState: request.id, signer: signer) else {
                throw Failure("it does not leave by HTTP-Redirect")
            }
            return url
        }
        let octets = try Self.signedOctets(of: make(), by: TrustedKey(certificateDER: key.certificateDER))
        let name = "signed AuthnRequest by HTTP-Redirect"
        return [
            try await meter.measure(name, "rsa2048 sign") { _ = try make() },
            try await meter.measure(name + ", beyond its signature", beyond: { _ = try signer.signature(over: octets) }, { _ = try make() }),
        ]
    }

    /// What was signed of a query (SAML Bindings §3.4.4.1), once the signature is verified.
    private static func signedOctets(of url: String, by key: TrustedKey) throws -> [UInt8] {
        guard let query = url.firstRange(of: "?"), let end = url.firstRange(of: "&Signature="),
            let value = FormCoding.decode(String(url[end.lowerBound...].dropFirst()))?.first?.value
        else { throw Failure("the request is not signed") }
        let octets = Array(url[query.upperBound..<end.lowerBound].utf8)
        try key.verify(Base64.decode(value), over: octets, algorithm: SignatureAlgorithm.rsaSHA256.rawValue, policy: .strict)
        return octets
    }

    private func verification(_ algorithm: SigningAlgorithm, _ floor: String) async throws -> Figure? {
        let key = try TokenSigningKey.generate(algorithm)
        let token = try key.sign(header: "at+jwt", claims: claims)
        let verifier = TokenVerifier(issuer: Self.issuer, transport: Keys(key: key)).sharing(nil)
        return try await meter.measure("TokenVerifier: verify \(algorithm.rawValue)", floor + " verify") {
            _ = try await verifier.verify(accessToken: token)
        }
    }

    /// As a service does with each request of the same app.
    private func verificationAgain() async throws -> Figure? {
        let key = try TokenSigningKey.generate(.ES256)
        let token = try key.sign(header: "at+jwt", claims: claims)
        let verifier = TokenVerifier(issuer: Self.issuer, transport: Keys(key: key))
        return try await meter.measure("TokenVerifier: the same token again", nil) { _ = try await verifier.verify(accessToken: token) }
    }

    private func signing(_ algorithm: SigningAlgorithm, _ floor: String) async throws -> Figure? {
        let (key, claims) = (try TokenSigningKey.generate(algorithm), claims)
        return try await meter.measure("sign a token, \(algorithm.rawValue)", floor + " sign") { _ = try key.sign(header: "at+jwt", claims: claims) }
    }

    private static let issuer = "https://id.example.com/local_4fGh2kQ9x"

    /// An access token's claims as the gateway writes them.
    private var claims: JSONObject {
        let now = Int(Date().timeIntervalSince1970)
        return [
            "iss": .string(Self.issuer), "sub": "5b0ad6f2-6f0e-4e0c-9a3d-0e5c2a1f7b11", "aud": .string(Self.issuer),
            "client_id": "2h9v7c5b3n1m8k6j4g2f0d9s7a", "scope": "openid profile email", "exp": .integer(now + 3600), "iat": .integer(now),
            "auth_time": .integer(now), "jti": "c1a5f0e2b7d94c3e8f6a1b2c3d4e5f60", "sid": "a7f3c2e1d4b5968778695a4b3c2d1e0f", "token_use": "access",
            "groups": .array((1...5).map { .string("department-\($0)") }), "username": "bench_person-1",
        ]
    }
}

/// An issuer without a network, so that the verifier uses the cache of keys that it has in a service.
private struct Keys: HTTPTransport {
    let key: TokenSigningKey

    func send(_ request: HTTPTransportRequest) async throws(HTTPTransportError) -> HTTPTransportResponse {
        let issuer = request.url.split(separator: "/.well-known").first.map(String.init) ?? ""
        let document: JSONObject = ["issuer": .string(issuer), "jwks_uri": .string(issuer + "/.well-known/jwks.json")]
        return HTTPTransportResponse(
            status: 200, body: request.url.hasSuffix("jwks.json") ? PublishedKeySet([key.publicJWK]).encoded() : JSONWriter.encode(document))
    }
}
