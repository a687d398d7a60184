import Crypto
import Foundation
import OpenIDConnect
import Testing
import TokenVerifier

@Suite("RFC 6749 §4.1.3 and §5.2: whether a token endpoint takes a secret, asked with a code that nobody gave")
struct ClientAuthenticationVerdictTests {
    private struct Reply: Sendable {
        var status = 400
        var body = ""

        static func error(_ name: String, _ status: Int = 400) -> Reply { Reply(status: status, body: #"{"error":"\#(name)"}"#) }
    }

    /// A token endpoint that tells us from strangers.
    private struct Endpoint: HTTPTransport {
        let own: Reply
        let stranger: Reply

        func send(_ request: HTTPTransportRequest) async throws(HTTPTransportError) -> HTTPTransportResponse {
            let reply = String(decoding: request.body, as: UTF8.self).contains("client_secret=ours") ? own : stranger
            return HTTPTransportResponse(
                status: reply.status, headers: [("content-type", "application/json")], body: Array(reply.body.utf8))
        }
    }

    /// One that takes signed statements of one algorithm, and knows no code.
    private struct StatementEndpoint: HTTPTransport {
        let algorithm: TokenAlgorithm
        /// nil: it looks at no signature.
        let key: JSONWebKey?

        func send(_ request: HTTPTransportRequest) async throws(HTTPTransportError) -> HTTPTransportResponse {
            let body = Reply.error(takes(statement(request)) ? "invalid_grant" : "invalid_client").body
            return HTTPTransportResponse(status: 400, headers: [("content-type", "application/json")], body: Array(body.utf8))
        }

        private func takes(_ statement: String) -> Bool {
            do {
                let statement = try CompactJWS(statement, algorithms: [algorithm])
                if let key { try statement.verify(with: key) }
                return true
            } catch { return false }
        }

        private func statement(_ request: HTTPTransportRequest) -> String {
            let fields = String(decoding: request.body, as: UTF8.self).split(separator: "&")
            return String(fields.first { $0.hasPrefix("client_assertion=") }?.dropFirst("client_assertion=".count) ?? "")
        }
    }

    private func verdict(_ own: Reply, stranger: Reply = .error("invalid_client", 401)) async throws -> ClientAuthenticationVerdict {
        try await verdict(.post(secret: Array("ours".utf8)), at: Endpoint(own: own, stranger: stranger))
    }

    private func verdict(_ authentication: RelyingParty.Authentication, at endpoint: any HTTPTransport) async throws -> ClientAuthenticationVerdict {
        let relyingParty = RelyingParty(
            issuer: "https://op.example", answerIssuers: nil, assertionAudience: "https://op.example", clientID: "us",
            authentication: authentication, authorizationEndpoint: "https://op.example/authorize", tokenEndpoint: "https://op.example/token")
        return try await relyingParty.tryAuthentication(
            redirectURI: "https://id.example/cb", random: { [UInt8](repeating: 9, count: $0) }, at: Date(timeIntervalSince1970: 1_795_000_000),
            transport: endpoint)
    }

    @Test("proven: our code is refused and not we, and a stranger is refused for who it is; GitHub says it with status 200 and words of its own")
    func proven() async throws {
        let standard = try await verdict(.error("invalid_grant"))
        let github = try await verdict(.error("bad_verification_code", 200), stranger: .error("incorrect_client_credentials", 200))
        #expect(standard == .proven && github == .proven)
    }

    @Test("refused: by its error, or by status 401 whatever it says")
    func refused() async throws {
        for (reply, seen) in [
            (Reply.error("invalid_client"), "invalid_client, status 400"), (.error("unauthorized_client", 401), "unauthorized_client, status 401"),
            (.error("incorrect_client_credentials", 200), "incorrect_client_credentials, status 200"), (Reply(status: 401), "status 401"),
            (.error("invalid_grant", 401), "invalid_grant, status 401"),
        ] {
            let verdict = try await verdict(reply)
            #expect(verdict == .refused(seen: seen))
        }
    }

    @Test("a stranger's statement has our algorithm and key ID: who looks at those alone proves nothing, who verifies the signature does")
    func statements() async throws {
        for (made, algorithm) in [(SigningAlgorithm.RS256, TokenAlgorithm.RS256), (.ES256, .ES256)] {
            let key = try ClientKey(pem: try pem(of: made))
            let careless = try await verdict(.privateKey(key), at: StatementEndpoint(algorithm: algorithm, key: nil))
            #expect(careless == .unclear(seen: "the same answer to a secret that nobody has"))
            let published = try JSONWebKey(key.publicJWK)
            let careful = try await verdict(.privateKey(key), at: StatementEndpoint(algorithm: algorithm, key: published))
            #expect(careful == .proven)
        }
    }

    private func pem(of algorithm: SigningAlgorithm) throws -> String {
        let key = try TokenSigningKey.generate(algorithm).privateKeyBytes
        let der = algorithm == .ES256 ? Array(try P256.Signing.PrivateKey(rawRepresentation: key).derRepresentation) : key
        return "-----BEGIN PRIVATE KEY-----\n" + Data(der).base64EncodedString(options: .lineLength64Characters) + "\n-----END PRIVATE KEY-----\n"
    }

    @Test("unclear: any other answer, a token among them; and any answer that a stranger gets as well, or that nobody can compare with a stranger's")
    func unclear() async throws {
        for (own, stranger, seen) in [
            (Reply.error("invalid_request"), Reply.error("invalid_client"), "invalid_request, status 400"),
            (.error("redirect_uri_mismatch", 200), .error("invalid_client"), "redirect_uri_mismatch, status 200"),
            (Reply(status: 500, body: "<html>"), .error("invalid_client"), "status 500"),
            (Reply(status: 200, body: #"{"access_token":"t","token_type":"Bearer"}"#), .error("invalid_client"), "status 200"),
            (.error("invalid_grant"), .error("invalid_grant"), "the same answer to a secret that nobody has"),
            (.error("invalid_grant"), Reply(status: 429), "status 429, to a secret that nobody has"),
        ] {
            let verdict = try await verdict(own, stranger: stranger)
            #expect(verdict == .unclear(seen: seen))
        }
    }
}
