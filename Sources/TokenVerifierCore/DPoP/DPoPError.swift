public import struct FoundationEssentials.Date

/// Why a proof of possession was refused (RFC 9449 §4.3), or a token that needs one.
///
/// `code` never changes and is what programs compare; `remedy` says what the developer of the app does about it.
public enum DPoPError: Error, Sendable, Hashable {
    /// The token, or the client, needs a proof, and the request has none.
    case missing
    /// The request has more than one header `DPoP`.
    case several
    /// The proof is no compact JWS of at most 8 KiB with JSON objects inside.
    case malformed(String)
    /// `typ` is not `dpop+jwt`.
    case type(seen: String?)
    /// `alg` is not one of the accepted algorithms.
    case algorithm(expected: [String], seen: String)
    /// `jwk` is missing, is no public key, does not fit `alg`, or is weak.
    case key(String)
    /// The signature is not by the key in `jwk`.
    case signature
    /// A claim is missing, or has another type or length than it must have.
    case claim(String, problem: String)
    /// `htm` is not the method of the request.
    case method(expected: String, seen: String)
    /// `htu` is not the URL of the request.
    case url(expected: String, seen: String)
    /// `iat` is too far from the present.
    case issuedAt(Date, now: Date)
    /// `exp` is past.
    case expired(at: Date, now: Date)
    /// `nbf` lies in the future.
    case notYetValid(from: Date, now: Date)
    /// `nonce` is none that this server gave, or is old.
    case nonce
    /// `ath` is not the hash of the access token.
    case accessTokenHash
    /// The same `jti` came before.
    case replayed
    /// The proof is by another key than the one that the token, the code or the request is bound to.
    case otherKey(expected: String, seen: String)
    /// A token that is bound to a key came by the scheme `Bearer`, without a proof.
    case bearer
    /// A token that is bound to no key came by the scheme `DPoP`.
    case unboundToken
}

extension DPoPError {
    /// A stable name, `dpop.` and one word or two.
    public var code: String {
        switch self {
        case .missing: "dpop.missing"
        case .several: "dpop.several"
        case .malformed: "dpop.malformed"
        case .type: "dpop.type"
        case .algorithm: "dpop.algorithm"
        case .key: "dpop.key"
        case .signature: "dpop.signature"
        case .claim: "dpop.claim"
        case .method: "dpop.method"
        case .url: "dpop.url"
        case .issuedAt: "dpop.issued_at"
        case .expired: "dpop.expired"
        case .notYetValid: "dpop.not_yet_valid"
        case .nonce: "dpop.nonce"
        case .accessTokenHash: "dpop.access_token_hash"
        case .replayed: "dpop.replayed"
        case .otherKey: "dpop.other_key"
        case .bearer: "dpop.bearer"
        case .unboundToken: "dpop.unbound_token"
        }
    }

    /// One sentence for people; never holds the proof or the token.
    public var message: String {
        switch self {
        case .missing: "The request has no DPoP proof, and needs one."
        case .several: "The request has more than one DPoP header."
        case .malformed(let reason): "The DPoP proof is not a well-formed signed JWT: \(reason)."
        case .type: "The typ of the DPoP proof is not dpop+jwt."
        case .algorithm: "The DPoP proof is signed with an algorithm that is not accepted."
        case .key(let reason): "The jwk of the DPoP proof \(reason)."
        case .signature: "The signature of the DPoP proof is not by its jwk."
        case .claim(let name, let problem): "The claim \(name) of the DPoP proof \(problem)."
        case .method: "The htm of the DPoP proof is not the method of the request."
        case .url: "The htu of the DPoP proof is not the URL of the request."
        case .issuedAt: "The iat of the DPoP proof is too far from the present time."
        case .expired: "The DPoP proof is expired."
        case .notYetValid: "The DPoP proof is not valid yet."
        case .nonce: "The DPoP proof needs the nonce of the DPoP-Nonce header."
        case .accessTokenHash: "The ath of the DPoP proof does not belong to the access token."
        case .replayed: "The DPoP proof was used before."
        case .otherKey: "The DPoP proof is by another key."
        case .bearer: "The access token is bound to a key, and was sent without a DPoP proof."
        case .unboundToken: "The access token is bound to no key, and was sent as a DPoP token."
        }
    }

    /// What was expected, where one value says it.
    public var expected: String? {
        switch self {
        case .type: "dpop+jwt"
        case .algorithm(let expected, _): expected.joined(separator: " ")
        case .method(let expected, _), .url(let expected, _), .otherKey(let expected, _): expected
        case .issuedAt(_, let now), .expired(_, let now), .notYetValid(_, let now): Self.seconds(now)
        case .missing, .several, .malformed, .key, .signature, .claim, .nonce, .accessTokenHash, .replayed, .bearer, .unboundToken: nil
        }
    }

    /// What was seen instead, at most 200 characters of it; dates as seconds since 1970.
    public var seen: String? {
        switch self {
        case .type(let seen): seen.map(Self.shortened)
        case .algorithm(_, let seen), .method(_, let seen), .url(_, let seen), .otherKey(_, let seen): Self.shortened(seen)
        case .issuedAt(let date, _), .expired(let date, _), .notYetValid(let date, _): Self.seconds(date)
        case .missing, .several, .malformed, .key, .signature, .claim, .nonce, .accessTokenHash, .replayed, .bearer, .unboundToken: nil
        }
    }

    /// What to do about it.
    public var remedy: String {
        switch self {
        case .missing: "Let the app send a proof in the header DPoP with each request; most libraries do once DPoP is switched on."
        case .several: "Send one proof in one header DPoP."
        case .malformed, .type, .claim: "Make the proof as RFC 9449 §4.2 says, new for each request."
        case .algorithm: "Sign proofs with one of the algorithms that the discovery document lists, best ES256."
        case .key: "Put the public key alone into jwk: P-256, Ed25519, or RSA of 2048 bits or more."
        case .signature: "Sign the proof with the private key whose public half is in jwk."
        case .method, .url: "Make a proof for the very request that is sent: its method, and its URL without query as the client sees it."
        case .issuedAt, .expired, .notYetValid: "Compare the clocks of the client and of the server, and make a proof for each request."
        case .nonce: "Repeat the request with a proof that holds the nonce from the answer's header DPoP-Nonce; libraries do that by themselves."
        case .accessTokenHash: "Make the proof for the access token that is sent with it."
        case .replayed: "Make a new proof, with a jti of its own, for each request. If the app does so, somebody else has its proofs."
        case .otherKey: "Prove with the key that the sign-in began with. If it is lost, begin a new sign-in."
        case .bearer: "Send the token as 'Authorization: DPoP', with a proof. If the app does so, somebody else has its token."
        case .unboundToken: "Send the token as 'Authorization: Bearer', or get one with a proof at the token endpoint."
        }
    }

    /// Unicode scalars and not characters, of which one can be thousands of combining marks long.
    private static func shortened(_ text: String) -> String { String(text.unicodeScalars.prefix(200)) }

    private static func seconds(_ date: Date) -> String { Int(exactly: date.timeIntervalSince1970.rounded()).map(String.init) ?? "out of range" }
}
