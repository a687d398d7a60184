package import WireFormats

/// The access token of a request: from the Authorization header (RFC 6750 §2.1) or from a form (§2.2). One in the query is not looked for
/// (RFC 9700 §4.3.2).
package struct BearerToken: Sendable {
    package let secret: SecretBytes

    private static let maximumLength = 20_000

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
        guard let text = try authorization.map({ value throws(OAuthError) in try Self.token(in: value) }) ?? inForm else { return nil }
        guard !text.isEmpty, text.utf8.count <= Self.maximumLength, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Self.malformed()
        }
        secret = SecretBytes(text)
    }

    private static func token(in authorization: String) throws(OAuthError) -> String {
        guard let (scheme, token) = ProtocolText(authorization).cut(at: " "), scheme.matchesIgnoringCase("Bearer") else { throw malformed() }
        return token.trimmed.string
    }

    private static func malformed() -> OAuthError { OAuthError(.invalidToken, "That is no access token of this issuer.") }
}
