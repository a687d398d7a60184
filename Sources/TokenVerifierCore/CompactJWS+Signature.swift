extension CompactJWS {
    /// RFC 7515 §5.2: the signature over the first two parts, exactly as they came.
    package func verify(with key: JSONWebKey) throws(TokenError) {
        guard key.accepts(algorithm), key.isValidSignature(signature, for: signingInput, algorithm: algorithm) else { throw .signature }
    }
}
