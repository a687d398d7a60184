public import struct FoundationEssentials.Date
// Whoever imports TokenVerifier has all of it; TokenVerifierCore alone is for services that bring an HTTP client of their own.
@_exported public import TokenVerifierCore

extension TokenVerifier {
    /// Makes a verifier that loads the issuer's keys with `AsyncHTTPTransport`; nothing is loaded yet.
    /// - Parameters:
    ///   - issuer: the issuer exactly as its discovery document writes it, an https URL (http for `localhost` and `127.0.0.1` in development).
    ///   - audience: what `aud` must contain: the service's identifier for access tokens, the `client_id` for ID tokens. Nil: access tokens must be
    ///     for the issuer itself, which is what an app gets that asked for no resource; ID tokens are refused.
    ///   - accessTokens: how the issuer's access tokens are told from its other tokens; by `typ` (RFC 9068) unless told otherwise.
    ///   - algorithms: the accepted `alg` values; RS256, PS256, ES256 and EdDSA unless told otherwise.
    ///   - clockSkew: by how much the clocks of issuer and service may differ; 60 seconds unless told otherwise, at most 5 minutes.
    ///   - rememberedTokens: how many proofs are kept, 2,000 unless told otherwise; 0 for none.
    ///   - clock: the present time; the machine's unless told otherwise.
    public init(
        issuer: String, audience: String? = nil, accessTokens: AccessTokenProfile = .standard,
        algorithms: Set<TokenAlgorithm> = TokenAlgorithm.recommended, clockSkew: Duration = .seconds(60),
        rememberedTokens: Int = TokenVerifier.usuallyRemembered, clock: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.init(
            issuer: issuer, audience: audience, accessTokens: accessTokens, algorithms: algorithms, clockSkew: clockSkew,
            rememberedTokens: rememberedTokens, transport: AsyncHTTPTransport(), clock: clock)
    }
}
