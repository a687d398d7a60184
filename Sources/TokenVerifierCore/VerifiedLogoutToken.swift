package import struct FoundationEssentials.Date

/// A logout token of an OpenID provider (OpenID Connect Back-Channel Logout 1.0 §2.4), proven. It says that sessions are over, and of nobody that they
/// are signed in.
package struct VerifiedLogoutToken: Sendable, Hashable {
    package let issuer: String
    /// `jti`: it counts once.
    package let tokenID: String
    /// Whose sessions; nil where it says that of one session alone.
    package let subject: String?
    /// The provider's name for the session; nil where it means all of the subject.
    package let sessionID: String?
    package let expiresAt: Date

    fileprivate init(_ claims: TokenClaims, issuer: String, expiresAt: Date) throws(TokenError) {
        (self.issuer, self.expiresAt) = (issuer, expiresAt)
        subject = claims["sub"] == nil ? nil : try claims.subject()
        sessionID = try claims.optionalText("sid")
        guard sessionID?.isEmpty != true, sessionID.map({ $0.utf8.count <= 1_024 }) ?? true else {
            throw .claim("sid", problem: "is empty or longer than 1024 bytes")
        }
        guard subject != nil || sessionID != nil else { throw .claim("sub", problem: "is missing, and sid as well") }
        guard let events = claims["events"]?.object else { throw .claim("events", problem: "is missing or no object") }
        guard events[Self.event]?.object != nil else { throw .claim("events", problem: "does not say that it is a logout token") }
        guard claims["nonce"] == nil else { throw .claim("nonce", problem: "is there, which a logout token must not have") }
        guard let tokenID = try claims.optionalText("jti"), !tokenID.isEmpty else { throw .claim("jti", problem: "is missing") }
        self.tokenID = tokenID
    }

    private static let event = "http://schemas.openid.net/event/backchannel-logout"
}

extension TokenVerifier {
    /// §2.6, in its order. That it is presented once is for the caller to see to.
    package func verify(logoutToken: String) async throws(TokenError) -> VerifiedLogoutToken {
        let claims = try await signedClaims(logoutToken, types: ["logout+jwt", "jwt", nil]).claims
        let audience = try claims.audience()
        guard let client = self.audience, audience.values.contains(where: { $0.hasSameBytes(as: client) }) else {
            throw .audience(expected: self.audience ?? "a client_id, given to the verifier", seen: audience.values)
        }
        let time = try claims.validateTime(now: clock(), clockSkew: clockSkew)
        guard time.issuedAt != nil else { throw .claim("iat", problem: "is missing") }
        return try VerifiedLogoutToken(claims, issuer: issuer, expiresAt: time.expiresAt)
    }
}
