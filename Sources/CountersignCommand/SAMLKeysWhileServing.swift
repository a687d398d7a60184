import FoundationEssentials
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

    private func tell(_ pool: UserPool.ID, _ result: Result<SAMLKey, KeyRingError>) {
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
