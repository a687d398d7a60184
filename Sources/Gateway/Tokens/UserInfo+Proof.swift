import OpenIDConnect
import TokenVerifier
import UserPools
import WireFormats

extension Tokens {
    /// RFC 9449 §7: a token that is bound to a key is worth nothing without a proof by that key, and one that is bound to none does not pass for one
    /// that is.
    func requireKey(
        of token: VerifiedAccessToken, _ presented: BearerToken, _ proof: PresentedProof, _ certificate: PresentedCertificate?, in pool: UserPool
    ) async throws(OAuthError) {
        // RFC 8705 §3.
        if let bound = token.boundCertificate {
            guard let shown = certificate?.read()?.thumbprint, shown.hasSameBytes(as: bound) else {
                throw OAuthError(
                    .invalidToken, "The access token is bound to a certificate, and the request came with another one, or none.", expected: bound,
                    seen: certificate?.read()?.thumbprint ?? "no client certificate")
            }
        }
        guard let key = token.boundKey else {
            guard !token.isBoundOtherwise, presented.scheme == .bearer else { throw OAuthError(refusingToken: .unboundToken) }
            return
        }
        guard presented.scheme == .dpop else { throw OAuthError(refusingToken: .bearer) }
        let proven: VerifiedDPoPProof?
        do {
            proven = try await proofs.prove(proof, in: pool.id, accessToken: presented.secret.revealText())
        } catch { throw OAuthError(refusingProof: error) }
        guard let proven else { throw OAuthError(refusingProof: DPoPError.missing) }
        guard proven.key.text.hasSameBytes(as: key) else {
            throw OAuthError(refusingToken: .otherKey(expected: key, seen: proven.key.text))
        }
    }
}

extension OAuthError {
    /// What is wrong is not the proof, but that this token came with it, or with none.
    fileprivate init(refusingToken error: DPoPError) {
        self.init(.invalidToken, error.message, expected: error.expected, seen: error.seen.map { "\(error.code): \($0)" } ?? error.code)
    }
}
