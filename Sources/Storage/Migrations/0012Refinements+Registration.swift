// Apps that register themselves: the tokens with which they may, and until when a client of theirs stays that nobody uses. What such a client says
// of itself stands in its settings, so that a server of the version before does not see it.

extension Migration {
    static let registration = """
        CREATE TABLE initial_access_tokens (
            pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
            id TEXT NOT NULL,
            hash BLOB NOT NULL UNIQUE,
            uses_left INTEGER NOT NULL,
            redirect_hosts TEXT,
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            PRIMARY KEY (pool_id, id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX initial_access_tokens_by_expiry ON initial_access_tokens (expires_at);

        CREATE TABLE client_registrations (
            pool_id TEXT NOT NULL,
            client_id TEXT NOT NULL,
            way TEXT NOT NULL,
            expires_at INTEGER NOT NULL,
            PRIMARY KEY (pool_id, client_id),
            FOREIGN KEY (pool_id, client_id) REFERENCES app_clients (pool_id, id) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX client_registrations_by_expiry ON client_registrations (expires_at);

        """
}

extension PostgreSQLMigration {
    static let registration: [SQL] = [
        """
        CREATE TABLE initial_access_tokens (
            pool_id TEXT COLLATE "C" NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
            id TEXT COLLATE "C" NOT NULL,
            hash BYTEA NOT NULL UNIQUE,
            uses_left BIGINT NOT NULL,
            redirect_hosts TEXT COLLATE "C",
            created_at BIGINT NOT NULL,
            expires_at BIGINT NOT NULL,
            PRIMARY KEY (pool_id, id)
        )
        """,
        "CREATE INDEX initial_access_tokens_by_expiry ON initial_access_tokens (expires_at)",
        """
        CREATE TABLE client_registrations (
            pool_id TEXT COLLATE "C" NOT NULL,
            client_id TEXT COLLATE "C" NOT NULL,
            way TEXT COLLATE "C" NOT NULL,
            expires_at BIGINT NOT NULL,
            PRIMARY KEY (pool_id, client_id),
            FOREIGN KEY (pool_id, client_id) REFERENCES app_clients (pool_id, id) ON DELETE CASCADE
        )
        """,
        "CREATE INDEX client_registrations_by_expiry ON client_registrations (expires_at)",
    ]
}
