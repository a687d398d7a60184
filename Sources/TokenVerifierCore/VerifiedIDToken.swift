public import struct FoundationEssentials.Date
internal import WireFormats

/// An ID token that passed every check of OpenID Connect Core §3.1.3.7. Only the verifier in this file can make one, so holding it is the proof.
public struct VerifiedIDToken: Sendable, Hashable {
    /// `iss`.
    public let issuer: String
    /// `sub`: the user, unique and stable at this issuer.
    public let subject: String
    /// `sid`: the user's session at the issuer.
    public let sessionID: String?
    /// `auth_time`: when the user signed in.
    public let authenticatedAt: Date?
    /// `acr`: how strongly the user was authenticated, by a name that the issuer and the app know. An app that needs a level compares it.
    public var authenticationContext: String? { claims.string("acr") }
    /// `amr`: by which methods (RFC 8176); empty where the issuer does not say.
    public var authenticationMethods: [String] { claims["amr"]?.strings ?? [] }
    /// `exp`.
    public let expiresAt: Date
    /// `iat`.
    public let issuedAt: Date
    /// Every claim of the token.
    public let claims: TokenClaims

    fileprivate init(_ claims: TokenClaims, issuer: String, expiresAt: Date, issuedAt: Date, authenticatedAt: Date?) throws(TokenError) {
        subject = try claims.subject()
        sessionID = try claims.optionalText("sid")
        (self.claims, self.issuer, self.expiresAt, self.issuedAt) = (claims, issuer, expiresAt, issuedAt)
        self.authenticatedAt = authenticatedAt
    }
}

extension TokenVerifier {
    /// Verifies an ID token for the app whose `client_id` is the verifier's audience.
    ///
    /// Checked in this order: form and algorithm, `typ` (`JWT` or none), `iss`, key and signature, `exp`, `nbf`, `iat`, `aud` (the client and nobody else,
    /// since no other audience is trusted), `azp`, `token_use` (`id`, where present), `nonce`, `at_hash`, `auth_time`, types of the claims.
    /// - Parameters:
    ///   - idToken: the token as the token endpoint returned it.
    ///   - nonce: the nonce that was sent; then the token must carry it. Nil where none was sent.
    ///   - accessToken: the access token of the same answer; then `at_hash`, where present, must belong to it.
    ///   - maximumAge: the `max_age` that was sent, in whole seconds; then `auth_time` must be there and no longer ago. Nil where none was sent.
    /// - Returns: what the token says, proven.
    /// - Throws: `TokenError`, the first check that failed.
    public func verify(
        idToken: String, nonce: String? = nil, accessToken: String? = nil, maximumAge: Duration? = nil
    ) async throws(TokenError) -> VerifiedIDToken {
        let signed = try await signedClaims(idToken, types: ["jwt", nil])
        return try validate(signed, nonce: nonce, accessToken: accessToken, maximumAge: maximumAge)
    }

    /// Verifies an ID token as `verify(idToken:)` does, and waits for nobody.
    /// - Throws: `TokenError.keysNotAtHand` where keys would have to be loaded, which `verify` does.
    public func verifyNow(
        idToken: String, nonce: String? = nil, accessToken: String? = nil, maximumAge: Duration? = nil
    ) throws(TokenError) -> VerifiedIDToken {
        let signed = try signedClaimsNow(idToken, types: ["jwt", nil])
        return try validate(signed, nonce: nonce, accessToken: accessToken, maximumAge: maximumAge)
    }

    private func validate(
        _ signed: SignedClaims, nonce: String?, accessToken: String?, maximumAge: Duration?
    ) throws(TokenError) -> VerifiedIDToken {
        let (claims, algorithm) = (signed.claims, signed.algorithm)
        let now = clock()
        let time = try claims.validateTime(now: now, clockSkew: clockSkew)
        guard let issuedAt = time.issuedAt else { throw .claim("iat", problem: "is missing") }
        try validateClient(claims)
        try claims.validateTokenUse("id")
        if let nonce {
            guard let seen = try claims.optionalText("nonce"), seen.hasSameBytesInConstantTime(as: nonce) else { throw .nonce }
        }
        if let accessToken, let hash = try claims.optionalText("at_hash") {
            guard hash.hasSameBytes(as: TokenHash.leftHalf(of: accessToken, algorithm: algorithm)) else { throw .accessTokenHash }
        }
        let authenticatedAt = try claims.date("auth_time")
        if let maximumAge {
            guard let authenticatedAt, now.timeIntervalSince(authenticatedAt) <= Double(maximumAge.components.seconds) + clockSkew else {
                throw .authenticationTooOld(seen: authenticatedAt)
            }
        }
        return try VerifiedIDToken(
            claims, issuer: issuer, expiresAt: time.expiresAt, issuedAt: issuedAt, authenticatedAt: authenticatedAt)
    }

    /// OpenID Connect Core §3.1.3.7, steps 3 to 5.
    private func validateClient(_ claims: TokenClaims) throws(TokenError) {
        let audience = try claims.audience()
        guard let client = self.audience else { throw .audience(expected: "a client_id, given to the verifier", seen: audience.values) }
        guard audience.values.allSatisfy({ $0.hasSameBytes(as: client) }) else { throw .audience(expected: client, seen: audience.values) }
        guard let party = try claims.optionalText("azp") else { return }
        guard party.hasSameBytes(as: client) else { throw .authorizedParty(expected: client, seen: party) }
    }
}

/// An ID token that comes back to its issuer to say who is meant (`id_token_hint`, OpenID Connect Core §3.1.2.1, RP-Initiated Logout §2).
///
/// It proves that the issuer once wrote it for this client, not that anybody is signed in: it may be expired, and is good for no access.
package struct IDTokenHint: Sendable, Hashable {
    package let subject: String
    package let clientID: String
    package let sessionID: String?
    /// `origin_jti` and `jti`: of which sign-in it came, and which of its tokens it is.
    package let family: String?
    package let tokenID: String?

    fileprivate init(_ claims: TokenClaims, clientID: String) throws(TokenError) {
        subject = try claims.subject()
        sessionID = try claims.optionalText("sid")
        family = try claims.optionalText("origin_jti")
        tokenID = try claims.optionalText("jti")
        self.clientID = clientID
    }
}

extension TokenVerifier {
    /// Verifies a hint as an ID token but for its times; where the verifier has an audience, the hint must be for that client.
    ///
    /// It must have what only our ID tokens have, `exp` and `token_use`: a signed answer of the UserInfo endpoint (OpenID Connect Core §5.3.2) is of the
    /// same type, for the same client, and of the same subject.
    package func verify(idTokenHint: String) async throws(TokenError) -> IDTokenHint {
        let claims = try await signedClaims(idTokenHint, types: ["jwt", nil]).claims
        guard try claims.date("exp") != nil else { throw .claim("exp", problem: "is missing") }
        guard try claims.optionalText("token_use") != nil else { throw .claim("token_use", problem: "is missing") }
        try claims.validateTokenUse("id")
        let audience = try claims.audience()
        guard audience.values.count == 1, let clientID = audience.values.first else {
            throw .audience(expected: self.audience ?? "one client_id", seen: audience.values)
        }
        if let expected = self.audience, !clientID.hasSameBytes(as: expected) { throw .audience(expected: expected, seen: audience.values) }
        return try IDTokenHint(claims, clientID: clientID)
    }
}
