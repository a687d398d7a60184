// How many sign-ins an hour had, in which way they ended: as with the records nothing of it belongs to a row of a pool or a provider. And what finds
// a record where nobody says of which pool it is, and lists sign-outs by their time.

extension Migration {
    static let countsAndLists = Migration(
        version: 14, name: "counts_and_lists",
        sqlite: """
            CREATE TABLE sign_in_counts (
                pool_id TEXT NOT NULL,
                at INTEGER NOT NULL,
                provider TEXT NOT NULL,
                outcome TEXT NOT NULL,
                code TEXT NOT NULL,
                sign_ins INTEGER NOT NULL,
                expires_at INTEGER NOT NULL,
                PRIMARY KEY (pool_id, at, provider, outcome, code)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX sign_in_counts_by_expiry ON sign_in_counts (expires_at);
            CREATE INDEX sign_in_records_by_reference ON sign_in_records (reference);
            CREATE INDEX logouts_by_time ON logouts (pool_id, created_at, reference);

            """)
}

extension PostgreSQLMigration {
    static let countsAndLists = PostgreSQLMigration(
        version: 14, name: "counts_and_lists", oldestReader: 11,
        statements: [
            """
            CREATE TABLE sign_in_counts (
                pool_id TEXT COLLATE "C" NOT NULL,
                at BIGINT NOT NULL,
                provider TEXT COLLATE "C" NOT NULL,
                outcome TEXT COLLATE "C" NOT NULL,
                code TEXT COLLATE "C" NOT NULL,
                sign_ins BIGINT NOT NULL,
                expires_at BIGINT NOT NULL,
                PRIMARY KEY (pool_id, at, provider, outcome, code)
            )
            """,
            "CREATE INDEX sign_in_counts_by_expiry ON sign_in_counts (expires_at)",
            "CREATE INDEX sign_in_records_by_reference ON sign_in_records (reference)",
            "CREATE INDEX logouts_by_time ON logouts (pool_id, created_at, reference)",
        ])
}
