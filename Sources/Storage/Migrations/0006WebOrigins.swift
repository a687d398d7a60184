extension Migration {
    /// Which pages may call a pool is looked up by their origin, the sign-ins that wait for a provider by its name, and whether a provider was
    /// deleted in the short index of those that were: its row is long, and the mark stands behind the metadata.
    static let webOrigins = Migration(version: 6, name: "clients by web origin", sqlite: origins + lookups)

    /// What a client registered itself comes first, else the origins of its redirect URIs, as `AppClient.effectiveWebOrigins` has them.
    private static let origins = """
        CREATE TABLE client_web_origins (
            pool_id TEXT NOT NULL,
            origin TEXT NOT NULL,
            client_id TEXT NOT NULL,
            PRIMARY KEY (pool_id, origin, client_id),
            FOREIGN KEY (pool_id, client_id) REFERENCES app_clients (pool_id, id) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX client_web_origins_by_client ON client_web_origins (pool_id, client_id);

        INSERT INTO client_web_origins (pool_id, origin, client_id)
            SELECT DISTINCT c.pool_id, o.value, c.id FROM app_clients c, json_each(c.web_origins) o WHERE c.web_origins IS NOT NULL;
        INSERT INTO client_web_origins (pool_id, origin, client_id)
            WITH uris AS (
                SELECT c.pool_id, c.id, iif(u.value LIKE 'https://%', 'https://', 'http://') AS scheme,
                    substr(u.value, iif(u.value LIKE 'https://%', 9, 8)) AS rest
                FROM app_clients c, json_each(c.redirect_uris) u
                WHERE c.web_origins IS NULL AND (u.value GLOB 'https://*' OR u.value GLOB 'http://*')
            ), authorities AS (
                SELECT pool_id, id, scheme, iif(scheme = 'https://', ':443', ':80') AS port,
                    lower(substr(rest, 1, min(instr(rest || '/', '/'), instr(rest || '?', '?'), instr(rest || '#', '#')) - 1)) AS authority
                FROM uris
            )
            SELECT DISTINCT pool_id,
                scheme || iif(authority LIKE '%' || port, substr(authority, 1, length(authority) - length(port)), authority), id
            FROM authorities WHERE authority <> '' AND authority NOT LIKE '%@%' AND authority NOT LIKE '%\\%';

        """

    private static let lookups = """
        CREATE INDEX pending_sign_ins_by_provider ON pending_sign_ins (pool_id, provider);

        DROP VIEW live_sessions;
        CREATE VIEW live_sessions AS
            SELECT s.* FROM sessions s JOIN live_users u ON u.id = s.user_id
            WHERE NOT EXISTS (
                SELECT 1 FROM identity_providers i INDEXED BY identity_providers_deleted
                WHERE i.pool_id = s.pool_id AND i.name = s.provider AND i.deleted_at IS NOT NULL);
        DROP VIEW live_token_families;
        CREATE VIEW live_token_families AS
            SELECT f.* FROM token_families f JOIN live_users u ON u.id = f.user_id
            WHERE NOT EXISTS (
                    SELECT 1 FROM identity_providers i INDEXED BY identity_providers_deleted
                    WHERE i.pool_id = f.pool_id AND i.name = f.provider AND i.deleted_at IS NOT NULL)
                AND NOT EXISTS (
                    SELECT 1 FROM app_clients c WHERE c.pool_id = f.pool_id AND c.id = f.client_id AND c.deleted_at IS NOT NULL);
        """
}
