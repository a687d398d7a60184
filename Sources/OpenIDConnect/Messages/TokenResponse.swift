internal import TokenVerifier
package import WireFormats

/// The successful answer of the token endpoint (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3).
package struct TokenResponse: Sendable {
    package let accessToken: String
    /// `expires_in`, the lifetime of the access token in seconds.
    package let expiresIn: Int
    package let refreshToken: String?
    package let idToken: String?
    package let scope: Scope
    /// Whether the access token is bound to a key (RFC 9449 §5).
    package let isDPoP: Bool
    /// What the access token is, where it was exchanged for another token (RFC 8693 §2.2.1).
    package var issuedTokenType: String?

    package init(accessToken: String, expiresIn: Int, refreshToken: String? = nil, idToken: String? = nil, scope: Scope, isDPoP: Bool = false) {
        self.isDPoP = isDPoP
        (self.accessToken, self.expiresIn, self.refreshToken, self.idToken, self.scope) = (accessToken, expiresIn, refreshToken, idToken, scope)
    }

    package var body: JSONObject {
        var body: JSONObject = ["access_token": .string(accessToken), "token_type": isDPoP ? "DPoP" : "Bearer", "expires_in": .integer(expiresIn)]
        body.append("issued_token_type", ifPresent: issuedTokenType)
        body.append("refresh_token", ifPresent: refreshToken)
        body.append("id_token", ifPresent: idToken)
        // RFC 6749 §3.3: no scope at all has no text.
        body.append("scope", ifPresent: scope.textIfAny)
        return body
    }

    /// The JSON text in UTF-8.
    package func encoded() -> [UInt8] { JSONWriter.encode(body) }
}
