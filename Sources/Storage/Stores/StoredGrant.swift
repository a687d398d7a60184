import FoundationEssentials
import UserPools

/// Codes in the tables `token_families` and `authorization_codes`.
///
/// The family says for whom it is and whether it lives; a code is worth nothing without it.
enum StoredGrant {
    /// Begins the family of a code. A family that is there already, ended or not, takes no second code.
    static func insert(_ code: AuthorizationCode, _ connection: any SQLConnection) throws(StoreError) {
        let grant = code.grant
        guard case .user(let user, let session, let source) = grant.subject else { throw .corrupt(what: "authorization code of nobody") }
        let family: [SQLValue] = [
            .identifier(grant.family), .identifier(grant.poolID), .identifier(grant.clientID), .identifier(user), .identifier(session),
            .source(source), try StoredJSON.value(grant.scopes, of: "scopes"), .text(grant.resource), .text(grant.nonce),
            .time(grant.authenticatedAt), .time(code.issuedAt), .time(code.expiresAt),
        ]
        _ = try connection.execute(insertFamily, family, conflict: "token family")
        let values: [SQLValue] = [
            .hash(code.hash), .identifier(grant.family), .text(code.redirectURI), .text(code.codeChallenge), .time(code.expiresAt),
        ]
        _ = try connection.execute(insertCode, values, conflict: "authorization code")
        try StoredFamily.bound(session, keeping: grant.family, grant.poolID, connection)
    }

    /// A code, and whether its family has ended.
    static func findCode(_ hash: SecretHash, _ connection: any SQLConnection) throws(StoreError) -> (code: AuthorizationCode, ended: Bool)? {
        guard let row = try connection.row(findCode, [.hash(hash)]) else { return nil }
        var columns = ColumnReader(row, of: "authorization code")
        let (grant, ended) = (try grant(&columns), try columns.flag("ended"))
        let code = AuthorizationCode(
            hash: hash, grant: grant, redirectURI: try columns.text("redirect_uri"), codeChallenge: try columns.optionalText("code_challenge"),
            issuedAt: try columns.time("created_at"), expiresAt: try columns.time("expires_at"))
        return (code, ended)
    }

    static func grant(_ columns: inout ColumnReader) throws(StoreError) -> Grant {
        let (family, pool): (TokenFamily.ID, UserPool.ID) = (try columns.identifier("id"), try columns.identifier("pool_id"))
        let client: AppClient.ID = try columns.identifier("client_id")
        let subject = Grant.Subject.user(
            try columns.identifier("user_id"), session: try columns.identifier("session_id"), source: try columns.source("provider"))
        return Grant(
            family: family, poolID: pool, clientID: client, subject: subject, scopes: try columns.list("scopes"),
            resource: try columns.optionalText("resource"), nonce: try columns.optionalText("nonce"),
            authenticatedAt: try columns.optionalTime("authenticated_at"))
    }

    /// The columns of `f` that a grant is read from, and whether it has ended.
    static let columns: SQL = """
        f.id, f.pool_id, f.client_id, f.user_id, f.session_id, f.provider, f.scopes, f.resource, f.nonce, f.authenticated_at, f.ended, f.created_at
        """
    private static let insertFamily: SQL = """
        INSERT INTO token_families
            (id, pool_id, client_id, user_id, session_id, provider, scopes, resource, nonce, authenticated_at, created_at, expires_at, generation, ended)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, 0)
        """
    private static let insertCode: SQL = """
        INSERT INTO authorization_codes (hash, family_id, redirect_uri, code_challenge, expires_at) VALUES ($1, $2, $3, $4, $5)
        """
    private static let findCode: SQL =
        "SELECT " + columns + """
            , t.redirect_uri, t.code_challenge, t.expires_at
            FROM authorization_codes t JOIN live_token_families f ON f.id = t.family_id WHERE t.hash = $1
            """
}
