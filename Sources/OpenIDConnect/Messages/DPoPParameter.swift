package import TokenVerifier

/// `dpop_jkt` (RFC 9449 §10): the key to which the code is to be bound.
package enum DPoPParameter {
    package static let name = "dpop_jkt"
}

extension Parameters {
    /// - Throws: `invalid_request` for what is no thumbprint.
    package func boundKey() throws(OAuthError) -> KeyThumbprint? {
        guard let text = try single(DPoPParameter.name) else { return nil }
        guard let key = KeyThumbprint(text) else {
            throw OAuthError(
                .invalidRequest, "The parameter is no JWK thumbprint with SHA-256.", parameter: DPoPParameter.name,
                expected: "43 characters of base64url",
                seen: text)
        }
        return key
    }

    /// The same, where a proof came with the request (RFC 9449 §10.1): it must be by that key.
    package func requiredKey(or proven: KeyThumbprint) throws(OAuthError) -> KeyThumbprint? {
        guard let key = try boundKey() else { return nil }
        guard key == proven else {
            throw OAuthError(
                .invalidDPoPProof, "The DPoP proof is by another key than dpop_jkt names.", parameter: DPoPParameter.name, expected: key.text,
                seen: proven.text)
        }
        return key
    }
}
