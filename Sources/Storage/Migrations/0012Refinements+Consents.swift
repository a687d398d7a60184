// What people allow apps of others, and by which browser a session is.

extension Migration {
    static let consents = """
        CREATE TABLE consents (
            user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            client_id TEXT NOT NULL,
            pool_id TEXT NOT NULL,
            scopes TEXT NOT NULL,
            granted_at INTEGER NOT NULL,
            PRIMARY KEY (user_id, client_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX consents_by_client ON consents (pool_id, client_id);
        ALTER TABLE sessions ADD COLUMN browser_name TEXT;

        """
}

extension PostgreSQLMigration {
    /// A view has the columns that there were when it was made.
    static let consents: [SQL] = [
        """
        CREATE TABLE consents (
            user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            client_id TEXT COLLATE "C" NOT NULL,
            pool_id TEXT COLLATE "C" NOT NULL,
            scopes TEXT COLLATE "C" NOT NULL,
            granted_at BIGINT NOT NULL,
            PRIMARY KEY (user_id, client_id)
        )
        """,
        "CREATE INDEX consents_by_client ON consents (pool_id, client_id)",
        "ALTER TABLE sessions ADD COLUMN browser_name TEXT COLLATE \"C\"",
        """
        CREATE OR REPLACE VIEW live_sessions AS
            SELECT s.* FROM sessions s JOIN live_users u ON u.id = s.user_id
            WHERE NOT EXISTS (
                SELECT 1 FROM identity_providers i WHERE i.pool_id = s.pool_id AND i.name = s.provider AND i.deleted_at IS NOT NULL)
        """,
    ]
}
