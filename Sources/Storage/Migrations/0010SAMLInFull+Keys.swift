extension Migration {
    /// A pool's own SAML keys. Of each use one is superseded by none.
    static let samlKeys = """
        CREATE TABLE saml_keys (
            pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
            id TEXT NOT NULL,
            use TEXT NOT NULL,
            certificate BLOB NOT NULL,
            sealed_private_key BLOB NOT NULL,
            created_at INTEGER NOT NULL,
            active_from INTEGER NOT NULL,
            superseded_at INTEGER,
            withdrawn_at INTEGER,
            PRIMARY KEY (pool_id, id)
        ) STRICT;
        CREATE UNIQUE INDEX saml_keys_newest ON saml_keys (pool_id, use) WHERE superseded_at IS NULL;
        """
}

extension PostgreSQLMigration {
    /// As in SQLite; and servers are told of a change (see `notifications`).
    static let samlKeys: [SQL] = [
        """
        CREATE TABLE saml_keys (
            pool_id TEXT COLLATE "C" NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
            id TEXT COLLATE "C" NOT NULL,
            use TEXT COLLATE "C" NOT NULL,
            certificate BYTEA NOT NULL,
            sealed_private_key BYTEA NOT NULL,
            created_at BIGINT NOT NULL,
            active_from BIGINT NOT NULL,
            superseded_at BIGINT,
            withdrawn_at BIGINT,
            PRIMARY KEY (pool_id, id)
        )
        """,
        "CREATE UNIQUE INDEX saml_keys_newest ON saml_keys (pool_id, use) WHERE superseded_at IS NULL",
        """
        CREATE TRIGGER configuration_changed AFTER INSERT OR UPDATE OR DELETE ON saml_keys
        FOR EACH ROW EXECUTE FUNCTION configuration_changed()
        """,
    ]
}
