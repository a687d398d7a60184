import Foundation
import Testing
import TokenVerifier

@Suite("RFC 9068 §4: access tokens, cases 85 to 88")
struct AccessTokenTests {
    private let mint = Mint()

    private func verify(_ changes: [String: String?], audience: String? = Mint.audience) async throws -> String? {
        let verifier = try mint.verifier(audience: audience)
        return await code { () throws(TokenError) in try await verifier.verify(accessToken: mint.accessToken(changes)) }
    }

    @Test("a good token says who, what and for how long")
    func good() async throws {
        let token = try await mint.verifier().verify(accessToken: mint.accessToken())
        #expect(token.subject == "user-1")
        #expect(token.scopes == ["openid", "orders:read"])
        #expect(token.groups == ["staff", "night"])
        #expect(token.clientID == "app")
        #expect(token.username == "corp_alice")
        #expect(token.sessionID == "session-1")
        #expect(token.expiresAt == Mint.now.addingTimeInterval(3600))
        #expect(token.issuedAt == Mint.now)
        #expect(token.claims.string("jti") == "token-1")
        #expect(token.claims["nothing"] == nil)
    }

    @Test(
        "case 85: another issuer, a slash more, another tenant, http, none, no string",
        arguments: [
            #""https://evil.example""#, #""https://id.example.com/local_4fGh2kQ9x/""#, #""https://id.example.com/local_other""#,
            #""http://id.example.com/local_4fGh2kQ9x""#, #""https://ID.example.com/local_4fGh2kQ9x""#, nil, #""""#,
        ])
    func issuer(value: String?) async throws { #expect(try await verify(["iss": value]) == "token.issuer") }

    @Test("case 85: a token of another configured issuer, rightly signed by a key that both publish")
    func otherConnection() async throws {
        let keys = try mint.keySet()
        let other = TokenVerifier(issuer: "https://id.example.com/local_other", audience: Mint.audience, keys: keys, clock: { Mint.now })
        #expect(await code { () throws(TokenError) in try await other.verify(accessToken: mint.accessToken()) } == "token.issuer")
        #expect(try await verify([:]) == nil)
    }

    @Test(
        "case 86: another audience, a list of others, a part of ours",
        arguments: [
            #""https://other.example.com""#, #"["https://other.example.com","x"]"#, #""https://orders.example.com/""#, #""https://orders.example""#,
            #""""#,
        ])
    func audience(value: String) async throws { #expect(try await verify(["aud": value]) == "token.audience") }

    @Test("case 86: no audience, a number, an empty list, a list with a number", arguments: [nil, "1", "[]", "null", "[1]", #"["a",null]"#, "{}"])
    func malformedAudience(value: String?) async throws { #expect(try await verify(["aud": value]) == "token.claim") }

    @Test("RFC 7519 §4.1.3: our audience among others is enough") func severalAudiences() async throws {
        #expect(try await verify(["aud": #"["x","https://orders.example.com"]"#]) == nil)
    }

    @Test("without an audience the token must be for the issuer itself") func issuerAsAudience() async throws {
        #expect(try await verify(["aud": Mint.quoted(Mint.issuer)], audience: nil) == nil)
        #expect(try await verify([:], audience: nil) == "token.audience")
    }

    @Test(
        "case 87: exp missing, a string, 1e400, in exponent form, negative, beyond year 9999",
        arguments: [
            (nil, "token.claim"), (#""1750003600""#, "token.claim"), ("1e400", "token.malformed"), ("1.75e9", "token.claim"), ("-1", "token.claim"),
            ("253402300800", "token.claim"), ("9223372036854775807", "token.claim"), ("true", "token.claim"), ("null", "token.claim"),
        ] as [(String?, String)])
    func expiryForm(value: String?, expected: String) async throws { #expect(try await verify(["exp": value]) == expected) }

    @Test("case 87: the skew is 60 seconds on either side")
    func times() async throws {
        #expect(try await verify(["exp": "1749999941"]) == nil)
        #expect(try await verify(["exp": "1749999940"]) == "token.expired")
        #expect(try await verify(["exp": "1749999940.5"]) == nil)
        #expect(try await verify(["iat": "1750000060"]) == nil)
        #expect(try await verify(["iat": "1750000061"]) == "token.not_yet_valid")
        #expect(try await verify(["nbf": "1750000060"]) == nil)
        #expect(try await verify(["nbf": "1750000061"]) == "token.not_yet_valid")
        #expect(try await verify(["nbf": #""x""#]) == "token.claim")
    }

    @Test("P6: an ID token's token_use is refused; a token without one is not") func tokenUse() async throws {
        #expect(try await verify(["token_use": #""id""#]) == "token.token_use")
        #expect(try await verify(["token_use": nil]) == nil)
    }

    @Test(
        "case 88: sub missing, empty, a number, an array, null, 256 and 300 characters",
        arguments: [
            nil, #""""#, "7", #"["user-1"]"#, "null", "\"\(String(repeating: "s", count: 256))\"", "\"\(String(repeating: "s", count: 300))\"",
            "\"\(String(repeating: "é", count: 128))\"",
        ])
    func subject(value: String?) async throws { #expect(try await verify(["sub": value]) == "token.claim") }

    @Test(
        "exact types: scope, groups, client_id, username and sid",
        arguments: [
            ("scope", "[]"), ("groups", "{}"), ("groups", "[1]"), ("client_id", "1"), ("username", "[]"), ("sid", "true"),
        ])
    func types(name: String, value: String) async throws { #expect(try await verify([name: value]) == "token.claim") }

    @Test("P6: an ID token is no access token, an access token no ID token")
    func confusion() async throws {
        let verifier = try mint.verifier(audience: "app")
        #expect(await code { () throws(TokenError) in try await verifier.verify(accessToken: mint.idToken()) } == "token.type")
        #expect(await code { () throws(TokenError) in try await verifier.verify(idToken: mint.accessToken(["aud": #""app""#])) } == "token.type")
    }

    @Test("every error has a code of its own, a message and a remedy, and shows at most 200 characters of what was seen")
    func errors() {
        let long = String(repeating: "x", count: 1000)
        let errors: [TokenError] = [
            .malformed("it"), .algorithm(expected: ["ES256"], seen: long), .header("crit"), .unknownKey(keyID: long), .signature,
            .type(expected: "at+jwt", seen: long), .tokenUse(expected: "id", seen: long), .issuer(expected: "a", seen: long),
            .audience(expected: "a", seen: [long]), .authorizedParty(expected: "a", seen: long), .expired(at: Mint.now, now: Mint.now),
            .notYetValid(from: Mint.now, now: Mint.now), .claim("sub", problem: "is missing"), .nonce, .accessTokenHash,
            .authenticationTooOld(seen: Mint.now), .insufficientScope(expected: ["a"], seen: [long]), .group(expected: ["a"], seen: [long]),
            .keysNotAtHand, .keysUnavailable("x"), .keySet("x"), .providerMetadata("x"),
        ]
        #expect(Set(errors.map(\.code)).count == errors.count)
        for error in errors {
            #expect(error.code.hasPrefix("token.") && !error.message.isEmpty && !error.remedy.isEmpty)
            #expect((error.seen ?? "").count <= 200)
        }
        // One character of Swift's can be thousands of combining marks long.
        #expect((TokenError.issuer(expected: "a", seen: String(repeating: "\u{301}", count: 1000)).seen ?? "").unicodeScalars.count == 200)
    }

    @Test("an error prints as a sentence with what was expected, what was seen, the remedy and the code")
    func sentences() {
        let error = TokenError.type(expected: "at+jwt", seen: "JWT")
        let sentence =
            "The token is of another type than expected. Expected \"at+jwt\", seen \"JWT\". Send an access token (typ at+jwt) to services, and give ID "
            + "tokens to the app only. Where the issuer's access tokens have another typ, make the verifier for them (accessTokens). [token.type]"
        #expect("\(error)" == sentence && String(describing: error as any Error) == sentence)
        #expect((error as any Error).localizedDescription == sentence)
        #expect(error.failureReason == error.message && error.recoverySuggestion == error.remedy)
        #expect("\(TokenError.expired(at: Mint.now, now: Mint.now + 61))".hasPrefix("The token is expired. It expired 61 seconds ago. Let the app"))
        #expect("\(TokenError.notYetValid(from: Mint.now + 1, now: Mint.now))".hasPrefix("The token is not valid yet. It begins in 1 second. Comp"))
        #expect("\(TokenError.type(expected: "at+jwt", seen: nil))".contains("Expected \"at+jwt\", seen nothing."))
        #expect("\(HTTPTransportError.timeout)".hasSuffix("overloaded. [transport.timeout]"))
    }

    @Test("what a token has in it forges no line of a log")
    func oneLine() {
        let error = TokenError.issuer(expected: "a", seen: "x\nERROR all is lost\u{1B}[2J\u{202E}")
        #expect("\(error)".contains(#"seen "x\u{a}ERROR all is lost\u{1b}[2J\u{202e}""#))
    }
}
