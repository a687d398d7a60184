// Which apps are told of a session's end, and what came of it; and sessions by the name that their provider has for them, by which it tells of their end.

extension Migration {
    static let logoutNotices = """
        CREATE TABLE logout_notices (
            pool_id TEXT NOT NULL,
            reference TEXT NOT NULL,
            client_id TEXT NOT NULL,
            session_id TEXT NOT NULL,
            channel TEXT NOT NULL,
            user_id TEXT NOT NULL,
            attempts INTEGER NOT NULL,
            result TEXT,
            detail TEXT,
            changed_at INTEGER NOT NULL,
            due_at INTEGER,
            PRIMARY KEY (pool_id, reference, client_id, session_id, channel),
            FOREIGN KEY (pool_id, reference) REFERENCES logouts (pool_id, reference) ON DELETE CASCADE
        ) STRICT;
        CREATE INDEX logout_notices_by_due ON logout_notices (due_at) WHERE due_at IS NOT NULL;
        ALTER TABLE sessions ADD COLUMN upstream_session_key BLOB;
        CREATE INDEX sessions_by_upstream_session ON sessions (upstream_session_key) WHERE upstream_session_key IS NOT NULL;

        """
}

extension PostgreSQLMigration {
    static let logoutNotices: [SQL] = [
        """
        CREATE TABLE logout_notices (
            pool_id TEXT COLLATE "C" NOT NULL,
            reference TEXT COLLATE "C" NOT NULL,
            client_id TEXT COLLATE "C" NOT NULL,
            session_id TEXT COLLATE "C" NOT NULL,
            channel TEXT COLLATE "C" NOT NULL,
            user_id TEXT COLLATE "C" NOT NULL,
            attempts BIGINT NOT NULL,
            result TEXT COLLATE "C",
            detail TEXT COLLATE "C",
            changed_at BIGINT NOT NULL,
            due_at BIGINT,
            PRIMARY KEY (pool_id, reference, client_id, session_id, channel),
            FOREIGN KEY (pool_id, reference) REFERENCES logouts (pool_id, reference) ON DELETE CASCADE
        )
        """,
        "CREATE INDEX logout_notices_by_due ON logout_notices (due_at) WHERE due_at IS NOT NULL",
        "ALTER TABLE sessions ADD COLUMN upstream_session_key BYTEA",
        "CREATE INDEX sessions_by_upstream_session ON sessions (upstream_session_key) WHERE upstream_session_key IS NOT NULL",
    ]
}
