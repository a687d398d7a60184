extension Migration {
    /// What OpenID Connect providers, linking by e-mail and the audit need; and the indices that deleting a client or provider wants.
    static let openIDProviders = Migration(
        version: 2, name: "OpenID Connect providers",
        sqlite: """
            ALTER TABLE pending_sign_ins ADD COLUMN claimed_at INTEGER;

            ALTER TABLE users ADD COLUMN vouched_email TEXT;
            CREATE INDEX users_by_vouched_email ON users (pool_id, vouched_email) WHERE vouched_email IS NOT NULL;

            CREATE TABLE audit_events (
                id TEXT NOT NULL PRIMARY KEY,
                pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
                at INTEGER NOT NULL,
                action TEXT NOT NULL,
                actor TEXT NOT NULL,
                user_id TEXT NOT NULL,
                provider TEXT NOT NULL,
                format TEXT NOT NULL,
                subject TEXT NOT NULL,
                issuer TEXT NOT NULL
            ) STRICT;
            CREATE INDEX audit_events_by_time ON audit_events (pool_id, at, id);
            CREATE INDEX audit_events_by_user ON audit_events (pool_id, user_id);

            CREATE INDEX token_families_by_client ON token_families (pool_id, client_id);
            CREATE INDEX token_families_by_provider ON token_families (pool_id, provider);
            CREATE INDEX sessions_by_provider ON sessions (pool_id, provider);
            """)
}
