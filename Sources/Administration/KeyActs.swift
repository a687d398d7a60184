package import FoundationEssentials
package import Gateway
package import OpenIDConnect
package import UserPools

/// One step of a key rotation; the answer has the pool's keys after it.
package struct RotateKey: AdminAct {
    let pool: String
    let algorithm: SigningAlgorithm?
    let place: KeyPlace?
    let atOnce: Bool
    let movesPool: Bool

    /// - Parameters:
    ///   - algorithm: of the key that is to sign; nil: the pool's own.
    ///   - place: where the private halves of the keys are made; nil: where that of the one is that signs.
    ///   - atOnce: without waiting until whoever keeps the key set has seen the new key.
    ///   - movesPool: whether an algorithm that the pool does not have takes the place of its own. Else there is no key of it to rotate.
    package init(
        pool: String, algorithm: SigningAlgorithm? = nil, in place: KeyPlace? = nil, atOnce: Bool = false, movesPool: Bool = true
    ) {
        (self.pool, self.algorithm, self.place, self.atOnce, self.movesPool) = (pool, algorithm, place, atOnce, movesPool)
    }

    package func perform(at desk: Administration) async throws(AdministrationError) -> (step: RotationStep, keys: [SigningKey]) {
        let found = try await desk.pool(pool)
        let step: RotationStep
        if let algorithm, !found.signingAlgorithms.contains(algorithm.rawValue) {
            guard movesPool else { throw .notFound(.algorithm, name: algorithm.rawValue, pool: found.id) }
            step = try await move(found, to: algorithm, at: desk)
        } else {
            do { step = try await desk.keyRing.rotate(found, of: algorithm, in: place, atOnce: atOnce, by: desk.actor) } catch {
                throw .keys(error)
            }
        }
        return (step, try await desk.listKeys(pool: pool))
    }

    private func move(_ pool: UserPool, to algorithm: SigningAlgorithm, at desk: Administration) async throws(AdministrationError) -> RotationStep {
        let (step, keepsLast) = try await desk.move(pool, to: algorithm, in: place, atOnce: atOnce)
        guard let step, case .rotate(let rotation, _) = step else {
            do { return try await desk.keyRing.take(step, in: pool) } catch { throw .keys(error) }
        }
        _ = try await desk.changePool(pool, .poolUpdate, keys: step) { (pool) throws(AdministrationError) in
            pool.setSigningAlgorithm(algorithm.rawValue, keepingLast: keepsLast)
        }
        return .signs(rotation.signing.id, retired: rotation.retiring.id)
    }
}

/// Takes a key back that somebody else may have: what it signed is refused at once by all who look at the key set again.
package struct WithdrawKey: AdminAct {
    let kid: String
    let pool: String

    package init(_ kid: String, pool: String) { (self.kid, self.pool) = (kid, pool) }

    package func perform(at desk: Administration) async throws(AdministrationError) -> (withdrawal: KeyWithdrawal, keys: [SigningKey]) {
        let found = try await desk.pool(pool)
        guard let key = SigningKey.ID(kid) else { throw .notFound(.key, name: kid, pool: found.id) }
        let withdrawal: KeyWithdrawal
        do { withdrawal = try await desk.keyRing.withdraw(key, of: found, by: desk.actor) } catch { throw .keys(error) }
        return (withdrawal, try await desk.listKeys(pool: pool))
    }
}

/// Makes the next SAML key of a pool known, or lets it count at once; the answer has the pool's keys of that use after it.
package struct RotateSAMLKey: AdminAct {
    let pool: String
    let use: SAMLKey.Use
    let atOnce: Bool

    /// - Parameter atOnce: without waiting until identity providers may have read our new metadata.
    package init(_ use: SAMLKey.Use, pool: String, atOnce: Bool = false) { (self.pool, self.use, self.atOnce) = (pool, use, atOnce) }

    package func perform(at desk: Administration) async throws(AdministrationError) -> (key: SAMLKey, keys: [SAMLKey]) {
        let found = try await desk.pool(pool)
        let key: SAMLKey
        do { key = try await desk.samlKeys.rotate(found, use, atOnce: atOnce, by: desk.actor) } catch { throw .keys(error) }
        return (key, try await desk.listSAMLKeys(use, pool: pool))
    }
}

/// Takes a SAML key back that somebody else may have; the answer has the one that takes its place, if it had one.
package struct WithdrawSAMLKey: AdminAct {
    let id: SAMLKey.ID
    let pool: String

    package init(_ id: SAMLKey.ID, pool: String) { (self.id, self.pool) = (id, pool) }

    package func perform(at desk: Administration) async throws(AdministrationError) -> (successor: SAMLKey?, keys: [SAMLKey]) {
        let found = try await desk.pool(pool)
        let successor: SAMLKey?
        do { successor = try await desk.samlKeys.withdraw(id, of: found, by: desk.actor) } catch { throw .keys(error) }
        let keys = try await desk.storing { () async throws(StoreError) in try await desk.stores.samlKeys.list(in: found.id) }
        let use = keys.first { $0.id == id }?.use
        return (successor, keys.filter { $0.use == use })
    }
}

/// Gives everything that is sealed to another master key, in one transaction.
package struct ResealSecrets: AdminAct {
    let new: Sealer

    package init(to new: Sealer) { self.new = new }

    package func perform(at desk: Administration) async throws(AdministrationError) -> (keys: Int, secrets: Int) {
        do {
            return try await Resealing(stores: desk.stores, environment: desk.environment).reseal(from: desk.sealer, to: new, by: desk.actor)
        } catch { throw .keys(error) }
    }
}

/// Which providers fetched our metadata by the address that names them.
package struct MetadataReach: Sendable {
    /// Since the newest key was published.
    package let since: Date?
    package let fetched: [IdentityProvider.Name]
    package let others: [IdentityProvider.Name]
}

extension Administration {
    private static let maximumFetches = 20_000

    /// Of enabled SAML providers, since the newest key of that use was made known.
    package func metadataReach(_ use: SAMLKey.Use, pool id: String) async throws(AdministrationError) -> MetadataReach {
        let pool = try await pool(id)
        let newest = try await listSAMLKeys(use, pool: id).last { $0.withdrawnAt == nil }
        let fetches = try await storing { () async throws(StoreError) in try await stores.fetches.list(in: pool.id, limit: Self.maximumFetches) }
        let names = try await listProviders(pool: id).filter { $0.saml != nil && $0.settings.enabled }.map(\.settings.name)
        let since = newest.map { use == .signing ? $0.createdAt : $0.activeFrom }
        func has(_ name: IdentityProvider.Name) -> Bool { fetches[name].map { fetched in since.map { $0 <= fetched } ?? true } ?? false }
        return MetadataReach(since: since, fetched: names.filter(has), others: names.filter { !has($0) })
    }

    /// When our metadata was fetched last by the address that names that provider.
    package func lastMetadataFetch(of provider: ConfiguredProvider) async throws(AdministrationError) -> Date? {
        let (name, pool) = (provider.settings.name, provider.settings.poolID)
        return try await storing { () async throws(StoreError) in try await stores.fetches.find(name, in: pool) }
    }

    /// The pool's signing keys as they are stored, oldest first.
    package func listKeys(pool id: String) async throws(AdministrationError) -> [SigningKey] {
        let pool = try await pool(id)
        return try await storing { () async throws(StoreError) in try await stores.keys.list(in: pool.id) }
    }

    /// Where the private half of each is; nil of one whose place does not read, or that has none any more.
    package func places(of keys: [SigningKey]) -> [SigningKey.ID: KeyPlace] {
        Dictionary(keys.compactMap { key in ((try? keyRing.place(of: key)) ?? nil).map { (key.id, $0) } }, uniquingKeysWith: { $1 })
    }

    /// The pool's SAML keys of one use as they are stored, oldest first.
    package func listSAMLKeys(_ use: SAMLKey.Use, pool id: String) async throws(AdministrationError) -> [SAMLKey] {
        let pool = try await pool(id)
        return try await storing { () async throws(StoreError) in try await stores.samlKeys.list(in: pool.id) }.filter { $0.use == use }
    }
}
