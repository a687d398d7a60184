public import struct FoundationEssentials.Date
internal import WireFormats

/// Verifies the tokens of one issuer, safe by default.
///
/// ```swift
/// let verifier = TokenVerifier(issuer: "https://id.example.com/local_4fGh2kQ9x", audience: "https://orders.example.com")
/// let token = try await verifier.verify(accessToken: bearer)
/// ```
/// Make one per issuer and audience when the service starts, and keep it: copies share the issuer's keys. They are loaded by OpenID Connect Discovery
/// at the first token, kept as `Cache-Control` says (5 minutes to 24 hours), loaded again for an unknown `kid` at most once a minute, used 5 minutes
/// longer while new ones are on their way, and up to 24 hours longer while the issuer is down. No call waits longer than 10 seconds for keys.
///
/// The signature of an access token is verified once while its proof is kept: up to 2,000 proofs (`rememberedTokens`) of tokens up to 4 KiB, all of which
/// are forgotten where there is no room for one more. One takes as much memory as the token and its claims; it counts as long as the issuer's keys are the
/// ones of that time and fresh; the token's times, and the scopes and groups that a call asks for, are compared anew. So it is kept without being asked
/// for: nothing passes that would not pass without it, and a service is called with the same token again and again.
///
/// `verify` waits for keys where it must; `verifyNow` never waits, and throws where they are not at hand.
///
/// What cannot be switched off: pinned algorithms, signature, issuer byte by byte, audience, times, type of the token (RFC 8725, RFC 9068 §4,
/// OpenID Connect Core §3.1.3.7). Tokens longer than 16 KiB are refused.
public struct TokenVerifier: Sendable {
    /// The issuer whose tokens are verified.
    public let issuer: String
    /// For access tokens the service's own identifier, for ID tokens the `client_id`.
    public private(set) var audience: String?

    let accessTokens: AccessTokenProfile
    let algorithms: Set<TokenAlgorithm>
    let clockSkew: Double
    let clock: @Sendable () -> Date
    private let keys: Keys
    /// nil: every token is proven anew.
    var proven: ProvenTokens?

    private enum Keys: Sendable {
        case fixed(JSONWebKeySet)
        case cached(KeySetCache)
    }

    /// How many proofs are kept unless told otherwise.
    public static let usuallyRemembered = 2_000
    /// More are not kept, whatever was asked for: some hundred megabytes.
    static let mostRemembered = 100_000

    /// Makes a verifier for keys that were given by hand; nothing is ever loaded. The other parameters are those of the initialiser with a transport.
    public init(
        issuer: String, audience: String? = nil, accessTokens: AccessTokenProfile = .standard,
        algorithms: Set<TokenAlgorithm> = TokenAlgorithm.recommended, clockSkew: Duration = .seconds(60),
        rememberedTokens: Int = TokenVerifier.usuallyRemembered, keys: JSONWebKeySet, clock: @escaping @Sendable () -> Date = { Date() }
    ) {
        (self.issuer, self.audience, self.accessTokens, self.algorithms, self.clock) = (issuer, audience, accessTokens, algorithms, clock)
        self.clockSkew = Self.seconds(clockSkew)
        self.keys = .fixed(keys)
        proven = ProvenTokens(atMost: rememberedTokens)
    }

    /// Makes a verifier that finds the issuer's keys by OpenID Connect Discovery; nothing is loaded yet.
    /// - Parameters:
    ///   - issuer: the issuer exactly as its discovery document writes it, an https URL (http for `localhost` and `127.0.0.1` in development).
    ///   - audience: what `aud` must contain: the service's identifier for access tokens, the `client_id` for ID tokens. Nil: access tokens must be
    ///     for the issuer itself, which is what an app gets that asked for no resource; ID tokens are refused.
    ///   - accessTokens: how the issuer's access tokens are told from its other tokens; by `typ` (RFC 9068) unless told otherwise.
    ///   - algorithms: the accepted `alg` values; RS256, PS256, ES256 and EdDSA unless told otherwise.
    ///   - clockSkew: by how much the clocks of issuer and service may differ; 60 seconds unless told otherwise, at most 5 minutes.
    ///   - rememberedTokens: how many proofs are kept, 2,000 unless told otherwise; 0 for none.
    ///   - transport: the way to the network.
    ///   - clock: the present time; the machine's unless told otherwise.
    public init(
        issuer: String, audience: String? = nil, accessTokens: AccessTokenProfile = .standard,
        algorithms: Set<TokenAlgorithm> = TokenAlgorithm.recommended, clockSkew: Duration = .seconds(60),
        rememberedTokens: Int = TokenVerifier.usuallyRemembered, transport: any HTTPTransport, clock: @escaping @Sendable () -> Date = { Date() }
    ) {
        (self.issuer, self.audience, self.accessTokens, self.algorithms, self.clock) = (issuer, audience, accessTokens, algorithms, clock)
        self.clockSkew = Self.seconds(clockSkew)
        keys = .cached(KeySetCache(source: KeySetSource(issuer: issuer, location: .discovery, transport: transport), clock: clock))
        proven = ProvenTokens(atMost: rememberedTokens)
    }

    /// The same verifier for tokens that are for somebody else.
    func expecting(_ audience: String) -> TokenVerifier {
        var verifier = self
        verifier.audience = audience
        return verifier
    }

    /// The same verifier, which shares what was proven with others, or with nobody where that is nil.
    package func sharing(_ proven: ProvenTokens?) -> TokenVerifier {
        var verifier = self
        verifier.proven = proven
        return verifier
    }

    /// Makes a verifier for an issuer whose `jwks_uri` is known already: a discovery document is never asked for.
    ///
    /// `keySetURL` is an https URL, or plain http on loopback where the issuer is there as well (development); a verifier with any other URL refuses
    /// every token with `keysUnavailable`. To which addresses a connection may be made is for the transport to decide.
    /// - Parameter place: in place of the issuer, where that is no URL: whether it is on this machine decides about plain http.
    package init(
        issuer: String, audience: String, keySetURL: String, place: String? = nil, algorithms: Set<TokenAlgorithm> = TokenAlgorithm.recommended,
        clockSkew: Duration = .seconds(60), transport: any HTTPTransport, clock: @escaping @Sendable () -> Date
    ) {
        (self.issuer, self.audience, self.algorithms, self.clock) = (issuer, audience, algorithms, clock)
        accessTokens = .standard
        self.clockSkew = Self.seconds(clockSkew)
        let source = KeySetSource(issuer: place ?? issuer, location: .known(url: keySetURL), transport: transport)
        keys = .cached(KeySetCache(source: source, clock: clock))
        // For ID tokens, which are verified once.
        proven = nil
    }

    private static func seconds(_ clockSkew: Duration) -> Double { Double(min(max(clockSkew.components.seconds, 0), 300)) }

    /// Loads the issuer's keys, where they are not at hand: a service that calls this at its start knows then that it can, and `verifyNow` will do.
    public func loadKeys() async throws(TokenError) {
        if case .cached(let cache) = keys { try await cache.loadKeys() }
    }

    /// The steps that access and ID tokens share: form, algorithm, type, issuer, key, signature. What comes back is signed by the issuer and nothing more.
    func signedClaims(_ token: String, types: [String?]) async throws(TokenError) -> SignedClaims {
        let unproven = try readToken(token, types: types)
        return try unproven.verified(with: try await key(for: unproven.jws))
    }

    /// The same without waiting for anybody.
    func signedClaimsNow(_ token: String, types: [String?]) throws(TokenError) -> SignedClaims {
        let unproven = try readToken(token, types: types)
        return try unproven.verified(with: try keyAtHand(for: unproven.jws))
    }

    private func readToken(_ token: String, types: [String?]) throws(TokenError) -> UnprovenToken {
        let jws = try CompactJWS(token, algorithms: algorithms)
        guard types.contains(jws.type.map(Self.mediaType)) else { throw .type(expected: types.compactMap(\.self).first ?? "", seen: jws.type) }
        let claims = try TokenClaims(payload: jws.payload)
        // Before the keys: a token of somebody else shall say so, and shall not make this issuer be asked for keys.
        let seen = try claims.optionalText("iss")
        guard let seen, seen.hasSameBytes(as: issuer) else { throw .issuer(expected: issuer, seen: seen) }
        return UnprovenToken(jws: jws, claims: claims)
    }

    /// Which keys count at `now`; nil where they must be asked for.
    func keysFingerprint(at now: Date) -> SHA256Value? {
        switch keys {
        case .fixed(let set): set.fingerprint
        case .cached(let cache): cache.keysAtHand(at: now)?.fingerprint
        }
    }

    private func key(for jws: CompactJWS) async throws(TokenError) -> ChosenKey {
        switch keys {
        case .fixed(let set):
            guard let key = set.key(for: jws) else { throw .unknownKey(keyID: jws.keyID) }
            return key
        case .cached(let cache):
            if let key = cache.keysAtHand(at: clock())?.key(for: jws) { return key }
            return try await cache.key(for: jws)
        }
    }

    private func keyAtHand(for jws: CompactJWS) throws(TokenError) -> ChosenKey {
        switch keys {
        case .fixed(let set):
            guard let key = set.key(for: jws) else { throw .unknownKey(keyID: jws.keyID) }
            return key
        case .cached(let cache):
            // A key that is not in the set may be new: only the issuer knows.
            guard let key = cache.keysAtHand(at: clock())?.key(for: jws) else { throw .keysNotAtHand }
            return key
        }
    }

    /// RFC 7515 §4.1.9: media types in any case, `application/` may be left out.
    private static func mediaType(_ type: String) -> String {
        let type = ProtocolText(type).lowercased
        return (type.hasPrefix("application/") ? type.dropFirst("application/".utf8.count) : type).string
    }
}

/// A token of which form, algorithm, type and issuer are as they must be, and nobody has looked at the signature.
private struct UnprovenToken {
    let jws: CompactJWS
    let claims: TokenClaims

    func verified(with chosen: ChosenKey) throws(TokenError) -> SignedClaims {
        try jws.verify(with: chosen.key)
        return SignedClaims(claims: claims, algorithm: jws.algorithm, keys: chosen.keySet)
    }
}

/// What the issuer signed.
struct SignedClaims: Sendable {
    let claims: TokenClaims
    let algorithm: TokenAlgorithm
    /// Of the set in which the key was.
    let keys: SHA256Value
}
