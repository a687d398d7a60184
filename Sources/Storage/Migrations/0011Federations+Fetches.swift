// When our metadata was fetched last, by the address that names a provider. It tells no server of a changed configuration.

extension Migration {
    static let metadataFetches = """
        CREATE TABLE metadata_fetches (
            pool_id TEXT NOT NULL,
            provider TEXT NOT NULL,
            fetched_at INTEGER NOT NULL,
            PRIMARY KEY (pool_id, provider),
            FOREIGN KEY (pool_id, provider) REFERENCES identity_providers (pool_id, name) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;

        """
}

extension PostgreSQLMigration {
    static let metadataFetches: [SQL] = [
        """
        CREATE TABLE metadata_fetches (
            pool_id TEXT COLLATE "C" NOT NULL,
            provider TEXT COLLATE "C" NOT NULL,
            fetched_at BIGINT NOT NULL,
            PRIMARY KEY (pool_id, provider),
            FOREIGN KEY (pool_id, provider) REFERENCES identity_providers (pool_id, name) ON DELETE CASCADE
        )
        """
    ]
}
