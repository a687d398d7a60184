internal import WireFormats

/// Claims about a user, signed by the issuer for this client (OpenID Connect Core §5.3.2): proven, and of nobody that they are signed in.
package struct VerifiedUserInfo: Sendable, Hashable {
    package let claims: TokenClaims

    fileprivate init(_ claims: TokenClaims) { self.claims = claims }
}

extension TokenVerifier {
    /// An answer has no end unless it says one. `iss` and `aud`, which §5.3.2 recommends, must be there: else it might be another client's answer.
    package func verify(userInfo: String) async throws(TokenError) -> VerifiedUserInfo {
        let claims = try await signedClaims(userInfo, types: ["jwt", nil]).claims
        let audience = try claims.audience()
        guard let client = self.audience, audience.values.contains(where: { $0.hasSameBytes(as: client) }) else {
            throw .audience(expected: self.audience ?? "a client_id, given to the verifier", seen: audience.values)
        }
        if claims["exp"] != nil { _ = try claims.validateTime(now: clock(), clockSkew: clockSkew) }
        return VerifiedUserInfo(claims)
    }
}
