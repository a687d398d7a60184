package import OpenIDConnect

/// Why an authorization request gave no code, and who may be told (RFC 6749 §4.1.2.1).
package enum AuthorizationFailure: Error {
    /// Client or redirect URI is not proven: tell the person.
    case show(SignInFailure)
    /// Both are proven: tell the app.
    case redirect(AuthorizationResponse, OAuthError)
}
