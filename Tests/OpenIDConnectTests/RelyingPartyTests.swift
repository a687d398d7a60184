import Foundation
import OpenIDConnect
import Testing
import TokenVerifier

@Suite("RFC 6749 §4.1 and OpenID Connect Core §3.1 as a relying party")
struct RelyingPartyTests {
    private static let proofKey = ProofKey(randomBytes: [UInt8](repeating: 9, count: 32))
    private static let transaction = RelyingParty.Transaction(
        state: "s-1", nonce: "n-1", proofKey: proofKey, redirectURI: "https://id.example/p/oauth2/idpresponse/a%2Bb")

    private static func relyingParty(
        authorization: String = "https://op.example/authorize", authentication: RelyingParty.Authentication = .none, sendsIssuer: Bool = false,
        isOpenID: Bool = true
    ) -> RelyingParty {
        RelyingParty(
            issuer: "https://op.example", answerIssuers: ["https://op.example"], assertionAudience: "https://op.example", clientID: "client & 1",
            authentication: authentication, authorizationEndpoint: authorization,
            tokenEndpoint: "https://op.example/token", sendsIssuer: sendsIssuer, isOpenID: isOpenID)
    }

    /// A provider of one answer.
    private struct OneAnswer: HTTPTransport {
        let response: HTTPTransportResponse
        func send(_ request: HTTPTransportRequest) async throws(HTTPTransportError) -> HTTPTransportResponse { response }
    }

    private static func callback(_ fields: [(name: String, value: String)]) throws -> AuthorizationCallback {
        try AuthorizationCallback(Parameters(fields))
    }

    @Test("§3.1.2.1: the request has each parameter once, percent-encoded; an address with a query keeps it")
    func url() {
        var options = RelyingParty.AuthorizationOptions()
        options.scopes = ["openid", "email"]
        let url = Self.relyingParty(authorization: "https://op.example/authorize?tenant=a%20b").authorizationURL(for: Self.transaction, options)
        #expect(url.hasPrefix("https://op.example/authorize?tenant=a%20b&response_type=code&client_id=client%20%26%201&"))
        #expect(url.contains("redirect_uri=https%3A%2F%2Fid.example%2Fp%2Foauth2%2Fidpresponse%2Fa%252Bb&"))
        #expect(url.contains("scope=openid%20email") && url.contains("nonce=n-1") && url.contains("code_challenge_method=S256"))
        #expect(!url.contains("prompt") && !url.contains("max_age") && !url.contains("response_mode"))
    }

    @Test("what is ours alone to set cannot be set by an extra parameter, whatever was stored")
    func reserved() {
        var options = RelyingParty.AuthorizationOptions()
        options.extra = RelyingParty.reservedParameters.map { ($0, "evil") } + [("hd", "example.com")]
        let url = Self.relyingParty().authorizationURL(for: Self.transaction, options)
        #expect(!url.contains("evil") && url.hasSuffix("&hd=example.com"))
    }

    @Test("OAuth 2.0 alone has no nonce, and PKCE all the same")
    func withoutNonce() {
        let url = Self.relyingParty(isOpenID: false).authorizationURL(for: Self.transaction, RelyingParty.AuthorizationOptions())
        #expect(!url.contains("nonce=") && url.contains("code_challenge=\(Self.proofKey.codeChallenge)") && !url.contains("scope="))
    }

    @Test("RFC 6749 §4.1.2: an answer without state, with a parameter twice, with both or neither of code and error does not read")
    func answers() {
        #expect(throws: RelyingPartyError.state) { try Self.callback([("code", "c")]) }
        let wrong: [[(name: String, value: String)]] = [
            [("state", "s")], [("state", "s"), ("code", "c"), ("error", "e")], [("state", "s"), ("code", "c"), ("code", "c")],
            [("state", "s"), ("state", "s"), ("code", "c")], [("state", "s"), ("code", "c\r\n")],
            [("state", "s"), ("code", String(repeating: "c", count: 8193))], [("state", String(repeating: "s", count: 257)), ("code", "c")],
            [("state", "s"), ("code", "c"), ("iss", "a"), ("iss", "b")], [("state", "s"), ("error", String(repeating: "e", count: 257))],
        ]
        for fields in wrong {
            do {
                _ = try Self.callback(fields)
                Issue.record("\(fields)")
            } catch let error as RelyingPartyError {
                guard case .callback = error else {
                    Issue.record("\(error)")
                    continue
                }
            } catch { Issue.record("\(error)") }
        }
    }

    @Test("RFC 9207 §2.4: the answer is looked at before a code or an error of it is believed")
    func issuer() async throws {
        let transport = OneAnswer(response: HTTPTransportResponse(status: 500))
        func error(_ fields: [(name: String, value: String)], sendsIssuer: Bool) async throws -> RelyingPartyError? {
            let answer = try Self.callback(fields)
            do throws(RelyingPartyError) {
                _ = try await Self.relyingParty(sendsIssuer: sendsIssuer).redeem(
                    answer, Self.transaction, assertionID: "a", at: Date(timeIntervalSince1970: 1_795_000_000), transport: transport)
                return nil
            } catch { return error }
        }
        let (code, refused) = ([("state", "s"), ("code", "c")], [("state", "s"), ("error", "access_denied")])
        #expect(try await error(code, sendsIssuer: true) == .mixUp(expected: "https://op.example", seen: nil))
        #expect(try await error(refused, sendsIssuer: true) == .mixUp(expected: "https://op.example", seen: nil))
        #expect(
            try await error(code + [("iss", "https://other")], sendsIssuer: false) == .mixUp(expected: "https://op.example", seen: "https://other"))
        #expect(try await error(refused + [("iss", "https://op.example")], sendsIssuer: true) == .declined)
        #expect(try await error(refused, sendsIssuer: false) == .declined)
        #expect(try await error(code, sendsIssuer: false) == .answer(.token, problem: "its status is 500", isOutage: true))
    }

    @Test("a clock that is wrong is seen at once: dates as people read them, and the moment here")
    func dates() {
        let (then, now) = (Date(timeIntervalSince1970: 1_796_004_747), Date(timeIntervalSince1970: 1_796_008_347))
        let (expired, early) = (
            RelyingPartyError.idToken(.expired(at: then, now: now)), RelyingPartyError.idToken(.notYetValid(from: now, now: then))
        )
        #expect(expired.expected == "after 2026-11-30T03:12:27Z" && expired.seen == "2026-11-30T02:12:27Z")
        #expect(early.expected == "before 2026-11-30T02:12:27Z" && early.seen == "2026-11-30T03:12:27Z")
        #expect(RelyingPartyError.authenticationTime(seen: then).seen == "auth_time 2026-11-30T02:12:27Z")
        #expect(RelyingPartyError.idToken(.expired(at: Date(timeIntervalSince1970: -1e300), now: now)).seen == "-1e+300")
    }

    @Test("an access token is not printed, wherever it stands")
    func secret() async throws {
        let body = #"{"access_token":"access-4711","token_type":"Bearer"}"#
        let transport = OneAnswer(
            response: HTTPTransportResponse(status: 200, headers: [("content-type", "application/json")], body: Array(body.utf8)))
        let exchange = try await Self.relyingParty(isOpenID: false).redeem(
            try Self.callback([("state", "s"), ("code", "c")]), Self.transaction, assertionID: "a", at: Date(timeIntervalSince1970: 1_795_000_000),
            transport: transport)
        var dumped = ""
        dump(exchange, to: &dumped)
        for text in ["\(exchange)", "\(exchange.accessToken)", String(reflecting: exchange), dumped] { #expect(!text.contains("4711")) }
    }

    @Test("every error has a code of its own, and a remedy; none says more of the provider's text than a word")
    func errors() {
        let all: [RelyingPartyError] = [
            .callback("x"), .state, .mixUp(expected: "a", seen: "b"), .declined, .refused("x"), .unreachable(.token, .timeout),
            .answer(.token, problem: "x"), .tokenRefused("x"), .noIDToken, .authenticationTime(seen: nil), .otherSubject(.userInfo),
            .tenant(seen: "x"), .clientKey,
        ]
        #expect(Set(all.map(\.code)).count == all.count)
        for error in all { #expect(error.code.hasPrefix("oidc.") && !error.remedy.isEmpty && error.message.hasSuffix(".")) }
        #expect(RelyingPartyError.tenant(seen: String(repeating: "x", count: 1000)).seen?.count == 200)
        #expect(RelyingPartyError.unreachable(.token, .timeout).isOutage && !RelyingPartyError.declined.isOutage)
        #expect(!RelyingPartyError.answer(.token, status: 499).isOutage && RelyingPartyError.answer(.token, status: 500).isOutage)
    }
}
