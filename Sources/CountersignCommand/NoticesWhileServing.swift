import Gateway
import Logging
import Metrics
import ServiceLifecycle
import Telemetry
import UserPools

/// Tells apps of sessions that ended, until the server is asked to stop.
struct NoticesWhileServing: Service, CustomStringConvertible {
    var description: String { "logout notices" }

    let logout: BackChannelLogout
    let logger: Logger

    /// How long a notice may be due before somebody looks.
    private static let interval = Duration.seconds(1)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: Self.interval * Double.random(in: 0.5...1))) != nil {
                // A database that is away has others who tell of it.
                try? await logout.tellDue(tell)
            }
        }
    }

    private func tell(_ notice: LogoutNotice) {
        let labels = [("pool", notice.poolID.text), ("client_id", notice.clientID.text), ("result", notice.result?.rawValue ?? "waiting")]
        Metric.logoutNotices.counter(labels).increment()
        var metadata: Logger.Metadata = [
            "pool": "\(notice.poolID)", "client_id": "\(notice.clientID)", "reference": "\(notice.reference)", "attempts": "\(notice.attempts)",
        ]
        if let detail = notice.detail { metadata["detail"] = "\(detail)" }
        switch notice.result {
        case .told?, .shown?: logger.debug("an app was told of a sign-out", metadata: metadata)
        case .failed?:
            metadata["event"] = "app_not_told"
            logger.warning("an app was not told of a sign-out, and its sessions of that person may go on", metadata: metadata)
        case nil: logger.debug("an app could not be told of a sign-out, and will be tried again", metadata: metadata)
        }
    }
}
