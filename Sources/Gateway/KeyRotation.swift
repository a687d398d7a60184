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

/// Why a key was not rotated.
package enum KeyRotationError: Diagnosable, Equatable {
    case tooYoung(SigningKey.ID, algorithm: String, publishedAt: Date, maySignFrom: Date, pool: UserPool.ID)
    /// The key that was to retire signed no more when its turn came.
    case rotatedMeanwhile(SigningKey.ID, pool: UserPool.ID)

    package var code: String {
        switch self {
        case .tooYoung: "keys.too_young"
        case .rotatedMeanwhile: "keys.rotated_meanwhile"
        }
    }

    package var message: String {
        switch self {
        case .tooYoung(let key, _, _, let from, _):
            "The upcoming key \(key) may sign from \(SAMLInstant.format(from)); until then a service that keeps the key set may not know it."
        case .rotatedMeanwhile(let key, _): "Another command was first: the key \(key) was retired by it."
        }
    }

    package var expected: String? {
        switch self {
        case .tooYoung: "published for \(Int(SigningKey.publishedBefore / 60)) minutes"
        case .rotatedMeanwhile: "the key that signs"
        }
    }

    package var seen: String? {
        switch self {
        case .tooYoung(_, _, let published, _, _): "published since \(SAMLInstant.format(published))"
        case .rotatedMeanwhile: "a retired key"
        }
    }

    package var remedy: String {
        switch self {
        case .tooYoung(_, _, _, let from, _):
            """
            Do it again after \(SAMLInstant.format(from)). In an emergency do not wait: a service that keeps the key set refuses new tokens until it \
            looks again, which TokenVerifier does at once, and others after five minutes or by their own rule.
            """
        case .rotatedMeanwhile: "Nothing was changed this time. See what the other one did."
        }
    }

    package var acts: [Remedy] {
        switch self {
        case .tooYoung(_, let algorithm, _, _, _): [.rotateKey(algorithm: algorithm, atOnce: true)]
        case .rotatedMeanwhile: [.listKeys]
        }
    }
}
