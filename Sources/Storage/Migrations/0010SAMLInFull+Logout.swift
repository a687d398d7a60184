extension Migration {
    /// By which name a provider speaks of a session's person, and what came of each sign-out.
    static let samlLogout = """
        ALTER TABLE sessions ADD COLUMN upstream_name TEXT;
        ALTER TABLE sessions ADD COLUMN upstream_name_key BLOB;
        CREATE INDEX sessions_by_upstream_name ON sessions (upstream_name_key, pool_id, provider) WHERE upstream_name_key IS NOT NULL;

        CREATE TABLE logouts (
            pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
            reference TEXT NOT NULL,
            user_id TEXT,
            initiator TEXT NOT NULL,
            initiator_name TEXT,
            parties TEXT NOT NULL,
            request_id TEXT,
            next TEXT,
            answered_at INTEGER,
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            PRIMARY KEY (pool_id, reference)
        ) STRICT;
        CREATE UNIQUE INDEX logouts_by_request ON logouts (request_id) WHERE request_id IS NOT NULL;
        CREATE INDEX logouts_by_expiry ON logouts (expires_at);

        """
}

extension PostgreSQLMigration {
    /// As in SQLite; a view has the columns that there were when it was made.
    static let samlLogout: [SQL] = [
        "ALTER TABLE sessions ADD COLUMN upstream_name TEXT COLLATE \"C\"",
        "ALTER TABLE sessions ADD COLUMN upstream_name_key BYTEA",
        """
        CREATE INDEX sessions_by_upstream_name ON sessions (upstream_name_key, pool_id, provider) WHERE upstream_name_key IS NOT NULL
        """,
        """
        CREATE OR REPLACE VIEW live_sessions AS
            SELECT s.* FROM sessions s JOIN live_users u ON u.id = s.user_id
            WHERE NOT EXISTS (
                SELECT 1 FROM identity_providers i WHERE i.pool_id = s.pool_id AND i.name = s.provider AND i.deleted_at IS NOT NULL)
        """,
        """
        CREATE TABLE logouts (
            pool_id TEXT COLLATE "C" NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
            reference TEXT COLLATE "C" NOT NULL,
            user_id TEXT COLLATE "C",
            initiator TEXT COLLATE "C" NOT NULL,
            initiator_name TEXT COLLATE "C",
            parties TEXT COLLATE "C" NOT NULL,
            request_id TEXT COLLATE "C",
            next TEXT COLLATE "C",
            answered_at BIGINT,
            created_at BIGINT NOT NULL,
            expires_at BIGINT NOT NULL,
            PRIMARY KEY (pool_id, reference)
        )
        """,
        "CREATE UNIQUE INDEX logouts_by_request ON logouts (request_id) WHERE request_id IS NOT NULL",
        "CREATE INDEX logouts_by_expiry ON logouts (expires_at)",
    ]
}
