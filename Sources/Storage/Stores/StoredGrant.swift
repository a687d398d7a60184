import FoundationEssentials
import UserPools

/// Grants in the tables `token_families`, `authorization_codes` and `refresh_tokens`.
///
/// The family says for whom it is and whether it lives; a code and its refresh tokens are worth nothing without it.
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
    }

    /// Adds a refresh token to a family that is there, which is remembered as long as the token.
    static func insert(_ token: RefreshToken, _ connection: any SQLConnection) throws(StoreError) {
        let values: [SQLValue] = [.hash(token.hash), .identifier(token.grant.family), .time(token.issuedAt), .time(token.expiresAt)]
        _ = try connection.execute(insertToken, values, conflict: "refresh token")
        _ = try connection.execute(prolongFamily, [.identifier(token.grant.family), .time(token.expiresAt)])
    }

    static func end(_ family: TokenFamily.ID, _ connection: any SQLConnection) throws(StoreError) {
        _ = try connection.execute(endFamily, [.identifier(family)])
    }

    /// A code, and whether its family has ended.
    static func findCode(_ hash: SecretHash, _ connection: any SQLConnection) throws(StoreError) -> (code: AuthorizationCode, ended: Bool)? {
        guard let row = try connection.row(findCode, [.hash(hash)]) else { return nil }
        var columns = ColumnReader(row, of: "authorization code")
        let (grant, ended) = try grant(&columns)
        let code = AuthorizationCode(
            hash: hash, grant: grant, redirectURI: try columns.text("redirect_uri"), codeChallenge: try columns.optionalText("code_challenge"),
            issuedAt: try columns.time("created_at"), expiresAt: try columns.time("expires_at"))
        return (code, ended)
    }

    /// A refresh token as it stands: retired or not, alive or not.
    struct Token {
        let token: RefreshToken
        let ended: Bool
        let retiredAt: Date?
        let successor: SecretHash?
    }

    static func findToken(_ hash: SecretHash, _ connection: any SQLConnection) throws(StoreError) -> Token? {
        guard let row = try connection.row(findToken, [.hash(hash)]) else { return nil }
        var columns = ColumnReader(row, of: "refresh token")
        let (grant, ended) = try grant(&columns)
        let token = RefreshToken(hash: hash, grant: grant, issuedAt: try columns.time("issued_at"), expiresAt: try columns.time("expires_at"))
        return Token(
            token: token, ended: ended, retiredAt: try columns.optionalTime("retired_at"), successor: try columns.optionalHash("successor"))
    }

    private static func grant(_ columns: inout ColumnReader) throws(StoreError) -> (grant: Grant, ended: Bool) {
        let (family, pool): (TokenFamily.ID, UserPool.ID) = (try columns.identifier("id"), try columns.identifier("pool_id"))
        let client: AppClient.ID = try columns.identifier("client_id")
        let subject = Grant.Subject.user(
            try columns.identifier("user_id"), session: try columns.identifier("session_id"), source: try columns.source("provider"))
        let grant = Grant(
            family: family, poolID: pool, clientID: client, subject: subject, scopes: try columns.list("scopes"),
            resource: try columns.optionalText("resource"), nonce: try columns.optionalText("nonce"),
            authenticatedAt: try columns.optionalTime("authenticated_at"))
        return (grant, try columns.flag("ended"))
    }

    private static let columns: SQL = """
        f.id, f.pool_id, f.client_id, f.user_id, f.session_id, f.provider, f.scopes, f.resource, f.nonce, f.authenticated_at, f.ended, f.created_at
        """
    private static let insertFamily: SQL = """
        INSERT INTO token_families
            (id, pool_id, client_id, user_id, session_id, provider, scopes, resource, nonce, authenticated_at, created_at, expires_at, ended)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0)
        """
    private static let prolongFamily: SQL = "UPDATE token_families SET expires_at = $2 WHERE id = $1 AND expires_at < $2"
    private static let endFamily: SQL = "UPDATE token_families SET ended = 1 WHERE id = $1 AND ended = 0"
    private static let insertCode: SQL = """
        INSERT INTO authorization_codes (hash, family_id, redirect_uri, code_challenge, expires_at) VALUES ($1, $2, $3, $4, $5)
        """
    private static let insertToken: SQL = """
        INSERT INTO refresh_tokens (hash, family_id, issued_at, expires_at) VALUES ($1, $2, $3, $4)
        """
    private static let findCode: SQL =
        "SELECT " + columns + """
            , t.redirect_uri, t.code_challenge, t.expires_at
            FROM authorization_codes t JOIN live_token_families f ON f.id = t.family_id WHERE t.hash = $1
            """
    private static let findToken: SQL =
        "SELECT " + columns + """
            , t.issued_at, t.expires_at, t.retired_at, t.successor
            FROM refresh_tokens t JOIN live_token_families f ON f.id = t.family_id WHERE t.hash = $1
            """
}
