// How clients prove who they are, who may use them, and what is used once or was taken back.
//
// A server of the version before reads clients by `live_clients`, and families by `live_token_families`. It would take a client with a key for one that
// need not prove itself, and would let in whom a client does not want: to it there are no such clients.

extension Migration {
    static let openIDProvider = """
        ALTER TABLE app_clients ADD COLUMN token_endpoint_auth_method TEXT;
        ALTER TABLE app_clients ADD COLUMN jwks TEXT;
        ALTER TABLE app_clients ADD COLUMN jwks_uri TEXT;
        ALTER TABLE app_clients ADD COLUMN serves TEXT NOT NULL DEFAULT '[]';
        ALTER TABLE app_clients ADD COLUMN required_groups TEXT NOT NULL DEFAULT '[]';
        ALTER TABLE app_clients ADD COLUMN require_par INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE app_clients ADD COLUMN require_dpop INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE app_clients ADD COLUMN metadata TEXT NOT NULL DEFAULT '{}';
        ALTER TABLE user_pools ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';

        CREATE VIEW live_app_clients AS
            SELECT c.* FROM app_clients c JOIN user_pools p ON p.id = c.pool_id WHERE c.deleted_at IS NULL AND p.deleted_at IS NULL;
        DROP VIEW live_clients;
        CREATE VIEW live_clients AS
            SELECT * FROM live_app_clients
            WHERE coalesce(token_endpoint_auth_method, '') <> 'private_key_jwt' AND required_groups = '[]' AND require_par = 0 AND require_dpop = 0
                AND metadata = '{}';

        CREATE TABLE used_values (
            hash BLOB NOT NULL PRIMARY KEY,
            until INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX used_values_by_until ON used_values (until);

        CREATE TABLE revoked_tokens (
            pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
            token_id TEXT NOT NULL,
            until INTEGER NOT NULL,
            PRIMARY KEY (pool_id, token_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX revoked_tokens_by_until ON revoked_tokens (until);

        CREATE TABLE pushed_requests (
            hash BLOB NOT NULL PRIMARY KEY,
            pool_id TEXT NOT NULL,
            client_id TEXT NOT NULL,
            parameters TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX pushed_requests_by_expiry ON pushed_requests (expires_at);

        """
}

extension PostgreSQLMigration {
    /// As in SQLite; a view has the columns that there were when it was made.
    static let openIDProvider: [SQL] = [
        "ALTER TABLE app_clients ADD COLUMN token_endpoint_auth_method TEXT COLLATE \"C\"",
        "ALTER TABLE app_clients ADD COLUMN jwks TEXT COLLATE \"C\"",
        "ALTER TABLE app_clients ADD COLUMN jwks_uri TEXT COLLATE \"C\"",
        "ALTER TABLE app_clients ADD COLUMN serves TEXT COLLATE \"C\" NOT NULL DEFAULT '[]'",
        "ALTER TABLE app_clients ADD COLUMN required_groups TEXT COLLATE \"C\" NOT NULL DEFAULT '[]'",
        "ALTER TABLE app_clients ADD COLUMN require_par BIGINT NOT NULL DEFAULT 0",
        "ALTER TABLE app_clients ADD COLUMN require_dpop BIGINT NOT NULL DEFAULT 0",
        "ALTER TABLE app_clients ADD COLUMN metadata TEXT COLLATE \"C\" NOT NULL DEFAULT '{}'",
        "ALTER TABLE user_pools ADD COLUMN settings TEXT COLLATE \"C\" NOT NULL DEFAULT '{}'",
        "CREATE OR REPLACE VIEW live_pools AS SELECT * FROM user_pools WHERE deleted_at IS NULL",
        """
        CREATE VIEW live_app_clients AS
            SELECT c.* FROM app_clients c JOIN user_pools p ON p.id = c.pool_id WHERE c.deleted_at IS NULL AND p.deleted_at IS NULL
        """,
        """
        CREATE OR REPLACE VIEW live_clients AS
            SELECT c.* FROM app_clients c JOIN user_pools p ON p.id = c.pool_id WHERE c.deleted_at IS NULL AND p.deleted_at IS NULL
                AND coalesce(c.token_endpoint_auth_method, '') <> 'private_key_jwt' AND c.required_groups = '[]' AND c.require_par = 0
                AND c.require_dpop = 0 AND c.metadata = '{}'
        """,
        """
        CREATE TABLE used_values (
            hash BYTEA NOT NULL PRIMARY KEY,
            until BIGINT NOT NULL
        )
        """,
        "CREATE INDEX used_values_by_until ON used_values (until)",
        """
        CREATE TABLE revoked_tokens (
            pool_id TEXT COLLATE "C" NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
            token_id TEXT COLLATE "C" NOT NULL,
            until BIGINT NOT NULL,
            PRIMARY KEY (pool_id, token_id)
        )
        """,
        "CREATE INDEX revoked_tokens_by_until ON revoked_tokens (until)",
        """
        CREATE TABLE pushed_requests (
            hash BYTEA NOT NULL PRIMARY KEY,
            pool_id TEXT COLLATE "C" NOT NULL,
            client_id TEXT COLLATE "C" NOT NULL,
            parameters TEXT COLLATE "C" NOT NULL,
            created_at BIGINT NOT NULL,
            expires_at BIGINT NOT NULL
        )
        """,
        "CREATE INDEX pushed_requests_by_expiry ON pushed_requests (expires_at)",
    ]
}
