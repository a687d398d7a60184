package import FoundationEssentials
import Gateway
import OpenIDConnect
package import UserPools

/// A pool's own keys as an admin sees them, with the moment at which another takes the place of each that has one.
package struct PoolKeys: Sendable {
    package let token: [SigningKey]
    package let saml: [SAMLKey]
    private let pool: UserPool
    private let now: Date

    init(_ token: [SigningKey], _ saml: [SAMLKey], of pool: UserPool, at now: Date) {
        (self.token, self.saml, self.pool, self.now) = (token, saml, pool, now)
    }

    package func end(of key: SigningKey) -> Date? {
        guard key.phase == .current, let days = pool.settings.signingKeyDays, let algorithm = SigningAlgorithm(rawValue: key.algorithm),
            pool.signingAlgorithms.contains(key.algorithm)
        else { return nil }
        return SigningKeySchedule.end(of: algorithm, token, after: days)
    }

    package func end(of key: SAMLKey) -> Date? { SAMLKeySchedule.end(of: key, after: pool.samlKeyDays, at: now) }
}

extension Administration {
    /// The oldest first.
    package func keys(of pool: UserPool) async throws(AdministrationError) -> PoolKeys {
        try await keys(of: [pool])[0].keys
    }

    /// Of each of these pools, in their order; one read, however many they are.
    package func keys(of pools: [UserPool]) async throws(AdministrationError) -> [(pool: UserPool, keys: PoolKeys)] {
        let now = environment.now()
        return try await storing { () async throws(StoreError) in
            let (token, saml) = (try await stores.keys.list(in: pools.map(\.id)), try await stores.samlKeys.list(in: pools.map(\.id)))
            return pools.indices.map { (pools[$0], PoolKeys(token[$0], saml[$0], of: pools[$0], at: now)) }
        }
    }
}
