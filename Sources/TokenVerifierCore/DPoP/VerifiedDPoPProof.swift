internal import Crypto
package import struct FoundationEssentials.Date
internal import WireFormats

/// A proof that whoever sent a request has a private key (RFC 9449 §4.2): it passed every check of §4.3 that hangs on nothing that is stored. Only the
/// verifier in this file can make one.
///
/// It counts once: whoever accepts it uses up `id` until `rememberedUntil`, and says first whether `nonce` is one of its own.
package struct VerifiedDPoPProof: Sendable, Hashable {
    /// Of the key (`jkt`).
    package let key: KeyThumbprint
    /// `jti`.
    package let id: String
    /// `nonce`, not known to be one that we gave.
    package let nonce: String?
    /// `iat`.
    package let issuedAt: Date
    /// After that the proof is refused for its age.
    package let rememberedUntil: Date

    fileprivate init(key: KeyThumbprint, id: String, nonce: String?, issuedAt: Date, rememberedUntil: Date) {
        (self.key, self.id, self.nonce, self.issuedAt, self.rememberedUntil) = (key, id, nonce, issuedAt, rememberedUntil)
    }
}

/// What a proof must be for.
package struct DPoPExpectation: Sendable {
    /// `htm`.
    package let method: String
    /// `htu`.
    package let url: String
    /// The access token that came with it, which `ath` must name.
    package let accessToken: String?
    /// How far `iat` may be from the present, in seconds.
    package let window: Double
    /// How far it may be in a proof that has a nonce, which says better when it was made.
    package let windowWithNonce: Double

    package init(method: String, url: String, accessToken: String? = nil, window: Double = 60, windowWithNonce: Double = 300) {
        (self.method, self.url, self.accessToken, self.window, self.windowWithNonce) = (method, url, accessToken, window, windowWithNonce)
    }
}

extension VerifiedDPoPProof {
    /// Longer proofs are refused before anything else is done with them.
    package static let maximumLength = 8 * 1024
    private static let privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"]
    private static let longestID = 1024
    private static let longestNonce = 256

    /// The one proof of a request, verified in the order of RFC 9449 §4.3.
    ///
    /// - Parameter values: of all headers `DPoP` of the request.
    /// - Returns: nil where there is none.
    package static func verify(_ values: [String], for expected: DPoPExpectation, at now: Date) throws(DPoPError) -> VerifiedDPoPProof? {
        guard let proof = values.first else { return nil }
        guard values.count == 1 else { throw .several }
        return try verify(proof, for: expected, at: now)
    }

    private static func verify(_ proof: String, for expected: DPoPExpectation, at now: Date) throws(DPoPError) -> VerifiedDPoPProof {
        guard proof.utf8.count <= maximumLength else { throw .malformed("it is longer than 8 KiB") }
        let jws: CompactJWS
        let claims: TokenClaims
        do throws(TokenError) {
            jws = try CompactJWS(proof, algorithms: TokenAlgorithm.recommended)
            claims = try TokenClaims(payload: jws.payload)
        } catch { throw DPoPError(error) }
        guard let type = jws.type, isProofType(type) else { throw .type(seen: jws.type) }
        let (key, thumbprint) = try key(of: proof)
        guard key.accepts(jws.algorithm) else { throw .key("is for another alg") }
        do { try jws.verify(with: key) } catch { throw .signature }

        let id = try text("jti", in: claims)
        guard !id.isEmpty, id.utf8.count <= longestID else { throw .claim("jti", problem: "is empty or longer than \(longestID) bytes") }
        let method = try text("htm", in: claims)
        guard method.hasSameBytes(as: expected.method) else { throw .method(expected: expected.method, seen: method) }
        let url = try text("htu", in: claims)
        guard let here = ProvenAddress(expected.url), let there = ProvenAddress(url), there.text.hasSameBytes(as: here.text) else {
            throw .url(expected: expected.url, seen: url)
        }
        let nonce = try optionalText("nonce", in: claims)
        guard nonce?.utf8.count ?? 0 <= longestNonce else { throw .claim("nonce", problem: "is longer than \(longestNonce) bytes") }
        let window = nonce == nil ? expected.window : expected.windowWithNonce
        guard let issuedAt = try date("iat", in: claims) else { throw .claim("iat", problem: "is missing") }
        guard abs(now.timeIntervalSince(issuedAt)) <= window else { throw .issuedAt(issuedAt, now: now) }
        if let expiresAt = try date("exp", in: claims), now >= expiresAt.addingTimeInterval(expected.window) {
            throw .expired(at: expiresAt, now: now)
        }
        if let notBefore = try date("nbf", in: claims), notBefore > now.addingTimeInterval(expected.window) {
            throw .notYetValid(from: notBefore, now: now)
        }
        if let token = expected.accessToken {
            guard try text("ath", in: claims).hasSameBytes(as: hash(of: token)) else { throw .accessTokenHash }
        }
        return VerifiedDPoPProof(
            key: thumbprint, id: id, nonce: nonce, issuedAt: issuedAt, rememberedUntil: issuedAt.addingTimeInterval(window))
    }

    /// `ath` (§4.2).
    package static func hash(of accessToken: String) -> String { Base64URL.encode(Array(SHA256.hash(data: Array(accessToken.utf8)))) }

    /// RFC 7515 §4.1.9: media types in any case, `application/` may be left out.
    private static func isProofType(_ type: String) -> Bool {
        let type = ProtocolText(type)
        return type.matchesIgnoringCase("dpop+jwt") || type.matchesIgnoringCase("application/dpop+jwt")
    }

    /// The key in the header. Here alone a token brings its own: what is proven is that whoever sent it has the other half.
    private static func key(of proof: String) throws(DPoPError) -> (JSONWebKey, KeyThumbprint) {
        guard let bytes = Base64URL.decode(Array(proof.utf8.prefix { $0 != UInt8(ascii: ".") })), let header = try? JSONParser.parseObject(bytes)
        else {
            throw .malformed("the header is no JSON object")
        }
        guard let value = header["jwk"] else { throw .key("is missing") }
        guard let members = value.object else { throw .key("is no JSON object") }
        for name in privateMembers where members[name] != nil { throw .key("holds a private or symmetric key") }
        let key: JSONWebKey
        do throws(JSONWebKey.Unusable) { key = try JSONWebKey(members) } catch {
            switch error {
            case .notForSignatures: throw .key("is not for signatures")
            case .notSupported: throw .key("is of a kind that is not accepted")
            case .malformed: throw .key("is malformed")
            case .weak: throw .key("is weak")
            }
        }
        guard let thumbprint = KeyThumbprint(of: members) else { throw .key("is malformed") }
        return (key, thumbprint)
    }

    private static func text(_ name: String, in claims: TokenClaims) throws(DPoPError) -> String {
        guard let text = try optionalText(name, in: claims) else { throw .claim(name, problem: "is missing") }
        return text
    }

    private static func optionalText(_ name: String, in claims: TokenClaims) throws(DPoPError) -> String? {
        do { return try claims.optionalText(name) } catch { throw DPoPError(error) }
    }

    private static func date(_ name: String, in claims: TokenClaims) throws(DPoPError) -> Date? {
        do { return try claims.date(name) } catch { throw DPoPError(error) }
    }
}

extension DPoPError {
    /// What the form of every signed token asks, said of a proof.
    fileprivate init(_ error: TokenError) {
        switch error {
        case .malformed(let reason): self = .malformed(reason)
        case .algorithm(let expected, let seen): self = .algorithm(expected: expected, seen: seen)
        case .header(let name): self = .malformed("the header holds \(name)")
        case .claim(let name, let problem): self = .claim(name, problem: problem)
        default: self = .malformed(error.code)
        }
    }
}
