import FoundationEssentials
import UserPools
import WireFormats

/// Who is deleted leaves no record with a name. One that has the user's id goes with the user; of one that has the name alone, of somebody who was refused
/// before it was known who that is, nothing else tells that it must go.
extension SQLSignInRecordStore {
    /// Deletes what is little, in the transaction that decides: there may be thousands, and everybody who signs in would wait for all of them
    /// (THREATS case 149).
    static func forget(_ user: User, in pool: UserPool.ID, _ connection: any SQLConnection) throws(StoreError) {
        for name in names(of: user) {
            _ = try connection.execute(removeNamed, [.identifier(pool), .text(name), .limit(SQLDeletionStore.batch)])
        }
    }

    /// Deletes the rest of somebody who is deleted by now. Where it is not finished, housekeeping does it (`removeForgotten`).
    func forgetRest(of user: User, in pool: UserPool.ID) async {
        for name in Self.names(of: user) {
            let values: [SQLValue] = [.identifier(pool), .text(name), .limit(SQLDeletionStore.batch)]
            // A write costs a sync of the disk.
            while let rows = try? await database.rows(of: [SQLStatement(Self.findNamed, values)])[0], !rows.isEmpty {
                guard let removed = try? await database.write({ connection throws(StoreError) in try connection.execute(Self.removeNamed, values) }),
                    removed > 0
                else { return }
            }
        }
    }

    /// By the audit trail, which has the names of whoever was deleted.
    func removeForgotten(in pool: UserPool.ID, since: Date, limit: Int) async throws(StoreError) -> Int {
        let found = try await database.read { connection throws(StoreError) in
            (
                records: try Self.findForgotten(in: pool, since: since, limit: limit, connection),
                messages: try connection.rows(Self.findOrphans, [.identifier(pool), .limit(limit)]).map(Self.reference)
            )
        }
        guard !found.records.isEmpty || !found.messages.isEmpty else { return 0 }
        return try await database.write { connection throws(StoreError) in
            var removed = 0
            for reference in found.records { removed += try connection.execute(Self.removeRecord, [.identifier(pool), .identifier(reference)]) }
            for reference in found.messages { removed += try connection.execute(Self.removeMessage, [.identifier(pool), .identifier(reference)]) }
            return removed
        }
    }

    private static func findForgotten(
        in pool: UserPool.ID, since: Date, limit: Int, _ connection: any SQLConnection
    ) throws(StoreError) -> [SignInRecord.Reference] {
        let statements = try SQLAuditStore.deletions(in: pool, since: since, connection).flatMap { deletion in
            deletion.details.filter { [username, alsoKnownAs].contains($0.name) }.map { SignInRecord.boundedName($0.value) }
                .filter { !$0.isEmpty }.map { SQLStatement(findNamedUntil, [.identifier(pool), .text($0), .time(deletion.at), .limit(limit)]) }
        }
        guard !statements.isEmpty else { return [] }
        return try connection.rows(of: statements).joined().prefix(limit).map(reference)
    }

    /// The event with every name by which there may be records.
    static func naming(_ user: User, in event: AuditEvent) -> AuditEvent {
        let told = event.details.filter { $0.name.hasSameBytes(as: username) }.map(\.value)
        let others = names(of: user).filter { name in !told.contains { $0.hasSameBytes(as: name) } }
        return AuditEvent(
            id: event.id, poolID: event.poolID, at: event.at, actor: event.actor, action: event.action, target: event.target,
            details: event.details + others.map { AuditEvent.Detail(alsoKnownAs, $0) })
    }

    private static func names(of user: User) -> [String] {
        ([user.username] + user.identities.flatMap { [$0.username, $0.memberUsername] }).distinctByBytes.map(SignInRecord.boundedName)
            .filter { !$0.isEmpty }
    }

    private static let username = "username"
    private static let alsoKnownAs = "also_known_as"

    private static let named: SQL = "SELECT pool_id, reference FROM sign_in_records WHERE pool_id = $1 AND username = $2 AND user_id IS NULL"
    private static let findNamed: SQL = named + " LIMIT $3"
    private static let findNamedUntil: SQL = named + " AND at <= $3 LIMIT $4"
    private static let removeNamed: SQL = "DELETE FROM sign_in_records WHERE (pool_id, reference) IN (" + findNamed + ")"
    /// There are few: a hundred of a provider that is looked into, for a day.
    private static let findOrphans: SQL = """
        SELECT reference FROM sign_in_messages WHERE pool_id = $1 AND NOT EXISTS (
            SELECT 1 FROM sign_in_records r WHERE r.pool_id = sign_in_messages.pool_id AND r.reference = sign_in_messages.reference) LIMIT $2
        """
    private static let removeRecord: SQL = "DELETE FROM sign_in_records WHERE pool_id = $1 AND reference = $2"
    private static let removeMessage: SQL = "DELETE FROM sign_in_messages WHERE pool_id = $1 AND reference = $2"
}
