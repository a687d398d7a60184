import FoundationEssentials
import UserPools

/// A family of refresh tokens: one row, whatever the number of its tokens. It says for whom it is, whether it lives, and which token is current.
struct StoredFamily {
    let grant: Grant
    /// When its code was made.
    let grantedAt: Date
    let generation: Int
    /// Of the current token; nil where there is none yet.
    let tokenHash: SecretHash?
    /// When the current token was issued.
    let issuedAt: Date?
    let ended: Bool
    let sourceIsEnabled: Bool
    let expiresAt: Date
    /// Whether it was found by the hash of a token that was issued before tokens had names: all of them are generation 0.
    private let isByUnnamedToken: Bool

    /// The maximum of rows of one session: the oldest go first, those without a living refresh token before all others (case 139).
    static let maximumOfSession = 200

    /// What finds the family of a token.
    static func find(_ token: PresentedRefreshToken) -> SQLStatement {
        switch token.kind {
        case .named(let family, _, _): SQLStatement(findByID, [.identifier(family)])
        case .unnamed: SQLStatement(findByToken, [.hash(token.hash)])
        }
    }

    /// What finds the user of the family of a token.
    static func owner(of token: PresentedRefreshToken) -> StoredUser.Search {
        switch token.kind {
        case .named(let family, _, _): .ofFamily(family)
        case .unnamed: .ofUnnamedToken(token.hash)
        }
    }

    func isCurrent(_ token: PresentedRefreshToken) -> Bool {
        guard let tokenHash, tokenHash.matches(token.hash) else { return false }
        return token.generation == generation
    }

    /// Whether it is a token of this family that is not current any more: another one took its place, or the database was set back, by a restore,
    /// to when it did not know this one yet. Then an earlier one is current again, which somebody else may have.
    func wasUsed(_ token: PresentedRefreshToken) -> Bool {
        switch token.kind {
        case .named(_, let generation, let isAuthentic): isAuthentic && generation > 0 && !isCurrent(token)
        case .unnamed: isByUnnamedToken && !isCurrent(token)
        }
    }

    /// Whether the current token is that one's successor, and no older than `grace` seconds.
    ///
    /// A clock that was set back must not lengthen the grace, and two requests at once may come in the wrong order: so the distance counts,
    /// whichever time is the later.
    func wasJustReplaced(_ token: PresentedRefreshToken, at now: Date, grace: Int) -> Bool {
        guard grace > 0, let issuedAt, abs(now.timeIntervalSince(issuedAt)) <= Double(grace) else { return false }
        return token.generation == generation - 1
    }

    func token(_ hash: SecretHash, generation: Int? = nil, issuedAt: Date? = nil) -> RefreshToken {
        RefreshToken(
            hash: hash, grant: grant, generation: generation ?? self.generation, issuedAt: issuedAt ?? self.issuedAt ?? expiresAt,
            expiresAt: expiresAt)
    }

    /// Replaces the current token, which this transaction has read: of several that present it at once one commits, and the others are
    /// repeated and find it replaced.
    func rotate(
        _ token: PresentedRefreshToken, to successor: SecretHash, at now: Date, _ connection: any SQLConnection
    ) throws(StoreError) {
        let values: [SQLValue] = [.identifier(grant.family), .integer(generation), .hash(token.hash), .hash(successor), .time(now)]
        try connection.executeLater(Self.rotate, values, rows: 1, conflict: "refresh token")
    }

    /// The first token of a family whose code was just redeemed; the family is remembered as long as it.
    static func begin(_ token: RefreshToken, _ connection: any SQLConnection) throws(StoreError) {
        let values: [SQLValue] = [
            .identifier(token.grant.family), .hash(token.hash), .time(token.issuedAt), .time(token.expiresAt), .text(token.grant.boundKey),
        ]
        try connection.executeLater(begin, values, rows: 1, conflict: "refresh token")
    }

    static func end(_ family: TokenFamily.ID, _ connection: any SQLConnection) throws(StoreError) {
        try connection.executeLater(end, [.identifier(family)], conflict: "token family")
    }

    /// Deletes what a session has too much of, and never the family that was made last.
    static func bound(_ session: Session.ID, keeping family: TokenFamily.ID, _ pool: UserPool.ID, _ connection: any SQLConnection) throws(StoreError)
    {
        let values: [SQLValue] = [.identifier(session), .identifier(pool), .identifier(family), .integer(maximumOfSession - 1)]
        try connection.executeLater(removeSurplus, values, conflict: "token family")
    }

    /// - Parameter row: what `find` found of the token; nil gives nil.
    init?(_ row: SQLRow?, found token: PresentedRefreshToken) throws(StoreError) {
        guard let row else { return nil }
        var columns = ColumnReader(row, of: "family of refresh tokens")
        grant = try StoredGrant.grant(&columns)
        grantedAt = try columns.time("created_at")
        ended = try columns.flag("ended")
        sourceIsEnabled = try columns.flag("source_enabled")
        generation = try columns.integer("generation")
        tokenHash = try columns.optionalHash("token_hash")
        issuedAt = try columns.optionalTime("issued_at")
        expiresAt = try columns.time("family_expires_at")
        isByUnnamedToken = if case .unnamed = token.kind { true } else { false }
    }

    private static let select: SQL =
        "SELECT " + StoredGrant.columns + ", f.generation, f.token_hash, f.issued_at, f.expires_at AS family_expires_at FROM live_grant_families f "
    private static let findByID: SQL = select + "WHERE f.id = $1"
    private static let findByToken: SQL = select + "JOIN earlier_refresh_tokens t ON t.family_id = f.id WHERE t.hash = $1"
    private static let rotate: SQL = """
        UPDATE token_families SET generation = generation + 1, token_hash = $4, issued_at = $5
        WHERE id = $1 AND generation = $2 AND token_hash = $3 AND ended = 0
        """
    private static let begin: SQL = """
        UPDATE token_families SET generation = 1, token_hash = $2, issued_at = $3, expires_at = $4, key_thumbprint = $5
        WHERE id = $1 AND generation = 0 AND token_hash IS NULL AND ended = 0
        """
    static let end: SQL = "UPDATE token_families SET ended = 1 WHERE id = $1 AND ended = 0"
    private static let removeSurplus: SQL = """
        DELETE FROM token_families WHERE id IN (
            SELECT id FROM token_families WHERE session_id = $1 AND pool_id = $2 AND id <> $3
            ORDER BY CASE WHEN ended = 0 AND token_hash IS NOT NULL THEN 0 ELSE 1 END, created_at DESC, id LIMIT 100 OFFSET $4)
        """
}
