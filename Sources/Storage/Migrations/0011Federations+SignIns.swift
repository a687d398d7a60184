// Which member of a federation is asked, and which signed somebody in. Where the provider is no federation there is none.
//
// A server of the version before reads providers by `live_providers` and would not know what a federation is: to it there is none.

extension Migration {
    static let memberSignIns = """
        ALTER TABLE pending_sign_ins ADD COLUMN member TEXT;
        ALTER TABLE sessions ADD COLUMN member TEXT;

        DROP VIEW live_providers;
        CREATE VIEW live_identity_providers AS
            SELECT i.* FROM identity_providers i JOIN user_pools p ON p.id = i.pool_id WHERE i.deleted_at IS NULL AND p.deleted_at IS NULL;
        CREATE VIEW live_providers AS SELECT * FROM live_identity_providers WHERE kind <> 'federation';

        """
}

extension PostgreSQLMigration {
    /// As in SQLite; a view has the columns that there were when it was made.
    static let memberSignIns: [SQL] = [
        "ALTER TABLE pending_sign_ins ADD COLUMN member TEXT COLLATE \"C\"",
        "ALTER TABLE sessions ADD COLUMN member TEXT COLLATE \"C\"",
        """
        CREATE OR REPLACE VIEW live_sessions AS
            SELECT s.* FROM sessions s JOIN live_users u ON u.id = s.user_id
            WHERE NOT EXISTS (
                SELECT 1 FROM identity_providers i WHERE i.pool_id = s.pool_id AND i.name = s.provider AND i.deleted_at IS NOT NULL)
        """,
        """
        CREATE VIEW live_identity_providers AS
            SELECT i.* FROM identity_providers i JOIN user_pools p ON p.id = i.pool_id WHERE i.deleted_at IS NULL AND p.deleted_at IS NULL
        """,
        """
        CREATE OR REPLACE VIEW live_providers AS
            SELECT i.* FROM identity_providers i JOIN user_pools p ON p.id = i.pool_id
            WHERE i.deleted_at IS NULL AND p.deleted_at IS NULL AND i.kind <> 'federation'
        """,
    ]
}
