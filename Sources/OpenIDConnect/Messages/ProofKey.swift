internal import Crypto
internal import TokenVerifier

/// Proof Key for Code Exchange (RFC 7636), method S256 and no other.
package struct ProofKey: Sendable {
    /// `code_challenge` as the authorization request sent it: 43 to 128 unreserved characters.
    package struct Challenge: Sendable, Hashable {
        package let value: String

        /// Reads `code_challenge` and `code_challenge_method`; both are required of every client (RFC 9700 §2.1.1, THREATS P3, case 102).
        package init(codeChallenge: String?, method: String?) throws(OAuthError) {
            guard let codeChallenge else {
                throw OAuthError(.invalidRequest, "PKCE with method S256 is required of every client.", parameter: "code_challenge")
            }
            guard method == "S256" else {
                throw OAuthError(
                    .invalidRequest, "The code challenge method must be S256.", parameter: "code_challenge_method", expected: "S256", seen: method)
            }
            guard ProofKey.isWellFormed(codeChallenge) else {
                throw OAuthError(
                    .invalidRequest, "The code challenge is not 43 to 128 unreserved characters.", parameter: "code_challenge",
                    expected: "43 to 128 characters")
            }
            value = codeChallenge
        }

        /// A challenge that comes back from the store.
        package init(stored value: String) { self.value = value }
    }

    /// The secret that only the client knows.
    package let codeVerifier: String

    /// A new key, for our role as a client.
    /// - Parameter randomBytes: 32 bytes from a cryptographic generator, which make 43 characters.
    package init(randomBytes: [UInt8]) { codeVerifier = Base64URL.encode(randomBytes) }

    /// `code_challenge` for this key (RFC 7636 §4.2).
    package var codeChallenge: String { Self.codeChallenge(of: codeVerifier) }

    /// Compares the verifier of a token request with the challenge of its code, in constant time (RFC 7636 §4.6).
    /// - Parameters:
    ///   - codeVerifier: the parameter of the token request.
    ///   - challenge: what was stored with the code.
    /// - Throws: `invalid_grant` where it is missing, malformed or another one, and where no challenge was stored (THREATS case 103).
    package static func verify(codeVerifier: String?, against challenge: Challenge?) throws(OAuthError) {
        guard let challenge else { throw OAuthError(.invalidGrant, "The code was issued without a code challenge.", parameter: "code_verifier") }
        guard let codeVerifier, isWellFormed(codeVerifier), codeChallenge(of: codeVerifier).hasSameBytesInConstantTime(as: challenge.value) else {
            throw OAuthError(.invalidGrant, "The code verifier is missing or does not belong to the code.", parameter: "code_verifier")
        }
    }

    private static func codeChallenge(of codeVerifier: String) -> String {
        Base64URL.encode(Array(SHA256.hash(data: Array(codeVerifier.utf8))))
    }

    /// RFC 7636 §4.1: `[A-Z] / [a-z] / [0-9] / "-" / "." / "_" / "~"`, 43 to 128 of them.
    fileprivate static func isWellFormed(_ text: String) -> Bool {
        (43...128).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                    true
                default: false
                }
            }
    }
}
