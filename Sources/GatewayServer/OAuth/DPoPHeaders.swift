import Gateway
import HTTPTypes
import Hummingbird
import TokenVerifier
import UserPools

extension HTTPField.Name {
    /// RFC 9449 §4.1.
    static let dpop = HTTPField.Name("DPoP")!
    /// RFC 9449 §8.
    static let dpopNonce = HTTPField.Name("DPoP-Nonce")!
}

extension Request {
    var hasProof: Bool { headers[.dpop] != nil }

    /// What it says of a key. `htu` is compared with our own address of the endpoint: no header of the request makes it one that is not configured.
    func proof(at endpoint: String, _ site: Site, from address: String? = nil) -> PresentedProof {
        PresentedProof(headers[values: .dpop], method: method.rawValue, url: (site.certificateBase ?? site.address.base) + endpoint, from: address)
    }
}

extension Endpoint {
    /// The nonce for the next proof of whoever proves a key (RFC 9449 §8.2); nil for all others.
    func nonce(for request: Request, _ site: Site) -> String? { request.hasProof ? server.tokens.nonce(in: site.pool) : nil }
}

/// `WWW-Authenticate` of a resource that takes tokens by both schemes (RFC 6750 §3, RFC 9449 §7.1).
struct TokenChallenge {
    static let algorithms = TokenAlgorithm.recommended.map(\.rawValue).sorted().joined(separator: " ")

    /// - Parameter refusal: what is told of the token that came, by its scheme; nil where none came.
    static func value(realm: String, _ refusal: (error: String, description: String, scheme: AccessTokenCredentials.Scheme)?) -> String {
        let (bearer, dpop) = ("Bearer realm=\"\(realm)\"", "DPoP realm=\"\(realm)\", algs=\"\(algorithms)\"")
        guard let refusal else { return bearer + ", " + dpop }
        let named = ", error=\"\(refusal.error)\", error_description=\"\(refusal.description)\""
        return (refusal.scheme == .dpop ? dpop : bearer) + named
    }
}
