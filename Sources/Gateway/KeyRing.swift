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
            TokenVerifier(issuer: issuer, audience: audience, keys: published, clock: clock).sharing(proven)
        }
    }

    let store: any SigningKeyStore
    let module: (any SecurityModule)?
    let sealer: Sealer
    let now: @Sendable () -> Date
    let random: @Sendable (_ count: Int) -> [UInt8]
    private let makeID: @Sendable () -> String
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

    /// The pool's keys; the first is made where the pool has none of its algorithm.
    package func keys(of pool: UserPool) async throws(KeyRingError) -> Keys {
        do {
            if let keys = try await pools.value(pool.id, load: { try await load(pool) }) { return keys }
            throw StoreError.corrupt(what: "a signing key of the pool")
        } catch { throw KeyRingError(error) }
    }

    /// Something was changed: the keys of a pool are read anew. What was unsealed stays what it is.
    package func expire() { pools.expire() }

    /// One step of a rotation: publishes the next key, or lets it sign where it was published long enough, or at once.
    ///
    /// - Parameters:
    ///   - algorithm: one by which the pool signs; nil: its own.
    ///   - place: where keys are made; nil: where the one is that waits, or else the one that signs.
    package func rotate(
        _ pool: UserPool, of algorithm: SigningAlgorithm?, in place: KeyPlace? = nil, atOnce: Bool, by actor: Actor
    ) async throws(KeyRingError) -> RotationStep {
        try await take(try await step(of: pool, to: algorithm, in: place, atOnce: atOnce, by: actor), in: pool)
    }

    /// A step that is no change of the pool: another algorithm is one, and taken with it.
    package func take(_ step: KeyStep?, in pool: UserPool) async throws(KeyRingError) -> RotationStep {
        if let name = step?.newAlgorithm { throw .rotation(.noKey(algorithm: name)) }
        do {
            switch step {
            case .start, .stop, nil: throw StoreError.corrupt(what: "a step of a rotation")
            case .publish(let key, let event):
                let standing = try await store.insertFirst(key, recorded: event)
                if standing.id != key.id { await discard([key]) }
                return .published(standing)
            case .rotate(let rotation, let event):
                let before = try await store.list(in: pool.id)
                guard try await store.rotate(rotation, recorded: event) else {
                    await discard([rotation.signing, rotation.upcoming])
                    throw KeyRotationError.rotatedMeanwhile(rotation.retiring.id, pool: pool.id)
                }
                // One that waited, and will not be the next.
                await discard(before)
                return .signs(rotation.signing.id, retired: rotation.retiring.id)
            }
        } catch { throw KeyRingError(error) }
    }

    /// The first keys of an algorithm that the pool has not: one that signs at once, since no client asks for it yet, and the one after it.
    package func start(_ algorithm: SigningAlgorithm, in pool: UserPool, by actor: Actor) async throws(KeyRingError) -> KeyStep {
        do {
            let (stored, name) = (try await stored(pool), algorithm.rawValue)
            try Self.requireRoom(stored, at: now(), in: pool, rotating: [])
            let upcoming = stored.first { $0.phase == .upcoming && $0.algorithm == name }
            if let upcoming { try await requireReady(upcoming) }
            let own = Self.signing(of: stored, in: pool)
            let place = try own.flatMap { own throws(KeyRingError) in try self.place(of: own) } ?? .database
            let key = if let upcoming { upcoming } else { try await make(.current, name, for: pool, in: place) }
            return .start(key, next: try await make(.upcoming, name, for: pool, in: place), recorded: event(.keyPublish, key.id, pool, by: actor))
        } catch { throw KeyRingError(error) }
    }

    /// No key of the algorithm signs any more.
    package func stop(_ algorithm: String, in pool: UserPool) -> KeyStep { .stop(algorithm: algorithm, of: pool.id, at: now()) }

    /// What the next step of a rotation is, for whoever takes it together with another change of the pool.
    ///
    /// - Parameters:
    ///   - algorithm: of the key that is to sign; nil for the pool's own. One that the pool does not have takes the place of its own.
    ///   - place: where keys are made; nil: where the one is that waits, or else the one that signs.
    package func step(
        of pool: UserPool, to algorithm: SigningAlgorithm?, in place: KeyPlace? = nil, atOnce: Bool, by actor: Actor
    ) async throws(KeyRingError) -> KeyStep {
        do {
            let stored = try await stored(pool)
            guard let own = Self.signing(of: stored, in: pool) else { throw StoreError.corrupt(what: "a signing key of the pool") }
            let name = algorithm?.rawValue ?? own.algorithm
            let isKnown = pool.signingAlgorithms.contains(name)
            let current = isKnown ? stored.last { $0.phase == .current && $0.algorithm == name } ?? own : own
            var upcoming = stored.first { $0.phase == .upcoming && $0.algorithm == name }
            let place = try place ?? placeOfNext(after: current, upcoming)
            // At once, a key that waits elsewhere is not the one that was asked for.
            if atOnce, let waiting = upcoming, try self.place(of: waiting) != place { upcoming = nil }
            let now = now()
            if !atOnce {
                guard let upcoming else {
                    let key = try await make(.upcoming, name, for: pool, in: place)
                    return .publish(key, recorded: event(.keyPublish, key.id, pool, by: actor))
                }
                if let from = upcoming.maySignFrom, now < from {
                    throw KeyRotationError.tooYoung(upcoming.id, algorithm: name, publishedAt: upcoming.createdAt, maySignFrom: from, pool: pool.id)
                }
            }
            try Self.requireRoom(stored, at: now, in: pool, rotating: [current.algorithm, name])
            if let waiting = upcoming {
                do { try await requireReady(waiting) } catch {
                    guard atOnce else { throw error }
                    upcoming = nil
                }
            }
            let signing = if let upcoming { upcoming } else { try await make(.current, name, for: pool, in: place) }
            let next = try await make(.upcoming, name, for: pool, in: place)
            let rotation = KeyRotation(retiring: current, signing: signing, upcoming: next, now: now)
            return .rotate(rotation, recorded: event(.keyRotate, signing.id, pool, by: actor, retired: current.id))
        } catch { throw KeyRingError(error) }
    }

    /// Takes a key back that somebody else may have. Where it is the one that signs, another one does at once: whoever keeps the key set refuses
    /// new tokens until he looks again, and what the withdrawn key signed is refused by all who look.
    package func withdraw(_ id: SigningKey.ID, of pool: UserPool, by actor: Actor) async throws(KeyRingError) -> KeyWithdrawal {
        do {
            let stored = try await stored(pool)
            guard let key = stored.first(where: { $0.id == id }), key.phase != .withdrawn else {
                throw KeyRotationError.unknownKey(id, pool: pool.id)
            }
            var rotation: KeyRotation?
            if key.phase == .current {
                var upcoming = stored.first { $0.phase == .upcoming && $0.algorithm == key.algorithm }
                let place = try placeOfNext(after: key, upcoming)
                if let waiting = upcoming { do { try await requireReady(waiting) } catch { upcoming = nil } }
                let signing = if let upcoming { upcoming } else { try await make(.current, key.algorithm, for: pool, in: place) }
                let next = try await make(.upcoming, key.algorithm, for: pool, in: place)
                rotation = KeyRotation(retiring: key, signing: signing, upcoming: next, now: now())
            }
            let event = event(.keyWithdraw, id, pool, by: actor)
            guard try await store.withdraw(id, in: pool.id, rotation: rotation, at: now(), recorded: event) else {
                await discard(rotation.map { [$0.signing, $0.upcoming] } ?? [])
                throw KeyRotationError.rotatedMeanwhile(id, pool: pool.id)
            }
            // One that waited, and will not be the next.
            await discard(stored)
            // It counts no more, whatever becomes of the private half.
            var left: KeyRingError?
            do throws(KeyRingError) { try await destroy(key) } catch { left = error }
            return KeyWithdrawal(withdrawn: id, signing: rotation?.signing.id, left: left)
        } catch { throw KeyRingError(error) }
    }

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

    /// A pool has room for one more key, and the one that signs has signed a while.
    private static func requireRoom(
        _ stored: [SigningKey], at now: Date, in pool: UserPool, rotating algorithms: [String]
    ) throws(KeyRotationError) {
        let retired = stored.filter { $0.phase == .retired }, retirements = retired.compactMap(\.retiredAt)
        if let last = retired.filter({ algorithms.contains($0.algorithm) }).compactMap(\.retiredAt).max() {
            let from = last.addingTimeInterval(SigningKey.minimumInterval)
            // A clock that was set back far must not bar rotations until it is there again.
            guard now >= from || now < last.addingTimeInterval(-SigningKey.minimumInterval) else {
                throw .tooSoon(rotatedAt: last, from: from, pool: pool.id)
            }
        }
        let published = stored.count { $0.phase.isPublished }
        guard published < SigningKey.maximumPublished else {
            throw .tooMany(published, from: retirements.min().map { $0.addingTimeInterval(SigningKey.publishedAfter) } ?? now, pool: pool.id)
        }
    }

    /// The pool's keys as they are stored; the first is made where the pool has none that signs.
    private func stored(_ pool: UserPool) async throws -> [SigningKey] {
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
    private static func signing(of stored: [SigningKey], in pool: UserPool) -> SigningKey? {
        let current = stored.filter { $0.phase == .current }
        return current.last { $0.algorithm == pool.signingAlgorithm }
            ?? current.last { !pool.signingAlgorithms.contains($0.algorithm) } ?? current.last
    }

    /// A key that waits may be lost before its time comes.
    private func requireReady(_ key: SigningKey) async throws { try await open(key)?.requireReady() }

    private func open(_ key: SigningKey) async throws -> (any TokenSigner)? {
        try await opened.value(key.id) {
            guard let algorithm = SigningAlgorithm(rawValue: key.algorithm) else { throw StoreError.corrupt(what: "a signing algorithm") }
            let plain = try sealer.open(key.sealedPrivateKey, context: Self.context(key.poolID)).reveal()
            if let publicKey = TokenPublicKey(moduleReference: plain, algorithm: algorithm) { return try ModuleSigner(publicKey, in: module) }
            return try TokenSigningKey(algorithm: algorithm, privateKey: plain)
        }
    }

    /// The public half of a key whose private half a security module has. It is sealed as private halves are, so that who writes to the database
    /// cannot have another key published (case 205).
    func publicKeyInModule(_ key: SigningKey) throws -> TokenPublicKey? {
        guard let algorithm = SigningAlgorithm(rawValue: key.algorithm) else { throw StoreError.corrupt(what: "a signing algorithm") }
        let plain = try sealer.open(key.sealedPrivateKey, context: Self.context(key.poolID)).reveal()
        return TokenPublicKey(moduleReference: plain, algorithm: algorithm)
    }

    private func event(_ action: AuditEvent.Action, _ key: SigningKey.ID, _ pool: UserPool, by actor: Actor, retired: SigningKey.ID? = nil)
        -> AuditEvent
    {
        AuditEvent(
            id: makeID(), poolID: pool.id, at: now(), actor: actor, action: action, target: AuditEvent.Target(.key, key.text),
            details: retired.map { [AuditEvent.Detail("retired", $0.text)] } ?? [])
    }

    private func make(_ phase: SigningKey.Phase, _ name: String, for pool: UserPool, in place: KeyPlace) async throws -> SigningKey {
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
