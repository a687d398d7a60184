import GatewayServer
import HTTPTypes
import TestSupport
import Testing
import TokenVerifier
import UserPools

@Suite("Browser apps: whose scripts may read an answer (Fetch §3.2, THREATS case 144)")
struct CrossOriginTests {
    private static let asked = ["/oauth2/token", "/oauth2/userInfo", "/oauth2/revoke"]
    private static let stranger = "https://evil.example"

    private static func headers(_ origin: String) -> HTTPFields { [.origin: origin] }

    /// A public client at an origin of its own, beside the one of the fixture.
    private static func addPage(_ server: TestServer) async throws -> (TestApp, String) {
        (try await server.addApp("page", redirectURI: "https://Page.example:443/callback", confidential: false), "https://page.example")
    }

    @Test("cases 121 and 144: a preflight allows an origin that any client of the pool registered, without credentials", arguments: asked)
    func preflight(path: String) async throws {
        try await TestServer.run { server in
            let (_, origin) = try await Self.addPage(server)
            let url = server.fixture.issuer + path
            let allowed = try await server.send(.options, url, headers: Self.headers(origin))
            #expect(allowed.status == 204)
            #expect(allowed.headers[.accessControlAllowOrigin] == origin && allowed.headers[.vary] == "Origin")
            #expect(allowed.headers[.accessControlAllowMethods]?.contains("POST") == true)
            #expect(allowed.headers[.accessControlAllowHeaders]?.contains("authorization") == true)
            #expect(allowed.headers[.accessControlAllowCredentials] == nil)
            for other in [Self.stranger, "http://page.example", "https://page.example:444", "null", "https://page.example.evil.example"] {
                let refused = try await server.send(.options, url, headers: Self.headers(other))
                #expect(refused.headers[.accessControlAllowOrigin] == nil && refused.headers[.accessControlAllowMethods] == nil, "\(other)")
            }
        }
    }

    @Test("case 144: the answer itself may be read by this client's origins alone, refusals included")
    func answers() async throws {
        try await TestServer.run { server in
            let (page, origin) = try await Self.addPage(server)
            let browser = Browser(server)
            let tokens = try await page.redeem(try await browser.signIn(page), at: server, headers: Self.headers(origin))
            #expect(tokens.status == 200 && tokens.headers[.accessControlAllowOrigin] == origin)
            #expect(tokens.headers[.accessControlAllowCredentials] == nil && tokens.headers[.vary] == "Origin")
            let access = try #require(tokens.json["access_token"]?.string)

            func ask(_ origin: String) async throws -> [Answer] {
                var bearer = Self.headers(origin)
                bearer[.authorization] = "Bearer " + access
                return [
                    try await page.redeem("no-such-code", at: server, headers: Self.headers(origin)),
                    try await server.get(server.fixture.issuer + "/oauth2/userInfo", headers: bearer),
                    try await server.post(
                        server.fixture.issuer + "/oauth2/revoke", [("client_id", page.clientID), ("token", "none")], headers: Self.headers(origin)),
                ]
            }
            #expect(try await ask(origin).map(\.status) == [400, 200, 200])
            for answer in try await ask(origin) { #expect(answer.headers[.accessControlAllowOrigin] == origin) }
            // The other client's origin passes the preflight, and still reads nothing of this one's.
            let others = String(GatewayFixture.redirectURI.prefix { $0 != "?" }.split(separator: "/").prefix(2).joined(separator: "//"))
            for other in [Self.stranger, others] {
                for answer in try await ask(other) { #expect(answer.headers[.accessControlAllowOrigin] == nil, "\(other)") }
            }
            // Without a client that is known a page of the pool still learns what is wrong.
            let unknown = try await server.post(
                server.fixture.issuer + "/oauth2/token", [("grant_type", "refresh_token"), ("client_id", "nobody")], headers: Self.headers(origin))
            #expect(unknown.status == 401 && unknown.headers[.accessControlAllowOrigin] == origin)
        }
    }

    @Test("case 144: discovery and keys are for every origin, what browsers open is for none")
    func documents() async throws {
        try await TestServer.run { server in
            for path in ["/.well-known/openid-configuration", "/.well-known/jwks.json"] {
                #expect(try await server.get(server.fixture.issuer + path).headers[.accessControlAllowOrigin] == "*")
                let preflight = try await server.send(.options, server.fixture.issuer + path, headers: Self.headers(Self.stranger))
                #expect(preflight.status == 204 && preflight.headers[.accessControlAllowOrigin] == "*")
            }
            let (page, origin) = try await Self.addPage(server)
            for answer in [
                try await server.get(page.authorizeURL(server), headers: Self.headers(origin)),
                try await server.get(server.fixture.issuer + "/logout", headers: Self.headers(origin)),
                try await server.send(.options, server.fixture.issuer + "/oauth2/authorize", headers: Self.headers(origin)),
            ] { #expect(answer.headers[.accessControlAllowOrigin] == nil) }
        }
    }
}
