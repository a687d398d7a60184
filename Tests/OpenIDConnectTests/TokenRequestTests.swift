import Foundation
import Testing
import WireFormats

@testable import OpenIDConnect

@Suite("RFC 7636: proof keys, case 103")
struct ProofKeyTests {
    private let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

    private func refusal(_ codeVerifier: String?, _ challenge: String?) -> Refusal? {
        Refusal { () throws(OAuthError) in try ProofKey.verify(codeVerifier: codeVerifier, against: challenge.map { .init(stored: $0) }) }
    }

    @Test("Appendix B: the example") func example() { #expect(refusal(verifier, Requests.challenge) == nil) }

    @Test("case 103: missing, wrong, sent without a challenge, equal to the challenge, too short, too long, another character") func refused() {
        let expected = Refusal(.invalidGrant, "code_verifier")
        #expect(refusal(nil, Requests.challenge) == expected)
        #expect(refusal(verifier.lowercased(), Requests.challenge) == expected)
        #expect(refusal(verifier, nil) == expected)
        #expect(refusal(nil, nil) == nil)
        #expect(refusal(Requests.challenge, Requests.challenge) == expected)
        for text in [String(verifier.dropLast()), String(repeating: "a", count: 129), verifier + "=", verifier + " ", verifier + "é", ""] {
            #expect(refusal(text, Requests.challenge) == expected)
        }
    }

    @Test("§4.1: a key of ours has 43 characters and fits its own challenge") func ours() throws {
        let key = ProofKey(randomBytes: (0..<32).map { UInt8($0) })
        #expect(key.codeVerifier.count == 43)
        #expect(refusal(key.codeVerifier, key.codeChallenge) == nil)
        #expect(Requests.refusal(["code_challenge": key.codeChallenge]) == nil)
    }
}

@Suite("RFC 6749 §4.1.3, §6: the token request, case 105")
struct TokenRequestTests {
    private func request(_ pairs: [(name: String, value: String)]) throws(OAuthError) -> TokenRequest { try TokenRequest(Parameters(pairs)) }
    private func refusal(_ pairs: [(name: String, value: String)]) -> Refusal? {
        Refusal { () throws(OAuthError) in
            let request = try request(pairs)
            return try request.secret(request.grantType == "refresh_token" ? "refresh_token" : "code")
        }
    }

    @Test("§4.1.3: a code with its redirect URI and verifier") func code() throws {
        let request = try request([
            ("grant_type", "authorization_code"), ("code", "c-1"), ("redirect_uri", "https://a.example/cb"), ("code_verifier", "v"),
            ("resource", "urn:x"),
        ])
        #expect(try request.secret("code").revealText() == "c-1" && request.parameters["code_verifier"] == "v")
        #expect(request.grantType == "authorization_code" && request.resource == "urn:x" && request.scope == nil)
    }

    @Test("§6: a refresh token with and without a scope") func refresh() throws {
        let narrowed = try request([("grant_type", "refresh_token"), ("refresh_token", "r"), ("scope", "a b")])
        #expect(try narrowed.secret("refresh_token").revealText() == "r" && narrowed.scope?.names == ["a", "b"])
    }

    @Test("§5.2: refused with the standard's codes") func refused() {
        #expect(refusal([]) == Refusal(.invalidRequest, "grant_type"))
        #expect(refusal([("grant_type", "authorization_code")]) == Refusal(.invalidRequest, "code"))
        #expect(refusal([("grant_type", "authorization_code"), ("code", "")]) == Refusal(.invalidRequest, "code"))
        #expect(refusal([("grant_type", "refresh_token"), ("code", "c")]) == Refusal(.invalidRequest, "refresh_token"))
        #expect(
            refusal([("grant_type", "refresh_token"), ("refresh_token", String(repeating: "r", count: 1025))])
                == Refusal(.invalidGrant, "refresh_token"))
        #expect(refusal([("grant_type", "refresh_token"), ("refresh_token", "r"), ("scope", "a\n")]) == Refusal(.invalidScope, "scope"))
    }

    @Test("§3.2: no parameter twice", arguments: ["grant_type", "code"])
    func duplicates(name: String) {
        let good: [(name: String, value: String)] = [
            ("grant_type", "authorization_code"), ("code", "c"), ("redirect_uri", "https://a.example/cb"), ("code_verifier", "v"),
        ]
        #expect(refusal(good) == nil)
        #expect(refusal(good + good.filter { $0.name == name }) == Refusal(.invalidRequest, name))
    }

    @Test("rule 9: a code is not printed") func secret() throws {
        let request = try request([("grant_type", "authorization_code"), ("code", "very-secret")])
        var text = ""
        dump(request, to: &text)
        #expect(!"\(request) \(text) \(String(reflecting: request))".contains("very-secret"))
    }
}

@Suite("RFC 6749 §2.3.1: client credentials, case 106")
struct ClientCredentialsTests {
    private func basic(_ text: String) -> String { "Basic " + Data(text.utf8).base64EncodedString() }

    private func credentials(_ authorization: String?, _ form: [(name: String, value: String)] = []) throws(OAuthError) -> ClientCredentials {
        try ClientCredentials(authorization: authorization, form: Parameters(form))
    }

    private func refusal(_ authorization: String?, _ form: [(name: String, value: String)] = []) -> Refusal? {
        Refusal { () throws(OAuthError) in try credentials(authorization, form) }
    }

    @Test("three ways: Basic with form-encoded parts, body, and none") func good() throws {
        let header = try credentials(basic("app%3A1:a+b%2B%C3%A9:x"), [("client_id", "app:1")])
        #expect(header.clientID == "app:1" && header.secret?.revealText() == "a b+é:x" && header.method == .clientSecretBasic)
        #expect(try credentials("bASIC " + Data("a:b".utf8).base64EncodedString()).clientID == "a")
        let body = try credentials(nil, [("client_id", "app"), ("client_secret", "s")])
        #expect(body.secret?.revealText() == "s" && body.method == .clientSecretPost)
        let open = try credentials(nil, [("client_id", "app")])
        #expect(open.secret == nil && open.method == .none)
    }

    @Test("case 106: two methods, another client in the body, no client, an assertion") func refused() {
        let expected = Refusal(.invalidClient)
        #expect(refusal(basic("app:s"), [("client_id", "app"), ("client_secret", "s")]) == expected)
        #expect(refusal(basic("app:s"), [("client_id", "other")]) == expected)
        #expect(refusal(nil) == expected)
        #expect(refusal(nil, [("client_secret", "s")]) == expected)
        #expect(refusal(nil, [("client_id", "app"), ("client_assertion", "x")]) == expected)
        #expect(refusal(nil, [("client_id", "app"), ("client_assertion_type", "x")]) == expected)
        #expect(refusal(nil, [("client_id", "app"), ("client_id", "app")]) == Refusal(.invalidRequest, "client_id"))
    }

    @Test("RFC 6749 §2.3.1: an empty secret is none, by the header and in the body") func emptySecret() throws {
        for empty in [
            try credentials(basic("app:")), try credentials(nil, [("client_id", "app"), ("client_secret", "")]),
            try credentials(basic("app:"), [("client_secret", "")]),
        ] { #expect(empty.clientID == "app" && empty.secret == nil && empty.method == .none) }
        #expect(try credentials(basic("app:s"), [("client_secret", "")]).secret?.revealText() == "s")
    }

    @Test(
        "case 106: Basic with bad base64, without colon, with bad percent-encoding, empty parts, other schemes",
        arguments: [
            "Basic", "Basic ", "Basic !!!", "Basic YXBwOnM", "Basic YXBwOnM==", "Basic YXB-OnM=", "Basic YXBwOnN=", "Bearer x", "Digest x",
            "YXBwOnM=", "",
            "Basic  YXBwOnM=", "Basic YXBwOnM= ", "Basic YXBw",
        ])
    func malformedHeader(value: String) { #expect(refusal(value) == Refusal(.invalidClient)) }

    @Test(
        "case 106: the parts must be well-formed",
        arguments: [":s", "app:%", "app:%4", "app:%zz", "app:%FF", "a\u{0}:s", "app:é", ":", "%00:s"])
    func malformedParts(text: String) { #expect(refusal(basic(text)) == Refusal(.invalidClient)) }

    @Test("secrets are compared by their hash and never printed") func secret() throws {
        let secret = SecretBytes("very-secret")
        #expect(secret.matches(sha256: SecretBytes("very-secret").sha256))
        #expect(!secret.matches(sha256: SecretBytes("very-secre").sha256))
        #expect(!secret.matches(sha256: []))
        var text = ""
        dump(secret, to: &text)
        #expect(!"\(secret) \(String(reflecting: secret)) \(text)".contains("very-secret"))
    }
}
