import Administration
import Foundation
import Gateway
import HTTPTypes
import OpenIDConnect
import Storage
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("A pool that signs by several algorithms, and clients that ask for one (RFC 7591, OpenID Connect Registration §2)")
struct SigningAlgorithmTests {
    private static let logoutAddress = "https://app.example/backchannel"

    private static func algorithm(of token: String) throws -> String? {
        let header = try #require(Base64URL.decode(String(token.prefix { $0 != "." })))
        return try JSONParser.parseObject(header)["alg"]?.string
    }

    private static func add(_ algorithm: SigningAlgorithm, to server: TestServer) async throws {
        _ = try await server.fixture.administration.perform(AddSigningAlgorithm(algorithm, to: server.fixture.pool.id.text))
        server.fixture.clock.advanceUptime(by: .seconds(2))
    }

    @Test(
        "id_token_signed_response_alg: ID tokens with their at_hash, and logout tokens, are by it, and access tokens by the pool's own",
        arguments: [SigningAlgorithm.RS256, .PS256, .EdDSA])
    func idTokens(_ algorithm: SigningAlgorithm) async throws {
        let apps = FakeApps()
        try await TestServer.run({ options in
            options.transport = apps
            options.clientSettings = { $0.logout.backchannelURI = .set(Self.logoutAddress) }
        }) { server in
            try await Self.add(algorithm, to: server)
            try await server.fixture.updateClient { $0.signedResponses.idToken = .set(algorithm.rawValue) }
            let browser = Browser(server)
            let tokens = try await server.app.redeem(try await browser.signIn(server.app), at: server).json
            let refreshed = try await server.app.refresh(try #require(tokens["refresh_token"]?.string), at: server).json
            for answer in [tokens, refreshed] {
                let (id, access) = (try #require(answer["id_token"]?.string), try #require(answer["access_token"]?.string))
                #expect(try Self.algorithm(of: id) == algorithm.rawValue)
                #expect(try Self.algorithm(of: access) == "ES256")
                // As an app and a service do: by discovery and the key set.
                let verified = try await server.verifier(audience: server.app.clientID)
                    .verify(idToken: id, nonce: answer == tokens ? server.app.nonce : nil)
                let hash = TokenHash.leftHalf(of: access, algorithm: algorithm.tokenAlgorithm)
                #expect(verified.claims.string("at_hash") == hash)
                _ = try await server.verifier().verify(accessToken: access)
            }
            // Another app has what the pool has.
            let other = try await server.addApp("Other", redirectURI: "https://other.example/callback")
            let others = try await other.redeem(try await Browser(server).signIn(other), at: server).json
            #expect(try Self.algorithm(of: try #require(others["id_token"]?.string)) == "ES256")

            let hint = try #require(refreshed["id_token"]?.string)
            let out = try await browser.get(
                FormCoding.append(
                    [("id_token_hint", hint), ("post_logout_redirect_uri", GatewayFixture.logoutURI)], to: server.fixture.issuer + "/logout"))
            #expect(out.status == 303, "an ID token of that algorithm is a hint")
            let fixture = server.fixture
            let logout = BackChannelLogout(
                publicURL: GatewayFixture.publicURL, directory: fixture.directory, stores: fixture.stores, keyRing: fixture.keyRing,
                environment: fixture.clock.environment)
            try await logout.tellDue { _ in }
            let told = try #require(apps.received.first?.logoutToken)
            #expect(try Self.algorithm(of: told) == algorithm.rawValue)
        }
    }

    @Test("userinfo_signed_response_alg: every answer is a JWT by it, whatever Accept says (oidcc-userinfo-rs256); without it by Accept")
    func userInfo() async throws {
        try await TestServer.run { server in
            try await Self.add(.RS256, to: server)
            let tokens = try await server.app.redeem(try await Browser(server).signIn(server.app), at: server).json
            let access = try #require(tokens["access_token"]?.string)
            func ask(_ accept: String?) async throws -> Answer {
                var headers: HTTPFields = [.authorization: "Bearer " + access]
                headers[.accept] = accept
                return try await server.get(server.fixture.issuer + "/oauth2/userInfo", headers: headers)
            }
            #expect(try await ask(nil).headers[.contentType] == "application/json")
            #expect(try Self.algorithm(of: try await ask("application/jwt").body) == "ES256")
            try await server.fixture.updateClient { $0.signedResponses.userInfo = .set("RS256") }
            for accept in [nil, "application/json", "application/jwt", "*/*"] {
                let answer = try await ask(accept)
                #expect(answer.status == 200 && answer.headers[.contentType] == "application/jwt", "\(accept ?? "")")
                #expect(try Self.algorithm(of: answer.body) == "RS256")
                let claims = try #require(TokenVerifier.unverifiedClaims(of: answer.body))
                #expect(claims.string("iss") == server.fixture.issuer && claims.string("aud") == server.app.clientID && claims.string("email") != nil)
                // The signature counts: it fails later, since it is no ID token.
                let error = await #expect(throws: TokenError.self) {
                    try await server.verifier(audience: server.app.clientID).verify(idToken: answer.body)
                }
                #expect(error?.code == "token.claim" && error?.message.contains("exp") == true)
            }
            try await server.fixture.updateClient { $0.signedResponses.userInfo = .remove }
            #expect(try await ask(nil).headers[.contentType] == "application/json")
        }
    }

    @Test("RFC 9701 §6, JARM §3: answers of introspection and of the authorization endpoint that are asked for signed are by the client's algorithm")
    func introspectionAndAuthorization() async throws {
        try await TestServer.run { server in
            try await Self.add(.PS256, to: server)
            try await Self.add(.EdDSA, to: server)
            try await server.fixture.updateClient {
                $0.signedResponses.introspection = .set("PS256")
                $0.signedResponses.authorization = .set("EdDSA")
            }
            let browser = Browser(server)
            let back = try await browser.answer(try await browser.begin(server.app, ["response_mode": "jwt"]))
            let answer = try #require(back.parameter("response"))
            #expect(try Self.algorithm(of: answer) == "EdDSA")
            let code = try #require(TokenVerifier.unverifiedClaims(of: answer)?.string("code"))
            let tokens = try await server.app.redeem(code, at: server).json
            #expect(try Self.algorithm(of: try #require(tokens["id_token"]?.string)) == "ES256")
            let access = try #require(tokens["access_token"]?.string)
            let introspected = try await server.app.introspect(access, at: server, accept: "application/token-introspection+jwt")
            #expect(try Self.algorithm(of: introspected.body) == "PS256")
            #expect(try await server.app.introspect(access, at: server).headers[.contentType] == "application/json")
        }
    }

    @Test("dynamic registration takes the four of them, of algorithms by which the pool signs, and says what it registered")
    func registration() async throws {
        try await ClientRegistrationTests.run { registrar in
            try await Self.add(.RS256, to: registrar.server)
            let members = ["id_token", "userinfo", "introspection", "authorization"].map { $0 + "_signed_response_alg" }
            let made = try await registrar.register(JSONObject(members.map { ($0, "RS256") }))
            for member in members { #expect(made[member] == "RS256", "\(member)") }
            let plain = try await registrar.register(["userinfo_signed_response_alg": "none"])
            #expect(plain[members[0]] == "ES256" && plain[members[1]] == nil)
            for member in members {
                for wrong in ["PS256", "HS256", "rs256"] + (member == members[1] ? [] : ["none"]) {
                    let answer = try await registrar.post(ClientRegistrationTests.metadata([member: .string(wrong)]))
                    #expect(answer.status == 400 && answer.json["error"] == "invalid_client_metadata", "\(member) \(wrong)")
                    #expect(answer.json["error_description"]?.string?.contains(member) == true)
                }
            }
            let id = try #require(AppClient.ID(made["client_id"]?.string ?? ""))
            let stored = try await registrar.server.fixture.stores.clients.find(id, in: registrar.server.fixture.pool.id)
            #expect(stored?.metadata.signedResponseAlgs == ["RS256", "RS256", "RS256", "RS256"])
        }
    }

    @Test("case 204: a client whose algorithm is not there gets no token by another one, and keeps its code")
    func missing() async throws {
        try await TestServer.run { server in
            try await Self.add(.RS256, to: server)
            try await server.fixture.updateClient { $0.signedResponses.idToken = .set("RS256") }
            let code = try await Browser(server).signIn(server.app)
            func phase(_ before: String, _ after: String) async throws {
                _ = try await server.fixture.database.transaction { connection throws(StoreError) in
                    .commit(
                        try connection.execute(
                            "UPDATE signing_keys SET phase = $2 WHERE algorithm = 'RS256' AND phase = $1", [.text(before), .text(after)]))
                }
                server.fixture.clock.advanceUptime(by: .seconds(2))
            }
            // As where its key does not open.
            try await phase("current", "retired")
            let refused = try await server.app.redeem(code, at: server)
            #expect(refused.status == 503, "\(refused.body)")
            #expect(refused.json["id_token"] == nil && refused.json["access_token"] == nil)
            #expect(server.log.lines.contains { "\($0.metadata)".contains("keys.no_algorithm") }, "the admin is told what to do")
            try await phase("retired", "current")
            #expect(try Self.algorithm(of: try #require(try await server.app.redeem(code, at: server).json["id_token"]?.string)) == "RS256")
        }
    }
}
