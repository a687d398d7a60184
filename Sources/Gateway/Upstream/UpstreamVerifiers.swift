import Synchronization
import TokenVerifier
import UserPools

/// The verifiers of upstream ID tokens, one an issuer and client, kept so that keys are fetched once. Bounded: at its capacity it begins anew.
final class UpstreamVerifiers: Sendable {
    private struct Key: Hashable {
        let issuer: String, clientID: String, keysURL: String, algorithms: [String]
    }

    private static let capacity = 1_000

    private let environment: Environment
    private let verifiers = Mutex<[Key: TokenVerifier]>([:])

    init(environment: Environment) { self.environment = environment }

    /// - Parameter issuer: what `iss` must be, which for a connection of many tenants is the tenant's.
    func verifier(issuer: String, for connection: OIDCConnection, keysURL: String) -> TokenVerifier {
        let key = Key(issuer: issuer, clientID: connection.clientID, keysURL: keysURL, algorithms: connection.algorithms)
        return verifiers.withLock { verifiers in
            if let known = verifiers[key] { return known }
            if verifiers.count >= Self.capacity { verifiers.removeAll(keepingCapacity: true) }
            let made = TokenVerifier(
                issuer: issuer, audience: connection.clientID, keySetURL: keysURL,
                algorithms: Set(connection.algorithms.compactMap(TokenAlgorithm.init(rawValue:))), transport: environment.transport,
                clock: environment.now)
            verifiers[key] = made
            return made
        }
    }
}
