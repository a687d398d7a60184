internal import Crypto
internal import WireFormats

/// A request to a service, as far as it says who may make it.
public struct ProtectedRequest: Sendable {
    /// The method as it stands in the request: `GET`.
    public var method: String
    /// The URL as the client sees it, not as a proxy rewrote it; its query does not count.
    public var url: String
    /// The values of all headers `Authorization`.
    public var authorization: [String]
    /// The values of all headers `DPoP`.
    public var dpop: [String]
    /// The certificate with which the client began its connection, in DER; nil where it showed none.
    public var clientCertificate: [UInt8]?

    /// A request.
    public init(method: String, url: String, authorization: [String], dpop: [String] = [], clientCertificate: [UInt8]? = nil) {
        self.clientCertificate = clientCertificate
        (self.method, self.url, self.authorization, self.dpop) = (method, url, authorization, dpop)
    }
}

/// Why a request was refused.
public enum RequestError: Error, Sendable, Hashable {
    /// It has no access token.
    case noToken
    /// Its header `Authorization` is there twice, or holds no token.
    case malformed
    /// The token is refused.
    case token(TokenError)
    /// The token needs a proof of its key, and there is none that will do; or it came by the wrong scheme.
    case proof(DPoPError)
    /// The token is bound to a certificate, and the request came with another one, or none (RFC 8705 §3).
    case certificate
    /// What remembers proofs could not be asked.
    case unavailable

    /// A stable name.
    public var code: String {
        switch self {
        case .noToken: "request.no_token"
        case .malformed: "request.malformed"
        case .token(let error): error.code
        case .proof(let error): error.code
        case .certificate: "request.certificate"
        case .unavailable: "request.unavailable"
        }
    }

    /// One sentence for people.
    public var message: String {
        switch self {
        case .noToken: "The request has no access token."
        case .malformed: "The Authorization header of the request holds no token."
        case .token(let error): error.message
        case .proof(let error): error.message
        case .certificate: "The access token is bound to a certificate, and the request came with another one, or none."
        case .unavailable: "The proofs that were used could not be looked up."
        }
    }

    /// What to do about it.
    public var remedy: String {
        switch self {
        case .noToken, .malformed: "Send one header 'Authorization: Bearer', or 'Authorization: DPoP' with a proof, and the token behind it."
        case .token(let error): error.remedy
        case .proof(let error): error.remedy
        case .certificate:
            "Send the token over a connection with the client certificate that it was got with; a proxy in front must pass it on to the service."
        case .unavailable: "Try again; if it lasts, look at what the service keeps used proofs in."
        }
    }
}

/// Verifies requests to a service: the token, and where it is bound to a key that whoever sends it has that key (RFC 9449 §7).
///
/// ```swift
/// let requests = RequestVerifier(TokenVerifier(issuer: issuer, audience: "https://orders.example.com"))
/// let token = try await requests.verify(
///     ProtectedRequest(method: "GET", url: "https://orders.example.com/orders", authorization: [header], dpop: [proof]))
/// ```
/// A token that is bound to a key is never taken as `Bearer`, and one that is bound to none never as `DPoP`. Make one verifier when the service starts, and
/// keep it: it remembers the proofs that were used.
public struct RequestVerifier: Sendable {
    private let verifier: TokenVerifier
    private let replays: any ProofReplayStore
    private let requiresKey: Bool

    /// Makes a verifier.
    /// - Parameters:
    ///   - verifier: of the tokens.
    ///   - replays: where used proofs are remembered. Several processes of one service that share nothing let a proof through once each: give a store of
    ///     your own where that matters.
    ///   - requiresKey: whether tokens that are bound to no key are refused.
    public init(_ verifier: TokenVerifier, replays: (any ProofReplayStore)? = nil, requiresKey: Bool = false) {
        self.verifier = verifier
        self.replays = replays ?? ProofReplayMemory(clock: verifier.clock)
        self.requiresKey = requiresKey
    }

    /// Verifies the access token of a request, and that the sender has its key.
    ///
    /// Checked in this order: the header `Authorization`, the token as `TokenVerifier.verify(accessToken:)` does, its scheme, the proof by RFC 9449 §4.3,
    /// the key, that the proof was not used before, scopes, groups; before the scheme the certificate of a token that is bound to one.
    /// - Parameters:
    ///   - request: what the service was asked.
    ///   - scopes: what the token must have, all of it; an empty set asks for nothing.
    ///   - anyGroup: the groups of which the user must be in one; an empty set asks for nothing.
    public func verify(
        _ request: ProtectedRequest, scopes: Set<String> = [], anyGroup: Set<String> = []
    ) async throws(RequestError) -> VerifiedAccessToken {
        let token = try await verifyPossession(request)
        // Whoever may not do this has proven who it is.
        do { try token.require(scopes: scopes, anyGroup: anyGroup) } catch { throw .token(error) }
        return token
    }

    private func verifyPossession(_ request: ProtectedRequest) async throws(RequestError) -> VerifiedAccessToken {
        let (text, scheme): (String, AccessTokenCredentials.Scheme)
        switch AccessTokenCredentials(request.authorization) {
        case .missing: throw .noToken
        case .malformed: throw .malformed
        case .token(let found, let by): (text, scheme) = (found, by)
        }
        let token: VerifiedAccessToken
        do { token = try await verifier.verify(accessToken: text) } catch { throw .token(error) }
        if let certificate = token.boundCertificate {
            guard let shown = request.clientCertificate, Base64URL.encode(Array(SHA256.hash(data: shown))).hasSameBytes(as: certificate) else {
                throw .certificate
            }
        }
        guard let key = token.boundKey else {
            guard !token.isBoundOtherwise, !requiresKey || token.boundCertificate != nil, scheme == .bearer else { throw .proof(.unboundToken) }
            return token
        }
        guard scheme == .dpop else { throw .proof(.bearer) }
        let now = verifier.clock()
        let expected = DPoPExpectation(method: request.method, url: request.url, accessToken: text, windowWithNonce: 60)
        let proof: VerifiedDPoPProof?
        do { proof = try VerifiedDPoPProof.verify(request.dpop, for: expected, at: now) } catch { throw .proof(error) }
        guard let proof else { throw .proof(.missing) }
        guard proof.key.text.hasSameBytes(as: key) else { throw .proof(.otherKey(expected: key, seen: proof.key.text)) }
        let isFirst: Bool
        do { isFirst = try await replays.use(proof.replayName, until: proof.rememberedUntil) } catch { throw .unavailable }
        guard isFirst else { throw .proof(.replayed) }
        return token
    }
}
