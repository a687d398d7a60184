public import struct FoundationEssentials.Date
internal import WireFormats

/// An access token that passed every check of RFC 9068 §4. Only the verifier in this file can make one, so holding it is the proof.
public struct VerifiedAccessToken: Sendable, Hashable {
    /// `sub`: the user, or the client itself where no user takes part.
    public let subject: String
    /// `scope`, split at its spaces (RFC 6749 §3.3).
    public let scopes: Set<String>
    /// `groups` in their order; empty where the token has none.
    public let groups: [String]
    /// `client_id`: the app that the token was issued to.
    public let clientID: String?
    /// `username`, a name for people to read; decide by `subject`.
    public let username: String?
    /// `sid`: the user's session at the issuer.
    public let sessionID: String?
    /// `auth_time`: when the user signed in (RFC 9068 §2.2.1).
    public let authenticatedAt: Date?
    /// `acr`: how strongly the user was authenticated, by a name that the issuer and the service know. A service that needs a level compares it
    /// (RFC 9470).
    public var authenticationContext: String? { claims.string("acr") }
    /// `amr`: by which methods (RFC 8176); empty where the issuer does not say.
    public var authenticationMethods: [String] { claims["amr"]?.strings ?? [] }
    /// Whether the client got the token for itself (RFC 6749 §4.4) and no user takes part: `sub` is its `client_id` then (RFC 9068 §2.2).
    public var isOfClientAlone: Bool { clientID.map { $0.hasSameBytes(as: subject) } ?? false }
    /// `exp`.
    public let expiresAt: Date
    /// `iat`.
    public let issuedAt: Date?
    /// `aud`: contains the verifier's audience.
    public let audience: Audience
    /// Every claim of the token.
    public let claims: TokenClaims

    fileprivate init(_ claims: TokenClaims, audience: Audience, expiresAt: Date, issuedAt: Date?) throws(TokenError) {
        subject = try claims.subject()
        // RFC 6749 §3.3: tokens between spaces, which are single bytes.
        scopes = Set(try claims.optionalText("scope").map { ProtocolText($0).split(at: " ").filter { !$0.isEmpty }.map(\.string) } ?? [])
        if claims["groups"] == nil {
            groups = []
        } else {
            guard let names = claims.strings("groups") else { throw .claim("groups", problem: "is not a list of strings") }
            groups = names
        }
        clientID = try claims.optionalText("client_id")
        username = try claims.optionalText("username")
        sessionID = try claims.optionalText("sid")
        authenticatedAt = try claims.date("auth_time")
        (self.claims, self.audience, self.expiresAt, self.issuedAt) = (claims, audience, expiresAt, issuedAt)
    }
}

extension TokenVerifier {
    /// Verifies an access token in the profile of RFC 9068.
    ///
    /// Checked in this order: form and algorithm, `typ` (`at+jwt` or `application/at+jwt`), `iss`, key and signature, `exp`, `nbf`, `iat`, `aud`,
    /// `token_use` (`access`, where present), types of the claims.
    /// - Parameter accessToken: the token as it stood after `Bearer ` in the Authorization header.
    /// - Returns: what the token says, proven.
    /// - Throws: `TokenError`, the first check that failed.
    public func verify(accessToken: String) async throws(TokenError) -> VerifiedAccessToken {
        guard let proven else { return try await prove(accessToken).token }
        let now = clock()
        if let known = proven.proof(of: accessToken), known.isProof(for: self, at: now) {
            do { try known.times.validate(now: now, clockSkew: clockSkew) } catch {
                if case .expired = error { proven.forget(accessToken) }
                throw error
            }
            return known.token
        }
        let proof = try await prove(accessToken)
        proven.keep(proof, of: accessToken, now: now, clockSkew: clockSkew)
        return proof.token
    }

    private func prove(_ accessToken: String) async throws(TokenError) -> ProvenTokens.Proof {
        let signed = try await signedClaims(accessToken, types: ["at+jwt"])
        let claims = signed.claims
        let times = try claims.validateTime(now: clock(), clockSkew: clockSkew)
        let audience = try claims.audience()
        guard audience.contains(expectedAudience) else { throw .audience(expected: expectedAudience, seen: audience.values) }
        try claims.validateTokenUse("access")
        let token = try VerifiedAccessToken(claims, audience: audience, expiresAt: times.expiresAt, issuedAt: times.issuedAt)
        return ProvenTokens.Proof(token, times: times, keys: signed.keys, verifier: self)
    }
}

extension TokenVerifier {
    /// Of access tokens.
    fileprivate var expectedAudience: String { audience ?? issuer }
}

extension ProvenTokens {
    /// What a token says, and what the proof was made from. Only the verifier in this file can make one. An object: whoever finds it copies nothing.
    final class Proof: Sendable {
        /// Of the key set.
        private let keys: SHA256Value
        private let issuer: String
        private let audience: String
        private let algorithms: Set<TokenAlgorithm>
        let times: TokenTimes
        fileprivate let token: VerifiedAccessToken

        fileprivate init(_ token: VerifiedAccessToken, times: TokenTimes, keys: SHA256Value, verifier: TokenVerifier) {
            (self.token, self.times, self.keys) = (token, times, keys)
            (issuer, audience, algorithms) = (verifier.issuer, verifier.expectedAudience, verifier.algorithms)
        }

        /// Whether the verifier would prove the same token from the same things at present.
        fileprivate func isProof(for verifier: TokenVerifier, at now: Date) -> Bool {
            issuer.hasSameBytes(as: verifier.issuer) && audience.hasSameBytes(as: verifier.expectedAudience) && algorithms == verifier.algorithms
                && keys == verifier.keysFingerprint(at: now)
        }
    }
}
