extension Migration {
    /// Sessions and grants of any source, client secrets that overlap, groups with validity, an audit of everything, deletion by a mark.
    ///
    /// Columns that may now be empty need their tables made anew, since SQLite cannot take a NOT NULL back. A table that others refer to is
    /// dropped after its copies are made: dropping it would delete what refers to it.
    static let grants = Migration(
        version: 4, name: "grants of any source, groups, audit", sqlite: configuration + people + signIns + audit + installation + deletion)

    private static let configuration = """
        ALTER TABLE user_pools ADD COLUMN deletion_protection INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE user_pools ADD COLUMN resources TEXT NOT NULL DEFAULT '[]';
        ALTER TABLE user_pools ADD COLUMN deleted_at INTEGER;

        ALTER TABLE app_clients ADD COLUMN pkce TEXT NOT NULL DEFAULT 'required';
        ALTER TABLE app_clients ADD COLUMN web_origins TEXT;
        ALTER TABLE app_clients ADD COLUMN resources TEXT NOT NULL DEFAULT '[]';
        ALTER TABLE app_clients ADD COLUMN deleted_at INTEGER;
        UPDATE app_clients SET refresh_grace = 10 WHERE refresh_grace = 0;

        CREATE TABLE client_secrets (
            pool_id TEXT NOT NULL,
            client_id TEXT NOT NULL,
            hash BLOB NOT NULL,
            created_at INTEGER NOT NULL,
            expires_at INTEGER,
            PRIMARY KEY (pool_id, client_id, hash),
            FOREIGN KEY (pool_id, client_id) REFERENCES app_clients (pool_id, id) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;
        INSERT INTO client_secrets (pool_id, client_id, hash, created_at)
            SELECT pool_id, id, secret_hash, created_at FROM app_clients WHERE secret_hash IS NOT NULL;
        ALTER TABLE app_clients DROP COLUMN secret_hash;

        ALTER TABLE identity_providers ADD COLUMN deleted_at INTEGER;

        DROP INDEX signing_keys_in_use;
        CREATE UNIQUE INDEX signing_keys_in_use ON signing_keys (pool_id, algorithm, phase) WHERE phase IN ('upcoming', 'current');

        """

    private static let people = """
        ALTER TABLE users ADD COLUMN deleted_at INTEGER;

        CREATE TABLE user_groups (
            pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            description TEXT,
            created_at INTEGER NOT NULL,
            PRIMARY KEY (pool_id, name)
        ) STRICT;

        CREATE TABLE new_group_memberships (
            user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            pool_id TEXT NOT NULL,
            group_name TEXT NOT NULL,
            origin TEXT NOT NULL,
            provider TEXT,
            not_before INTEGER,
            expires_at INTEGER,
            PRIMARY KEY (user_id, position)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO new_group_memberships (user_id, position, pool_id, group_name, origin, provider)
            SELECT m.user_id, m.position, u.pool_id, m.group_name, CASE WHEN m.origin IS NULL THEN 'admin' ELSE 'provider' END, m.origin
            FROM group_memberships m JOIN users u ON u.id = m.user_id;
        DROP TABLE group_memberships;
        ALTER TABLE new_group_memberships RENAME TO group_memberships;
        CREATE INDEX group_memberships_by_group ON group_memberships (pool_id, group_name);

        CREATE TABLE unlinked_identities (
            pool_id TEXT NOT NULL,
            user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            provider TEXT NOT NULL,
            format TEXT NOT NULL,
            subject TEXT NOT NULL,
            issuer TEXT NOT NULL,
            PRIMARY KEY (user_id, provider, format, subject, issuer)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO unlinked_identities (pool_id, user_id, provider, format, subject, issuer)
            SELECT DISTINCT e.pool_id, e.user_id, e.provider, e.format, e.subject, e.issuer
            FROM audit_events e JOIN users u ON u.id = e.user_id WHERE e.action = 'unlink';

        """

    /// Of a family of refresh tokens one row says which generation is current. Tokens that were issued before say nothing of themselves, so their
    /// hashes stay until they expire: together they are generation 0, of which one may be current.
    private static let signIns = """
        CREATE TABLE new_pending_sign_ins (
            id TEXT NOT NULL PRIMARY KEY,
            pool_id TEXT NOT NULL,
            provider TEXT,
            browser BLOB NOT NULL,
            previous_cookie BLOB,
            request TEXT NOT NULL,
            response_address TEXT NOT NULL,
            authenticated_after INTEGER,
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            claimed_at INTEGER
        ) STRICT;
        INSERT INTO new_pending_sign_ins
            SELECT id, pool_id, provider, browser, previous_cookie, request, assertion_consumer_service, authenticated_after, created_at,
                expires_at, claimed_at
            FROM pending_sign_ins;
        DROP TABLE pending_sign_ins;
        ALTER TABLE new_pending_sign_ins RENAME TO pending_sign_ins;
        CREATE INDEX pending_sign_ins_by_expiry ON pending_sign_ins (expires_at);

        CREATE TABLE new_sessions (
            id TEXT NOT NULL PRIMARY KEY,
            pool_id TEXT NOT NULL,
            user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            provider TEXT,
            browser BLOB,
            cookie BLOB NOT NULL UNIQUE,
            authenticated_at INTEGER,
            upstream_session_index TEXT,
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL
        ) STRICT;
        INSERT INTO new_sessions
            SELECT id, pool_id, user_id, provider, NULL, cookie, authenticated_at, upstream_session_index, created_at, expires_at FROM sessions;
        DROP TABLE sessions;
        ALTER TABLE new_sessions RENAME TO sessions;
        CREATE INDEX sessions_by_user ON sessions (user_id, pool_id);
        CREATE INDEX sessions_by_expiry ON sessions (expires_at);
        CREATE INDEX sessions_by_provider ON sessions (pool_id, provider);
        CREATE INDEX sessions_by_browser ON sessions (browser, pool_id) WHERE browser IS NOT NULL;

        CREATE TABLE new_token_families (
            id TEXT NOT NULL PRIMARY KEY,
            pool_id TEXT NOT NULL,
            client_id TEXT NOT NULL,
            user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            session_id TEXT NOT NULL,
            provider TEXT,
            scopes TEXT NOT NULL,
            resource TEXT,
            nonce TEXT,
            authenticated_at INTEGER,
            created_at INTEGER NOT NULL,
            generation INTEGER NOT NULL,
            token_hash BLOB,
            issued_at INTEGER,
            ended INTEGER NOT NULL,
            expires_at INTEGER NOT NULL
        ) STRICT;
        INSERT INTO new_token_families
            SELECT f.id, f.pool_id, f.client_id, f.user_id, f.session_id, f.provider, coalesce(c.scopes, t.scopes, '[]'),
                coalesce(c.resource, t.resource), coalesce(c.nonce, t.nonce), coalesce(c.authenticated_at, t.authenticated_at),
                coalesce(t.issued_at, 0), 0,
                (SELECT r.hash FROM refresh_tokens r WHERE r.family_id = f.id AND r.retired_at IS NULL ORDER BY r.issued_at DESC LIMIT 1),
                t.issued_at, f.ended, f.expires_at
            FROM token_families f LEFT JOIN authorization_codes c ON c.family_id = f.id LEFT JOIN refresh_tokens t ON t.hash = (
                SELECT r.hash FROM refresh_tokens r WHERE r.family_id = f.id ORDER BY r.issued_at LIMIT 1);

        CREATE TABLE new_authorization_codes (
            hash BLOB NOT NULL PRIMARY KEY,
            family_id TEXT NOT NULL UNIQUE REFERENCES new_token_families (id) ON DELETE CASCADE,
            redirect_uri TEXT NOT NULL,
            code_challenge TEXT,
            expires_at INTEGER NOT NULL,
            used_at INTEGER
        ) STRICT;
        INSERT INTO new_authorization_codes
            SELECT hash, family_id, redirect_uri, code_challenge, expires_at, used_at FROM authorization_codes;

        CREATE TABLE earlier_refresh_tokens (
            hash BLOB NOT NULL PRIMARY KEY,
            family_id TEXT NOT NULL REFERENCES new_token_families (id) ON DELETE CASCADE,
            expires_at INTEGER NOT NULL
        ) STRICT;
        INSERT INTO earlier_refresh_tokens SELECT hash, family_id, expires_at FROM refresh_tokens;

        DROP TABLE authorization_codes;
        DROP TABLE refresh_tokens;
        DROP TABLE token_families;
        ALTER TABLE new_token_families RENAME TO token_families;
        ALTER TABLE new_authorization_codes RENAME TO authorization_codes;
        CREATE INDEX token_families_by_user ON token_families (user_id, pool_id);
        CREATE INDEX token_families_by_session ON token_families (session_id, pool_id, created_at);
        CREATE INDEX token_families_by_expiry ON token_families (expires_at);
        CREATE INDEX token_families_by_client ON token_families (pool_id, client_id);
        CREATE INDEX token_families_by_provider ON token_families (pool_id, provider);
        CREATE INDEX authorization_codes_by_expiry ON authorization_codes (expires_at);
        CREATE INDEX earlier_refresh_tokens_by_family ON earlier_refresh_tokens (family_id);
        CREATE INDEX earlier_refresh_tokens_by_expiry ON earlier_refresh_tokens (expires_at);

        """

    /// What is recorded stays when what it tells of is deleted: it refers to nothing.
    private static let audit = """
        CREATE TABLE new_audit_events (
            id TEXT NOT NULL PRIMARY KEY,
            pool_id TEXT,
            at INTEGER NOT NULL,
            actor_kind TEXT NOT NULL,
            actor_name TEXT NOT NULL,
            action TEXT NOT NULL,
            target_kind TEXT NOT NULL,
            target_name TEXT NOT NULL,
            details TEXT NOT NULL
        ) STRICT;
        INSERT INTO new_audit_events
            SELECT id, pool_id, at, CASE actor WHEN 'sign-in' THEN 'sign_in' ELSE 'command_line' END, '', 'user.' || action, 'user', user_id,
                json_array(
                    json_object('name', 'provider', 'value', provider), json_object('name', 'subject', 'value', subject),
                    json_object('name', 'issuer', 'value', issuer), json_object('name', 'format', 'value', format))
            FROM audit_events;
        DROP TABLE audit_events;
        ALTER TABLE new_audit_events RENAME TO audit_events;
        CREATE INDEX audit_events_by_time ON audit_events (pool_id, at, id);
        CREATE INDEX audit_events_by_target ON audit_events (pool_id, target_kind, target_name, at);

        """

    private static let installation = """
        CREATE TABLE installation_settings (
            name TEXT NOT NULL PRIMARY KEY,
            value TEXT NOT NULL,
            changed_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE servers (
            id TEXT NOT NULL PRIMARY KEY,
            public_url TEXT NOT NULL,
            started_at INTEGER NOT NULL,
            seen_at INTEGER NOT NULL
        ) STRICT;
        """

    /// What is deleted is marked first, and goes in batches. Reads go through these views, which leave out what is marked, so that it is gone at
    /// once for everybody. A provider that is marked is disabled too: what the sign-in page offers needs no view.
    private static let deletion = """

        CREATE INDEX app_clients_deleted ON app_clients (pool_id, id) WHERE deleted_at IS NOT NULL;
        CREATE INDEX identity_providers_deleted ON identity_providers (pool_id, name) WHERE deleted_at IS NOT NULL;
        CREATE INDEX users_deleted ON users (id) WHERE deleted_at IS NOT NULL;

        CREATE VIEW live_pools AS SELECT * FROM user_pools WHERE deleted_at IS NULL;
        CREATE VIEW live_clients AS
            SELECT c.* FROM app_clients c JOIN user_pools p ON p.id = c.pool_id WHERE c.deleted_at IS NULL AND p.deleted_at IS NULL;
        CREATE VIEW live_providers AS
            SELECT i.* FROM identity_providers i JOIN user_pools p ON p.id = i.pool_id WHERE i.deleted_at IS NULL AND p.deleted_at IS NULL;
        CREATE VIEW live_users AS
            SELECT u.* FROM users u JOIN user_pools p ON p.id = u.pool_id WHERE u.deleted_at IS NULL AND p.deleted_at IS NULL;
        CREATE VIEW live_sessions AS
            SELECT s.* FROM sessions s JOIN live_users u ON u.id = s.user_id
            WHERE NOT EXISTS (
                SELECT 1 FROM identity_providers i WHERE i.pool_id = s.pool_id AND i.name = s.provider AND i.deleted_at IS NOT NULL);
        CREATE VIEW live_token_families AS
            SELECT f.* FROM token_families f JOIN live_users u ON u.id = f.user_id
            WHERE NOT EXISTS (
                    SELECT 1 FROM identity_providers i WHERE i.pool_id = f.pool_id AND i.name = f.provider AND i.deleted_at IS NOT NULL)
                AND NOT EXISTS (
                    SELECT 1 FROM app_clients c WHERE c.pool_id = f.pool_id AND c.id = f.client_id AND c.deleted_at IS NOT NULL);
        """
}
