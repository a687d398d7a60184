internal import struct FoundationEssentials.Date
internal import WireFormats

/// An authorization request that a client signed (RFC 9101). Only the verifier in this file can make one.
package struct VerifiedRequestObject: Sendable {
    package let algorithm: TokenAlgorithm
    package let claims: TokenClaims

    fileprivate init(_ claims: TokenClaims, algorithm: TokenAlgorithm) { (self.claims, self.algorithm) = (claims, algorithm) }
}

extension TokenVerifier {
    /// How long a request object may be good at most, and how old it may be (FAPI 2.0 Message Signing §5.3.1).
    package static let longestRequestObject = 3600.0

    /// Verifies a request object of the client whose `client_id` is the verifier's issuer, for the server whose issuer is the verifier's audience.
    ///
    /// Checked in this order: form and algorithm, `typ` (`oauth-authz-req+jwt`, `JWT` or none), `iss`, key and signature, `exp`, `nbf`, `iat`, `aud`
    /// (the server, others beside it do no harm), `client_id`, `sub`. A client assertion (RFC 7523), which the same key signs for the same audience,
    /// is none: it says no `client_id`, and of its `sub` that it is the client (RFC 9101 §10.8).
    /// - Parameter demandsTimes: whether `exp` and `nbf` must be there, at most an hour from one to the other and from `nbf` to the present.
    package func verify(requestObject: String, demandsTimes: Bool) async throws(TokenError) -> VerifiedRequestObject {
        let signed = try await signedClaims(requestObject, types: ["oauth-authz-req+jwt", "jwt", nil])
        let claims = signed.claims
        let (now, expiresAt, notBefore) = (clock(), try claims.date("exp"), try claims.date("nbf"))
        try TokenTimes(expiresAt: expiresAt ?? .distantFuture, notBefore: notBefore, issuedAt: try claims.date("iat"))
            .validate(now: now, clockSkew: clockSkew)
        if demandsTimes {
            guard let expiresAt else { throw .claim("exp", problem: "is missing") }
            guard let notBefore else { throw .claim("nbf", problem: "is missing") }
            guard expiresAt.timeIntervalSince(notBefore) <= Self.longestRequestObject else {
                throw .claim("exp", problem: "is more than an hour after nbf")
            }
            guard now.timeIntervalSince(notBefore) <= Self.longestRequestObject else { throw .claim("nbf", problem: "is more than an hour ago") }
        }
        let audience = try claims.audience()
        guard let server = self.audience, audience.values.contains(where: { $0.hasSameBytes(as: server) }) else {
            throw .audience(expected: self.audience ?? "", seen: audience.values)
        }
        guard let client = try claims.optionalText("client_id"), client.hasSameBytes(as: issuer) else {
            throw .claim("client_id", problem: "is not the client")
        }
        if let subject = try claims.optionalText("sub"), subject.hasSameBytes(as: issuer) { throw .claim("sub", problem: "is the client") }
        return VerifiedRequestObject(claims, algorithm: signed.algorithm)
    }
}
