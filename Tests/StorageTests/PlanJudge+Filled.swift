import UserPools

@testable import Storage

extension PlanJudge {
    /// PostgreSQL plans by what it has counted: a database of one large pool. It is filled by somebody who may take his time, which our connections
    /// may not.
    static let filled = Task { () async throws -> PostgreSQLDatabase in
        let name = try await PostgreSQLServer.shared.makeDatabase(named: filledName)
        let location = try PostgreSQLLocation(url: PostgreSQLServer.shared.url(of: name))
        let empty = try await PostgreSQLDatabase.open(location, connections: 1)
        await empty.close()
        // Neither is anybody told, nor is an owner looked for.
        try await PostgreSQLServer.shared.statements(["SET session_replication_role = replica"] + fill.map(\.text), in: name)
        return try await PostgreSQLDatabase.open(location, connections: 4)
    }

    static let filledName = "plans"

    /// One large pool, by the names and the clock of `Example`.
    private static let fill: [SQL] = [
        """
        INSERT INTO user_pools (id, name, signing_algorithm, custom_attributes, created_at)
        SELECT unnest(ARRAY['local_Ab3', 'local_other']), 'p', 'ES256', '[]', 1
        """,
        """
        INSERT INTO app_clients (pool_id, id, name, redirect_uris, post_logout_redirect_uris, grant_types, scopes, identity_providers,
            access_token_lifetime, id_token_lifetime, refresh_token_lifetime, code_lifetime, refresh_grace, enabled, created_at)
        SELECT 'local_Ab3', 'c' || n, 'c', '[]', '[]', '[]', '[]', '[]', 1, 1, 1, 1, 1, 1, n FROM generate_series(1, 5000) n
        """,
        "INSERT INTO client_secrets SELECT 'local_Ab3', id, id::bytea, 1 FROM app_clients",
        "INSERT INTO client_registrations SELECT 'local_Ab3', id, 'token', 1759998000000 + created_at * 1000 FROM app_clients",
        "INSERT INTO client_web_origins SELECT 'local_Ab3', 'https://' || id, id FROM app_clients",
        """
        INSERT INTO identity_providers (pool_id, name, kind, entity_id, connection, attribute_mapping, domains, enabled, created_at, updated_at,
            search_text, logo_hash)
        SELECT 'local_Ab3', 'i' || n, 'saml', 'e' || n, repeat('m', 1000), '[]', '[]', 1, n, n, 'i' || n, CASE n % 20 WHEN 0 THEN 'h' || n END
        FROM generate_series(1, 5000) n
        """,
        """
        INSERT INTO followed_documents (pool_id, provider, address, due_at, failures)
        SELECT 'local_Ab3', name, 'a', 1759998000000 + created_at * 1000, 0 FROM identity_providers WHERE created_at % 2 = 0
        """,
        "INSERT INTO provider_ends (pool_id, provider, read_at) SELECT 'local_Ab3', name, updated_at FROM identity_providers",
        """
        INSERT INTO identity_providers (pool_id, name, kind, connection, attribute_mapping, domains, enabled, created_at, updated_at, search_text)
        VALUES ('local_Ab3', 'edu', 'federation', '{}', '[]', '[]', 1, 1, 1, 'edu')
        """,
        "INSERT INTO federations (pool_id, provider, generation, members, staged) VALUES ('local_Ab3', 'edu', 'generation-number-1', 10000, 0)",
        "INSERT INTO federation_generations SELECT 'generation-number-' || n, 'local_Ab3', 'edu' FROM generate_series(1, 2) n",
        """
        INSERT INTO federation_members (generation, entity_id, display_names, keywords, entity_attributes, scopes, metadata)
        SELECT g.id, 'https://idp.example.edu/' || n, '{}', '{}', '{}', '[]', repeat('m', 1000) FROM federation_generations g, generate_series(1, 10000) n
        """,
        """
        INSERT INTO federation_words (generation, entity_id, word, sort_name)
        SELECT generation, entity_id, w || (length(entity_id) * 7919 + ascii(right(entity_id, 1)) * 131) % 500, entity_id
        FROM federation_members, unnest(ARRAY['university', 'idp.example', 'word', 'other', 'of', 'city']) w
        """,
        "INSERT INTO identity_provider_domains SELECT 'local_Ab3', name || '.example', name FROM identity_providers",
        "INSERT INTO images SELECT 'local_Ab3', logo_hash, 'image/png', '' FROM identity_providers WHERE logo_hash IS NOT NULL",
        "INSERT INTO signing_keys SELECT 'local_Ab3', 'k' || n, 'ES256', 'retired', '', n, n FROM generate_series(1, 20) n",
        """
        INSERT INTO users (id, pool_id, username, enabled, attributes, created_at, updated_at, vouched_email)
        SELECT 'u' || n, 'local_Ab3', 'name' || n, 1, '{}', n, n, 'u' || n || '@example.com' FROM generate_series(1, 20000) n
        """,
        "INSERT INTO federated_identities SELECT 'local_Ab3', 'i1', 'f', username, 'issuer', id, 0 FROM users",
        "INSERT INTO unlinked_identities SELECT 'local_Ab3', id, 'i2', 'f', username, 'issuer' FROM users",
        "INSERT INTO user_groups SELECT 'local_Ab3', 'g' || n, NULL, n FROM generate_series(1, 5000) n",
        "INSERT INTO group_memberships SELECT u.id, n, 'local_Ab3', 'g' || n, 'provider', 'i' || u.created_at % 100 FROM users u, generate_series(1, 3) n",
        """
        INSERT INTO pending_sign_ins (id, pool_id, provider, browser, request, response_address, created_at, expires_at)
        SELECT 's' || n, 'local_Ab3', 'i' || n % 100, '', '{}', 'a', n, 1759998000000 + n * 1000 FROM generate_series(1, 20000) n
        """,
        """
        INSERT INTO trial_sign_ins (ticket, pool_id, provider, request_id, browser, response_address, created_at, expires_at)
        SELECT ('t' || n)::bytea, 'local_Ab3', 'corp', 't' || n, '', 'a', n, 1759998000000 + n * 1000 FROM generate_series(1, 20000) n
        """,
        "INSERT INTO trial_outcomes SELECT ticket, pool_id, '{}', expires_at FROM trial_sign_ins",
        """
        INSERT INTO pushed_requests
        SELECT sha256(('p' || n)::bytea), 'local_Ab3', 'client-1', '[]', 1759998000000 + n * 1000, 1759998090000 + n * 1000 FROM generate_series(1, 20000) n
        """,
        """
        INSERT INTO device_requests (device_code, user_code, pool_id, client_id, scopes, denied, poll_interval, created_at, expires_at)
        SELECT sha256(('d' || n)::bytea), sha256(('e' || n)::bytea), 'local_Ab3', 'client-1', '[]', 0, 5, 1759998000000 + n * 1000,
            1759998900000 + n * 1000
        FROM generate_series(1, 20000) n
        """,
        "INSERT INTO used_values SELECT sha256(('u' || n)::bytea), 1759998000000 + n * 1000 FROM generate_series(1, 20000) n",
        "INSERT INTO revoked_tokens SELECT 'local_Ab3', 't' || n, 1759998000000 + n * 1000 FROM generate_series(1, 20000) n",
        "INSERT INTO accepted_proofs SELECT 'local_Ab3', 'i1', 'a' || n, 1759998000000 + n * 1000 FROM generate_series(1, 20000) n",
        """
        INSERT INTO sessions (id, pool_id, user_id, provider, browser, cookie, created_at, expires_at, upstream_name_key)
        SELECT 's' || id, 'local_Ab3', id, 'i' || created_at % 100, id::bytea, id::bytea, created_at, 1759998000000 + created_at * 1000,
            id::bytea FROM users
        """,
        """
        INSERT INTO token_families (id, pool_id, client_id, user_id, session_id, provider, scopes, created_at, generation, ended, expires_at)
        SELECT 'f' || id, 'local_Ab3', 'c' || created_at % 100, id, 's' || id, 'i' || created_at % 100, '[]', created_at, 0, 0,
            1759998000000 + created_at * 1000
        FROM users
        """,
        "INSERT INTO authorization_codes SELECT id::bytea, id, 'r', NULL, expires_at, NULL FROM token_families",
        """
        INSERT INTO logouts (pool_id, reference, user_id, initiator, parties, request_id, created_at, expires_at)
        SELECT 'local_Ab3', 'REFERENCE' || created_at, id, 'person', '[]', 'r' || created_at, created_at, 1759998000000 + created_at * 1000 FROM users
        """,
        """
        INSERT INTO logout_notices (pool_id, reference, client_id, session_id, channel, user_id, attempts, changed_at, due_at)
        SELECT pool_id, reference, 'c1', 's' || user_id, 'back', user_id, 0, created_at, 1759998000000 + created_at * 1000 FROM logouts
        """,
        """
        INSERT INTO sign_in_records (pool_id, reference, outcome, at, provider, client_id, code, username, user_id, expires_at, report)
        SELECT 'local_Ab3', 'REFERENCE' || created_at, 'refused', 1759998000000 + created_at * 1000, 'i' || created_at % 100, 'c' || created_at % 100,
            'saml.audience', username, id, 1759998000000 + created_at * 1000, '{}' FROM users
        """,
        """
        INSERT INTO sign_in_messages
        SELECT pool_id, reference, provider, at, reference::bytea, expires_at FROM sign_in_records
        """,
        "INSERT INTO sign_in_omissions SELECT pool_id, outcome, at, 1, expires_at FROM sign_in_records",
        "INSERT INTO sign_in_counts SELECT pool_id, at, provider, outcome, code, 1, expires_at FROM sign_in_records",
        "INSERT INTO consents SELECT id, 'c' || created_at % 100, 'local_Ab3', '[]', created_at FROM users",
        "INSERT INTO earlier_refresh_tokens SELECT id::bytea, id, expires_at FROM token_families",
        """
        INSERT INTO audit_events
        SELECT 'a' || n, 'local_Ab3', n, 'sign_in', '', 'user.link', 'user', 'u' || n, '[]' FROM generate_series(1, 20000) n
        """,
        "UPDATE identity_providers SET name = 'corp' WHERE name = 'i1'",
        "UPDATE pending_sign_ins SET provider = 'corp' WHERE provider = 'i1'", "UPDATE sessions SET provider = 'corp' WHERE provider = 'i1'",
        "UPDATE group_memberships SET provider = 'corp' WHERE provider = 'i1'",
        "UPDATE token_families SET provider = 'corp', client_id = 'client-1' WHERE provider = 'i1'", "VACUUM ANALYZE",
    ]
}
