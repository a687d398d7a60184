import FoundationEssentials
import UserPools

extension Housekeeping {
    /// How long after somebody was deleted something of them may still be written, or be left where a server was killed.
    private static let late: TimeInterval = 86_400

    /// Deletes records and counts of sign-ins that are over, and of each pool what is more than it keeps.
    func sweepSignInRecords(at now: Date, _ inSteps: (_ delete: (Int) async throws -> Int) async throws -> Void) async throws {
        try await inSteps { try await stores.signInRecords.removeExpired(at: now, limit: $0) }
        try await inSteps { try await stores.signInCounts.removeExpired(at: now, limit: $0) }
        for pool in try await stores.pools.list() {
            for quota in SignInRecord.Quota.allCases {
                // To find out what goes takes longer than to delete it.
                try await inSteps { _ in
                    try await stores.signInRecords.removeSurplus(of: quota, in: pool.id, beyond: quota.maximum, limit: 1_000)
                }
            }
            try await inSteps { try await stores.signInCounts.removeSurplus(in: pool.id, beyond: SignInCount.maximum, limit: $0) }
        }
    }

    /// Deletes what has the name of somebody who is gone, and was written late or left by a kill.
    func sweepForgottenRecords(at now: Date, _ inSteps: (_ delete: (Int) async throws -> Int) async throws -> Void) async throws {
        for pool in try await stores.pools.list() {
            try await inSteps { try await stores.signInRecords.removeForgotten(in: pool.id, since: now - Self.late, limit: $0) }
        }
    }
}
