import FoundationEssentials
package import Logging
package import UserPools

/// Deletes what has expired and what was marked as deleted, a little at a time, so that the database does not grow with every sign-in that was not finished.
package struct Housekeeping: Sendable {
    let stores: Stores
    let environment: Environment
    let logger: Logger
    /// What deletes keys where they are outside of the database, too.
    let keyRing: KeyRing?
    /// The maximum of rows that a step deletes.
    private static let maximum = 500

    package init(stores: Stores, environment: Environment, logger: Logger, keyRing: KeyRing? = nil) {
        self.stores = stores
        self.environment = environment
        self.logger = logger
        self.keyRing = keyRing
    }

    /// Works until its task is cancelled.
    package func run(every interval: Duration = .seconds(60)) async {
        while !Task.isCancelled {
            do { try await Task.sleep(for: interval) } catch { return }
            await clean()
        }
    }

    /// Deletes in steps that nobody notices (THREATS case 149): as many rows as the machine, with all else that it does, deletes in a few milliseconds,
    /// and a pause of the same length after each. In a large database a row costs several times what it does in a small one.
    /// - Parameter delete: at most so many rows; returns how many there were, and no more are asked for after none.
    private func inSteps(_ delete: (_ rows: Int) async throws -> Int) async throws {
        let (shortest, longest) = (Duration.milliseconds(4), Duration.milliseconds(10))
        var rows = 100
        while !Task.isCancelled {
            let began = environment.uptime()
            guard try await delete(rows) > 0 else { return }
            let took = environment.uptime() - began
            if took > longest { rows = max(10, rows / 2) } else if took < shortest { rows = min(Self.maximum, rows * 3 / 2) }
            try await Task.sleep(for: min(took, .milliseconds(50)))
        }
    }

    package func clean() async {
        let now = environment.now()
        do {
            let directory = Directory(stores: stores, uptime: environment.uptime)
            try await inSteps { rows in
                await tellOfUnanswered(try await stores.signIns.unanswered(at: now, limit: rows), directory)
                return try await stores.signIns.removeExpired(at: now, limit: rows)
            }
            try await inSteps { try await stores.trials.removeExpired(at: now, limit: $0) }
            try await inSteps { try await stores.sessions.removeExpired(at: now, limit: $0) }
            try await inSteps { try await stores.grants.removeExpired(at: now, limit: $0) }
            try await inSteps { try await stores.upstreamTokens.removeExpired(at: now, limit: $0) }
            try await inSteps { try await stores.pushedRequests.removeExpired(at: now, limit: $0) }
            try await inSteps { try await stores.devices.removeExpired(at: now, limit: $0) }
            try await inSteps { try await stores.singleUse.removeExpired(at: now, limit: $0) }
            try await inSteps { try await stores.logouts.removeExpired(at: now, limit: $0) }
            try await sweepSignInRecords(at: now, inSteps)
            try await sweepRegistrations(at: now, inSteps)
            let forgotten = now.addingTimeInterval(-SigningKey.publishedAfter)
            try await inSteps { try await removeRetired(until: forgotten, limit: $0) }
            let superseded = now.addingTimeInterval(-SAMLKey.keptAfter)
            try await inSteps { try await stores.samlKeys.removeSuperseded(until: superseded, limit: $0) }
            try await inSteps { try await stores.deletions.purge(limit: $0) }
            // A member with its metadata and its words is worth some dozens of rows.
            try await inSteps { try await stores.federations.sweep(limit: max(1, $0 / 20)) }
            try await sweepForgottenRecords(at: now, inSteps)
        } catch {
            logger.warning("expired rows were not deleted", metadata: ["error": "\(error)"])
        }
    }
}
