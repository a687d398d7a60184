/// The signature algorithms of JSON Web Signatures that a verifier can be told to accept (RFC 7518 §3.1, RFC 8037 §3.1).
///
/// `none` and the HMAC family are no cases: there is no way to switch them on (THREATS O1, O2).
///
/// The cases are spelled as the standard spells them.
public enum TokenAlgorithm: String, Sendable, Hashable, CaseIterable {
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case RS256, RS384, RS512
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case PS256, PS384, PS512
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case ES256, ES384, ES512
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case EdDSA

    /// What a verifier accepts unless told otherwise: RS256, PS256, ES256 and EdDSA (Ed25519).
    public static let recommended: Set<TokenAlgorithm> = [.RS256, .PS256, .ES256, .EdDSA]
}
