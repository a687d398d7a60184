extension PostgreSQLMigration {
    /// Sign-ins at the same time read nothing that the others write, so that none has to be repeated.
    ///
    /// That a browser has one session in a pool is the index's word: nobody looks for another one first. And a code, which is inserted with its
    /// family, does not look for that: where a family goes, its code goes by a trigger.
    static let signInsApart = PostgreSQLMigration(
        version: 9, name: "sign-ins apart", oldestReader: 7,
        statements: [
            """
            DELETE FROM sessions s USING sessions newer
            WHERE newer.browser = s.browser AND newer.pool_id = s.pool_id AND (newer.created_at, newer.id) > (s.created_at, s.id)
            """,
            "CREATE UNIQUE INDEX sessions_of_browser ON sessions (browser, pool_id) WHERE browser IS NOT NULL",
            "DROP INDEX sessions_by_browser",
            """
            CREATE FUNCTION delete_code_of_family() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                DELETE FROM authorization_codes WHERE family_id = OLD.id;
                RETURN NULL;
            END
            $$
            """,
            "CREATE TRIGGER delete_code_of_family AFTER DELETE ON token_families FOR EACH ROW EXECUTE FUNCTION delete_code_of_family()",
            "ALTER TABLE authorization_codes DROP CONSTRAINT authorization_codes_family_id_fkey",
        ])
}
