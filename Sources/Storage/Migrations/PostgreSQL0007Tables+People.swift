extension PostgreSQLMigration {
    static let people: [SQL] = [
        """
        CREATE TABLE users (
            id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
            pool_id TEXT COLLATE "C" NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
            username TEXT COLLATE "C" NOT NULL,
            enabled BIGINT NOT NULL,
            attributes TEXT COLLATE "C" NOT NULL,
            created_at BIGINT NOT NULL,
            updated_at BIGINT NOT NULL,
            vouched_email TEXT COLLATE "C",
            deleted_at BIGINT,
            UNIQUE (pool_id, username)
        )
        """,
        "CREATE INDEX users_by_vouched_email ON users (pool_id, vouched_email) WHERE vouched_email IS NOT NULL",
        "CREATE INDEX users_deleted ON users (id) WHERE deleted_at IS NOT NULL",
        """
        CREATE TABLE federated_identities (
            pool_id TEXT COLLATE "C" NOT NULL,
            provider TEXT COLLATE "C" NOT NULL,
            format TEXT COLLATE "C" NOT NULL,
            subject TEXT COLLATE "C" NOT NULL,
            issuer TEXT COLLATE "C" NOT NULL,
            user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            position BIGINT NOT NULL,
            PRIMARY KEY (pool_id, provider, format, subject, issuer)
        )
        """,
        "CREATE INDEX federated_identities_by_user ON federated_identities (user_id, position)",
        """
        CREATE TABLE unlinked_identities (
            pool_id TEXT COLLATE "C" NOT NULL,
            user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            provider TEXT COLLATE "C" NOT NULL,
            format TEXT COLLATE "C" NOT NULL,
            subject TEXT COLLATE "C" NOT NULL,
            issuer TEXT COLLATE "C" NOT NULL,
            PRIMARY KEY (user_id, provider, format, subject, issuer)
        )
        """,
        """
        CREATE TABLE user_groups (
            pool_id TEXT COLLATE "C" NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
            name TEXT COLLATE "C" NOT NULL,
            description TEXT COLLATE "C",
            created_at BIGINT NOT NULL,
            PRIMARY KEY (pool_id, name)
        )
        """,
        """
        CREATE TABLE group_memberships (
            user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            position BIGINT NOT NULL,
            pool_id TEXT COLLATE "C" NOT NULL,
            group_name TEXT COLLATE "C" NOT NULL,
            origin TEXT COLLATE "C" NOT NULL,
            provider TEXT COLLATE "C",
            not_before BIGINT,
            expires_at BIGINT,
            PRIMARY KEY (user_id, position)
        )
        """,
        "CREATE INDEX group_memberships_by_group ON group_memberships (pool_id, group_name)",
        "CREATE INDEX group_memberships_by_provider ON group_memberships (pool_id, provider) WHERE provider IS NOT NULL",
    ]

    static let signIns: [SQL] = [
        """
        CREATE TABLE pending_sign_ins (
            id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
            pool_id TEXT COLLATE "C" NOT NULL,
            provider TEXT COLLATE "C",
            browser BYTEA NOT NULL,
            previous_cookie BYTEA,
            request TEXT COLLATE "C" NOT NULL,
            response_address TEXT COLLATE "C" NOT NULL,
            authenticated_after BIGINT,
            created_at BIGINT NOT NULL,
            expires_at BIGINT NOT NULL,
            claimed_at BIGINT
        )
        """,
        "CREATE INDEX pending_sign_ins_by_expiry ON pending_sign_ins (expires_at)",
        "CREATE INDEX pending_sign_ins_by_provider ON pending_sign_ins (pool_id, provider)",
        """
        CREATE TABLE accepted_proofs (
            pool_id TEXT COLLATE "C" NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
            provider TEXT COLLATE "C" NOT NULL,
            proof_id TEXT COLLATE "C" NOT NULL,
            until BIGINT NOT NULL,
            PRIMARY KEY (pool_id, provider, proof_id)
        )
        """,
        "CREATE INDEX accepted_proofs_by_expiry ON accepted_proofs (until)",
        """
        CREATE TABLE sessions (
            id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
            pool_id TEXT COLLATE "C" NOT NULL,
            user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            provider TEXT COLLATE "C",
            browser BYTEA,
            cookie BYTEA NOT NULL UNIQUE,
            authenticated_at BIGINT,
            upstream_session_index TEXT COLLATE "C",
            created_at BIGINT NOT NULL,
            expires_at BIGINT NOT NULL
        )
        """,
        "CREATE INDEX sessions_by_user ON sessions (user_id, pool_id)",
        "CREATE INDEX sessions_by_expiry ON sessions (expires_at)",
        "CREATE INDEX sessions_by_provider ON sessions (pool_id, provider)",
        "CREATE INDEX sessions_by_browser ON sessions (browser, pool_id) WHERE browser IS NOT NULL",
    ]

    static let tokens: [SQL] = [
        """
        CREATE TABLE token_families (
            id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
            pool_id TEXT COLLATE "C" NOT NULL,
            client_id TEXT COLLATE "C" NOT NULL,
            user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            session_id TEXT COLLATE "C" NOT NULL,
            provider TEXT COLLATE "C",
            scopes TEXT COLLATE "C" NOT NULL,
            resource TEXT COLLATE "C",
            nonce TEXT COLLATE "C",
            authenticated_at BIGINT,
            created_at BIGINT NOT NULL,
            generation BIGINT NOT NULL,
            token_hash BYTEA,
            issued_at BIGINT,
            ended BIGINT NOT NULL,
            expires_at BIGINT NOT NULL,
            issued_sid TEXT COLLATE "C"
        )
        """,
        "CREATE INDEX token_families_by_user ON token_families (user_id, pool_id)",
        "CREATE INDEX token_families_by_session ON token_families (session_id, pool_id, created_at)",
        "CREATE INDEX token_families_by_expiry ON token_families (expires_at)",
        "CREATE INDEX token_families_by_client ON token_families (pool_id, client_id)",
        "CREATE INDEX token_families_by_provider ON token_families (pool_id, provider)",
        "CREATE INDEX token_families_by_issued_sid ON token_families (issued_sid, pool_id) WHERE issued_sid IS NOT NULL",
        """
        CREATE TABLE authorization_codes (
            hash BYTEA NOT NULL PRIMARY KEY,
            family_id TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES token_families (id) ON DELETE CASCADE,
            redirect_uri TEXT COLLATE "C" NOT NULL,
            code_challenge TEXT COLLATE "C",
            expires_at BIGINT NOT NULL,
            used_at BIGINT
        )
        """,
        "CREATE INDEX authorization_codes_by_expiry ON authorization_codes (expires_at)",
        """
        CREATE TABLE earlier_refresh_tokens (
            hash BYTEA NOT NULL PRIMARY KEY,
            family_id TEXT COLLATE "C" NOT NULL REFERENCES token_families (id) ON DELETE CASCADE,
            expires_at BIGINT NOT NULL
        )
        """,
        "CREATE INDEX earlier_refresh_tokens_by_family ON earlier_refresh_tokens (family_id)",
        "CREATE INDEX earlier_refresh_tokens_by_expiry ON earlier_refresh_tokens (expires_at)",
    ]
}
