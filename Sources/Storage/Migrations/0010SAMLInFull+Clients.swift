extension Migration {
    /// Where somebody else may ask an app to begin a sign-in.
    static let initiatedSignIns = "ALTER TABLE app_clients ADD COLUMN initiate_login_uri TEXT;\n"
}

extension PostgreSQLMigration {
    /// As in SQLite; a view has the columns that there were when it was made.
    static let initiatedSignIns: [SQL] = [
        "ALTER TABLE app_clients ADD COLUMN initiate_login_uri TEXT COLLATE \"C\"",
        """
        CREATE OR REPLACE VIEW live_clients AS
            SELECT c.* FROM app_clients c JOIN user_pools p ON p.id = c.pool_id WHERE c.deleted_at IS NULL AND p.deleted_at IS NULL
        """,
    ]
}
