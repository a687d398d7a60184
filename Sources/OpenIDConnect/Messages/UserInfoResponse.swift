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

    /// The answer as a signed JWT (OpenID Connect Core §5.3.2), for `audience` alone. It has no `exp`, without which nobody takes it for an ID token.
    package func signed(issuer: String, audience: String, by key: any TokenSigner) async throws(SigningKeyError) -> String {
        var claims: JSONObject = ["iss": .string(issuer), "aud": .string(audience)]
        for member in body.members where member.name != "iss" && member.name != "aud" { claims.append(member.name, member.value) }
        return try await key.sign(header: "JWT", claims: claims)
    }

    /// The JSON text in UTF-8.
    package func encoded() -> [UInt8] { JSONWriter.encode(body) }
}
