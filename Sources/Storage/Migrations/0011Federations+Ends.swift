// When the exceptions of SAML providers end. What was read before is read again, since it said nothing of them.

extension Migration {
    static let exceptionEnds = """
        ALTER TABLE provider_ends ADD COLUMN exception_until INTEGER;
        ALTER TABLE provider_ends ADD COLUMN exception_warned INTEGER;
        UPDATE provider_ends SET read_at = 0;

        """
}

extension PostgreSQLMigration {
    static let exceptionEnds: [SQL] = [
        "ALTER TABLE provider_ends ADD COLUMN exception_until BIGINT", "ALTER TABLE provider_ends ADD COLUMN exception_warned BIGINT",
        "UPDATE provider_ends SET read_at = 0",
    ]
}
