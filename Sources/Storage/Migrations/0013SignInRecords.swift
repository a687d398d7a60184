// What happened to sign-ins. Nothing of it belongs to a row of a pool or a user: a record must never keep a sign-in from being refused, or a pool from
// being deleted, and what comes too late expires.

extension Migration {
    static let signInRecords = Migration(
        version: 13, name: "sign_in_records",
        sqlite: """
            CREATE TABLE sign_in_records (
                pool_id TEXT NOT NULL,
                reference TEXT NOT NULL,
                outcome TEXT NOT NULL,
                at INTEGER NOT NULL,
                provider TEXT,
                client_id TEXT,
                code TEXT,
                username TEXT,
                user_id TEXT,
                member TEXT,
                expires_at INTEGER NOT NULL,
                report TEXT NOT NULL,
                PRIMARY KEY (pool_id, reference)
            ) STRICT;
            CREATE INDEX sign_in_records_by_time ON sign_in_records (pool_id, outcome, at, provider, client_id, code);
            CREATE INDEX sign_in_records_by_username ON sign_in_records (pool_id, username, at) WHERE username IS NOT NULL;
            CREATE INDEX sign_in_records_by_user ON sign_in_records (user_id) WHERE user_id IS NOT NULL;
            CREATE INDEX sign_in_records_by_expiry ON sign_in_records (expires_at);
            CREATE TABLE sign_in_messages (
                pool_id TEXT NOT NULL,
                reference TEXT NOT NULL,
                provider TEXT NOT NULL,
                at INTEGER NOT NULL,
                sealed BLOB NOT NULL,
                expires_at INTEGER NOT NULL,
                PRIMARY KEY (pool_id, reference)
            ) STRICT;
            CREATE INDEX sign_in_messages_by_provider ON sign_in_messages (pool_id, provider, at);
            CREATE INDEX sign_in_messages_by_expiry ON sign_in_messages (expires_at);
            CREATE TABLE sign_in_omissions (
                pool_id TEXT NOT NULL,
                outcome TEXT NOT NULL,
                at INTEGER NOT NULL,
                left_out INTEGER NOT NULL,
                expires_at INTEGER NOT NULL,
                PRIMARY KEY (pool_id, outcome, at)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX sign_in_omissions_by_expiry ON sign_in_omissions (expires_at);

            """)
}

extension PostgreSQLMigration {
    static let signInRecords = PostgreSQLMigration(
        version: 13, name: "sign_in_records", oldestReader: 11,
        statements: [
            """
            CREATE TABLE sign_in_records (
                pool_id TEXT COLLATE "C" NOT NULL,
                reference TEXT COLLATE "C" NOT NULL,
                outcome TEXT COLLATE "C" NOT NULL,
                at BIGINT NOT NULL,
                provider TEXT COLLATE "C",
                client_id TEXT COLLATE "C",
                code TEXT COLLATE "C",
                username TEXT COLLATE "C",
                user_id TEXT COLLATE "C",
                member TEXT COLLATE "C",
                expires_at BIGINT NOT NULL,
                report TEXT COLLATE "C" NOT NULL,
                PRIMARY KEY (pool_id, reference)
            )
            """,
            "CREATE INDEX sign_in_records_by_time ON sign_in_records (pool_id, outcome, at, provider, client_id, code)",
            "CREATE INDEX sign_in_records_by_username ON sign_in_records (pool_id, username, at) WHERE username IS NOT NULL",
            "CREATE INDEX sign_in_records_by_user ON sign_in_records (user_id) WHERE user_id IS NOT NULL",
            "CREATE INDEX sign_in_records_by_expiry ON sign_in_records (expires_at)",
            """
            CREATE TABLE sign_in_messages (
                pool_id TEXT COLLATE "C" NOT NULL,
                reference TEXT COLLATE "C" NOT NULL,
                provider TEXT COLLATE "C" NOT NULL,
                at BIGINT NOT NULL,
                sealed BYTEA NOT NULL,
                expires_at BIGINT NOT NULL,
                PRIMARY KEY (pool_id, reference)
            )
            """,
            "CREATE INDEX sign_in_messages_by_provider ON sign_in_messages (pool_id, provider, at)",
            "CREATE INDEX sign_in_messages_by_expiry ON sign_in_messages (expires_at)",
            """
            CREATE TABLE sign_in_omissions (
                pool_id TEXT COLLATE "C" NOT NULL,
                outcome TEXT COLLATE "C" NOT NULL,
                at BIGINT NOT NULL,
                left_out BIGINT NOT NULL,
                expires_at BIGINT NOT NULL,
                PRIMARY KEY (pool_id, outcome, at)
            )
            """,
            "CREATE INDEX sign_in_omissions_by_expiry ON sign_in_omissions (expires_at)",
        ])
}
