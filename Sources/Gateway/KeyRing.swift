package import FoundationEssentials
package import OpenIDConnect
package import TokenVerifier
package import UserPools
import WireFormats

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
    private let makeID: @Sendable () -> String
    private let pools: TimedCache<UserPool.ID, Keys>
    private let opened: TimedCache<SigningKey.ID, TokenSigningKey>

    package init(store: any SigningKeyStore, sealer: Sealer, environment: Environment) {
        self.store = store
        self.sealer = sealer
        now = environment.now
        makeID = { environment.uuidText() }
        pools = TimedCache(lifetime: .seconds(1), capacity: 1_000, uptime: environment.uptime)
        opened = TimedCache(lifetime: .seconds(3600), capacity: 1_000, uptime: environment.uptime)
    }

    /// The pool's keys; the first is made where the pool has none of its algorithm.
    package func keys(of pool: UserPool) async throws(KeyRingError) -> Keys {
        do {
            if let keys = try await pools.value(pool.id, load: { try await load(pool) }) { return keys }
            throw StoreError.corrupt(what: "a signing key of the pool")
        } catch { throw KeyRingError(error) }
    }

    /// One step of a rotation: publishes the next key, or lets it sign where it was published long enough, or at once.
    ///
    /// - Parameter algorithm: of the key that is to sign; nil for that of the one that does.
    package func rotate(_ pool: UserPool, to algorithm: SigningAlgorithm?, atOnce: Bool, by actor: Actor) async throws(KeyRingError) -> RotationStep {
        do {
            _ = try await load(pool)
            let stored = try await store.list(in: pool.id)
            guard let current = Self.signing(of: stored, in: pool) else { throw StoreError.corrupt(what: "a signing key of the pool") }
            let name = algorithm?.rawValue ?? current.algorithm
            let upcoming = stored.first { $0.phase == .upcoming && $0.algorithm == name }
            let now = now()
            if !atOnce {
                guard let upcoming else {
                    let key = try make(.upcoming, name, for: pool)
                    return .published(try await store.insertFirst(key, recorded: event(.keyPublish, key.id, pool, by: actor)))
                }
                if let from = upcoming.maySignFrom, now < from {
                    throw KeyRotationError.tooYoung(upcoming.id, algorithm: name, publishedAt: upcoming.createdAt, maySignFrom: from, pool: pool.id)
                }
            }
            let signing = try upcoming ?? make(.current, name, for: pool)
            let rotation = KeyRotation(retiring: current, signing: signing, upcoming: try make(.upcoming, name, for: pool), now: now)
            guard try await store.rotate(rotation, recorded: event(.keyRotate, signing.id, pool, by: actor, retired: current.id)) else {
                throw KeyRotationError.rotatedMeanwhile(current.id, pool: pool.id)
            }
            return .signs(signing.id, retired: current.id)
        } catch { throw KeyRingError(error) }
    }

    private func load(_ pool: UserPool) async throws -> Keys? {
        var stored = try await store.list(in: pool.id)
        if Self.signing(of: stored, in: pool) == nil {
            stored.append(try await store.insertFirst(try make(.current, pool.signingAlgorithm, for: pool), recorded: nil))
        }
        let signing = Self.signing(of: stored, in: pool)
        var current: TokenSigningKey?
        var all: [TokenSigningKey] = []
        for key in stored {
            guard let open = try await open(key) else { continue }
            all.append(open)
            if key.id == signing?.id { current = open }
        }
        return try current.map { try Keys(current: $0, all: all) }
    }

    /// The key that signs. While a server still has the pool as it was before a rotation, it is the key that counts, not the pool's algorithm:
    /// a key made for that would sign before anybody knows it.
    private static func signing(of stored: [SigningKey], in pool: UserPool) -> SigningKey? {
        let current = stored.filter { $0.phase == .current }
        return current.last { $0.algorithm == pool.signingAlgorithm } ?? current.last
    }

    private func open(_ key: SigningKey) async throws -> TokenSigningKey? {
        try await opened.value(key.id) {
            guard let algorithm = SigningAlgorithm(rawValue: key.algorithm) else { throw StoreError.corrupt(what: "a signing algorithm") }
            let plain = try sealer.open(key.sealedPrivateKey, context: Self.context(key.poolID))
            return try TokenSigningKey(algorithm: algorithm, privateKey: plain.reveal())
        }
    }

    private func event(_ action: AuditEvent.Action, _ key: SigningKey.ID, _ pool: UserPool, by actor: Actor, retired: SigningKey.ID? = nil)
        -> AuditEvent
    {
        AuditEvent(
            id: makeID(), poolID: pool.id, at: now(), actor: actor, action: action, target: AuditEvent.Target(.key, key.text),
            details: retired.map { [AuditEvent.Detail("retired", $0.text)] } ?? [])
    }

    private func make(_ phase: SigningKey.Phase, _ name: String, for pool: UserPool) throws -> SigningKey {
        guard let algorithm = SigningAlgorithm(rawValue: name) else { throw StoreError.corrupt(what: "a signing algorithm") }
        let made = try TokenSigningKey.generate(algorithm)
        guard let id = SigningKey.ID(made.keyID) else { throw StoreError.corrupt(what: "a key ID") }
        let sealed = try sealer.seal(made.privateKeyBytes, context: Self.context(pool.id))
        return SigningKey(id: id, poolID: pool.id, algorithm: name, phase: phase, sealedPrivateKey: sealed, createdAt: now())
    }

    private static func context(_ pool: UserPool.ID) -> String { "signing key of " + pool.text }
}

/// Why a pool's keys are not at hand.
package enum KeyRingError: Diagnosable, Equatable {
    case store(StoreError)
    case seal(SealError)
    case rotation(KeyRotationError)

    fileprivate init(_ error: any Error) {
        self =
            switch error {
            case let error as StoreError: .store(error)
            case let error as SealError: .seal(error)
            case let error as KeyRotationError: .rotation(error)
            default: .store(.corrupt(what: "a signing key of the pool"))
            }
    }

    private var cause: any Diagnosable {
        switch self {
        case .store(let error): error
        case .seal(let error): error
        case .rotation(let error): error
        }
    }

    package var code: String { cause.code }
    package var message: String { cause.message }
    package var expected: String? { cause.expected }
    package var seen: String? { cause.seen }
    package var remedy: String { cause.remedy }
    package var acts: [Remedy] { cause.acts }
}
