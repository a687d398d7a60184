import Foundation
import Testing
@testable import TokenVerifierCore

@Suite("access tokens of issuers that do not follow RFC 9068")
struct AccessTokenProfileTests {
    private let mint = Mint(keyID: "abcdefghijklmnopqrsexample=")
    private static let pool = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI"
    private static let client = "1example23456789"

    /// Access and ID token in the shape of Amazon Cognito's: a header of `kid` and `alg` alone.
    private func cognito(access changes: [String: String?] = [:]) -> String {
        var claims: [String: String?] = [
            "iss": Mint.quoted(Self.pool), "aud": nil, "client_id": Mint.quoted(Self.client), "token_use": #""access""#,
            "scope": #""aws.cognito.signin.user.admin openid""#, "groups": nil, "cognito:groups": #"["admins"]"#, "username": #""alice""#,
            "sub": #""aaaaaaaa-bbbb-cccc-dddd-example""#, "sid": nil, "origin_jti": #""a""#, "event_id": #""b""#, "version": "2",
        ]
        for (name, value) in changes { claims[name] = .some(value) }
        return mint.sign(header: mint.header(type: nil), payload: Mint.accessClaims(claims))
    }

    private func cognito(id changes: [String: String?] = [:]) -> String {
        var claims: [String: String?] = [
            "iss": Mint.quoted(Self.pool), "aud": Mint.quoted(Self.client), "token_use": #""id""#, "nonce": nil,
            "cognito:username": #""alice""#, "cognito:groups": #"["admins"]"#, "email_verified": "true",
        ]
        for (name, value) in changes { claims[name] = .some(value) }
        return mint.sign(header: mint.header(type: nil), payload: Mint.idClaims(claims))
    }

    private func pool(_ clients: Set<String> = [client], audience: String? = client) throws -> TokenVerifier {
        TokenVerifier(
            issuer: Self.pool, audience: audience, accessTokens: .cognito(clientIDs: clients), keys: try mint.keySet(), clock: { Mint.now })
    }

    private func answer(_ verifier: TokenVerifier, _ token: String) async -> String? {
        await code { () throws(TokenError) in try await verifier.verify(accessToken: token) }
    }

    @Test("Cognito: client_id in place of aud, groups of cognito:groups; the ID token by the same verifier")
    func cognito() async throws {
        let verifier = try pool()
        let token = try await verifier.verify(accessToken: cognito(access: [:]), scopes: ["openid"], anyGroup: ["admins"])
        #expect(token.clientID == Self.client && token.groups == ["admins"] && token.username == "alice" && token.audience.values.isEmpty)
        let person = try await verifier.verify(idToken: cognito(id: [:]))
        #expect(person.claims.strings("cognito:groups") == ["admins"] && person.claims.string("cognito:username") == "alice")
    }

    @Test("Cognito: an ID token is no access token and the other way round; the client and token_use must be right")
    func cognitoRefused() async throws {
        let verifier = try pool()
        #expect(await answer(verifier, cognito(id: [:])) == "token.token_use")
        #expect(await answer(verifier, cognito(access: ["token_use": nil])) == "token.claim")
        #expect(await answer(verifier, cognito(access: ["client_id": #""other""#])) == "token.authorized_party")
        #expect(await answer(verifier, cognito(access: ["client_id": nil])) == "token.authorized_party")
        #expect(await answer(try pool(["a", Self.client]), cognito(access: [:])) == nil)
        #expect(await answer(try pool([]), cognito(access: [:])) == "token.authorized_party")
        #expect(await code { () throws(TokenError) in try await verifier.verify(idToken: cognito(access: [:])) } == "token.claim")
        // Of another pool, whose keys these are not.
        #expect(await answer(verifier, cognito(access: ["iss": Mint.quoted(Self.pool + "x")])) == "token.issuer")
        #expect(await answer(verifier, cognito(access: ["cognito:groups": "{}"])) == "token.claim")
    }

    @Test("Cognito: a token for a resource is for that one alone")
    func cognitoResource() async throws {
        let token = cognito(access: ["aud": Mint.quoted(Mint.audience)])
        #expect(await answer(try pool(audience: Mint.audience), token) == nil)
        #expect(await answer(try pool(), token) == "token.audience")
        #expect(await answer(try pool(audience: nil), token) == "token.audience")
    }

    @Test("what was proven for one profile is no proof for another")
    func shared() async throws {
        let proven = ProvenTokens()
        let token = cognito(access: [:])
        #expect(await answer(try pool().sharing(proven), token) == nil)
        #expect(await answer(try pool(["other"]).sharing(proven), token) == "token.authorized_party")
        let standard = TokenVerifier(issuer: Self.pool, audience: Self.client, keys: try mint.keySet(), clock: { Mint.now })
        #expect(await answer(standard.sharing(proven), token) == "token.type")
    }

    private func untyped(_ type: String?, _ changes: [String: String?] = [:], audience: String? = Mint.audience) async throws -> String? {
        let verifier = TokenVerifier(
            issuer: Mint.issuer, audience: audience, accessTokens: .untyped, keys: try mint.keySet(), clock: { Mint.now })
        var claims: [String: String?] = ["token_use": nil]
        for (name, value) in changes { claims[name] = .some(value) }
        return await answer(verifier, mint.sign(header: mint.header(type: type), payload: Mint.accessClaims(claims)))
    }

    @Test("untyped: JWT or no typ, and at+jwt; the standard's verifier refuses them", arguments: ["JWT", nil, "at+jwt"])
    func untyped(type: String?) async throws {
        #expect(try await untyped(type) == nil)
        let token = mint.sign(header: mint.header(type: type), payload: Mint.accessClaims())
        #expect(await answer(try mint.verifier(), token) == (type == "at+jwt" ? nil : "token.type"))
    }

    @Test(
        "P6, untyped: what has marks of an ID, a refresh or a logout token is none",
        arguments: [
            ("nonce", #""n""#), ("at_hash", #""h""#), ("c_hash", #""h""#), ("s_hash", #""h""#), ("events", "{}"), ("typ", #""ID""#),
            ("typ", #""Refresh""#), ("typ", #""Logout""#),
        ])
    func untypedOthers(name: String, value: String) async throws { #expect(try await untyped("JWT", [name: value]) == "token.type") }

    @Test("untyped: typ Bearer is Keycloak's access token; token_use counts; the audience must be given, and be right")
    func untypedChecks() async throws {
        #expect(try await untyped("JWT", ["typ": #""Bearer""#]) == nil)
        #expect(try await untyped("JWT", ["typ": "1"]) == "token.claim")
        #expect(try await untyped("JWT", ["token_use": #""id""#]) == "token.token_use")
        #expect(try await untyped("JWT", ["aud": #""app""#]) == "token.audience")
        #expect(try await untyped("JWT", ["aud": Mint.quoted(Mint.issuer)], audience: nil) == "token.audience")
        #expect(try await untyped("logout+jwt") == "token.type")
    }
}
