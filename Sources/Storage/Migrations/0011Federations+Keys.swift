extension Migration {
    /// After how many days a pool's SAML keys are followed by others.
    static let keySchedule = "ALTER TABLE user_pools ADD COLUMN saml_key_days INTEGER;\n"
}

extension PostgreSQLMigration {
    /// As in SQLite; a view has the columns that there were when it was made.
    static let keySchedule: [SQL] = [
        "ALTER TABLE user_pools ADD COLUMN saml_key_days BIGINT",
        "CREATE OR REPLACE VIEW live_pools AS SELECT * FROM user_pools WHERE deleted_at IS NULL",
    ]
}
