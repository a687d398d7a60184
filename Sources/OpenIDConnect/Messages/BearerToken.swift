package import TokenVerifier
package import WireFormats

/// The access token of a request: from the Authorization header (RFC 6750 §2.1, RFC 9449 §7.1) or from a form (RFC 6750 §2.2). One in the query is not
/// looked for (RFC 9700 §4.3.2).
package struct BearerToken: Sendable {
    package let secret: SecretBytes
    /// By which it came; one in a form counts as borne.
    package let scheme: AccessTokenCredentials.Scheme

    /// - Parameters:
    ///   - authorization: the value of the header `Authorization`, nil where there is none.
    ///   - form: the parameters of the body.
    /// - Returns: nil where the request has no token at all.
    /// - Throws: `invalid_request` where it has more than one (§2: one method in a request), `invalid_token` for what cannot be one.
    package init?(authorization: String?, form: Parameters) throws(OAuthError) {
        let inForm = try form.single("access_token")
        guard authorization == nil || inForm == nil else {
            throw OAuthError(.invalidRequest, "The request has an access token both in the Authorization header and in the body.")
        }
        if let authorization {
            let (token, scheme) = try Self.token(in: authorization)
            (secret, self.scheme) = (SecretBytes(token), scheme)
            return
        }
        guard let inForm else { return nil }
        guard BearerCredentials.accepts(inForm) else { throw Self.malformed() }
        (secret, scheme) = (SecretBytes(inForm), .bearer)
    }

    private static func token(in authorization: String) throws(OAuthError) -> (String, AccessTokenCredentials.Scheme) {
        // A request that has another scheme has credentials, and none that count here.
        guard case .token(let token, let scheme) = AccessTokenCredentials([authorization]) else { throw malformed() }
        return (token, scheme)
    }

    private static func malformed() -> OAuthError { OAuthError(.invalidToken, "That is no access token of this issuer.") }
}
