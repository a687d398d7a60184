import Administration
import Logging
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("Authorization requests that are refused (THREATS P1, P3, P8; RFC 6749 §4.1.2.1)")
struct AuthorizeRefusalTests {
    @Test("case 97: an unknown client_id, a disabled one, and none at all get a page and no redirect (P17)")
    func unknownClient() async throws {
        try await TestServer.run { server in
            try await server.expectRefusal("oauth.invalid_client") { try await server.get(server.app.authorizeURL(server, ["client_id": "unknown"])) }
            try await server.expectRefusal("oauth.invalid_request") { try await server.get(server.app.authorizeURL(server, ["client_id": nil])) }
            try await server.fixture.updateClient { $0.enabled = false }
            try await server.expectRefusal("oauth.invalid_client", seen: server.app.clientID) {
                try await server.get(server.app.authorizeURL(server))
            }
        }
    }

    @Test("case 98: a redirect_uri that is not the registered one byte for byte, or none, gets a page and no redirect")
    func redirectURI() async throws {
        try await TestServer.run { server in
            // An empty parameter counts as missing (RFC 6749 §3.1), and OpenID Connect wants it.
            for uri in ["https://app.example/callback/", "https://app.example@evil.example/callback", ""] {
                try await server.expectRefusal(
                    "sign_in.redirect_uri", expected: "a registered redirect URI, character by character", seen: uri.isEmpty ? nil : uri
                ) {
                    try await server.get(server.app.authorizeURL(server, ["redirect_uri": uri]))
                }
            }
        }
    }

    @Test("case 99: a native app gets its code at the port that it asks from, and no other difference passes")
    func loopback() async throws {
        try await TestServer.run({ $0.clientSettings = { $0.redirectURIs = ["http://127.0.0.1/cb"] } }) { server in
            let asked = "http://127.0.0.1:49152/cb"
            let browser = Browser(server)
            let answer = try await browser.answer(try await browser.begin(server.app, ["redirect_uri": asked]))
            #expect(answer.location?.hasPrefix(asked + "?code=") == true)
            #expect(try await server.app.redeem(try #require(answer.parameter("code")), at: server, ["redirect_uri": asked]).status == 200)
            try await server.expectRefusal("sign_in.redirect_uri", seen: asked + "?x=1") {
                try await server.get(server.app.authorizeURL(server, ["redirect_uri": asked + "?x=1"]))
            }
        }
    }

    @Test("case 100: client_id given twice gets a page, another parameter is told, and a state that is not clear is not echoed")
    func twice() async throws {
        try await TestServer.run { server in
            func twice(_ name: String) async throws -> Answer {
                let parameters = server.app.parameters()
                return try await server.get(
                    FormCoding.append(parameters + parameters.filter { $0.name == name }, to: server.fixture.issuer + "/oauth2/authorize"))
            }
            try await server.expectRefusal("oauth.invalid_request") { try await twice("client_id") }
            try await server.expectTold(server.app, "invalid_request") { try await twice("scope") }
            try await server.expectTold(server.app, "invalid_request", state: false) { try await twice("state") }
        }
    }

    /// One request of each kind of refusal; the rules are `AuthorizationRequestTests`'.
    private static let refused: [(changes: [String: String?], error: String)] = [
        (["response_type": "token"], "unsupported_response_type"), (["response_mode": "fragment"], "invalid_request"),
        (["code_challenge_method": "plain"], "invalid_request"), (["scope": "admin"], "invalid_scope"), (["claims": "{"], "invalid_request"),
        (["request": "eyJhbGciOiJub25lIn0.."], "request_not_supported"),
        (["request_uri": "https://evil.example/request.jwt"], "request_uri_not_supported"), (["registration": "{}"], "registration_not_supported"),
        (["prompt": "none login"], "invalid_request"), (["max_age": "-1"], "invalid_request"), (["id_token_hint": "x.y.z"], "invalid_request"),
        (["nonce": String(repeating: "n", count: 1025)], "invalid_request"),
    ]

    @Test("cases 101, 102, 111 to 113: what is wrong with a request is told to the app, by the standard's code, and nothing is fetched")
    func told() async throws {
        try await TestServer.run { server in
            for (changes, error) in Self.refused {
                try await server.expectTold(server.app, error) { try await server.get(server.app.authorizeURL(server, changes)) }
            }
            try await server.expectTold(server.app, "invalid_request", state: false) {
                try await server.get(server.app.authorizeURL(server, ["state": String(repeating: "s", count: 4097)]))
            }
            #expect(server.fixture.clock.fetched == [])
            let line = try #require(server.log.lines.first { $0.metadata["seen"] == "plain" })
            #expect(line.metadata["expected"] == "S256" && line.metadata["client_id"] == server.app.clientID)
        }
    }

    @Test("case 102: without PKCE a request is invalid_request, of every public client and of a confidential one that was registered so")
    func proofKey() async throws {
        for isConfidential in [true, false] {
            try await TestServer.run({ $0.isConfidential = isConfidential }) { server in
                if isConfidential { try await server.changeClient { $0.pkce = .required } }
                try await server.expectTold(server.app, "invalid_request") {
                    try await server.get(server.app.authorizeURL(server, ["code_challenge": nil, "code_challenge_method": nil]))
                }
            }
        }
    }

    @Test("case 111: an empty scope is the client's own; what is unknown beside others is left out, and the answer says what was given")
    func scope() async throws {
        try await TestServer.run { server in
            for (asked, given) in [("", "openid email profile phone"), ("openid admin groups offline_access", "openid groups")] {
                let code = try await Browser(server).signIn(server.app, ["scope": asked])
                #expect(try await server.app.redeem(code, at: server).json["scope"]?.string == given)
            }
        }
    }

    @Test("a query that does not decode, one of 101 parameters and a body of 70 kB are refused before anything is read of them (P20)")
    func bounds() async throws {
        try await TestServer.run { server in
            let url = server.fixture.issuer + "/oauth2/authorize"
            let many = FormCoding.append((0..<101).map { (name: "p\($0)", value: "1") }, to: url)
            for malformed in [many, url + "?client_id=%ZZ", url + "?client_id=%FF"] {
                try await server.expectRefusal("http.malformed") { try await server.get(malformed) }
            }
            try await server.expectRefusal("http.too_large", status: 413) {
                try await server.post(url, [("client_id", String(repeating: "x", count: 70_000))])
            }
        }
    }

    @Test("RFC 6749 §4.1.2.1: a client that is not registered for codes is unauthorized_client")
    func grantOfCodes() async throws {
        try await TestServer.run { server in
            try await server.fixture.updateClient { $0.grantTypes = ["refresh_token"] }
            try await server.expectTold(server.app, "unauthorized_client") { try await server.get(server.app.authorizeURL(server)) }
        }
    }

    @Test("OIDC Core §3.1.2.1: the request may come by POST")
    func post() async throws {
        try await TestServer.run { server in
            let answer = try await server.post(server.fixture.issuer + "/oauth2/authorize", server.app.parameters())
            #expect(answer.status == 303)
            #expect(answer.location?.hasPrefix(server.fixture.identityProvider.singleSignOnLocation) == true)
        }
    }

    @Test("a pool that there is not is a page with status 404, and so is an unknown path; each reference is in the log")
    func notFound() async throws {
        try await TestServer.run { server in
            for path in ["/local_000000000/oauth2/authorize", "/nothing/oauth2/authorize", "/oauth2/authorize", "/login"] {
                try await server.expectRefusal("sign_in.unknown_pool", status: 404) { try await server.get(path) }
            }
            let answer = try await server.get("/no/such/path")
            #expect(answer.status == 404)
            server.expectPage(answer)
            let reference = try #require(answer.body.firstMatch(of: /<code>([2-9A-Z]{12})<\/code>/)?.1)
            let line = try #require(server.log.lines.first { $0.metadata["reference"] == String(reference) })
            #expect(line.level == .info && line.metadata["path"] == "/no/such/path", "at the level that is logged unless told otherwise")
        }
    }
}
