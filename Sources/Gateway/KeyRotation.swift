package import FoundationEssentials
import SAML
package import UserPools

/// What a command to rotate did.
package enum RotationStep: Sendable {
    /// The key is published and does not sign yet; a later command lets it.
    case published(SigningKey)
    /// The key signs, and another is published as the next one.
    case signs(SigningKey.ID, retired: SigningKey.ID)
}

/// What taking a key back did.
package struct KeyWithdrawal: Sendable {
    package let withdrawn: SigningKey.ID
    /// The key that signs from now on, where the withdrawn one did.
    package let signing: SigningKey.ID?
    /// Why its private half is still in the security module that had it.
    package let left: KeyRingError?
}

/// Why a key was not rotated.
package enum KeyRotationError: Diagnosable, Equatable {
    case tooYoung(SigningKey.ID, algorithm: String, publishedAt: Date, maySignFrom: Date, pool: UserPool.ID)
    /// The key that was to retire signed no more when its turn came.
    case rotatedMeanwhile(SigningKey.ID, pool: UserPool.ID)
    /// The key that signs has not signed for long.
    case tooSoon(rotatedAt: Date, from: Date, pool: UserPool.ID)
    /// The key set would become longer than some can read.
    case tooMany(Int, from: Date, pool: UserPool.ID)
    case unknownKey(SigningKey.ID, pool: UserPool.ID)
    /// The pool does not sign by the algorithm for which a client asks.
    case noKey(algorithm: String)

    package var code: String {
        switch self {
        case .tooYoung: "keys.too_young"
        case .rotatedMeanwhile: "keys.rotated_meanwhile"
        case .tooSoon: "keys.too_soon"
        case .tooMany: "keys.too_many"
        case .unknownKey: "keys.unknown"
        case .noKey: "keys.no_algorithm"
        }
    }

    package var message: String {
        switch self {
        case .tooYoung(let key, _, _, let from, _):
            "The upcoming key \(key) may sign from \(SAMLInstant.format(from)); until then a service that keeps the key set may not know it."
        case .rotatedMeanwhile(let key, _): "Another command was first: the key \(key) was retired by it."
        case .tooSoon(let last, let from, _):
            "The pool's key was changed at \(SAMLInstant.format(last)); it may be changed again from \(SAMLInstant.format(from))."
        case .tooMany(let count, let from, _):
            "The pool publishes \(count) keys already, and some who read key sets take no more; the first of them goes at \(SAMLInstant.format(from))."
        case .unknownKey(let key, _): "The pool has no key \(key), or it was withdrawn already."
        case .noKey(let algorithm): "The pool has no \(algorithm) key that signs."
        }
    }

    package var expected: String? {
        switch self {
        case .tooYoung: "published for \(Int(SigningKey.publishedBefore / 60)) minutes"
        case .rotatedMeanwhile: "the key that signs"
        case .tooSoon: "\(Int(SigningKey.minimumInterval)) seconds between two changes"
        case .tooMany: "fewer than \(SigningKey.maximumPublished) keys"
        case .unknownKey: "a key of the pool"
        case .noKey(let algorithm): "a key of \(algorithm)"
        }
    }

    package var seen: String? {
        switch self {
        case .tooYoung(_, _, let published, _, _): "published since \(SAMLInstant.format(published))"
        case .rotatedMeanwhile: "a retired key"
        case .tooSoon(let last, _, _): "changed at \(SAMLInstant.format(last))"
        case .tooMany(let count, _, _): "\(count) keys"
        case .unknownKey(let key, _): key.text
        case .noKey: "none"
        }
    }

    package var remedy: String {
        switch self {
        case .tooYoung(_, _, _, let from, _):
            """
            Do it again after \(SAMLInstant.format(from)). In an emergency do not wait: a service that keeps the key set refuses new tokens until it \
            looks again, which TokenVerifier does at once, and others after five minutes or by their own rule.
            """
        case .tooSoon(_, let from, _): "Do it again after \(SAMLInstant.format(from)). Where a key leaked, take it back at once."
        case .tooMany(_, let from, _):
            """
            Wait until \(SAMLInstant.format(from)); a retired key is published until the longest token that it signed has expired. Where a key leaked, \
            take it back at once.
            """
        case .unknownKey: "See which keys the pool has."
        case .noKey:
            """
            See by which algorithms the pool signs, and for which one the client asks. Where it was added a moment ago, try again; where its key does not \
            open, rotate it.
            """
        case .rotatedMeanwhile: "Nothing was changed this time. See what the other one did."
        }
    }

    package var acts: [Remedy] {
        switch self {
        case .tooYoung(_, let algorithm, _, _, _): [.rotateKey(algorithm: algorithm)]
        case .tooSoon, .tooMany, .unknownKey, .rotatedMeanwhile: [.listKeys]
        case .noKey(let algorithm): [.listKeys, .addAlgorithm(algorithm)]
        }
    }
}
