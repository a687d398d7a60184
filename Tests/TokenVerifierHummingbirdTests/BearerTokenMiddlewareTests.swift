import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Synchronization
import Testing
import TokenVerifier
import TokenVerifierHummingbird
import WireFormats

private struct ServiceContext: BearerTokenRequestContext {
    var coreContext: CoreRequestContextStorage
    var accessToken: VerifiedAccessToken?
    init(source: Source) { coreContext = .init(source: source) }
}

/// Answers nothing, as a dead issuer does.
private struct NoNetwork: HTTPTransport {
    func send(_ request: HTTPTransportRequest) async throws(HTTPTransportError) -> HTTPTransportResponse { throw .unreachable }
}

/// Answers the first two requests, discovery and keys, and nothing after them.
private final class TwoAnswers: HTTPTransport {
    private let answers: Mutex<[String]>
    init(_ answers: String...) { self.answers = Mutex(answers.reversed()) }

    func send(_ request: HTTPTransportRequest) async throws(HTTPTransportError) -> HTTPTransportResponse {
        guard let answer = answers.withLock({ $0.popLast() }) else { throw .timeout }
        return HTTPTransportResponse(status: 200, body: Array(answer.utf8))
    }
}

@Suite("RFC 6750: bearer tokens in front of a Hummingbird service")
struct BearerTokenMiddlewareTests {
    private static let issuer = "https://id.example.com/p"
    private let key = Curve25519.Signing.PrivateKey()

    private func token(
        audience: String = "https://orders.example.com", expires: Int = 4_000_000_000, keyID: String? = nil, bound: [UInt8]? = nil
    ) throws -> String {
        let cnf = bound.map { #","cnf":{"x5t#S256":"\#(Base64URL.encode(Array(SHA256.hash(data: $0))))"}"# } ?? ""
        let claims =
            #"{"iss":"\#(Self.issuer)","sub":"user-1","groups":["staff"],"aud":"\#(audience)","exp":\#(expires),"scope":"orders:read"\#(cnf)}"#
        let input =
            Base64URL.encode(Array(#"{"alg":"EdDSA","typ":"at+jwt"\#(keyID.map { #","kid":"\#($0)""# } ?? "")}"#.utf8)) + "."
            + Base64URL.encode(Array(claims.utf8))
        return input + "." + Base64URL.encode(Array(try key.signature(for: Data(input.utf8))))
    }

    private func verifier() throws -> TokenVerifier {
        let x = Base64URL.encode(Array(key.publicKey.rawRepresentation))
        let keys = try JSONWebKeySet(json: #"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"\#(x)"}]}"#)
        return TokenVerifier(issuer: Self.issuer, audience: "https://orders.example.com", keys: keys)
    }

    private func answer(
        _ headers: HTTPFields, uri: String = "/orders", scopes: Set<String> = [], groups: Set<String> = [], verifier: TokenVerifier? = nil,
        certificate: (@Sendable (Request, ServiceContext) -> [UInt8]?)? = nil
    ) async throws -> (status: HTTPResponse.Status, challenge: String?, body: String) {
        let router = Router(context: ServiceContext.self)
        router.add(
            middleware: BearerTokenMiddleware(
                verifier: try verifier ?? self.verifier(), requiredScopes: scopes, anyGroup: groups, clientCertificate: certificate))
        router.get("orders") { _, context in context.accessToken?.subject ?? "nobody" }
        return try await Application(router: router).test(.router) { client in
            try await client.execute(uri: uri, method: .get, headers: headers) { response in
                (response.status, response.headers[.wwwAuthenticate], String(buffer: response.body))
            }
        }
    }

    @Test("a good token gets through, and the service sees who it is") func good() async throws {
        let reply = try await answer([.authorization: "Bearer \(token())"], scopes: ["orders:read"])
        #expect(reply.status == .ok && reply.body == "user-1" && reply.challenge == nil)
        #expect(try await answer([.authorization: "bearer \(token())"]).status == .ok)
    }

    @Test("§3.1: no token, or another scheme: 401 and no error code") func missing() async throws {
        for headers in [[:], [.authorization: "Basic YTpi"]] as [HTTPFields] {
            let reply = try await answer(headers)
            #expect(reply.status == .unauthorized && reply.challenge == "Bearer")
        }
    }

    @Test("case 110, §2.3: a token in the query is not looked at") func query() async throws {
        #expect(try await answer([:], uri: "/orders?access_token=\(token())").status == .unauthorized)
    }

    @Test("§3.1: a refused token: 401 invalid_token with the reason's code") func invalid() async throws {
        for bad in ["x", try token(audience: "https://other.example"), try token(expires: 1000), try token() + "A"] {
            let reply = try await answer([.authorization: "Bearer \(bad)"])
            #expect(reply.status == .unauthorized)
            #expect(reply.challenge?.hasPrefix(#"Bearer error="invalid_token", error_description="token."#) == true)
        }
    }

    @Test("§3.1: the header twice, or with something behind the token: 400 invalid_request") func malformed() async throws {
        var twice = HTTPFields()
        twice.append(HTTPField(name: .authorization, value: "Bearer \(try token())"))
        twice.append(HTTPField(name: .authorization, value: "Bearer \(try token())"))
        for headers in [twice, [.authorization: "Bearer \(try token()) x"], [.authorization: "Bearer"]] {
            let reply = try await answer(headers)
            #expect(reply.status == .badRequest && reply.challenge?.contains("invalid_request") == true)
        }
    }

    @Test("§3.1: a scope too few: 403 insufficient_scope that names what is needed") func scope() async throws {
        let reply = try await answer([.authorization: "Bearer \(token())"], scopes: ["orders:write", "orders:read"])
        #expect(reply.status == .forbidden)
        #expect(reply.challenge == #"Bearer error="insufficient_scope", scope="orders:read orders:write""#)
    }

    @Test("a user in none of the groups: 403, and no scope that would help; one of them is enough") func group() async throws {
        let reply = try await answer([.authorization: "Bearer \(token())"], groups: ["admins", "night"])
        #expect(reply.status == .forbidden)
        #expect(reply.challenge == #"Bearer error="insufficient_scope", error_description="token.group""#)
        #expect(try await answer([.authorization: "Bearer \(token())"], groups: ["admins", "staff"]).status == .ok)
    }

    @Test("RFC 8705 §3: a token that is bound to a certificate gets through with that one, and with no other") func certificate() async throws {
        let own: [UInt8] = [1, 2, 3], headers: HTTPFields = [.authorization: "Bearer \(try token(bound: own))"]
        #expect(try await answer(headers) { _, _ in own }.status == .ok)
        for shown in [nil, [1, 2]] as [[UInt8]?] {
            let reply = try await answer(headers) { _, _ in shown }
            #expect(reply.status == .unauthorized && reply.challenge == #"Bearer error="invalid_token", error_description="request.certificate""#)
        }
        #expect(try await answer(headers).status == .unauthorized)
    }

    @Test("case 79: nor is a kid that is looked for in vain because the issuer is down: 503, while tokens of known keys get through")
    func newKeyWhileDown() async throws {
        let x = Base64URL.encode(Array(key.publicKey.rawRepresentation))
        let issuer = TwoAnswers(
            #"{"issuer":"\#(Self.issuer)","jwks_uri":"\#(Self.issuer)/jwks"}"#,
            #"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"old","x":"\#(x)"}]}"#)
        let verifier = TokenVerifier(issuer: Self.issuer, audience: "https://orders.example.com", transport: issuer)
        #expect(try await answer([.authorization: "Bearer \(token(keyID: "old"))"], verifier: verifier).status == .ok)
        #expect(try await answer([.authorization: "Bearer \(token(keyID: "new"))"], verifier: verifier).status == .serviceUnavailable)
        #expect(try await answer([.authorization: "Bearer \(token(keyID: "old"))"], verifier: verifier).status == .ok)
    }

    @Test("a dead issuer is no fault of the token: 503") func noKeys() async throws {
        let verifier = TokenVerifier(issuer: Self.issuer, audience: "https://orders.example.com", transport: NoNetwork())
        #expect(try await answer([.authorization: "Bearer \(token())"], verifier: verifier).status == .serviceUnavailable)
    }
}
