import Synchronization
import TokenVerifier
import UserPools

/// The verifiers of what clients with keys say of themselves, one a client and key set, kept so that keys are fetched once. Bounded: at its capacity it
/// begins anew.
final class ClientAssertionVerifiers: Sendable {
    private struct Key: Hashable {
        let clientID: AppClient.ID, audience: String, keys: ClientKeySet
    }

    private static let capacity = 1_000

    private let environment: Environment
    private let verifiers = Mutex<[Key: TokenVerifier]>([:])

    init(environment: Environment) { self.environment = environment }

    /// - Parameter audience: our issuer.
    func verifier(of client: AppClient, keys: ClientKeySet, audience: String) throws(TokenError) -> TokenVerifier {
        let key = Key(clientID: client.id, audience: audience, keys: keys)
        if let known = verifiers.withLock({ $0[key] }) { return known }
        let made: TokenVerifier
        switch keys {
        case .document(let text):
            // Each is verified once.
            made = TokenVerifier(issuer: client.id.text, audience: audience, keys: try JSONWebKeySet(json: text), clock: environment.now).sharing(nil)
        case .url(let url):
            made = TokenVerifier(
                issuer: client.id.text, audience: audience, keySetURL: url, place: audience, transport: environment.transport, clock: environment.now)
        }
        verifiers.withLock { verifiers in
            if verifiers.count >= Self.capacity { verifiers.removeAll(keepingCapacity: true) }
            verifiers[key] = made
        }
        return made
    }
}
