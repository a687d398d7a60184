extension Migration {
    /// How a pool's pages look, how its providers are offered on them, and the images of both.
    ///
    /// `search_text` is what the button says and the name, in lower case, one a line: it orders the buttons and is what a search looks through.
    /// The index has all that the sign-in page needs, so that the page never reads a provider's metadata.
    static let branding = Migration(
        version: 3, name: "branding",
        sqlite: """
            ALTER TABLE user_pools ADD COLUMN display_name TEXT;
            ALTER TABLE user_pools ADD COLUMN logo_hash TEXT;
            ALTER TABLE user_pools ADD COLUMN logo_type TEXT;
            ALTER TABLE user_pools ADD COLUMN accent TEXT;
            ALTER TABLE user_pools ADD COLUMN dark_accent TEXT;
            ALTER TABLE user_pools ADD COLUMN privacy_url TEXT;
            ALTER TABLE user_pools ADD COLUMN terms_url TEXT;

            ALTER TABLE identity_providers ADD COLUMN display_name TEXT;
            ALTER TABLE identity_providers ADD COLUMN search_text TEXT NOT NULL DEFAULT '';
            ALTER TABLE identity_providers ADD COLUMN preset TEXT;
            ALTER TABLE identity_providers ADD COLUMN logo_hash TEXT;
            ALTER TABLE identity_providers ADD COLUMN logo_type TEXT;
            UPDATE identity_providers
                SET search_text = lower(name) || char(10) || lower(name), preset = json_extract(connection, '$.preset');
            CREATE INDEX identity_providers_offered
                ON identity_providers (pool_id, enabled, search_text, name, display_name, logo_hash, logo_type, preset);

            CREATE TABLE images (
                pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
                hash TEXT NOT NULL,
                media_type TEXT NOT NULL,
                bytes BLOB NOT NULL,
                PRIMARY KEY (pool_id, hash)
            ) STRICT;
            """)
}
