import Foundation
import Synchronization
import Testing
import WireFormats

@testable import TokenVerifierCore

@Suite("a token that was proven before")
struct ProvenTokensTests {
    private let mint = Mint()
    private let proven = ProvenTokens()

    private func answer(_ token: String, _ verifier: TokenVerifier) async -> String? {
        await code { () throws(TokenError) in try await verifier.verify(accessToken: token) }
    }

    @Test("says the same again, and is kept once")
    func again() async throws {
        let (token, verifier) = (mint.accessToken(), try mint.verifier().sharing(proven))
        let first = try await verifier.verify(accessToken: token)
        #expect(try await verifier.verify(accessToken: token) == first)
        #expect(proven.count == 1)
    }

    @Test("case 87: expires while it is kept, and is forgotten then")
    func expires() async throws {
        let issuer = FakeIssuer(keys: [mint.jwk])
        let (token, verifier) = (mint.accessToken(), issuer.verifier().sharing(proven))
        #expect(await answer(token, verifier) == nil)
        issuer.pass(3659)
        #expect(await answer(token, verifier) == nil)
        #expect(proven.count == 1)
        issuer.pass(1)
        #expect(await answer(token, verifier) == "token.expired")
        #expect(proven.count == 0)
    }

    @Test("is not valid yet where the clock is set back, though its keys are at hand", arguments: [nil, "1750000030"])
    func clockSetBack(_ notBefore: String?) async throws {
        let clock = Mutex(Mint.now)
        let verifier = TokenVerifier(
            issuer: Mint.issuer, audience: Mint.audience, keys: try mint.keySet(), clock: { clock.withLock { $0 } }
        ).sharing(proven)
        let token = mint.accessToken(["nbf": notBefore])
        #expect(await answer(token, verifier) == nil)
        // Before `iat`, and before that of `nbf` alone.
        clock.withLock { $0 -= notBefore == nil ? 61 : 31 }
        #expect(proven.count == 1)
        #expect(await answer(token, verifier) == "token.not_yet_valid")
    }

    @Test("case 96: counts for nothing once the issuer has taken its key back")
    func keyTakenBack() async throws {
        let issuer = FakeIssuer(keys: [mint.jwk])
        let (token, verifier) = (mint.accessToken(), issuer.verifier().sharing(proven))
        #expect(await answer(token, verifier) == nil)
        issuer.change { $0.keys = [Mint(keyID: "key-2").jwk] }
        issuer.pass(1300)
        #expect(await answer(token, verifier) == "token.unknown_key")
    }

    @Test("case 96: counts for nothing once keys came in that are others, however fresh the old ones were")
    func keysReplaced() async throws {
        let (other, issuer) = (Mint(keyID: "key-2"), FakeIssuer(keys: [mint.jwk]))
        let (token, verifier) = (mint.accessToken(), issuer.verifier().sharing(proven))
        #expect(await answer(token, verifier) == nil)
        issuer.change { $0.keys = [other.jwk] }
        #expect(await answer(token, verifier) == nil)
        // A token of a key that is unknown yet has the set loaded anew, and the old key is gone.
        #expect(await answer(other.accessToken(), verifier) == nil)
        #expect(await answer(token, verifier) == "token.unknown_key")
    }

    @Test("serves on as other tokens do while the issuer is down")
    func issuerDown() async throws {
        let issuer = FakeIssuer(keys: [mint.jwk])
        let (token, verifier) = (mint.accessToken(["exp": "1750100000"]), issuer.verifier().sharing(proven))
        #expect(await answer(token, verifier) == nil)
        issuer.change { $0.isDown = true }
        issuer.pass(1300)
        #expect(await answer(token, verifier) == nil)
        issuer.pass(86_400)
        #expect(await answer(token, verifier) == "token.keys_unavailable")
    }

    @Test("is no proof for another audience, issuer, set of algorithms or key set")
    func otherPremises() async throws {
        let token = mint.accessToken()
        #expect(await answer(token, try mint.verifier().sharing(proven)) == nil)
        #expect(await answer(token, try mint.verifier(audience: "https://other.example.com").sharing(proven)) == "token.audience")
        func verifier(_ mint: Mint, _ issuer: String = Mint.issuer, _ algorithms: Set<TokenAlgorithm> = TokenAlgorithm.recommended) throws
            -> TokenVerifier
        {
            TokenVerifier(issuer: issuer, audience: Mint.audience, algorithms: algorithms, keys: try mint.keySet(), clock: { Mint.now }).sharing(
                proven)
        }
        #expect(await answer(token, try verifier(mint, "https://id.example.com/other")) == "token.issuer")
        #expect(await answer(token, try verifier(mint, Mint.issuer, [.RS256])) == "token.algorithm")
        // A key of the same name.
        #expect(await answer(token, try verifier(Mint())) == "token.signature")
    }

    @Test("is found by its issuer whomever it is for, and then by no service that it is not for; times and keys count as for all")
    func forAnyone() async throws {
        let clock = Mutex(Mint.now)
        let now: @Sendable () -> Date = { clock.withLock { $0 } }
        let token = mint.accessToken()
        func issuer(_ mint: Mint) throws -> TokenVerifier {
            TokenVerifier(issuer: Mint.issuer, keys: try mint.keySet(), clock: now).sharing(proven)
        }
        func own(_ mint: Mint) async throws -> String? {
            let verifier = try issuer(mint)
            return await code { () throws(TokenError) in try await verifier.verifyForAnyone(accessToken: token) }
        }
        // Who is told that it is for itself refuses it.
        #expect(await answer(token, try issuer(mint)) == "token.audience")
        #expect(try await own(mint) == nil)
        #expect(proven.count == 1)
        #expect(await answer(token, try mint.verifier(audience: "https://other.example.com").sharing(proven)) == "token.audience")
        #expect(await answer(token, try mint.verifier().sharing(proven)) == nil)
        #expect(try await own(mint) == nil)
        #expect(proven.count == 1)
        #expect(try await own(Mint(keyID: "key-2")) == "token.unknown_key")
        clock.withLock { $0 += 3660 }
        #expect(try await own(mint) == "token.expired")
        #expect(proven.count == 0)
    }

    @Test("lends its signature to no other token, and no other signature is its own")
    func otherBytes() async throws {
        let (token, verifier) = (mint.accessToken(), try mint.verifier().sharing(proven))
        #expect(await answer(token, verifier) == nil)
        let parts = token.split(separator: ".").map(String.init)
        var signature = try #require(Base64URL.decode(parts[2]))
        signature[7] ^= 1
        #expect(await answer("\(parts[0]).\(parts[1]).\(Base64URL.encode(signature))", verifier) == "token.signature")
        let payload = Base64URL.encode(Array(Mint.accessClaims(["sub": Mint.quoted("user-2")]).utf8))
        #expect(await answer("\(parts[0]).\(payload).\(parts[2])", verifier) == "token.signature")
        #expect(proven.count == 1)
    }

    @Test("what is refused is not kept, and neither is a long token")
    func notKept() async throws {
        let verifier = try mint.verifier().sharing(proven)
        #expect(await answer(mint.accessToken(["exp": "1749999940"]), verifier) == "token.expired")
        #expect(await answer(mint.accessToken(["username": Mint.quoted(String(repeating: "a", count: 4096))]), verifier) == nil)
        #expect(proven.count == 0)
    }

    @Test("the number that is kept is bounded, and what expired goes when others come")
    func bounded() async throws {
        let (few, issuer) = (ProvenTokens(capacity: 3), FakeIssuer(keys: [mint.jwk]))
        for number in 0..<10 {
            #expect(await answer(mint.accessToken(["jti": Mint.quoted("token-\(number)")]), issuer.verifier().sharing(few)) == nil)
            #expect(few.count <= 3)
        }
        #expect(await answer(mint.accessToken(["exp": "1750000010"]), issuer.verifier().sharing(proven)) == nil)
        issuer.pass(120)
        #expect(await answer(mint.accessToken(), issuer.verifier().sharing(proven)) == nil)
        #expect(proven.count == 1)
    }
}
