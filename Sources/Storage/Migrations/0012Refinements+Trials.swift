// Which member of a federation a dry sign-in is at; and what came of one, for whoever waits for it at the command line.

extension Migration {
    static let trialOutcomes = """
        ALTER TABLE trial_sign_ins ADD COLUMN member TEXT;
        CREATE TABLE trial_outcomes (
            ticket BLOB PRIMARY KEY,
            pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
            outcome TEXT NOT NULL,
            expires_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX trial_outcomes_by_pool ON trial_outcomes (pool_id);
        CREATE INDEX trial_outcomes_by_expiry ON trial_outcomes (expires_at);

        """
}

extension PostgreSQLMigration {
    static let trialOutcomes: [SQL] = [
        "ALTER TABLE trial_sign_ins ADD COLUMN member TEXT COLLATE \"C\"",
        """
        CREATE TABLE trial_outcomes (
            ticket BYTEA PRIMARY KEY,
            pool_id TEXT COLLATE "C" NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
            outcome TEXT COLLATE "C" NOT NULL,
            expires_at BIGINT NOT NULL
        )
        """,
        "CREATE INDEX trial_outcomes_by_pool ON trial_outcomes (pool_id)",
        "CREATE INDEX trial_outcomes_by_expiry ON trial_outcomes (expires_at)",
    ]
}
