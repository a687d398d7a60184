extension Migration {
    /// The `sid` that a family's tokens were issued with, where its session was merged into another one (THREATS case 138), and the memberships
    /// that count: what a provider said that is deleted is nobody's word any more, also before its rows are gone.
    static let mergedSessions = Migration(
        version: 7, name: "merged sessions",
        sqlite: """
            ALTER TABLE token_families ADD COLUMN issued_sid TEXT;
            CREATE INDEX token_families_by_issued_sid ON token_families (issued_sid, pool_id) WHERE issued_sid IS NOT NULL;

            CREATE INDEX group_memberships_by_provider ON group_memberships (pool_id, provider) WHERE provider IS NOT NULL;
            CREATE VIEW live_memberships AS
                SELECT m.* FROM group_memberships m
                WHERE NOT EXISTS (
                    SELECT 1 FROM identity_providers i INDEXED BY identity_providers_deleted
                    WHERE i.pool_id = m.pool_id AND i.name = m.provider AND i.deleted_at IS NOT NULL);
            """)
}
