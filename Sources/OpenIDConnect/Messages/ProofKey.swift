internal import Crypto
internal import TokenVerifier
internal import WireFormats

/// Proof Key for Code Exchange (RFC 7636), method S256 and no other.
package struct ProofKey: Sendable {
    /// `code_challenge` as the authorization request sent it: 43 to 128 unreserved characters.
    package struct Challenge: Sendable, Hashable {
        package let value: String

        /// Reads `code_challenge` and `code_challenge_method` (RFC 9700 §2.1.1, THREATS P3, case 102).
        /// - Parameter isRequired: of public clients always; a confidential one may be registered without.
        /// - Returns: nil where the request has none, and need not.
        static func read(_ codeChallenge: String?, method: String?, isRequired: Bool) throws(OAuthError) -> Challenge? {
            if codeChallenge != nil { return try Challenge(codeChallenge, method: method) }
            guard !isRequired else {
                throw OAuthError(.invalidRequest, "PKCE with method S256 is required of this client.", parameter: "code_challenge")
            }
            guard method == nil else {
                throw OAuthError(.invalidRequest, "There is a code challenge method, and no code challenge.", parameter: "code_challenge")
            }
            return nil
        }

        private init(_ codeChallenge: String?, method: String?) throws(OAuthError) {
            guard let codeChallenge else { throw OAuthError(.invalidRequest, "A parameter is missing.", parameter: "code_challenge") }
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
    ///   - challenge: what was stored with the code; nil where the authorization request had none.
    /// - Throws: `invalid_grant` where it is missing, malformed or another one, and where there is one without a challenge: whoever strips the
    ///   challenge from a request on its way gets nothing by it (RFC 9700 §4.8.2, THREATS case 103).
    package static func verify(codeVerifier: String?, against challenge: Challenge?) throws(OAuthError) {
        func refused(_ description: String, expected: String? = nil) -> OAuthError {
            OAuthError(.invalidGrant, description, parameter: "code_verifier", expected: expected)
        }
        guard let challenge else {
            guard codeVerifier == nil else { throw refused("There is a code_verifier, and the authorization request had no code_challenge.") }
            return
        }
        guard let codeVerifier else { throw refused("The code_verifier is missing; the authorization request had a code_challenge.") }
        try requireLength(of: codeVerifier)
        guard isWellFormed(codeVerifier), codeChallenge(of: codeVerifier).hasSameBytesInConstantTime(as: challenge.value) else {
            throw refused("The code_verifier does not fit the code_challenge of the authorization request.")
        }
    }

    /// RFC 7636 §4.1. Many an app makes a verifier of 32 characters, and looks for its mistake elsewhere.
    package static func requireLength(of codeVerifier: String) throws(OAuthError) {
        guard codeVerifier.utf8.count < 43 else { return }
        throw OAuthError(
            .invalidGrant, "The code_verifier has fewer than 43 characters.", parameter: "code_verifier", expected: "43 to 128 characters",
            seen: "\(codeVerifier.utf8.count) characters")
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
