package import struct FoundationEssentials.Date
internal import WireFormats

/// What a platform says of a program that runs on it (RFC 7523 §3), signed by the platform. Only the verifier in this file can make one.
package struct VerifiedWorkloadAssertion: Sendable, Hashable {
    /// `iss`.
    package let issuer: String
    /// `sub`: which program.
    package let subject: String
    /// `jti`, where there is one: then it counts once.
    package let id: String?
    /// `exp`.
    package let expiresAt: Date

    fileprivate init(issuer: String, subject: String, id: String?, expiresAt: Date) {
        (self.issuer, self.subject, self.id, self.expiresAt) = (issuer, subject, id, expiresAt)
    }
}

extension TokenVerifier {
    /// How far away `exp` may be. A platform that writes one an hour, for a job that may take an hour, is within it.
    package static let longestWorkloadAssertion = 2 * 3600.0

    /// Verifies an assertion of the verifier's issuer for the server whose issuer is the verifier's audience.
    ///
    /// Checked in this order: form and algorithm, `typ` (`JWT` or none: no access token of that platform), `iss`, key and signature, `exp` (not too far), `nbf`,
    /// `iat`, `aud` (the server's issuer is among them), `sub`, `jti`.
    package func verify(workloadAssertion: String) async throws(TokenError) -> VerifiedWorkloadAssertion {
        let claims = try await signedClaims(workloadAssertion, types: ["jwt", nil]).claims
        let now = clock()
        let times = try claims.validateTime(now: now, clockSkew: clockSkew)
        guard times.expiresAt.timeIntervalSince(now) <= Self.longestWorkloadAssertion + clockSkew else {
            throw .claim("exp", problem: "is more than two hours away")
        }
        let seen = try claims.audience()
        guard let audience, seen.contains(audience) else { throw .audience(expected: audience ?? "", seen: seen.values) }
        let subject = try claims.subject()
        let id = try claims.optionalText("jti")
        if let id, id.isEmpty || id.utf8.count > 1024 { throw .claim("jti", problem: "is empty or longer than 1024 bytes") }
        return VerifiedWorkloadAssertion(issuer: issuer, subject: subject, id: id, expiresAt: times.expiresAt)
    }
}
