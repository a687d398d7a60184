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

@Suite("Authorization requests that are refused (THREATS P1, P3, P8; RFC 6749 §4.1.2.1)")
struct AuthorizeRefusalTests {
    @Test("case 97: an unknown client_id, one that is malformed, and none at all get a page and no redirect")
    func unknownClient() async throws {
        try await TestServer.run { server in
            for clientID in ["unknown", "a b", "%00", String(repeating: "a", count: 5000)] {
                try await server.expectRefusal("oauth.invalid_client") {
                    try await server.get(server.app.authorizeURL(server, ["client_id": clientID]))
                }
            }
            try await server.expectRefusal("oauth.invalid_request") { try await server.get(server.app.authorizeURL(server, ["client_id": nil])) }
        }
    }

    @Test("case 97: a disabled client gets the same page as an unknown one (P17)")
    func disabledClient() async throws {
        try await TestServer.run { server in
            try await server.fixture.updateClient { $0.enabled = false }
            try await server.expectRefusal("oauth.invalid_client", seen: server.app.clientID) {
                try await server.get(server.app.authorizeURL(server))
            }
        }
    }

    @Test(
        "case 98: a redirect_uri that is not the registered one byte for byte gets a page and no redirect",
        arguments: [
            "https://app.example/callback/", "https://app.example/callback/more", "https://app.example/call", "https://app.example/Callback",
            "https://APP.example/callback", "HTTPS://app.example/callback", "https://app.example/callback?a=1", "https://app.example/callback#x",
            "https://user@app.example/callback", "https://app.example@evil.example/callback", "https://app.example%2Fcallback",
            "https://app.example/%63allback", "https://app.example/x/../callback", "https://app.example/x/%2e%2e/callback",
            "https://app.example\\callback", "https:\\\\app.example/callback", "https://app.example./callback", "https://аpp.example/callback",
            "https://xn--pp-7ka.example/callback", "https://app.example:443/callback", "https://app.example:8443/callback",
            "http://app.example/callback", "//app.example/callback", "javascript:alert(1)", "https://app.example/callback ", "",
        ])
    func redirectURI(uri: String) async throws {
        try await TestServer.run { server in
            // An empty parameter counts as missing (RFC 6749 §3.1), and OpenID Connect wants it.
            let seen = uri.isEmpty ? nil : uri
            try await server.expectRefusal("sign_in.redirect_uri", expected: "a registered redirect URI, character by character", seen: seen) {
                try await server.get(server.app.authorizeURL(server, ["redirect_uri": uri]))
            }
        }
    }

    @Test("case 98: no redirect_uri where several are registered gets a page, also without openid")
    func severalRegistered() async throws {
        try await TestServer.run { server in
            try await server.fixture.updateClient { $0.redirectURIs = [GatewayFixture.redirectURI, "https://app.example/second"] }
            for scope in ["openid", "email"] {
                try await server.expectRefusal("sign_in.redirect_uri") {
                    try await server.get(server.app.authorizeURL(server, ["redirect_uri": nil, "scope": scope]))
                }
            }
        }
    }

    @Test("case 99: a loopback address is good with any port, the name localhost and another path or query are not")
    func loopback() async throws {
        try await TestServer.run({
            $0.clientSettings = { $0.redirectURIs = ["http://127.0.0.1/cb", "http://[::1]:7000/cb?a=1", "http://localhost/cb"] }
        }) { server in
            for good in ["http://127.0.0.1:49152/cb", "http://127.0.0.1/cb", "http://[::1]:1/cb?a=1", "http://localhost/cb"] {
                let browser = Browser(server)
                let answer = try await browser.answer(try await browser.begin(server.app, ["redirect_uri": good]))
                #expect(answer.location?.hasPrefix(good) == true)
                let code = try #require(answer.parameter("code"))
                #expect(try await server.app.redeem(code, at: server, ["redirect_uri": good]).status == 200)
            }
            for wrong in [
                "http://localhost:49152/cb", "http://127.0.0.1:49152/other", "http://127.0.0.1:49152/cb?x=1", "http://127.0.0.1:0/cb",
                "http://127.0.0.1:99999/cb", "http://127.0.0.1.evil.example/cb", "http://127.0.0.1:80@evil.example/cb", "https://127.0.0.1/cb",
                "http://127.0.0.2/cb", "http://127.1/cb", "http://[::1]:1/cb",
            ] {
                try await server.expectRefusal("sign_in.redirect_uri", seen: wrong) {
                    try await server.get(server.app.authorizeURL(server, ["redirect_uri": wrong]))
                }
            }
        }
    }

    @Test("case 100: client_id or redirect_uri given twice gets a page", arguments: ["client_id", "redirect_uri"])
    func twiceUnproven(name: String) async throws {
        try await TestServer.run { server in
            try await server.expectRefusal("oauth.invalid_request") { try await server.get(twice(name, server)) }
        }
    }

    @Test("case 100: any other parameter given twice is invalid_request", arguments: ["scope", "state", "code_challenge", "response_type", "nonce"])
    func twice(name: String) async throws {
        try await TestServer.run { server in
            // A state that is not clear is not echoed.
            try await server.expectTold(server.app, "invalid_request", state: name != "state") { try await server.get(twice(name, server)) }
        }
    }

    private func twice(_ name: String, _ server: TestServer) -> String {
        let parameters = server.app.parameters()
        return FormCoding.append(parameters + parameters.filter { $0.name == name }, to: server.fixture.issuer + "/oauth2/authorize")
    }

    @Test(
        "case 101: every response_type but code is unsupported_response_type",
        arguments: [nil, "token", "id_token", "code token", "code id_token", "none", "CODE"])
    func responseType(type: String?) async throws {
        try await TestServer.run { server in
            try await server.expectTold(server.app, "unsupported_response_type") {
                try await server.get(server.app.authorizeURL(server, ["response_type": type]))
            }
        }
    }

    @Test("case 101: an unknown response_mode is invalid_request", arguments: ["fragment", "form_post.jwt", "web_message", "QUERY"])
    func responseMode(mode: String) async throws {
        try await TestServer.run { server in
            try await server.expectTold(server.app, "invalid_request") {
                try await server.get(server.app.authorizeURL(server, ["response_mode": mode]))
            }
        }
    }

    @Test("case 102: without a well-formed S256 challenge a request is invalid_request, for public and for confidential clients")
    func proofKey() async throws {
        let long = String(repeating: "a", count: 129), short = String(repeating: "a", count: 42)
        for isConfidential in [true, false] {
            try await TestServer.run({ $0.isConfidential = isConfidential }) { server in
                // Of a public client without exception, of a confidential one that was registered so.
                if isConfidential { try await server.changeClient { $0.pkce = .required } }
                let wrong: [[String: String?]] = [
                    ["code_challenge": nil], ["code_challenge": nil, "code_challenge_method": nil], ["code_challenge_method": nil],
                    ["code_challenge_method": "plain"], ["code_challenge_method": "s256"], ["code_challenge": short], ["code_challenge": long],
                    ["code_challenge": short + "="], ["code_challenge": short + "é"], ["code_challenge": short + " "],
                ]
                for changes in wrong {
                    try await server.expectTold(server.app, "invalid_request") { try await server.get(server.app.authorizeURL(server, changes)) }
                }
            }
        }
    }

    @Test("case 111: no known scope or an endless one is invalid_scope, an empty one the client's own; what is unknown beside others is left out")
    func scope() async throws {
        try await TestServer.run { server in
            for scope in ["admin", "OPENID", String(repeating: "openid ", count: 1500), "openid \"quoted\"", "openid\u{1}"] {
                try await server.expectTold(server.app, "invalid_scope") { try await server.get(server.app.authorizeURL(server, ["scope": scope])) }
            }
            let browser = Browser(server)
            let code = try await browser.signIn(server.app, ["scope": ""])
            #expect(try await server.app.redeem(code, at: server).json["scope"] == "openid email profile phone")
            let some = try await Browser(server).signIn(server.app, ["scope": "openid admin groups offline_access"])
            #expect(try await server.app.redeem(some, at: server).json["scope"] == "openid groups")
        }
    }

    @Test("case 111: a claims parameter that is no JSON object is invalid_request", arguments: ["{", "[]", "1", "{\"a\":1,\"a\":2}"])
    func claims(text: String) async throws {
        try await TestServer.run { server in
            try await server.expectTold(server.app, "invalid_request") { try await server.get(server.app.authorizeURL(server, ["claims": text])) }
        }
    }

    @Test("case 112: request, request_uri and registration have errors of their own, and nothing is fetched")
    func requestObjects() async throws {
        try await TestServer.run { server in
            for (name, value, error) in [
                ("request", "eyJhbGciOiJub25lIn0..", "request_not_supported"),
                ("request_uri", "https://evil.example/request.jwt", "request_uri_not_supported"),
                ("registration", "{}", "registration_not_supported"),
            ] {
                try await server.expectTold(server.app, error) { try await server.get(server.app.authorizeURL(server, [name: value])) }
            }
            #expect(server.fixture.clock.fetched == [])
        }
    }

    @Test("state and nonce are bounded, and what is too long is not echoed (P20)")
    func bounds() async throws {
        try await TestServer.run { server in
            try await server.expectTold(server.app, "invalid_request", state: false) {
                try await server.get(server.app.authorizeURL(server, ["state": String(repeating: "s", count: 4097)]))
            }
            try await server.expectTold(server.app, "invalid_request") {
                try await server.get(server.app.authorizeURL(server, ["nonce": String(repeating: "n", count: 1025)]))
            }
            let many = (0..<101).map { (name: "p\($0)", value: "1") }
            try await server.expectRefusal("http.malformed") {
                try await server.get(FormCoding.append(many, to: server.fixture.issuer + "/oauth2/authorize"))
            }
            try await server.expectRefusal("http.malformed") { try await server.get(server.fixture.issuer + "/oauth2/authorize?client_id=%ZZ") }
            try await server.expectRefusal("http.malformed") { try await server.get(server.fixture.issuer + "/oauth2/authorize?client_id=%FF") }
            try await server.expectRefusal("http.too_large", status: 413) {
                try await server.post(server.fixture.issuer + "/oauth2/authorize", [("client_id", String(repeating: "x", count: 70_000))])
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

    @Test("the log of a refusal that the app is told of has the code, what was expected and seen, and the client")
    func logOfRedirect() async throws {
        try await TestServer.run { server in
            _ = try await server.get(server.app.authorizeURL(server, ["code_challenge_method": "plain"]))
            let line = try #require(server.log.lines.first { $0.metadata["code"] == "oauth.invalid_request" })
            #expect(line.metadata["expected"] == "S256")
            #expect(line.metadata["seen"] == "plain")
            #expect(line.metadata["client_id"] == server.app.clientID)
        }
    }

    @Test("a pool that there is not is a page with status 404, and so is an unknown path; each reference is in the log")
    func notFound() async throws {
        try await TestServer.run { server in
            for path in ["/local_000000000/oauth2/authorize", "/nothing/oauth2/authorize", "/oauth2/authorize"] {
                try await server.expectRefusal("sign_in.unknown_pool", status: 404) { try await server.get(path) }
            }
            let answer = try await server.get("/no/such/path")
            #expect(answer.status == 404)
            server.expectPage(answer)
            let reference = try #require(answer.body.firstMatch(of: /<code>([2-9A-Z]{12})<\/code>/)?.1)
            #expect(server.log.lines.contains { $0.metadata["reference"] == String(reference) })
        }
    }
}
