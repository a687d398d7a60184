import Gateway
import Logging
import SAML
import ServiceLifecycle
import UserPools

/// Follows the pools' SAML keys by others as long as the server runs, and tells of it in the log.
struct SAMLKeysWhileServing: Service, CustomStringConvertible {
    var description: String { "SAML keys" }

    let schedule: SAMLKeySchedule
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

    private func tell(_ key: SAMLKey) {
        logger.notice(
            "the next SAML key of a pool is published; identity providers that do not read our metadata by themselves need it before it counts",
            metadata: [
                "event": "saml_key_published", "pool": "\(key.poolID)", "use": "\(key.use.rawValue)", "key": "\(key.id)",
                "active_from": "\(SAMLInstant.format(key.activeFrom))",
            ])
    }
}
