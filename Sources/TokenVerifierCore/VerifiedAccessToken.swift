public import struct FoundationEssentials.Date
internal import WireFormats

/// An access token that passed every check of RFC 9068 §4. Only the verifier in this file can make one, so holding it is the proof.
public struct VerifiedAccessToken: Sendable, Hashable {
    /// `sub`: the user, or the client itself where no user takes part.
    public let subject: String
    /// `scope`, split at its spaces (RFC 6749 §3.3).
    public let scopes: Set<String>
    /// `groups` in their order; empty where the token has none. Of Cognito `cognito:groups`.
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
    /// `aud`: contains the verifier's audience; empty where a token of Cognito has none.
    public let audience: Audience
    /// Every claim of the token.
    public let claims: TokenClaims

    fileprivate init(_ claims: TokenClaims, audience: Audience, groups groupsClaim: String, times: TokenTimes) throws(TokenError) {
        subject = try claims.subject()
        // RFC 6749 §3.3: tokens between spaces, which are single bytes.
        scopes = Set(try claims.optionalText("scope").map { ProtocolText($0).split(at: " ").filter { !$0.isEmpty }.map(\.string) } ?? [])
        if claims[groupsClaim] == nil {
            groups = []
        } else {
            guard let names = claims.strings(groupsClaim) else { throw .claim(groupsClaim, problem: "is not a list of strings") }
            groups = names
        }
        clientID = try claims.optionalText("client_id")
        username = try claims.optionalText("username")
        sessionID = try claims.optionalText("sid")
        authenticatedAt = try claims.date("auth_time")
        (self.claims, self.audience, expiresAt, issuedAt) = (claims, audience, times.expiresAt, times.issuedAt)
    }
}

extension TokenVerifier {
    /// Verifies an access token, in the profile of RFC 9068 unless the verifier was made for another (`AccessTokenProfile`).
    ///
    /// Checked in this order: form and algorithm, `typ` (`at+jwt` or `application/at+jwt`), `iss`, key and signature, `exp`, `nbf`, `iat`, `aud`,
    /// `token_use` (`access`, where present), types of the claims, scopes, groups.
    /// Who sent the token is not looked at: one that is bound to a key or a certificate (`cnf`) is for `RequestVerifier`, which sees the whole request.
    /// - Parameters:
    ///   - accessToken: the token as it stood after `Bearer ` in the Authorization header.
    ///   - scopes: what the token must have, all of it; an empty set asks for nothing.
    ///   - anyGroup: the groups of which the user must be in one; an empty set asks for nothing.
    /// - Returns: what the token says, proven.
    /// - Throws: `TokenError`, the first check that failed.
    public func verify(
        accessToken: String, scopes: Set<String> = [], anyGroup: Set<String> = []
    ) async throws(TokenError) -> VerifiedAccessToken {
        let now = clock()
        if let token = try remembered(accessToken, at: now) { return try token.requiring(scopes: scopes, anyGroup: anyGroup) }
        let token = try prove(try await signedClaims(accessToken, types: accessTokens.types), of: accessToken, begun: now)
        return try token.requiring(scopes: scopes, anyGroup: anyGroup)
    }

    /// Verifies an access token as `verify(accessToken:)` does, and waits for nobody: for code that cannot.
    ///
    /// Keys are at hand once a token was verified or `loadKeys()` was called, and as long as they are fresh.
    /// - Throws: `TokenError.keysNotAtHand` where keys would have to be loaded, which `verify` does.
    public func verifyNow(
        accessToken: String, scopes: Set<String> = [], anyGroup: Set<String> = []
    ) throws(TokenError) -> VerifiedAccessToken {
        let now = clock()
        if let token = try remembered(accessToken, at: now) { return try token.requiring(scopes: scopes, anyGroup: anyGroup) }
        let token = try prove(try signedClaimsNow(accessToken, types: accessTokens.types), of: accessToken, begun: now)
        return try token.requiring(scopes: scopes, anyGroup: anyGroup)
    }

    /// The same whomever the token is for: for the issuer itself, who says of each of its tokens what there is to say. A service never asks so.
    package func verifyForAnyone(accessToken: String) async throws(TokenError) -> VerifiedAccessToken {
        if let token = try remembered(accessToken, at: clock(), isForAnyone: true) { return token }
        // The token's own word says which verifier it must pass: nothing else is believed of it before.
        guard let audience = try Self.unverifiedClaims(of: accessToken)?.audience().values.first else { throw .malformed("it has no claims") }
        return try await expecting(audience).verify(accessToken: accessToken)
    }

    private func remembered(_ accessToken: String, at now: Date, isForAnyone: Bool = false) throws(TokenError) -> VerifiedAccessToken? {
        guard let proven, let known = proven.proof(of: accessToken), known.isProof(for: self, at: now),
            isForAnyone || known.hasAudience(of: self)
        else { return nil }
        do { try known.times.validate(now: now, clockSkew: clockSkew) } catch {
            if case .expired = error { proven.forget(accessToken) }
            throw error
        }
        return known.token
    }

    private func prove(_ signed: SignedClaims, of accessToken: String, begun: Date) throws(TokenError) -> VerifiedAccessToken {
        let claims = signed.claims
        let times = try claims.validateTime(now: clock(), clockSkew: clockSkew)
        let audience = try accessTokens.validate(claims, audience: audience, issuer: issuer)
        let token = try VerifiedAccessToken(claims, audience: audience, groups: accessTokens.groupsClaim, times: times)
        proven?.keep(
            ProvenTokens.Proof(token, times: times, keys: signed.keys, verifier: self), of: accessToken, now: begun, clockSkew: clockSkew)
        return token
    }
}

extension VerifiedAccessToken {
    /// Lets the token pass where it has all of `scopes`, and its user is in one of `anyGroup`. An empty set asks for nothing.
    /// - Throws: `TokenError.insufficientScope`, `TokenError.group`.
    public func require(scopes: Set<String> = [], anyGroup: Set<String> = []) throws(TokenError) {
        // By bytes, as the issuer wrote them.
        guard scopes.allSatisfy({ wanted in self.scopes.contains { $0.hasSameBytes(as: wanted) } }) else {
            throw .insufficientScope(expected: scopes.sorted(), seen: self.scopes.sorted())
        }
        guard anyGroup.isEmpty || groups.contains(where: { group in anyGroup.contains { $0.hasSameBytes(as: group) } }) else {
            throw .group(expected: anyGroup.sorted(), seen: groups)
        }
    }

    fileprivate func requiring(scopes: Set<String>, anyGroup: Set<String>) throws(TokenError) -> VerifiedAccessToken {
        try require(scopes: scopes, anyGroup: anyGroup)
        return self
    }
}

extension ProvenTokens {
    /// What a token says, and what the proof was made from. Only the verifier in this file can make one. An object: whoever finds it copies nothing.
    final class Proof: Sendable {
        /// Of the key set.
        private let keys: SHA256Value
        private let issuer: String
        private let audience: String?
        private let accessTokens: AccessTokenProfile
        private let algorithms: Set<TokenAlgorithm>
        let times: TokenTimes
        fileprivate let token: VerifiedAccessToken

        fileprivate init(_ token: VerifiedAccessToken, times: TokenTimes, keys: SHA256Value, verifier: TokenVerifier) {
            (self.token, self.times, self.keys) = (token, times, keys)
            (issuer, audience, accessTokens, algorithms) = (verifier.issuer, verifier.audience, verifier.accessTokens, verifier.algorithms)
        }

        /// Whether the verifier would prove the same token from the same things at present, whomever it is for.
        fileprivate func isProof(for verifier: TokenVerifier, at now: Date) -> Bool {
            issuer.hasSameBytes(as: verifier.issuer) && accessTokens == verifier.accessTokens && algorithms == verifier.algorithms
                && keys == verifier.keysFingerprint(at: now)
        }

        fileprivate func hasAudience(of verifier: TokenVerifier) -> Bool {
            guard let audience, let other = verifier.audience else { return audience == nil && verifier.audience == nil }
            return audience.hasSameBytes(as: other)
        }
    }
}
