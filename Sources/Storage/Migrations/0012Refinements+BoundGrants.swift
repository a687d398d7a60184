// To which key the code of a family, and then the refresh tokens of a public client, are bound.
//
// A server of the version before reads families by `live_token_families`. It would let whoever has the token alone go on: to it there are no bound ones.

extension Migration {
    static let boundGrants = """
        ALTER TABLE token_families ADD COLUMN key_thumbprint TEXT;
        CREATE VIEW live_grant_families AS
            SELECT f.* FROM token_families f JOIN live_users u ON u.id = f.user_id
            WHERE NOT EXISTS (
                    SELECT 1 FROM identity_providers i INDEXED BY identity_providers_deleted
                    WHERE i.pool_id = f.pool_id AND i.name = f.provider AND i.deleted_at IS NOT NULL)
                AND NOT EXISTS (
                    SELECT 1 FROM app_clients c WHERE c.pool_id = f.pool_id AND c.id = f.client_id AND c.deleted_at IS NOT NULL);
        DROP VIEW live_token_families;
        CREATE VIEW live_token_families AS SELECT * FROM live_grant_families WHERE key_thumbprint IS NULL;

        """
}

extension PostgreSQLMigration {
    /// A view has the columns that there were when it was made, and keeps their order.
    static let boundGrants: [SQL] = [
        "ALTER TABLE token_families ADD COLUMN key_thumbprint TEXT COLLATE \"C\"",
        """
        CREATE VIEW live_grant_families AS
            SELECT f.* FROM token_families f JOIN live_users u ON u.id = f.user_id
            WHERE NOT EXISTS (
                    SELECT 1 FROM identity_providers i WHERE i.pool_id = f.pool_id AND i.name = f.provider AND i.deleted_at IS NOT NULL)
                AND NOT EXISTS (
                    SELECT 1 FROM app_clients c WHERE c.pool_id = f.pool_id AND c.id = f.client_id AND c.deleted_at IS NOT NULL)
        """,
        "CREATE OR REPLACE VIEW live_token_families AS SELECT * FROM live_grant_families WHERE key_thumbprint IS NULL",
    ]
}
