// When a member that comes by itself is asked for again, apart from when its metadata ends; and before which end no document of a federation is taken,
// which an admin takes back without forgetting when the one that is held ends. The ends of federations are read again: their exceptions were not.

extension Migration {
    static let federationTimes = """
        ALTER TABLE federation_members ADD COLUMN refresh_at INTEGER;
        ALTER TABLE federations ADD COLUMN ends_not_before INTEGER;
        UPDATE federations SET ends_not_before = valid_until;
        UPDATE provider_ends SET read_at = 0;

        """
}

extension PostgreSQLMigration {
    static let federationTimes: [SQL] = [
        "ALTER TABLE federation_members ADD COLUMN refresh_at BIGINT",
        "ALTER TABLE federations ADD COLUMN ends_not_before BIGINT",
        "UPDATE federations SET ends_not_before = valid_until", "UPDATE provider_ends SET read_at = 0",
    ]
}
