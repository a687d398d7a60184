import FoundationEssentials
package import Logging
package import UserPools

/// Deletes what has expired and what was marked as deleted, a little at a time, so that the database does not grow with every sign-in that was not finished.
package struct Housekeeping: Sendable {
    private let stores: Stores
    private let environment: Environment
    let logger: Logger
    /// The maximum of rows that a statement deletes: sign-ins wait for a transaction no longer than that takes.
    private static let batch = 500

    package init(stores: Stores, environment: Environment, logger: Logger) {
        self.stores = stores
        self.environment = environment
        self.logger = logger
    }

    /// Works until its task is cancelled.
    package func run(every interval: Duration = .seconds(60)) async {
        while !Task.isCancelled {
            do { try await Task.sleep(for: interval) } catch { return }
            await clean()
        }
    }

    /// Deletes what an admin deleted, in steps that nobody notices (THREATS case 149): as many rows as the machine, with all else that it does, deletes in
    /// a few milliseconds, and a pause of the same length after each.
    private func purge() async throws {
        let (shortest, longest) = (Duration.milliseconds(4), Duration.milliseconds(10))
        var rows = 100
        while !Task.isCancelled {
            let began = environment.uptime()
            guard try await stores.deletions.purge(limit: rows) > 0 else { return }
            let took = environment.uptime() - began
            if took > longest { rows = max(10, rows / 2) } else if took < shortest { rows = min(Self.batch, rows * 3 / 2) }
            try await Task.sleep(for: min(took, .milliseconds(50)))
        }
    }

    package func clean() async {
        let now = environment.now()
        do {
            let directory = Directory(stores: stores, uptime: environment.uptime)
            var removed = 0
            repeat {
                await tellOfUnanswered(try await stores.signIns.unanswered(at: now, limit: Self.batch), directory)
                removed = try await stores.signIns.removeExpired(at: now, limit: Self.batch)
                removed += try await stores.sessions.removeExpired(at: now, limit: Self.batch)
                removed += try await stores.grants.removeExpired(at: now, limit: Self.batch)
                let forgotten = now.addingTimeInterval(-SigningKey.publishedAfter)
                removed += try await stores.keys.removeRetired(until: forgotten, limit: Self.batch)
            } while removed >= Self.batch && !Task.isCancelled
            try await purge()
        } catch {
            logger.warning("expired rows were not deleted", metadata: ["error": "\(error)"])
        }
    }
}
