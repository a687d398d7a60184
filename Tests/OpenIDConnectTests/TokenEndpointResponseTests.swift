import Foundation
import OpenIDConnect
import Testing
import TokenVerifier
import WireFormats

@Suite("RFC 6749 §5.1 and §5.2: what a provider's token endpoint answers, case 93")
struct TokenEndpointResponseTests {
    private typealias Answer = Result<HTTPTransportResponse, HTTPTransportError>

    /// A token endpoint of one answer.
    private struct Endpoint: HTTPTransport {
        let answer: Answer
        func send(_ request: HTTPTransportRequest) async throws(HTTPTransportError) -> HTTPTransportResponse { try answer.get() }
    }

    private static func body(_ changes: [String: JSONValue?] = [:]) -> String {
        let usual: [String: JSONValue?] = ["access_token": "access-1", "token_type": "Bearer", "id_token": "e30.e30.e30"]
        var body = JSONObject()
        for (name, value) in usual.merging(changes, uniquingKeysWith: { $1 }) { if let value { body.append(name, value) } }
        return String(decoding: body.encoded(), as: UTF8.self)
    }

    private static func reply(_ body: String = body(), status: Int = 200, type: String? = "application/json") -> Answer {
        .success(HTTPTransportResponse(status: status, headers: type.map { [("content-type", $0)] } ?? [], body: Array(body.utf8)))
    }

    /// The error of a redemption that gets this answer; nil where it is good.
    private func refusal(_ answer: Answer) async throws -> RelyingPartyError? {
        let relyingParty = RelyingParty(
            issuer: "https://op.example", answerIssuers: ["https://op.example"], assertionAudience: "https://op.example", clientID: "client-1",
            authentication: .none, authorizationEndpoint: "https://op.example/authorize", tokenEndpoint: "https://op.example/token",
            sendsIssuer: false, isOpenID: true)
        let transaction = RelyingParty.Transaction(
            state: "s", nonce: "n", proofKey: ProofKey(randomBytes: [UInt8](repeating: 9, count: 32)), redirectURI: "https://id.example/cb")
        let callback = try AuthorizationCallback(Parameters([("state", "s"), ("code", "c")]))
        do throws(RelyingPartyError) {
            _ = try await relyingParty.redeem(
                callback, transaction, assertionID: "a", at: Date(timeIntervalSince1970: 1_795_000_000), transport: Endpoint(answer: answer))
            return nil
        } catch { return error }
    }

    private func expectNoAnswer(_ answer: Answer, _ what: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let error = try await refusal(answer)
        guard case .answer(.token, _, _)? = error else {
            Issue.record("\(what): \(String(describing: error))", sourceLocation: sourceLocation)
            return
        }
    }

    @Test("a good answer, whatever the case of its token_type (§5.1)", arguments: ["Bearer", "bearer", "BEARER"])
    func good(type: String) async throws { #expect(try await refusal(Self.reply(Self.body(["token_type": .string(type)]))) == nil) }

    @Test("a redirect, which is not followed; 500, 404, 204, 201", arguments: [302, 500, 404, 204, 201])
    func status(status: Int) async throws { try await expectNoAnswer(Self.reply(status: status), "\(status)") }

    @Test("10 MB; nobody there, nobody in time, an address that is not allowed: an outage")
    func outage() async throws {
        let large = Self.reply(Self.body(["padding": .string(String(repeating: "x", count: 10 << 20))]))
        #expect(try await refusal(large) == .unreachable(.token, .tooLarge))
        for error in [HTTPTransportError.timeout, .unreachable, .notAllowed, .tooLarge] {
            #expect(try await refusal(.failure(error)) == .unreachable(.token, error))
        }
    }

    @Test(
        "another content type than JSON, and none",
        arguments: ["text/html", "text/plain", "application/x-www-form-urlencoded", "application/jwt", "", nil])
    func contentType(type: String?) async throws { try await expectNoAnswer(Self.reply(type: type), type ?? "no type") }

    @Test("JSON that is none, a list, duplicate members, a deep one, 300 members")
    func content() async throws {
        let deep = String(repeating: #"{"a":"#, count: 10_000) + "1" + String(repeating: "}", count: 10_000)
        let many = Dictionary(uniqueKeysWithValues: (0..<300).map { ("m\($0)", JSONValue?.some(1)) })
        for body in [
            "", "{", "[]", "null", Self.body() + "x", #"{"access_token":"a","access_token":"b","token_type":"Bearer"}"#, deep, "\u{FEFF}{}",
            Self.body(many),
        ] {
            try await expectNoAnswer(Self.reply(body), String(body.prefix(40)))
        }
    }

    @Test("token_type other or missing, no access_token, one with control characters or of 20 KB")
    func members() async throws {
        let wrong: [[String: JSONValue?]] = [
            ["token_type": "mac"], ["token_type": "DPoP"], ["token_type": nil], ["token_type": 1], ["access_token": nil], ["access_token": ""],
            ["access_token": 7], ["access_token": "a\r\nx: y"], ["access_token": "ä"],
            ["access_token": .string(String(repeating: "a", count: 20_000))],
        ]
        for changes in wrong { try await expectNoAnswer(Self.reply(Self.body(changes)), "\(changes)") }
        for value: JSONValue? in [nil, .null, 1, ["a"]] {
            #expect(try await refusal(Self.reply(Self.body(["id_token": value]))) == .noIDToken, "\(String(describing: value))")
        }
    }

    @Test("§5.2: its error is told with 400, 401 and 200, as the word that it is, without its description")
    func errors() async throws {
        let body = #"{"error":"invalid_grant","error_description":"<script>\r\nalert(1)</script>","error_uri":"https://evil.example"}"#
        for status in [400, 401, 200] { #expect(try await refusal(Self.reply(body, status: status)) == .tokenRefused("invalid_grant")) }
        let markup = #"{"error":"<img src=x>\r\nnot a word"}"#
        #expect(try await refusal(Self.reply(markup, status: 400)) == .tokenRefused("imgsrcxnotaword"))
        // A description never takes the place of the error.
        #expect(!RelyingPartyError.tokenRefused("invalid_grant").message.contains("script"))
    }
}
