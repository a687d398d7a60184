internal import WireFormats

/// How an issuer's access tokens are told from its other tokens. Which one it is, is said when a verifier is made, and never read from a token.
public enum AccessTokenProfile: Sendable, Hashable {
    /// RFC 9068: `typ` is `at+jwt`. Countersign's tokens, and those of every issuer that follows the standard.
    case standard
    /// Signed JWTs of issuers whose `typ` says nothing (`JWT`, or none): Okta, Microsoft Entra ID, Keycloak, Auth0 unless told otherwise.
    ///
    /// Then the audience tells an access token from an ID token, so the verifier must be given one, and it must be the service's own and never a
    /// `client_id`. What only other tokens have is refused: `nonce`, `at_hash`, `c_hash`, `s_hash` and `events`, and a claim `typ` that is neither
    /// `Bearer` nor `DPoP` (Keycloak).
    case untyped
    /// Amazon Cognito's own pools: no `typ` and no `aud`, but `client_id`, which must be one of these, and `token_use`, which must be `access`. A token
    /// that has an `aud` must be for the verifier's audience. Groups are those of `cognito:groups`.
    case cognito(clientIDs: Set<String>)
}

extension AccessTokenProfile {
    /// What the header's `typ` may be; nil for none.
    var types: [String?] {
        switch self {
        case .standard: ["at+jwt"]
        case .untyped, .cognito: ["at+jwt", "jwt", nil]
        }
    }

    var groupsClaim: String {
        switch self {
        case .standard, .untyped: "groups"
        case .cognito: "cognito:groups"
        }
    }

    /// For whom the token is, and that it is an access token.
    /// - Parameter audience: the verifier's.
    func validate(_ claims: TokenClaims, audience expected: String?, issuer: String) throws(TokenError) -> Audience {
        switch self {
        case .standard:
            let audience = try Self.require(expected ?? issuer, in: claims)
            try claims.validateTokenUse("access")
            return audience
        case .untyped:
            guard let expected else { throw .audience(expected: "an audience, given to the verifier", seen: claims.strings("aud") ?? []) }
            let audience = try Self.require(expected, in: claims)
            try claims.validateTokenUse("access")
            for name in ["nonce", "at_hash", "c_hash", "s_hash", "events"] where claims[name] != nil {
                throw .type(expected: "an access token", seen: "a token with \(name)")
            }
            if let kind = try claims.optionalText("typ"), !["bearer", "dpop"].contains(where: { ProtocolText(kind).matchesIgnoringCase($0) }) {
                throw .type(expected: "Bearer", seen: kind)
            }
            return audience
        case .cognito(let clientIDs):
            guard claims["token_use"] != nil else { throw .claim("token_use", problem: "is missing") }
            try claims.validateTokenUse("access")
            let client = try claims.optionalText("client_id")
            guard let client, clientIDs.contains(where: { $0.hasSameBytes(as: client) }) else {
                throw .authorizedParty(expected: clientIDs.sorted().joined(separator: " "), seen: client)
            }
            return claims["aud"] == nil ? .none : try Self.require(expected ?? issuer, in: claims)
        }
    }

    private static func require(_ expected: String, in claims: TokenClaims) throws(TokenError) -> Audience {
        let audience = try claims.audience()
        guard audience.contains(expected) else { throw .audience(expected: expected, seen: audience.values) }
        return audience
    }
}
