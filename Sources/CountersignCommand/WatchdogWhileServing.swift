import NIOCore
import NIOPosix
import ServiceLifecycle

/// Gives the service manager a sign of life while the event loops run and the database answers.
///
/// What it answers does not count: a database that is away comes back, and a new process would only have forgotten the keys that this one has in memory. What
/// hangs gives no sign, and is started anew.
struct WatchdogWhileServing: Service, CustomStringConvertible {
    var description: String { "watchdog" }

    let manager: ServiceManager
    let publicURL: String
    let loops: any EventLoopGroup
    /// Returns when the database has answered.
    let isReady: @Sendable () async -> Bool

    func run() async throws {
        guard let patience = manager.patience else {
            // The end of one service would be the end of all.
            try? await gracefulShutdown()
            return
        }
        await cancelWhenGracefulShutdown {
            repeat { await look() } while (try? await Task.sleep(for: patience / 4)) != nil
        }
    }

    private func look() async {
        for loop in loops.makeIterator() { try? await loop.submit {}.get() }
        let isReady = await isReady()
        guard !Task.isCancelled else { return }
        await manager.isAlive(isReady ? Self.status(publicURL) : "Not ready: the database takes no write, or no key opens; the log says more")
    }

    static func status(_ publicURL: String) -> String { "Serving \(publicURL)" }
}
