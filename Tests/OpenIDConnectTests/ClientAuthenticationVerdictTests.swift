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

    private func verdict(_ own: Reply, stranger: Reply = .error("invalid_client", 401)) async throws -> ClientAuthenticationVerdict {
        let relyingParty = RelyingParty(
            issuer: "https://op.example", answerIssuers: nil, assertionAudience: "https://op.example", clientID: "us",
            authentication: .post(secret: Array("ours".utf8)), authorizationEndpoint: "https://op.example/authorize",
            tokenEndpoint: "https://op.example/token")
        return try await relyingParty.tryAuthentication(
            redirectURI: "https://id.example/cb", random: { [UInt8](repeating: 9, count: $0) }, at: Date(timeIntervalSince1970: 1_795_000_000),
            transport: Endpoint(own: own, stranger: stranger))
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
