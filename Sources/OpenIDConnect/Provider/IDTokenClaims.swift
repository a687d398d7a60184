package import struct FoundationEssentials.Date
package import TokenVerifier

/// The claims of an ID token (OpenID Connect Core §2), in the order in which they are written.
package struct IDTokenClaims: Sendable {
    package let issuer: String
    package let subject: String
    /// `aud`: the client.
    package let clientID: String
    package let expiresAt: Date
    package let issuedAt: Date
    /// `auth_time`: when the person signed in, which a refresh does not change; nil where nobody said when.
    package let authenticatedAt: Date?
    package let nonce: String?
    package let sessionID: String?
    package let tokenID: String
    package let groups: [String]
    /// `identities`: the upstream identities, each an object.
    package let identities: [JSONObject]
    /// Mapped and custom attributes that the scopes allow. A reserved name in it is left out.
    package let attributes: JSONObject
    package let context: ContextClaims

    package init(
        issuer: String, subject: String, clientID: String, expiresAt: Date, issuedAt: Date, authenticatedAt: Date?, nonce: String?,
        sessionID: String?, tokenID: String, groups: [String] = [], identities: [JSONObject] = [], attributes: JSONObject = [:],
        context: ContextClaims = ContextClaims()
    ) {
        self.context = context
        (self.issuer, self.subject, self.clientID, self.tokenID) = (issuer, subject, clientID, tokenID)
        (self.expiresAt, self.issuedAt, self.authenticatedAt) = (expiresAt, issuedAt, authenticatedAt)
        (self.nonce, self.sessionID, self.groups, self.identities, self.attributes) = (nonce, sessionID, groups, identities, attributes)
    }

    /// The claim set; `at_hash` is computed from the access token of the same answer (OpenID Connect Core §3.1.3.6).
    package func claims(accessToken: String?, algorithm: SigningAlgorithm) -> JSONObject {
        var claims = JSONObject()
        claims.append("iss", .string(issuer))
        claims.append("sub", .string(subject))
        claims.append("aud", .string(clientID))
        claims.append("exp", .numericDate(expiresAt))
        claims.append("iat", .numericDate(issuedAt))
        if let authenticatedAt { claims.append("auth_time", .numericDate(authenticatedAt)) }
        context.append(to: &claims)
        claims.append("nonce", ifPresent: nonce)
        claims.append("at_hash", ifPresent: accessToken.map { TokenHash.leftHalf(of: $0, algorithm: algorithm.tokenAlgorithm) })
        claims.append("sid", ifPresent: sessionID)
        claims.append("jti", .string(tokenID))
        claims.append("token_use", "id")
        claims.appendAttributes(attributes)
        if !groups.isEmpty { claims.append("groups", .array(groups.map(JSONValue.string))) }
        if !identities.isEmpty { claims.append("identities", .array(identities.map(JSONValue.object))) }
        return claims
    }
}
