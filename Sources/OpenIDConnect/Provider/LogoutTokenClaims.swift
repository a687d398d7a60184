package import struct FoundationEssentials.Date
package import TokenVerifier

/// The claims of a logout token (OpenID Connect Back-Channel Logout 1.0 §2.4), in the order in which they are written. It never has a `nonce`, so that
/// nobody takes it for an ID token.
package struct LogoutTokenClaims: Sendable {
    /// The header's `typ` (§2.4).
    package static let type = "logout+jwt"
    /// The member of `events` that says what it is.
    package static let event = "http://schemas.openid.net/event/backchannel-logout"
    /// Seconds that it lives: two minutes are what §4 recommends.
    package static let lifetime = 120

    package let issuer: String
    package let subject: String
    /// `aud`: the client.
    package let clientID: String
    package let issuedAt: Date
    package let tokenID: String
    package let sessionID: String

    package init(issuer: String, subject: String, clientID: String, issuedAt: Date, tokenID: String, sessionID: String) {
        (self.issuer, self.subject, self.clientID) = (issuer, subject, clientID)
        (self.issuedAt, self.tokenID, self.sessionID) = (issuedAt, tokenID, sessionID)
    }

    package func claims() -> JSONObject {
        [
            "iss": .string(issuer), "sub": .string(subject), "aud": .string(clientID), "iat": .numericDate(issuedAt),
            "exp": .numericDate(issuedAt.addingTimeInterval(Double(Self.lifetime))), "jti": .string(tokenID), "sid": .string(sessionID),
            "events": .object([Self.event: .object([:])]),
        ]
    }
}
