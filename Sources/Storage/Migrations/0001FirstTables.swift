extension Migration {
    /// Configuration, users, and what a sign-in leaves behind.
    ///
    /// Times are milliseconds since 1970, lists are JSON, hashes are 32 bytes. A row goes with the row that owns it (CASCADE).
    static let firstTables = Migration(
        version: 1, name: "first tables",
        sqlite: """
            CREATE TABLE user_pools (
                id TEXT NOT NULL PRIMARY KEY,
                name TEXT NOT NULL,
                domain TEXT UNIQUE,
                signing_algorithm TEXT NOT NULL,
                custom_attributes TEXT NOT NULL,
                created_at INTEGER NOT NULL
            ) STRICT;

            CREATE TABLE app_clients (
                pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
                id TEXT NOT NULL,
                name TEXT NOT NULL,
                secret_hash BLOB,
                redirect_uris TEXT NOT NULL,
                post_logout_redirect_uris TEXT NOT NULL,
                grant_types TEXT NOT NULL,
                scopes TEXT NOT NULL,
                identity_providers TEXT NOT NULL,
                access_token_lifetime INTEGER NOT NULL,
                id_token_lifetime INTEGER NOT NULL,
                refresh_token_lifetime INTEGER NOT NULL,
                code_lifetime INTEGER NOT NULL,
                refresh_grace INTEGER NOT NULL,
                enabled INTEGER NOT NULL,
                created_at INTEGER NOT NULL,
                PRIMARY KEY (pool_id, id)
            ) STRICT;

            CREATE TABLE identity_providers (
                pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
                name TEXT NOT NULL,
                kind TEXT NOT NULL,
                entity_id TEXT,
                connection TEXT NOT NULL,
                attribute_mapping TEXT NOT NULL,
                domains TEXT NOT NULL,
                enabled INTEGER NOT NULL,
                created_at INTEGER NOT NULL,
                updated_at INTEGER NOT NULL,
                PRIMARY KEY (pool_id, name),
                UNIQUE (pool_id, entity_id)
            ) STRICT;

            CREATE TABLE identity_provider_domains (
                pool_id TEXT NOT NULL,
                domain TEXT NOT NULL,
                provider TEXT NOT NULL,
                PRIMARY KEY (pool_id, domain),
                FOREIGN KEY (pool_id, provider) REFERENCES identity_providers (pool_id, name) ON DELETE CASCADE
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX identity_provider_domains_by_provider ON identity_provider_domains (pool_id, provider);

            CREATE TABLE signing_keys (
                pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
                id TEXT NOT NULL,
                algorithm TEXT NOT NULL,
                phase TEXT NOT NULL,
                sealed_private_key BLOB NOT NULL,
                created_at INTEGER NOT NULL,
                retired_at INTEGER,
                PRIMARY KEY (pool_id, id)
            ) STRICT;
            CREATE UNIQUE INDEX signing_keys_in_use ON signing_keys (pool_id, algorithm, phase) WHERE phase <> 'retired';

            CREATE TABLE users (
                id TEXT NOT NULL PRIMARY KEY,
                pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
                username TEXT NOT NULL,
                enabled INTEGER NOT NULL,
                attributes TEXT NOT NULL,
                created_at INTEGER NOT NULL,
                updated_at INTEGER NOT NULL,
                UNIQUE (pool_id, username)
            ) STRICT;

            CREATE TABLE federated_identities (
                pool_id TEXT NOT NULL,
                provider TEXT NOT NULL,
                format TEXT NOT NULL,
                subject TEXT NOT NULL,
                issuer TEXT NOT NULL,
                user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                position INTEGER NOT NULL,
                PRIMARY KEY (pool_id, provider, format, subject, issuer)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX federated_identities_by_user ON federated_identities (user_id, position);

            CREATE TABLE group_memberships (
                user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                position INTEGER NOT NULL,
                group_name TEXT NOT NULL,
                origin TEXT,
                PRIMARY KEY (user_id, position)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE pending_sign_ins (
                id TEXT NOT NULL PRIMARY KEY,
                pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
                provider TEXT NOT NULL,
                browser BLOB NOT NULL,
                previous_cookie BLOB,
                request TEXT NOT NULL,
                assertion_consumer_service TEXT NOT NULL,
                authenticated_after INTEGER,
                created_at INTEGER NOT NULL,
                expires_at INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX pending_sign_ins_by_expiry ON pending_sign_ins (expires_at);

            CREATE TABLE accepted_proofs (
                pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
                provider TEXT NOT NULL,
                proof_id TEXT NOT NULL,
                until INTEGER NOT NULL,
                PRIMARY KEY (pool_id, provider, proof_id)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX accepted_proofs_by_expiry ON accepted_proofs (until);

            CREATE TABLE sessions (
                id TEXT NOT NULL PRIMARY KEY,
                pool_id TEXT NOT NULL,
                user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                provider TEXT NOT NULL,
                cookie BLOB NOT NULL UNIQUE,
                authenticated_at INTEGER NOT NULL,
                upstream_session_index TEXT,
                created_at INTEGER NOT NULL,
                expires_at INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX sessions_by_user ON sessions (user_id);
            CREATE INDEX sessions_by_expiry ON sessions (expires_at);

            CREATE TABLE token_families (
                id TEXT NOT NULL PRIMARY KEY,
                pool_id TEXT NOT NULL,
                client_id TEXT NOT NULL,
                user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                session_id TEXT NOT NULL,
                provider TEXT NOT NULL,
                ended INTEGER NOT NULL,
                expires_at INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX token_families_by_user ON token_families (user_id);
            CREATE INDEX token_families_by_session ON token_families (session_id);
            CREATE INDEX token_families_by_expiry ON token_families (expires_at);

            CREATE TABLE authorization_codes (
                hash BLOB NOT NULL PRIMARY KEY,
                family_id TEXT NOT NULL UNIQUE REFERENCES token_families (id) ON DELETE CASCADE,
                scopes TEXT NOT NULL,
                resource TEXT,
                nonce TEXT,
                authenticated_at INTEGER NOT NULL,
                redirect_uri TEXT NOT NULL,
                code_challenge TEXT NOT NULL,
                expires_at INTEGER NOT NULL,
                used_at INTEGER
            ) STRICT;
            CREATE INDEX authorization_codes_by_expiry ON authorization_codes (expires_at);

            CREATE TABLE refresh_tokens (
                hash BLOB NOT NULL PRIMARY KEY,
                family_id TEXT NOT NULL REFERENCES token_families (id) ON DELETE CASCADE,
                scopes TEXT NOT NULL,
                resource TEXT,
                nonce TEXT,
                authenticated_at INTEGER NOT NULL,
                issued_at INTEGER NOT NULL,
                expires_at INTEGER NOT NULL,
                retired_at INTEGER,
                successor BLOB
            ) STRICT;
            CREATE INDEX refresh_tokens_by_family ON refresh_tokens (family_id);
            CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (expires_at);
            """)
}
