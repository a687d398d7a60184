import FoundationEssentials
import OpenIDConnect
import TokenVerifier
package import UserPools
import WireFormats

/// What a request to one of our endpoints says of the key that its sender has (RFC 9449 §4). Nothing of it is believed yet.
package struct PresentedProof: Sendable {
    /// Of all headers `DPoP`.
    let values: [String]
    /// Of the request.
    let method: String
    let url: String
    /// From where it comes, which counts for limits alone.
    let address: String?

    /// - Parameter url: of the endpoint, built from what is configured and not from what the request says.
    package init(_ values: [String], method: String, url: String, from address: String? = nil) {
        (self.values, self.method, self.url, self.address) = (values, method, url, address)
    }

    /// Of a request that can have none.
    package static let none = PresentedProof([], method: "", url: "")
}

/// Believes proofs of possession: verified, by a nonce of ours where it needs one, and never shown before at whichever of our servers.
struct ProofsOfPossession: Sendable {
    let nonces: DPoPNonces
    let singleUse: any SingleUseStore
    let environment: Environment

    /// How much longer than it is accepted a proof is remembered: clocks of servers differ.
    private static let skew: TimeInterval = 60

    /// - Parameters:
    ///   - accessToken: that came with it.
    ///   - needsNonce: whether one of ours must be in it.
    /// - Returns: nil where there is none.
    /// - Throws: `DPoPError`, or an error of the database.
    func prove(
        _ presented: PresentedProof, in pool: UserPool.ID, accessToken: String? = nil, needsNonce: Bool = false
    ) async throws -> VerifiedDPoPProof? {
        let now = environment.now()
        let expected = DPoPExpectation(method: presented.method, url: presented.url, accessToken: accessToken)
        guard let proof = try VerifiedDPoPProof.verify(presented.values, for: expected, at: now) else { return nil }
        if let nonce = proof.nonce {
            guard nonces.isCurrent(nonce, in: pool, at: now) else { throw DPoPError.nonce }
        } else if needsNonce {
            throw DPoPError.nonce
        }
        // No part but the last has a space in it, so no two proofs have one text.
        let name = "DPoP proof \(pool) \(proof.key) \(proof.id)"
        guard try await singleUse.use(SecretHash(of: name.utf8), until: proof.rememberedUntil.addingTimeInterval(Self.skew)) else {
            throw DPoPError.replayed
        }
        return proof
    }
}

extension Tokens {
    /// What a client proves of its key with a request of its own. A public client proves it with a nonce of ours: whoever gets at its key for a moment, as
    /// a script in its page can, makes no proofs for later (RFC 9449 §11.2). Where a client needs a key, no request of it goes without.
    func provenKey(_ presented: PresentedProof, of client: AuthenticatedClient) async throws(OAuthError) -> VerifiedDPoPProof? {
        // A public client is whoever says so, and each proof is a row.
        let sender = Pusher(client: client.app.id, network: presented.address.flatMap { ClientNetwork($0) })
        guard client.app.isConfidential || presented.values.isEmpty || publicProofs.take(sender) else {
            throw OAuthError(.temporarilyUnavailable, "Too many proofs came from this address; try again in a minute.").answered(with: 429)
        }
        do {
            let proof = try await proofs.prove(presented, in: client.pool.id, needsNonce: !client.app.isConfidential)
            guard proof != nil || !client.app.requiresDPoP else { throw DPoPError.missing }
            return proof
        } catch { throw OAuthError(refusingProof: error) }
    }

    /// For the header `DPoP-Nonce` of an answer.
    package func nonce(in pool: UserPool) -> String { proofs.nonces.current(in: pool.id, at: environment.now()) }
}

extension OAuthError {
    /// RFC 9449 §5 and §8, as the app is told; the log has what exactly it was.
    init(refusingProof error: any Error) {
        guard let error = error as? DPoPError else {
            self.init(refusing: error)
            return
        }
        let code: Code = error == .nonce ? .useDPoPNonce : .invalidDPoPProof
        self.init(code, error.message, expected: error.expected, seen: error.seen.map { "\(error.code): \($0)" } ?? error.code)
    }
}
