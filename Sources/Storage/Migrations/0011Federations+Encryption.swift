extension Migration {
    /// A pool whose identity providers know no certificate of it to encrypt for gets none in its metadata by an update: AD FS for one would begin to
    /// encrypt by itself, in a way that is refused.
    static let encryptionKeys = """
        ALTER TABLE user_pools ADD COLUMN publishes_encryption_key INTEGER NOT NULL DEFAULT 0;
        UPDATE user_pools SET publishes_encryption_key = 1
            WHERE EXISTS (SELECT 1 FROM saml_keys k WHERE k.pool_id = user_pools.id AND k.use = 'encryption')
            OR NOT EXISTS (SELECT 1 FROM identity_providers i WHERE i.pool_id = user_pools.id AND i.kind = 'saml');

        """
}

extension PostgreSQLMigration {
    /// As in SQLite; a view has the columns that there were when it was made.
    static let encryptionKeys: [SQL] = [
        "ALTER TABLE user_pools ADD COLUMN publishes_encryption_key BIGINT NOT NULL DEFAULT 0",
        """
        UPDATE user_pools SET publishes_encryption_key = 1
            WHERE EXISTS (SELECT 1 FROM saml_keys k WHERE k.pool_id = user_pools.id AND k.use = 'encryption')
            OR NOT EXISTS (SELECT 1 FROM identity_providers i WHERE i.pool_id = user_pools.id AND i.kind = 'saml')
        """,
        "CREATE OR REPLACE VIEW live_pools AS SELECT * FROM user_pools WHERE deleted_at IS NULL",
    ]
}
