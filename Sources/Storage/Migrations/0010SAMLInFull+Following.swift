// What servers fetch again by themselves. Nothing that is written here tells servers of a changed configuration.

extension Migration {
    static let followedDocuments = """
        CREATE TABLE followed_documents (
            pool_id TEXT NOT NULL,
            provider TEXT NOT NULL,
            address TEXT NOT NULL,
            due_at INTEGER NOT NULL,
            hurried_at INTEGER,
            checked_at INTEGER,
            valid_until INTEGER,
            cache_duration INTEGER,
            etag TEXT,
            last_modified TEXT,
            same_as TEXT,
            failures INTEGER NOT NULL,
            last_error TEXT,
            PRIMARY KEY (pool_id, provider),
            FOREIGN KEY (pool_id, provider) REFERENCES identity_providers (pool_id, name) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX followed_documents_by_time ON followed_documents (due_at);

        """
}

extension PostgreSQLMigration {
    static let followedDocuments: [SQL] = [
        """
        CREATE TABLE followed_documents (
            pool_id TEXT COLLATE "C" NOT NULL,
            provider TEXT COLLATE "C" NOT NULL,
            address TEXT COLLATE "C" NOT NULL,
            due_at BIGINT NOT NULL,
            hurried_at BIGINT,
            checked_at BIGINT,
            valid_until BIGINT,
            cache_duration BIGINT,
            etag TEXT COLLATE "C",
            last_modified TEXT COLLATE "C",
            same_as TEXT COLLATE "C",
            failures BIGINT NOT NULL,
            last_error TEXT COLLATE "C",
            PRIMARY KEY (pool_id, provider),
            FOREIGN KEY (pool_id, provider) REFERENCES identity_providers (pool_id, name) ON DELETE CASCADE
        )
        """,
        "CREATE INDEX followed_documents_by_time ON followed_documents (due_at)",
    ]
}
