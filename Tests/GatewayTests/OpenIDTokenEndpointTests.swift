import Foundation
import Gateway
import OpenIDConnect
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("Case 93: a token endpoint that answers wrongly costs one sign-in a clear error, and nothing else")
struct OpenIDTokenEndpointTests {
    private typealias Change = (inout FakeOpenIDProvider.Behaviour) -> Void

    private static func reply(_ body: String, status: Int = 200, type: String? = "application/json") -> Change {
        { $0.reply(at: "/token", body, status: status, type: type) }
    }

    /// An answer that would do but for one thing; its ID token never gets as far as being verified.
    private static func answer(_ changes: [String: JSONValue?] = [:]) -> String {
        let usual: JSONObject = ["access_token": "access-1", "token_type": "Bearer", "id_token": "e30.e30.e30"]
        return String(decoding: usual.with(changes).encoded(), as: UTF8.self)
    }

    /// - Parameter isExpected: whether the error is the one that it must be.
    private func refuse(
        _ what: String, _ change: Change, sourceLocation: SourceLocation = #_sourceLocation,
        _ isExpected: (RelyingPartyError) -> Bool
    ) async throws {
        try await OpenIDFlow.run { flow in
            flow.provider.change(change)
            let error = try await flow.refusal()
            guard case .oidc(let error)? = error, isExpected(error) else {
                Issue.record("\(what): \(String(describing: error))", sourceLocation: sourceLocation)
                return
            }
            #expect(try await flow.fixture.contents() == .init(pendingSignIns: 1), "\(what)", sourceLocation: sourceLocation)
            flow.provider.change { $0.answers = [:] }
            _ = try await flow.signIn()
        }
    }

    private static func isAnswer(_ error: RelyingPartyError) -> Bool { if case .answer(.token, _) = error { true } else { false } }

    @Test("a redirect, which is not followed; 500, 404, 204, 201")
    func status() async throws {
        let redirect = HTTPTransportResponse(
            status: 302, headers: [("location", "https://op.example/token2"), ("content-type", "application/json")])
        try await refuse("302", { $0.reply(at: "/token", redirect) }, Self.isAnswer)
        for status in [500, 404, 201, 204] { try await refuse("\(status)", Self.reply(Self.answer(), status: status), Self.isAnswer) }
    }

    @Test("10 MB, and an answer that the way out refused as too large")
    func size() async throws {
        try await refuse("10 MB", Self.reply(Self.answer(["padding": .string(String(repeating: "x", count: 10 << 20))]))) {
            $0 == .unreachable(.token, .tooLarge)
        }
        try await refuse("too large", { $0.fail(at: "/token", .tooLarge) }) { $0 == .unreachable(.token, .tooLarge) }
    }

    @Test("a timeout, nobody there, an address that is not allowed: an outage, which says 503")
    func outage() async throws {
        for error in [HTTPTransportError.timeout, .unreachable, .notAllowed] {
            try await refuse("\(error)", { $0.fail(at: "/token", error) }) { $0 == .unreachable(.token, error) }
            #expect(SignInError.oidc(.unreachable(.token, error)).status == 503)
        }
    }

    @Test("another content type than JSON, none, JSON that is none, a list, duplicate members, a deep one")
    func content() async throws {
        for type in ["text/html", "text/plain", "application/x-www-form-urlencoded", "application/jwt", "", nil] {
            try await refuse("\(type ?? "no type")", Self.reply(Self.answer(), type: type), Self.isAnswer)
        }
        let deep = String(repeating: #"{"a":"#, count: 10_000) + "1" + String(repeating: "}", count: 10_000)
        for body in [
            "", "{", "[]", "null", Self.answer() + "x", #"{"access_token":"a","access_token":"b","token_type":"Bearer"}"#, deep, "\u{FEFF}{}",
        ] {
            try await refuse(String(body.prefix(40)), Self.reply(body), Self.isAnswer)
        }
    }

    @Test("token_type other or missing, no access_token, one with control characters or of 20 KB")
    func tokenType() async throws {
        let wrong: [[String: JSONValue?]] = [
            ["token_type": "mac"], ["token_type": "DPoP"], ["token_type": nil], ["token_type": 1], ["access_token": nil], ["access_token": ""],
            ["access_token": 7], ["access_token": "a\r\nx: y"], ["access_token": "ä"],
            ["access_token": .string(String(repeating: "a", count: 20_000))],
        ]
        for changes in wrong { try await refuse("\(changes)", Self.reply(Self.answer(changes)), Self.isAnswer) }
    }

    @Test("no id_token, or one that is no text")
    func noIDToken() async throws {
        for value: JSONValue? in [nil, .null, 1, ["a"]] {
            try await refuse("\(String(describing: value))", Self.reply(Self.answer(["id_token": value]))) { $0 == .noIDToken }
        }
    }

    @Test("RFC 6749 §5.2: its error is told with 400 and with 200, as the word that it is, without its description")
    func errors() async throws {
        let body = #"{"error":"invalid_grant","error_description":"<script>\r\nalert(1)</script>","error_uri":"https://evil.example"}"#
        for status in [400, 401, 200] {
            try await refuse("\(status)", Self.reply(body, status: status)) { $0 == .tokenRefused("invalid_grant") }
        }
        try await refuse("markup", Self.reply(#"{"error":"<img src=x>\r\nnot a word"}"#, status: 400)) { $0 == .tokenRefused("imgsrcxnotaword") }
        // A description never takes the place of the error.
        #expect(!RelyingPartyError.tokenRefused("invalid_grant").message.contains("script"))
    }

    @Test("token_type is compared without regard to case (RFC 6749 §5.1)")
    func lowerCase() async throws {
        try await OpenIDFlow.run { flow in
            flow.provider.change { $0.tokenAnswer = { $0.with(["token_type": "bearer"]) } }
            _ = try await flow.signIn()
        }
    }

    @Test("an answer of 300 members around a good token is one that no provider sends")
    func members() async throws {
        let many = Dictionary(uniqueKeysWithValues: (0..<300).map { ("m\($0)", JSONValue?.some(1)) })
        try await refuse("300 members", Self.reply(Self.answer(many)), Self.isAnswer)
    }
}
