import FoundationEssentials
import Gateway
import Logging
import SAML
import ServiceLifecycle
import UserPools

/// Has the pools' keys followed by others, by their schedules, as long as the server runs, and tells of it in the log.
struct KeysWhileServing: Service, CustomStringConvertible {
    let description: String
    private let look: @Sendable () async throws -> Void

    private static let interval = Duration.seconds(600)

    /// Of the keys that sign tokens.
    init(_ schedule: SigningKeySchedule, logger: Logger) {
        description = "signing keys"
        look = { try await schedule.look { Self.tell($0, $1, logger) } }
    }

    init(_ schedule: SAMLKeySchedule, logger: Logger) {
        description = "SAML keys"
        look = { try await schedule.look { Self.tell($0, $1, logger) } }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: Self.interval * Double.random(in: 0.5...1))) != nil {
                // A database that is away has others who tell of it.
                try? await look()
            }
        }
    }

    private static func tell(_ pool: UserPool.ID, _ result: Result<RotationStep, KeyRingError>, _ logger: Logger) {
        switch result {
        case .success(.published(let key)):
            logger.notice(
                "the next key of a pool is published, and signs when it is its turn",
                metadata: ["event": "signing_key_published", "pool": "\(pool)", "algorithm": "\(key.algorithm)", "key": "\(key.id)"])
        case .success(.signs(let key, let retired)):
            logger.notice(
                "another key of a pool signs",
                metadata: ["event": "signing_key_rotated", "pool": "\(pool)", "key": "\(key)", "retired": "\(retired)"])
        case .failure(let error):
            logger.warning(
                "a key of a pool should have been followed by another and was not",
                metadata: ["pool": "\(pool)", "code": "\(error.code)", "reason": "\(error.message)"])
        }
    }

    private static func tell(_ pool: UserPool.ID, _ result: Result<SAMLKey, KeyRingError>, _ logger: Logger) {
        switch result {
        case .success(let key):
            var metadata: Logger.Metadata = [
                "event": "saml_key_published", "pool": "\(pool)", "use": "\(key.use.rawValue)", "key": "\(key.id)",
                "active_from": "\(SAMLInstant.format(key.activeFrom))",
            ]
            var needed = "before it counts"
            if key.use == .encryption {
                // What is encrypted for the one before it is decrypted until then.
                needed = "before the last key is kept no more"
                metadata["last_key_until"] = "\(SAMLInstant.format(key.activeFrom.addingTimeInterval(SAMLKey.keptAfter)))"
            }
            logger.notice(
                "the next SAML key of a pool is published; identity providers that do not read our metadata by themselves need it \(needed)",
                metadata: metadata)
        case .failure(let error):
            logger.warning(
                "a SAML key of a pool should have been followed by another and was not",
                metadata: ["pool": "\(pool)", "code": "\(error.code)", "reason": "\(error.message)"])
        }
    }
}
