package import struct FoundationEssentials.Date
internal import TokenVerifier
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

    /// As it is sent.
    /// - Parameter key: signs it, where that was asked for.
    package func message(signedBy key: () async throws -> any TokenSigner, at now: Date) async throws -> AuthorizationMessage {
        if let unsigned { return unsigned }
        // JARM §2.1: `iss` is the claim that it is, `aud` the client.
        var claims = JSONObject()
        claims.append("iss", ifPresent: fields.first { $0.name == "iss" }?.value)
        claims.append("aud", .string(redirectURI.clientID))
        claims.append("exp", .numericDate(now.addingTimeInterval(Self.lifetime)))
        for field in fields where field.name != "iss" { claims.append(field.name, .string(field.value)) }
        let response = try await key().sign(header: "JWT", claims: claims)
        return AuthorizationMessage(redirectURI: redirectURI, isForm: mode.isForm, fields: [("response", response)])
    }

    /// The same where nobody asked for a signature; else nil.
    package var unsigned: AuthorizationMessage? {
        mode.isSigned ? nil : AuthorizationMessage(redirectURI: redirectURI, isForm: mode.isForm, fields: fields)
    }

    /// Of a signed one (JARM §2.1: ten minutes at most).
    private static let lifetime = 300.0
}

/// An answer as the browser brings it to the app: signed, where the app wants it signed.
package struct AuthorizationMessage: Sendable {
    package let redirectURI: RegisteredRedirectURI
    package let isForm: Bool
    /// For a form the hidden inputs, not escaped yet.
    package let fields: [(name: String, value: String)]

    fileprivate init(redirectURI: RegisteredRedirectURI, isForm: Bool, fields: [(name: String, value: String)]) {
        (self.redirectURI, self.isForm, self.fields) = (redirectURI, isForm, fields)
    }

    /// The URL for the header `Location`, where it is no form: a query that the redirect URI has already is kept (RFC 6749 §3.1.2).
    package var location: String { FormCoding.append(fields, to: redirectURI.value) }
}
