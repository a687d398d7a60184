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

@Suite("The token endpoint refuses (RFC 6749 §5.2, THREATS P2, P3, P5, P7)")
struct TokenEndpointTests {
    @Test("case 103: a verifier that is missing, another one, malformed, or the challenge itself is invalid_grant, and the code is used up")
    func verifier() async throws {
        try await TestServer.run { server in
            let app = server.app
            let wrong = [nil, String(repeating: "b", count: 43), "short", app.proofKey.codeChallenge, app.proofKey.codeVerifier + "=", ""]
            for verifier in wrong {
                let code = try await Browser(server).signIn(app)
                try await server.expectError("invalid_grant") { try await app.redeem(code, at: server, ["code_verifier": verifier]) }
                try await server.expectError("invalid_grant") { try await app.redeem(code, at: server) }
            }
            #expect(try await server.fixture.contents().refreshTokens == 0)
        }
    }

    @Test("case 102, case 103: a confidential client may come without PKCE; a verifier where no challenge was, or none where one was, gives nothing")
    func withoutProofKey() async throws {
        try await TestServer.run { server in
            let none: [String: String?] = ["code_challenge": nil, "code_challenge_method": nil]
            func code(_ changes: [String: String?]) async throws -> String { try await Browser(server).signIn(server.app, changes) }
            #expect(try await server.app.redeem(try await code(none), at: server, ["code_verifier": nil]).status == 200)
            // RFC 9700 §4.8.2: whoever strips the challenge from the request of an app that sends a verifier gets nothing.
            let stripped = try await code(none)
            try await server.expectError("invalid_grant") { try await server.app.redeem(stripped, at: server) }
            let bound = try await code([:])
            try await server.expectError("invalid_grant") { try await server.app.redeem(bound, at: server, ["code_verifier": nil]) }
        }
    }

    @Test("RFC 7636 §4.1: a verifier of fewer than 43 characters is named as that")
    func shortVerifier() async throws {
        try await TestServer.run { server in
            let code = try await Browser(server).signIn(server.app)
            let answer = try await server.app.redeem(code, at: server, ["code_verifier": String(repeating: "v", count: 42)])
            #expect(answer.json["error"] == "invalid_grant" && answer.json["error_description"]?.string?.contains("43 characters") == true)
        }
    }

    @Test("case 104: a code used twice ends what the first use gave")
    func usedTwice() async throws {
        try await TestServer.run { server in
            let code = try await Browser(server).signIn(server.app)
            let first = try await server.app.redeem(code, at: server)
            let refresh = try #require(first.json["refresh_token"]?.string)
            let access = try #require(first.json["access_token"]?.string)
            let next = try #require(try await server.app.refresh(refresh, at: server).json["refresh_token"]?.string)
            try await server.expectError("invalid_grant") { try await server.app.redeem(code, at: server) }
            try await server.expectError("invalid_grant") { try await server.app.refresh(next, at: server) }
            // RFC 6749 §4.1.2: all tokens of the code, as far as we are asked.
            try await server.expectError("invalid_token", status: 401) {
                try await server.get(server.fixture.issuer + "/oauth2/userInfo", headers: [.authorization: "Bearer " + access])
            }
        }
    }

    @Test("case 105: a code of one client in the hands of another is invalid_grant")
    func otherClient() async throws {
        try await TestServer.run { server in
            // The same redirect URI, so that nothing but the client is wrong.
            let thief = try await server.addApp("Thief", redirectURI: GatewayFixture.redirectURI)
            let openApp = try await server.addApp("Public", redirectURI: GatewayFixture.redirectURI, confidential: false)
            for app in [thief, openApp] {
                let code = try await Browser(server).signIn(server.app)
                try await server.expectError("invalid_grant") { try await app.redeem(code, at: server) }
            }
        }
    }

    @Test("case 105: another redirect_uri than in the authorization request is invalid_grant")
    func otherRedirectURI() async throws {
        let second = "https://app.example/second"
        try await TestServer.run({ $0.clientSettings = { $0.redirectURIs = [GatewayFixture.redirectURI, second] } }) { server in
            for uri in [second, GatewayFixture.redirectURI + "/", nil] {
                let code = try await Browser(server).signIn(server.app)
                try await server.expectError("invalid_grant") { try await server.app.redeem(code, at: server, ["redirect_uri": uri]) }
            }
        }
    }

    @Test("case 105: a code that is cut, longer, or has one character changed is invalid_grant and leaves the real one as it was")
    func malformedCode() async throws {
        try await TestServer.run { server in
            let code = try await Browser(server).signIn(server.app)
            let first = code.hasPrefix("A") ? "B" : "A"
            for wrong in [
                String(code.dropLast()), code + "A", first + code.dropFirst(), code.uppercased(), code + "=", String(repeating: "c", count: 5000),
            ] {
                try await server.expectError("invalid_grant") { try await server.app.redeem(wrong, at: server) }
            }
            #expect(try await server.app.redeem(code, at: server).status == 200)
        }
    }

    @Test("case 106: every wrong way to name a client is the same invalid_client with status 401")
    func clientAuthentication() async throws {
        try await TestServer.run { server in
            let app = server.app
            let secret = try #require(app.secret)
            let code = try await Browser(server).signIn(app)
            let grant = [
                (name: "grant_type", value: "authorization_code"), (name: "code", value: code), (name: "redirect_uri", value: app.redirectURI),
                (name: "code_verifier", value: app.proofKey.codeVerifier),
            ]
            let url = server.fixture.issuer + "/oauth2/token"
            func basic(_ text: String) -> HTTPFields { [.authorization: "Basic " + Data(text.utf8).base64EncodedString()] }
            let id = (name: "client_id", value: app.clientID)
            let attempts: [(fields: [(name: String, value: String)], headers: HTTPFields)] = [
                ([], basic("\(app.clientID):wrong")), ([], basic("nobody:\(secret)")), ([], basic("\(app.clientID):")), ([], basic(":\(secret)")),
                ([], basic("\(app.clientID):%ZZ")), ([], basic("no colon")), ([], [.authorization: "Basic !!!"]), ([], [.authorization: "Bearer x"]),
                ([id], [:]), ([], [:]), ([id, ("client_secret", "wrong")], [:]), ([id, ("client_secret", "")], [:]),
                ([id, ("client_secret", secret)], basic("\(app.clientID):\(secret)")), ([("client_id", "other")], basic("\(app.clientID):\(secret)")),
                ([id, ("client_assertion", "x"), ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")], [:]),
            ]
            var bodies: Set<String> = []
            for attempt in attempts {
                try await server.expectError("invalid_client", status: 401) {
                    let answer = try await server.post(url, grant + attempt.fields, headers: attempt.headers)
                    bodies.insert(answer.body)
                    return answer
                }
            }
            #expect(bodies.count == 1)
            // A secret in the address is not read.
            try await server.expectError("invalid_client", status: 401) {
                try await server.post(url + "?client_id=\(app.clientID)&client_secret=\(secret)", grant)
            }
            #expect(try await server.post(url, grant + [id, ("client_secret", secret)]).status == 200)
        }
    }

    @Test("case 106: a public client that sends a secret, and one that is disabled, is invalid_client")
    func publicClient() async throws {
        try await TestServer.run({ $0.isConfidential = false }) { server in
            let code = try await Browser(server).signIn(server.app)
            try await server.expectError("invalid_client", status: 401) {
                try await server.app.redeem(code, at: server, ["client_secret": "anything"])
            }
            try await server.fixture.updateClient { $0.enabled = false }
            try await server.expectError("invalid_client", status: 401) { try await server.app.redeem(code, at: server) }
        }
    }

    @Test("a grant type that there is not, one that the client may not use, and a malformed request have their own errors")
    func grantType() async throws {
        try await TestServer.run({ $0.clientSettings = { $0.grantTypes = ["authorization_code"] } }) { server in
            let url = server.fixture.issuer + "/oauth2/token"
            func post(_ form: [(name: String, value: String)]) async throws -> Answer {
                try await server.post(url, form, headers: server.app.authorization)
            }
            for name in ["password", "implicit", "urn:x", "AUTHORIZATION_CODE"] {
                try await server.expectError("unsupported_grant_type") { try await post([("grant_type", name)]) }
            }
            try await server.expectError("invalid_request") { try await post([]) }
            try await server.expectError("invalid_request") { try await post([("grant_type", "authorization_code")]) }
            try await server.expectError("invalid_request") {
                try await post([("grant_type", "authorization_code"), ("code", "a"), ("code", "b")])
            }
            try await server.expectError("unauthorized_client") { try await post([("grant_type", "refresh_token"), ("refresh_token", "x")]) }
            let code = try await Browser(server).signIn(server.app)
            #expect(try await server.app.redeem(code, at: server).json["refresh_token"] == nil)
            let malformed = try await server.send(.post, url, headers: server.app.authorization, body: "grant_type=%ZZ")
            #expect(malformed.status == 400 && malformed.json["error"] == "invalid_request")
            let large = try await server.send(.post, url, headers: server.app.authorization, body: "x=" + String(repeating: "a", count: 70_000))
            #expect((400..<500).contains(large.status) && large.json["error"] == "invalid_request")
            // P8: never by GET, where a code would stand in logs.
            #expect(try await server.get(url + "?grant_type=authorization_code").status == 405)
        }
    }

    @Test("case 121: no answer of the token or the authorization endpoint allows another origin")
    func crossOrigin() async throws {
        try await TestServer.run { server in
            let origin: HTTPFields = [.origin: "https://evil.example"]
            for path in ["/oauth2/token", "/oauth2/authorize"] {
                let preflight = try await server.send(.options, server.fixture.issuer + path, headers: origin)
                #expect(preflight.headers[.accessControlAllowOrigin] == nil)
            }
            let answer = try await server.get(server.app.authorizeURL(server), headers: origin)
            #expect(answer.headers[.accessControlAllowOrigin] == nil)
        }
    }

    @Test("case 75, S42: a code redeemed after its user or its provider was disabled gives nothing")
    func disabled() async throws {
        try await TestServer.run { server in
            let fixture = server.fixture
            let first = try await Browser(server).signIn(server.app)
            try await fixture.updateProvider { $0.enabled = false }
            try await server.expectError("invalid_grant") { try await server.app.redeem(first, at: server) }
            try await fixture.updateProvider { $0.enabled = true }
            let second = try await Browser(server).signIn(server.app)
            _ = try await fixture.administration.setUserEnabled(false, "corp_alice@example.com", pool: fixture.pool.id.text)
            try await server.expectError("invalid_grant") { try await server.app.redeem(second, at: server) }
        }
    }
}
