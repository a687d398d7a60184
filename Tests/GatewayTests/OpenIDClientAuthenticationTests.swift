import Administration
import Crypto
import Foundation
import Gateway
import OpenIDConnect
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("OpenID Connect Core §9: how we prove at a provider's token endpoint who we are")
struct OpenIDClientAuthenticationTests {
    @Test("RFC 6749 §2.3.1: client_secret_basic, with both halves form-encoded before they are joined")
    func basic() async throws {
        let secret = "pÄ:%20+&= /?ß".filter(\.isASCII)
        let provider = try FakeOpenIDProvider(clientID: "id:with %:colon", clientSecret: secret)
        try await OpenIDFlow.run(provider: provider) { flow in
            _ = try await flow.signIn()
            let request = try #require(flow.provider.requests.first { $0.url.hasSuffix("/token") })
            let header = try #require(request.header("authorization"))
            let pair = try #require(Data(base64Encoded: String(header.dropFirst("Basic ".count))).map { String(decoding: $0, as: UTF8.self) })
            #expect(pair.hasPrefix("id%3Awith%20%25%3Acolon:") || pair.hasPrefix("id%3Awith+%25%3Acolon:"))
            #expect(pair.split(separator: ":").count == 2 && !String(decoding: request.body, as: UTF8.self).contains("client_secret"))
            #expect(request.form["client_id"] == nil)
        }
    }

    @Test("RFC 6749 §2.3.1: client_secret_post, in the body and nowhere else")
    func post() async throws {
        try await OpenIDFlow.run(register: { $0.clientAuthentication = .clientSecretPost }) { flow in
            flow.provider.change { $0.clientAuthentication = .post }
            _ = try await flow.signIn()
            let request = try #require(flow.provider.requests.first { $0.url.hasSuffix("/token") })
            #expect(
                request.form["client_secret"] == flow.provider.clientSecret && request.header("authorization") == nil
                    && request.url.hasSuffix("/token"))
        }
    }

    @Test("a public client has nothing but PKCE")
    func none() async throws {
        try await OpenIDFlow.run(register: { ($0.clientSecret, $0.clientAuthentication) = (nil, OIDCConnection.ClientAuthentication.none) }) { flow in
            flow.provider.change { $0.clientAuthentication = .none }
            _ = try await flow.signIn()
            #expect(
                try await flow.administration.provider("op", pool: flow.poolID).oidc?.clientAuthentication == OIDCConnection.ClientAuthentication.none
            )
        }
    }

    @Test("PKCE S256 always, whoever we are: without the verifier's key the provider gives nothing")
    func proofKey() async throws {
        try await OpenIDFlow.run { flow in
            let (url, binding) = try await flow.begin()
            let answer = flow.provider.authorize(url)
            _ = try await flow.complete(answer, binding: binding)
            let query = FakeOpenIDProvider.query(url)
            let form = try #require(flow.provider.requests.first { $0.url.hasSuffix("/token") }).form
            let verifier = try #require(form["code_verifier"])
            #expect(query["code_challenge_method"] == "S256")
            #expect(Base64URL.encode(Array(SHA256.hash(data: Array(verifier.utf8)))) == query["code_challenge"])
            #expect(form["redirect_uri"] == query["redirect_uri"] && form["grant_type"] == "authorization_code")
        }
    }

    @Test("case 107: what others demand of our private_key_jwt: aud is the issuer as one text, iss and sub are us, jti new each time, 5 minutes, kid")
    func privateKey() async throws {
        let key = P256.Signing.PrivateKey()
        try await OpenIDFlow.run(register: { settings in
            settings.clientSecret = nil
            settings.clientKey = SecretBytes(key.pemRepresentation)
            settings.keyID = "our-key-2026"
        }) { flow in
            flow.provider.change { $0.clientAuthentication = .privateKeyJWT }
            _ = try await flow.signIn()
            _ = try await flow.signIn()
            let assertions = flow.provider.requests.filter { $0.url.hasSuffix("/token") }.compactMap { $0.form["client_assertion"] }
            #expect(assertions.count == 2)
            var ids: Set<String> = []
            for assertion in assertions {
                let claims = try Assertion.verified(assertion, by: key.publicKey, keyID: "our-key-2026")
                let now = Int(flow.fixture.clock.now.timeIntervalSince1970)
                #expect(claims["aud"] == .string(flow.provider.issuer))
                #expect(claims["iss"] == "countersign-1" && claims["sub"] == "countersign-1")
                let (issued, expires) = (try #require(claims["iat"]?.integer), try #require(claims["exp"]?.integer))
                #expect(issued == now && expires > now && expires <= now + 300)
                ids.insert(try #require(claims["jti"]?.string))
            }
            #expect(ids.count == 2)
        }
    }

    @Test("private_key_jwt with RSA: RS256, and the key's thumbprint as kid")
    func rsa() throws {
        let key = try ClientKey(pem: Self.rsaKey)
        #expect(key.publicJWK["alg"] == "RS256" && key.publicJWK["kid"]?.string == key.keyID && key.keyID.count == 43)
        #expect(key.publicJWK["d"] == nil && key.publicJWK["p"] == nil)
    }

    private static let rsaKey =
        (try? TokenSigningKey.generate(.RS256)).map { key in
            "-----BEGIN PRIVATE KEY-----\n" + Data(key.privateKeyBytes).base64EncodedString(options: .lineLength64Characters)
                + "\n-----END PRIVATE KEY-----\n"
        } ?? ""

    @Test(
        "a key that is none is refused where it is given, not at the first sign-in",
        arguments: [
            "", "secret", "-----BEGIN PRIVATE KEY-----\n!!!\n-----END PRIVATE KEY-----", "-----END PRIVATE KEY-----\n-----BEGIN PRIVATE KEY-----",
        ])
    func noKey(_ pem: String) async throws {
        await expectProblem(.clientKey) { try await OpenIDFlow.run(register: { $0.clientKey = SecretBytes(pem) }) { _ in } }
    }

    @Test("another method needs a secret that fits it: a stored secret is no private key, a stored key no secret")
    func otherMethod() async throws {
        try await OpenIDFlow.run { flow in
            _ = try await flow.signIn()
            await expectProblem(.clientSecret) { try await flow.update { $0.clientAuthentication = .privateKeyJWT } }
            _ = try await flow.signIn()
            let key = P256.Signing.PrivateKey()
            try await flow.update { $0.clientKey = SecretBytes(key.pemRepresentation) }
            flow.provider.change { $0.clientAuthentication = .privateKeyJWT }
            _ = try await flow.signIn()
            await expectProblem(.clientSecret) { try await flow.update { $0.clientAuthentication = .clientSecretPost } }
            try await flow.update {
                $0.clientAuthentication = .clientSecretPost
                $0.clientSecret = SecretBytes(flow.provider.clientSecret)
            }
            flow.provider.change { $0.clientAuthentication = .post }
            _ = try await flow.signIn()
        }
    }

    @Test("a wrong secret is the provider's to refuse, and says what to do")
    func wrongSecret() async throws {
        try await OpenIDFlow.run(register: { $0.clientSecret = SecretBytes("another") }) { flow in
            let error = try await flow.refusal()
            #expect(error == .oidc(.tokenRefused("invalid_client")))
        }
    }
}

/// A token of ours that proves who we are, as the other side reads it.
enum Assertion {
    struct Refused: Error {}

    static func verified(_ assertion: String, by key: P256.Signing.PublicKey, keyID: String) throws -> JSONObject {
        let parts = assertion.split(separator: ".", omittingEmptySubsequences: false).map { Array($0.utf8) }
        guard parts.count == 3, let header = Base64URL.decode(parts[0]), let payload = Base64URL.decode(parts[1]),
            let bytes = Base64URL.decode(parts[2])
        else { throw Refused() }
        let signature = try P256.Signing.ECDSASignature(rawRepresentation: bytes)
        guard key.isValidSignature(signature, for: parts[0] + [UInt8(ascii: ".")] + parts[1]) else { throw Refused() }
        let members = try JSONParser.parseObject(header)
        guard members["alg"] == "ES256", members["kid"]?.string == keyID else { throw Refused() }
        return try JSONParser.parseObject(payload)
    }
}
