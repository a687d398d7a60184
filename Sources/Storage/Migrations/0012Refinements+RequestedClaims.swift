// Single claims that an app asked for. A server of the version before does not know them, and says what the scopes allow.

extension Migration {
    static let requestedClaims = "ALTER TABLE token_families ADD COLUMN requested_claims TEXT;\n"
}

extension PostgreSQLMigration {
    static let requestedClaims: [SQL] = ["ALTER TABLE token_families ADD COLUMN requested_claims TEXT COLLATE \"C\""]
}
