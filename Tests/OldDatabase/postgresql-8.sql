-- {"client": "kg4jr89pyepnyjre42zatwxbxv", "client_secret": "CbTfDWkygzHc9wJ3iVK-y9DrL1M4_o3oP6FE7XaAavM", "code": "K_hfxzlvMpDFXoQHWzqa0NkCoQ-vD6WEQBFX0tGPqv0", "code_verifier": "r75zwm7Pnp1UVq82jZPV6iv_0XmBU9qkyeOqJMUS74E", "confidential": "xxikzpv37s22tepkabokud3yrb", "cookie": "SVpltyT-qsJ6lg3kiMoun5icFMSIizLBZlFEGsDqkD4", "ended_refresh_token": "AQAAAAEWTERGcm5CYW5URjNjd1FraGVyZEZfQUhyl0PZYF6t5LsqvXqmomHVQltbVNdWBZjrLDVowz6hWGwSr_5xkSgiLKdGpIG9oNAYeTLvy-sXMxBmbP_sgpk", "now": 1795880755401, "pool": "local_cH7B3JnBY", "redirect_uri": "http://localhost:59265/callback", "refresh_token": "AQAAAAIWLU5wbmxyT2JrMEQ3a2Z1R3JwSUFTZ21G8dFdrhVJDY-KxS8kSEnIFk43uyz22BlpYKdTq19V_rIr17FOXPHASa8Jhs3iQ0ADgFgSoS44LTOwAzFtdoo", "used_code": "QFHJHzhFwDpMc2-KsrnnWxAImhWIpNQ2QMld-_SjD30", "used_code_verifier": "oTtAvCr5H6TTgp7DQ61NNWizghcQE62XMI3bEpqc7aA", "used_refresh_token": "AQAAAAEWLU5wbmxyT2JrMEQ3a2Z1R3JwSUFTZxR-xmYGpEXu9KsWdQY_kRrz9MmjFoIkdMy0Pa7WoKk6gSDFHszGkzlvNFD-NafXw3vZdQW_vEyL65kkQ-0rskE"}
SELECT pg_catalog.set_config('search_path', '', false);
CREATE FUNCTION public.configuration_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NOTIFY countersign_configuration;
    RETURN NULL;
END
$$;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.accepted_proofs (
    pool_id text NOT NULL COLLATE pg_catalog."C",
    provider text NOT NULL COLLATE pg_catalog."C",
    proof_id text NOT NULL COLLATE pg_catalog."C",
    until bigint NOT NULL
);
CREATE TABLE public.app_clients (
    pool_id text NOT NULL COLLATE pg_catalog."C",
    id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    redirect_uris text NOT NULL COLLATE pg_catalog."C",
    post_logout_redirect_uris text NOT NULL COLLATE pg_catalog."C",
    grant_types text NOT NULL COLLATE pg_catalog."C",
    scopes text NOT NULL COLLATE pg_catalog."C",
    identity_providers text NOT NULL COLLATE pg_catalog."C",
    access_token_lifetime bigint NOT NULL,
    id_token_lifetime bigint NOT NULL,
    refresh_token_lifetime bigint NOT NULL,
    code_lifetime bigint NOT NULL,
    refresh_grace bigint NOT NULL,
    enabled bigint NOT NULL,
    created_at bigint NOT NULL,
    pkce text DEFAULT 'required'::text NOT NULL COLLATE pg_catalog."C",
    web_origins text COLLATE pg_catalog."C",
    resources text DEFAULT '[]'::text NOT NULL COLLATE pg_catalog."C",
    deleted_at bigint
);
CREATE TABLE public.audit_events (
    id text NOT NULL COLLATE pg_catalog."C",
    pool_id text COLLATE pg_catalog."C",
    at bigint NOT NULL,
    actor_kind text NOT NULL COLLATE pg_catalog."C",
    actor_name text NOT NULL COLLATE pg_catalog."C",
    action text NOT NULL COLLATE pg_catalog."C",
    target_kind text NOT NULL COLLATE pg_catalog."C",
    target_name text NOT NULL COLLATE pg_catalog."C",
    details text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.authorization_codes (
    hash bytea NOT NULL,
    family_id text NOT NULL COLLATE pg_catalog."C",
    redirect_uri text NOT NULL COLLATE pg_catalog."C",
    code_challenge text COLLATE pg_catalog."C",
    expires_at bigint NOT NULL,
    used_at bigint
);
CREATE TABLE public.client_secrets (
    pool_id text NOT NULL COLLATE pg_catalog."C",
    client_id text NOT NULL COLLATE pg_catalog."C",
    hash bytea NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint
);
CREATE TABLE public.client_web_origins (
    pool_id text NOT NULL COLLATE pg_catalog."C",
    origin text NOT NULL COLLATE pg_catalog."C",
    client_id text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.earlier_refresh_tokens (
    hash bytea NOT NULL,
    family_id text NOT NULL COLLATE pg_catalog."C",
    expires_at bigint NOT NULL
);
CREATE TABLE public.federated_identities (
    pool_id text NOT NULL COLLATE pg_catalog."C",
    provider text NOT NULL COLLATE pg_catalog."C",
    format text NOT NULL COLLATE pg_catalog."C",
    subject text NOT NULL COLLATE pg_catalog."C",
    issuer text NOT NULL COLLATE pg_catalog."C",
    user_id text NOT NULL COLLATE pg_catalog."C",
    "position" bigint NOT NULL
);
CREATE TABLE public.group_memberships (
    user_id text NOT NULL COLLATE pg_catalog."C",
    "position" bigint NOT NULL,
    pool_id text NOT NULL COLLATE pg_catalog."C",
    group_name text NOT NULL COLLATE pg_catalog."C",
    origin text NOT NULL COLLATE pg_catalog."C",
    provider text COLLATE pg_catalog."C",
    not_before bigint,
    expires_at bigint
);
CREATE TABLE public.identity_provider_domains (
    pool_id text NOT NULL COLLATE pg_catalog."C",
    domain text NOT NULL COLLATE pg_catalog."C",
    provider text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.identity_providers (
    pool_id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    entity_id text COLLATE pg_catalog."C",
    connection text NOT NULL COLLATE pg_catalog."C",
    attribute_mapping text NOT NULL COLLATE pg_catalog."C",
    domains text NOT NULL COLLATE pg_catalog."C",
    enabled bigint NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    display_name text COLLATE pg_catalog."C",
    search_text text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    preset text COLLATE pg_catalog."C",
    logo_hash text COLLATE pg_catalog."C",
    logo_type text COLLATE pg_catalog."C",
    deleted_at bigint
);
CREATE TABLE public.images (
    pool_id text NOT NULL COLLATE pg_catalog."C",
    hash text NOT NULL COLLATE pg_catalog."C",
    media_type text NOT NULL COLLATE pg_catalog."C",
    bytes bytea NOT NULL
);
CREATE TABLE public.installation_settings (
    name text NOT NULL COLLATE pg_catalog."C",
    value text NOT NULL COLLATE pg_catalog."C",
    changed_at bigint NOT NULL
);
CREATE TABLE public.user_pools (
    id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    domain text COLLATE pg_catalog."C",
    signing_algorithm text NOT NULL COLLATE pg_catalog."C",
    custom_attributes text NOT NULL COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    display_name text COLLATE pg_catalog."C",
    logo_hash text COLLATE pg_catalog."C",
    logo_type text COLLATE pg_catalog."C",
    accent text COLLATE pg_catalog."C",
    dark_accent text COLLATE pg_catalog."C",
    privacy_url text COLLATE pg_catalog."C",
    terms_url text COLLATE pg_catalog."C",
    deletion_protection bigint DEFAULT 1 NOT NULL,
    resources text DEFAULT '[]'::text NOT NULL COLLATE pg_catalog."C",
    deleted_at bigint
);
CREATE VIEW public.live_clients AS
 SELECT c.pool_id,
    c.id,
    c.name,
    c.redirect_uris,
    c.post_logout_redirect_uris,
    c.grant_types,
    c.scopes,
    c.identity_providers,
    c.access_token_lifetime,
    c.id_token_lifetime,
    c.refresh_token_lifetime,
    c.code_lifetime,
    c.refresh_grace,
    c.enabled,
    c.created_at,
    c.pkce,
    c.web_origins,
    c.resources,
    c.deleted_at
   FROM (public.app_clients c
     JOIN public.user_pools p ON ((p.id = c.pool_id)))
  WHERE ((c.deleted_at IS NULL) AND (p.deleted_at IS NULL));
CREATE VIEW public.live_memberships AS
 SELECT m.user_id,
    m."position",
    m.pool_id,
    m.group_name,
    m.origin,
    m.provider,
    m.not_before,
    m.expires_at
   FROM public.group_memberships m
  WHERE (NOT (EXISTS ( SELECT 1
           FROM public.identity_providers i
          WHERE ((i.pool_id = m.pool_id) AND (i.name = m.provider) AND (i.deleted_at IS NOT NULL)))));
CREATE VIEW public.live_pools AS
 SELECT user_pools.id,
    user_pools.name,
    user_pools.domain,
    user_pools.signing_algorithm,
    user_pools.custom_attributes,
    user_pools.created_at,
    user_pools.display_name,
    user_pools.logo_hash,
    user_pools.logo_type,
    user_pools.accent,
    user_pools.dark_accent,
    user_pools.privacy_url,
    user_pools.terms_url,
    user_pools.deletion_protection,
    user_pools.resources,
    user_pools.deleted_at
   FROM public.user_pools
  WHERE (user_pools.deleted_at IS NULL);
CREATE VIEW public.live_providers AS
 SELECT i.pool_id,
    i.name,
    i.kind,
    i.entity_id,
    i.connection,
    i.attribute_mapping,
    i.domains,
    i.enabled,
    i.created_at,
    i.updated_at,
    i.display_name,
    i.search_text,
    i.preset,
    i.logo_hash,
    i.logo_type,
    i.deleted_at
   FROM (public.identity_providers i
     JOIN public.user_pools p ON ((p.id = i.pool_id)))
  WHERE ((i.deleted_at IS NULL) AND (p.deleted_at IS NULL));
CREATE TABLE public.users (
    id text NOT NULL COLLATE pg_catalog."C",
    pool_id text NOT NULL COLLATE pg_catalog."C",
    username text NOT NULL COLLATE pg_catalog."C",
    enabled bigint NOT NULL,
    attributes text NOT NULL COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    vouched_email text COLLATE pg_catalog."C",
    deleted_at bigint
);
CREATE VIEW public.live_users AS
 SELECT u.id,
    u.pool_id,
    u.username,
    u.enabled,
    u.attributes,
    u.created_at,
    u.updated_at,
    u.vouched_email,
    u.deleted_at
   FROM (public.users u
     JOIN public.user_pools p ON ((p.id = u.pool_id)))
  WHERE ((u.deleted_at IS NULL) AND (p.deleted_at IS NULL));
CREATE TABLE public.sessions (
    id text NOT NULL COLLATE pg_catalog."C",
    pool_id text NOT NULL COLLATE pg_catalog."C",
    user_id text NOT NULL COLLATE pg_catalog."C",
    provider text COLLATE pg_catalog."C",
    browser bytea,
    cookie bytea NOT NULL,
    authenticated_at bigint,
    upstream_session_index text COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL
);
CREATE VIEW public.live_sessions AS
 SELECT s.id,
    s.pool_id,
    s.user_id,
    s.provider,
    s.browser,
    s.cookie,
    s.authenticated_at,
    s.upstream_session_index,
    s.created_at,
    s.expires_at
   FROM (public.sessions s
     JOIN public.live_users u ON ((u.id = s.user_id)))
  WHERE (NOT (EXISTS ( SELECT 1
           FROM public.identity_providers i
          WHERE ((i.pool_id = s.pool_id) AND (i.name = s.provider) AND (i.deleted_at IS NOT NULL)))));
CREATE TABLE public.token_families (
    id text NOT NULL COLLATE pg_catalog."C",
    pool_id text NOT NULL COLLATE pg_catalog."C",
    client_id text NOT NULL COLLATE pg_catalog."C",
    user_id text NOT NULL COLLATE pg_catalog."C",
    session_id text NOT NULL COLLATE pg_catalog."C",
    provider text COLLATE pg_catalog."C",
    scopes text NOT NULL COLLATE pg_catalog."C",
    resource text COLLATE pg_catalog."C",
    nonce text COLLATE pg_catalog."C",
    authenticated_at bigint,
    created_at bigint NOT NULL,
    generation bigint NOT NULL,
    token_hash bytea,
    issued_at bigint,
    ended bigint NOT NULL,
    expires_at bigint NOT NULL,
    issued_sid text COLLATE pg_catalog."C"
);
CREATE VIEW public.live_token_families AS
 SELECT f.id,
    f.pool_id,
    f.client_id,
    f.user_id,
    f.session_id,
    f.provider,
    f.scopes,
    f.resource,
    f.nonce,
    f.authenticated_at,
    f.created_at,
    f.generation,
    f.token_hash,
    f.issued_at,
    f.ended,
    f.expires_at,
    f.issued_sid
   FROM (public.token_families f
     JOIN public.live_users u ON ((u.id = f.user_id)))
  WHERE ((NOT (EXISTS ( SELECT 1
           FROM public.identity_providers i
          WHERE ((i.pool_id = f.pool_id) AND (i.name = f.provider) AND (i.deleted_at IS NOT NULL))))) AND (NOT (EXISTS ( SELECT 1
           FROM public.app_clients c
          WHERE ((c.pool_id = f.pool_id) AND (c.id = f.client_id) AND (c.deleted_at IS NOT NULL))))));
CREATE TABLE public.pending_sign_ins (
    id text NOT NULL COLLATE pg_catalog."C",
    pool_id text NOT NULL COLLATE pg_catalog."C",
    provider text COLLATE pg_catalog."C",
    browser bytea NOT NULL,
    previous_cookie bytea,
    request text NOT NULL COLLATE pg_catalog."C",
    response_address text NOT NULL COLLATE pg_catalog."C",
    authenticated_after bigint,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    claimed_at bigint
);
CREATE TABLE public.schema_migrations (
    version bigint NOT NULL,
    name text NOT NULL,
    oldest_reader bigint NOT NULL,
    applied_at bigint NOT NULL
);
CREATE TABLE public.servers (
    id text NOT NULL COLLATE pg_catalog."C",
    public_url text NOT NULL COLLATE pg_catalog."C",
    started_at bigint NOT NULL,
    seen_at bigint NOT NULL
);
CREATE TABLE public.signing_keys (
    pool_id text NOT NULL COLLATE pg_catalog."C",
    id text NOT NULL COLLATE pg_catalog."C",
    algorithm text NOT NULL COLLATE pg_catalog."C",
    phase text NOT NULL COLLATE pg_catalog."C",
    sealed_private_key bytea NOT NULL,
    created_at bigint NOT NULL,
    retired_at bigint
);
CREATE TABLE public.unlinked_identities (
    pool_id text NOT NULL COLLATE pg_catalog."C",
    user_id text NOT NULL COLLATE pg_catalog."C",
    provider text NOT NULL COLLATE pg_catalog."C",
    format text NOT NULL COLLATE pg_catalog."C",
    subject text NOT NULL COLLATE pg_catalog."C",
    issuer text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.user_groups (
    pool_id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    description text COLLATE pg_catalog."C",
    created_at bigint NOT NULL
);
CREATE TABLE public.write_turns (
    id bigint NOT NULL
);
INSERT INTO public.accepted_proofs VALUES ('local_cH7B3JnBY', 'pysaml2', 'id-Gl8FmNvwAaxPSfjwh', 1795881414000);
INSERT INTO public.accepted_proofs VALUES ('local_cH7B3JnBY', 'pysaml2', 'id-vJCkWN7BvYc0AoJ4Q', 1795881414000);
INSERT INTO public.accepted_proofs VALUES ('local_cH7B3JnBY', 'pysaml2', 'id-36culOL8SqCastzbv', 1795881414000);
INSERT INTO public.accepted_proofs VALUES ('local_cH7B3JnBY', 'pysaml2', 'id-Tw6NIO209f1QVlBW9', 1795881414000);
INSERT INTO public.app_clients VALUES ('local_cH7B3JnBY', 'kg4jr89pyepnyjre42zatwxbxv', 'app', '["http://localhost:59265/callback"]', '[]', '["authorization_code","refresh_token"]', '["openid","email","profile","phone"]', '[]', 3600, 3600, 2592000, 300, 10, 1, 1795880754155, 'required', NULL, '[]', NULL);
INSERT INTO public.app_clients VALUES ('local_cH7B3JnBY', 'xxikzpv37s22tepkabokud3yrb', 'Orders', '["https://app.example/callback"]', '[]', '["authorization_code","refresh_token"]', '["openid","email","profile","phone"]', '[]', 3600, 3600, 2592000, 300, 5, 1, 1795880755161, 'optional', NULL, '[]', NULL);
INSERT INTO public.audit_events VALUES ('d06e1e72-31e3-40a3-9335-07e6afcfd7fc', 'local_cH7B3JnBY', 1795880753772, 'command_line', 'root', 'pool.create', 'pool', 'local_cH7B3JnBY', '[{"name":"name","value":"staff"},{"name":"domain","value":""},{"name":"signing_algorithm","value":"RS256"},{"name":"custom_attributes","value":""},{"name":"resources","value":""},{"name":"deletion_protection","value":"true"},{"name":"display_name","value":""},{"name":"accent","value":""},{"name":"dark_accent","value":""},{"name":"privacy_url","value":""},{"name":"terms_url","value":""},{"name":"logo","value":""}]');
INSERT INTO public.audit_events VALUES ('b162c5c1-278a-42ee-8e5b-0b8d99e10dee', 'local_cH7B3JnBY', 1795880753957, 'command_line', 'root', 'provider.create', 'provider', 'pysaml2', '[{"name":"attribute_mapping","value":"email=urn:oid:0.9.2342.19200300.100.1.3 groups=friendly:isMemberOf given_name=friendly:givenName family_name=friendly:sn name=friendly:displayName"},{"name":"required_attributes","value":""},{"name":"domains","value":""},{"name":"display_name","value":""},{"name":"logo","value":""},{"name":"enabled","value":"true"},{"name":"entity_id","value":"http://127.0.0.1:32953/idp"},{"name":"metadata_url","value":""},{"name":"metadata_sha256","value":"05a4a0db24a30dff4aaac1bbeec9312f29552c6a5212a8876975ab54fd5c05b0"},{"name":"allow_idp_initiated","value":"false"},{"name":"allow_sha1_until","value":""},{"name":"allow_missing_authn_statement","value":"false"},{"name":"allow_any_signature_order","value":"false"},{"name":"on_group_overage","value":"refuse"},{"name":"signing_certificates","value":"751b96fd6c759b9d85a22c1fd6f5ad4c44f97e6ca906a92a907e6c42b77511b3"}]');
INSERT INTO public.audit_events VALUES ('3d2ef5ae-d6f0-4774-ac24-f627a4577669', 'local_cH7B3JnBY', 1795880754155, 'command_line', 'root', 'client.create', 'client', 'kg4jr89pyepnyjre42zatwxbxv', '[{"name":"client_name","value":"app"},{"name":"redirect_uris","value":"http://localhost:59265/callback"},{"name":"post_logout_redirect_uris","value":""},{"name":"web_origins","value":"those of the redirect URIs"},{"name":"resources","value":""},{"name":"grant_types","value":"authorization_code refresh_token"},{"name":"scope","value":"openid email profile phone"},{"name":"identity_providers","value":""},{"name":"pkce","value":"required"},{"name":"access_token_lifetime","value":"3600"},{"name":"id_token_lifetime","value":"3600"},{"name":"refresh_token_lifetime","value":"2592000"},{"name":"refresh_grace","value":"10"},{"name":"code_lifetime","value":"300"},{"name":"enabled","value":"true"},{"name":"client_secrets","value":"0"}]');
INSERT INTO public.audit_events VALUES ('6912502d-5365-48d8-b097-5aabad53ca09', 'local_cH7B3JnBY', 1795880754666, 'command_line', 'root', 'pool.update', 'pool', 'local_cH7B3JnBY', '[{"name":"domain_before","value":""},{"name":"domain","value":"id.old.example"},{"name":"display_name_before","value":""},{"name":"display_name","value":"Old staff"}]');
INSERT INTO public.audit_events VALUES ('1ccb573b-b02e-4bda-b9e5-ef2333d55bb7', 'local_cH7B3JnBY', 1795880754742, 'command_line', 'root', 'pool.add_attribute', 'pool', 'local_cH7B3JnBY', '[{"name":"custom_attributes_before","value":""},{"name":"custom_attributes","value":"custom:team:string[]"}]');
INSERT INTO public.audit_events VALUES ('b24f54e0-13b1-4cdc-b99e-17443805f96d', 'local_cH7B3JnBY', 1795880754926, 'command_line', 'root', 'provider.update', 'provider', 'pysaml2', '[{"name":"domains_before","value":""},{"name":"domains","value":"old.example"}]');
INSERT INTO public.audit_events VALUES ('e1b6d3b2-2897-4ff0-9678-22ca7fe530cb', 'local_cH7B3JnBY', 1795880755063, 'command_line', 'root', 'provider.create', 'provider', 'op', '[{"name":"attribute_mapping","value":"email=email name=name preferred_username=preferred_username picture=picture"},{"name":"required_attributes","value":""},{"name":"domains","value":""},{"name":"display_name","value":""},{"name":"logo","value":""},{"name":"enabled","value":"true"},{"name":"issuer","value":"https://github.com/login/oauth"},{"name":"authorization_endpoint","value":"https://github.com/login/oauth/authorize"},{"name":"token_endpoint","value":"https://github.com/login/oauth/access_token"},{"name":"userinfo_endpoint","value":"https://api.github.com/user"},{"name":"jwks_uri","value":""},{"name":"sends_issuer","value":"false"},{"name":"discovered","value":"false"},{"name":"client_id","value":"old"},{"name":"token_endpoint_auth_method","value":"client_secret_post"},{"name":"scope","value":"read:user user:email"},{"name":"prompt","value":""},{"name":"acr_values","value":""},{"name":"parameters","value":""},{"name":"allowed_tenants","value":""},{"name":"on_group_overage","value":"refuse"},{"name":"preset","value":"github"},{"name":"dialect","value":"github"},{"name":"key_id","value":""},{"name":"team_id","value":""},{"name":"known_prompts","value":"select_account"},{"name":"algorithms","value":"RS256 PS256 ES256 EdDSA"},{"name":"answers_by_form","value":"false"},{"name":"shared_redirect_uri","value":"false"},{"name":"subject_claim","value":"id"},{"name":"assertion_audience","value":"issuer"},{"name":"client_secret","value":"given"}]');
INSERT INTO public.audit_events VALUES ('5c837f2e-ea6c-49ba-9f3b-e49a12634b29', 'local_cH7B3JnBY', 1795880755162, 'command_line', 'root', 'client.create', 'client', 'xxikzpv37s22tepkabokud3yrb', '[{"name":"client_name","value":"Orders"},{"name":"redirect_uris","value":"https://app.example/callback"},{"name":"post_logout_redirect_uris","value":""},{"name":"web_origins","value":"those of the redirect URIs"},{"name":"resources","value":""},{"name":"grant_types","value":"authorization_code refresh_token"},{"name":"scope","value":"openid email profile phone"},{"name":"identity_providers","value":""},{"name":"pkce","value":"optional"},{"name":"access_token_lifetime","value":"3600"},{"name":"id_token_lifetime","value":"3600"},{"name":"refresh_token_lifetime","value":"2592000"},{"name":"refresh_grace","value":"5"},{"name":"code_lifetime","value":"300"},{"name":"enabled","value":"true"},{"name":"client_secrets","value":"1"}]');
INSERT INTO public.audit_events VALUES ('b9c76b66-4783-4092-8479-355f7a0049eb', 'local_cH7B3JnBY', 1795880755363, 'command_line', 'root', 'key.publish', 'key', 'T13041Q7f2Tq9DbiRX4weHU2H6Oarb_MLpkYmPDTjF8', '[]');
INSERT INTO public.authorization_codes VALUES ('\x9ca7bee33b1906983f6cc72042c3857041cdca8ff4a5c99a9d1680764820a50f', '-NpnlrObk0D7kfuGrpIASg', 'http://localhost:59265/callback', '21ZPXE7WP9hQ2hxB5BCZf3RMeIMLQhtIdG0UNf2FxSM', 1795881054253, 1795880754266);
INSERT INTO public.authorization_codes VALUES ('\xa4b8ac5b74b2f5e25f2cd66d844da98c560bc99c69abd04d362b7f04a8d1c44d', 'LDFrnBanTF3cwQkherdF_A', 'http://localhost:59265/callback', '8EUm9FOQVr431FM2sUTUQrmXS5iKD7QW30yHAYM8bqY', 1795881054336, 1795880754345);
INSERT INTO public.authorization_codes VALUES ('\xe8bcbf8e1444dc0ca05c730c308837fa55e29545378381a25adcc69ac0bd4ad7', '4ntQwnHfCnd2oZmEdMK-Zw', 'http://localhost:59265/callback', 'e1w6fZHTUtaAHb3K2hhTcnF29PCHVjdPOsUveT00Pto', 1795881054416, NULL);
INSERT INTO public.authorization_codes VALUES ('\xc0e6483691dc40f24db97f4a6cedb5089652c56fe63b26c6050a5717d42eb9a2', 'ps6LIGq9omOf8PzSjBXfZw', 'http://localhost:59265/callback', 'HFFhhhW23ZA0XT7lVMeqLVVpbvfT7g4apLsehcNRChU', 1795881054526, 1795880754538);
INSERT INTO public.client_secrets VALUES ('local_cH7B3JnBY', 'xxikzpv37s22tepkabokud3yrb', '\xa4d54e1fffbc5dcf119c0950aa64d82216a3b8da79f0639281dca78524a02932', 1795880755161, NULL);
INSERT INTO public.client_web_origins VALUES ('local_cH7B3JnBY', 'http://localhost:59265', 'kg4jr89pyepnyjre42zatwxbxv');
INSERT INTO public.client_web_origins VALUES ('local_cH7B3JnBY', 'https://app.example', 'xxikzpv37s22tepkabokud3yrb');
INSERT INTO public.federated_identities VALUES ('local_cH7B3JnBY', 'pysaml2', 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent  ', 'nid-ann-51d9e3', 'http://127.0.0.1:32953/idp', 'b12e1a49-27d4-4d0a-b28d-f8f501c77cf4', 0);
INSERT INTO public.federated_identities VALUES ('local_cH7B3JnBY', 'pysaml2', 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent  ', 'nid-bob-51d9e3', 'http://127.0.0.1:32953/idp', '90ed3e96-fe7c-4d6f-87ee-b7cd529acdc0', 0);
INSERT INTO public.group_memberships VALUES ('b12e1a49-27d4-4d0a-b28d-f8f501c77cf4', 0, 'local_cH7B3JnBY', 'engineering', 'provider', 'pysaml2', NULL, NULL);
INSERT INTO public.group_memberships VALUES ('90ed3e96-fe7c-4d6f-87ee-b7cd529acdc0', 0, 'local_cH7B3JnBY', 'engineering', 'provider', 'pysaml2', NULL, NULL);
INSERT INTO public.identity_provider_domains VALUES ('local_cH7B3JnBY', 'old.example', 'pysaml2');
INSERT INTO public.identity_providers VALUES ('local_cH7B3JnBY', 'pysaml2', 'saml', 'http://127.0.0.1:32953/idp', '{"allowsAnySignatureOrder":false,"allowsIDPInitiated":false,"allowsMissingAuthnStatement":false,"entityID":"http://127.0.0.1:32953/idp","metadata":"<ns0:EntityDescriptor xmlns:ns0=\"urn:oasis:names:tc:SAML:2.0:metadata\" xmlns:ns1=\"urn:oasis:names:tc:SAML:metadata:algsupport\" xmlns:ns2=\"http://www.w3.org/2000/09/xmldsig#\" entityID=\"http://127.0.0.1:32953/idp\"><ns0:Extensions><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#md5\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#ripemd160\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2000/09/xmldsig#sha1\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#sha224\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#sha384\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha512\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2000/09/xmldsig#dsa-sha1\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2009/xmldsig11#dsa-sha256\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha224\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-md5\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-ripemd160\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2000/09/xmldsig#rsa-sha1\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha224\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha384\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha512\" /></ns0:Extensions><ns0:IDPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\" WantAuthnRequestsSigned=\"false\"><ns0:KeyDescriptor use=\"signing\"><ns2:KeyInfo><ns2:X509Data><ns2:X509Certificate>MIIDDTCCAfWgAwIBAgIUTATtg+jE0ie5BkvVTqbWj8mDQHcwDQYJKoZIhvcNAQELBQAwFjEUMBIGA1UEAwwLaW50ZXJvcCBpZHAwHhcNMjYxMTI4MTU0NTUzWhcNMjYxMjI4MTU0NTUzWjAWMRQwEgYDVQQDDAtpbnRlcm9wIGlkcDCCASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoCggEBAPrzPiEZH6Q0GUzSkDDeTarywvie1jawl7QBX2/FmdyW5svTfwCKELSBmgFXh6j4ELs7Tr5WfDz1COFzn9xXTyz1g7ALP8kpVHbOFraXT/DgcObOBAtoGklrRosFH3X3bZVcS+vXInNA0bI4eqcxwLKCCKPlR/ya7NN4vihVrkmP+bbPy7eMZ9FfheMDXXDVIHZR2UdO6g7ZElVi8Z+8gdJii+eiKvbGdNnXyTSYakxCHWC3hav4HSDDaoDJY9dlX4ocqRoDOnGWx7omHo33MvMePIvWWzQudUxByyi6NLhLSG35ufwTibV1P2nnDgv5a3DfC/obfaAuPY/6PAtpka8CAwEAAaNTMFEwHQYDVR0OBBYEFGuiLuY8SIxoKMpaK2prPKljwW96MB8GA1UdIwQYMBaAFGuiLuY8SIxoKMpaK2prPKljwW96MA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQELBQADggEBAPFll8sx7OTWW29fv2OoyIPK7JrCd8h5gY5E7jXTTLSGDGkGmRvimDa7X9txRwY1jGM5B2826Xu4BcF6zudJ4JeYj+T3tReCJ2z8y4ntNDidFIdrY2YeABBbXzxSFI2486pl6NQhJeftxKXdP02veupKI4+elZJh89EhmlCYld5vhGrnVq6DX8rAigrv2seHUIyuQJyiF52uQIec5hvFhTgdnLWaLE1o2xc+gX2GUJX/oQdJRoainlLALs/Cjodn4fh35nJlovOu3T46a7bYEfzTPCBarUvP1jQVhsoPLu0qkDqw92uTZghv7vgkEFj75AAmSCM5GNaJ+shRH8lC0iM=</ns2:X509Certificate></ns2:X509Data></ns2:KeyInfo></ns0:KeyDescriptor><ns0:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</ns0:NameIDFormat><ns0:SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\" Location=\"http://127.0.0.1:32953/sso\" /></ns0:IDPSSODescriptor></ns0:EntityDescriptor>"}', '{"rules":[{"attribute":"email","required":false,"source":"urn:oid:0.9.2342.19200300.100.1.3"},{"attribute":"groups","required":false,"source":"friendly:isMemberOf"},{"attribute":"given_name","required":false,"source":"friendly:givenName"},{"attribute":"family_name","required":false,"source":"friendly:sn"},{"attribute":"name","required":false,"source":"friendly:displayName"}]}', '["old.example"]', 1, 1795880753948, 1795880753948, NULL, 'pysaml2
pysaml2', NULL, NULL, NULL, NULL);
INSERT INTO public.identity_providers VALUES ('local_cH7B3JnBY', 'op', 'oidc', NULL, '{"algorithms":["RS256","PS256","ES256","EdDSA"],"answersByForm":false,"assertionAudience":"issuer","clientAuthentication":"client_secret_post","clientID":"old","dialect":"github","endpoints":{"authorization":"https://github.com/login/oauth/authorize","sendsIssuer":false,"token":"https://github.com/login/oauth/access_token","userInfo":"https://api.github.com/user"},"extraParameters":[],"isDiscovered":false,"issuer":"https://github.com/login/oauth","knownPrompts":["select_account"],"onGroupOverage":"refuse","preset":"github","scopes":["read:user","user:email"],"sealedBy":"b6221713f467f146","sealedSecret":"2Pwg-dwJ1Gyxi5FUtqjFmA9oKvEZ9zv5XFtEd4NWBxuwJiiPevEK8thoFQ","sharesRedirectURI":false,"subjectClaim":"id","tenants":[]}', '{"rules":[{"attribute":"email","required":false,"source":"email"},{"attribute":"name","required":false,"source":"name"},{"attribute":"preferred_username","required":false,"source":"preferred_username"},{"attribute":"picture","required":false,"source":"picture"}]}', '[]', 1, 1795880755062, 1795880755062, NULL, 'op
op', 'github', NULL, NULL, NULL);
INSERT INTO public.installation_settings VALUES ('master_key_id', 'b6221713f467f146', 1795880752410);
INSERT INTO public.installation_settings VALUES ('public_url', 'http://localhost:41777', 1795880752445);
INSERT INTO public.installation_settings VALUES ('probe', 'written', 1795880752488);
INSERT INTO public.pending_sign_ins VALUES ('_31160dfd64a4fdd00d971716c68b3b1ee5709780', 'local_cH7B3JnBY', 'pysaml2', '\xd769f7ceceee178e3b7394339663a92721a7e77767e0df7a14eb549c09343fc5', NULL, '{"clientID":"kg4jr89pyepnyjre42zatwxbxv","codeChallenge":"PyGRv8_yJ3Z0cJRSdHUNZuBdr1lHrpnkfPwFioyf6Xo","nonce":"kacIuvH1AbPoSp9IPq4l7uCMF-UFpkC7s4p4wCLH_XE","redirectURI":"http://localhost:59265/callback","responseMode":"query","scopes":["openid","email","profile"],"state":"FDkf0fcUShHMcNiUkmPNJhuWTZPTISk_pjH0bzm3KsQ"}', 'http://localhost:41777/local_cH7B3JnBY/saml2/idpresponse', NULL, 1795880754549, 1795882554549, NULL);
INSERT INTO public.schema_migrations VALUES (7, 'tables', 7, 1795880752238);
INSERT INTO public.schema_migrations VALUES (8, 'notifications', 7, 1795880752238);
INSERT INTO public.sessions VALUES ('oZIp3Wj-zCaWyvtwRRaxAA', 'local_cH7B3JnBY', 'b12e1a49-27d4-4d0a-b28d-f8f501c77cf4', 'pysaml2', '\xbef2736174ec1bf5e50792c66a96590fa8068a581cf583513eef3d251ad099f2', '\x4d680780d06e260be810c3cdd2d7b0690f5583ae20fdf9b7b47ffc8fd2d53c21', 1795880754000, 'id-Jhl2Jf1BW4nisHqFi', 1795880754253, 1795923954253);
INSERT INTO public.sessions VALUES ('5YI0heLj1AfnBcMPBIx1xA', 'local_cH7B3JnBY', 'b12e1a49-27d4-4d0a-b28d-f8f501c77cf4', 'pysaml2', '\x19c700e91e8d9729bd63d0a2ee608ec178943dd43a832d6946331e16223b20ee', '\x3ed86159a368d327731c368f95339f161bc04e2144b4ff96244fb73a25c760a2', 1795880754000, 'id-AAoqQjWOvN5CMqL16', 1795880754336, 1795923954336);
INSERT INTO public.sessions VALUES ('V5hCqy-kEeVchE0xsmbXGA', 'local_cH7B3JnBY', '90ed3e96-fe7c-4d6f-87ee-b7cd529acdc0', 'pysaml2', '\xe21aeabacb2650799d71bfd217d22a02d050d8dff3bc0f2fadc57df704a4b066', '\xb5a451588dffcd5b743cc6f193fe8f0e273342adcd6debca31d04637bd9bd46b', 1795880754000, 'id-mOsS9bJXSbBXnvM3N', 1795880754416, 1795923954416);
INSERT INTO public.sessions VALUES ('zPl7FzbVGCyljxc2vqJUYA', 'local_cH7B3JnBY', '90ed3e96-fe7c-4d6f-87ee-b7cd529acdc0', 'pysaml2', '\x24839e94bf143d5399fa482f7579a46a6c7bf8c8e0da45d981c338db49ad8ba1', '\xe91b25b3760d5250b4ab520b98d96fc56a0d17330f19e4bca407dca84e88527c', 1795880754000, 'id-cbX44cOl2Vrs7gvxY', 1795880754526, 1795923954526);
INSERT INTO public.signing_keys VALUES ('local_cH7B3JnBY', 'aQH3jFHNbnA61cndWOLy7x0aK3vhzu70yQwwbCrVjsM', 'RS256', 'current', '\xb998abba601ce67799ab0ec3063a2a2c6a2cc7bb2078a8dcddd4762e253f4f601bb71f5ef80ae3c28679fb1ab8f67f9c11ef0f08b32cf7438bf4a1132839eef2bd83697b563a78fb7f67da7101e1b779b30705146d9e56bb95ddad13eec6ecaa346e9e13ba71b325f6ade276b658ed2530a11a3ed7842138f250372e47e2bb1bff12b8dee7d87de2eafe988ee17d769c26a6c3f2f27edf8a47b31e8b206e361052141640e8933e58eb6d1434a22468e3de03f5773f032c32301553a04f74ecafc39be2c11dc5b5688312a2630f1e2943375cb9d2d7208258dde894769d54daf36fb245db5f2b1f476f7a6a0db429e6e2f4e33cda48e677d197eea67fe278341cb5f9e4c872fdd4754ba63afc91e859b8f2d59fe2e2ab5d5d22fe120defa310c20d85f105c50dd6e8b583425849ed42ebde7f7987229d781a43f8e05393b63252029cfba8b9e3383911f222d6855e38c877492bc417b1ae8c3c85982b07743b30531b35f8fd11ba06637d87fd5f67a1bf3e3bc21f56ed4bd0fad8a854f1dbc4e56a8527c973c7cb41b8d9fbb7f08eed9c1ee0f62d7d215d34eac311bc98b661dd6e33b9bada2d79461d459bf87070880eaf40ce94033d02d29916e5a446a2618a54a47b7b78c6861c8f16c1a427da916d46d958eef5e17405b4ab9de069d9c7130afc48f0286c475fd01189cb9e2cdfa1df6e0200347366cbecd0e1f11944be57581bb43d79a5f5ccc1ba762b4bf913fe58a11487f0d30ead27b2a46d726ff9c173a4385e6f4a3ba81b067336909be05e1b673befb4a4348a5a6fadf36f8408f6a66902843a1464ca1a27486f172120897241f0ffabcc109e500bf13d53194d64d17765bf6f4d626c4c01f5935f2d47ef6d23c77554910e87778110fade8694bf32762950d2e986307e783634603ee46ac9cdd693af272e3a8bb185ddca3aa31d2bdf1c6e2af7092957d9a5a1066273cf05d06a8a3729e670a9d19ed509219e104402482d8adf92abcc97f9232c63da2e4b136a0513835f4477c8bc0794934517b88627d0fb5cf2ba6740d0d6e20f022fe6da26c03d260e8d49ecea1f55bfca96d320a64aded6f2ca28df5fb31b78cf917cc7f9c336e965de32f0983cdc0b82f3753f431e76b19db0f597888724829587fb099c27883e7a60871067968ed1dd4da04e7cfd0a5d92db95acf398cca99fc6876a26274f8e96dd858629153f528b4c5e7aab27b1ea86f229a3ac31305f56e48382ec433361fa0cce54e0d3cef361667ef1424c126a52ba7a5d732f8f0ba2c05033f506fbaddb32676050aa01cc4533ec2c44d1440cf0f83e0e987291c49b212161f720a1ff320d362f0d786b6c50334ea0ee29ce57f91154429f43d15de103a0b7f6b5fd4d10f5bd421de07f0a113c4c5b00c94408c913eb611b51c3a5d658244b8ecaf48e2aa75ab6d1e4a5e4bf1279d2a39882b70ffe01cfada73b16dfa04f4dfabbdd48d87f7747b15647fe809f49f848a44de489746064407ce8126a86333ebebaf42683842f005a3e68c8add045835c0bd9943d492e10b3bc1e2e9450099bce399c8b5a02a5745341ab90718032ab410efab77fe562a4454354296cd55f320599ea8539fa8e8fa5cf1160ca57749342e47b0b835ed6d9aa8a04d8b17e7bf255ef130cfbdcf1bd5e409fa738375d3eda2b27b143626d22888c2a1d5a889e0d2196157cb8926bd40d6d5658d9c4ee71b07efe53b133b86fd16074b3741a37f321e8a862a83ee5eb0d0113', 1795880753834, NULL);
INSERT INTO public.signing_keys VALUES ('local_cH7B3JnBY', 'T13041Q7f2Tq9DbiRX4weHU2H6Oarb_MLpkYmPDTjF8', 'RS256', 'upcoming', '\xac005884480aa2640d74443d28c4f2ae04c927f1b4e28be06a1a6fdba8180b5e34025ef393da7f21936bfbe6cd0235275bf5316c590a3bf29ea37a468e06df6d295c90581da3e7b8707a251c5784ab296255f6e32a3b3139c516dc4b56df0bda4148db6055506697d7fc27ad0810b2f0290af01305e15e66fa705390ef04d71816af663b64297fd9699ec50c7e1037106a003dc05d4339532d05bc3bb35231fd467851a384c7d7a154c3ce0c282abebb54ecf3c244dff6aa1a92953f6a05e04e4c67ef6c957584128a27b4008d4d59b4acb2852a9862d2d737da434ea9c4ca20bb6407a769787c92029645a305b160be293469407f1751d1831b6c7b59b693906544f44c983c1a1bf90944942af2f26e1453f45891ec3f201f2f4ab30c851824748412e5420f8b1af492a75d1143952c438b1ca389ca6d270034aba44361d32183c2b342457d81429e4f5a36cdb5209189bb1788c7df1ce9a9df587c06ce4f97902c3809a55873b5846a4942fd3812e82f2ae9fe565bd8bc66fcd9a7e1a638f9b70a7eb7659c025c8129886cfd5aadefb226456742081b9b69b9c4dcda4865ae56c9248d46e419f7aa7c1c165b6b8c99af37302d227b19ce44e81dd63c72be09c45a96424b4264c706e1ed17ca5b3a4a8bfa2854a43623458b8d8b34d55a6c0fc1f37659c9a32bedad52d6cd1bf17a06d4463e38c6780115ce0f8f244ea767414e96bd104c75ffd91c2a60dd4ebd8276fc91a6d5853136901656ef5ef730a49b2db071e65cd53c4a194c22ef0de00ff636c4510647f67b24857fa94c2bd20537a2fea8f374cd014f71bc1b48fec77968ec57f07f9b9080293e73f6a25516e19d82fba20ac376d4f6ea69310078455621d0d0268286da28bc1adbb4521d6907d2c6e699f86f0a83b799cf61427fa6ff3cc99fac8a6b5095b10bc391e7c3d615ac6b9818bf1519b408caf1e7a4b9fb0b83a0ac519c6d2e43d624d94a106da61e5a27ddbfbaae37a69fd72390e059a0b6575681cc7fc2bd1144b7df711cee1ed03fd9323d635b149efcaff859d26018682f2e70a8e80471f936e701bc82ca70bfc19266b3b82545df8c58af7f160ebebe075cc07ad625f3f4e3024f5ea777858db30caea8a03ca8cc221d67474246bbd41db815e23114f34f0bcc70ccb003690d5028f8477db9bd825b356b74ba091f5f8a568968d02a0f8ebcd523f67f7e204665b49dd9a4c5e2085989aa0aa02de73244f77cbe14ab15904530f8c7709fc61cca086a3a20f896f49642ac8eeb7459cdce69b237694a10815b5e90b33e7bf67ae6e2b89831e2e4dcf0d51f449745dc09ae807492f080c7b6ed4fb00db2dc9049470a65a7ff0974ce20dff2802aa37de27c8c5b71a54e788a31b4ad7e31bcc1b6a199055cf8296276fc463382193dc485d44bd421d930535b6785638fa5e6e630c30339fea39cf1ee5292b20950a287472ea052d4bcd9808485cc089dcbb449cd6f3630ec26296492f734f12ea3cbba62b951d4f194d3fe3f7b9c5a0011b6e3db081582117525e0e7de91bb95ee10ef39ef27f13b39cda020ff5293f11b2dd15f14b1cf7e396345fe220d73be65940d2d60e43efefdff6af1d9a058f9af8f3b11f6dd936a78d21feb1a6734ee2fa6b4b9755f00ad6394dbfaf0b7e76d8206530354251bc84d2d453a0d47c0b4cd3a0956471ca1d443e99bda7df23afd682dc3db8c552ba9957aa1f7650ac0e975015093325bc264ebbff71555bc553483', 1795880755363, NULL);
INSERT INTO public.token_families VALUES ('-NpnlrObk0D7kfuGrpIASg', 'local_cH7B3JnBY', 'kg4jr89pyepnyjre42zatwxbxv', 'b12e1a49-27d4-4d0a-b28d-f8f501c77cf4', 'oZIp3Wj-zCaWyvtwRRaxAA', 'pysaml2', '["openid","email","profile"]', NULL, 'Mx1WjDCqfwe9hSXPjcTjRUu0ZwNliXnIQ1u7sBokJG8', 1795880754000, 1795880754253, 2, '\x2329833bdf1355e2e4b5b7895a3cac36524e1258136ed0ab90f50ac0376a7a17', 1795880754279, 0, 1798472754266, NULL);
INSERT INTO public.token_families VALUES ('LDFrnBanTF3cwQkherdF_A', 'local_cH7B3JnBY', 'kg4jr89pyepnyjre42zatwxbxv', 'b12e1a49-27d4-4d0a-b28d-f8f501c77cf4', '5YI0heLj1AfnBcMPBIx1xA', 'pysaml2', '["openid","email","profile"]', NULL, 'TDsg4vGKUZ4OR_eQF5R36wyOQ0It_p-RQocVxQe6WvY', 1795880754000, 1795880754336, 1, '\x53afa1e52712921bdeaf6aebb69160724fc3eb51a55d74a9d9e342bdd3dbaeac', 1795880754345, 1, 1798472754345, NULL);
INSERT INTO public.token_families VALUES ('4ntQwnHfCnd2oZmEdMK-Zw', 'local_cH7B3JnBY', 'kg4jr89pyepnyjre42zatwxbxv', '90ed3e96-fe7c-4d6f-87ee-b7cd529acdc0', 'V5hCqy-kEeVchE0xsmbXGA', 'pysaml2', '["openid","email","profile"]', NULL, 'XCyXYnYa948-r9FXlv5wVgVOs5bqAHCrnoPpY5GgGZs', 1795880754000, 1795880754416, 0, NULL, NULL, 0, 1795881054416, NULL);
INSERT INTO public.token_families VALUES ('ps6LIGq9omOf8PzSjBXfZw', 'local_cH7B3JnBY', 'kg4jr89pyepnyjre42zatwxbxv', '90ed3e96-fe7c-4d6f-87ee-b7cd529acdc0', 'zPl7FzbVGCyljxc2vqJUYA', 'pysaml2', '["openid","email","profile"]', NULL, 'O14SSJYFbvYY9hcqPNr3ksa5Y0sQX28JudA0WuCWLi4', 1795880754000, 1795880754526, 1, '\x0748aa0aafd2df3cb1adc63777188b13c5e8a335212dea44d07f476851dacd62', 1795880754538, 0, 1798472754538, NULL);
INSERT INTO public.user_pools VALUES ('local_cH7B3JnBY', 'staff', 'id.old.example', 'RS256', '[{"multivalued":true,"name":"team","type":"string"}]', 1795880753772, 'Old staff', NULL, NULL, NULL, NULL, NULL, NULL, 1, '[]', NULL);
INSERT INTO public.users VALUES ('b12e1a49-27d4-4d0a-b28d-f8f501c77cf4', 'local_cH7B3JnBY', 'pysaml2_nid-ann-51d9e3', 1, '{"email":"ann@pysaml2.example","email_verified":false,"family_name":"Søndergård-Łuczak","given_name":"Ann","name":"Ann Søndergård-Łuczak"}', 1795880754253, 1795880754253, NULL, NULL);
INSERT INTO public.users VALUES ('90ed3e96-fe7c-4d6f-87ee-b7cd529acdc0', 'local_cH7B3JnBY', 'pysaml2_nid-bob-51d9e3', 1, '{"email":"bob@pysaml2.example","email_verified":false,"family_name":"Søndergård-Łuczak","given_name":"Bob","name":"Bob Søndergård-Łuczak"}', 1795880754416, 1795880754416, NULL, NULL);
ALTER TABLE ONLY public.accepted_proofs
    ADD CONSTRAINT accepted_proofs_pkey PRIMARY KEY (pool_id, provider, proof_id);
ALTER TABLE ONLY public.app_clients
    ADD CONSTRAINT app_clients_pkey PRIMARY KEY (pool_id, id);
ALTER TABLE ONLY public.audit_events
    ADD CONSTRAINT audit_events_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.authorization_codes
    ADD CONSTRAINT authorization_codes_family_id_key UNIQUE (family_id);
ALTER TABLE ONLY public.authorization_codes
    ADD CONSTRAINT authorization_codes_pkey PRIMARY KEY (hash);
ALTER TABLE ONLY public.client_secrets
    ADD CONSTRAINT client_secrets_pkey PRIMARY KEY (pool_id, client_id, hash);
ALTER TABLE ONLY public.client_web_origins
    ADD CONSTRAINT client_web_origins_pkey PRIMARY KEY (pool_id, origin, client_id);
ALTER TABLE ONLY public.earlier_refresh_tokens
    ADD CONSTRAINT earlier_refresh_tokens_pkey PRIMARY KEY (hash);
ALTER TABLE ONLY public.federated_identities
    ADD CONSTRAINT federated_identities_pkey PRIMARY KEY (pool_id, provider, format, subject, issuer);
ALTER TABLE ONLY public.group_memberships
    ADD CONSTRAINT group_memberships_pkey PRIMARY KEY (user_id, "position");
ALTER TABLE ONLY public.identity_provider_domains
    ADD CONSTRAINT identity_provider_domains_pkey PRIMARY KEY (pool_id, domain);
ALTER TABLE ONLY public.identity_providers
    ADD CONSTRAINT identity_providers_pkey PRIMARY KEY (pool_id, name);
ALTER TABLE ONLY public.identity_providers
    ADD CONSTRAINT identity_providers_pool_id_entity_id_key UNIQUE (pool_id, entity_id);
ALTER TABLE ONLY public.images
    ADD CONSTRAINT images_pkey PRIMARY KEY (pool_id, hash);
ALTER TABLE ONLY public.installation_settings
    ADD CONSTRAINT installation_settings_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.pending_sign_ins
    ADD CONSTRAINT pending_sign_ins_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.servers
    ADD CONSTRAINT servers_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_cookie_key UNIQUE (cookie);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.signing_keys
    ADD CONSTRAINT signing_keys_pkey PRIMARY KEY (pool_id, id);
ALTER TABLE ONLY public.token_families
    ADD CONSTRAINT token_families_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.unlinked_identities
    ADD CONSTRAINT unlinked_identities_pkey PRIMARY KEY (user_id, provider, format, subject, issuer);
ALTER TABLE ONLY public.user_groups
    ADD CONSTRAINT user_groups_pkey PRIMARY KEY (pool_id, name);
ALTER TABLE ONLY public.user_pools
    ADD CONSTRAINT user_pools_domain_key UNIQUE (domain);
ALTER TABLE ONLY public.user_pools
    ADD CONSTRAINT user_pools_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pool_id_username_key UNIQUE (pool_id, username);
ALTER TABLE ONLY public.write_turns
    ADD CONSTRAINT write_turns_pkey PRIMARY KEY (id);
CREATE INDEX accepted_proofs_by_expiry ON public.accepted_proofs USING btree (until);
CREATE INDEX app_clients_deleted ON public.app_clients USING btree (pool_id, id) WHERE (deleted_at IS NOT NULL);
CREATE INDEX audit_events_by_target ON public.audit_events USING btree (pool_id, target_kind, target_name, at);
CREATE INDEX audit_events_by_time ON public.audit_events USING btree (pool_id, at, id);
CREATE INDEX authorization_codes_by_expiry ON public.authorization_codes USING btree (expires_at);
CREATE INDEX client_web_origins_by_client ON public.client_web_origins USING btree (pool_id, client_id);
CREATE INDEX earlier_refresh_tokens_by_expiry ON public.earlier_refresh_tokens USING btree (expires_at);
CREATE INDEX earlier_refresh_tokens_by_family ON public.earlier_refresh_tokens USING btree (family_id);
CREATE INDEX federated_identities_by_user ON public.federated_identities USING btree (user_id, "position");
CREATE INDEX group_memberships_by_group ON public.group_memberships USING btree (pool_id, group_name);
CREATE INDEX group_memberships_by_provider ON public.group_memberships USING btree (pool_id, provider) WHERE (provider IS NOT NULL);
CREATE INDEX identity_provider_domains_by_provider ON public.identity_provider_domains USING btree (pool_id, provider);
CREATE INDEX identity_providers_deleted ON public.identity_providers USING btree (pool_id, name) WHERE (deleted_at IS NOT NULL);
CREATE INDEX identity_providers_offered ON public.identity_providers USING btree (pool_id, enabled, search_text, name);
CREATE INDEX pending_sign_ins_by_expiry ON public.pending_sign_ins USING btree (expires_at);
CREATE INDEX pending_sign_ins_by_provider ON public.pending_sign_ins USING btree (pool_id, provider);
CREATE INDEX sessions_by_browser ON public.sessions USING btree (browser, pool_id) WHERE (browser IS NOT NULL);
CREATE INDEX sessions_by_expiry ON public.sessions USING btree (expires_at);
CREATE INDEX sessions_by_provider ON public.sessions USING btree (pool_id, provider);
CREATE INDEX sessions_by_user ON public.sessions USING btree (user_id, pool_id);
CREATE UNIQUE INDEX signing_keys_in_use ON public.signing_keys USING btree (pool_id, algorithm, phase) WHERE (phase = ANY (ARRAY['upcoming'::text, 'current'::text]));
CREATE INDEX token_families_by_client ON public.token_families USING btree (pool_id, client_id);
CREATE INDEX token_families_by_expiry ON public.token_families USING btree (expires_at);
CREATE INDEX token_families_by_issued_sid ON public.token_families USING btree (issued_sid, pool_id) WHERE (issued_sid IS NOT NULL);
CREATE INDEX token_families_by_provider ON public.token_families USING btree (pool_id, provider);
CREATE INDEX token_families_by_session ON public.token_families USING btree (session_id, pool_id, created_at);
CREATE INDEX token_families_by_user ON public.token_families USING btree (user_id, pool_id);
CREATE INDEX users_by_vouched_email ON public.users USING btree (pool_id, vouched_email) WHERE (vouched_email IS NOT NULL);
CREATE INDEX users_deleted ON public.users USING btree (id) WHERE (deleted_at IS NOT NULL);
CREATE TRIGGER configuration_changed AFTER INSERT OR DELETE OR UPDATE ON public.app_clients FOR EACH ROW EXECUTE FUNCTION public.configuration_changed();
CREATE TRIGGER configuration_changed AFTER INSERT OR DELETE OR UPDATE ON public.client_secrets FOR EACH ROW EXECUTE FUNCTION public.configuration_changed();
CREATE TRIGGER configuration_changed AFTER INSERT OR DELETE OR UPDATE ON public.client_web_origins FOR EACH ROW EXECUTE FUNCTION public.configuration_changed();
CREATE TRIGGER configuration_changed AFTER INSERT OR DELETE OR UPDATE ON public.identity_provider_domains FOR EACH ROW EXECUTE FUNCTION public.configuration_changed();
CREATE TRIGGER configuration_changed AFTER INSERT OR DELETE OR UPDATE ON public.identity_providers FOR EACH ROW EXECUTE FUNCTION public.configuration_changed();
CREATE TRIGGER configuration_changed AFTER INSERT OR DELETE OR UPDATE ON public.images FOR EACH ROW EXECUTE FUNCTION public.configuration_changed();
CREATE TRIGGER configuration_changed AFTER INSERT OR DELETE OR UPDATE ON public.signing_keys FOR EACH ROW EXECUTE FUNCTION public.configuration_changed();
CREATE TRIGGER configuration_changed AFTER INSERT OR DELETE OR UPDATE ON public.user_pools FOR EACH ROW EXECUTE FUNCTION public.configuration_changed();
ALTER TABLE ONLY public.accepted_proofs
    ADD CONSTRAINT accepted_proofs_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES public.user_pools(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.app_clients
    ADD CONSTRAINT app_clients_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES public.user_pools(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.authorization_codes
    ADD CONSTRAINT authorization_codes_family_id_fkey FOREIGN KEY (family_id) REFERENCES public.token_families(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.client_secrets
    ADD CONSTRAINT client_secrets_pool_id_client_id_fkey FOREIGN KEY (pool_id, client_id) REFERENCES public.app_clients(pool_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY public.client_web_origins
    ADD CONSTRAINT client_web_origins_pool_id_client_id_fkey FOREIGN KEY (pool_id, client_id) REFERENCES public.app_clients(pool_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY public.earlier_refresh_tokens
    ADD CONSTRAINT earlier_refresh_tokens_family_id_fkey FOREIGN KEY (family_id) REFERENCES public.token_families(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.federated_identities
    ADD CONSTRAINT federated_identities_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.group_memberships
    ADD CONSTRAINT group_memberships_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.identity_provider_domains
    ADD CONSTRAINT identity_provider_domains_pool_id_provider_fkey FOREIGN KEY (pool_id, provider) REFERENCES public.identity_providers(pool_id, name) ON DELETE CASCADE;
ALTER TABLE ONLY public.identity_providers
    ADD CONSTRAINT identity_providers_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES public.user_pools(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.images
    ADD CONSTRAINT images_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES public.user_pools(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.signing_keys
    ADD CONSTRAINT signing_keys_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES public.user_pools(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.token_families
    ADD CONSTRAINT token_families_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.unlinked_identities
    ADD CONSTRAINT unlinked_identities_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.user_groups
    ADD CONSTRAINT user_groups_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES public.user_pools(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES public.user_pools(id) ON DELETE CASCADE;
