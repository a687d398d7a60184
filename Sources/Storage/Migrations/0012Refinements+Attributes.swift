extension Migration {
    /// When a provider said what the tokens of a family say; of a family of before nobody knows.
    static let attributeTimes = "ALTER TABLE token_families ADD COLUMN attributes_at INTEGER;\n"
}

extension PostgreSQLMigration {
    static let attributeTimes: [SQL] = ["ALTER TABLE token_families ADD COLUMN attributes_at BIGINT"]
}
