import Crypto
import FoundationEssentials
import UserPools
import WireFormats

struct SQLFederationStore: FederationStore {
    let database: any SQLDatabase

    func find(_ entityID: String, of federation: IdentityProvider.Name, in pool: UserPool.ID) async throws(StoreError) -> FederationMember? {
        let values: [SQLValue] = [.identifier(pool), .identifier(federation), .text(entityID)]
        // What no database takes is nobody's entity ID.
        guard !entityID.utf8.contains(0) else { return nil }
        return try await database.rows(of: [SQLStatement(Self.find, values)])[0].first.map { row throws(StoreError) in try Self.member(row) }
    }

    func federations(having entityID: String, in pool: UserPool.ID, limit: Int) async throws(StoreError) -> [IdentityProvider.Name] {
        guard !entityID.utf8.contains(0) else { return [] }
        let values: [SQLValue] = [.identifier(pool), .text(entityID), .limit(limit)]
        return try await database.rows(of: [SQLStatement(Self.findFederations, values)])[0].map { row throws(StoreError) in
            var columns = ColumnReader(row, of: "federation")
            return try columns.identifier("provider")
        }
    }

    func status(of federation: IdentityProvider.Name, in pool: UserPool.ID) async throws(StoreError) -> FederationStatus? {
        let rows = try await database.rows(of: [SQLStatement(Self.findStatus, [.identifier(pool), .identifier(federation)])])[0]
        return try rows.first.map { row throws(StoreError) in try Self.status(row) }
    }

    func keep(
        _ member: FederationMember, of federation: IdentityProvider.Name, in pool: UserPool.ID, read settings: FederationConnection, at now: Date
    ) async throws(StoreError) {
        let key: [SQLValue] = [.identifier(pool), .identifier(federation)]
        try await database.write { connection throws(StoreError) in
            guard try connection.has(Self.findFederation, key) else { return }
            try Self.requireUnchanged(settings, federation, in: pool, connection)
            _ = try connection.execute(Self.insertFederation, key)
            var generation = try connection.row(Self.findGeneration, key)?.values.first
            if generation == .null || generation == nil {
                let first = SQLValue.text(Self.newGeneration(of: federation, in: pool, at: now))
                _ = try connection.execute(Self.insertGeneration, [first] + key)
                _ = try connection.execute(Self.setGeneration, key + [first])
                generation = first
            }
            guard let generation else { return }
            let removed = try connection.execute(Self.removeMember, [generation, .text(member.entityID)])
            try Self.insert(member, in: generation, connection)
            if removed == 0 { _ = try connection.execute(Self.countMembers, key + [.integer(1)]) }
        }
    }

    func forget(_ entityID: String, of federation: IdentityProvider.Name, in pool: UserPool.ID) async throws(StoreError) {
        let key: [SQLValue] = [.identifier(pool), .identifier(federation)]
        try await database.write { connection throws(StoreError) in
            guard let generation = try connection.row(Self.findGeneration, key)?.values.first else { return }
            let removed = try connection.execute(Self.removeMember, [generation, .text(entityID)])
            if removed > 0 { _ = try connection.execute(Self.countMembers, key + [.integer(-removed)]) }
        }
    }

    /// What was read by settings that hold no more is nobody's: the signer may be one whom the admin just took out.
    static func requireUnchanged(
        _ settings: FederationConnection, _ federation: IdentityProvider.Name, in pool: UserPool.ID, _ connection: any SQLConnection
    ) throws(StoreError) {
        guard let row = try connection.row(findSettings, [.identifier(pool), .identifier(federation)]) else { return }
        var columns = ColumnReader(row, of: "federation")
        guard settings.readsAs(try columns.json("connection")) else {
            let first = try SQLAuditStore.last(AuditEvent.Target(.provider, federation.text), in: pool, connection)
            throw .conflict(what: "the settings of federation \(federation), by which its metadata was read", first: first.map { EarlierChange($0) })
        }
    }

    /// Of a federation whose members come one by one: it has no other, until they are imported, or come from elsewhere.
    private static func newGeneration(of federation: IdentityProvider.Name, in pool: UserPool.ID, at now: Date) -> String {
        Array(SHA256.hash(data: Array("\(pool.text)\0\(federation.text)\0\(now.timeIntervalSince1970)".utf8))).hexText
    }

    static func insert(_ member: FederationMember, in generation: SQLValue, _ connection: any SQLConnection) throws(StoreError) {
        let what = "member \(member.entityID)"
        let values: [SQLValue] = [
            generation, .text(member.entityID), try StoredJSON.value(member.displayNames, of: what), try StoredJSON.value(member.keywords, of: what),
            .text(member.logo), .text(member.registrationAuthority), try StoredJSON.value(member.entityAttributes, of: what),
            try StoredJSON.value(member.scopes, of: what), .time(member.validUntil), .time(member.refreshAt), .text(member.metadata),
        ]
        try connection.executeLater(insertMember, values, conflict: what)
        let words = member.searchWords
        let signature = WordSignature(of: words)
        let beside: [SQLValue] = [.text(member.sortName), .integer(signature.low), .integer(signature.high)]
        for word in words { try connection.executeLater(insertWord, [generation, .text(member.entityID), .text(word)] + beside, conflict: what) }
    }

    private static func member(_ row: SQLRow) throws(StoreError) -> FederationMember {
        var columns = ColumnReader(row, of: "member of a federation")
        let entityID = try columns.text("entity_id")
        let names = try columns.json("display_names", [String: String].self), keywords = try columns.json("keywords", [String: [String]].self)
        let (logo, authority) = (try columns.optionalText("logo"), try columns.optionalText("registration_authority"))
        let attributes = try columns.json("entity_attributes", [String: [String]].self)
        let scopes = try columns.json("scopes", [FederationScope].self), validUntil = try columns.optionalTime("valid_until")
        let refreshAt = try columns.optionalTime("refresh_at")
        return FederationMember(
            entityID: entityID, metadata: try columns.text("metadata"), displayNames: names, keywords: keywords, logo: logo,
            registrationAuthority: authority, entityAttributes: attributes, scopes: scopes, validUntil: validUntil, refreshAt: refreshAt)
    }

    static func status(_ row: SQLRow) throws(StoreError) -> FederationStatus {
        var columns = ColumnReader(row, of: "federation")
        var status = FederationStatus(
            poolID: try columns.identifier("pool_id"), federation: try columns.identifier("provider"), members: try columns.integer("members"),
            importedAt: try columns.optionalTime("imported_at"), validUntil: try columns.optionalTime("valid_until"),
            importingUntil: try columns.optionalTime("staging_until"), endsNotBefore: try columns.optionalTime("ends_not_before"))
        // A server of the schema before imports without telling the second.
        if let end = status.endsNotBefore, let valid = status.validUntil { status.endsNotBefore = max(end, valid) }
        return status
    }

    /// What everybody reads.
    static let current: SQL = "(SELECT generation FROM federations WHERE pool_id = $1 AND provider = $2)"
    static let statusColumns: SQL = "pool_id, provider, members, imported_at, valid_until, staging_until, ends_not_before"

    private static let columns: SQL = """
        generation, entity_id, display_names, keywords, logo, registration_authority, entity_attributes, scopes, valid_until, refresh_at, metadata
        """
    private static let find: SQL = "SELECT " + columns + " FROM federation_members WHERE generation = " + current + " AND entity_id = $3"
    private static let findFederations: SQL = """
        SELECT f.provider FROM federations f WHERE f.pool_id = $1
            AND (SELECT 1 FROM federation_members m WHERE m.generation = f.generation AND m.entity_id = $2) IS NOT NULL
        ORDER BY f.provider LIMIT $3
        """
    static let findStatus: SQL = "SELECT " + statusColumns + " FROM federations WHERE pool_id = $1 AND provider = $2"
    static let findFederation: SQL = "SELECT 1 FROM live_identity_providers WHERE pool_id = $1 AND name = $2 AND kind = 'federation'"
    private static let findSettings: SQL =
        "SELECT connection FROM live_identity_providers WHERE pool_id = $1 AND name = $2 AND kind = 'federation'"
    static let insertFederation: SQL =
        "INSERT INTO federations (pool_id, provider, members, staged) VALUES ($1, $2, 0, 0) ON CONFLICT (pool_id, provider) DO NOTHING"
    private static let findGeneration: SQL = "SELECT generation FROM federations WHERE pool_id = $1 AND provider = $2"
    private static let setGeneration: SQL = "UPDATE federations SET generation = $3 WHERE pool_id = $1 AND provider = $2"
    private static let countMembers: SQL = "UPDATE federations SET members = members + $3 WHERE pool_id = $1 AND provider = $2"
    static let insertGeneration: SQL =
        "INSERT INTO federation_generations (id, pool_id, provider) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING"
    private static let removeMember: SQL = "DELETE FROM federation_members WHERE generation = $1 AND entity_id = $2"
    private static let insertMember: SQL =
        "INSERT INTO federation_members (" + columns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
    private static let insertWord: SQL = """
        INSERT INTO federation_words (generation, entity_id, word, sort_name, signature_low, signature_high) VALUES ($1, $2, $3, $4, $5, $6)
        """
}
