package import struct FoundationEssentials.Date
package import TokenVerifier

/// The claims of an access token in the profile of RFC 9068, in the order in which they are written.
package struct AccessTokenClaims: Sendable {
    package let issuer: String
    package let subject: String
    /// `aud`: the resource asked for (RFC 8707), else the issuer.
    package let audience: String
    package let clientID: String
    package let scope: Scope
    package let expiresAt: Date
    package let issuedAt: Date
    /// `auth_time`; nil where no person takes part.
    package let authenticatedAt: Date?
    package let tokenID: String
    package let sessionID: String?
    package let groups: [String]
    package let username: String?
    /// Further claims. A reserved name in it is left out.
    package let attributes: JSONObject
    package let context: ContextClaims
    /// `act`: who acts for the subject (RFC 8693 §4.1).
    package var actor: JSONObject?

    package init(
        issuer: String, subject: String, audience: String?, clientID: String, scope: Scope, expiresAt: Date, issuedAt: Date,
        authenticatedAt: Date?, tokenID: String, sessionID: String?, groups: [String] = [], username: String?, attributes: JSONObject = [:],
        context: ContextClaims = ContextClaims()
    ) {
        self.context = context
        (self.issuer, self.subject, self.audience, self.clientID, self.scope) = (issuer, subject, audience ?? issuer, clientID, scope)
        (self.expiresAt, self.issuedAt, self.authenticatedAt) = (expiresAt, issuedAt, authenticatedAt)
        (self.tokenID, self.sessionID, self.groups, self.username, self.attributes) = (tokenID, sessionID, groups, username, attributes)
    }

    /// The claim set.
    package func claims() -> JSONObject {
        var claims = JSONObject()
        claims.append("iss", .string(issuer))
        claims.append("sub", .string(subject))
        let audiences = ResourceIndicator.all(in: audience)
        claims.append("aud", audiences.count == 1 ? .string(audience) : .array(audiences.map(JSONValue.string)))
        claims.append("client_id", .string(clientID))
        claims.append("scope", ifPresent: scope.textIfAny)
        claims.append("exp", .numericDate(expiresAt))
        claims.append("iat", .numericDate(issuedAt))
        if let authenticatedAt { claims.append("auth_time", .numericDate(authenticatedAt)) }
        context.append(to: &claims)
        claims.append("jti", .string(tokenID))
        claims.append("sid", ifPresent: sessionID)
        claims.append("token_use", "access")
        if let actor { claims.append("act", .object(actor)) }
        if !groups.isEmpty { claims.append("groups", .array(groups.map(JSONValue.string))) }
        claims.append("username", ifPresent: username)
        claims.appendAttributes(attributes)
        return claims
    }
}
