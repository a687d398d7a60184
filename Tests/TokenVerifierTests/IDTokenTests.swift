import Crypto
import Foundation
import Testing
import TokenVerifier
import WireFormats

@Suite("OpenID Connect Core §3.1.3.7: ID tokens, cases 85 to 89")
struct IDTokenTests {
    private let mint = Mint()

    private func verify(
        _ changes: [String: String?] = [:], nonce: String? = "n-1", accessToken: String? = nil, maximumAge: Duration? = nil, client: String? = "app"
    ) async throws -> String? {
        let verifier = try mint.verifier(audience: client)
        return await code { () throws(TokenError) in
            try await verifier.verify(idToken: mint.idToken(changes), nonce: nonce, accessToken: accessToken, maximumAge: maximumAge)
        }
    }

    @Test("a good token says who and when") func good() async throws {
        let token = try await mint.verifier(audience: "app").verify(idToken: mint.idToken(), nonce: "n-1", maximumAge: .seconds(3600))
        #expect(token.subject == "user-1")
        #expect(token.issuer == Mint.issuer)
        #expect(token.authenticatedAt == Date(timeIntervalSince1970: 1_749_999_000))
    }

    @Test("§2: typ may be missing, as with most issuers") func noType() async throws {
        let token = mint.sign(header: mint.header(type: nil), payload: Mint.idClaims())
        let verifier = try mint.verifier(audience: "app")
        #expect(try await verifier.verify(idToken: token, nonce: "n-1").subject == "user-1")
    }

    @Test(
        "O5: the type of the token: JWT in its spellings or none",
        arguments: [("JWT", nil), ("jwt", nil), ("application/jwt", nil), ("at+jwt", "token.type"), ("logout+jwt", "token.type"), ("", "token.type")]
            as [(String, String?)])
    func types(name: String, expected: String?) async throws {
        let token = mint.sign(header: mint.header(type: name), payload: Mint.idClaims())
        let verifier = try mint.verifier(audience: "app")
        #expect(await code { () throws(TokenError) in try await verifier.verify(idToken: token, nonce: "n-1") } == expected)
    }

    @Test(
        "case 85: another issuer, a slash more, another tenant, http, missing",
        arguments: [
            #""https://evil.example""#, #""https://id.example.com/local_4fGh2kQ9x/""#, #""https://id.example.com/local_other""#,
            #""http://id.example.com/local_4fGh2kQ9x""#, #""https://id.example.com/{tenantid}""#, nil,
        ])
    func issuer(value: String?) async throws { #expect(try await verify(["iss": value]) == "token.issuer") }

    @Test(
        "case 86: aud missing, other, a list of others, a number, empty, a part of ours, ours as a part",
        arguments: [
            (nil, "token.claim"), ("1", "token.claim"), ("[]", "token.claim"), ("[1]", "token.claim"), (#""""#, "token.audience"),
            (#""other""#, "token.audience"), (#"["other"]"#, "token.audience"), (#"["other","app"]"#, "token.audience"), (#""ap""#, "token.audience"),
            (#""apps""#, "token.audience"), (#""APP""#, "token.audience"), (#""app other""#, "token.audience"),
        ] as [(String?, String)])
    func refusedAudience(value: String?, expected: String) async throws { #expect(try await verify(["aud": value]) == expected) }

    @Test("case 86: another client, others beside ours, none given to the verifier") func audience() async throws {
        #expect(try await verify(["aud": #""other""#]) == "token.audience")
        #expect(try await verify(["aud": #"["app","other"]"#]) == "token.audience")
        #expect(try await verify(["aud": #"["app","other"]"#, "azp": #""app""#]) == "token.audience")
        #expect(try await verify(["aud": #"["app"]"#]) == nil)
        #expect(try await verify(client: nil) == "token.audience")
    }

    @Test("case 86: azp of another client") func authorizedParty() async throws {
        #expect(try await verify(["azp": #""app""#]) == nil)
        #expect(try await verify(["azp": #""other""#]) == "token.authorized_party")
        #expect(try await verify(["azp": "1"]) == "token.claim")
    }

    @Test(
        "case 87: exp missing, past, a string, 1e400; iat and nbf in the future",
        arguments: [
            ("exp", nil, "token.claim"), ("exp", "1749999940", "token.expired"), ("exp", "0", "token.expired"), ("exp", "-1", "token.claim"),
            ("exp", #""1750003600""#, "token.claim"), ("exp", "1e400", "token.malformed"), ("exp", "1e99", "token.claim"),
            ("exp", "[1750003600]", "token.claim"), ("iat", "1750000061", "token.not_yet_valid"), ("iat", #""1750000000""#, "token.claim"),
            ("nbf", "1750000061", "token.not_yet_valid"), ("nbf", "null", "token.claim"), ("auth_time", #""x""#, "token.claim"),
        ] as [(String, String?, String)])
    func times(name: String, value: String?, expected: String) async throws { #expect(try await verify([name: value]) == expected) }

    @Test(
        "case 88: sub missing, empty, a number, 300 characters",
        arguments: [nil, #""""#, "7", "null", "\"\(String(repeating: "s", count: 300))\""])
    func subject(value: String?) async throws { #expect(try await verify(["sub": value]) == "token.claim") }

    @Test("case 87: iat is required") func issuedAt() async throws { #expect(try await verify(["iat": nil]) == "token.claim") }

    @Test("case 88: nonce missing, another one, no string; not asked for where none was sent") func nonce() async throws {
        #expect(try await verify(["nonce": nil]) == "token.nonce")
        #expect(try await verify(["nonce": #""n-2""#]) == "token.nonce")
        #expect(try await verify(["nonce": #""n-1 ""#]) == "token.nonce")
        #expect(try await verify(["nonce": "1"]) == "token.claim")
        #expect(try await verify(["nonce": nil], nonce: nil) == nil)
    }

    @Test("case 89: at_hash of another access token; a right one; a missing one") func accessTokenHash() async throws {
        let hash = Base64URL.encode(Array(SHA256.hash(data: Array("access".utf8))).prefix(16))
        #expect(try await verify(["at_hash": Mint.quoted(hash)], accessToken: "access") == nil)
        #expect(try await verify(["at_hash": Mint.quoted(hash)], accessToken: "other") == "token.access_token_hash")
        #expect(try await verify(accessToken: "access") == nil)
        #expect(try await verify(["at_hash": "7"], accessToken: "access") == "token.claim")
        // The whole hash, its right half, padded, empty.
        let whole = Array(SHA256.hash(data: Array("access".utf8)))
        for wrong in [Base64URL.encode(whole), Base64URL.encode(whole[16...]), hash + "==", ""] {
            #expect(try await verify(["at_hash": Mint.quoted(wrong)], accessToken: "access") == "token.access_token_hash")
        }
    }

    @Test("OpenID Connect Core A.3: at_hash of the example") func hashExample() {
        #expect(TokenHash.leftHalf(of: "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", algorithm: .RS256) == "77QmUPtjPfzWtF2AnpK9RQ")
    }

    @Test("O14: half of the hash inside the algorithm: SHA-256, SHA-384, SHA-512; SHA-512 for Ed25519") func hashSizes() {
        for algorithm in TokenAlgorithm.allCases {
            let count = Base64URL.decode(TokenHash.leftHalf(of: "access", algorithm: algorithm))?.count
            let expected = algorithm.rawValue.hasSuffix("256") ? 16 : algorithm.rawValue.hasSuffix("384") ? 24 : 32
            #expect(count == expected)
        }
    }

    @Test("max_age: auth_time within it, too long ago, missing") func maximumAge() async throws {
        #expect(try await verify(maximumAge: .seconds(940)) == nil)
        #expect(try await verify(maximumAge: .seconds(939)) == "token.authentication_too_old")
        #expect(try await verify(["auth_time": nil], maximumAge: .seconds(9999)) == "token.authentication_too_old")
    }

    @Test("a hint may be expired, but must be signed by this issuer, an ID token, and for this client") func hint() async throws {
        let old = mint.idToken(["exp": "1000", "iat": "900", "token_use": "\"id\""])
        #expect(try await mint.verifier(audience: nil).verify(idTokenHint: old).clientID == "app")
        #expect(try await mint.verifier(audience: "app").verify(idTokenHint: old).subject == "user-1")
        let other = try mint.verifier(audience: "other")
        #expect(await code { () throws(TokenError) in try await other.verify(idTokenHint: old) } == "token.audience")
        let verifier = try mint.verifier(audience: nil)
        let forged = Mint().idToken()
        #expect(await code { () throws(TokenError) in try await verifier.verify(idTokenHint: forged) } == "token.signature")
        let access = mint.accessToken()
        #expect(await code { () throws(TokenError) in try await verifier.verify(idTokenHint: access) } == "token.type")
        // Of the same type and signed by us: a UserInfo answer, and what is said to be for another use.
        for (changes, error) in [
            (["exp": nil, "token_use": "\"id\""], "token.claim"), (["token_use": nil], "token.claim"),
            (["token_use": "\"access\""], "token.token_use"),
        ] as [([String: String?], String)] {
            let other = mint.idToken(changes)
            #expect(await code { () throws(TokenError) in try await verifier.verify(idTokenHint: other) } == error, "\(changes)")
        }
    }
}
