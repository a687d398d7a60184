import FoundationEssentials
import UserPools

extension SQLFederationStore {
    func begin(
        _ generation: FederationImport.Generation, of federation: IdentityProvider.Name, in pool: UserPool.ID, at now: Date, lease: Date
    ) async throws(StoreError) -> FederationImport? {
        let key: [SQLValue] = [.identifier(pool), .identifier(federation)]
        return try await database.transaction { connection throws(StoreError) in
            guard try connection.has(Self.findFederation, key) else { return .rollback(nil) }
            _ = try connection.execute(Self.insertFederation, key)
            let values = key + [.identifier(generation), .time(now), .time(lease)]
            guard try connection.execute(Self.begin, values) == 1 else { return .rollback(nil) }
            _ = try connection.execute(Self.insertGeneration, [.identifier(generation)] + key)
            return .commit(FederationImport(poolID: pool, federation: federation, generation: generation))
        }
    }

    func stage(_ members: [FederationMember], _ staged: FederationImport, lease: Date) async throws(StoreError) -> Bool {
        try await database.transaction { connection throws(StoreError) in
            let values = Self.key(staged) + [.time(lease), .integer(members.count)]
            guard try connection.execute(Self.stage, values) == 1 else { return .rollback(false) }
            for member in members { try Self.insert(member, in: .identifier(staged.generation), connection) }
            return .commit(true)
        }
    }

    func complete(
        _ staged: FederationImport, read settings: FederationConnection, validUntil: Date?, acceptsOlder: Bool, at now: Date,
        recorded event: @escaping @Sendable (_ before: FederationStatus?, _ after: FederationStatus) -> AuditEvent?
    ) async throws(StoreError) -> FederationStatus? {
        let key = Self.key(staged)
        return try await database.transaction { connection throws(StoreError) in
            guard let row = try connection.row(Self.findStatus, Array(key.prefix(2))) else { return .rollback(nil) }
            let before = try Self.status(row)
            try Self.requireUnchanged(settings, staged.federation, in: staged.poolID, connection)
            let statement = acceptsOlder ? Self.complete : Self.completeNewer
            guard let row = try connection.row(statement, key + [.time(now), .time(validUntil)]) else { return .rollback(nil) }
            let after = try Self.status(row)
            if let event = event(before, after) { try SQLAuditStore.insert(event, connection) }
            return .commit(after)
        }
    }

    func abandon(_ staged: FederationImport) async throws(StoreError) {
        try await database.write { connection throws(StoreError) in _ = try connection.execute(Self.abandon, Self.key(staged)) }
    }

    func sweep(limit: Int) async throws(StoreError) -> Int {
        // A write costs a sync of the disk, and most of the time there is nothing to sweep.
        guard try await !database.rows(of: [SQLStatement(Self.unread, [])])[0].isEmpty else { return 0 }
        return try await database.write { connection throws(StoreError) in
            guard let generation = try connection.row(Self.unread + .skippingLocked, [])?.values.first else { return 0 }
            let removed = try connection.execute(Self.removeMembers, [generation, .limit(limit)])
            return removed > 0 ? removed : try connection.execute(Self.removeGeneration, [generation])
        }
    }

    /// In the transaction that deletes the provider: nobody is found, and whoever imports finds that there is nothing to import any more.
    /// - Parameter key: pool and provider.
    static func stop(_ key: [SQLValue], _ connection: any SQLConnection) throws(StoreError) { _ = try connection.execute(stop, key) }

    /// In the transaction that changes the provider: of another signer, or from another address, no document is an older one.
    static func acceptAny(
        _ provider: IdentityProvider, insteadOf before: IdentityProvider, _ connection: any SQLConnection
    ) throws(StoreError) {
        guard case .federation(let new) = provider.kind, case .federation(let old) = before.kind, !new.hasSameOrigin(as: old) else { return }
        let key: [SQLValue] = [.identifier(provider.poolID), .identifier(provider.name)]
        _ = try connection.execute(acceptAny, key)
        // No import takes their place: each is asked for again before it counts. Housekeeping takes those that were there.
        if new.source == .mdq { _ = try connection.execute(leaveMembers, key) }
    }

    private static func key(_ staged: FederationImport) -> [SQLValue] {
        [.identifier(staged.poolID), .identifier(staged.federation), .identifier(staged.generation)]
    }

    private static let begin: SQL = """
        UPDATE federations SET staging = $3, staged = 0, staging_until = $5
        WHERE pool_id = $1 AND provider = $2 AND (staging IS NULL OR staging_until <= $4)
        """
    private static let stage: SQL = """
        UPDATE federations SET staging_until = $4, staged = staged + $5 WHERE pool_id = $1 AND provider = $2 AND staging = $3
        """
    private static let setComplete: SQL = """
        UPDATE federations SET generation = staging, members = staged, imported_at = $4, valid_until = $5, ends_not_before = $5, staging = NULL,
            staged = 0, staging_until = NULL
        WHERE pool_id = $1 AND provider = $2 AND staging = $3 AND staged > 0
        """
    private static let complete: SQL = setComplete + " RETURNING " + statusColumns
    private static let completeNewer: SQL =
        setComplete + " AND (ends_not_before IS NULL OR (ends_not_before <= $5 AND (valid_until IS NULL OR valid_until <= $5))) RETURNING "
        + statusColumns
    private static let acceptAny: SQL = "UPDATE federations SET ends_not_before = NULL WHERE pool_id = $1 AND provider = $2"
    private static let leaveMembers: SQL = "UPDATE federations SET generation = NULL, members = 0 WHERE pool_id = $1 AND provider = $2"
    private static let abandon: SQL = """
        UPDATE federations SET staging = NULL, staged = 0, staging_until = NULL WHERE pool_id = $1 AND provider = $2 AND staging = $3
        """
    private static let unread: SQL = """
        SELECT g.id FROM federation_generations g WHERE NOT EXISTS (
            SELECT 1 FROM federations f WHERE f.pool_id = g.pool_id AND f.provider = g.provider AND (f.generation = g.id OR f.staging = g.id))
        LIMIT 1
        """
    private static let removeMembers: SQL = """
        DELETE FROM federation_members WHERE (generation, entity_id) IN (
            SELECT generation, entity_id FROM federation_members WHERE generation = $1 LIMIT $2)
        """
    private static let removeGeneration: SQL = "DELETE FROM federation_generations WHERE id = $1"
    private static let stop: SQL = "DELETE FROM federations WHERE pool_id = $1 AND provider = $2"
}
