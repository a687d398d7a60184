// The provider's ID token of a session, by which it is asked to end its own; and in which browser such a logout began.

extension Migration {
    static let upstreamIDTokens = """
        ALTER TABLE sessions ADD COLUMN upstream_id_token BLOB;
        ALTER TABLE logouts ADD COLUMN browser BLOB;

        """
}

extension PostgreSQLMigration {
    static let upstreamIDTokens: [SQL] = [
        "ALTER TABLE sessions ADD COLUMN upstream_id_token BYTEA", "ALTER TABLE logouts ADD COLUMN browser BYTEA",
    ]
}
