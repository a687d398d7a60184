import FoundationEssentials
import UserPools

extension Housekeeping {
    /// Deletes clients that registered themselves and that nobody uses, and tokens to register that are over.
    func sweepRegistrations(at now: Date, _ inSteps: (_ delete: (Int) async throws -> Int) async throws -> Void) async throws {
        try await inSteps { try await stores.registrations.removeExpired(at: now, limit: $0) }
        try await inSteps { rows in
            try await stores.registrations.removeUnused(at: now, limit: rows) { [environment] pool, client in
                AuditEvent(
                    id: environment.uuidText(), poolID: pool, at: now, actor: .system, action: .clientDelete,
                    target: AuditEvent.Target(.client, client.text), details: [.init("reason", "it registered itself, and nobody used it")])
            }
        }
    }
}
