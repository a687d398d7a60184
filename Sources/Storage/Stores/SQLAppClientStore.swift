import UserPools

struct SQLAppClientStore: AppClientStore {
    let database: any SQLDatabase

    func insert(_ client: AppClient, logo: Image?, recorded event: AuditEvent) async throws(StoreError) {
        try await database.write { connection throws(StoreError) in try Self.insert(client, logo: logo, recorded: event, connection) }
    }

    func insert<Refusal: Error>(
        _ client: AppClient, logo: Image?, recorded event: AuditEvent,
        unless refuse: @escaping @Sendable (_ named: [AppClient]) throws(Refusal) -> Void
    ) async throws(ChangeError<Refusal>) {
        try await database.write(
            finding: { connection throws(StoreError) in
                try connection.rows(Self.findByName, [.identifier(client.poolID), .text(client.name)]).map { row throws(StoreError) in
                    try Self.client(row, connection)
                }
            }, unless: refuse
        ) { connection throws(StoreError) in try Self.insert(client, logo: logo, recorded: event, connection) }
    }

    static func insert(_ client: AppClient, logo: Image?, recorded event: AuditEvent, _ connection: any SQLConnection) throws(StoreError) {
        try SQLUserPoolStore.require(client.poolID, connection)
        let key: [SQLValue] = [.identifier(client.poolID), .identifier(client.id)]
        let target = AuditEvent.Target(.client, client.id.text)
        try connection.requireFree(findAny, key, "client \(client.id)", target: target, in: client.poolID)
        let values = try values(of: client) + [.time(client.createdAt)]
        try SQLUserPoolStore.require(client.resources + client.serves, of: client.poolID, connection)
        try SQLUserPoolStore.require(algorithms: client.metadata.signedResponseAlgs, of: client.poolID, connection)
        _ = try connection.execute(insert, values, conflict: "client \(client.id)")
        try insertSecrets(of: client, connection)
        try insertWebOrigins(of: client, connection)
        try SQLClientLogos.keep(logo, of: client, insteadOf: nil, connection)
        try SQLAuditStore.insert(event, connection)
    }

    func find(_ id: AppClient.ID, in pool: UserPool.ID) async throws(StoreError) -> AppClient? {
        try await database.read { connection throws(StoreError) in try Self.find(id, in: pool, connection) }
    }

    func list(in pool: UserPool.ID) async throws(StoreError) -> [AppClient] {
        try await database.read { connection throws(StoreError) in try Self.list(in: pool, connection) }
    }

    func list(in pool: UserPool.ID, containing part: String?, after: AppClient.ID?, limit: Int) async throws(StoreError) -> [ListedClient] {
        var values: [SQLValue] = [.identifier(pool), .text(after?.text ?? ""), .limit(limit)]
        if let part { values.append(.text(SQL.pattern(containing: String(decoding: part.utf8.map(SQL.smallLetter), as: UTF8.self)))) }
        let (statement, asked) = (part == nil ? Self.listNames : Self.findNames, values)
        let rows = try await database.read { connection throws(StoreError) in try connection.rows(statement, asked) }
        return try rows.map { row throws(StoreError) in
            var columns = ColumnReader(row, of: "app client")
            return ListedClient(id: try columns.identifier("id"), name: try columns.text("name"), enabled: try columns.flag("enabled"))
        }
    }

    func hasWebOrigin(_ origin: String, in pool: UserPool.ID) async throws(StoreError) -> Bool {
        try await database.read { connection throws(StoreError) in try connection.has(Self.findOrigin, [.identifier(pool), .text(origin)]) }
    }

    func change<Refusal: Error>(
        _ id: AppClient.ID, in pool: UserPool.ID, logo: Image?,
        recorded event: @escaping @Sendable (_ before: AppClient, _ after: AppClient) -> AuditEvent,
        _ mutate: @escaping @Sendable (inout AppClient) throws(Refusal) -> Void
    ) async throws(ChangeError<Refusal>) -> Changed<AppClient>? {
        try await database.change(
            find: { connection throws(StoreError) in try Self.find(id, in: pool, connection) },
            write: { before, after, connection throws(StoreError) in
                guard (after.id, after.poolID) == (before.id, before.poolID) else { throw .corrupt(what: "changed app client") }
                if after.resources + after.serves != before.resources + before.serves {
                    try SQLUserPoolStore.require(after.resources + after.serves, of: pool, connection)
                }
                if after.metadata.signedResponseAlgs != before.metadata.signedResponseAlgs {
                    try SQLUserPoolStore.require(algorithms: after.metadata.signedResponseAlgs, of: pool, connection)
                }
                _ = try connection.execute(Self.update, try Self.values(of: after))
                if after.secrets != before.secrets {
                    _ = try connection.execute(Self.deleteSecrets, [.identifier(pool), .identifier(id)])
                    try Self.insertSecrets(of: after, connection)
                }
                if after.effectiveWebOrigins != before.effectiveWebOrigins {
                    _ = try connection.execute(Self.deleteOrigins, [.identifier(pool), .identifier(id)])
                    try Self.insertWebOrigins(of: after, connection)
                }
                try SQLClientLogos.keep(logo, of: after, insteadOf: before.metadata.logo, connection)
            },
            recorded: event, mutate)
    }

    func delete<Refusal: Error>(
        _ id: AppClient.ID, in pool: UserPool.ID, recorded event: @escaping @Sendable (AppClient) -> AuditEvent,
        unless refuse: @escaping @Sendable (AppClient) throws(Refusal) -> Void
    ) async throws(ChangeError<Refusal>) -> Bool {
        try await database.delete(
            find: { connection throws(StoreError) in try Self.find(id, in: pool, connection) },
            mark: { _, event, connection throws(StoreError) in
                _ = try connection.execute(Self.mark, [.identifier(pool), .identifier(id), .time(event.at)])
            },
            recorded: event, unless: refuse)
    }

    static func list(in pool: UserPool.ID, _ connection: any SQLConnection) throws(StoreError) -> [AppClient] {
        try connection.rows(list, [.identifier(pool)]).map { row throws(StoreError) in try client(row, connection) }
    }

    private static func find(_ id: AppClient.ID, in pool: UserPool.ID, _ connection: any SQLConnection) throws(StoreError) -> AppClient? {
        try connection.row(findByID, [.identifier(pool), .identifier(id)]).map { row throws(StoreError) in try client(row, connection) }
    }

    private static func insertSecrets(of client: AppClient, _ connection: any SQLConnection) throws(StoreError) {
        for secret in client.secrets {
            let values: [SQLValue] = [
                .identifier(client.poolID), .identifier(client.id), .hash(secret.hash), .time(secret.createdAt), .time(secret.expiresAt),
            ]
            _ = try connection.execute(insertSecret, values, conflict: "client secret")
        }
    }

    private static func insertWebOrigins(of client: AppClient, _ connection: any SQLConnection) throws(StoreError) {
        for origin in Set(client.effectiveWebOrigins) {
            _ = try connection.execute(insertOrigin, [.identifier(client.poolID), .text(origin), .identifier(client.id)])
        }
    }

    private static func values(of client: AppClient) throws(StoreError) -> [SQLValue] {
        [
            .identifier(client.poolID), .identifier(client.id), .text(client.name), StoredJSON.value(client.redirectURIs),
            StoredJSON.value(client.postLogoutRedirectURIs), StoredJSON.value(client.grantTypes), StoredJSON.value(client.scopes),
            StoredJSON.value(client.identityProviders.map(\.text)),
            .integer(client.lifetimes.accessToken), .integer(client.lifetimes.idToken), .integer(client.lifetimes.refreshToken),
            .integer(client.lifetimes.code), .integer(client.refreshGrace), .flag(client.enabled), .text(client.pkce.rawValue),
            client.webOrigins.map { StoredJSON.value($0) } ?? .null, StoredJSON.value(client.resources), .text(client.initiateLoginURI),
        ] + proofValues(of: client) + [try StoredJSON.value(client.metadata, of: "client metadata")]
    }

    /// How it proves itself, and whom it wants.
    private static func proofValues(of client: AppClient) -> [SQLValue] {
        var (document, url): (String?, String?) = (nil, nil)
        switch client.keys {
        case .document(let text)?: document = text
        case .url(let text)?: url = text
        case nil: break
        }
        return [
            .text(client.authentication?.rawValue), .text(document), .text(url), StoredJSON.value(client.serves),
            StoredJSON.value(client.requiredGroups), .flag(client.requiresPushedRequests), .flag(client.requiresDPoP),
        ]
    }

    private static func client(_ row: SQLRow, _ connection: any SQLConnection) throws(StoreError) -> AppClient {
        var columns = ColumnReader(row, of: "app client")
        let (poolID, id): (UserPool.ID, AppClient.ID) = (try columns.identifier("pool_id"), try columns.identifier("id"))
        let identityProviders = try columns.list("identity_providers").map { text throws(StoreError) in
            guard let name = IdentityProvider.Name(text) else { throw .corrupt(what: "app client") }
            return name
        }
        var lifetimes = AppClient.Lifetimes()
        lifetimes.accessToken = try columns.integer("access_token_lifetime")
        lifetimes.idToken = try columns.integer("id_token_lifetime")
        lifetimes.refreshToken = try columns.integer("refresh_token_lifetime")
        lifetimes.code = try columns.integer("code_lifetime")
        let origins = try columns.optionalText("web_origins").map { text throws(StoreError) in
            try StoredJSON.list(from: text, of: "app client")
        }
        let secrets = try connection.rows(findSecrets, [.identifier(poolID), .identifier(id)]).map { row throws(StoreError) in
            var columns = ColumnReader(row, of: "client secret")
            return ClientSecret(
                hash: try columns.hash("hash"), createdAt: try columns.time("created_at"), expiresAt: try columns.optionalTime("expires_at"))
        }
        var client = AppClient(
            id: id, poolID: poolID, name: try columns.text("name"), secrets: secrets, redirectURIs: try columns.list("redirect_uris"),
            postLogoutRedirectURIs: try columns.list("post_logout_redirect_uris"), webOrigins: origins, resources: try columns.list("resources"),
            pkce: try columns.choice("pkce"), grantTypes: try columns.list("grant_types"), scopes: try columns.list("scopes"),
            identityProviders: identityProviders, lifetimes: lifetimes, refreshGrace: try columns.integer("refresh_grace"),
            enabled: try columns.flag("enabled"), createdAt: try columns.time("created_at"))
        client.initiateLoginURI = try columns.optionalText("initiate_login_uri")
        client.authentication = try columns.optionalChoice("token_endpoint_auth_method")
        // Without a secret, and no public client for that.
        if client.isConfidential { client.pkce = try columns.choice("pkce") }
        let (document, url) = (try columns.optionalText("jwks"), try columns.optionalText("jwks_uri"))
        client.keys = document.map { .document($0) } ?? url.map { .url($0) }
        client.serves = try columns.list("serves")
        client.requiredGroups = try columns.list("required_groups")
        client.requiresPushedRequests = try columns.flag("require_par")
        client.requiresDPoP = try columns.flag("require_dpop")
        client.metadata = try columns.settings("metadata") ?? ClientMetadata()
        return client
    }

    private static let columns: SQL = """
        pool_id, id, name, redirect_uris, post_logout_redirect_uris, grant_types, scopes, identity_providers, access_token_lifetime, \
        id_token_lifetime, refresh_token_lifetime, code_lifetime, refresh_grace, enabled, pkce, web_origins, resources, initiate_login_uri, \
        token_endpoint_auth_method, jwks, jwks_uri, serves, required_groups, require_par, require_dpop, metadata, created_at
        """
    private static let insert: SQL =
        "INSERT INTO app_clients (" + columns
        + ") VALUES " + .places(rows: 1, columns: 27)
    private static let select: SQL = "SELECT " + columns + " FROM live_app_clients"
    private static let findByID: SQL = select + " WHERE pool_id = $1 AND id = $2"
    private static let findByName: SQL = select + " WHERE pool_id = $1 AND name = $2"
    private static let findAny: SQL = "SELECT 1 FROM app_clients WHERE pool_id = $1 AND id = $2"
    private static let list: SQL = select + " WHERE pool_id = $1 ORDER BY created_at, id"
    private static let names: SQL = "SELECT id, name, enabled FROM live_app_clients WHERE pool_id = $1 AND id > $2"
    private static let listNames: SQL = names + " ORDER BY id LIMIT $3"
    /// No index is of use for a part of a name.
    private static let findNames: SQL =
        names + " AND (lower(name) LIKE $4 ESCAPE '!' OR lower(id) LIKE $4 ESCAPE '!') ORDER BY id LIMIT $3"
    private static let update: SQL = """
        UPDATE app_clients SET name = $3, redirect_uris = $4, post_logout_redirect_uris = $5, grant_types = $6, scopes = $7,
            identity_providers = $8, access_token_lifetime = $9, id_token_lifetime = $10, refresh_token_lifetime = $11,
            code_lifetime = $12, refresh_grace = $13, enabled = $14, pkce = $15, web_origins = $16, resources = $17, initiate_login_uri = $18,
            token_endpoint_auth_method = $19, jwks = $20, jwks_uri = $21, serves = $22, required_groups = $23, require_par = $24,
            require_dpop = $25, metadata = $26
        WHERE pool_id = $1 AND id = $2
        """
    private static let mark: SQL = "UPDATE app_clients SET deleted_at = $3 WHERE pool_id = $1 AND id = $2"
    private static let findSecrets: SQL =
        "SELECT hash, created_at, expires_at FROM client_secrets WHERE pool_id = $1 AND client_id = $2 ORDER BY created_at, hash"
    private static let insertSecret: SQL =
        "INSERT INTO client_secrets (pool_id, client_id, hash, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)"
    private static let deleteSecrets: SQL = "DELETE FROM client_secrets WHERE pool_id = $1 AND client_id = $2"
    private static let deleteOrigins: SQL = "DELETE FROM client_web_origins WHERE pool_id = $1 AND client_id = $2"
    private static let insertOrigin: SQL = "INSERT INTO client_web_origins (pool_id, origin, client_id) VALUES ($1, $2, $3)"
    private static let findOrigin: SQL = """
        SELECT 1 FROM client_web_origins o JOIN live_app_clients c ON c.pool_id = o.pool_id AND c.id = o.client_id
        WHERE o.pool_id = $1 AND o.origin = $2 AND c.enabled = 1 LIMIT 1
        """
}
