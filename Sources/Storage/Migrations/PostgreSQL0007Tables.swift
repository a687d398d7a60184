extension PostgreSQLMigration {
    /// The tables as SQLite's migrations 1 to 7 leave them; PostgreSQL begins here.
    ///
    /// Text is ordered and compared by its bytes (`COLLATE "C"`), whatever the server's language is. The longest keys that anybody sends, a NameID of
    /// 1,024 bytes with its issuer, fit into an entry of an index, which holds some 2,700 bytes (PostgreSQL §67.4); what does not is refused.
    static let tables = PostgreSQLMigration(
        version: 7, name: "tables", oldestReader: 7, statements: configuration + people + signIns + tokens + installation + views)

    private static let configuration: [SQL] = [
        """
        CREATE TABLE user_pools (
            id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
            name TEXT COLLATE "C" NOT NULL,
            domain TEXT COLLATE "C" UNIQUE,
            signing_algorithm TEXT COLLATE "C" NOT NULL,
            custom_attributes TEXT COLLATE "C" NOT NULL,
            created_at BIGINT NOT NULL,
            display_name TEXT COLLATE "C",
            logo_hash TEXT COLLATE "C",
            logo_type TEXT COLLATE "C",
            accent TEXT COLLATE "C",
            dark_accent TEXT COLLATE "C",
            privacy_url TEXT COLLATE "C",
            terms_url TEXT COLLATE "C",
            deletion_protection BIGINT NOT NULL DEFAULT 1,
            resources TEXT COLLATE "C" NOT NULL DEFAULT '[]',
            deleted_at BIGINT
        )
        """,
        """
        CREATE TABLE app_clients (
            pool_id TEXT COLLATE "C" NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
            id TEXT COLLATE "C" NOT NULL,
            name TEXT COLLATE "C" NOT NULL,
            redirect_uris TEXT COLLATE "C" NOT NULL,
            post_logout_redirect_uris TEXT COLLATE "C" NOT NULL,
            grant_types TEXT COLLATE "C" NOT NULL,
            scopes TEXT COLLATE "C" NOT NULL,
            identity_providers TEXT COLLATE "C" NOT NULL,
            access_token_lifetime BIGINT NOT NULL,
            id_token_lifetime BIGINT NOT NULL,
            refresh_token_lifetime BIGINT NOT NULL,
            code_lifetime BIGINT NOT NULL,
            refresh_grace BIGINT NOT NULL,
            enabled BIGINT NOT NULL,
            created_at BIGINT NOT NULL,
            pkce TEXT COLLATE "C" NOT NULL DEFAULT 'required',
            web_origins TEXT COLLATE "C",
            resources TEXT COLLATE "C" NOT NULL DEFAULT '[]',
            deleted_at BIGINT,
            PRIMARY KEY (pool_id, id)
        )
        """,
        "CREATE INDEX app_clients_deleted ON app_clients (pool_id, id) WHERE deleted_at IS NOT NULL",
        """
        CREATE TABLE client_secrets (
            pool_id TEXT COLLATE "C" NOT NULL,
            client_id TEXT COLLATE "C" NOT NULL,
            hash BYTEA NOT NULL,
            created_at BIGINT NOT NULL,
            expires_at BIGINT,
            PRIMARY KEY (pool_id, client_id, hash),
            FOREIGN KEY (pool_id, client_id) REFERENCES app_clients (pool_id, id) ON DELETE CASCADE
        )
        """,
        """
        CREATE TABLE client_web_origins (
            pool_id TEXT COLLATE "C" NOT NULL,
            origin TEXT COLLATE "C" NOT NULL,
            client_id TEXT COLLATE "C" NOT NULL,
            PRIMARY KEY (pool_id, origin, client_id),
            FOREIGN KEY (pool_id, client_id) REFERENCES app_clients (pool_id, id) ON DELETE CASCADE
        )
        """,
        "CREATE INDEX client_web_origins_by_client ON client_web_origins (pool_id, client_id)",
        """
        CREATE TABLE identity_providers (
            pool_id TEXT COLLATE "C" NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
            name TEXT COLLATE "C" NOT NULL,
            kind TEXT COLLATE "C" NOT NULL,
            entity_id TEXT COLLATE "C",
            connection TEXT COLLATE "C" NOT NULL,
            attribute_mapping TEXT COLLATE "C" NOT NULL,
            domains TEXT COLLATE "C" NOT NULL,
            enabled BIGINT NOT NULL,
            created_at BIGINT NOT NULL,
            updated_at BIGINT NOT NULL,
            display_name TEXT COLLATE "C",
            search_text TEXT COLLATE "C" NOT NULL DEFAULT '',
            preset TEXT COLLATE "C",
            logo_hash TEXT COLLATE "C",
            logo_type TEXT COLLATE "C",
            deleted_at BIGINT,
            PRIMARY KEY (pool_id, name),
            UNIQUE (pool_id, entity_id)
        )
        """,
        "CREATE INDEX identity_providers_offered ON identity_providers (pool_id, enabled, search_text, name)",
        "CREATE INDEX identity_providers_deleted ON identity_providers (pool_id, name) WHERE deleted_at IS NOT NULL",
        """
        CREATE TABLE identity_provider_domains (
            pool_id TEXT COLLATE "C" NOT NULL,
            domain TEXT COLLATE "C" NOT NULL,
            provider TEXT COLLATE "C" NOT NULL,
            PRIMARY KEY (pool_id, domain),
            FOREIGN KEY (pool_id, provider) REFERENCES identity_providers (pool_id, name) ON DELETE CASCADE
        )
        """,
        "CREATE INDEX identity_provider_domains_by_provider ON identity_provider_domains (pool_id, provider)",
        """
        CREATE TABLE images (
            pool_id TEXT COLLATE "C" NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
            hash TEXT COLLATE "C" NOT NULL,
            media_type TEXT COLLATE "C" NOT NULL,
            bytes BYTEA NOT NULL,
            PRIMARY KEY (pool_id, hash)
        )
        """,
        """
        CREATE TABLE signing_keys (
            pool_id TEXT COLLATE "C" NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
            id TEXT COLLATE "C" NOT NULL,
            algorithm TEXT COLLATE "C" NOT NULL,
            phase TEXT COLLATE "C" NOT NULL,
            sealed_private_key BYTEA NOT NULL,
            created_at BIGINT NOT NULL,
            retired_at BIGINT,
            PRIMARY KEY (pool_id, id)
        )
        """,
        "CREATE UNIQUE INDEX signing_keys_in_use ON signing_keys (pool_id, algorithm, phase) WHERE phase IN ('upcoming', 'current')",
    ]

    private static let installation: [SQL] = [
        """
        CREATE TABLE audit_events (
            id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
            pool_id TEXT COLLATE "C",
            at BIGINT NOT NULL,
            actor_kind TEXT COLLATE "C" NOT NULL,
            actor_name TEXT COLLATE "C" NOT NULL,
            action TEXT COLLATE "C" NOT NULL,
            target_kind TEXT COLLATE "C" NOT NULL,
            target_name TEXT COLLATE "C" NOT NULL,
            details TEXT COLLATE "C" NOT NULL
        )
        """,
        "CREATE INDEX audit_events_by_time ON audit_events (pool_id, at, id)",
        "CREATE INDEX audit_events_by_target ON audit_events (pool_id, target_kind, target_name, at)",
        """
        CREATE TABLE installation_settings (
            name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
            value TEXT COLLATE "C" NOT NULL,
            changed_at BIGINT NOT NULL
        )
        """,
        // Always empty: it is locked by who writes, and by who must be alone.
        "CREATE TABLE write_turns (id BIGINT NOT NULL PRIMARY KEY)",
        """
        CREATE TABLE servers (
            id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
            public_url TEXT COLLATE "C" NOT NULL,
            started_at BIGINT NOT NULL,
            seen_at BIGINT NOT NULL
        )
        """,
    ]

    private static let views: [SQL] = [
        "CREATE VIEW live_pools AS SELECT * FROM user_pools WHERE deleted_at IS NULL",
        """
        CREATE VIEW live_clients AS
            SELECT c.* FROM app_clients c JOIN user_pools p ON p.id = c.pool_id WHERE c.deleted_at IS NULL AND p.deleted_at IS NULL
        """,
        """
        CREATE VIEW live_providers AS
            SELECT i.* FROM identity_providers i JOIN user_pools p ON p.id = i.pool_id WHERE i.deleted_at IS NULL AND p.deleted_at IS NULL
        """,
        """
        CREATE VIEW live_users AS
            SELECT u.* FROM users u JOIN user_pools p ON p.id = u.pool_id WHERE u.deleted_at IS NULL AND p.deleted_at IS NULL
        """,
        """
        CREATE VIEW live_sessions AS
            SELECT s.* FROM sessions s JOIN live_users u ON u.id = s.user_id
            WHERE NOT EXISTS (
                SELECT 1 FROM identity_providers i WHERE i.pool_id = s.pool_id AND i.name = s.provider AND i.deleted_at IS NOT NULL)
        """,
        """
        CREATE VIEW live_token_families AS
            SELECT f.* FROM token_families f JOIN live_users u ON u.id = f.user_id
            WHERE NOT EXISTS (
                    SELECT 1 FROM identity_providers i WHERE i.pool_id = f.pool_id AND i.name = f.provider AND i.deleted_at IS NOT NULL)
                AND NOT EXISTS (
                    SELECT 1 FROM app_clients c WHERE c.pool_id = f.pool_id AND c.id = f.client_id AND c.deleted_at IS NOT NULL)
        """,
        """
        CREATE VIEW live_memberships AS
            SELECT m.* FROM group_memberships m
            WHERE NOT EXISTS (
                SELECT 1 FROM identity_providers i WHERE i.pool_id = m.pool_id AND i.name = m.provider AND i.deleted_at IS NOT NULL)
        """,
    ]
}
