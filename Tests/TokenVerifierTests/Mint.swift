import Crypto
import Foundation
import TokenVerifier
import WireFormats

/// An issuer in the test: makes tokens with one thing broken.
struct Mint: Sendable {
    static let issuer = "https://id.example.com/local_4fGh2kQ9x"
    static let audience = "https://orders.example.com"
    static let now = Date(timeIntervalSince1970: 1_750_000_000)

    let key: P256.Signing.PrivateKey
    let keyID: String?

    init(keyID: String? = "key-1") { (key, self.keyID) = (P256.Signing.PrivateKey(), keyID) }

    /// One key as JSON text.
    var jwk: String {
        let point = Array(key.publicKey.rawRepresentation)
        let name = keyID.map { #""kid":"\#($0)","# } ?? ""
        return
            #"{\#(name)"kty":"EC","crv":"P-256","alg":"ES256","use":"sig","x":"\#(Base64URL.encode(point[..<32]))","y":"\#(Base64URL.encode(point[32...]))"}"#
    }

    func keySet(_ others: String...) throws -> JSONWebKeySet { try JSONWebKeySet(json: #"{"keys":[\#(([jwk] + others).joined(separator: ","))]}"#) }

    func header(type: String? = "at+jwt", algorithm: String = "ES256", extra: String = "") -> String {
        let type = type.map { #","typ":"\#($0)""# } ?? ""
        let name = keyID.map { #","kid":"\#($0)""# } ?? ""
        return #"{"alg":"\#(algorithm)"\#(name)\#(type)\#(extra)}"#
    }

    /// The claims of a good access token with some replaced; nil takes one away. Values are JSON text.
    static func accessClaims(_ changes: [String: String?] = [:]) -> String {
        claims(
            [
                "iss": quoted(issuer), "sub": #""user-1""#, "aud": quoted(audience), "exp": "1750003600", "iat": "1750000000",
                "client_id": #""app""#, "scope": #""openid orders:read""#, "token_use": #""access""#, "groups": #"["staff","night"]"#,
                "username": #""corp_alice""#, "sid": #""session-1""#, "jti": #""token-1""#,
            ], changes)
    }

    /// The claims of a good ID token for the client `app`.
    static func idClaims(_ changes: [String: String?] = [:]) -> String {
        claims(
            [
                "iss": quoted(issuer), "sub": #""user-1""#, "aud": #""app""#, "exp": "1750003600", "iat": "1750000000",
                "nonce": #""n-1""#, "auth_time": "1749999000", "token_use": #""id""#,
            ], changes)
    }

    private static func claims(_ good: [String: String], _ changes: [String: String?]) -> String {
        var all = good
        for (name, value) in changes { all[name] = value }
        return "{" + all.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
    }

    static func quoted(_ text: String) -> String { "\"\(text)\"" }

    func sign(header: String, payload: String) -> String {
        let input = Base64URL.encode(Array(header.utf8)) + "." + Base64URL.encode(Array(payload.utf8))
        return input + "." + Base64URL.encode(Array(signature(input)))
    }

    private func signature(_ input: String) -> Data {
        // Signing with a P-256 key that exists cannot fail.
        (try? key.signature(for: Data(input.utf8)).rawRepresentation) ?? Data()
    }

    func accessToken(_ changes: [String: String?] = [:]) -> String { sign(header: header(), payload: Self.accessClaims(changes)) }
    func idToken(_ changes: [String: String?] = [:]) -> String { sign(header: header(type: "JWT"), payload: Self.idClaims(changes)) }

    func verifier(audience: String? = Mint.audience, keys: JSONWebKeySet? = nil) throws -> TokenVerifier {
        TokenVerifier(issuer: Self.issuer, audience: audience, keys: try keys ?? keySet(), clock: { Self.now })
    }
}

/// The code of the error that `body` throws, nil where it throws none.
func code(_ body: () async throws(TokenError) -> some Any) async -> String? {
    do throws(TokenError) {
        _ = try await body()
        return nil
    } catch {
        return error.code
    }
}

/// What refusing a bomb may cost, in seconds of processor time (THREATS case 84): 20 ms as built for release, more where the code is not optimised.
#if DEBUG
    let cheap = 1.0
#else
    let cheap = 0.02
#endif
