import UserPools
import WireFormats

struct SQLOfferStore: OfferStore {
    let database: any SQLDatabase

    func list(in pool: UserPool.ID, among names: [IdentityProvider.Name]?, limit: Int) async throws(StoreError) -> [ProviderOffer] {
        try await database.read { connection throws(StoreError) in
            guard let names else {
                return try connection.rows(Self.list, [.identifier(pool), .limit(limit)]).map { row throws(StoreError) in try Self.offer(row) }
            }
            return try Self.offers(of: names, in: pool, limit: limit, connection) { _ in true }
        }
    }

    func search(
        _ text: String, in pool: UserPool.ID, among names: [IdentityProvider.Name]?, limit: Int
    ) async throws(StoreError) -> [ProviderOffer] {
        let text = text.lowercased()
        return try await database.read { connection throws(StoreError) in
            guard let names else {
                let values: [SQLValue] = [.identifier(pool), .text(SQL.pattern(containing: text)), .limit(limit)]
                return try connection.rows(Self.search, values).map { row throws(StoreError) in try Self.offer(row) }
            }
            return try Self.offers(of: names, in: pool, limit: limit, connection) { offer in
                // By bytes, as the database does it.
                Self.contains(ProviderOffer.searchText(name: offer.name, displayName: offer.displayName), text)
            }
        }
    }

    func acrValues(in pool: UserPool.ID) async throws(StoreError) -> [String] {
        let rows = try await database.rows(of: [SQLStatement(Self.acrValues, [.identifier(pool), .limit(Self.maximumTables)])])[0]
        var found: [String] = []
        for row in rows {
            var columns = ColumnReader(row, of: "identity provider")
            found += try columns.list("acr_values")
        }
        return Array(found.distinctByBytes.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.prefix(Self.maximumACRValues))
    }

    func hasDomains(in pool: UserPool.ID, among names: [IdentityProvider.Name]?) async throws(StoreError) -> Bool {
        try await database.read { connection throws(StoreError) in
            guard let names else { return try connection.has(Self.anyDomain, [.identifier(pool)]) }
            for name in names where try connection.has(Self.domainOf, [.identifier(pool), .identifier(name)]) { return true }
            return false
        }
    }

    /// An admin lists the providers of one client by hand, so there are few; and there is no way from a list to a statement.
    private static func offers(
        of names: [IdentityProvider.Name], in pool: UserPool.ID, limit: Int, _ connection: any SQLConnection, where fits: (ProviderOffer) -> Bool
    ) throws(StoreError) -> [ProviderOffer] {
        var offers: [ProviderOffer] = []
        for name in names where offers.count < limit {
            guard let row = try connection.row(one, [.identifier(pool), .identifier(name)]) else { continue }
            let offer = try offer(row)
            if fits(offer) { offers.append(offer) }
        }
        return offers
    }

    private static func offer(_ row: SQLRow) throws(StoreError) -> ProviderOffer {
        var columns = ColumnReader(row, of: "identity provider")
        let (name, displayName): (IdentityProvider.Name, String?) = (try columns.identifier("name"), try columns.optionalText("display_name"))
        let logo = try columns.optionalImage(hash: "logo_hash", type: "logo_type")
        return ProviderOffer(name: name, displayName: displayName, logo: logo, preset: try columns.optionalText("preset"))
    }

    /// Most providers of a pool have the same table.
    private static let maximumTables = 100
    private static let maximumACRValues = 100
    static let acrValues: SQL = """
        SELECT DISTINCT acr_values FROM identity_providers
        WHERE pool_id = $1 AND acr_values IS NOT NULL AND enabled = 1 AND deleted_at IS NULL LIMIT $2
        """

    private static func contains(_ whole: String, _ part: String) -> Bool {
        let (whole, part) = (Array(whole.utf8), Array(part.utf8))
        guard whole.count >= part.count else { return false }
        return (0...(whole.count - part.count)).contains { whole[$0...].starts(with: part) }
    }

    private static let columns: SQL = "name, display_name, logo_hash, logo_type, preset"
    static let list: SQL =
        "SELECT " + columns + " FROM identity_providers WHERE pool_id = $1 AND enabled = 1 ORDER BY search_text, name LIMIT $2"
    static let search: SQL =
        "SELECT " + columns + """
             FROM identity_providers WHERE pool_id = $1 AND enabled = 1 AND search_text LIKE $2 ESCAPE '!'
                ORDER BY search_text, name LIMIT $3
            """
    private static let one: SQL =
        "SELECT " + columns + " FROM identity_providers WHERE pool_id = $1 AND name = $2 AND enabled = 1"
    private static let anyDomain: SQL = """
        SELECT 1 FROM identity_provider_domains AS d WHERE d.pool_id = $1
            AND EXISTS (SELECT 1 FROM identity_providers AS p WHERE p.pool_id = d.pool_id AND p.name = d.provider AND p.enabled = 1)
            LIMIT 1
        """
    private static let domainOf: SQL = """
        SELECT 1 FROM identity_provider_domains AS d WHERE d.pool_id = $1 AND d.provider = $2
            AND EXISTS (SELECT 1 FROM identity_providers AS p WHERE p.pool_id = d.pool_id AND p.name = d.provider AND p.enabled = 1)
            LIMIT 1
        """
}
