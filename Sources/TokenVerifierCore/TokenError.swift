public import struct FoundationEssentials.Date

/// Why a token, a key set or the metadata of an issuer was refused.
///
/// `code` never changes and is what programs compare; `message` says what was expected and seen, never the token itself; `remedy` says what the
/// developer or administrator does about it.
public enum TokenError: Error, Sendable, Hashable {
    /// The token is no compact JWS of at most 16 KiB with JSON objects inside (RFC 7515 §3.1, RFC 7519 §7.2).
    case malformed(String)
    /// `alg` is not one of the pinned algorithms (RFC 8725 §3.1).
    case algorithm(expected: [String], seen: String)
    /// The header holds `crit`, `b64` or `zip`, which change what is signed (RFC 7515 §4.1.11, RFC 7797).
    case header(String)
    /// No key of the issuer, or more than one, fits the header's `kid` and `alg` (RFC 7515 §6).
    case unknownKey(keyID: String?)
    /// The signature does not belong to these bytes and this key (RFC 7515 §5.2).
    case signature
    /// `typ` says that this is a token of another kind (RFC 9068 §4, RFC 8725 §3.11).
    case type(expected: String, seen: String?)
    /// `token_use` says that this is a token of another kind.
    case tokenUse(expected: String, seen: String)
    /// `iss` is not, byte by byte, the issuer (RFC 7519 §4.1.1).
    case issuer(expected: String, seen: String?)
    /// `aud` does not contain the audience, or an ID token names others beside it (RFC 7519 §4.1.3, OpenID Connect Core §3.1.3.7).
    case audience(expected: String, seen: [String])
    /// `azp` is missing where it is needed, or names another client (OpenID Connect Core §3.1.3.7).
    case authorizedParty(expected: String, seen: String?)
    /// `exp` is past by more than the clock skew (RFC 7519 §4.1.4).
    case expired(at: Date, now: Date)
    /// `nbf` or `iat` lies in the future by more than the clock skew (RFC 7519 §4.1.5, §4.1.6).
    case notYetValid(from: Date, now: Date)
    /// A claim is missing that must be there, or has another type or length than it must have.
    case claim(String, problem: String)
    /// `nonce` is missing or another one (OpenID Connect Core §3.1.3.7).
    case nonce
    /// `at_hash` does not belong to the access token (OpenID Connect Core §3.1.3.8).
    case accessTokenHash
    /// `auth_time` is missing or longer ago than allowed (OpenID Connect Core §3.1.3.7).
    case authenticationTooOld(seen: Date?)
    /// The token lacks one of the scopes that were asked for (RFC 6750 §3.1).
    case insufficientScope(expected: [String], seen: [String])
    /// The user is in none of the groups that were asked for.
    case group(expected: [String], seen: [String])
    /// `verifyNow` would have to wait for the issuer's keys.
    case keysNotAtHand
    /// The issuer's keys could not be had, and none are in the cache that may still be used.
    case keysUnavailable(String)
    /// The text is no key set that a verifier may use (RFC 7517 §5).
    case keySet(String)
    /// The text is not the issuer's metadata (OpenID Connect Discovery §4.3).
    case providerMetadata(String)
}

extension TokenError {
    /// A stable name, `token.` and one word or two.
    public var code: String {
        switch self {
        case .malformed: "token.malformed"
        case .algorithm: "token.algorithm"
        case .header: "token.header"
        case .unknownKey: "token.unknown_key"
        case .signature: "token.signature"
        case .type: "token.type"
        case .tokenUse: "token.token_use"
        case .issuer: "token.issuer"
        case .audience: "token.audience"
        case .authorizedParty: "token.authorized_party"
        case .expired: "token.expired"
        case .notYetValid: "token.not_yet_valid"
        case .claim: "token.claim"
        case .nonce: "token.nonce"
        case .accessTokenHash: "token.access_token_hash"
        case .authenticationTooOld: "token.authentication_too_old"
        case .insufficientScope: "token.insufficient_scope"
        case .group: "token.group"
        case .keysNotAtHand: "token.keys_not_at_hand"
        case .keysUnavailable: "token.keys_unavailable"
        case .keySet: "token.key_set"
        case .providerMetadata: "token.provider_metadata"
        }
    }

    /// One sentence for people; never holds the token.
    public var message: String {
        switch self {
        case .malformed(let reason): "The token is not a well-formed signed JWT: \(reason)."
        case .algorithm: "The token is signed with an algorithm that is not accepted."
        case .header(let name): "The token's header holds \(name), which is not accepted."
        case .unknownKey(nil): "The token names no key, and not exactly one key of the issuer fits."
        case .unknownKey: "Not exactly one key of the issuer fits the token's kid and alg."
        case .signature: "The signature of the token is not valid."
        case .type: "The token is of another type than expected."
        case .tokenUse: "The token is for another use than expected."
        case .issuer: "The token is from another issuer."
        case .audience: "The token is for another audience."
        case .authorizedParty: "The token was issued to another client."
        case .expired: "The token is expired."
        case .notYetValid: "The token is not valid yet."
        case .claim(let name, let problem): "The claim \(name) \(problem)."
        case .nonce: "The nonce of the ID token is not the one of this sign-in."
        case .accessTokenHash: "The ID token belongs to another access token."
        case .authenticationTooOld: "The user's last authentication is longer ago than allowed, or not told."
        case .insufficientScope: "The token does not have every scope that is needed here."
        case .group: "The user is in none of the groups that may do this."
        case .keysNotAtHand: "The keys of the issuer are not at hand, and this call does not wait for them."
        case .keysUnavailable(let reason): "The keys of the issuer are not available: \(reason)."
        case .keySet(let reason): "The key set is refused: \(reason)."
        case .providerMetadata(let reason): "The issuer's metadata is refused: \(reason)."
        }
    }

    /// What was expected, where one value says it.
    public var expected: String? {
        switch self {
        case .algorithm(let expected, _), .insufficientScope(let expected, _), .group(let expected, _): expected.joined(separator: " ")
        case .type(let expected, _), .tokenUse(let expected, _), .issuer(let expected, _), .audience(let expected, _),
            .authorizedParty(let expected, _):
            expected
        case .malformed, .header, .unknownKey, .signature, .expired, .notYetValid, .claim, .nonce, .accessTokenHash, .authenticationTooOld,
            .keysNotAtHand, .keysUnavailable, .keySet, .providerMetadata:
            nil
        }
    }

    /// What was seen instead, at most 200 characters of it; dates as seconds since 1970.
    public var seen: String? {
        switch self {
        case .algorithm(_, let seen), .tokenUse(_, let seen): shortened(seen)
        case .unknownKey(let keyID): keyID.map(shortened)
        case .type(_, let seen), .issuer(_, let seen), .authorizedParty(_, let seen): seen.map(shortened)
        case .audience(_, let seen), .insufficientScope(_, let seen), .group(_, let seen): shortened(seen.joined(separator: " "))
        case .expired(let date, _), .notYetValid(let date, _): seconds(date)
        case .authenticationTooOld(let date): date.map(seconds)
        case .malformed, .header, .signature, .claim, .nonce, .accessTokenHash, .keysNotAtHand, .keysUnavailable, .keySet, .providerMetadata: nil
        }
    }

    /// What to do about it.
    public var remedy: String {
        switch self {
        case .malformed: "Send the token exactly as the token endpoint returned it; encrypted and opaque tokens cannot be verified here."
        case .algorithm: "Let the issuer sign with one of the accepted algorithms, or name its algorithm when making the verifier."
        case .header: "Ask the issuer not to use this header parameter; a verifier that does not know it must refuse."
        case .unknownKey: "Check that the token is from this issuer and that its jwks_uri publishes the key; new keys are looked for once a minute."
        case .signature: "Treat the token as forged. If it is not, check that the issuer's key set belongs to the issuer of the token."
        case .type:
            "Send an access token (typ at+jwt) to services, and give ID tokens to the app only. Where the issuer's access tokens have another typ, make the verifier for them (accessTokens)."
        case .tokenUse: "Send an access token to services, and give ID tokens to the app only."
        case .issuer: "Make the verifier with the exact issuer of the token, as the issuer's discovery document writes it, and no slash more or less."
        case .audience: "Let the app ask for this audience (resource parameter), or make the verifier with the audience that its tokens carry."
        case .authorizedParty: "Use the ID token only in the client it was issued to."
        case .expired: "Let the app get a new token with its refresh token. If it is new, compare the clocks of both machines."
        case .notYetValid: "Compare the clocks of the issuer and of this machine."
        case .claim: "Ask the issuer to send this claim as the standard says."
        case .nonce: "Start the sign-in again; an ID token can be used for one sign-in only."
        case .accessTokenHash: "Use ID token and access token of the same token response."
        case .authenticationTooOld: "Send the user to sign in again (prompt=login)."
        case .insufficientScope: "Let the app ask for the scope; its client, and the resource, must be allowed it at the issuer."
        case .group: "Put the user into one of the groups at the issuer, if they shall do this; the next token has it."
        case .keysNotAtHand: "Call loadKeys() when the service starts, or the verify that waits."
        case .keysUnavailable: "Check that this machine reaches the issuer's discovery document and jwks_uri over https."
        case .keySet: "Publish only public signing keys, at most 64, RSA of 2048 bits or more, P-256, P-384, P-521 or Ed25519, each with its own kid."
        case .providerMetadata: "Check the issuer's URL, and that its discovery document says the same issuer and https endpoints."
        }
    }

    /// Unicode scalars and not characters, of which one can be thousands of combining marks long.
    private func shortened(_ text: String) -> String { String(text.unicodeScalars.prefix(200)) }

    private func seconds(_ date: Date) -> String { Int(exactly: date.timeIntervalSince1970.rounded()).map(String.init) ?? "out of range" }
}
