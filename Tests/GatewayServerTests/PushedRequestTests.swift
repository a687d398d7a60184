import Administration
import Foundation
import Gateway
import HTTPTypes
import OpenIDConnect
import SAML
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("RFC 9126: pushed authorization requests (THREATS P15)")
struct PushedRequestTests {
    @Test("§2.2, §4: what was pushed is what counts, and the browser brings no more than its name")
    func pushed() async throws {
        try await TestServer.run { server in
            let answer = try await server.app.push(at: server, ["scope": "openid email"])
            #expect(answer.status == 201 && answer.headers[.cacheControl] == "no-store" && answer.headers[.contentType] == "application/json")
            #expect(answer.json["expires_in"] == 90)
            let uri = try #require(answer.json["request_uri"]?.string)
            #expect(uri.wholeMatch(of: /urn:ietf:params:oauth:request_uri:[A-Za-z0-9_-]{43}/) != nil)
            let browser = Browser(server)
            // The query's own are not the app's: another state, a wider scope, another place to go.
            let query = [
                (name: "client_id", value: server.app.clientID), ("request_uri", uri), ("state", "evil"), ("scope", "openid phone"),
                ("redirect_uri", "https://evil.example/"),
            ]
            let sent = try await browser.get(FormCoding.append(query, to: server.fixture.issuer + "/oauth2/authorize"))
            let request = try server.fixture.identityProvider.request(inRedirect: try #require(sent.location, "\(sent.body)")).request
            let back = try await browser.answer(request)
            #expect(back.location?.hasPrefix(server.app.redirectURI + "?") == true && back.parameters("state") == [server.app.state])
            let tokens = try await server.app.redeem(try #require(back.parameter("code")), at: server)
            #expect(tokens.json["scope"] == "openid email", "\(tokens.body)")
            let id = try await server.verifier(audience: server.app.clientID).verify(
                idToken: try #require(tokens.json["id_token"]?.string), nonce: server.app.nonce)
            #expect(id.subject.isEmpty == false)
        }
    }

    @Test("a request_uri serves again until the authorization is complete, and not after; of a session, too")
    func reuse() async throws {
        try await TestServer.run { server in
            let uri = try await server.app.pushed(at: server)
            let browser = Browser(server)
            for _ in 1...2 { #expect(try await browser.get(server.app.authorizeURL(server, requestURI: uri)).status == 302) }
            let request = try await browser.begin(server.app, requestURI: uri)
            let other = try await browser.begin(server.app, requestURI: uri)
            #expect(try await browser.answer(request).parameter("code") != nil)
            // The second tab of the same request: nobody gets a second code for it, and the app is told.
            let late = try await browser.answer(other)
            #expect(late.parameters("error") == ["invalid_request_uri"] && late.parameter("code") == nil, "\(late.location ?? late.body)")
            try await server.expectRefusal("oauth.invalid_request_uri") { try await browser.get(server.app.authorizeURL(server, requestURI: uri)) }
            // From the session of that sign-in.
            let next = try await server.app.pushed(at: server)
            #expect(try await browser.get(server.app.authorizeURL(server, requestURI: next)).parameter("code") != nil)
            try await server.expectRefusal("oauth.invalid_request_uri") { try await browser.get(server.app.authorizeURL(server, requestURI: next)) }
        }
    }

    @Test("it expires after 90 seconds, to the second; for a browser that came in time a person may take an hour, and no longer")
    func expiry() async throws {
        try await TestServer.run { server in
            let (late, inTime) = (try await server.app.pushed(at: server), try await server.app.pushed(at: server))
            server.fixture.clock.advance(by: 89)
            #expect(try await Browser(server).get(server.app.authorizeURL(server, requestURI: inTime)).status == 302)
            server.fixture.clock.advance(by: 1)
            try await server.expectRefusal("oauth.invalid_request_uri") { try await server.get(server.app.authorizeURL(server, requestURI: late)) }
            server.fixture.clock.advance(by: 3509)
            #expect(try await Browser(server).get(server.app.authorizeURL(server, requestURI: inTime)).status == 302)
            server.fixture.clock.advance(by: 1)
            try await server.expectRefusal("oauth.invalid_request_uri") { try await server.get(server.app.authorizeURL(server, requestURI: inTime)) }
            #expect(try await server.fixture.stores.pushedRequests.removeExpired(at: server.fixture.clock.now, limit: 10) == 2)
        }
    }

    @Test("P15: of another client, altered, cut, unknown, or without a client, it ends at our page: nothing is known of where to go")
    func otherClient() async throws {
        try await TestServer.run { server in
            let uri = try await server.app.pushed(at: server)
            let thief = try await server.addApp("Thief", redirectURI: GatewayFixture.redirectURI)
            try await server.expectRefusal("oauth.invalid_request_uri") { try await server.get(thief.authorizeURL(server, requestURI: uri)) }
            for wrong in [
                String(uri.dropLast()), uri + "A", "urn:ietf:params:oauth:request_uri:",
                "urn:ietf:params:oauth:request_uri:" + String(repeating: "A", count: 43),
            ] {
                try await server.expectRefusal("oauth.invalid_request_uri") {
                    try await server.get(server.app.authorizeURL(server, requestURI: wrong))
                }
            }
            let url = server.fixture.issuer + "/oauth2/authorize"
            try await server.expectRefusal("oauth.invalid_request_uri") { try await server.get(FormCoding.append([("request_uri", uri)], to: url)) }
            try await server.expectRefusal("oauth.invalid_request") {
                try await server.get(FormCoding.append([("client_id", server.app.clientID), ("request_uri", uri), ("request_uri", uri)], to: url))
            }
            // Nothing of that used it up.
            #expect(try await Browser(server).get(server.app.authorizeURL(server, requestURI: uri)).status == 302)
        }
    }

    @Test("§6: a client that must push is told so where it does not; one that pushes without having to is served")
    func required() async throws {
        try await TestServer.run({ $0.clientSettings = { $0.requiresPushedRequests = true } }) { server in
            try await server.expectTold(server.app, "invalid_request") { try await server.get(server.app.authorizeURL(server)) }
            // An address to fetch from is none of ours.
            try await server.expectTold(server.app, "invalid_request") {
                try await server.get(server.app.authorizeURL(server, ["request_uri": "https://app.example/request.jwt"]))
            }
            let browser = Browser(server)
            let request = try await browser.begin(server.app, requestURI: try await server.app.pushed(at: server))
            #expect(try await browser.answer(request).parameter("code") != nil)
        }
    }

    @Test("§2.3: what would be refused later is refused here, by its own code; without authentication 401; nothing is stored")
    func refusals() async throws {
        try await TestServer.run { server in
            let refused: [(changes: [String: String?], error: String)] = [
                (["redirect_uri": "https://evil.example/cb"], "invalid_request"), (["redirect_uri": nil], "invalid_request"),
                (["response_type": "token"], "unsupported_response_type"), (["response_type": "code id_token"], "unsupported_response_type"),
                (["code_challenge_method": "plain"], "invalid_request"), (["scope": "admin"], "invalid_scope"),
                (["request_uri": "urn:ietf:params:oauth:request_uri:x"], "invalid_request"), (["request": "e30.e30."], "request_not_supported"),
                (["resource": "https://other.example"], "invalid_target"), (["prompt": "none login"], "invalid_request"),
            ]
            for (changes, error) in refused { try await server.expectError(error) { try await server.app.push(at: server, changes) } }
            let url = server.fixture.issuer + "/oauth2/par"
            let twice = server.app.parameters() + [(name: "state", value: "x")]
            try await server.expectError("invalid_request") { try await server.post(url, twice, headers: server.app.authorization) }
            try await server.expectError("invalid_client", status: 401) { try await server.post(url, server.app.parameters()) }
            let thief = TestApp(clientID: server.app.clientID, secret: "wrong", redirectURI: server.app.redirectURI)
            try await server.expectError("invalid_client", status: 401) { try await thief.push(at: server) }
            // Who it says it is in the body is who it proved to be.
            let other = try await server.addApp("Other", redirectURI: GatewayFixture.redirectURI)
            try await server.expectError("invalid_client", status: 401) {
                try await server.post(url, server.app.parameters(), headers: other.authorization)
            }
            // RFC 9126 §2.3: in all, and the body as such.
            try await server.expectError("invalid_request", status: 413) {
                try await server.app.push(at: server, ["ui_locales": String(repeating: "x", count: 20_000)])
            }
            try await server.expectError("invalid_request", status: 413) {
                try await server.app.push(at: server, ["unknown": String(repeating: "x", count: 70_000)])
            }
            let service = try await server.addService("Job")
            try await server.expectError("unauthorized_client") { try await service.push(at: server) }
            #expect(try await server.get(url).status == 405)
            #expect(try await server.fixture.stores.pushedRequests.removeExpired(at: .distantFuture, limit: 10) == 0)
        }
    }

    @Test("a public client pushes too, with PKCE; how many, is bounded, and they come back")
    func publicClient() async throws {
        try await TestServer.run({ $0.isConfidential = false }) { server in
            try await server.expectError("invalid_request") {
                try await server.app.push(at: server, ["code_challenge": nil, "code_challenge_method": nil])
            }
            let uri = try await server.app.pushed(at: server)
            let browser = Browser(server)
            let code = try #require(try await browser.answer(try await browser.begin(server.app, requestURI: uri)).parameter("code"))
            #expect(try await server.app.redeem(code, at: server).status == 200)
            var answer = try await server.app.push(at: server)
            for _ in 0..<1_000 where answer.status == 201 { answer = try await server.app.push(at: server) }
            // RFC 9126 §2.3, RFC 6585 §4.
            #expect(answer.status == 429 && answer.json["error"] == "temporarily_unavailable" && answer.headers[.retryAfter] == "1")
            server.fixture.clock.advanceUptime(by: .seconds(90))
            #expect(try await server.app.push(at: server).status == 201)
        }
    }

    @Test("P20: who pushes for a public client from one address holds nobody elsewhere back")
    func publicClientElsewhere() async throws {
        try await TestServer.run({ $0.isConfidential = false }) { server in
            let (tokens, pool) = (server.fixture.tokens, server.fixture.pool)
            let request = Parameters(server.app.parameters())
            let credentials = try ClientCredentials(authorization: nil, form: request)
            func push(from address: String) async throws(OAuthError) {
                _ = try await tokens.push(request, credentials: credentials, pool: pool, from: address)
            }
            for _ in 0..<1_000 { try await push(from: "203.0.113.7") }
            let error = await #expect(throws: OAuthError.self) { try await push(from: "203.0.113.7") }
            #expect(error?.error == .temporarilyUnavailable)
            try await push(from: "198.51.100.9")
        }
    }

    @Test(
        "the sign-in page repeats no more than the name, and what the person chooses there counts; a provider that the app pushed is not chosen away")
    func page() async throws {
        try await TestServer.run { server in
            let partner = FakeIdentityProvider(entityID: "https://partner.example", key: .second)
            try await server.fixture.addProvider("partner", partner)
            let uri = try await server.app.pushed(at: server)
            let browser = Browser(server)
            let page = try ShownChoice(try await browser.get(server.app.authorizeURL(server, requestURI: uri)))
            #expect(page.offers == ["corp", "partner"])
            #expect(!page.answer.body.contains(server.app.nonce) && page.answer.body.contains("request_uri"))
            let link = try #require(page.links.last)
            let sent = try await browser.get(server.fixture.issuer + "/oauth2/authorize" + link)
            let request = try partner.request(inRedirect: try #require(sent.location)).request
            let back = try await browser.answer(request, by: partner)
            #expect(back.parameter("code") != nil && back.parameters("state") == [server.app.state])

            let fixed = try await server.app.pushed(at: server, ["identity_provider": "corp"])
            let straight = try await Browser(server).get(server.app.authorizeURL(server, requestURI: fixed) + "&identity_provider=partner")
            #expect(
                try server.fixture.identityProvider.request(inRedirect: try #require(straight.location)).request.issuer == server.fixture.entityID)
        }
    }

    @Test("RFC 6749 §3.1: a parameter that nobody knows is ignored, also twice, and not stored; nor is what the client proves itself by")
    func unknownParameters() async throws {
        try await TestServer.run { server in
            let unknown = [(name: "utm_source", value: String(repeating: "x", count: 20_000)), ("utm_source", "y"), ("display", "popup")]
            let answer = try await server.post(
                server.fixture.issuer + "/oauth2/par", server.app.parameters() + unknown, headers: server.app.authorization)
            #expect(answer.status == 201, "\(answer.body)")
            let name = try #require(answer.json["request_uri"]?.string)
            let uri = try #require(PushedRequestURI(name))
            let stored = try await server.fixture.stores.pushedRequests.present(
                SecretHash(of: uri.secret.reveal()), of: server.fixture.client.id, in: server.fixture.pool.id, at: server.fixture.clock.now)
            #expect(Set(stored?.map(\.name) ?? []) == Set(server.app.parameters().map(\.name)))
            let request = try await Browser(server).get(server.app.authorizeURL(server, requestURI: uri.text))
            #expect(request.status == 302)
        }
    }

    @Test("the languages that a pushed request asks for are those of the page; what the browser says beside it counts no more")
    func languages() async throws {
        try await TestServer.run { server in
            try await server.fixture.addProvider("partner", FakeIdentityProvider(entityID: "https://partner.example", key: .second))
            func page(_ uri: String, _ more: String = "") async throws -> String {
                try await Browser(server).get(server.app.authorizeURL(server, requestURI: uri) + more, headers: [.acceptLanguage: "fr"]).body
            }
            #expect(try await page(server.app.pushed(at: server, ["ui_locales": "xx de"])).contains("<html lang=\"de\""))
            #expect(try await page(server.app.pushed(at: server, ["ui_locales": "ja"]), "&ui_locales=de").contains("<html lang=\"ja\""))
            #expect(try await page(server.app.pushed(at: server)).contains("<html lang=\"fr\""))
        }
    }

    @Test("discovery names the endpoint (§5)")
    func discovery() async throws {
        try await TestServer.run { server in
            let document = try await server.get(server.fixture.issuer + "/.well-known/openid-configuration").json
            #expect(document["pushed_authorization_request_endpoint"]?.string == server.fixture.issuer + "/oauth2/par")
            #expect(document["require_pushed_authorization_requests"] == false && document["request_uri_parameter_supported"] == false)
        }
    }
}

extension TestApp {
    /// `POST /oauth2/par` with the usual request.
    func push(at server: TestServer, _ changes: [String: String?] = [:], headers: HTTPFields = [:]) async throws -> Answer {
        var changes = changes
        if secret != nil { changes["client_id"] = .some(nil) }
        return try await server.post(
            server.fixture.issuer + "/oauth2/par", parameters(changes), headers: HTTPFields(authorization.map { $0 } + headers.map { $0 }))
    }

    /// The name that it got.
    func pushed(at server: TestServer, _ changes: [String: String?] = [:], sourceLocation: SourceLocation = #_sourceLocation) async throws -> String {
        let answer = try await push(at: server, changes)
        return try #require(answer.json["request_uri"]?.string, "\(answer.body)", sourceLocation: sourceLocation)
    }

    func authorizeURL(_ server: TestServer, requestURI: String) -> String {
        FormCoding.append([("client_id", clientID), ("request_uri", requestURI)], to: server.fixture.issuer + "/oauth2/authorize")
    }
}

extension Browser {
    func begin(_ app: TestApp, requestURI: String, sourceLocation: SourceLocation = #_sourceLocation) async throws -> AuthnRequest {
        let answer = try await get(app.authorizeURL(server, requestURI: requestURI))
        let location = try #require(answer.location, "\(answer.body)", sourceLocation: sourceLocation)
        return try server.fixture.identityProvider.request(inRedirect: location).request
    }
}
