package import struct FoundationEssentials.Date
package import TokenVerifier
package import WireFormats

/// The answer of the introspection endpoint (RFC 7662 §2.2): what is proven of a token, or that it is not active, and then nothing else.
package struct IntrospectionResponse: Sendable {
    package let body: JSONObject

    /// For everything that is not proven, whatever the reason (§2.2, THREATS case 120).
    package static let inactive = IntrospectionResponse(["active": false])

    /// An access token: its own claims.
    package init(_ token: VerifiedAccessToken) {
        var body: JSONObject = ["active": true]
        for member in token.claims.members.members { body.append(member.name, member.value) }
        body.append("token_type", token.boundKey == nil ? "Bearer" : "DPoP")
        self.init(body)
    }

    /// A refresh token.
    package init(refreshTokenOf clientID: String, issuer: String, subject: String, username: String?, scope: Scope, issuedAt: Date, expiresAt: Date) {
        var body: JSONObject = ["active": true, "iss": .string(issuer), "sub": .string(subject)]
        body.append("username", ifPresent: username)
        body.append("client_id", .string(clientID))
        body.append("scope", ifPresent: scope.textIfAny)
        let rest: JSONObject = ["iat": .numericDate(issuedAt), "exp": .numericDate(expiresAt), "token_use": "refresh"]
        for member in rest.members { body.append(member.name, member.value) }
        self.init(body)
    }

    private init(_ body: JSONObject) { self.body = body }

    /// The JSON text in UTF-8.
    package func encoded() -> [UInt8] { JSONWriter.encode(body) }

    /// The answer as a signed JWT (RFC 9701 §5), for `audience` alone.
    package func signed(issuer: String, audience: String, by key: any TokenSigner, at now: Date) async throws(SigningKeyError) -> String {
        let claims: JSONObject = [
            "iss": .string(issuer), "aud": .string(audience), "iat": .numericDate(now), "token_introspection": .object(body),
        ]
        return try await key.sign(header: "token-introspection+jwt", claims: claims)
    }
}
