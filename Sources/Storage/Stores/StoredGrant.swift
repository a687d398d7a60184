import FoundationEssentials
import UserPools

/// Grants in the tables `token_families`, `authorization_codes` and `refresh_tokens`.
///
/// The family says for whom it is and whether it lives; a code and its refresh tokens are worth nothing without it.
enum StoredGrant {
    /// Begins the family of a code. A family that is there already, ended or not, takes no second code.
    static func insert(_ code: AuthorizationCode, _ connection: any SQLConnection) throws(StoreError) {
        let grant = code.grant
        let family: [SQLValue] = [
            .identifier(grant.family), .identifier(grant.poolID), .identifier(grant.clientID), .identifier(grant.userID),
            .identifier(grant.sessionID), .identifier(grant.provider), .time(code.expiresAt),
        ]
        _ = try connection.execute(insertFamily, family, conflict: "token family")
        let values: [SQLValue] =
            [.hash(code.hash)] + (try facts(of: grant))
            + [.text(code.redirectURI), .text(code.codeChallenge), .time(code.expiresAt)]
        _ = try connection.execute(insertCode, values, conflict: "authorization code")
    }

    /// Adds a refresh token to a family that is there, which is remembered as long as the token.
    static func insert(_ token: RefreshToken, _ connection: any SQLConnection) throws(StoreError) {
        let values: [SQLValue] = [.hash(token.hash)] + (try facts(of: token.grant)) + [.time(token.issuedAt), .time(token.expiresAt)]
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
            hash: hash, grant: grant, redirectURI: try columns.text(), codeChallenge: try columns.text(), expiresAt: try columns.time())
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
        let token = RefreshToken(hash: hash, grant: grant, issuedAt: try columns.time(), expiresAt: try columns.time())
        return Token(token: token, ended: ended, retiredAt: try columns.optionalTime(), successor: try columns.optionalHash())
    }

    private static func facts(of grant: Grant) throws(StoreError) -> [SQLValue] {
        [
            .identifier(grant.family), try StoredJSON.value(grant.scopes, of: "scopes"), .text(grant.resource), .text(grant.nonce),
            .time(grant.authenticatedAt),
        ]
    }

    private static func grant(_ columns: inout ColumnReader) throws(StoreError) -> (grant: Grant, ended: Bool) {
        let grant = Grant(
            family: try columns.identifier(), poolID: try columns.identifier(), clientID: try columns.identifier(),
            userID: try columns.identifier(), sessionID: try columns.identifier(), provider: try columns.identifier(),
            scopes: try columns.list(), resource: try columns.optionalText(), nonce: try columns.optionalText(),
            authenticatedAt: try columns.time())
        return (grant, try columns.flag())
    }

    private static let columns: SQL = """
        f.id, f.pool_id, f.client_id, f.user_id, f.session_id, f.provider, t.scopes, t.resource, t.nonce, t.authenticated_at, f.ended
        """
    private static let insertFamily: SQL = """
        INSERT INTO token_families (id, pool_id, client_id, user_id, session_id, provider, ended, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, 0, $7)
        """
    private static let prolongFamily: SQL = "UPDATE token_families SET expires_at = $2 WHERE id = $1 AND expires_at < $2"
    private static let endFamily: SQL = "UPDATE token_families SET ended = 1 WHERE id = $1 AND ended = 0"
    private static let insertCode: SQL = """
        INSERT INTO authorization_codes (hash, family_id, scopes, resource, nonce, authenticated_at, redirect_uri, code_challenge, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """
    private static let insertToken: SQL = """
        INSERT INTO refresh_tokens (hash, family_id, scopes, resource, nonce, authenticated_at, issued_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        """
    private static let findCode: SQL =
        "SELECT " + columns + """
            , t.redirect_uri, t.code_challenge, t.expires_at
            FROM authorization_codes t JOIN token_families f ON f.id = t.family_id WHERE t.hash = $1
            """
    private static let findToken: SQL =
        "SELECT " + columns + """
            , t.issued_at, t.expires_at, t.retired_at, t.successor
            FROM refresh_tokens t JOIN token_families f ON f.id = t.family_id WHERE t.hash = $1
            """
}
