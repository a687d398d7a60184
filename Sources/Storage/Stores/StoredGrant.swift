import FoundationEssentials
import UserPools

/// Codes in the tables `token_families` and `authorization_codes`.
///
/// The family says for whom it is and whether it lives; a code is worth nothing without it.
enum StoredGrant {
    /// Begins the family of a code. A family that is there already, ended or not, takes no second code.
    ///
    /// - Parameter isFirst: whether its session has no other.
    static func insert(_ code: AuthorizationCode, isFirst: Bool, _ connection: any SQLConnection) throws(StoreError) {
        let grant = code.grant
        guard case .user(let user, let session, let source) = grant.subject else { throw .corrupt(what: "authorization code of nobody") }
        let family: [SQLValue] = [
            .identifier(grant.family), .identifier(grant.poolID), .identifier(grant.clientID), .identifier(user), .identifier(session),
            .source(source), StoredJSON.value(grant.scopes), .text(grant.resource), .text(grant.nonce),
            .time(grant.authenticatedAt), .time(code.issuedAt), .time(code.expiresAt), StoredJSON.value(grant.authenticationContext),
            .time(grant.attributesAt),
            .text(grant.boundKey),
            try grant.claims.map { claims throws(StoreError) in try StoredJSON.value(claims, of: "requested claims") } ?? .null,
        ]
        try connection.executeLater(insertFamily, family, conflict: "token family")
        let values: [SQLValue] = [
            .hash(code.hash), .identifier(grant.family), .text(code.redirectURI), .text(code.codeChallenge), .time(code.expiresAt),
        ]
        try connection.executeLater(insertCode, values, conflict: "authorization code")
        if !isFirst { try StoredFamily.bound(session, keeping: grant.family, grant.poolID, connection) }
    }

    /// How far the family of a code has come.
    enum Family {
        /// It has no refresh token yet.
        case waiting
        case begun
        case ended
    }

    /// What finds a code; its row is for `code`.
    static func find(_ hash: SecretHash) -> SQLStatement { SQLStatement(findCode, [.hash(hash)]) }

    static func code(
        _ hash: SecretHash, _ row: SQLRow
    ) throws(StoreError) -> (code: AuthorizationCode, family: Family, sourceIsEnabled: Bool) {
        var columns = ColumnReader(row, of: "authorization code")
        let (grant, ended) = (try grant(&columns), try columns.flag("ended"))
        let issuedAt = try columns.time("created_at")
        let sourceIsEnabled = try columns.flag("source_enabled")
        let isBegun = try columns.integer("generation") > 0
        let code = AuthorizationCode(
            hash: hash, grant: grant, redirectURI: try columns.text("redirect_uri"), codeChallenge: try columns.optionalText("code_challenge"),
            issuedAt: issuedAt, expiresAt: try columns.time("expires_at"))
        return (code, ended ? .ended : isBegun ? .begun : .waiting, sourceIsEnabled)
    }

    static func grant(_ columns: inout ColumnReader) throws(StoreError) -> Grant {
        let (family, pool): (TokenFamily.ID, UserPool.ID) = (try columns.identifier("id"), try columns.identifier("pool_id"))
        let client: AppClient.ID = try columns.identifier("client_id")
        let subject = Grant.Subject.user(
            try columns.identifier("user_id"), session: try columns.identifier("session_id"), source: try columns.source("provider"))
        var grant = Grant(
            family: family, poolID: pool, clientID: client, subject: subject, scopes: try columns.list("scopes"),
            resource: try columns.optionalText("resource"), nonce: try columns.optionalText("nonce"),
            authenticatedAt: try columns.optionalTime("authenticated_at"),
            authenticationContext: try columns.context("authentication_context"))
        grant.attributesAt = try columns.optionalTime("attributes_at")
        grant.boundKey = try columns.optionalText("key_thumbprint")
        grant.claims = try columns.claims()
        return grant
    }

    /// The columns of `f` that a grant is read from, whether it has ended, and whether its source may still vouch for its user: the pool, or a
    /// provider that is enabled.
    static let columns: SQL = """
        f.id, f.pool_id, f.client_id, f.user_id, f.session_id, f.provider, f.scopes, f.resource, f.nonce, f.authenticated_at, f.authentication_context,
        f.key_thumbprint, f.requested_claims, f.ended, f.created_at, f.attributes_at,
        CASE WHEN f.provider IS NULL THEN 1
            ELSE coalesce((SELECT p.enabled FROM live_identity_providers p WHERE p.pool_id = f.pool_id AND p.name = f.provider), 0) END AS source_enabled
        """
    private static let insertFamily: SQL = """
        INSERT INTO token_families
            (id, pool_id, client_id, user_id, session_id, provider, scopes, resource, nonce, authenticated_at, created_at, expires_at,
            authentication_context, attributes_at, key_thumbprint, requested_claims, generation, ended)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 0, 0)
        """
    private static let insertCode: SQL = """
        INSERT INTO authorization_codes (hash, family_id, redirect_uri, code_challenge, expires_at) VALUES ($1, $2, $3, $4, $5)
        """
    private static let findCode: SQL =
        "SELECT " + columns + """
            , f.generation, t.redirect_uri, t.code_challenge, t.expires_at
            FROM authorization_codes t JOIN live_grant_families f ON f.id = t.family_id WHERE t.hash = $1
            """
}
