internal import WireFormats

/// The answer to an authorization request (RFC 6749 §4.1.2, §4.1.2.1), always with `iss` (RFC 9207).
package struct AuthorizationResponse: Sendable {
    /// Where it goes.
    package let redirectURI: RegisteredRedirectURI
    /// How it goes there.
    package let mode: ResponseMode
    /// The fields in their order: for `form_post` the hidden inputs, not escaped yet.
    package let fields: [(name: String, value: String)]

    /// Success: `code`, `state` where the request had one, `iss`.
    package init(code: String, state: String?, issuer: String, to redirectURI: RegisteredRedirectURI, mode: ResponseMode = .query) {
        var fields = [(name: "code", value: code)]
        if let state { fields.append(("state", state)) }
        fields.append(("iss", issuer))
        (self.redirectURI, self.mode, self.fields) = (redirectURI, mode, fields)
    }

    /// Failure: `error`, `error_description`, `state` where the request had one, `iss`.
    package init(error: OAuthError, state: String?, issuer: String, to redirectURI: RegisteredRedirectURI, mode: ResponseMode = .query) {
        var fields = [(name: "error", value: error.error.rawValue), (name: "error_description", value: error.description)]
        if let state { fields.append(("state", state)) }
        fields.append(("iss", issuer))
        (self.redirectURI, self.mode, self.fields) = (redirectURI, mode, fields)
    }

    /// The URL for the header `Location` in the mode `query`: a query that the redirect URI has already is kept (RFC 6749 §3.1.2).
    package var location: String { FormCoding.append(fields, to: redirectURI.value) }
}
