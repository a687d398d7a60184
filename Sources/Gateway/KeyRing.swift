package import FoundationEssentials
package import OpenIDConnect
package import TokenVerifier
package import UserPools
import WireFormats

/// The keys that sign and verify a pool's tokens, unsealed once and kept.
package struct KeyRing: Sendable {
    /// The keys of one pool.
    package struct Keys: Sendable {
        /// Of the pool's own algorithm.
        package let current: any TokenSigner
        /// One of each algorithm by which the pool signs.
        private let signing: [SigningAlgorithm: any TokenSigner]
        /// By which it signs: its own first.
        package let algorithms: [SigningAlgorithm]
        /// Those, and behind them the ones by which it is going to sign.
        package let announcedAlgorithms: [SigningAlgorithm]
        /// What the JWKS publishes: upcoming, current and retired keys.
        package let all: [any TokenSigner]
        /// RFC 7517 §5.
        package let jsonWebKeySet: [UInt8]
        private let published: JSONWebKeySet
        private let proven: ProvenTokens

        /// - Parameter signing: in the order in which they are told of, the pool's own first; `upcoming` as well.
        init(signing: [any TokenSigner], upcoming: [any TokenSigner], all: [any TokenSigner], proven: ProvenTokens) throws {
            guard let current = signing.first else { throw StoreError.corrupt(what: "a signing key of the pool") }
            (self.current, self.all, self.proven) = (current, all, proven)
            algorithms = signing.map(\.algorithm)
            announcedAlgorithms = (signing + upcoming).map(\.algorithm).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
            self.signing = Dictionary(signing.map { ($0.algorithm, $0) }, uniquingKeysWith: { first, _ in first })
            jsonWebKeySet = PublishedKeySet(all.map(\.publicJWK)).encoded()
            published = try JSONWebKeySet(bytes: jsonWebKeySet)
        }

        /// The key that signs by the algorithm for which a client asks; the pool's own where it asks for none.
        package func signing(by name: String?) throws(KeyRingError) -> any TokenSigner {
            guard let name else { return current }
            guard let key = SigningAlgorithm(rawValue: name).flatMap({ signing[$0] }) else { throw .rotation(.noKey(algorithm: name)) }
            return key
        }

        /// Verifies the pool's own tokens, without asking anybody for keys.
        package func verifier(issuer: String, audience: String?, clock: @escaping @Sendable () -> Date) -> TokenVerifier {
            TokenVerifier(issuer: issuer, audience: audience, rememberedTokens: 0, keys: published, clock: clock).sharing(proven)
        }
    }

    private(set) var store: any SigningKeyStore
    let module: (any SecurityModule)?
    let sealer: Sealer
    let now: @Sendable () -> Date
    let random: @Sendable (_ count: Int) -> [UInt8]
    let makeID: @Sendable () -> String
    private let pools: TimedCache<UserPool.ID, Keys>
    private let opened: TimedCache<SigningKey.ID, any TokenSigner>
    /// Of which people's names at each sector are made; none ever becomes another.
    let subjectKeys: TimedCache<UserPool.ID, SecretBytes>
    /// Of all pools: the keys are read anew each second, and mostly stay what they are.
    private let proven = ProvenTokens(capacity: 1_000)

    /// How long keys are published from memory while the database is away: most tokens that were issued before live no longer.
    static let withoutDatabase = Duration.seconds(3600)

    package init(store: any SigningKeyStore, sealer: Sealer, environment: Environment) {
        self.store = store
        self.sealer = sealer
        module = environment.securityModule
        now = environment.now
        random = environment.random
        makeID = { environment.uuidText() }
        pools = TimedCache(lifetime: .seconds(1), staleLifetime: Self.withoutDatabase, capacity: 1_000, uptime: environment.uptime)
        opened = TimedCache(lifetime: .seconds(3600), capacity: 1_000, uptime: environment.uptime)
        subjectKeys = TimedCache(lifetime: .seconds(3600), capacity: 1_000, uptime: environment.uptime)
    }

    /// The same keys, written by other stores of the same database.
    package func writing(to store: any SigningKeyStore) -> KeyRing {
        var ring = self
        ring.store = store
        return ring
    }

    /// The pool's keys; the first is made where the pool has none of its algorithm.
    package func keys(of pool: UserPool) async throws(KeyRingError) -> Keys {
        do {
            if let keys = try await pools.value(pool.id, load: { try await load(pool) }) { return keys }
            throw StoreError.corrupt(what: "a signing key of the pool")
        } catch { throw KeyRingError(error) }
    }

    /// Something was changed: the keys of a pool are read anew. What was unsealed stays what it is.
    package func expire() { pools.expire() }

    /// Whether a private key opens: of the pools one that has one. A pool whose keys do not open says nothing about the others.
    package func openAny(of pools: [UserPool]) async throws(KeyRingError) {
        var failure: KeyRingError?
        for pool in pools {
            do {
                guard let key = Self.signing(of: try await store.list(in: pool.id), in: pool) else { continue }
                _ = try await open(key)
                return
            } catch { failure = failure ?? KeyRingError(error) }
        }
        if let failure { throw failure }
    }

    /// The pool's keys as they are stored; the first is made where the pool has none that signs.
    func stored(_ pool: UserPool) async throws -> [SigningKey] {
        var stored = try await store.list(in: pool.id)
        if Self.signing(of: stored, in: pool) == nil {
            let made = try await make(.current, pool.signingAlgorithm, for: pool, in: module == nil ? .database : .hsm)
            let standing = try await store.insertFirst(made, recorded: nil)
            if standing.id != made.id { await discard([made]) }
            stored.append(standing)
        }
        return stored
    }

    private func load(_ pool: UserPool) async throws -> Keys? {
        let stored = try await stored(pool)
        let own = Self.signing(of: stored, in: pool)
        var all: [any TokenSigner] = []
        var phases: [SigningKey.Phase: [any TokenSigner]] = [:]
        for key in Self.published(of: stored) {
            let open: (any TokenSigner)?
            do { open = try await self.open(key) } catch {
                // Without the pool's own key there are no tokens; without another one what it signed is refused, and all else goes on.
                if key.id == own?.id { throw error }
                continue
            }
            guard let open else { continue }
            all.append(open)
            phases[key.phase, default: []].append(open)
        }
        func isOwn(_ key: any TokenSigner) -> Bool { key.keyID == own?.id.text }
        let current = phases[.current] ?? []
        guard current.contains(where: isOwn) else { return nil }
        return try Keys(signing: current.filter(isOwn) + current.filter { !isOwn($0) }, upcoming: phases[.upcoming] ?? [], all: all, proven: proven)
    }

    /// What the JWKS has, in the order in which the keys were made. A pool that rotated more often than it may leaves out those that were retired
    /// first: a key set that nobody can read would be worse (case 135).
    private static func published(of stored: [SigningKey]) -> [SigningKey] {
        let published = stored.filter(\.phase.isPublished)
        let surplus = published.count - SigningKey.maximumPublished - 2
        guard surplus > 0 else { return published }
        let oldest = published.filter { $0.phase == .retired }.sorted { ($0.retiredAt ?? .distantPast) < ($1.retiredAt ?? .distantPast) }
        let left = Set(oldest.prefix(surplus).map(\.id))
        return published.filter { !left.contains($0.id) }
    }

    /// The key that signs for whoever asks for no algorithm. While a server still has the pool as it was before a rotation, it is the key that counts,
    /// not the pool's algorithm: a key made for that would sign before anybody knows it.
    static func signing(of stored: [SigningKey], in pool: UserPool) -> SigningKey? {
        let current = stored.filter { $0.phase == .current }
        return current.last { $0.algorithm == pool.signingAlgorithm }
            ?? current.last { !pool.signingAlgorithms.contains($0.algorithm) } ?? current.last
    }

    /// A key that waits may be lost before its time comes.
    func requireReady(_ key: SigningKey) async throws { try await open(key)?.requireReady() }

    private func open(_ key: SigningKey) async throws -> (any TokenSigner)? {
        try await opened.value(key.id) {
            let (algorithm, plain) = try unsealed(key)
            if let publicKey = TokenPublicKey(moduleReference: plain, algorithm: algorithm) { return try ModuleSigner(publicKey, in: module) }
            return try TokenSigningKey(algorithm: algorithm, privateKey: plain)
        }
    }

    /// The private half, or what is stored of one that a security module has.
    private func unsealed(_ key: SigningKey) throws -> (algorithm: SigningAlgorithm, stored: [UInt8]) {
        guard let algorithm = SigningAlgorithm(rawValue: key.algorithm) else { throw StoreError.corrupt(what: "a signing algorithm") }
        return (algorithm, try sealer.open(key.sealedPrivateKey, context: Self.context(key.poolID)).reveal())
    }

    /// The public half of a key whose private half a security module has. It is sealed as private halves are, so that who writes to the database
    /// cannot have another key published (case 205).
    func publicKeyInModule(_ key: SigningKey) throws -> TokenPublicKey? {
        let (algorithm, plain) = try unsealed(key)
        return TokenPublicKey(moduleReference: plain, algorithm: algorithm)
    }

    func make(_ phase: SigningKey.Phase, _ name: String, for pool: UserPool, in place: KeyPlace) async throws -> SigningKey {
        guard let algorithm = SigningAlgorithm(rawValue: name) else { throw StoreError.corrupt(what: "a signing algorithm") }
        let (keyID, stored) = try await place == .hsm ? makeInModule(algorithm, for: pool) : Self.makeHere(algorithm)
        guard let id = SigningKey.ID(keyID) else { throw StoreError.corrupt(what: "a key ID") }
        let sealed = try sealer.seal(stored, context: Self.context(pool.id))
        return SigningKey(
            id: id, poolID: pool.id, algorithm: name, phase: phase, sealedPrivateKey: sealed, createdAt: now(), sealedBy: sealer.masterKeyID)
    }

    /// Its `kid`, and what is stored of it.
    private static func makeHere(_ algorithm: SigningAlgorithm) throws -> (keyID: String, stored: [UInt8]) {
        let made = try TokenSigningKey.generate(algorithm)
        return (made.keyID, made.privateKeyBytes)
    }

    private func makeInModule(_ algorithm: SigningAlgorithm, for pool: UserPool) async throws -> (keyID: String, stored: [UInt8]) {
        guard let module else { throw SecurityModuleError.notConfigured }
        let made = try await module.make(algorithm, for: pool.id.text)
        do {
            // Nobody is told of a key that does not sign.
            try await ModuleSigner(made, in: module).requireReady()
            return (made.keyID, made.moduleReference)
        } catch {
            try? await module.destroy(made)
            throw error
        }
    }

    static func context(_ pool: UserPool.ID) -> String { "signing key of " + pool.text }
}
