import Gateway
import OpenIDConnect
import UserPools

/// What an admin says of the algorithms by which a client gets signed answers; what is not given stays.
package struct SignedResponseSettings: Sendable {
    package var idToken = Change<String>.keep
    /// A client with one gets signed answers alone; `.remove`: where it asks for them.
    package var userInfo = Change<String>.keep
    package var introspection = Change<String>.keep
    package var authorization = Change<String>.keep

    package init() {}

    func apply(to metadata: inout ClientMetadata, in pool: UserPool) throws(AdministrationError) {
        var (problems, changed) = (ProblemList(), metadata)
        func set(_ path: WritableKeyPath<ClientMetadata, String?>, _ change: Change<String>, _ field: Field) throws(AdministrationError) {
            try problems.check(try Self.require(change, field, of: pool))
            changed[keyPath: path] = change.applied(to: metadata[keyPath: path])
        }
        try set(\.idTokenSignedResponseAlg, idToken, .idTokenSignedResponseAlg)
        try set(\.userInfoSignedResponseAlg, userInfo, .userInfoSignedResponseAlg)
        try set(\.introspectionSignedResponseAlg, introspection, .introspectionSignedResponseAlg)
        try set(\.authorizationSignedResponseAlg, authorization, .authorizationSignedResponseAlg)
        try problems.refuse()
        metadata = changed
    }

    private static func require(_ change: Change<String>, _ field: Field, of pool: UserPool) throws(AdministrationError) {
        guard case .set(let name) = change, !pool.signingAlgorithms.contains(name) else { return }
        guard let algorithm = SigningAlgorithm(rawValue: name) else {
            throw .invalid(field, name, "is not RS256, PS256, ES256 or EdDSA", example: .give(field, pool.signingAlgorithm))
        }
        throw .invalid(
            field, name, "is none of the algorithms by which the pool signs: \(pool.signingAlgorithms.joined(separator: ", "))",
            example: .act(.addAlgorithm(algorithm.rawValue)))
    }
}
