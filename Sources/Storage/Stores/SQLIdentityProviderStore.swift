import UserPools
import WireFormats

struct SQLIdentityProviderStore: IdentityProviderStore {
    let database: any SQLDatabase

    func insert(_ provider: IdentityProvider, image: Image?, recorded event: AuditEvent) async throws(StoreError) {
        try await database.write { connection throws(StoreError) in
            try SQLUserPoolStore.require(provider.poolID, connection)
            let key: [SQLValue] = [.identifier(provider.poolID), .identifier(provider.name)]
            guard try !connection.has(Self.findMarked, key) else {
                throw .conflict(what: "identity provider \(provider.name), whose deletion is not finished,")
            }
            let target = AuditEvent.Target(.provider, provider.name.text)
            try connection.requireFree(Self.findAny, key, "identity provider \(provider.name)", target: target, in: provider.poolID)
            try Self.requireMasterKey(of: provider, insteadOf: nil, connection)
            try SQLImageStore.insert(image, for: provider.logo, insteadOf: nil, in: provider.poolID, connection)
            let values = try Self.values(of: provider) + [.time(provider.createdAt)]
            _ = try connection.execute(Self.insert, values, conflict: Self.conflict(provider))
            try Self.insertDomains(of: provider, connection)
            try SQLFollowingStore.follow(provider, insteadOf: nil, connection)
            try SQLAuditStore.insert(event, connection)
        }
    }

    func find(_ name: IdentityProvider.Name, in pool: UserPool.ID) async throws(StoreError) -> IdentityProvider? {
        try await find(Self.findByName, [.identifier(pool), .identifier(name)])
    }

    func find(entityID: String, in pool: UserPool.ID) async throws(StoreError) -> IdentityProvider? {
        try await find(Self.findByEntityID, [.identifier(pool), .text(entityID)])
    }

    func find(emailDomain: String, in pool: UserPool.ID) async throws(StoreError) -> IdentityProvider? {
        try await find(Self.findByDomain, [.identifier(pool), .text(ProtocolText(emailDomain).lowercased.string)])
    }

    func names(in pool: UserPool.ID, limit: Int) async throws(StoreError) -> [IdentityProvider.Name] {
        try await database.read { connection throws(StoreError) in
            try connection.rows(Self.names, [.identifier(pool), .limit(limit)]).map { row throws(StoreError) in
                var columns = ColumnReader(row, of: "identity provider")
                return try columns.identifier("name")
            }
        }
    }

    func list(in pool: UserPool.ID) async throws(StoreError) -> [IdentityProvider] {
        try await database.read { connection throws(StoreError) in
            try connection.rows(Self.list, [.identifier(pool)]).map { row throws(StoreError) in try Self.provider(row) }
        }
    }

    func change<Refusal: Error>(
        _ name: IdentityProvider.Name, in pool: UserPool.ID, image: Image?,
        recorded event: @escaping @Sendable (_ before: IdentityProvider, _ after: IdentityProvider) -> AuditEvent,
        _ mutate: @escaping @Sendable (inout IdentityProvider) throws(Refusal) -> Void
    ) async throws(ChangeError<Refusal>) -> Changed<IdentityProvider>? {
        let key: [SQLValue] = [.identifier(pool), .identifier(name)]
        return try await database.change(
            find: { connection throws(StoreError) in try Self.find(Self.findByName, key, connection) },
            write: { before, after, connection throws(StoreError) in
                guard (after.name, after.poolID) == (before.name, before.poolID) else { throw .corrupt(what: "changed identity provider") }
                try Self.requireMasterKey(of: after, insteadOf: before, connection)
                try SQLImageStore.insert(image, for: after.logo, insteadOf: before.logo, in: pool, connection)
                _ = try connection.execute(Self.update, try Self.values(of: after), conflict: Self.conflict(after))
                if after.logo != before.logo { try SQLImageStore.deleteUnused(before.logo, in: pool, connection) }
                try SQLFollowingStore.follow(after, insteadOf: before, connection)
                try SQLFederationStore.acceptAny(after, insteadOf: before, connection)
                try SQLProviderEndStore.readAgain(after, insteadOf: before, connection)
                guard after.domains != before.domains else { return }
                _ = try connection.execute(Self.deleteDomains, key)
                try Self.insertDomains(of: after, connection)
            },
            recorded: event, mutate)
    }

    func delete<Refusal: Error>(
        _ name: IdentityProvider.Name, in pool: UserPool.ID, recorded event: @escaping @Sendable (IdentityProvider) -> AuditEvent,
        unless refuse: @escaping @Sendable (IdentityProvider) throws(Refusal) -> Void
    ) async throws(ChangeError<Refusal>) -> Bool {
        let key: [SQLValue] = [.identifier(pool), .identifier(name)]
        return try await database.delete(
            find: { connection throws(StoreError) in try Self.find(Self.findByName, key, connection) },
            mark: { provider, event, connection throws(StoreError) in
                _ = try connection.execute(Self.deleteDomains, key)
                try SQLFollowingStore.stop(key, connection)
                try SQLFederationStore.stop(key, connection)
                _ = try connection.execute(Self.mark, key + [.time(event.at)])
                try SQLImageStore.deleteUnused(provider.logo, in: pool, connection)
            },
            recorded: event, unless: refuse)
    }

    private func find(_ statement: SQL, _ values: [SQLValue]) async throws(StoreError) -> IdentityProvider? {
        try await database.read { connection throws(StoreError) in
            try Self.find(statement, values, connection)
        }
    }

    static func find(_ name: IdentityProvider.Name, in pool: UserPool.ID, _ connection: any SQLConnection) throws(StoreError) -> IdentityProvider? {
        try find(findByName, [.identifier(pool), .identifier(name)], connection)
    }

    private static func find(_ statement: SQL, _ values: [SQLValue], _ connection: any SQLConnection) throws(StoreError) -> IdentityProvider? {
        try connection.row(statement, values).map { row throws(StoreError) in try provider(row) }
    }

    /// Every provider of every pool that may have a sealed secret.
    static func all(_ connection: any SQLConnection) throws(StoreError) -> [IdentityProvider] {
        try connection.rows(listOIDC, []).map { row throws(StoreError) in try provider(row) }
    }

    static func setConnection(of provider: IdentityProvider, _ connection: any SQLConnection) throws(StoreError) {
        guard case .oidc(let oidc) = provider.kind else { return }
        let value = try StoredJSON.value(oidc, of: "identity provider \(provider.name)")
        _ = try connection.execute(updateConnection, [.identifier(provider.poolID), .identifier(provider.name), value])
    }

    private static func requireMasterKey(
        of provider: IdentityProvider, insteadOf before: IdentityProvider?, _ connection: any SQLConnection
    ) throws(StoreError) {
        // One that only came into another stage is no new one.
        let known = Set(before?.sealedSecrets.map(\.sealed) ?? [])
        for secret in provider.sealedSecrets where !known.contains(secret.sealed) {
            try SQLInstallationStore.requireMasterKey(secret.sealedBy, of: "client secret", connection)
        }
    }

    private static func insertDomains(of provider: IdentityProvider, _ connection: any SQLConnection) throws(StoreError) {
        for domain in Set(provider.domains.map { ProtocolText($0).lowercased.string }).sorted() {
            let values: [SQLValue] = [.identifier(provider.poolID), .text(domain), .identifier(provider.name)]
            if let row = try connection.row(findDomain, [.identifier(provider.poolID), .text(domain)]) {
                var columns = ColumnReader(row, of: "e-mail domain")
                let owner = try columns.text("provider")
                let first = try SQLAuditStore.last(AuditEvent.Target(.provider, owner), in: provider.poolID, connection)
                throw .conflict(what: "e-mail domain \(domain) of identity provider \(owner)", first: first.map { EarlierChange($0) })
            }
            _ = try connection.execute(insertDomain, values, conflict: "e-mail domain \(domain)")
        }
    }

    private static func conflict(_ provider: IdentityProvider) -> String {
        switch provider.kind {
        case .saml(let saml): "identity provider \(provider.name) or entity ID \(ProtocolText(saml.entityID).prefix(200).string)"
        case .oidc, .federation: "identity provider \(provider.name)"
        }
    }

    private static func values(of provider: IdentityProvider) throws(StoreError) -> [SQLValue] {
        let what = "identity provider \(provider.name)"
        let (kind, entityID, connection): (String, String?, SQLValue) =
            switch provider.kind {
            case .saml(let saml): ("saml", saml.entityID, try StoredJSON.value(saml, of: what))
            case .oidc(let oidc): ("oidc", nil, try StoredJSON.value(oidc, of: what))
            case .federation(let federation): ("federation", nil, try StoredJSON.value(federation, of: what))
            }
        return [
            .identifier(provider.poolID), .identifier(provider.name), .text(kind), .text(entityID), connection,
            try StoredJSON.value(provider.attributeMapping, of: what), StoredJSON.value(provider.domains),
            .flag(provider.enabled), .time(provider.updatedAt), .text(provider.displayName),
            .text(ProviderOffer.searchText(name: provider.name, displayName: provider.displayName)), .text(provider.preset),
            .text(provider.logo?.hash),
            .text(provider.logo?.mediaType),
            provider.contextMapping.map { StoredJSON.value($0.rules.map(\.acr).distinctByBytes) } ?? .null,
        ]
    }

    private static func provider(_ row: SQLRow) throws(StoreError) -> IdentityProvider {
        var columns = ColumnReader(row, of: "identity provider")
        let kind: IdentityProvider.Kind
        switch try columns.text("kind") {
        case "saml": kind = .saml(try columns.json("connection"))
        case "oidc": kind = .oidc(try columns.json("connection"))
        case "federation": kind = .federation(try columns.json("connection"))
        default: throw .corrupt(what: "identity provider")
        }
        return IdentityProvider(
            poolID: try columns.identifier("pool_id"), name: try columns.identifier("name"), kind: kind,
            attributeMapping: try columns.json("attribute_mapping"), domains: try columns.list("domains"), enabled: try columns.flag("enabled"),
            displayName: try columns.optionalText("display_name"), logo: try columns.optionalImage(hash: "logo_hash", type: "logo_type"),
            createdAt: try columns.time("created_at"), updatedAt: try columns.time("updated_at"))
    }

    private static let columns: SQL = """
        pool_id, name, kind, entity_id, connection, attribute_mapping, domains, enabled, updated_at, display_name, search_text, preset, \
        logo_hash, logo_type
        """
    private static let insert: SQL =
        "INSERT INTO identity_providers (" + columns
        + ", acr_values, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
    private static let select: SQL = "SELECT " + columns + ", created_at FROM live_identity_providers"
    private static let findByName: SQL = select + " WHERE pool_id = $1 AND name = $2"
    private static let findByEntityID: SQL = select + " WHERE pool_id = $1 AND entity_id = $2"
    private static let findByDomain: SQL =
        select + """
             WHERE pool_id = $1
                AND name = (SELECT provider FROM identity_provider_domains WHERE pool_id = $1 AND domain = $2)
            """
    private static let listOIDC: SQL = select + " WHERE kind = 'oidc' ORDER BY pool_id, name"
    private static let updateConnection: SQL = "UPDATE identity_providers SET connection = $3 WHERE pool_id = $1 AND name = $2"
    private static let names: SQL = "SELECT name FROM live_identity_providers WHERE pool_id = $1 AND enabled = 1 ORDER BY name LIMIT $2"
    private static let list: SQL = select + " WHERE pool_id = $1 ORDER BY name"
    private static let update: SQL = """
        UPDATE identity_providers SET kind = $3, entity_id = $4, connection = $5, attribute_mapping = $6, domains = $7, enabled = $8,
            updated_at = $9, display_name = $10, search_text = $11, preset = $12, logo_hash = $13, logo_type = $14,
            acr_values = $15
        WHERE pool_id = $1 AND name = $2
        """
    private static let insertDomain: SQL = "INSERT INTO identity_provider_domains (pool_id, domain, provider) VALUES ($1, $2, $3)"
    private static let deleteDomains: SQL = "DELETE FROM identity_provider_domains WHERE pool_id = $1 AND provider = $2"
    private static let findDomain: SQL = "SELECT provider FROM identity_provider_domains WHERE pool_id = $1 AND domain = $2"
    private static let findAny: SQL = "SELECT 1 FROM identity_providers WHERE pool_id = $1 AND name = $2"
    private static let findMarked: SQL = "SELECT 1 FROM identity_providers WHERE pool_id = $1 AND name = $2 AND deleted_at IS NOT NULL"
    /// Its domains and its entity ID are free at once; its name is when what it began is deleted.
    private static let mark: SQL =
        "UPDATE identity_providers SET deleted_at = $3, enabled = 0, entity_id = NULL, logo_hash = NULL, logo_type = NULL WHERE pool_id = $1 AND name = $2"
}
