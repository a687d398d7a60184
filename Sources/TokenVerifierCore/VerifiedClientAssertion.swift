package import struct FoundationEssentials.Date
internal import WireFormats

/// What a client says of itself at a token endpoint (RFC 7523 §3, OpenID Connect Core §9), signed by its own key. Only the verifier in this file can make
/// one. It counts once: whoever accepts it uses up `id` until `expiresAt`.
package struct VerifiedClientAssertion: Sendable, Hashable {
    /// `iss` and `sub`.
    package let clientID: String
    /// `jti`.
    package let id: String
    /// `exp`.
    package let expiresAt: Date

    fileprivate init(clientID: String, id: String, expiresAt: Date) { (self.clientID, self.id, self.expiresAt) = (clientID, id, expiresAt) }
}

extension TokenVerifier {
    /// How far away `exp` may be: so long a `jti` is remembered.
    package static let longestClientAssertion = 3600.0

    /// Verifies an assertion of the client whose `client_id` is the verifier's issuer, for the server whose issuer is the verifier's audience.
    ///
    /// Checked in this order: form and algorithm, `typ` (`JWT`, `client-authentication+jwt` or none), `iss`, key and signature, `exp` (not too far), `nbf`,
    /// `iat`, `sub`, `aud`, `jti`. `aud` is the issuer of the server and nothing beside it, neither its token endpoint nor a list: what is written for
    /// several servers one of them could use at another (RFC 7523bis §4, THREATS O16, case 107).
    package func verify(clientAssertion: String) async throws(TokenError) -> VerifiedClientAssertion {
        let claims = try await signedClaims(clientAssertion, types: ["jwt", "client-authentication+jwt", nil]).claims
        let now = clock()
        let times = try claims.validateTime(now: now, clockSkew: clockSkew)
        guard times.expiresAt.timeIntervalSince(now) <= Self.longestClientAssertion + clockSkew else {
            throw .claim("exp", problem: "is more than an hour away")
        }
        guard try claims.subject().hasSameBytes(as: issuer) else { throw .claim("sub", problem: "is not the client") }
        guard let audience, let seen = claims.string("aud"), seen.hasSameBytes(as: audience) else {
            throw .audience(expected: audience ?? "", seen: claims.strings("aud") ?? [])
        }
        guard let id = try claims.optionalText("jti") else { throw .claim("jti", problem: "is missing") }
        guard !id.isEmpty, id.utf8.count <= 1024 else { throw .claim("jti", problem: "is empty or longer than 1024 bytes") }
        return VerifiedClientAssertion(clientID: issuer, id: id, expiresAt: times.expiresAt)
    }
}
