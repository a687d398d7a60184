import Administration
import Foundation
import HTTPTypes
import OpenIDConnect
import Storage
import TestSupport
import Testing
import TokenVerifier
import UserPools

@Suite("The token endpoint refuses (RFC 6749 §5.2, THREATS P2, P3, P5, P7)")
struct TokenEndpointTests {
    @Test("case 103: a verifier that is missing, or another one, is invalid_grant, and the code is used up; a short one is named as that")
    func verifier() async throws {
        try await TestServer.run { server in
            let app = server.app
            for verifier in [nil, String(repeating: "b", count: 43)] {
                let code = try await Browser(server).signIn(app)
                try await server.expectError("invalid_grant") { try await app.redeem(code, at: server, ["code_verifier": verifier]) }
                try await server.expectError("invalid_grant") { try await app.redeem(code, at: server) }
            }
            #expect(try await server.fixture.contents().refreshTokens == 0)
            // RFC 7636 §4.1.
            let code = try await Browser(server).signIn(app)
            let answer = try await app.redeem(code, at: server, ["code_verifier": String(repeating: "v", count: 42)])
            #expect(answer.json["error"] == "invalid_grant" && answer.json["error_description"]?.string?.contains("43 characters") == true)
        }
    }

    @Test("what cannot be found out now does not use up the code: the app may try again with it")
    func unreadableUser() async throws {
        try await TestServer.run { server in
            func change(_ statement: SQL) async throws {
                _ = try await server.fixture.database.transaction { (connection) throws(StoreError) in
                    .commit(try connection.execute(statement, []))
                }
            }
            let code = try await Browser(server).signIn(server.app)
            try await change("UPDATE users SET attributes = 'x' || attributes")
            try await server.expectError("temporarily_unavailable", status: 503) { try await server.app.redeem(code, at: server) }
            try await change("UPDATE users SET attributes = substr(attributes, 2)")
            #expect(try await server.app.redeem(code, at: server).status == 200)
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

    @Test("case 104: a code used twice ends what the first use gave, the access token too (RFC 6749 §4.1.2)")
    func usedTwice() async throws {
        try await TestServer.run { server in
            let code = try await Browser(server).signIn(server.app)
            let access = try #require(try await server.app.redeem(code, at: server).json["access_token"]?.string)
            try await server.expectError("invalid_grant") { try await server.app.redeem(code, at: server) }
            try await server.expectError("invalid_token", status: 401) {
                try await server.get(server.fixture.issuer + "/oauth2/userInfo", headers: [.authorization: "Bearer " + access])
            }
        }
    }

    @Test("case 105: a code of another client, with another redirect_uri or none, or altered is invalid_grant; an altered one uses nothing up")
    func wrongCode() async throws {
        let second = "https://app.example/second"
        try await TestServer.run({ $0.clientSettings = { $0.redirectURIs = [GatewayFixture.redirectURI, second] } }) { server in
            // The same redirect URI, so that nothing but the client is wrong.
            for thief in [
                try await server.addApp("Thief", redirectURI: GatewayFixture.redirectURI),
                try await server.addApp("Public", redirectURI: GatewayFixture.redirectURI, confidential: false),
            ] {
                let code = try await Browser(server).signIn(server.app)
                try await server.expectError("invalid_grant") { try await thief.redeem(code, at: server) }
            }
            for uri in [second, nil] {
                let code = try await Browser(server).signIn(server.app)
                try await server.expectError("invalid_grant") { try await server.app.redeem(code, at: server, ["redirect_uri": uri]) }
            }
            let code = try await Browser(server).signIn(server.app)
            for altered in [String(code.dropLast()), code + "=", (code.hasPrefix("A") ? "B" : "A") + code.dropFirst()] {
                try await server.expectError("invalid_grant") { try await server.app.redeem(altered, at: server) }
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
                ([], basic("\(app.clientID):wrong")), ([], basic("nobody:\(secret)")), ([], basic("\(app.clientID):")), ([], basic("no colon")),
                ([id], [:]), ([], [:]), ([id, ("client_secret", "wrong")], [:]), ([id, ("client_assertion", "x")], [:]),
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

    @Test("case 75, S42: a code redeemed after its provider was disabled gives nothing")
    func disabled() async throws {
        try await TestServer.run { server in
            let code = try await Browser(server).signIn(server.app)
            try await server.fixture.updateProvider { $0.enabled = false }
            try await server.expectError("invalid_grant") { try await server.app.redeem(code, at: server) }
        }
    }
}
