import Foundation
import Testing
@testable import TokenVerifierCore

@Suite("scopes and groups that a service asks for")
struct RequirementTests {
    private let mint = Mint()

    private func answer(scopes: Set<String> = [], anyGroup: Set<String> = [], _ changes: [String: String?] = [:]) async throws -> String? {
        let verifier = try mint.verifier()
        let token = mint.accessToken(changes)
        let waiting = await code { () throws(TokenError) in try await verifier.verify(accessToken: token, scopes: scopes, anyGroup: anyGroup) }
        // The second time from memory, and then without waiting.
        let again = await code { () throws(TokenError) in try await verifier.verify(accessToken: token, scopes: scopes, anyGroup: anyGroup) }
        let now = await code { () throws(TokenError) in try verifier.verifyNow(accessToken: token, scopes: scopes, anyGroup: anyGroup) }
        #expect(waiting == again && waiting == now)
        return waiting
    }

    @Test("all of the scopes, byte by byte, and not a part of one")
    func scopes() async throws {
        #expect(try await answer(scopes: ["orders:read"]) == nil)
        #expect(try await answer(scopes: ["orders:read", "openid"]) == nil)
        #expect(try await answer(scopes: ["orders:read", "orders:write"]) == "token.insufficient_scope")
        #expect(try await answer(scopes: ["orders"]) == "token.insufficient_scope")
        #expect(try await answer(scopes: ["ORDERS:READ"]) == "token.insufficient_scope")
        #expect(try await answer(scopes: ["orders:read"], ["scope": nil]) == "token.insufficient_scope")
        // Canonically equivalent is not the same.
        #expect(try await answer(scopes: ["e\u{301}"], ["scope": Mint.quoted("\u{E9}")]) == "token.insufficient_scope")
    }

    @Test("one of the groups, byte by byte")
    func groups() async throws {
        #expect(try await answer(anyGroup: ["staff"]) == nil)
        #expect(try await answer(anyGroup: ["admins", "night"]) == nil)
        #expect(try await answer(anyGroup: ["admins"]) == "token.group")
        #expect(try await answer(anyGroup: ["staff"], ["groups": nil]) == "token.group")
        #expect(try await answer(anyGroup: ["staff"], ["groups": #""staff""#]) == nil)
        #expect(try await answer(anyGroup: ["e\u{301}"], ["groups": "[\"\u{E9}\"]"]) == "token.group")
    }

    @Test("both, and a token that is refused anyway is refused for that")
    func both() async throws {
        #expect(try await answer(scopes: ["orders:read"], anyGroup: ["staff"]) == nil)
        #expect(try await answer(scopes: ["orders:write"], anyGroup: ["admins"]) == "token.insufficient_scope")
        #expect(try await answer(scopes: ["orders:write"], ["exp": "1"]) == "token.expired")
    }

    @Test("a verified token is asked again, for what one route needs")
    func later() async throws {
        let token = try await mint.verifier().verify(accessToken: mint.accessToken())
        try token.require(scopes: ["orders:read"], anyGroup: ["night"])
        #expect(await code { () throws(TokenError) in try token.require(scopes: ["orders:write"]) } == "token.insufficient_scope")
        #expect(await code { () throws(TokenError) in try token.require(anyGroup: ["day"]) } == "token.group")
    }
}

@Suite("verification that waits for nobody", .timeLimit(.minutes(2)))
struct VerifyNowTests {
    private let mint = Mint()

    private func now(_ verifier: TokenVerifier, _ token: String) async -> String? {
        await code { () throws(TokenError) in try verifier.verifyNow(accessToken: token) }
    }

    @Test("keys that were never loaded are not at hand; loadKeys, or a token before, makes them so")
    func loaded() async throws {
        let issuer = FakeIssuer(keys: [mint.jwk])
        let verifier = issuer.verifier()
        #expect(await now(verifier, mint.accessToken()) == "token.keys_not_at_hand")
        #expect(issuer.urls.isEmpty)
        try await verifier.loadKeys()
        try await verifier.loadKeys()
        #expect(await now(verifier, mint.accessToken()) == nil)
        #expect(issuer.keyCount == 1)
        let other = issuer.verifier()
        _ = try await other.verify(accessToken: mint.accessToken())
        #expect(await now(other, mint.accessToken(["jti": #""other""#])) == nil)
    }

    @Test("keys that are no longer fresh, and a key that is not in the set, are for the call that waits")
    func notAtHand() async throws {
        let issuer = FakeIssuer(keys: [mint.jwk])
        let (verifier, lasting) = (issuer.verifier(), mint.accessToken(["exp": "1760000000"]))
        try await verifier.loadKeys()
        #expect(await now(verifier, Mint(keyID: "key-2").accessToken()) == "token.keys_not_at_hand")
        #expect(await now(verifier, lasting) == nil)
        issuer.pass(901)
        #expect(await now(verifier, lasting) == "token.keys_not_at_hand")
        #expect(issuer.urls.count == 2)
    }

    @Test("checks what verify checks")
    func checks() async throws {
        let verifier = FakeIssuer(keys: [mint.jwk]).verifier()
        try await verifier.loadKeys()
        #expect(await now(verifier, mint.accessToken(["aud": #""other""#])) == "token.audience")
        #expect(await now(verifier, mint.accessToken(["exp": "1"])) == "token.expired")
        #expect(await now(verifier, mint.idToken()) == "token.type")
        #expect(await now(verifier, Mint().accessToken()) == "token.signature")
        let client = try mint.verifier(audience: "app")
        #expect(try client.verifyNow(idToken: mint.idToken(), nonce: "n-1").subject == "user-1")
        #expect(await code { () throws(TokenError) in try client.verifyNow(idToken: mint.idToken(), nonce: "n-2") } == "token.nonce")
    }

    @Test("an issuer that cannot be asked is known at the start")
    func start() async {
        let issuer = FakeIssuer(keys: [mint.jwk])
        issuer.change { $0.isDown = true }
        let verifier = issuer.verifier()
        #expect(await code { () throws(TokenError) in try await verifier.loadKeys() } == "token.keys_unavailable")
    }

    @Test("no proof is kept where none shall be, and a verifier of its own keeps its own")
    func remembered() async throws {
        let verifier = TokenVerifier(
            issuer: Mint.issuer, audience: Mint.audience, rememberedTokens: 0, keys: try mint.keySet(), clock: { Mint.now })
        #expect(await now(verifier, mint.accessToken()) == nil)
        #expect(verifier.proven == nil)
        let keeping = TokenVerifier(
            issuer: Mint.issuer, audience: Mint.audience, rememberedTokens: 1, keys: try mint.keySet(), clock: { Mint.now })
        for number in 0..<3 { #expect(await now(keeping, mint.accessToken(["jti": Mint.quoted("token-\(number)")])) == nil) }
        #expect(keeping.proven?.count == 1)
    }

    @Test("the skew is what was asked for, within 0 and 5 minutes", arguments: [(0, 0), (120, 120), (300, 300), (3600, 300), (-5, 0)])
    func skew(asked: Int, counts: Int) async throws {
        let verifier = TokenVerifier(
            issuer: Mint.issuer, audience: Mint.audience, clockSkew: .seconds(asked), keys: try mint.keySet(), clock: { Mint.now })
        #expect(await now(verifier, mint.accessToken(["exp": "\(1_750_000_001 - counts)"])) == nil)
        #expect(await now(verifier, mint.accessToken(["exp": "\(1_750_000_000 - counts)"])) == "token.expired")
    }
}
