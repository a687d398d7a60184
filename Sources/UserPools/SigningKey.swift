package import FoundationEssentials

/// A key that signs a pool's tokens; the private half is sealed with the master key.
package struct SigningKey: Sendable, Identified {
    package typealias ID = Identifier<SigningKey>
    package enum Phase: String, Sendable, CaseIterable {
        case upcoming, current, retired
        /// Taken back, because somebody else may have it: it is published no more, and its private half is gone.
        case withdrawn

        package var isPublished: Bool { self != .withdrawn }
    }

    /// `kid`: the RFC 7638 thumbprint.
    package let id: ID
    package let poolID: UserPool.ID
    package let algorithm: String
    package var phase: Phase
    package let sealedPrivateKey: [UInt8]
    package let createdAt: Date
    package var retiredAt: Date?
    /// Names the master key with which a new key was sealed; where another one counts by now, it is not stored.
    package let sealedBy: String?

    package init(
        id: ID, poolID: UserPool.ID, algorithm: String, phase: Phase, sealedPrivateKey: [UInt8], createdAt: Date, retiredAt: Date? = nil,
        sealedBy: String? = nil
    ) {
        self.id = id
        self.poolID = poolID
        self.algorithm = algorithm
        self.phase = phase
        self.sealedPrivateKey = sealedPrivateKey
        self.createdAt = createdAt
        self.retiredAt = retiredAt
        self.sealedBy = sealedBy
    }

    /// How long a key is published before it signs: three times as long as the JWKS may be kept (`max-age=300`).
    package static let publishedBefore: TimeInterval = 15 * 60
    /// How long a key is published after it signed: until the longest token that a client may have has expired, and an hour for clocks. What a
    /// client's lifetime is now does not say what it was when the token was signed.
    package static let publishedAfter = TimeInterval(AppClient.Lifetimes.longestToken + 3600)

    /// The maximum of published keys, from which on a rotation is refused: those who read a JWKS take 64 or so, and some read fewer.
    package static let maximumPublished = 16
    /// How long one key signs at least, before another may take its place.
    package static let minimumInterval: TimeInterval = 60

    /// From when on an upcoming key may sign, as a whole second; nil for the others.
    package var maySignFrom: Date? {
        guard phase == .upcoming else { return nil }
        return Date(timeIntervalSince1970: (createdAt.timeIntervalSince1970 + Self.publishedBefore).rounded(.up))
    }

    /// Until when a retired key is published; nil for the others.
    package var publishedUntil: Date? { retiredAt?.addingTimeInterval(Self.publishedAfter) }

    package static func acceptsIdentifier(_ text: String) -> Bool {
        IdentifierAlphabet.accepts(text, length: 16...64, others: "_-")
    }
}

/// One step of a rotation, with what is recorded of it.
package enum KeyStep: Sendable {
    /// The key does not sign yet.
    case publish(SigningKey, recorded: AuditEvent)
    case rotate(KeyRotation, recorded: AuditEvent)
    /// The first key of an algorithm that nobody waits for yet signs at once, and the one after it is published.
    case start(SigningKey, next: SigningKey, recorded: AuditEvent)
    /// Keys of the algorithm verify what they signed, and sign no more.
    case stop(algorithm: String, of: UserPool.ID, at: Date)

    /// The algorithm by which the pool signs from now on beside, or in place of, another.
    package var newAlgorithm: String? {
        switch self {
        case .rotate(let rotation, _) where rotation.signing.algorithm != rotation.retiring.algorithm: rotation.signing.algorithm
        case .start(let key, _, _): key.algorithm
        case .publish, .rotate, .stop: nil
        }
    }

    /// Those that are published or sign by it, whether they were there before or are made for it.
    package var keys: [SigningKey] {
        switch self {
        case .publish(let key, _): [key]
        case .rotate(let rotation, _): rotation.keys
        case .start(let key, let next, _): [key, next]
        case .stop: []
        }
    }
}

/// Another key signs from now on: what changes for that, in one transaction.
package struct KeyRotation: Sendable {
    /// The key that signed until now: of the same algorithm, or of the one that was the pool's own. Keys of an algorithm that the pool has still
    /// go on.
    package let retiring: SigningKey
    /// The key that signs: the upcoming one, or in an emergency one that was never published.
    package let signing: SigningKey
    /// The key after that, published from now on.
    package let upcoming: SigningKey
    package let now: Date

    /// Those that sign or are published by it, whether they were there before or are made for it.
    package var keys: [SigningKey] { [signing, upcoming] }

    package init(retiring: SigningKey, signing: SigningKey, upcoming: SigningKey, now: Date) {
        self.retiring = retiring
        self.signing = signing
        self.upcoming = upcoming
        self.now = now
    }
}
