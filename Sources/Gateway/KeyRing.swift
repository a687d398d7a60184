package import FoundationEssentials
package import OpenIDConnect
package import TokenVerifier
package import UserPools

/// The keys that sign and verify a pool's tokens, unsealed once and kept.
package struct KeyRing: Sendable {
    /// The keys of one pool.
    package struct Keys: Sendable {
        package let current: TokenSigningKey
        /// What the JWKS publishes: upcoming, current and retired keys.
        package let all: [TokenSigningKey]
        /// RFC 7517 §5.
        package let jsonWebKeySet: [UInt8]
        private let published: JSONWebKeySet

        init(current: TokenSigningKey, all: [TokenSigningKey]) throws {
            (self.current, self.all) = (current, all)
            jsonWebKeySet = PublishedKeySet(all.map(\.publicJWK)).encoded()
            published = try JSONWebKeySet(bytes: jsonWebKeySet)
        }

        package var algorithms: [SigningAlgorithm] {
            all.map(\.algorithm).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        }

        /// Verifies the pool's own tokens, without asking anybody for keys.
        package func verifier(issuer: String, audience: String?, clock: @escaping @Sendable () -> Date) -> TokenVerifier {
            TokenVerifier(issuer: issuer, audience: audience, keys: published, clock: clock)
        }
    }

    private let store: any SigningKeyStore
    private let sealer: Sealer
    private let now: @Sendable () -> Date
    private let pools: TimedCache<UserPool.ID, Keys>
    private let opened: TimedCache<SigningKey.ID, TokenSigningKey>

    package init(store: any SigningKeyStore, sealer: Sealer, environment: Environment) {
        self.store = store
        self.sealer = sealer
        now = environment.now
        pools = TimedCache(lifetime: .seconds(1), capacity: 1_000, uptime: environment.uptime)
        opened = TimedCache(lifetime: .seconds(3600), capacity: 1_000, uptime: environment.uptime)
    }

    /// The pool's keys; the first is made where the pool has none of its algorithm.
    package func keys(of pool: UserPool) async throws(KeyRingError) -> Keys {
        do {
            if let keys = try await pools.value(pool.id, load: { try await load(pool) }) { return keys }
            throw StoreError.corrupt(what: "a signing key of the pool")
        } catch let error as StoreError { throw .store(error) } catch let error as SealError { throw .seal(error) } catch {
            throw .store(.corrupt(what: "a signing key of the pool"))
        }
    }

    private func load(_ pool: UserPool) async throws -> Keys? {
        var stored = try await store.list(in: pool.id)
        if !stored.contains(where: { $0.phase == .current && $0.algorithm == pool.signingAlgorithm }) {
            stored.append(try await makeFirst(for: pool))
        }
        var current: TokenSigningKey?
        var all: [TokenSigningKey] = []
        for key in stored {
            guard let open = try await open(key) else { continue }
            all.append(open)
            if key.phase == .current, key.algorithm == pool.signingAlgorithm { current = open }
        }
        return try current.map { try Keys(current: $0, all: all) }
    }

    private func open(_ key: SigningKey) async throws -> TokenSigningKey? {
        try await opened.value(key.id) {
            guard let algorithm = SigningAlgorithm(rawValue: key.algorithm) else { throw StoreError.corrupt(what: "a signing algorithm") }
            let plain = try sealer.open(key.sealedPrivateKey, context: Self.context(key.poolID))
            return try TokenSigningKey(algorithm: algorithm, privateKey: plain.reveal())
        }
    }

    private func makeFirst(for pool: UserPool) async throws -> SigningKey {
        guard let algorithm = SigningAlgorithm(rawValue: pool.signingAlgorithm) else { throw StoreError.corrupt(what: "a signing algorithm") }
        let made = try TokenSigningKey.generate(algorithm)
        guard let id = SigningKey.ID(made.keyID) else { throw StoreError.corrupt(what: "a key ID") }
        let sealed = try sealer.seal(made.privateKeyBytes, context: Self.context(pool.id))
        return try await store.insertFirst(
            SigningKey(id: id, poolID: pool.id, algorithm: algorithm.rawValue, phase: .current, sealedPrivateKey: sealed, createdAt: now()))
    }

    private static func context(_ pool: UserPool.ID) -> String { "signing key of " + pool.text }
}

/// Why a pool's keys are not at hand.
package enum KeyRingError: Diagnosable, Equatable {
    case store(StoreError)
    case seal(SealError)

    private var cause: any Diagnosable {
        switch self {
        case .store(let error): error
        case .seal(let error): error
        }
    }

    package var code: String { cause.code }
    package var message: String { cause.message }
    package var remedy: String { cause.remedy }
}
