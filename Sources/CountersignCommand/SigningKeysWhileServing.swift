import FoundationEssentials
import Gateway
import Logging
import SAML
import ServiceLifecycle
import UserPools

/// Rotates the keys that sign tokens by the pools' schedules as long as the server runs, and tells of it in the log.
struct SigningKeysWhileServing: Service, CustomStringConvertible {
    var description: String { "signing keys" }

    let schedule: SigningKeySchedule
    let logger: Logger

    private static let interval = Duration.seconds(600)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: Self.interval * Double.random(in: 0.5...1))) != nil {
                // A database that is away has others who tell of it.
                try? await schedule.look(tell)
            }
        }
    }

    private func tell(_ pool: UserPool.ID, _ result: Result<RotationStep, KeyRingError>) {
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
}
