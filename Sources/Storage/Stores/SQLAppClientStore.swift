import UserPools

struct SQLAppClientStore: AppClientStore {
    let database: any SQLDatabase

    func insert(_ client: AppClient) async throws(StoreError) {
        try await database.write { connection throws(StoreError) in
            let values = try Self.values(of: client) + [.time(client.createdAt)]
            _ = try connection.execute(Self.insert, values, conflict: "client \(client.id)")
        }
    }

    func find(_ id: AppClient.ID, in pool: UserPool.ID) async throws(StoreError) -> AppClient? {
        try await database.read { connection throws(StoreError) in
            try connection.row(Self.findByID, [.identifier(pool), .identifier(id)]).map { row throws(StoreError) in try Self.client(row) }
        }
    }

    func list(in pool: UserPool.ID) async throws(StoreError) -> [AppClient] {
        try await database.read { connection throws(StoreError) in
            try connection.rows(Self.list, [.identifier(pool)]).map { row throws(StoreError) in try Self.client(row) }
        }
    }

    func update(_ client: AppClient) async throws(StoreError) -> Bool {
        try await database.write { connection throws(StoreError) in try connection.execute(Self.update, try Self.values(of: client)) > 0 }
    }

    func delete(_ id: AppClient.ID, in pool: UserPool.ID) async throws(StoreError) -> Bool {
        try await database.write { connection throws(StoreError) in
            _ = try connection.execute(Self.deleteFamilies, [.identifier(pool), .identifier(id)])
            return try connection.execute(Self.delete, [.identifier(pool), .identifier(id)]) > 0
        }
    }

    private static func values(of client: AppClient) throws(StoreError) -> [SQLValue] {
        let what = "client \(client.id)"
        return [
            .identifier(client.poolID), .identifier(client.id), .text(client.name), .hash(client.secretHash),
            try StoredJSON.value(client.redirectURIs, of: what), try StoredJSON.value(client.postLogoutRedirectURIs, of: what),
            try StoredJSON.value(client.grantTypes, of: what), try StoredJSON.value(client.scopes, of: what),
            try StoredJSON.value(client.identityProviders.map(\.text), of: what), .integer(client.lifetimes.accessToken),
            .integer(client.lifetimes.idToken), .integer(client.lifetimes.refreshToken), .integer(client.lifetimes.code),
            .integer(client.refreshGrace), .flag(client.enabled),
        ]
    }

    private static func client(_ row: SQLRow) throws(StoreError) -> AppClient {
        var columns = ColumnReader(row, of: "app client")
        let (poolID, id): (UserPool.ID, AppClient.ID) = (try columns.identifier(), try columns.identifier())
        let (name, secretHash) = (try columns.text(), try columns.optionalHash())
        let (redirectURIs, postLogoutRedirectURIs) = (try columns.list(), try columns.list())
        let (grantTypes, scopes) = (try columns.list(), try columns.list())
        let identityProviders = try columns.list().map { text throws(StoreError) in
            guard let name = IdentityProvider.Name(text) else { throw .corrupt(what: "app client") }
            return name
        }
        var lifetimes = AppClient.Lifetimes()
        lifetimes.accessToken = try columns.integer()
        lifetimes.idToken = try columns.integer()
        lifetimes.refreshToken = try columns.integer()
        lifetimes.code = try columns.integer()
        return AppClient(
            id: id, poolID: poolID, name: name, secretHash: secretHash, redirectURIs: redirectURIs,
            postLogoutRedirectURIs: postLogoutRedirectURIs, grantTypes: grantTypes, scopes: scopes, identityProviders: identityProviders,
            lifetimes: lifetimes, refreshGrace: try columns.integer(), enabled: try columns.flag(), createdAt: try columns.time())
    }

    private static let columns: SQL = """
        pool_id, id, name, secret_hash, redirect_uris, post_logout_redirect_uris, grant_types, scopes, identity_providers, \
        access_token_lifetime, id_token_lifetime, refresh_token_lifetime, code_lifetime, refresh_grace, enabled, created_at
        """
    private static let insert: SQL =
        "INSERT INTO app_clients (" + columns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
    private static let findByID: SQL = "SELECT " + columns + " FROM app_clients WHERE pool_id = $1 AND id = $2"
    private static let list: SQL = "SELECT " + columns + " FROM app_clients WHERE pool_id = $1 ORDER BY created_at, id"
    private static let update: SQL = """
        UPDATE app_clients SET name = $3, secret_hash = $4, redirect_uris = $5, post_logout_redirect_uris = $6, grant_types = $7,
            scopes = $8, identity_providers = $9, access_token_lifetime = $10, id_token_lifetime = $11, refresh_token_lifetime = $12,
            code_lifetime = $13, refresh_grace = $14, enabled = $15
        WHERE pool_id = $1 AND id = $2
        """
    private static let deleteFamilies: SQL = "DELETE FROM token_families WHERE pool_id = $1 AND client_id = $2"
    private static let delete: SQL = "DELETE FROM app_clients WHERE pool_id = $1 AND id = $2"
}
