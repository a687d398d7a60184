internal import TokenVerifier
package import WireFormats

/// The answer of the UserInfo endpoint (OpenID Connect Core §5.3.2): `sub`, and the claims that the scopes allow.
package struct UserInfoResponse: Sendable {
    package let subject: String
    /// Claims beside `sub`; reserved names are left out (THREATS P21).
    package let claims: JSONObject

    package init(subject: String, claims: JSONObject) { (self.subject, self.claims) = (subject, claims) }

    package var body: JSONObject {
        var body: JSONObject = ["sub": .string(subject)]
        body.appendUnreserved(claims, allowing: ReservedClaims.userInfo)
        return body
    }

    /// The JSON text in UTF-8.
    package func encoded() -> [UInt8] { JSONWriter.encode(body) }
}
