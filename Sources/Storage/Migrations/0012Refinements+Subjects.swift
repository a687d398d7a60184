extension Migration {
    /// Of which the names of a pool's people at each sector are made.
    static let subjectKeys = """
        CREATE TABLE subject_keys (
            pool_id TEXT NOT NULL PRIMARY KEY REFERENCES user_pools (id) ON DELETE CASCADE,
            sealed_key BLOB NOT NULL,
            created_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        """
}

extension PostgreSQLMigration {
    static let subjectKeys: [SQL] = [
        """
        CREATE TABLE subject_keys (
            pool_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES user_pools (id) ON DELETE CASCADE,
            sealed_key BYTEA NOT NULL,
            created_at BIGINT NOT NULL
        )
        """
    ]
}
