import Crypto
import CryptoExtras
import Foundation
import Testing
import WireFormats

@testable import OpenIDConnect
@testable import TokenVerifierCore

@Suite("RFC 7515, RFC 7638: token signing keys")
struct TokenSigningKeyTests {
    private static let issuer = "https://id.example.com/local_4fGh2kQ9x"
    private static let now = Date(timeIntervalSince1970: 1_750_000_000)

    private func access(_ attributes: JSONObject = [:]) -> AccessTokenClaims {
        AccessTokenClaims(
            issuer: Self.issuer, subject: "user-1", audience: nil, clientID: "app", scope: Scope(names: ["openid", "email"]),
            expiresAt: Self.now + 3600, issuedAt: Self.now, authenticatedAt: Self.now - 5, tokenID: "t-1", sessionID: "s-1", groups: ["staff"],
            username: "corp_alice", attributes: attributes, context: ContextClaims(acr: "mfa", methods: ["pwd", "otp"]))
    }

    private func id(_ attributes: JSONObject = [:]) -> IDTokenClaims {
        IDTokenClaims(
            issuer: Self.issuer, subject: "user-1", clientID: "app", expiresAt: Self.now + 3600, issuedAt: Self.now, authenticatedAt: Self.now - 5,
            nonce: "n-1", sessionID: "s-1", tokenID: "t-2", groups: ["staff"], identities: [["provider": "corp", "subject": "alice"]],
            attributes: attributes)
    }

    private func verifier(_ keys: [TokenSigningKey], audience: String? = nil) throws -> TokenVerifier {
        let set = try JSONWebKeySet(bytes: PublishedKeySet(keys.map(\.publicJWK)).encoded())
        return TokenVerifier(issuer: Self.issuer, audience: audience, keys: set, clock: { Self.now })
    }

    @Test("what we sign, the library for services verifies", arguments: SigningAlgorithm.allCases)
    func roundTrip(algorithm: SigningAlgorithm) async throws {
        let key = try TokenSigningKey.generate(algorithm)
        let accessToken = try key.sign(header: "at+jwt", claims: access().claims())
        let verified = try await verifier([key]).verify(accessToken: accessToken)
        #expect(verified.subject == "user-1" && verified.scopes == ["openid", "email"] && verified.groups == ["staff"])
        #expect(verified.authenticationContext == "mfa" && verified.authenticationMethods == ["pwd", "otp"])
        #expect(verified.authenticatedAt == Self.now - 5)
        #expect(verified.username == "corp_alice" && verified.sessionID == "s-1" && verified.clientID == "app")

        let idToken = try key.sign(header: "JWT", claims: id().claims(accessToken: accessToken, algorithm: algorithm))
        let client = try verifier([key], audience: "app")
        #expect(try await client.verify(idToken: idToken, nonce: "n-1", accessToken: accessToken).claims["at_hash"] != nil)
        await #expect(throws: TokenError.accessTokenHash) { try await client.verify(idToken: idToken, nonce: "n-1", accessToken: accessToken + "x") }
    }

    @Test("no key has a name that begins as an option of a command does", arguments: [SigningAlgorithm.ES256, .EdDSA])
    func names(algorithm: SigningAlgorithm) throws {
        for _ in 0..<500 { #expect(try !TokenSigningKey.generate(algorithm).keyID.hasPrefix("-")) }
    }

    @Test("a stored key is the same key", arguments: SigningAlgorithm.allCases)
    func stored(algorithm: SigningAlgorithm) async throws {
        let key = try TokenSigningKey.generate(algorithm)
        let again = try TokenSigningKey(algorithm: algorithm, privateKey: key.privateKeyBytes)
        #expect(again.keyID == key.keyID && again.publicJWK == key.publicJWK)
        let token = try again.sign(header: "at+jwt", claims: access().claims())
        #expect(try await verifier([key]).verify(accessToken: token).subject == "user-1")
    }

    @Test("bytes that are no key of the algorithm are refused", arguments: SigningAlgorithm.allCases)
    func invalid(algorithm: SigningAlgorithm) throws {
        let good = try TokenSigningKey.generate(algorithm).privateKeyBytes
        for bytes in [[], [0], good + [0], Array(good.dropLast()), [UInt8](repeating: 0xFF, count: 31)] {
            #expect(throws: SigningKeyError.invalidPrivateKey) { try TokenSigningKey(algorithm: algorithm, privateKey: bytes) }
        }
        let other = try TokenSigningKey.generate([.RS256, .PS256].contains(algorithm) ? .ES256 : .RS256).privateKeyBytes
        #expect(throws: SigningKeyError.invalidPrivateKey) { try TokenSigningKey(algorithm: algorithm, privateKey: other) }
        let ec = Array(P256.Signing.PrivateKey().derRepresentation)
        #expect(throws: SigningKeyError.invalidPrivateKey) { try TokenSigningKey(algorithm: .RS256, privateKey: ec) }
        let small = Array(try _RSA.Signing.PrivateKey(unsafeKeySize: .init(bitCount: 1024)).pkcs8DERRepresentation)
        #expect(throws: SigningKeyError.invalidPrivateKey) { try TokenSigningKey(algorithm: .RS256, privateKey: small) }
    }

    @Test("RS256 of OpenSSL: verified by swift-crypto and by OpenSSL, and equal to swift-crypto's own signature") func rsa() throws {
        let key = try RSAPrivateKey.generate()
        let message = Array("message".utf8)
        let signature = try key.sign(message)
        #expect(key.isValidSignature(signature, for: message))
        #expect(!key.isValidSignature(signature, for: message + [0]))
        let crypto = try _RSA.Signing.PrivateKey(derRepresentation: key.pkcs8)
        #expect(crypto.publicKey.isValidSignature(.init(rawRepresentation: signature), for: message, padding: .insecurePKCS1v1_5))
        #expect(Array(try crypto.signature(for: message, padding: .insecurePKCS1v1_5).rawRepresentation) == signature)
        #expect(key.exponent == [1, 0, 1] && key.modulus.count == 256)
    }

    @Test("RFC 7518 §3.5: PS256 of OpenSSL, verified by swift-crypto and by OpenSSL; neither padding passes for the other") func pss() throws {
        let key = try RSAPrivateKey.generate()
        let message = Array("message".utf8)
        let (pss, pkcs1) = (try key.sign(message, pss: true), try key.sign(message))
        #expect(try key.sign(message, pss: true) != pss)
        #expect(key.isValidSignature(pss, for: message, pss: true) && !key.isValidSignature(pss, for: message + [0], pss: true))
        #expect(!key.isValidSignature(pss, for: message) && !key.isValidSignature(pkcs1, for: message, pss: true))
        let crypto = try _RSA.Signing.PrivateKey(derRepresentation: key.pkcs8)
        #expect(crypto.publicKey.isValidSignature(.init(rawRepresentation: pss), for: message, padding: .PSS))
        #expect(key.isValidSignature(Array(try crypto.signature(for: message, padding: .PSS).rawRepresentation), for: message, pss: true))
    }

    @Test("RFC 8037 A.3: the thumbprint of the example") func thumbprint() throws {
        let seed = try #require(Base64URL.decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"))
        let key = try TokenSigningKey(algorithm: .EdDSA, privateKey: seed)
        #expect(key.keyID == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
        #expect(key.publicJWK["x"]?.string == "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
    }

    @Test("the header is alg, kid, typ; public keys hold nothing private; the key is not printed", arguments: SigningAlgorithm.allCases)
    func form(algorithm: SigningAlgorithm) throws {
        let key = try TokenSigningKey.generate(algorithm)
        let token = try key.sign(header: "at+jwt", claims: [:])
        let header = try JSONParser.parseObject(try #require(Base64URL.decode(String(token.prefix { $0 != "." }))))
        #expect(header.names == ["alg", "kid", "typ"])
        #expect(Set(key.publicJWK.names).isSubset(of: ["kid", "use", "alg", "kty", "crv", "x", "y", "n", "e"]))
        var text = ""
        dump(key, to: &text)
        #expect(!text.contains("material") && "\(key)" == "signing key \(key.keyID)")
    }

    @Test("one key signs on many threads at once", arguments: SigningAlgorithm.allCases)
    func concurrent(algorithm: SigningAlgorithm) async throws {
        let key = try TokenSigningKey.generate(algorithm)
        let verifier = try verifier([key, try TokenSigningKey.generate(algorithm)])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<64 {
                group.addTask {
                    let token = try key.sign(header: "at+jwt", claims: access(["n": .integer(number)]).claims())
                    #expect(try await verifier.verify(accessToken: token).claims["n"]?.integer == number)
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("the claims and their order; at_hash of the answer's access token") func order() {
        #expect(
            access(["department": "x"]).claims().names == [
                "iss", "sub", "aud", "client_id", "scope", "exp", "iat", "auth_time", "acr", "amr", "jti", "sid", "token_use", "groups", "username",
                "department",
            ])
        let claims = id(["email": "a@b.example", "custom:x": 1]).claims(accessToken: "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", algorithm: .RS256)
        #expect(
            claims.names == [
                "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "sid", "jti", "token_use", "email", "custom:x", "groups",
                "identities",
            ])
        #expect(claims["at_hash"]?.string == "77QmUPtjPfzWtF2AnpK9RQ")
        #expect(claims["exp"]?.integer == 1_750_003_600)
        #expect(access().claims()["aud"]?.string == Self.issuer)
    }

    @Test("P21: no attribute sets a reserved claim, present or not") func reserved() {
        let evil = JSONObject((ReservedClaims.names.sorted() + ["groups"]).map { ($0, "evil") })
        for claims in [access(evil).claims(), id(evil).claims(accessToken: nil, algorithm: .ES256)] {
            #expect(!claims.members.contains { $0.value == "evil" })
        }
        let userInfo = UserInfoResponse(subject: "user-1", claims: ["sub": "evil", "iss": "evil", "email": "a", "groups": ["g"], "username": "u"])
            .body
        #expect(userInfo == ["sub": "user-1", "email": "a", "groups": ["g"], "username": "u"])
    }
}

@Suite("Answers: RFC 6749 §5, OpenID Connect Discovery §3")
struct AnswerTests {
    @Test("RFC 6749 §5.1, §5.2: token answers and errors") func token() {
        let full = TokenResponse(accessToken: "a", expiresIn: 3600, refreshToken: "r", idToken: "i", scope: Scope(names: ["openid", "email"]))
        #expect(
            String(decoding: full.encoded(), as: UTF8.self)
                == #"{"access_token":"a","token_type":"Bearer","expires_in":3600,"refresh_token":"r","id_token":"i","scope":"openid email"}"#)
        #expect(
            TokenResponse(accessToken: "a", expiresIn: 1, scope: Scope(names: [])).body.names == [
                "access_token", "token_type", "expires_in",
            ])
        let error = ClientCredentials.refused()
        #expect(error.body == ["error": "invalid_client", "error_description": "The client could not be authenticated."] && error.httpStatus == 401)
    }

    @Test("the discovery document says what this server does, and our own reader takes it") func discovery() throws {
        let document = DiscoveryDocument(
            issuer: "https://id.example.com/p", base: "https://id.example.com/p", algorithms: [.RS256, .ES256], scopes: ["openid", "email"],
            claims: ["email", "sub"], grantTypes: ["authorization_code"])
        let body = document.body
        #expect(body["authorization_endpoint"]?.string == "https://id.example.com/p/oauth2/authorize")
        #expect(body["code_challenge_methods_supported"]?.strings == ["S256"])
        #expect(body["authorization_response_iss_parameter_supported"]?.bool == true)
        #expect(body["request_uri_parameter_supported"]?.bool == false)
        #expect(body["prompt_values_supported"]?.strings == ["none", "login", "consent", "select_account"])
        #expect(body["id_token_signing_alg_values_supported"]?.strings == ["RS256", "ES256"])
        #expect(body["claims_supported"]?.strings?.filter { $0 == "sub" }.count == 1)
        let read = try ProviderMetadata(bytes: document.encoded(), issuer: "https://id.example.com/p")
        #expect(read.jwksURI == "https://id.example.com/p/.well-known/jwks.json")
        #expect(read.endSessionEndpoint == "https://id.example.com/p/logout")
        let small = DiscoveryDocument(issuer: "i", base: "b", endpoints: [.keys], algorithms: [], scopes: [], claims: [], grantTypes: []).body
        #expect(small["introspection_endpoint"] == nil && small["introspection_endpoint_auth_methods_supported"] == nil)
    }
}
