extension Migration {
    /// When a provider said what the tokens of a family say; of a family of before nobody knows.
    static let attributeTimes = "ALTER TABLE token_families ADD COLUMN attributes_at INTEGER;\n"
}

extension PostgreSQLMigration {
    /// As in SQLite; a view has the columns that there were when it was made.
    static let attributeTimes: [SQL] = [
        "ALTER TABLE token_families ADD COLUMN attributes_at BIGINT",
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
