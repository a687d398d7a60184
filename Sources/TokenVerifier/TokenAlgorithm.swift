/// The signature algorithms of JSON Web Signatures that a verifier can be told to accept (RFC 7518 §3.1, RFC 8037 §3.1).
///
/// `none` and the HMAC family are no cases: there is no way to switch them on (THREATS O1, O2).
public enum TokenAlgorithm: String, Sendable, Hashable, CaseIterable {
    case RS256, RS384, RS512
    case PS256, PS384, PS512
    case ES256, ES384, ES512
    case EdDSA

    /// What a verifier accepts unless told otherwise: RS256, PS256, ES256 and EdDSA (Ed25519).
    public static let recommended: Set<TokenAlgorithm> = [.RS256, .PS256, .ES256, .EdDSA]
}
