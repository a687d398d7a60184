import Foundation
import Testing
import TokenVerifier

@Suite("An issuer whose jwks_uri is known already, and claims that are not believed yet")
struct KnownKeySetTests {
    private let mint = Mint()
    private static let keySetURL = "https://keys.example.com/jwks"

    private func verifier(_ transport: FakeIssuer, url: String = keySetURL, issuer: String = Mint.issuer) -> TokenVerifier {
        TokenVerifier(issuer: issuer, audience: Mint.audience, keySetURL: url, transport: transport, clock: { Mint.now })
    }

    private func verify(_ verifier: TokenVerifier, _ token: String) async -> String? {
        await code { () throws(TokenError) in try await verifier.verify(accessToken: token) }
    }

    @Test("the keys come from the URL given, and no discovery document is ever asked for") func noDiscovery() async {
        let issuer = FakeIssuer(keys: [mint.jwk])
        let verifier = verifier(issuer)
        for _ in 0..<3 { #expect(await verify(verifier, mint.accessToken()) == nil) }
        #expect(await verify(verifier, Mint(keyID: "other").accessToken()) == "token.unknown_key")
        #expect(issuer.urls == [Self.keySetURL, Self.keySetURL])
    }

    @Test("a failure does not lead to discovery either") func afterFailure() async {
        let issuer = FakeIssuer(keys: [mint.jwk])
        issuer.change { $0.isDown = true }
        #expect(await verify(verifier(issuer), mint.accessToken()) == "token.keys_unavailable")
        #expect(issuer.urls == [Self.keySetURL])
    }

    @Test("iss, signature and audience count as with discovery") func checks() async {
        let verifier = verifier(FakeIssuer(keys: [mint.jwk]))
        #expect(await verify(verifier, mint.accessToken(["iss": #""https://keys.example.com""#])) == "token.issuer")
        #expect(await verify(verifier, mint.accessToken(["aud": #""https://other.example""#])) == "token.audience")
        #expect(await verify(verifier, Mint().accessToken()) == "token.signature")
    }

    @Test(
        "case 94: a key set URL that is not https is never asked, loopback of an issuer elsewhere included",
        arguments: [
            "http://keys.example.com/jwks", "http://127.0.0.1:8080/jwks", "file:///etc/passwd", "https://u@keys.example.com/", "https:///x", "",
        ])
    func notAllowed(url: String) async {
        let issuer = FakeIssuer(keys: [mint.jwk])
        #expect(await verify(verifier(issuer, url: url), mint.accessToken()) == "token.keys_unavailable")
        #expect(issuer.urls.isEmpty)
    }

    @Test("development: http on loopback where the issuer is there as well") func loopback() async {
        let issuer = FakeIssuer(keys: [mint.jwk])
        let name = "http://127.0.0.1:9000/tenant"
        let verifier = verifier(issuer, url: "http://localhost:9001/jwks", issuer: name)
        #expect(await verify(verifier, mint.accessToken(["iss": Mint.quoted(name)])) == nil)
        #expect(issuer.urls == ["http://localhost:9001/jwks"])
    }

    @Test("a claim is read before it is believed, whoever signed the token") func unverified() {
        #expect(TokenVerifier.unverifiedClaim("tid", of: mint.idToken(["tid": #""tenant-1""#])) == "tenant-1")
        #expect(TokenVerifier.unverifiedClaim("tid", of: mint.idToken()) == nil)
        #expect(TokenVerifier.unverifiedClaim("exp", of: mint.idToken()) == nil)
        #expect(TokenVerifier.unverifiedClaim("tid", of: mint.idToken(["tid": #"["tenant-1"]"#])) == nil)
    }

    @Test("cases 76, 82 and 84: what no verification would take is not read either") func unverifiedLimits() {
        let token = mint.idToken(["tid": #""tenant-1""#])
        let claims = Mint.idClaims(["tid": #""tenant-1""#])
        let refused = [
            token + ".", token + ".x", "", "..", String(token.dropLast(87)), token + "=", " " + token,
            mint.sign(header: mint.header(type: "JWT", algorithm: "none"), payload: claims),
            mint.sign(header: mint.header(type: "JWT", algorithm: "HS256"), payload: claims),
            mint.sign(header: mint.header(type: "JWT", extra: #","crit":["b64"],"b64":false"#), payload: claims),
            mint.idToken(["tid": #""tenant-1","tid":"tenant-2""#]),
            mint.idToken(["tid": #""tenant-1","x":"\#(String(repeating: "x", count: 13_000))""#]),
        ]
        for broken in refused { #expect(TokenVerifier.unverifiedClaim("tid", of: broken) == nil) }
    }
}
