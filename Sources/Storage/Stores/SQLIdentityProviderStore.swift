import UserPools

struct SQLIdentityProviderStore: IdentityProviderStore {
    let database: any SQLDatabase

    func insert(_ provider: IdentityProvider) async throws(StoreError) {
        try await database.write { connection throws(StoreError) in
            let values = try Self.values(of: provider) + [.time(provider.createdAt)]
            _ = try connection.execute(Self.insert, values, conflict: Self.conflict(provider))
            try Self.insertDomains(of: provider, connection)
        }
    }

    func find(_ name: IdentityProvider.Name, in pool: UserPool.ID) async throws(StoreError) -> IdentityProvider? {
        try await find(Self.findByName, [.identifier(pool), .identifier(name)])
    }

    func find(entityID: String, in pool: UserPool.ID) async throws(StoreError) -> IdentityProvider? {
        try await find(Self.findByEntityID, [.identifier(pool), .text(entityID)])
    }

    func find(emailDomain: String, in pool: UserPool.ID) async throws(StoreError) -> IdentityProvider? {
        try await find(Self.findByDomain, [.identifier(pool), .text(emailDomain.lowercased())])
    }

    func names(in pool: UserPool.ID, limit: Int) async throws(StoreError) -> [IdentityProvider.Name] {
        try await database.read { connection throws(StoreError) in
            try connection.rows(Self.names, [.identifier(pool), .limit(limit)]).map { row throws(StoreError) in
                var columns = ColumnReader(row, of: "identity provider")
                return try columns.identifier()
            }
        }
    }

    func list(in pool: UserPool.ID) async throws(StoreError) -> [IdentityProvider] {
        try await database.read { connection throws(StoreError) in
            try connection.rows(Self.list, [.identifier(pool)]).map { row throws(StoreError) in try Self.provider(row) }
        }
    }

    func update(_ provider: IdentityProvider) async throws(StoreError) -> Bool {
        try await database.write { connection throws(StoreError) in
            guard try connection.execute(Self.update, try Self.values(of: provider), conflict: Self.conflict(provider)) > 0 else {
                return false
            }
            _ = try connection.execute(Self.deleteDomains, [.identifier(provider.poolID), .identifier(provider.name)])
            try Self.insertDomains(of: provider, connection)
            return true
        }
    }

    func delete(_ name: IdentityProvider.Name, in pool: UserPool.ID) async throws(StoreError) -> Bool {
        let key: [SQLValue] = [.identifier(pool), .identifier(name)]
        return try await database.write { connection throws(StoreError) in
            for statement in [Self.deletePending, Self.deleteSessions, Self.deleteFamilies] { _ = try connection.execute(statement, key) }
            return try connection.execute(Self.delete, key) > 0
        }
    }

    private func find(_ statement: SQL, _ values: [SQLValue]) async throws(StoreError) -> IdentityProvider? {
        try await database.read { connection throws(StoreError) in
            try connection.row(statement, values).map { row throws(StoreError) in try Self.provider(row) }
        }
    }

    private static func insertDomains(of provider: IdentityProvider, _ connection: any SQLConnection) throws(StoreError) {
        for domain in Set(provider.domains.map { $0.lowercased() }).sorted() {
            let values: [SQLValue] = [.identifier(provider.poolID), .text(domain), .identifier(provider.name)]
            _ = try connection.execute(insertDomain, values, conflict: "e-mail domain \(domain)")
        }
    }

    private static func conflict(_ provider: IdentityProvider) -> String {
        switch provider.kind {
        case .saml(let saml): "identity provider \(provider.name) or entity ID \(saml.entityID.prefix(200))"
        case .oidc: "identity provider \(provider.name)"
        }
    }

    private static func values(of provider: IdentityProvider) throws(StoreError) -> [SQLValue] {
        let what = "identity provider \(provider.name)"
        let (kind, entityID, connection): (String, String?, SQLValue) =
            switch provider.kind {
            case .saml(let saml): ("saml", saml.entityID, try StoredJSON.value(saml, of: what))
            case .oidc(let oidc): ("oidc", nil, try StoredJSON.value(oidc, of: what))
            }
        return [
            .identifier(provider.poolID), .identifier(provider.name), .text(kind), .text(entityID), connection,
            try StoredJSON.value(provider.attributeMapping, of: what), try StoredJSON.value(provider.domains, of: what),
            .flag(provider.enabled), .time(provider.updatedAt), .text(provider.displayName),
            .text(ProviderOffer.searchText(name: provider.name, displayName: provider.displayName)), .text(provider.preset),
        ]
    }

    private static func provider(_ row: SQLRow) throws(StoreError) -> IdentityProvider {
        var columns = ColumnReader(row, of: "identity provider")
        let (poolID, name): (UserPool.ID, IdentityProvider.Name) = (try columns.identifier(), try columns.identifier())
        let (kindName, _) = (try columns.text(), try columns.optionalText())
        let kind: IdentityProvider.Kind
        switch kindName {
        case "saml": kind = .saml(try columns.json())
        case "oidc": kind = .oidc(try columns.json())
        default: throw .corrupt(what: "identity provider")
        }
        let (mapping, domains) = (try columns.json(AttributeMapping.self), try columns.list())
        let (enabled, updatedAt) = (try columns.flag(), try columns.time())
        let (displayName, _, _) = (try columns.optionalText(), try columns.text(), try columns.optionalText())
        let (createdAt, logo) = (try columns.time(), try columns.optionalImage())
        return IdentityProvider(
            poolID: poolID, name: name, kind: kind, attributeMapping: mapping, domains: domains, enabled: enabled,
            displayName: displayName, logo: logo, createdAt: createdAt, updatedAt: updatedAt)
    }

    private static let columns: SQL = """
        pool_id, name, kind, entity_id, connection, attribute_mapping, domains, enabled, updated_at, display_name, search_text, preset, created_at
        """
    private static let insert: SQL =
        "INSERT INTO identity_providers (" + columns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
    // The logo is written by the image store alone.
    private static let select: SQL = "SELECT " + columns + ", logo_hash, logo_type FROM identity_providers"
    private static let findByName: SQL = select + " WHERE pool_id = $1 AND name = $2"
    private static let findByEntityID: SQL = select + " WHERE pool_id = $1 AND entity_id = $2"
    private static let findByDomain: SQL =
        select + """
             WHERE pool_id = $1
                AND name = (SELECT provider FROM identity_provider_domains WHERE pool_id = $1 AND domain = $2)
            """
    private static let names: SQL = "SELECT name FROM identity_providers WHERE pool_id = $1 AND enabled = 1 ORDER BY name LIMIT $2"
    private static let list: SQL = select + " WHERE pool_id = $1 ORDER BY name"
    private static let update: SQL = """
        UPDATE identity_providers SET kind = $3, entity_id = $4, connection = $5, attribute_mapping = $6, domains = $7, enabled = $8,
            updated_at = $9, display_name = $10, search_text = $11, preset = $12
        WHERE pool_id = $1 AND name = $2
        """
    private static let insertDomain: SQL = "INSERT INTO identity_provider_domains (pool_id, domain, provider) VALUES ($1, $2, $3)"
    private static let deleteDomains: SQL = "DELETE FROM identity_provider_domains WHERE pool_id = $1 AND provider = $2"
    private static let deletePending: SQL = "DELETE FROM pending_sign_ins WHERE pool_id = $1 AND provider = $2"
    private static let deleteSessions: SQL = "DELETE FROM sessions WHERE pool_id = $1 AND provider = $2"
    private static let deleteFamilies: SQL = "DELETE FROM token_families WHERE pool_id = $1 AND provider = $2"
    private static let delete: SQL = "DELETE FROM identity_providers WHERE pool_id = $1 AND name = $2"
}
