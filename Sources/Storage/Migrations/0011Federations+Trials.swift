extension Migration {
    /// Dry sign-ins, from the ticket to the answer: apart from the real ones, which an older server completes.
    static let trials = """
        CREATE TABLE trial_sign_ins (
            ticket BLOB PRIMARY KEY,
            pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
            provider TEXT NOT NULL,
            client_id TEXT,
            request_id TEXT,
            browser BLOB,
            response_address TEXT,
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX trial_sign_ins_by_request ON trial_sign_ins (request_id) WHERE request_id IS NOT NULL;
        CREATE INDEX trial_sign_ins_by_pool ON trial_sign_ins (pool_id);
        CREATE INDEX trial_sign_ins_by_expiry ON trial_sign_ins (expires_at);

        """
}

extension PostgreSQLMigration {
    static let trials: [SQL] = [
        """
        CREATE TABLE trial_sign_ins (
            ticket BYTEA PRIMARY KEY,
            pool_id TEXT COLLATE "C" NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
            provider TEXT COLLATE "C" NOT NULL,
            client_id TEXT COLLATE "C",
            request_id TEXT COLLATE "C",
            browser BYTEA,
            response_address TEXT COLLATE "C",
            created_at BIGINT NOT NULL,
            expires_at BIGINT NOT NULL
        )
        """,
        "CREATE UNIQUE INDEX trial_sign_ins_by_request ON trial_sign_ins (request_id) WHERE request_id IS NOT NULL",
        "CREATE INDEX trial_sign_ins_by_pool ON trial_sign_ins (pool_id)",
        "CREATE INDEX trial_sign_ins_by_expiry ON trial_sign_ins (expires_at)",
    ]
}
