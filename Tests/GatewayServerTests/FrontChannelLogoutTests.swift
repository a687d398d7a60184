import Administration
import Foundation
import Gateway
import HTTPTypes
import TestSupport
import Testing
import UserPools
import WireFormats

@Suite("Front-channel logout, and the pages of a sign-out (OpenID Connect Front-Channel Logout 1.0)")
struct FrontChannelLogoutTests {
    private static let uri = "https://app.example/frontchannel?a=1"

    private static func run(
        _ settings: @escaping @Sendable (inout ClientSettings) -> Void = { $0.logout.frontchannelURI = .set(uri) },
        _ body: @Sendable (TestServer, Browser, _ idToken: String) async throws -> Void
    ) async throws {
        try await TestServer.run({ $0.clientSettings = settings }) { server in
            let browser = Browser(server)
            let tokens = try await server.app.redeem(try await browser.signIn(server.app), at: server).json
            try await body(server, browser, try #require(tokens["id_token"]?.string))
        }
    }

    private static func url(_ server: TestServer, _ parameters: [(name: String, value: String)] = []) -> String {
        FormCoding.append(parameters, to: server.fixture.issuer + "/logout")
    }

    private static func sid(_ hint: String) throws -> String {
        let claims = try JSONParser.parseObject(try #require(Base64URL.decode(String(hint.split(separator: ".")[1]))))
        return try #require(claims["sid"]?.string)
    }

    @Test("oidcc-frontchannel-rp-initiated-logout: §3: the page opens each app's address in a frame, with iss and sid, and goes on to the app")
    func frames() async throws {
        try await Self.run { server, browser, hint in
            let answer = try await browser.get(
                Self.url(server, [("id_token_hint", hint), ("post_logout_redirect_uri", GatewayFixture.logoutURI), ("state", "s 1")]))
            #expect(answer.status == 200 && answer.location == nil)
            let next = GatewayFixture.logoutURI + "?state=s%201"
            #expect(answer.headers[HTTPField.Name("Refresh")!] == "3; url=" + next && answer.body.contains("href=\"\(next)\""))
            let frame = FormCoding.append([("iss", server.fixture.issuer), ("sid", try Self.sid(hint))], to: Self.uri)
            let source = frame.replacing("&", with: "&amp;")
            #expect(answer.body.contains("<iframe src=\"\(source)\""), "\(answer.body)")
            // The page may show frames of just that origin.
            #expect(answer.headers[.contentSecurityPolicy]?.contains("frame-src https://app.example; ") == true)
            #expect(try await browser.get(server.app.authorizeURL(server, ["prompt": "none"])).parameter("error") == "login_required")
        }
    }

    @Test("case 190: no other page has frames, and nobody's address gets into the policy but those of apps with tokens in the session")
    func policy() async throws {
        try await Self.run { server, browser, hint in
            _ = try await server.fixture.addClient("Never", redirectURI: "https://never.example/cb") {
                $0.logout.frontchannelURI = .set("https://never.example/out")
            }
            let question = try await browser.get(Self.url(server))
            #expect(question.headers[.contentSecurityPolicy]?.contains("frame-src") == false && !question.body.contains("<iframe"))
            let answer = try await browser.get(Self.url(server, [("id_token_hint", hint)]))
            #expect(answer.body.contains("You are signed out") && answer.body.contains("<iframe") && !answer.body.contains("never.example"))
            #expect(answer.headers[.contentSecurityPolicy]?.contains("frame-src https://app.example; ") == true)
            // Once: the record says that they were shown.
            let again = try await browser.get(Self.url(server, [("id_token_hint", hint)]))
            #expect(!again.body.contains("<iframe") && again.headers[.contentSecurityPolicy]?.contains("frame-src") == false)
            let reference = try #require(server.log.lines.last { $0.message == "signed out" }?.metadata["reference"])
            let logout = try await server.fixture.administration.logout(reference, pool: server.fixture.pool.id.text)
            #expect(logout.notices.map(\.channel) == [.front] && logout.notices.map(\.result) == [.shown])
        }
    }

    @Test("§2: the address has the scheme, host and port of a redirect URI")
    func addresses() async throws {
        try await GatewayFixture.run { fixture in
            for uri in [
                "https://other.example/out", "http://app.example/out", "https://app.example:8443/out", "https://app.example.evil.example/",
                "https://app.example/out#f", "com.example.app:/out",
            ] {
                await #expect(throws: AdministrationError.self, "\(uri)") {
                    try await fixture.updateClient { $0.logout.frontchannelURI = .set(uri) }
                }
            }
            try await fixture.updateClient { $0.logout.frontchannelURI = .set(Self.uri) }
        }
    }

    @Test("§2: redirect URIs of which none has the address's origin any more are refused, unless another address comes with them")
    func movedAway() async throws {
        try await GatewayFixture.run { fixture in
            try await fixture.updateClient { $0.logout.frontchannelURI = .set(Self.uri) }
            let moved = ListChange(["https://moved.example/callback"])
            let refused = await #expect(throws: AdministrationError.self) { try await fixture.updateClient { $0.redirectURIs = moved } }
            guard case .problems(let problems)? = refused, problems.map(\.field) == [.frontchannelLogoutURI] else {
                Issue.record("\(String(describing: refused))")
                return
            }
            try await fixture.updateClient { $0.redirectURIs = ListChange(added: ["https://more.example/callback"]) }
            try await fixture.updateClient {
                ($0.redirectURIs, $0.logout.frontchannelURI) = (moved, .set("https://moved.example/out"))
            }
        }
    }

    @Test("the signed-out page leads back to where the app begins a sign-in, with the issuer (OIDC Core §4); else it has no link")
    func again() async throws {
        try await Self.run({ $0.initiateLoginURI = .set("https://app.example/login?x=1") }) { server, browser, hint in
            let answer = try await browser.get(Self.url(server, [("id_token_hint", hint)]))
            let link = FormCoding.append([("iss", server.fixture.issuer)], to: "https://app.example/login?x=1").replacing("&", with: "&amp;")
            #expect(answer.body.contains("href=\"\(link)\"") && answer.body.contains("Sign in again"))
        }
        try await Self.run({ _ in }) { server, browser, hint in
            let answer = try await browser.get(Self.url(server, [("id_token_hint", hint)]))
            #expect(answer.body.contains("You are signed out") && !answer.body.contains("Sign in again"))
        }
    }

    @Test("the question has Cancel, which leaves everything as it is")
    func cancel() async throws {
        try await Self.run({ _ in }) { server, browser, _ in
            let question = try await browser.get(Self.url(server))
            let cancel = Self.url(server) + "?confirm=no"
            #expect(question.body.contains("href=\"\(cancel)\"") && question.body.contains("Cancel"))
            let answer = try await browser.get(cancel)
            #expect(answer.status == 200 && answer.body.contains("You are still signed in") && answer.setCookies.isEmpty)
            #expect(try await browser.get(server.app.authorizeURL(server, ["prompt": "none"])).parameter("code") != nil)
        }
    }
}
