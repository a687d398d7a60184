extension TokenVerifier {
    /// A claim that nobody has proven: it gives no right to anything, not even to be shown as true. nil where the token is malformed, or the claim is
    /// missing or no string.
    ///
    /// Good for one purpose only: to find out which verifier the token must pass before a word of it is believed. An issuer with many tenants says in
    /// `tid` which one it speaks for; the caller looks that up in its own list of tenants, makes the issuer from what the list says, and verifies.
    ///
    /// Size, form and JSON are held to the same limits as in a verification; a token of `none` or an HMAC is malformed here as there.
    package static func unverifiedClaim(_ name: String, of token: String) -> String? { unverifiedClaims(of: token)?.string(name) }

    /// All of them, to be shown to people as what somebody claims.
    package static func unverifiedClaims(of token: String) -> TokenClaims? {
        guard let jws = try? CompactJWS(token, algorithms: Set(TokenAlgorithm.allCases)) else { return nil }
        return try? TokenClaims(payload: jws.payload)
    }
}
