extension StoredTable {
    /// Owners before what belongs to them, and last what the whole installation is known by.
    static let all: [StoredTable] = configuration + people + signIns + [auditEvents, installationSettings]

    /// What belongs to the database that it is in: who runs on it, which shape it has, and what keeps writes apart.
    static let leftOut = ["servers", "schema_migrations", "write_turns"]

    static let pools = StoredTable(
        "user_pools", key: [.text("id")],
        [
            .text("name"), .text("domain"), .text("signing_algorithm"), .json("custom_attributes"), .integer("created_at"), .text("display_name"),
            .text("logo_hash"), .text("logo_type"), .text("accent"), .text("dark_accent"), .text("privacy_url"), .text("terms_url"),
            .integer("deletion_protection"), .json("resources"), .integer("deleted_at"), .integer("publishes_encryption_key"),
            .integer("saml_key_days"), .json("settings"),
        ])

    private static let configuration: [StoredTable] = [
        pools,
        StoredTable(
            "app_clients", key: [.text("pool_id"), .text("id")],
            [
                .text("name"), .json("redirect_uris"), .json("post_logout_redirect_uris"), .json("grant_types"), .json("scopes"),
                .json("identity_providers"), .integer("access_token_lifetime"), .integer("id_token_lifetime"), .integer("refresh_token_lifetime"),
                .integer("code_lifetime"), .integer("refresh_grace"), .integer("enabled"), .integer("created_at"), .text("pkce"),
                .json("web_origins"), .json("resources"), .integer("deleted_at"), .text("initiate_login_uri"),
                .text("token_endpoint_auth_method"), .text("jwks"), .text("jwks_uri"), .json("serves"), .json("required_groups"),
                .integer("require_par"), .integer("require_dpop"), .json("metadata"),
            ], of: .pool()),
        StoredTable(
            "client_secrets", key: [.text("pool_id"), .text("client_id"), .bytes("hash")], [.integer("created_at"), .integer("expires_at")],
            of: .client),
        StoredTable(
            "initial_access_tokens", key: [.text("pool_id"), .text("id")],
            [.bytes("hash"), .integer("uses_left"), .json("redirect_hosts"), .integer("created_at"), .integer("expires_at")], of: .pool()),
        StoredTable("client_registrations", key: [.text("pool_id"), .text("client_id")], [.text("way"), .integer("expires_at")], of: .client),
        StoredTable(
            "client_logos", key: [.text("pool_id"), .text("client_id")], [.text("hash"), .text("media_type"), .bytes("bytes")], of: .client,
            rowsAtOnce: 100),
        StoredTable("client_web_origins", key: [.text("pool_id"), .text("origin"), .text("client_id")], of: .client),
        StoredTable(
            "identity_providers", key: [.text("pool_id"), .text("name")],
            [
                .text("kind"), .text("entity_id"), .json("connection"), .json("attribute_mapping"), .json("domains"), .integer("enabled"),
                .integer("created_at"), .integer("updated_at"), .text("display_name"), .text("search_text"), .text("preset"), .text("logo_hash"),
                .text("logo_type"), .integer("deleted_at"), .json("acr_values"),
            ], of: .pool(), rowsAtOnce: 16),
        StoredTable(
            "followed_documents", key: [.text("pool_id"), .text("provider")],
            [
                .text("address"), .integer("due_at"), .integer("hurried_at"), .integer("checked_at"), .integer("valid_until"),
                .integer("cache_duration"), .text("etag"), .text("last_modified"), .text("same_as"), .integer("failures"), .text("last_error"),
            ], of: .provider),
        StoredTable(
            "provider_ends", key: [.text("pool_id"), .text("provider")],
            [
                .integer("read_at"), .integer("certificate_until"), .integer("document_until"), .integer("certificate_warned"),
                .integer("document_warned"), .integer("exception_until"), .integer("exception_warned"),
            ], of: .provider),
        StoredTable(
            "federations", key: [.text("pool_id"), .text("provider")],
            [
                .text("generation"), .integer("members"), .integer("imported_at"), .integer("valid_until"), .text("staging"), .integer("staged"),
                .integer("staging_until"), .integer("ends_not_before"),
            ], of: .provider),
        StoredTable("federation_generations", key: [.text("id")], [.text("pool_id"), .text("provider")], of: .provider),
        StoredTable(
            "federation_members", key: [.text("generation"), .text("entity_id")],
            [
                .json("display_names"), .json("keywords"), .text("logo"), .text("registration_authority"), .json("entity_attributes"),
                .json("scopes"), .integer("valid_until"), .integer("refresh_at"), .text("metadata"),
            ], of: .generation, rowsAtOnce: 50),
        StoredTable(
            "federation_words", key: [.text("generation"), .text("entity_id"), .text("word")],
            [.text("sort_name"), .integer("signature_low"), .integer("signature_high")], of: .member),
        StoredTable("metadata_fetches", key: [.text("pool_id"), .text("provider")], [.integer("fetched_at")], of: .provider),
        StoredTable("identity_provider_domains", key: [.text("pool_id"), .text("domain")], [.text("provider")], of: .provider),
        StoredTable("images", key: [.text("pool_id"), .text("hash")], [.text("media_type"), .bytes("bytes")], of: .pool(), rowsAtOnce: 100),
        StoredTable(
            "signing_keys", key: [.text("pool_id"), .text("id")],
            [.text("algorithm"), .text("phase"), .bytes("sealed_private_key"), .integer("created_at"), .integer("retired_at")], of: .pool()),
        StoredTable(
            "saml_keys", key: [.text("pool_id"), .text("id")],
            [
                .text("use"), .bytes("certificate"), .bytes("sealed_private_key"), .integer("created_at"), .integer("active_from"),
                .integer("superseded_at"), .integer("withdrawn_at"),
            ], of: .pool()),
        StoredTable("subject_keys", key: [.text("pool_id")], [.bytes("sealed_key"), .integer("created_at")], of: .pool()),
    ]

    private static let people: [StoredTable] = [
        StoredTable(
            "users", key: [.text("id")],
            [
                .text("pool_id"), .text("username"), .integer("enabled"), .json("attributes"), .integer("created_at"), .integer("updated_at"),
                .text("vouched_email"), .integer("deleted_at"),
            ], of: .pool()),
        StoredTable(
            "federated_identities", key: [.text("pool_id"), .text("provider"), .text("format"), .text("subject"), .text("issuer")],
            [.text("user_id"), .integer("position")], of: .user),
        StoredTable(
            "unlinked_identities", key: [.text("user_id"), .text("provider"), .text("format"), .text("subject"), .text("issuer")],
            [.text("pool_id")], of: .user),
        StoredTable("user_groups", key: [.text("pool_id"), .text("name")], [.text("description"), .integer("created_at")], of: .pool()),
        StoredTable(
            "group_memberships", key: [.text("user_id"), .integer("position")],
            [.text("pool_id"), .text("group_name"), .text("origin"), .text("provider"), .integer("not_before"), .integer("expires_at")], of: .user),
    ]

    private static let signIns: [StoredTable] = [
        StoredTable(
            "pending_sign_ins", key: [.text("id")],
            [
                .text("pool_id"), .text("provider"), .bytes("browser"), .bytes("previous_cookie"), .json("request"), .text("response_address"),
                .integer("authenticated_after"), .integer("created_at"), .integer("expires_at"), .integer("claimed_at"), .text("member"),
            ]),
        StoredTable(
            "pushed_requests", key: [.bytes("hash")],
            [.text("pool_id"), .text("client_id"), .json("parameters"), .integer("created_at"), .integer("expires_at")]),
        StoredTable(
            "device_requests", key: [.bytes("device_code")],
            [
                .bytes("user_code"), .text("pool_id"), .text("client_id"), .json("scopes"), .text("resource"), .text("address"), .bytes("browser"),
                .integer("denied"), .text("family_id"), .integer("poll_interval"), .integer("polled_at"), .integer("created_at"),
                .integer("expires_at"),
            ]),
        StoredTable("used_values", key: [.bytes("hash")], [.integer("until")]),
        StoredTable("revoked_tokens", key: [.text("pool_id"), .text("token_id")], [.integer("until")], of: .pool()),
        StoredTable("accepted_proofs", key: [.text("pool_id"), .text("provider"), .text("proof_id")], [.integer("until")], of: .pool()),
        StoredTable(
            "sessions", key: [.text("id")],
            [
                .text("pool_id"), .text("user_id"), .text("provider"), .bytes("browser"), .bytes("cookie"), .integer("authenticated_at"),
                .text("upstream_session_index"), .integer("created_at"), .integer("expires_at"), .json("upstream_name"),
                .bytes("upstream_name_key"), .text("member"), .json("authentication_context"), .bytes("upstream_session_key"),
                .text("browser_name"), .bytes("upstream_id_token"),
            ], of: .user),
        StoredTable(
            "consents", key: [.text("user_id"), .text("client_id")], [.text("pool_id"), .json("scopes"), .integer("granted_at")], of: .user),
        StoredTable(
            "token_families", key: [.text("id")],
            [
                .text("pool_id"), .text("client_id"), .text("user_id"), .text("session_id"), .text("provider"), .json("scopes"), .text("resource"),
                .text("nonce"), .integer("authenticated_at"), .integer("created_at"), .integer("generation"), .bytes("token_hash"),
                .integer("issued_at"), .integer("ended"), .integer("expires_at"), .text("issued_sid"),
                .json("authentication_context"), .integer("attributes_at"), .text("key_thumbprint"), .json("requested_claims"),
            ], of: .user),
        StoredTable(
            "upstream_tokens", key: [.text("session_id")],
            [.text("pool_id"), .text("user_id"), .text("provider"), .bytes("sealed"), .integer("due_at"), .integer("expires_at")], of: .user),
        StoredTable(
            "authorization_codes", key: [.bytes("hash")],
            [.text("family_id"), .text("redirect_uri"), .text("code_challenge"), .integer("expires_at"), .integer("used_at")], of: .family),
        StoredTable(
            "logouts", key: [.text("pool_id"), .text("reference")],
            [
                .text("user_id"), .text("initiator"), .text("initiator_name"), .json("parties"), .text("request_id"), .json("next"),
                .integer("answered_at"), .integer("created_at"), .integer("expires_at"), .bytes("browser"),
            ], of: .pool()),
        StoredTable(
            "logout_notices",
            key: [.text("pool_id"), .text("reference"), .text("client_id"), .text("session_id"), .text("channel")],
            [.text("user_id"), .integer("attempts"), .text("result"), .text("detail"), .integer("changed_at"), .integer("due_at")], of: .logout),
        StoredTable(
            "trial_sign_ins", key: [.bytes("ticket")],
            [
                .text("pool_id"), .text("provider"), .text("client_id"), .text("request_id"), .bytes("browser"), .text("response_address"),
                .integer("created_at"), .integer("expires_at"), .text("member"),
            ], of: .pool()),
        StoredTable(
            "trial_outcomes", key: [.bytes("ticket")], [.text("pool_id"), .json("outcome"), .integer("expires_at")], of: .pool()),
        StoredTable(
            "sign_in_records", key: [.text("pool_id"), .text("reference")],
            [
                .text("outcome"), .integer("at"), .text("provider"), .text("client_id"), .text("code"), .text("username"), .text("user_id"),
                .text("member"), .integer("expires_at"), .json("report"),
            ]),
        StoredTable(
            "sign_in_messages", key: [.text("pool_id"), .text("reference")],
            [.text("provider"), .integer("at"), .bytes("sealed"), .integer("expires_at")], rowsAtOnce: 50),
        StoredTable(
            "sign_in_omissions", key: [.text("pool_id"), .text("outcome"), .integer("at")], [.integer("left_out"), .integer("expires_at")]),
        StoredTable(
            "sign_in_counts", key: [.text("pool_id"), .integer("at"), .text("provider"), .text("outcome"), .text("code")],
            [.integer("sign_ins"), .integer("expires_at")]),
        StoredTable("earlier_refresh_tokens", key: [.bytes("hash")], [.text("family_id"), .integer("expires_at")], of: .family),
    ]

    private static let auditEvents = StoredTable(
        "audit_events", key: [.text("id")],
        [
            .text("pool_id"), .integer("at"), .text("actor_kind"), .text("actor_name"), .text("action"), .text("target_kind"), .text("target_name"),
            .json("details"),
        ])

    /// But for what says something of this database alone.
    private static let installationSettings = StoredTable(
        "installation_settings", key: [.text("name")], [.text("value"), .integer("changed_at")],
        where: "name NOT IN ('probe', 'unfinished_copy')")
}
