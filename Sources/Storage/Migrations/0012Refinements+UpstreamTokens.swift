extension Migration {
    /// Refresh tokens that identity providers gave, one a session.
    static let upstreamTokens = """
        CREATE TABLE upstream_tokens (
            session_id TEXT NOT NULL PRIMARY KEY,
            pool_id TEXT NOT NULL,
            user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            provider TEXT NOT NULL,
            sealed BLOB NOT NULL,
            due_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX upstream_tokens_by_user ON upstream_tokens (user_id);
        CREATE INDEX upstream_tokens_by_expiry ON upstream_tokens (expires_at);

        """
}

extension PostgreSQLMigration {
    static let upstreamTokens: [SQL] = [
        """
        CREATE TABLE upstream_tokens (
            session_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
            pool_id TEXT COLLATE "C" NOT NULL,
            user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            provider TEXT COLLATE "C" NOT NULL,
            sealed BYTEA NOT NULL,
            due_at BIGINT NOT NULL,
            expires_at BIGINT NOT NULL
        )
        """,
        "CREATE INDEX upstream_tokens_by_user ON upstream_tokens (user_id)",
        "CREATE INDEX upstream_tokens_by_expiry ON upstream_tokens (expires_at)",
    ]
}
