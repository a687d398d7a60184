/// The request to the token endpoint (RFC 6749 §4.1.3, §6).
package struct TokenRequest: Sendable {
    /// What is traded for tokens.
    package enum Grant: Sendable {
        /// `authorization_code` with `code`, `redirect_uri` and `code_verifier` (RFC 7636 §4.5).
        case authorizationCode(PresentedSecret, redirectURI: String?, codeVerifier: String?)
        /// `refresh_token` with `refresh_token` and `scope`; no scope means the same as before.
        case refreshToken(PresentedSecret, scope: Scope?)
    }

    /// The values of `grant_type` that are understood here.
    package enum GrantType: String, Sendable, Hashable, CaseIterable {
        case authorizationCode = "authorization_code"
        case refreshToken = "refresh_token"
    }

    private static let maximumSecretLength = 1024

    package let grant: Grant
    /// `resource` (RFC 8707 §2.2).
    package let resource: String?

    package var grantType: GrantType {
        switch grant {
        case .authorizationCode: .authorizationCode
        case .refreshToken: .refreshToken
        }
    }

    /// - Parameter form: the parameters of the body, never of the query.
    package init(_ form: Parameters) throws(OAuthError) {
        let name = try form.required("grant_type", limit: 128)
        guard let type = GrantType(rawValue: name) else {
            throw OAuthError(
                .unsupportedGrantType, "The grant type is not supported.", parameter: "grant_type",
                expected: GrantType.allCases.map(\.rawValue).joined(separator: " "), seen: name)
        }
        switch type {
        case .authorizationCode:
            let code = try Self.secret("code", in: form)
            grant = .authorizationCode(
                code, redirectURI: try form.single("redirect_uri", limit: 2048), codeVerifier: try form.single("code_verifier"))
        case .refreshToken:
            let token = try Self.secret("refresh_token", in: form)
            grant = .refreshToken(token, scope: try form.single("scope").map { text throws(OAuthError) in try Scope(text) })
        }
        resource = try ResourceIndicator.single(in: form)
    }

    /// Required; one that is too long cannot be one of ours, which `invalid_grant` says.
    private static func secret(_ name: String, in form: Parameters) throws(OAuthError) -> PresentedSecret {
        guard let value = try form.single(name) else { throw OAuthError(.invalidRequest, "A parameter is missing.", parameter: name) }
        guard value.utf8.count <= maximumSecretLength else { throw OAuthError(.invalidGrant, "The grant is not valid.", parameter: name) }
        return PresentedSecret(value)
    }
}
