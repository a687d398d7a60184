import UserPools
import WireFormats

struct SQLUserPoolStore: UserPoolStore {
    let database: any SQLDatabase

    func insert(_ pool: UserPool, images: [Image], recorded event: AuditEvent) async throws(StoreError) {
        try await database.write { connection throws(StoreError) in try Self.insert(pool, images: images, recorded: event, connection) }
    }

    func insert<Refusal: Error>(
        _ pool: UserPool, images: [Image], recorded event: AuditEvent,
        unless refuse: @escaping @Sendable (_ named: [UserPool]) throws(Refusal) -> Void
    ) async throws(ChangeError<Refusal>) {
        try await database.write(
            finding: { connection throws(StoreError) in
                try connection.rows(Self.findByName, [.text(pool.name)]).map { row throws(StoreError) in try Self.pool(row) }
            }, unless: refuse
        ) { connection throws(StoreError) in try Self.insert(pool, images: images, recorded: event, connection) }
    }

    private static func insert(
        _ pool: UserPool, images: [Image], recorded event: AuditEvent, _ connection: any SQLConnection
    ) throws(StoreError) {
        let target = AuditEvent.Target(.pool, pool.id.text)
        try connection.requireFree(findAnyID, [.identifier(pool.id)], "pool \(pool.id)", target: target, in: pool.id)
        try requireFree(domain: pool.domain, for: pool.id, connection)
        _ = try connection.execute(insert, try values(of: pool) + [.time(pool.createdAt)], conflict: conflict(pool))
        for logo in pool.logos {
            try SQLImageStore.insert(images.first { $0.reference == logo }, for: logo, insteadOf: nil, in: pool.id, connection)
        }
        try SQLAuditStore.insert(event, connection)
    }

    func find(_ id: UserPool.ID) async throws(StoreError) -> UserPool? {
        try await database.read { connection throws(StoreError) in try Self.find(id, connection) }
    }

    func find(domain: String) async throws(StoreError) -> UserPool? {
        try await database.read { connection throws(StoreError) in
            try connection.row(Self.findByDomain, [.text(domain)]).map { row throws(StoreError) in try Self.pool(row) }
        }
    }

    func list() async throws(StoreError) -> [UserPool] {
        try await database.read { connection throws(StoreError) in
            try connection.rows(Self.list, []).map { row throws(StoreError) in try Self.pool(row) }
        }
    }

    func change<Refusal: Error>(
        _ id: UserPool.ID, images: [Image], keys: KeyStep?,
        recorded event: @escaping @Sendable (_ before: UserPool, _ after: UserPool) -> AuditEvent,
        _ mutate: @escaping @Sendable (inout UserPool) throws(Refusal) -> Void
    ) async throws(ChangeError<Refusal>) -> Changed<UserPool>? {
        try await database.change(
            find: { connection throws(StoreError) in try Self.find(id, connection) },
            write: { before, after, connection throws(StoreError) in
                guard after.id == before.id else { throw .corrupt(what: "changed user pool") }
                if after.domain != before.domain { try Self.requireFree(domain: after.domain, for: id, connection) }
                if after.signingAlgorithms != before.signingAlgorithms { try Self.requireUnasked(before.signingAlgorithms, but: after, connection) }
                if after.resources != before.resources { try Self.requireUnused(before.resources, but: after.resources, of: id, connection) }
                let (old, new) = (before.logos, after.logos)
                for logo in new where !old.contains(logo) {
                    try SQLImageStore.insert(images.first { $0.reference == logo }, for: logo, insteadOf: nil, in: id, connection)
                }
                _ = try connection.execute(Self.update, try Self.values(of: after), conflict: Self.conflict(after))
                for logo in old where !new.contains(logo) { try SQLImageStore.deleteUnused(logo, in: id, connection) }
            },
            recorded: event,
            alongside: { connection throws(StoreError) in
                guard let keys else { return false }
                try SQLSigningKeyStore.take(keys, connection)
                return true
            },
            mutate)
    }

    func delete<Refusal: Error>(
        _ id: UserPool.ID, recorded event: @escaping @Sendable (UserPool) -> AuditEvent,
        unless refuse: @escaping @Sendable (UserPool) throws(Refusal) -> Void
    ) async throws(ChangeError<Refusal>) -> Bool {
        try await database.delete(
            find: { connection throws(StoreError) in try Self.find(id, connection) },
            mark: { _, event, connection throws(StoreError) in _ = try connection.execute(Self.mark, [.identifier(id), .time(event.at)]) },
            recorded: event, unless: refuse)
    }

    static func find(_ id: UserPool.ID, _ connection: any SQLConnection) throws(StoreError) -> UserPool? {
        try connection.row(findByID, [.identifier(id)]).map { row throws(StoreError) in try pool(row) }
    }

    /// Throws where the pool is gone, or goes: nothing new may come to it.
    static func require(_ id: UserPool.ID, _ connection: any SQLConnection) throws(StoreError) {
        guard try connection.has(findLive, [.identifier(id)]) else { throw .conflict(what: "deletion of pool \(id)") }
    }

    /// A client has resources of its pool alone, also where one of them goes at the same time.
    static func require(_ resources: [String], of pool: UserPool.ID, _ connection: any SQLConnection) throws(StoreError) {
        let known = try resources.isEmpty ? [] : find(pool, connection)?.resources ?? []
        for uri in resources where !known.contains(where: { $0.uri.hasSameBytes(as: uri) }) { throw .conflict(what: "removal of resource \(uri)") }
    }

    private static func requireUnused(
        _ before: [ResourceServer], but kept: [ResourceServer], of pool: UserPool.ID, _ connection: any SQLConnection
    ) throws(StoreError) {
        let gone = before.filter { resource in !kept.contains { $0.uri.hasSameBytes(as: resource.uri) } }
        guard !gone.isEmpty else { return }
        for client in try SQLAppClientStore.list(in: pool, connection) {
            for resource in gone where (client.resources + client.serves).contains(where: { $0.hasSameBytes(as: resource.uri) }) {
                throw .conflict(what: "resource \(resource.uri) of client \(client.id)")
            }
        }
    }

    /// A client asks for algorithms of its pool alone, also where one of them goes at the same time.
    static func require(algorithms: [String], of pool: UserPool.ID, _ connection: any SQLConnection) throws(StoreError) {
        let known = try algorithms.isEmpty ? [] : find(pool, connection)?.signingAlgorithms ?? []
        for algorithm in algorithms where !known.contains(algorithm) { throw .conflict(what: "end of signing algorithm \(algorithm)") }
    }

    private static func requireUnasked(_ before: [String], but pool: UserPool, _ connection: any SQLConnection) throws(StoreError) {
        let gone = before.filter { !pool.signingAlgorithms.contains($0) }
        guard !gone.isEmpty else { return }
        for client in try SQLAppClientStore.list(in: pool.id, connection) {
            guard let algorithm = client.metadata.signedResponseAlgs.first(where: gone.contains) else { continue }
            throw .conflict(what: "signing algorithm \(algorithm) of client \(client.id)")
        }
    }

    private static func requireFree(domain: String?, for pool: UserPool.ID, _ connection: any SQLConnection) throws(StoreError) {
        guard let domain, let row = try connection.row(findByDomain, [.text(domain)]) else { return }
        let owner = try Self.pool(row).id
        guard owner != pool else { return }
        let first = try SQLAuditStore.last(AuditEvent.Target(.pool, owner.text), in: owner, connection)
        throw .conflict(what: "domain \(domain) of pool \(owner)", first: first.map { EarlierChange($0) })
    }

    private static func conflict(_ pool: UserPool) -> String {
        "pool \(pool.id)" + (pool.domain.map { " or domain \($0)" } ?? "")
    }

    private static func values(of pool: UserPool) throws(StoreError) -> [SQLValue] {
        [
            .identifier(pool.id), .text(pool.name), .text(pool.domain), .text(pool.signingAlgorithm),
            try StoredJSON.value(pool.customAttributes, of: "custom attributes"), .text(pool.branding.displayName), .text(pool.branding.accent),
            .text(pool.branding.darkAccent), .text(pool.branding.privacyURL), .text(pool.branding.termsURL), .flag(pool.deletionProtection),
            try StoredJSON.value(pool.resources, of: "resource servers"), .text(pool.branding.logo?.hash), .text(pool.branding.logo?.mediaType),
            .flag(pool.publishesEncryptionKey), pool.samlKeyDays.map { .integer($0) } ?? .null,
            try StoredJSON.value(pool.settings, of: "pool settings"),
        ]
    }

    private static func pool(_ row: SQLRow) throws(StoreError) -> UserPool {
        var columns = ColumnReader(row, of: "user pool")
        var branding = Branding()
        branding.displayName = try columns.optionalText("display_name")
        branding.accent = try columns.optionalText("accent")
        branding.darkAccent = try columns.optionalText("dark_accent")
        branding.privacyURL = try columns.optionalText("privacy_url")
        branding.termsURL = try columns.optionalText("terms_url")
        branding.logo = try columns.optionalImage(hash: "logo_hash", type: "logo_type")
        var pool = UserPool(
            id: try columns.identifier("id"), name: try columns.text("name"), domain: try columns.optionalText("domain"),
            signingAlgorithm: try columns.text("signing_algorithm"), customAttributes: try columns.json("custom_attributes"), branding: branding,
            deletionProtection: try columns.flag("deletion_protection"), resources: try columns.json("resources"),
            publishesEncryptionKey: try columns.flag("publishes_encryption_key"), samlKeyDays: try columns.optionalInteger("saml_key_days"),
            createdAt: try columns.time("created_at"))
        pool.settings = try columns.settings("settings") ?? PoolSettings()
        return pool
    }

    private static let columns: SQL = """
        id, name, domain, signing_algorithm, custom_attributes, display_name, accent, dark_accent, privacy_url, terms_url, \
        deletion_protection, resources, logo_hash, logo_type, publishes_encryption_key, saml_key_days, settings, created_at
        """
    private static let insert: SQL =
        "INSERT INTO user_pools (" + columns + ") VALUES " + .places(rows: 1, columns: 18)
    private static let select: SQL = "SELECT " + columns + " FROM live_pools"
    private static let findByID: SQL = select + " WHERE id = $1"
    private static let findByDomain: SQL = select + " WHERE domain = $1"
    private static let findByName: SQL = select + " WHERE name = $1"
    private static let findLive: SQL = "SELECT 1 FROM live_pools WHERE id = $1"
    private static let findAnyID: SQL = "SELECT 1 FROM user_pools WHERE id = $1"
    private static let list: SQL = select + " ORDER BY created_at, id"
    private static let update: SQL = """
        UPDATE user_pools SET name = $2, domain = $3, signing_algorithm = $4, custom_attributes = $5, display_name = $6, accent = $7,
            dark_accent = $8, privacy_url = $9, terms_url = $10, deletion_protection = $11, resources = $12, logo_hash = $13, logo_type = $14,
            publishes_encryption_key = $15, saml_key_days = $16, settings = $17
        WHERE id = $1
        """
    /// Its domain is free at once.
    private static let mark: SQL = "UPDATE user_pools SET deleted_at = $2, domain = NULL WHERE id = $1"
}
