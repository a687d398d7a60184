// How people were authenticated, of sessions and of what came of them; and which `acr` a provider's table has, for discovery. Old rows say nothing.

extension Migration {
    static let authenticationContexts = """
        ALTER TABLE sessions ADD COLUMN authentication_context TEXT;
        ALTER TABLE token_families ADD COLUMN authentication_context TEXT;
        ALTER TABLE identity_providers ADD COLUMN acr_values TEXT;
        CREATE INDEX identity_providers_by_acr_values ON identity_providers (pool_id, acr_values)
            WHERE acr_values IS NOT NULL AND enabled = 1 AND deleted_at IS NULL;

        """
}

extension PostgreSQLMigration {
    /// As in SQLite; a view has the columns that there were when it was made.
    static let authenticationContexts: [SQL] = [
        "ALTER TABLE sessions ADD COLUMN authentication_context TEXT COLLATE \"C\"",
        "ALTER TABLE token_families ADD COLUMN authentication_context TEXT COLLATE \"C\"",
        "ALTER TABLE identity_providers ADD COLUMN acr_values TEXT COLLATE \"C\"",
        """
        CREATE INDEX identity_providers_by_acr_values ON identity_providers (pool_id, acr_values)
            WHERE acr_values IS NOT NULL AND enabled = 1 AND deleted_at IS NULL
        """,
        """
        CREATE OR REPLACE VIEW live_sessions AS
            SELECT s.* FROM sessions s JOIN live_users u ON u.id = s.user_id
            WHERE NOT EXISTS (
                SELECT 1 FROM identity_providers i WHERE i.pool_id = s.pool_id AND i.name = s.provider AND i.deleted_at IS NOT NULL)
        """,
        """
        CREATE OR REPLACE VIEW live_token_families AS
            SELECT f.* FROM token_families f JOIN live_users u ON u.id = f.user_id
            WHERE NOT EXISTS (
                    SELECT 1 FROM identity_providers i WHERE i.pool_id = f.pool_id AND i.name = f.provider AND i.deleted_at IS NOT NULL)
                AND NOT EXISTS (
                    SELECT 1 FROM app_clients c WHERE c.pool_id = f.pool_id AND c.id = f.client_id AND c.deleted_at IS NOT NULL)
        """,
    ]
}
