import Administration
import Gateway
import Logging
import ServiceLifecycle
import UserPools

/// Keeps providers' documents fresh until the server is asked to stop, and tells in the log what came of it.
struct FollowingWhileServing: Service, CustomStringConvertible {
    var description: String { "metadata" }

    let follower: DocumentFollower
    let logger: Logger

    /// How long a document may be due before somebody looks.
    private static let interval = Duration.seconds(10)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: Self.interval * Double.random(in: 0.5...1))) != nil {
                // A database that is away has others who tell of it.
                try? await follower.lookAtDue(tell)
            }
        }
    }

    /// A response was signed with a key that nobody knows.
    func findNewKeys(of provider: IdentityProvider) async -> Bool {
        guard provider.followed != nil, let report = try? await follower.lookNow(provider.name, in: provider.poolID) else { return false }
        tell(report)
        return report.isChange
    }

    private func tell(_ report: FollowingReport) {
        let document = report.document
        var metadata: Logger.Metadata = ["pool": "\(document.poolID)", "provider": "\(document.provider)"]
        switch report.outcome {
        case .unchanged, .overtaken: logger.debug("a provider's document was looked at", metadata: metadata)
        case .changed(let changes):
            // Whom we trust, and where people are sent, became another: somebody may want to know it who did not expect it (THREATS S36).
            for change in changes {
                metadata[change.fact + "_before"] = "\(change.before.prefix(1000))"
                metadata[change.fact] = "\(change.after.prefix(1000))"
            }
            metadata["event"] = "document_changed"
            logger.notice("a provider's document has changed, and what it says now counts", metadata: metadata)
        case .failed(let error):
            metadata["event"] = "document_not_renewed"
            metadata["code"] = "\(error.code)"
            metadata["remedy"] = "\(error.remedy)"
            metadata["failures"] = "\(document.failures)"
            // One that stays away is told of seldom.
            let level: Logger.Level = document.failures.nonzeroBitCount == 1 ? .warning : .debug
            logger.log(level: level, "a provider's document could not be renewed; the last good copy counts: \(error.message)", metadata: metadata)
        }
    }
}
