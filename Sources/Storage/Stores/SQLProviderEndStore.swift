import FoundationEssentials
import UserPools

struct SQLProviderEndStore: ProviderEndStore {
    let database: any SQLDatabase

    func list(after last: ProviderEnds?, limit: Int) async throws(StoreError) -> [ProviderEnds] {
        let values: [SQLValue] = [.text(last?.poolID.text ?? ""), .text(last?.provider.text ?? ""), .limit(limit)]
        return try await database.rows(of: [SQLStatement(Self.list, values)])[0].map { row throws(StoreError) in
            var columns = ColumnReader(row, of: "ends of an identity provider")
            let (pool, provider): (UserPool.ID, IdentityProvider.Name) = (try columns.identifier("pool_id"), try columns.identifier("name"))
            let updatedAt = try columns.time("updated_at")
            let readAt = try columns.optionalTime("read_at")
            let certificate = try columns.optionalTime("certificate_until"), document = try columns.optionalTime("document_until")
            let exception = try columns.optionalTime("exception_until")
            let warned: [ProviderEnds.Part: Int?] = [
                .certificate: try columns.optionalInteger("certificate_warned"), .document: try columns.optionalInteger("document_warned"),
                .exception: try columns.optionalInteger("exception_warned"),
            ]
            let checkedAt = try columns.optionalTime("checked_at"), failures = try columns.optionalInteger("failures")
            let followed = try columns.optionalTime("valid_until")
            // Of a federation, whose document comes and goes without a change of the provider.
            let imported = try columns.optionalTime("imported_until")
            return ProviderEnds(
                poolID: pool, provider: provider, readAt: readAt, updatedAt: updatedAt,
                until: [.certificate: certificate, .document: imported ?? (checkedAt == nil ? document : followed), .exception: exception]
                    .compactMapValues(\.self),
                warned: warned.compactMapValues(\.self),
                isKeptFresh: checkedAt != nil && failures == 0, listedReadAt: readAt)
        }
    }

    func keep(_ ends: ProviderEnds) async throws(StoreError) {
        let values: [SQLValue] = [
            .identifier(ends.poolID), .identifier(ends.provider), .time(ends.updatedAt), .time(ends.until[.certificate]),
            .time(ends.until[.document]), .time(ends.until[.exception]), .time(ends.listedReadAt),
        ]
        try await database.write { connection throws(StoreError) in
            // Another admin may just have deleted it.
            guard try connection.has(Self.findProvider, [.identifier(ends.poolID), .identifier(ends.provider)]) else { return }
            _ = try connection.execute(Self.keep, values)
        }
    }

    /// A change of the exceptions, or of who signs for a federation, is none of the metadata: so it is said here that there is something to read.
    static func readAgain(_ after: IdentityProvider, insteadOf before: IdentityProvider, _ connection: any SQLConnection) throws(StoreError) {
        let isOther =
            switch (after.kind, before.kind) {
            case (.saml(let new), .saml(let old)): new.madeExceptions != old.madeExceptions
            case (.federation(let new), .federation(let old)): new.madeExceptions != old.madeExceptions || new.signers != old.signers
            default: false
            }
        guard isOther else { return }
        _ = try connection.execute(readAgain, [.identifier(after.poolID), .identifier(after.name)])
    }

    func warn(_ part: ProviderEnds.Part, of ends: ProviderEnds, days: Int?) async throws(StoreError) -> Bool {
        let statement =
            switch part {
            case .certificate: Self.warnCertificate
            case .document: Self.warnDocument
            case .exception: Self.warnException
            }
        let values: [SQLValue] = [
            .identifier(ends.poolID), .identifier(ends.provider), days.map { .integer($0) } ?? .null,
            ends.warned[part].map { .integer($0) } ?? .null,
        ]
        return try await database.write { connection throws(StoreError) in try connection.execute(statement, values) > 0 }
    }

    private static let list: SQL = """
        SELECT i.pool_id, i.name, i.updated_at, e.read_at, e.certificate_until, e.document_until, e.certificate_warned, e.document_warned,
            e.exception_until, e.exception_warned, f.checked_at, f.failures, f.valid_until, d.valid_until AS imported_until
        FROM identity_providers i
            LEFT JOIN provider_ends e ON e.pool_id = i.pool_id AND e.provider = i.name
            LEFT JOIN followed_documents f ON f.pool_id = i.pool_id AND f.provider = i.name
            LEFT JOIN federations d ON d.pool_id = i.pool_id AND d.provider = i.name
        WHERE (i.pool_id, i.name) > ($1, $2) AND i.kind IN ('saml', 'federation') AND i.enabled = 1 AND i.deleted_at IS NULL
        ORDER BY i.pool_id, i.name LIMIT $3
        """
    private static let findProvider: SQL = "SELECT 1 FROM identity_providers WHERE pool_id = $1 AND name = $2"
    private static let keep: SQL = """
        INSERT INTO provider_ends (pool_id, provider, read_at, certificate_until, document_until, exception_until) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (pool_id, provider) DO UPDATE SET read_at = excluded.read_at, certificate_until = excluded.certificate_until,
            document_until = excluded.document_until, exception_until = excluded.exception_until,
            exception_warned = CASE WHEN coalesce(provider_ends.exception_until, -1) = coalesce(excluded.exception_until, -1)
                THEN provider_ends.exception_warned END
        WHERE provider_ends.read_at = $7
        """
    /// Another number each time: of two changes neither is taken for the other.
    private static let readAgain: SQL = """
        INSERT INTO provider_ends (pool_id, provider, read_at) VALUES ($1, $2, 0)
        ON CONFLICT (pool_id, provider) DO UPDATE SET read_at = CASE WHEN provider_ends.read_at > 0 THEN 0 ELSE provider_ends.read_at - 1 END
        """
    /// Of all who found the same before, one changes it.
    private static let warnCertificate: SQL = """
        UPDATE provider_ends SET certificate_warned = $3
        WHERE pool_id = $1 AND provider = $2 AND coalesce(certificate_warned, -1) = coalesce($4, -1)
        """
    private static let warnDocument: SQL = """
        UPDATE provider_ends SET document_warned = $3
        WHERE pool_id = $1 AND provider = $2 AND coalesce(document_warned, -1) = coalesce($4, -1)
        """
    private static let warnException: SQL = """
        UPDATE provider_ends SET exception_warned = $3
        WHERE pool_id = $1 AND provider = $2 AND coalesce(exception_warned, -1) = coalesce($4, -1)
        """
}
