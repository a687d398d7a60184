-- {"client": "x5em8unjzvpbuy467ycurikbsl", "client_secret": "0EG51KLSkHmS5SF2MdAXfxhhMaM6_5iA8JNC5Kid9wQ", "code": "4FuK1A8N_PoEKYUx6zDlefNdOfGf9uKQKMUOy1pYh2g", "code_verifier": "uMcdijQijlAzxHUU1Wo_bVl8vipfyUihBTIuKrIqQ5M", "confidential": "zwzjbelcccye7z7ukjgikdubey", "cookie": "fBMO7ndtOUE__lcEZW8edvQXNkzzJlQr4ajv4oHmTF8", "ended_refresh_token": "AQAAAAEWeWhKSTU1MG5BNkF6MW9uZDlncXBvUco7ue7r7EhEf58y47XWc8cCZ6C9lpB2U3PLbgMudnGKVjSil1etgNM3rM_eOukKyzN646qiTIhQ4GPfdw9WIa8", "now": 1795971379579, "pool": "local_KjbbVQGdj", "redirect_uri": "http://localhost:42665/callback", "refresh_token": "AQAAAAIWMERIeHI2MW8zekgzamRBeFFySHNSQYeGbaO--nZw8jxFBQm0c8PvrwGYt-XDLzad8XbMYDqHDnSvm_r0zrhr9GxhmirQEX6EikRJl2I4q911WBnnveQ", "used_code": "0JnTlRLrUVcD3mtOLLzNE7yuQN0jOCAY3N-unmXGwnE", "used_code_verifier": "C638jm0Jpc3Pxafq-R67Q-oWFcmc6KSRpofP0bUUPl4", "used_refresh_token": "AQAAAAEWMERIeHI2MW8zekgzamRBeFFySHNSQfYJcrDRGtpyvwxYG5V_0c_jcUjYsGZXhuiDeA5CW0mi8hOTfHjonkuioUUrJVFMFA0gabHGgx3fVpimaQnQZ6E"}
SELECT pg_catalog.set_config('search_path', '', false);
CREATE FUNCTION public.configuration_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NOTIFY countersign_configuration;
    RETURN NULL;
END
$$;
CREATE FUNCTION public.delete_code_of_family() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM authorization_codes WHERE family_id = OLD.id;
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
    deleted_at bigint,
    initiate_login_uri text COLLATE pg_catalog."C",
    token_endpoint_auth_method text COLLATE pg_catalog."C",
    jwks text COLLATE pg_catalog."C",
    jwks_uri text COLLATE pg_catalog."C",
    serves text DEFAULT '[]'::text NOT NULL COLLATE pg_catalog."C",
    required_groups text DEFAULT '[]'::text NOT NULL COLLATE pg_catalog."C",
    require_par bigint DEFAULT 0 NOT NULL,
    require_dpop bigint DEFAULT 0 NOT NULL,
    metadata text DEFAULT '{}'::text NOT NULL COLLATE pg_catalog."C"
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
CREATE TABLE public.client_logos (
    pool_id text NOT NULL COLLATE pg_catalog."C",
    client_id text NOT NULL COLLATE pg_catalog."C",
    hash text NOT NULL COLLATE pg_catalog."C",
    media_type text NOT NULL COLLATE pg_catalog."C",
    bytes bytea NOT NULL
);
CREATE TABLE public.client_registrations (
    pool_id text NOT NULL COLLATE pg_catalog."C",
    client_id text NOT NULL COLLATE pg_catalog."C",
    way text NOT NULL COLLATE pg_catalog."C",
    expires_at bigint NOT NULL
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
CREATE TABLE public.consents (
    user_id text NOT NULL COLLATE pg_catalog."C",
    client_id text NOT NULL COLLATE pg_catalog."C",
    pool_id text NOT NULL COLLATE pg_catalog."C",
    scopes text NOT NULL COLLATE pg_catalog."C",
    granted_at bigint NOT NULL
);
CREATE TABLE public.device_requests (
    device_code bytea NOT NULL,
    user_code bytea NOT NULL,
    pool_id text NOT NULL COLLATE pg_catalog."C",
    client_id text NOT NULL COLLATE pg_catalog."C",
    scopes text NOT NULL COLLATE pg_catalog."C",
    resource text COLLATE pg_catalog."C",
    address text COLLATE pg_catalog."C",
    browser bytea,
    denied bigint NOT NULL,
    family_id text COLLATE pg_catalog."C",
    poll_interval bigint NOT NULL,
    polled_at bigint,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL
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
CREATE TABLE public.federation_generations (
    id text NOT NULL COLLATE pg_catalog."C",
    pool_id text NOT NULL COLLATE pg_catalog."C",
    provider text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.federation_members (
    generation text NOT NULL COLLATE pg_catalog."C",
    entity_id text NOT NULL COLLATE pg_catalog."C",
    display_names text NOT NULL COLLATE pg_catalog."C",
    keywords text NOT NULL COLLATE pg_catalog."C",
    logo text COLLATE pg_catalog."C",
    registration_authority text COLLATE pg_catalog."C",
    entity_attributes text NOT NULL COLLATE pg_catalog."C",
    scopes text NOT NULL COLLATE pg_catalog."C",
    valid_until bigint,
    metadata text NOT NULL COLLATE pg_catalog."C",
    refresh_at bigint
);
CREATE TABLE public.federation_words (
    generation text NOT NULL COLLATE pg_catalog."C",
    entity_id text NOT NULL COLLATE pg_catalog."C",
    word text NOT NULL COLLATE pg_catalog."C",
    sort_name text NOT NULL COLLATE pg_catalog."C",
    signature_low bigint DEFAULT '-1'::integer NOT NULL,
    signature_high bigint DEFAULT '-1'::integer NOT NULL
);
CREATE TABLE public.federations (
    pool_id text NOT NULL COLLATE pg_catalog."C",
    provider text NOT NULL COLLATE pg_catalog."C",
    generation text COLLATE pg_catalog."C",
    members bigint NOT NULL,
    imported_at bigint,
    valid_until bigint,
    staging text COLLATE pg_catalog."C",
    staged bigint NOT NULL,
    staging_until bigint,
    ends_not_before bigint
);
CREATE TABLE public.followed_documents (
    pool_id text NOT NULL COLLATE pg_catalog."C",
    provider text NOT NULL COLLATE pg_catalog."C",
    address text NOT NULL COLLATE pg_catalog."C",
    due_at bigint NOT NULL,
    hurried_at bigint,
    checked_at bigint,
    valid_until bigint,
    cache_duration bigint,
    etag text COLLATE pg_catalog."C",
    last_modified text COLLATE pg_catalog."C",
    same_as text COLLATE pg_catalog."C",
    failures bigint NOT NULL,
    last_error text COLLATE pg_catalog."C"
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
    deleted_at bigint,
    acr_values text COLLATE pg_catalog."C"
);
CREATE TABLE public.images (
    pool_id text NOT NULL COLLATE pg_catalog."C",
    hash text NOT NULL COLLATE pg_catalog."C",
    media_type text NOT NULL COLLATE pg_catalog."C",
    bytes bytea NOT NULL
);
CREATE TABLE public.initial_access_tokens (
    pool_id text NOT NULL COLLATE pg_catalog."C",
    id text NOT NULL COLLATE pg_catalog."C",
    hash bytea NOT NULL,
    uses_left bigint NOT NULL,
    redirect_hosts text COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL
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
    deleted_at bigint,
    publishes_encryption_key bigint DEFAULT 0 NOT NULL,
    saml_key_days bigint,
    settings text DEFAULT '{}'::text NOT NULL COLLATE pg_catalog."C"
);
CREATE VIEW public.live_app_clients AS
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
    c.deleted_at,
    c.initiate_login_uri,
    c.token_endpoint_auth_method,
    c.jwks,
    c.jwks_uri,
    c.serves,
    c.required_groups,
    c.require_par,
    c.require_dpop,
    c.metadata
   FROM (public.app_clients c
     JOIN public.user_pools p ON ((p.id = c.pool_id)))
  WHERE ((c.deleted_at IS NULL) AND (p.deleted_at IS NULL));
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
    c.deleted_at,
    c.initiate_login_uri,
    c.token_endpoint_auth_method,
    c.jwks,
    c.jwks_uri,
    c.serves,
    c.required_groups,
    c.require_par,
    c.require_dpop,
    c.metadata
   FROM (public.app_clients c
     JOIN public.user_pools p ON ((p.id = c.pool_id)))
  WHERE ((c.deleted_at IS NULL) AND (p.deleted_at IS NULL) AND (COALESCE(c.token_endpoint_auth_method, ''::text) <> 'private_key_jwt'::text) AND (c.required_groups = '[]'::text) AND (c.require_par = 0) AND (c.require_dpop = 0) AND (c.metadata = '{}'::text));
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
    issued_sid text COLLATE pg_catalog."C",
    authentication_context text COLLATE pg_catalog."C",
    attributes_at bigint,
    requested_claims text COLLATE pg_catalog."C",
    key_thumbprint text COLLATE pg_catalog."C"
);
CREATE VIEW public.live_grant_families AS
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
    f.issued_sid,
    f.authentication_context,
    f.attributes_at,
    f.requested_claims,
    f.key_thumbprint
   FROM (public.token_families f
     JOIN public.live_users u ON ((u.id = f.user_id)))
  WHERE ((NOT (EXISTS ( SELECT 1
           FROM public.identity_providers i
          WHERE ((i.pool_id = f.pool_id) AND (i.name = f.provider) AND (i.deleted_at IS NOT NULL))))) AND (NOT (EXISTS ( SELECT 1
           FROM public.app_clients c
          WHERE ((c.pool_id = f.pool_id) AND (c.id = f.client_id) AND (c.deleted_at IS NOT NULL))))));
CREATE VIEW public.live_identity_providers AS
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
    user_pools.deleted_at,
    user_pools.publishes_encryption_key,
    user_pools.saml_key_days,
    user_pools.settings
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
  WHERE ((i.deleted_at IS NULL) AND (p.deleted_at IS NULL) AND (i.kind <> 'federation'::text));
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
    expires_at bigint NOT NULL,
    upstream_name text COLLATE pg_catalog."C",
    upstream_name_key bytea,
    member text COLLATE pg_catalog."C",
    authentication_context text COLLATE pg_catalog."C",
    upstream_session_key bytea,
    browser_name text COLLATE pg_catalog."C",
    upstream_id_token bytea
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
    s.expires_at,
    s.upstream_name,
    s.upstream_name_key,
    s.member,
    s.authentication_context,
    s.upstream_session_key,
    s.browser_name
   FROM (public.sessions s
     JOIN public.live_users u ON ((u.id = s.user_id)))
  WHERE (NOT (EXISTS ( SELECT 1
           FROM public.identity_providers i
          WHERE ((i.pool_id = s.pool_id) AND (i.name = s.provider) AND (i.deleted_at IS NOT NULL)))));
CREATE VIEW public.live_token_families AS
 SELECT live_grant_families.id,
    live_grant_families.pool_id,
    live_grant_families.client_id,
    live_grant_families.user_id,
    live_grant_families.session_id,
    live_grant_families.provider,
    live_grant_families.scopes,
    live_grant_families.resource,
    live_grant_families.nonce,
    live_grant_families.authenticated_at,
    live_grant_families.created_at,
    live_grant_families.generation,
    live_grant_families.token_hash,
    live_grant_families.issued_at,
    live_grant_families.ended,
    live_grant_families.expires_at,
    live_grant_families.issued_sid,
    live_grant_families.authentication_context,
    live_grant_families.attributes_at,
    live_grant_families.requested_claims,
    live_grant_families.key_thumbprint
   FROM public.live_grant_families
  WHERE (live_grant_families.key_thumbprint IS NULL);
CREATE TABLE public.logout_notices (
    pool_id text NOT NULL COLLATE pg_catalog."C",
    reference text NOT NULL COLLATE pg_catalog."C",
    client_id text NOT NULL COLLATE pg_catalog."C",
    session_id text NOT NULL COLLATE pg_catalog."C",
    channel text NOT NULL COLLATE pg_catalog."C",
    user_id text NOT NULL COLLATE pg_catalog."C",
    attempts bigint NOT NULL,
    result text COLLATE pg_catalog."C",
    detail text COLLATE pg_catalog."C",
    changed_at bigint NOT NULL,
    due_at bigint
);
CREATE TABLE public.logouts (
    pool_id text NOT NULL COLLATE pg_catalog."C",
    reference text NOT NULL COLLATE pg_catalog."C",
    user_id text COLLATE pg_catalog."C",
    initiator text NOT NULL COLLATE pg_catalog."C",
    initiator_name text COLLATE pg_catalog."C",
    parties text NOT NULL COLLATE pg_catalog."C",
    request_id text COLLATE pg_catalog."C",
    next text COLLATE pg_catalog."C",
    answered_at bigint,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    browser bytea
);
CREATE TABLE public.metadata_fetches (
    pool_id text NOT NULL COLLATE pg_catalog."C",
    provider text NOT NULL COLLATE pg_catalog."C",
    fetched_at bigint NOT NULL
);
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
    claimed_at bigint,
    member text COLLATE pg_catalog."C"
);
CREATE TABLE public.provider_ends (
    pool_id text NOT NULL COLLATE pg_catalog."C",
    provider text NOT NULL COLLATE pg_catalog."C",
    read_at bigint NOT NULL,
    certificate_until bigint,
    document_until bigint,
    certificate_warned bigint,
    document_warned bigint,
    exception_until bigint,
    exception_warned bigint
);
CREATE TABLE public.pushed_requests (
    hash bytea NOT NULL,
    pool_id text NOT NULL COLLATE pg_catalog."C",
    client_id text NOT NULL COLLATE pg_catalog."C",
    parameters text NOT NULL COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL
);
CREATE TABLE public.revoked_tokens (
    pool_id text NOT NULL COLLATE pg_catalog."C",
    token_id text NOT NULL COLLATE pg_catalog."C",
    until bigint NOT NULL
);
CREATE TABLE public.saml_keys (
    pool_id text NOT NULL COLLATE pg_catalog."C",
    id text NOT NULL COLLATE pg_catalog."C",
    use text NOT NULL COLLATE pg_catalog."C",
    certificate bytea NOT NULL,
    sealed_private_key bytea NOT NULL,
    created_at bigint NOT NULL,
    active_from bigint NOT NULL,
    superseded_at bigint,
    withdrawn_at bigint
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
CREATE TABLE public.subject_keys (
    pool_id text NOT NULL COLLATE pg_catalog."C",
    sealed_key bytea NOT NULL,
    created_at bigint NOT NULL
);
CREATE TABLE public.trial_outcomes (
    ticket bytea NOT NULL,
    pool_id text NOT NULL COLLATE pg_catalog."C",
    outcome text NOT NULL COLLATE pg_catalog."C",
    expires_at bigint NOT NULL
);
CREATE TABLE public.trial_sign_ins (
    ticket bytea NOT NULL,
    pool_id text NOT NULL COLLATE pg_catalog."C",
    provider text NOT NULL COLLATE pg_catalog."C",
    client_id text COLLATE pg_catalog."C",
    request_id text COLLATE pg_catalog."C",
    browser bytea,
    response_address text COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    member text COLLATE pg_catalog."C"
);
CREATE TABLE public.unlinked_identities (
    pool_id text NOT NULL COLLATE pg_catalog."C",
    user_id text NOT NULL COLLATE pg_catalog."C",
    provider text NOT NULL COLLATE pg_catalog."C",
    format text NOT NULL COLLATE pg_catalog."C",
    subject text NOT NULL COLLATE pg_catalog."C",
    issuer text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.upstream_tokens (
    session_id text NOT NULL COLLATE pg_catalog."C",
    pool_id text NOT NULL COLLATE pg_catalog."C",
    user_id text NOT NULL COLLATE pg_catalog."C",
    provider text NOT NULL COLLATE pg_catalog."C",
    sealed bytea NOT NULL,
    due_at bigint NOT NULL,
    expires_at bigint NOT NULL
);
CREATE TABLE public.used_values (
    hash bytea NOT NULL,
    until bigint NOT NULL
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
INSERT INTO public.accepted_proofs VALUES ('local_KjbbVQGdj', 'pysaml2', 'id-PN7bZyydnyWjHVpcx', 1795972037000);
INSERT INTO public.accepted_proofs VALUES ('local_KjbbVQGdj', 'pysaml2', 'id-1jjHFTVKSRzy34uSc', 1795972037000);
INSERT INTO public.accepted_proofs VALUES ('local_KjbbVQGdj', 'pysaml2', 'id-OJzrlZSYbDLPzGW8G', 1795972038000);
INSERT INTO public.accepted_proofs VALUES ('local_KjbbVQGdj', 'pysaml2', 'id-13HLU5xktaaE9TzRQ', 1795972038000);
INSERT INTO public.app_clients VALUES ('local_KjbbVQGdj', 'x5em8unjzvpbuy467ycurikbsl', 'app', '["http://localhost:42665/callback"]', '[]', '["authorization_code","refresh_token"]', '["openid","email","profile","phone"]', '[]', 3600, 3600, 2592000, 300, 10, 1, 1795971377810, 'required', NULL, '[]', NULL, NULL, NULL, NULL, NULL, '[]', '[]', 0, 0, '{}');
INSERT INTO public.app_clients VALUES ('local_KjbbVQGdj', 'zwzjbelcccye7z7ukjgikdubey', 'Orders', '["https://app.example/callback"]', '[]', '["authorization_code","refresh_token"]', '["openid","email","profile","phone"]', '[]', 3600, 3600, 2592000, 300, 5, 1, 1795971379275, 'optional', NULL, '[]', NULL, NULL, NULL, NULL, NULL, '[]', '[]', 0, 0, '{}');
INSERT INTO public.audit_events VALUES ('ddb6f50a-747e-4b24-a961-ff7fa9aee596', 'local_KjbbVQGdj', 1795971376240, 'command_line', 'root', 'pool.create', 'pool', 'local_KjbbVQGdj', '[{"name":"name","value":"staff"},{"name":"domain","value":""},{"name":"signing_algorithm","value":"RS256"},{"name":"signing_algorithms","value":"RS256"},{"name":"custom_attributes","value":""},{"name":"resources","value":""},{"name":"deletion_protection","value":"true"},{"name":"display_name","value":""},{"name":"accent","value":""},{"name":"dark_accent","value":""},{"name":"privacy_url","value":""},{"name":"terms_url","value":""},{"name":"logo","value":""},{"name":"saml_encryption","value":"true"},{"name":"workloads","value":""},{"name":"rotate_saml_keys_every","value":""},{"name":"limit_per_address","value":""},{"name":"limit_per_client","value":""},{"name":"limit_per_user","value":""},{"name":"rotate_keys_every","value":""},{"name":"client_id_metadata_documents","value":"off"},{"name":"client_id_metadata_hosts","value":""},{"name":"registration","value":"off"},{"name":"registration_maximum","value":"1000"},{"name":"registration_unused_days","value":"90"},{"name":"registration_resources","value":""}]');
INSERT INTO public.audit_events VALUES ('c3eb179a-518c-4ea1-9f5f-ca5068e1568e', 'local_KjbbVQGdj', 1795971376740, 'command_line', 'root', 'provider.create', 'provider', 'pysaml2', '[{"name":"attribute_mapping","value":"email=urn:oid:0.9.2342.19200300.100.1.3 groups=friendly:isMemberOf given_name=friendly:givenName family_name=friendly:sn name=friendly:displayName"},{"name":"required_attributes","value":""},{"name":"domains","value":""},{"name":"display_name","value":""},{"name":"logo","value":""},{"name":"enabled","value":"true"},{"name":"acr_mapping","value":""},{"name":"entity_id","value":"http://127.0.0.1:42085/idp"},{"name":"metadata_url","value":""},{"name":"metadata_sha256","value":"f28a40a0c6b078b8db7c293166c712a34880785561e370908137b215346c9d2b"},{"name":"allow_idp_initiated","value":"false"},{"name":"exceptions","value":""},{"name":"idp_initiated_client","value":""},{"name":"on_group_overage","value":"refuse"},{"name":"subject","value":"NameID"},{"name":"single_logout","value":"true"},{"name":"follow_metadata","value":"false"},{"name":"metadata_signers","value":""},{"name":"sign_requests","value":"metadata"},{"name":"request_binding","value":""},{"name":"response_binding","value":"post"},{"name":"name_id_format","value":""},{"name":"force_authn","value":"false"},{"name":"authn_context","value":""},{"name":"authn_context_comparison","value":"exact"},{"name":"provider_name","value":""},{"name":"send_subject","value":"false"},{"name":"ask_passively","value":"false"},{"name":"proxy_count","value":""},{"name":"scope_to_idps","value":""},{"name":"signing_certificates","value":"369d5065f46f2eef2caad5317a2b8258148d668d1823115dbb8800c840dfc69e"},{"name":"single_sign_on_services","value":"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect http://127.0.0.1:42085/sso"},{"name":"single_logout_services","value":""},{"name":"artifact_resolution_services","value":""},{"name":"name_id_formats","value":"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"},{"name":"wants_signed_requests","value":"false"},{"name":"metadata_display_name","value":""},{"name":"metadata_valid_until","value":""}]');
INSERT INTO public.audit_events VALUES ('9bc6405f-2ffd-4f3e-9e36-06593f6bee79', 'local_KjbbVQGdj', 1795971377811, 'command_line', 'root', 'client.create', 'client', 'x5em8unjzvpbuy467ycurikbsl', '[{"name":"client_name","value":"app"},{"name":"redirect_uris","value":"http://localhost:42665/callback"},{"name":"post_logout_redirect_uris","value":""},{"name":"initiate_login_uri","value":""},{"name":"web_origins","value":"those of the redirect URIs"},{"name":"resources","value":""},{"name":"grant_types","value":"authorization_code refresh_token"},{"name":"scope","value":"openid email profile phone"},{"name":"identity_providers","value":""},{"name":"pkce","value":"required"},{"name":"access_token_lifetime","value":"3600"},{"name":"id_token_lifetime","value":"3600"},{"name":"refresh_token_lifetime","value":"2592000"},{"name":"refresh_grace","value":"10"},{"name":"code_lifetime","value":"300"},{"name":"enabled","value":"true"},{"name":"client_secrets","value":"0"},{"name":"token_endpoint_auth_method","value":""},{"name":"jwks","value":""},{"name":"serves","value":""},{"name":"required_groups","value":""},{"name":"require_pushed_authorization_requests","value":"false"},{"name":"tls_client_auth","value":""},{"name":"tls_client_certificate_bound_access_tokens","value":"false"},{"name":"dpop_bound_access_tokens","value":"false"},{"name":"default_max_age","value":""},{"name":"registration","value":""},{"name":"third_party","value":"false"},{"name":"subject_type","value":"public"},{"name":"sector_identifier_uri","value":""},{"name":"policy_uri","value":""},{"name":"tos_uri","value":""},{"name":"logo","value":""},{"name":"backchannel_logout_uri","value":""},{"name":"backchannel_logout_session_required","value":"false"},{"name":"frontchannel_logout_uri","value":""},{"name":"frontchannel_logout_session_required","value":"false"},{"name":"refresh_token_idle","value":""},{"name":"max_age_of_attributes","value":""},{"name":"forward_hosts","value":""},{"name":"may_impersonate","value":"false"},{"name":"resource_scopes","value":""},{"name":"access_token_format","value":"jwt"},{"name":"require_signed_request_object","value":"false"},{"name":"request_object_signing_alg","value":""},{"name":"id_token_signed_response_alg","value":""},{"name":"userinfo_signed_response_alg","value":""},{"name":"introspection_signed_response_alg","value":""},{"name":"authorization_signed_response_alg","value":""}]');
INSERT INTO public.audit_events VALUES ('8fe6de23-4808-4aaf-899e-4d9b4ace6fdb', 'local_KjbbVQGdj', 1795971378340, 'command_line', 'root', 'pool.update', 'pool', 'local_KjbbVQGdj', '[{"name":"domain_before","value":""},{"name":"domain","value":"id.old.example"},{"name":"display_name_before","value":""},{"name":"display_name","value":"Old staff"}]');
INSERT INTO public.audit_events VALUES ('52a66893-0730-40d3-98aa-9130cde1276d', 'local_KjbbVQGdj', 1795971378466, 'command_line', 'root', 'pool.add_attribute', 'pool', 'local_KjbbVQGdj', '[{"name":"custom_attributes_before","value":""},{"name":"custom_attributes","value":"custom:team:string[]"}]');
INSERT INTO public.audit_events VALUES ('f8cad818-3031-425d-ad94-851b7f786709', 'local_KjbbVQGdj', 1795971378842, 'command_line', 'root', 'provider.update', 'provider', 'pysaml2', '[{"name":"domains_before","value":""},{"name":"domains","value":"old.example"}]');
INSERT INTO public.audit_events VALUES ('378a6697-069a-47af-b70b-6c7abbeac32b', 'local_KjbbVQGdj', 1795971379024, 'command_line', 'root', 'provider.create', 'provider', 'op', '[{"name":"attribute_mapping","value":"email=email name=name preferred_username=preferred_username picture=picture"},{"name":"required_attributes","value":""},{"name":"domains","value":""},{"name":"display_name","value":""},{"name":"logo","value":""},{"name":"enabled","value":"true"},{"name":"acr_mapping","value":""},{"name":"issuer","value":"https://github.com/login/oauth"},{"name":"authorization_endpoint","value":"https://github.com/login/oauth/authorize"},{"name":"token_endpoint","value":"https://github.com/login/oauth/access_token"},{"name":"userinfo_endpoint","value":"https://api.github.com/user"},{"name":"jwks_uri","value":""},{"name":"end_session_endpoint","value":""},{"name":"single_logout","value":"false"},{"name":"sends_issuer","value":"false"},{"name":"discovered","value":"false"},{"name":"follow_discovery","value":"false"},{"name":"refresh_upstream","value":"false"},{"name":"client_id","value":"old"},{"name":"token_endpoint_auth_method","value":"client_secret_post"},{"name":"scope","value":"read:user user:email"},{"name":"prompt","value":""},{"name":"acr_values","value":""},{"name":"parameters","value":""},{"name":"allowed_tenants","value":""},{"name":"on_group_overage","value":"refuse"},{"name":"preset","value":"github"},{"name":"dialect","value":"github"},{"name":"key_id","value":""},{"name":"team_id","value":""},{"name":"known_prompts","value":"select_account"},{"name":"algorithms","value":"RS256 PS256 ES256 EdDSA"},{"name":"answers_by_form","value":"false"},{"name":"shared_redirect_uri","value":"false"},{"name":"subject_claim","value":"id"},{"name":"assertion_audience","value":"issuer"},{"name":"client_secret","value":"given"}]');
INSERT INTO public.audit_events VALUES ('c1fccd73-eee4-4060-bfe2-a3c993b0234b', 'local_KjbbVQGdj', 1795971379275, 'command_line', 'root', 'client.create', 'client', 'zwzjbelcccye7z7ukjgikdubey', '[{"name":"client_name","value":"Orders"},{"name":"redirect_uris","value":"https://app.example/callback"},{"name":"post_logout_redirect_uris","value":""},{"name":"initiate_login_uri","value":""},{"name":"web_origins","value":"those of the redirect URIs"},{"name":"resources","value":""},{"name":"grant_types","value":"authorization_code refresh_token"},{"name":"scope","value":"openid email profile phone"},{"name":"identity_providers","value":""},{"name":"pkce","value":"optional"},{"name":"access_token_lifetime","value":"3600"},{"name":"id_token_lifetime","value":"3600"},{"name":"refresh_token_lifetime","value":"2592000"},{"name":"refresh_grace","value":"5"},{"name":"code_lifetime","value":"300"},{"name":"enabled","value":"true"},{"name":"client_secrets","value":"1"},{"name":"token_endpoint_auth_method","value":""},{"name":"jwks","value":""},{"name":"serves","value":""},{"name":"required_groups","value":""},{"name":"require_pushed_authorization_requests","value":"false"},{"name":"tls_client_auth","value":""},{"name":"tls_client_certificate_bound_access_tokens","value":"false"},{"name":"dpop_bound_access_tokens","value":"false"},{"name":"default_max_age","value":""},{"name":"registration","value":""},{"name":"third_party","value":"false"},{"name":"subject_type","value":"public"},{"name":"sector_identifier_uri","value":""},{"name":"policy_uri","value":""},{"name":"tos_uri","value":""},{"name":"logo","value":""},{"name":"backchannel_logout_uri","value":""},{"name":"backchannel_logout_session_required","value":"false"},{"name":"frontchannel_logout_uri","value":""},{"name":"frontchannel_logout_session_required","value":"false"},{"name":"refresh_token_idle","value":""},{"name":"max_age_of_attributes","value":""},{"name":"forward_hosts","value":""},{"name":"may_impersonate","value":"false"},{"name":"resource_scopes","value":""},{"name":"access_token_format","value":"jwt"},{"name":"require_signed_request_object","value":"false"},{"name":"request_object_signing_alg","value":""},{"name":"id_token_signed_response_alg","value":""},{"name":"userinfo_signed_response_alg","value":""},{"name":"introspection_signed_response_alg","value":""},{"name":"authorization_signed_response_alg","value":""}]');
INSERT INTO public.audit_events VALUES ('63fb355f-c534-43b1-913c-edd453d2248c', 'local_KjbbVQGdj', 1795971379546, 'command_line', 'root', 'key.publish', 'key', 'DBGutx5byqsMIuhhoPUe3T_EwFQJ_az2wT15wUNsrzA', '[]');
INSERT INTO public.authorization_codes VALUES ('\xff716185026fca1b2e2e2eb7a51ecafa0106861b6e654af88c6b2aecbafd956c', '0DHxr61o3zH3jdAxQrHsRA', 'http://localhost:42665/callback', 'O6Vrb3XbutEst3LwCvaLB6ZNSZA3bf92xDl0MrGxStY', 1795971677916, 1795971377927);
INSERT INTO public.authorization_codes VALUES ('\x3dc92e89bbd6d616a2b4b3e5686c18fca3f483d2aa0164ba6be9a6ef9ca07a4a', 'yhJI550nA6Az1ond9gqpoQ', 'http://localhost:42665/callback', 'fNqTeOsv3NQvq2NQ2yPRcQtXt4iL3PJWGFuRYbirLXw', 1795971678014, 1795971378022);
INSERT INTO public.authorization_codes VALUES ('\xeee9728fd94cfe5063726085411bb9ac20544a60cd89086c003554932b587bb2', 'HgVM461t-hj-pZcjlrIc9A', 'http://localhost:42665/callback', 'w_ndvs6sbUVARdV8jTtBgPtTVwjY_Lf1pdfMjWQqw6c', 1795971678103, NULL);
INSERT INTO public.authorization_codes VALUES ('\xe054587d6ef824c9455a6d2649dd5934bf6d7eb13ffb19c81f414f86a2f1c342', 'AMt-M4LppmQpPhcdw7t44w', 'http://localhost:42665/callback', '1FwvBOcO_xw0FrGILubVrxhv5TmWc__4R-l4yPcpKgU', 1795971678170, 1795971378177);
INSERT INTO public.client_secrets VALUES ('local_KjbbVQGdj', 'zwzjbelcccye7z7ukjgikdubey', '\xc9c5413136c759e144ba601a7b67b4ab2f9e9aeecf4ca5a05881d48066278608', 1795971379275, NULL);
INSERT INTO public.client_web_origins VALUES ('local_KjbbVQGdj', 'http://localhost:42665', 'x5em8unjzvpbuy467ycurikbsl');
INSERT INTO public.client_web_origins VALUES ('local_KjbbVQGdj', 'https://app.example', 'zwzjbelcccye7z7ukjgikdubey');
INSERT INTO public.federated_identities VALUES ('local_KjbbVQGdj', 'pysaml2', 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent  ', 'nid-ann-51d9e3', 'http://127.0.0.1:42085/idp', 'cc4d3f5f-4ac7-4a95-8f7a-b66f6bace265', 0);
INSERT INTO public.federated_identities VALUES ('local_KjbbVQGdj', 'pysaml2', 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent  ', 'nid-bob-51d9e3', 'http://127.0.0.1:42085/idp', 'b86b06b6-c034-4218-8cec-e402dc402983', 0);
INSERT INTO public.group_memberships VALUES ('cc4d3f5f-4ac7-4a95-8f7a-b66f6bace265', 0, 'local_KjbbVQGdj', 'engineering', 'provider', 'pysaml2', NULL, NULL);
INSERT INTO public.group_memberships VALUES ('b86b06b6-c034-4218-8cec-e402dc402983', 0, 'local_KjbbVQGdj', 'engineering', 'provider', 'pysaml2', NULL, NULL);
INSERT INTO public.identity_provider_domains VALUES ('local_KjbbVQGdj', 'old.example', 'pysaml2');
INSERT INTO public.identity_providers VALUES ('local_KjbbVQGdj', 'pysaml2', 'saml', 'http://127.0.0.1:42085/idp', '{"allowsAnySignatureOrder":false,"allowsIDPInitiated":false,"allowsMissingAuthnStatement":false,"entityID":"http://127.0.0.1:42085/idp","metadata":"<ns0:EntityDescriptor xmlns:ns0=\"urn:oasis:names:tc:SAML:2.0:metadata\" xmlns:ns1=\"urn:oasis:names:tc:SAML:metadata:algsupport\" xmlns:ns2=\"http://www.w3.org/2000/09/xmldsig#\" entityID=\"http://127.0.0.1:42085/idp\"><ns0:Extensions><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#md5\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#ripemd160\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2000/09/xmldsig#sha1\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#sha224\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#sha384\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha512\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2000/09/xmldsig#dsa-sha1\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2009/xmldsig11#dsa-sha256\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha224\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-md5\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-ripemd160\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2000/09/xmldsig#rsa-sha1\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha224\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha384\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha512\" /></ns0:Extensions><ns0:IDPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\" WantAuthnRequestsSigned=\"false\"><ns0:KeyDescriptor use=\"signing\"><ns2:KeyInfo><ns2:X509Data><ns2:X509Certificate>MIIDDTCCAfWgAwIBAgIUfOB//LfppwtkH5MbBOiLBuyFXkAwDQYJKoZIhvcNAQELBQAwFjEUMBIGA1UEAwwLaW50ZXJvcCBpZHAwHhcNMjYxMTI5MTY1NjE2WhcNMjYxMjI5MTY1NjE2WjAWMRQwEgYDVQQDDAtpbnRlcm9wIGlkcDCCASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoCggEBAN+EAEffFjXMEVUexATaQPrKtCDCf9XReUE/Fewy0gM0AHY5D7Wnebed7lCq6ed/BYkS46GwwhL2Csg1hjaQ5UudI3dl1uo9acjGEiACAYeXcazQ/5MccUyN46KCl/pqa2XdMFVukpdzCnO8NnCfwmrB7nxPGSDFV+lirhpUoZnopaPBt3y+4OGdg0MCd8L0fVYkoPe99x1/6Spm2yj/tWyPD6PEePPztWohP4aN+kM0n6QwXr15gADtJV1zMJfeun8vtazPr39hSRaQoPFWMC8dNo+f2kRU1KY/ZIQtHK0zffT/UIjkqqZYKm41+X6fm/RpdX+2VnZecACOwtLgjlMCAwEAAaNTMFEwHQYDVR0OBBYEFFQErh1W/rRbmX3ixP3DbreKlf3qMB8GA1UdIwQYMBaAFFQErh1W/rRbmX3ixP3DbreKlf3qMA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQELBQADggEBANGMkoKv7f4Wbc+FO//wI1kBlOlG5gh/L+Hy3+Zkk/e0vVeThmsTrXL266evXGYLEKuYelVfwNwistk1ndmy9nhVCpWOE3Elx0pLJw4CCsTgiInzXUQl41zsLa7NPpIaVRtMe/YFFrEYH87R1zz8wqDG78+nNqnaCwu4v0UaZNGI/XtiiUrW9jWKMBqHlZ8ceNoGU+FCTONdKnT7RcC+fMncpos6pU3tynHz9ppAvTP76lNfY8UQM49EWycPw2cjakjpv7Q885vfSEOfdi4YzmHH1aeayPQswei6Mmc5hh0+3GkRHlan0R8ykvokbc8ETD8/3A9tz6yDZ17pD7gd0XA=</ns2:X509Certificate></ns2:X509Data></ns2:KeyInfo></ns0:KeyDescriptor><ns0:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</ns0:NameIDFormat><ns0:SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\" Location=\"http://127.0.0.1:42085/sso\" /></ns0:IDPSSODescriptor></ns0:EntityDescriptor>"}', '{"rules":[{"attribute":"email","required":false,"source":"urn:oid:0.9.2342.19200300.100.1.3"},{"attribute":"groups","required":false,"source":"friendly:isMemberOf"},{"attribute":"given_name","required":false,"source":"friendly:givenName"},{"attribute":"family_name","required":false,"source":"friendly:sn"},{"attribute":"name","required":false,"source":"friendly:displayName"}]}', '["old.example"]', 1, 1795971376734, 1795971376734, NULL, 'pysaml2
pysaml2', NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.identity_providers VALUES ('local_KjbbVQGdj', 'op', 'oidc', NULL, '{"algorithms":["RS256","PS256","ES256","EdDSA"],"answersByForm":false,"assertionAudience":"issuer","clientAuthentication":"client_secret_post","clientID":"old","dialect":"github","endpoints":{"authorization":"https://github.com/login/oauth/authorize","sendsIssuer":false,"token":"https://github.com/login/oauth/access_token","userInfo":"https://api.github.com/user"},"extraParameters":[],"isDiscovered":false,"issuer":"https://github.com/login/oauth","knownPrompts":["select_account"],"onGroupOverage":"refuse","preset":"github","scopes":["read:user","user:email"],"sealedBy":"b6221713f467f146","sealedSecret":"zJRQCEOSHKn7WvziRPyD4l_b9f7rkXiLjvo6IZTBRmltRonWlhqO7ZfHpA","sharesRedirectURI":false,"subjectClaim":"id","tenants":[]}', '{"rules":[{"attribute":"email","required":false,"source":"email"},{"attribute":"name","required":false,"source":"name"},{"attribute":"preferred_username","required":false,"source":"preferred_username"},{"attribute":"picture","required":false,"source":"picture"}]}', '[]', 1, 1795971379023, 1795971379023, NULL, 'op
op', 'github', NULL, NULL, NULL, NULL);
INSERT INTO public.installation_settings VALUES ('master_key_id', 'b6221713f467f146', 1795971374921);
INSERT INTO public.installation_settings VALUES ('public_url', 'http://localhost:52087', 1795971375005);
INSERT INTO public.installation_settings VALUES ('probe', 'written', 1795971375033);
INSERT INTO public.metadata_fetches VALUES ('local_KjbbVQGdj', 'pysaml2', 1795971376774);
INSERT INTO public.pending_sign_ins VALUES ('_ac1b8e11ba75d7178cd666a23dc00cf2831ac04b', 'local_KjbbVQGdj', 'pysaml2', '\x70cd5c3d1297fe1f8e77ad64099da316baaae8fa6120c934e4e178f63800a393', NULL, '{"clientID":"x5em8unjzvpbuy467ycurikbsl","codeChallenge":"3Yuoi_-Y41m0tQcXYJZdAtMx6d-hOz5orCl0Yui7zB0","nonce":"v6zId8YkI4U97T1TxfDnPm6fLmX9OlkcxQHEvZd2UBg","redirectURI":"http://localhost:42665/callback","responseMode":"query","scopes":["openid","email","profile"],"state":"95f65SGvKTqOB-EB_ffShqC4TvZputAJI_y7eQzYBJw"}', 'http://localhost:52087/local_KjbbVQGdj/saml2/idpresponse', NULL, 1795971378184, 1795973178184, NULL, NULL);
INSERT INTO public.saml_keys VALUES ('local_KjbbVQGdj', 'f1b4d2cce07f337dd22b115e8f3cca3c0081aae5fd82a09241efaaf644cf87bf', 'signing', '\x308202bc308201a4a0030201020210468b678d68143ebbe5480bb3a6484656300d06092a864886f70d01010b0500301a3118301606035504030c0f6c6f63616c5f4b6a6262565147646a301e170d3236313132383136353631365a170d3436313132343136353631365a301a3118301606035504030c0f6c6f63616c5f4b6a6262565147646a30820122300d06092a864886f70d01010105000382010f003082010a0282010100a7bb657f57a1aefbaa9bfbfb96b1c51fb43023acd7618041cf13e6bdff3450e7f0d4351831bf2d45a55d29a4b20c4d2a3853deb456ff8ee4759247dd9adf7be7d93280d77bd29dd6ec983e6a07600f5840c1de6dce585d46f76fe662e43443b47d600be3b248b9bb99cb1503cf0f551725e12ca1c66c2bb68c175988791a6733e631731ba617a57ae16f45b409b4da006f238f25cd501de686b4441475d11222e43b4554fba129dd6a6a3a08de0d6d6ba335effb14666f99e5c8c2f9ca29c8d9509384652d8111de35093852f564c5aa76e018f25f5c5c628d1951e9f3afa69e4897ebef224c41cad874f77f65fbf064e195593798acc6164647e72e74d3d2470203010001300d06092a864886f70d01010b0500038201010000489ac875db25a30443b46cb8f67a5e8c44c6106dd8d5b447a5bfe020420c3582035cfc825139be9e956ea603885e73aabc431990c8fbbb98f70e854bdc4e194b1742b784c9e06eb94780178b748492f0e51dadd7a6b7ebfe84c2b0e2f425e8588a816c4d0625c23a51d009d3e2118ae776cc3e0518e15234d8829a7e89b23491a6340912dae755a8ae7db8e9fa48fcb47c451830ed34b49036726127f4f0773e6667cff1616d72f709aebcc0e65c3d5d03e55eaae98e635fc3aa6b4a46e1866200c187f030eff7fd3b1279d36dcc99144737d334b5b2685aa22ef78868862cb7d1c3849d807530e36530e146f5230e359570e2f0f23bb39be603f47a7a4f1a', '\xaa758474bcfeb1ffab13af7e74dff7c6ad9f8f37c75ec7fc90d75ac84b02128f0e3872f46aba427e56df8e138fdba8b7dedb9529a8397740cbcd6b0b92770ee02343ed5adcf0f617afd06dc42514cf49667f718d307a669c3093cc5921e3f8f669a6e7527be64f5d912fcac8476d968be528d4f9728c19e6a0d9d7c5f631b956604e70b01dcb78fe2605e9a9547f0380912aebc7b4cb28d44639e34451f074b903e029cdb80732a597e63a74e2f30c9b0a9541d83313be93af5a1ebd7bc30e2ba9bbb4bd02a869c767b8c82584bdda11524b6c656be2e8c626393114a9ea602ffc57f355260786ae49a664b36c1efc17121ffb02384b07270f742783b04238247d8802801cbf0d1cf796b6df02bce8ed42dcfbfbbe8c0ee7a3af18c93210a7339aa6e111838e2abab146e11ce3d235af3b8bbcbeb2c7e23586824fdeb898d1283d642c56fd099e643a21c2efa77e1cd9f70728d461f788feee84b9513b05d6cd1b58445c215a1187122f7eee6178a2fb7d96ca449eb6ccc6ea08bc86c08103b7e66cf5a81904b5be59f382c3c3b6828cead4035d353cc12440fcf0ecb2487c33721f959082b4571c4756508cd18e2e27591fd99c16be3352caca32648b6dd743fcb90733d6340c0a40d4591495e14c4633f7c8885344d36959c1c6fe439982436558a63a2ebe27e97c4425770292eef38fe65101cdff836b78de9c46b0cc01a7b3df2975ca1fd657fba13a21bafd03a812659676fab4cdd0d3ed68b3f48edbc9dcef759a4dc31106e6846469330892440f175c5133b9dfaa91edf9bce4b41c4f0fd486e01948d3210b102beb9db71d6d56e6f7d16bf8f90665a286d53f5947d26fa824d1bd5d89d0c24dc0b4eb290e644ab0fcb7abbfc043a926bb54f8d2ceed38d2c6b0d3b918e9f302ce1bf6dc649a8bdedddbb669ab9832f26f5fd0f1ae994f99335bab4864681fc582296862e7f911d0caa5b363bc853ae602b91b9fe8a2a4f781d8d7914b46ca2b486a4f1526c024f485895afd53bfcf153c4745772c9e2513f0522c2676f0afa07a376f07d9ba66f0f48eb1f9ce7e6d53a94ea123ca579979d4f83114a51de5a8b3f892d03eb0eb87c34925addacc7c5086eee29c4fc4c85df706c2b5de1d67897ca77b38b496d2bf372ec5d0ab03d25276b25e898b58039a5baf6fe324ecca8f77a7455ee31105b6b1a1becf4c40e53f0f9d67b6c1f49e2743090ec5e224b3c27a79df9dead0f4891c91877e8dc409af75acf9e9a73497713044cdb34554c3a617dc94cf7c0fd1bf11ad50a15e91e84d3198d812775cb149635263e43759f88308e2ea912b17e464a030255a8377664d1fbea0f99678f886dadb838ccd888638b0d1db82817a6216875123ebe320d3dd0fb5b9fc9297f6bdae32b75c3e2c267d54fb178029178ae3a432160ce8f829c4f4fdb9f01c8c124b374c26a326dc26795321ed82d1a4aca6a219fe7f375c3f2579b1af62eade87fbe00bb0a92d919e6f3051c96dff49d1492475c91ac297cb7cd4f822738ee0bd8a006a628045428fd44ba6a45ba7e0d94b158a106de2030752cddce940dc01316ea0060704d453d66bbccd01423757b3932e8da3bb6de5b82451d60d10f6628a059101d27cf9e6bfe30848d2c4646ad077b666574579bd711df9270399476fb3acdf3684c2184591ea4854b1fc82173232df71ce76a56b6a5c55bb541fe29b7b5b299cb716f7185fdd912d4a8e45bf69d09ede6d2eb8785b56ed1644', 1795971376772, 1795971376772, NULL, NULL);
INSERT INTO public.saml_keys VALUES ('local_KjbbVQGdj', 'd59f09badc77d9edb5e4fe0188424ef1737ac5619554c0e0d9782e2bda04f3d9', 'encryption', '\x308202bc308201a4a00302010202107da411032837aa4967a27b7a24d85c37300d06092a864886f70d01010b0500301a3118301606035504030c0f6c6f63616c5f4b6a6262565147646a301e170d3236313132383136353631365a170d3436313132343136353631365a301a3118301606035504030c0f6c6f63616c5f4b6a6262565147646a30820122300d06092a864886f70d01010105000382010f003082010a028201010092578bc1bd299fa310eedb929494c77fb5df2c13af4312a6e8457c5c02563b57264ce3cbe63c6f713c42ee1a172d6d778c28fe797c269d39f7c6b28c1a47f360a956ff8e11f8e3eae030ff6e06e015f9814cfb0527907737cd54e6e5c706451fabfe552aed509b6d98c738f6a22bbc34f5ce98146848b659f46b2a399909b467df49b17577c931133ec5b64e1966f01a3a97541b9eda3288fee1dc83d7d46d805192b5563d9283f6657747b76315873e92bc0d781467d2a795e413591c839d9202790c9609fffd1445cb954e20dcf1536eb910ea88a38b7f66d66cf6d23a001bb94c6a09f2b5b6c6be3542ff37310e2e730985fd62b94604655f1759d85872350203010001300d06092a864886f70d01010b0500038201010084898423bc6862f90bb8697237c79ea7b024a56f3c3eea418d4199c321c4f82e8f729e5c10e3272c86382b1c6fc375242f66a5d7952c777fe7b891817efe6f2427ada58d8fb464a57416ea8b0ac33cdffbdf082f801a0bd3dee9f2f6ecf8d3954f56e96155c2bd2c2912c3e37602ab8b7c63d1177f3568df47791cc68829d23b2f7e22989179cd52a06703707f72f612a0f22d6b4ef848a837980610e350fce410054f880a944cbca492f20260812bfa647f906db438f70817a198b5d4f09a2950836411f8076ff9f4acc9e91f3ebca05cd3de91c244023cae4b2807a1884f73cf3573e55cce779e2644211083589f856159fd7198cca540a876e1f241db6bb6', '\xffa682cf1e526d8123bc5eaed813d9862263811c7328f6b07fb8d792b07b88a65a52349127d7325cd86ad9dcf42b00b7388c254096fbf7728db3e192cf4e538e97934e82bcf86ea0405b3d7d0352750dcefa3f329baac551d0f79853345d17b818b4154f6f54f280f705d478a3626513c7ab90b00295ad6758adb9683f5cbd45edbc99a6516397f3e1b1d264a6ea848abb3ad21482e2ec70f6cef59ba8755c3a3e3462a2c31f887fcbf28502902a9eba3ef451d0dd3819b834f854625ce2e8cdd96050ab4e729d86a3d8eb097768c6c58483567ae45e430fd0a0fa2ec39c0861506ba5864d51a069dbef1449115851ddc98fb1b18140984fa609069fe89876deead3ec907975f1f55852db36ad8de9cc2a5d8f6b626aadb1e21e53772e72bdfd178130e1eab0a71b7281d0012c75614d498d5c0cd182373ca12e4eb0d04cf128b4230c27dfc0d92731c519566fb3b0a8fa0db8014773fd54160d278b5f78937b5e59b147a0acb1b46279be857949b2c2884034b12293f9d7a3043c9f38844b406939d72183e20525fa5455cb039f659a63deaa7e6f56ba53ea08d2ec8c7d8f4a3dd57fb468d5e443c5c305c66e665688587fb5ae8dfebb91541d94fd9035696cff6df591fc84ff530d65d824f9d17dcd4423c30cf29864f30949776fb2400a1084cdff450d90836834feb597f8eea5e512b3b1755cdbe9bd6f97c3059295995c59a9093ae595ecfaa75095f47761671600d327050060a2673654cc6da1e2a26d334224f5a1cbbd1f9b9ad68dc21a5d2bc71325bd0f77594147b3d1501695d8fe0b095985394319c58915f7114a24e9a7659924aaf15065ca705a67c9e10a547a11b8454820c2b84ee98885b5418282e145718ced7d9f440c2a76431416bf5bb56c61d1151a02facecd5b882f3d94014395e71bbfc170bbcab1dde853a2d2f5e2ec56a48984cf5cd8bc7509636aa9c840b217c547ac80f21da7f3ba50c9181fbbfa3557da6f9b781f75c7491af5713081ca6dfab63c8c57a14313ea15d5afd8a39a3a9af782e6acb73f68b84baacc81adede09fa2a56dbfb2ccbd96fff92d9b126b0a7215268e2ad6a66f6cf0ff4d76483fb8d28faf414fda9c467f2ebe8523b5cf2907446dbe8db98fc26d59bc70ff30c413aa84ac77f743fdef718be7d1cf301a03bc368e28b1fa9956ec37eec05bc1cd23ab6eaafd67b8aa0a2dc9b368af6c365c2b949a256fb5c5df9ff9acab2da3878e30c65dbbe251c69e0c989d59b08982d3183ba53d64161f80051ceb6bb58d172abc4170842b4d5c09f787bcab65ec1742c1873fdc5c43ce0dc5f13711accf430b4ca6a68a303e12d85ed29150839400bce9913e2586e9486516a76b72945bced4a94861eb6ae22f82b1f86ee351d1c4b297dc1915b1eb1da722e19c3bae2afc80fc7b49b5551dd8dd0bc491174c2d5804fdb8f28a7075ed672698ccb1231b694fca12ab3d65167e288f658f112e9d8e145481d671522cb3251dae1646ae7c4e364aae813b3f6ff42b3e1f52b66a74b4e274383dd59d2bd57cacf18a7d0d55082cf097365016239bda0768c6c6107199df8236b7cba767dcc1f7ff33ccb1df96384545f2a178ff352b4beb4278f6f3ae764919a70911baf9ca9263df5ca0b4ca359e3bb4a24e4b50ef4e7d39af9c8fba737d18736c96ab30cd1b349b179613471c210705d88032f19b8e4716e015eff6483e7d1b40c7662620b40508341b57a1ae756b1497cb907b5bd332', 1795971376952, 1795971376952, NULL, NULL);
INSERT INTO public.schema_migrations VALUES (7, 'tables', 7, 1795971374355);
INSERT INTO public.schema_migrations VALUES (8, 'notifications', 7, 1795971374355);
INSERT INTO public.schema_migrations VALUES (9, 'sign-ins apart', 7, 1795971374355);
INSERT INTO public.schema_migrations VALUES (10, 'SAML in full', 9, 1795971374355);
INSERT INTO public.schema_migrations VALUES (11, 'federations and authentication contexts', 10, 1795971374355);
INSERT INTO public.schema_migrations VALUES (12, 'refinements', 11, 1795971374355);
INSERT INTO public.sessions VALUES ('b9KIMHsi0Pi5YzOtcvGctg', 'local_KjbbVQGdj', 'cc4d3f5f-4ac7-4a95-8f7a-b66f6bace265', 'pysaml2', '\xdd1651d1d7ac253e019ba6d1cb7664e339a456005cdf003c8335d4c0a887cd6e', '\x4973381324f5b3b78d6a977ca9e162a0f15ec2742f0c702ae62fe21e949ef2ed', 1795971377000, 'id-Uh6KDBvmeGzD5Gw6f', 1795971377916, 1796014577916, '{"format":"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent","value":"nid-ann-51d9e3"}', '\x03e34acbff2bc8214a765d6a387729ef4bab2a85b273b16e72bd4d4572a367b5', NULL, '{"acr":[],"amr":["pwd"]}', '\xf61188ee9e76edbd6cc6e14fc8e990cf7a1b07eced2748186830049e99e28d05', NULL, NULL);
INSERT INTO public.sessions VALUES ('qS0zsiAwN1kg6jBMFaDNKQ', 'local_KjbbVQGdj', 'cc4d3f5f-4ac7-4a95-8f7a-b66f6bace265', 'pysaml2', '\x2a10dcc6faa534fc6ce0d93d4e5170f87f3818dc3045217639f1208b40988c4e', '\xc224b47ed43a002ce5c3d69089cd75762b1c824cffa00e6ecd6cb28e11e075b6', 1795971377000, 'id-a3gnbaSGbmGjH2BNk', 1795971378014, 1796014578014, '{"format":"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent","value":"nid-ann-51d9e3"}', '\x03e34acbff2bc8214a765d6a387729ef4bab2a85b273b16e72bd4d4572a367b5', NULL, '{"acr":[],"amr":["pwd"]}', '\x4f4c58732a23e3ad408e9334efa33c367e5c410ce44687564a614be051d067be', NULL, NULL);
INSERT INTO public.sessions VALUES ('afSHx0XR0Dqh4ZT6upDWqQ', 'local_KjbbVQGdj', 'b86b06b6-c034-4218-8cec-e402dc402983', 'pysaml2', '\xa85c5cf8246c886da2a892b5bca6f9a5284b7635e12a60e729e2d6153f3027e7', '\xf61e0a8e110029a8141f982ea681bc32a54a9c2f219d5909edfee70b0bfb6abe', 1795971378000, 'id-TVu3vBggqP4n4W63G', 1795971378103, 1796014578103, '{"format":"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent","value":"nid-bob-51d9e3"}', '\xa3ea1ac92c8736c74f542091908c635e298dc3f266a20186a5f137efc6ae6b3a', NULL, '{"acr":[],"amr":["pwd"]}', '\xa35041dc76ae53b1b59cf0bae2ac5378e2b12ae6c24bd1036c4ce974f5ae1f41', NULL, NULL);
INSERT INTO public.sessions VALUES ('heaheYtay4QwL-gh2pv9Gg', 'local_KjbbVQGdj', 'b86b06b6-c034-4218-8cec-e402dc402983', 'pysaml2', '\x8a18abe65cbcc968cf84cc1a153b02f977bf31a7a379b1e8d3ab71c7fc8d3e47', '\xbc2340cb036bd1108faefdb1dda1d7791c72f95b9dc822380e2a765e2c289569', 1795971378000, 'id-v6B1C5Q7kdGWnCI84', 1795971378170, 1796014578170, '{"format":"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent","value":"nid-bob-51d9e3"}', '\xa3ea1ac92c8736c74f542091908c635e298dc3f266a20186a5f137efc6ae6b3a', NULL, '{"acr":[],"amr":["pwd"]}', '\x2c3783736e9b962bf54af63a7cd8ccbd6ee0d69a7462f759e856288043c06082', NULL, NULL);
INSERT INTO public.signing_keys VALUES ('local_KjbbVQGdj', 'OyONWlBXKYG89IeF7dJHT6OBpDVK06t8qHhs8MDKHKs', 'RS256', 'current', '\x9e3684c81acd999316f68d636e658cd3e7a63524df5adc441e84f28b8be779eb2c3ffd1740a1b1e35e356ad96c0ea01cf6bcc863a5b6898f0600c17a315256ac236f3a5cb725757faa479963142fccca09c5ce990f8c1d2e376bbe558264062223b1035f00fa240f76a7b2f6bcb4561f14754698fd677a037e4c6688a709c12aa0371bbd68efeda5ae823a4dba7176e87fc53e7ac4178100ad21a85a376657691c5b579c6b3cec2a588ee631808876a008d2bb2b19a4fbfd15a0ff155a966e30158ef616adc1abe18f77c2557bf73860665a808eba1820c9a590d2c3862ee3e81d3d66352d420d59b6fd25b2650a2122bdecab92afa60a83c279242c740f645a9f18ada3597a0133d69d73ecb0f5ca0a8dc2067823ba8c7976c68e41f103b543cccf0b32c7c52661132f7e61340b85cc6ad06422f53c6bc3eef18eb0c599bfc6098aa7b6f871a77ae6f730d6a41c7e220a1696aef077ac678e4a03304a7b86009f9d18f7bfa841900e070138c9d128f3431039c1c2833da03134af7e31cee6cf2424f874f055d419f0539c532053c1c25ebfb6d2fc840b2d218dd626373f1b8d8ac35c582e3e686feacf2a54cc80be1aeae03f3e7428a2705c7a5618e94473aed07ac8ec32a501fa894480245185a9a5643e8469963100747cd72a26cb7448fbed5db72d5718b74181d50ba21dd92d4160c825e158efdaf494e1049fbb7ac4d388ef763edd0b91d5f577564f87d16c5d995a79d5e45fe7f3f6a4bb26d9d7dcec1e8e82aa8e8539a2513e9f0e2c2b12b1a63d607b00b3885456b8065ef0c22668b586f20bf2a434e9c0d82195cacab04ac0ef01a79c268055fe2eabbb23442253617079ceef6303ae382520db9e8ae60a4c666daec391a77e120974b55a97c0cc732f3f72551b6f4560a4f542435fad79ade9d2dad96c7fb2684da9083bbaaa5a09fdf9908e5a55bf85cb443987258c74ebca42855c0b36b42c9b517e3d423ab55e98467aebbb278d1c6d28eef789e99f10b7ff680f60fa5258cd35300c8e28cfb0af70e46fec0a5e29d4e399906ed43f2c1eac24d65420b7eaecee153dcff61987136b9a86280e1e64a1867a9f099152c18a4c7b742c751d0eb22c26bab1035ce2c2c81bef7e084458ddd5b7da62a3ad33c02b765be4bec0cfe73f1fb7c94bd0bb6c5265f2dadbd0b8c53d7d546fe7617221fc7e54e97d8416a79f795c8c2acb987884608c7118557309b95c16b1e66047ff493648a003e8eea8b2dbce92891ac6f1d412eef485650ca9c6e0f2cbec646146df6b8030053c317feb77dcb12d29e806f9f1bc1ace5a85e68b37f2328a5a20494f7292464fa9ed05250d0557491f306d37705cbccc20e27f1a829e3fe46ad42896e80f10b838eb9e0325b9a3f6223e16637cf48f2c8aaf356ccca980b44038584ca643f14ae10b487aa162824d8f0a82ea38243ff7099cf32c61d7342115f559bd9c5d0de619cf6938cff7840dc9602728b1cf7fd8e9b86a32157ec86e5309fc66392a5842b91dc17bfec941cd9f8a1ef6b38045c5223f8b6194d5c601e28aeaf7d0d39543b6fbea08a297d792e6a23ae6895ca437710ea11c5c261bd2185ab61dd7a9ff9498d94f2bccce925878e309329d4faa6322cd37a19ee037e3f40c1fd9e8d0b317e0d759160bfbe497578723b0173e33cb2fb36ec43f3b7444a022bef618cc0bba931eef2afa4af7a5b11dade62795a1aa62e1c2646943cba55691658d24d2e32a973cea0aacaa574a', 1795971376434, NULL);
INSERT INTO public.signing_keys VALUES ('local_KjbbVQGdj', 'DBGutx5byqsMIuhhoPUe3T_EwFQJ_az2wT15wUNsrzA', 'RS256', 'upcoming', '\xeb37d0aeab52fb917b7ccb9a024de6caae3173fdc75c186bf141d02bf28717b85932d730f40f0c47e745a85f18c8fc78040ede8f76cd63492518835f3da5030b397c1ea8201f3ad7ae617f79b6b46990ddf87ff7b308f89c13de7e83fc4464f08df9d1a3b7b0697a51a319990a565300c84dd5a086a00eec0b586aa93e049b79425e9c6e5ede9a4bbe19131607b066ae9a1c9afe880bceb4ab565bef46cadacea7c58c378f67e32b3aa0274923f3c16dcf19f95eadd32d2ab862ec2ea92fa3b7bf482bc0682b705302cb819eb7ac9445c9fb93a08885bf05178ca819a2ddc68911756659eaf822037156e61272a332e9755ceaeffcfbb12e3b678d06686f4cb96879f1dcea91e3186aff9e5a55c65ea56cd70eb37bbd0003af55aa6a464954184498bdfb6c4c065c62151775eaee908e09614a85d8b70c98319657a353ab9b6ed5442ddbb0a9032c200b40837076a7c898a9ef65d91dfb185e2b9234ce4be9ee92db1ab61900184ce20efb984dc8468acec47fe7fe49a557e1932b30d89a6b50d7a3490646fa5defb71e6012f6659e63f0e2174f5e6bdd9d70aaa7b3b50233dc194105f936141a1a54c12d1e5b038fd2dda245704844059f5a8aafa46250915c5d0012067789033e8043bb84199d1bdef3b080b16f389bae831134a87965a4780bf984ba9a8bf08f74c32a0254d5518ca71a771d2b3817271a97cd29296c523ba35b2f859f4f9cf89e800c72b5facbb07ada37d8890d0abf52a8696c1fbeabbaa4532ebc239bdbee2c00d0ef7e00fb249e66338dc0ac72532b74c23944f47870a0a56b38035084fcacfe92b365578a256601b53514f51a8bab4bf9cd54cbd22af218b6a4c8a47ee2bf36feeae2d0be36d23d3dae995a7345394b15a03fcf5e5f46b49b6d65dc81ebaa83639b188afe6ab0e75b3ef6708b0d24e63435458dc9eca6db1569b3cc0c13028b0b1e6caa015b224507bac519eb897607663848f5557f65f394b89feaa5852fc5cb6e401f63cd9f2f80541920fff9ef90c063088c28d1d7c2c3cebc11804e213052713a9b18493256c65f6df0c4370ddb6b700ed49c592ca20f11c10dd0c0305cca8118ce05b520f3cbb19ac54d65819494278294f53ef46c9ba89417443acc7137b3c77bc9317bc75892311af873402233f9bbbb17641f205e200a1a5e96fdb663da70ad9b351b94e2284bb173d8669461cc1cea787527869134b4b167ea30f597f45d970c2a1febc84619b42a9c6a99bea318659cf23970264adb9e494e62e4ba26ad56187b33c399d1a3ba5b56a1dbb1b24ff9a3389d3de193c4367db7c7c8d424098dd82fba51086c442a16b64425ac2f07d263765d9b409bb3f442d135b7a42a68c94f00e82b3d015a7da6efb17ec6d4157b3911aeb855218be0e76f1dfa988a1ca2604f552fede631247aff2f564f999adf2d34872f92d3ce16b4015a6a7947e357326e2624936acf0f48e06f52804138eab7c6e4d90c078ab1a76068664831423c968ac4ec3d0c1ae9c8f614ce4d6844c41f7d61f3aa6b33ce17575b734c4e8076059c62fdf8bfc76615b3dcde3ddd526c291d0831dc2e3bbdade8d2f892b73e0a26a0fd455cd3aa2bc800c02aea75092c4cc0c7bafaa8553ef94d19fa2ea0b88e403779103f297311810ed0b850fd956efbb63676d09db30326b1289774f355ff8028e1f7c733dcfe159040b5cf3f22d2f78465b3d178d3cce73b9fed50e3030b01458452868201528d6349c777ac2d', 1795971379545, NULL);
INSERT INTO public.token_families VALUES ('0DHxr61o3zH3jdAxQrHsRA', 'local_KjbbVQGdj', 'x5em8unjzvpbuy467ycurikbsl', 'cc4d3f5f-4ac7-4a95-8f7a-b66f6bace265', 'b9KIMHsi0Pi5YzOtcvGctg', 'pysaml2', '["openid","email","profile"]', NULL, '3KUafd96DtMvhv2r2X-DUBnwQf381tLXxfzEZD0MXIM', 1795971377000, 1795971377916, 2, '\x67fab887d0e6f5177e5041b96336e0400d4c417216beda0686cb8b80fc792ff5', 1795971377941, 0, 1798563377927, NULL, '{"acr":[],"amr":["pwd"]}', 1795971377916, NULL, NULL);
INSERT INTO public.token_families VALUES ('yhJI550nA6Az1ond9gqpoQ', 'local_KjbbVQGdj', 'x5em8unjzvpbuy467ycurikbsl', 'cc4d3f5f-4ac7-4a95-8f7a-b66f6bace265', 'qS0zsiAwN1kg6jBMFaDNKQ', 'pysaml2', '["openid","email","profile"]', NULL, 'z1awph3GSUjaXGkHqzVi_9Ja7WtrVg2z1ZEIxoleCtI', 1795971377000, 1795971378014, 1, '\x83719f12746f146e5ceb673ba2b4727cfc40b1008818558d85486d11b63f586b', 1795971378022, 1, 1798563378022, NULL, '{"acr":[],"amr":["pwd"]}', 1795971378014, NULL, NULL);
INSERT INTO public.token_families VALUES ('HgVM461t-hj-pZcjlrIc9A', 'local_KjbbVQGdj', 'x5em8unjzvpbuy467ycurikbsl', 'b86b06b6-c034-4218-8cec-e402dc402983', 'afSHx0XR0Dqh4ZT6upDWqQ', 'pysaml2', '["openid","email","profile"]', NULL, 'knoKCT8D9PYMB0WcFjBo2WFkTza6UMjqkCJZsdWanJ0', 1795971378000, 1795971378103, 0, NULL, NULL, 0, 1795971678103, NULL, '{"acr":[],"amr":["pwd"]}', 1795971378103, NULL, NULL);
INSERT INTO public.token_families VALUES ('AMt-M4LppmQpPhcdw7t44w', 'local_KjbbVQGdj', 'x5em8unjzvpbuy467ycurikbsl', 'b86b06b6-c034-4218-8cec-e402dc402983', 'heaheYtay4QwL-gh2pv9Gg', 'pysaml2', '["openid","email","profile"]', NULL, '6iKMJoBBCKjCjWlXcbLwpx50Djig98KQIgNMeqCFlJA', 1795971378000, 1795971378170, 1, '\x01bca4ee5513750f281804710315c600dd6b310d8524670ce6f246fb42c664b4', 1795971378177, 0, 1798563378177, NULL, '{"acr":[],"amr":["pwd"]}', 1795971378170, NULL, NULL);
INSERT INTO public.user_pools VALUES ('local_KjbbVQGdj', 'staff', 'id.old.example', 'RS256', '[{"multivalued":true,"name":"team","type":"string"}]', 1795971376240, 'Old staff', NULL, NULL, NULL, NULL, NULL, NULL, 1, '[]', NULL, 1, NULL, '{}');
INSERT INTO public.users VALUES ('cc4d3f5f-4ac7-4a95-8f7a-b66f6bace265', 'local_KjbbVQGdj', 'pysaml2_nid-ann-51d9e3', 1, '{"email":"ann@pysaml2.example","email_verified":false,"family_name":"Søndergård-Łuczak","given_name":"Ann","name":"Ann Søndergård-Łuczak"}', 1795971377916, 1795971377916, NULL, NULL);
INSERT INTO public.users VALUES ('b86b06b6-c034-4218-8cec-e402dc402983', 'local_KjbbVQGdj', 'pysaml2_nid-bob-51d9e3', 1, '{"email":"bob@pysaml2.example","email_verified":false,"family_name":"Søndergård-Łuczak","given_name":"Bob","name":"Bob Søndergård-Łuczak"}', 1795971378103, 1795971378103, NULL, NULL);
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
ALTER TABLE ONLY public.client_logos
    ADD CONSTRAINT client_logos_pkey PRIMARY KEY (pool_id, client_id);
ALTER TABLE ONLY public.client_registrations
    ADD CONSTRAINT client_registrations_pkey PRIMARY KEY (pool_id, client_id);
ALTER TABLE ONLY public.client_secrets
    ADD CONSTRAINT client_secrets_pkey PRIMARY KEY (pool_id, client_id, hash);
ALTER TABLE ONLY public.client_web_origins
    ADD CONSTRAINT client_web_origins_pkey PRIMARY KEY (pool_id, origin, client_id);
ALTER TABLE ONLY public.consents
    ADD CONSTRAINT consents_pkey PRIMARY KEY (user_id, client_id);
ALTER TABLE ONLY public.device_requests
    ADD CONSTRAINT device_requests_pkey PRIMARY KEY (device_code);
ALTER TABLE ONLY public.earlier_refresh_tokens
    ADD CONSTRAINT earlier_refresh_tokens_pkey PRIMARY KEY (hash);
ALTER TABLE ONLY public.federated_identities
    ADD CONSTRAINT federated_identities_pkey PRIMARY KEY (pool_id, provider, format, subject, issuer);
ALTER TABLE ONLY public.federation_generations
    ADD CONSTRAINT federation_generations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.federation_members
    ADD CONSTRAINT federation_members_pkey PRIMARY KEY (generation, entity_id);
ALTER TABLE ONLY public.federation_words
    ADD CONSTRAINT federation_words_pkey PRIMARY KEY (generation, entity_id, word);
ALTER TABLE ONLY public.federations
    ADD CONSTRAINT federations_pkey PRIMARY KEY (pool_id, provider);
ALTER TABLE ONLY public.followed_documents
    ADD CONSTRAINT followed_documents_pkey PRIMARY KEY (pool_id, provider);
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
ALTER TABLE ONLY public.initial_access_tokens
    ADD CONSTRAINT initial_access_tokens_hash_key UNIQUE (hash);
ALTER TABLE ONLY public.initial_access_tokens
    ADD CONSTRAINT initial_access_tokens_pkey PRIMARY KEY (pool_id, id);
ALTER TABLE ONLY public.installation_settings
    ADD CONSTRAINT installation_settings_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.logout_notices
    ADD CONSTRAINT logout_notices_pkey PRIMARY KEY (pool_id, reference, client_id, session_id, channel);
ALTER TABLE ONLY public.logouts
    ADD CONSTRAINT logouts_pkey PRIMARY KEY (pool_id, reference);
ALTER TABLE ONLY public.metadata_fetches
    ADD CONSTRAINT metadata_fetches_pkey PRIMARY KEY (pool_id, provider);
ALTER TABLE ONLY public.pending_sign_ins
    ADD CONSTRAINT pending_sign_ins_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.provider_ends
    ADD CONSTRAINT provider_ends_pkey PRIMARY KEY (pool_id, provider);
ALTER TABLE ONLY public.pushed_requests
    ADD CONSTRAINT pushed_requests_pkey PRIMARY KEY (hash);
ALTER TABLE ONLY public.revoked_tokens
    ADD CONSTRAINT revoked_tokens_pkey PRIMARY KEY (pool_id, token_id);
ALTER TABLE ONLY public.saml_keys
    ADD CONSTRAINT saml_keys_pkey PRIMARY KEY (pool_id, id);
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
ALTER TABLE ONLY public.subject_keys
    ADD CONSTRAINT subject_keys_pkey PRIMARY KEY (pool_id);
ALTER TABLE ONLY public.token_families
    ADD CONSTRAINT token_families_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.trial_outcomes
    ADD CONSTRAINT trial_outcomes_pkey PRIMARY KEY (ticket);
ALTER TABLE ONLY public.trial_sign_ins
    ADD CONSTRAINT trial_sign_ins_pkey PRIMARY KEY (ticket);
ALTER TABLE ONLY public.unlinked_identities
    ADD CONSTRAINT unlinked_identities_pkey PRIMARY KEY (user_id, provider, format, subject, issuer);
ALTER TABLE ONLY public.upstream_tokens
    ADD CONSTRAINT upstream_tokens_pkey PRIMARY KEY (session_id);
ALTER TABLE ONLY public.used_values
    ADD CONSTRAINT used_values_pkey PRIMARY KEY (hash);
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
CREATE INDEX client_logos_by_hash ON public.client_logos USING btree (pool_id, hash);
CREATE INDEX client_registrations_by_expiry ON public.client_registrations USING btree (expires_at);
CREATE INDEX client_web_origins_by_client ON public.client_web_origins USING btree (pool_id, client_id);
CREATE INDEX consents_by_client ON public.consents USING btree (pool_id, client_id);
CREATE INDEX device_requests_by_expiry ON public.device_requests USING btree (expires_at);
CREATE UNIQUE INDEX device_requests_by_user_code ON public.device_requests USING btree (user_code);
CREATE INDEX earlier_refresh_tokens_by_expiry ON public.earlier_refresh_tokens USING btree (expires_at);
CREATE INDEX earlier_refresh_tokens_by_family ON public.earlier_refresh_tokens USING btree (family_id);
CREATE INDEX federated_identities_by_user ON public.federated_identities USING btree (user_id, "position");
CREATE INDEX federation_generations_by_provider ON public.federation_generations USING btree (pool_id, provider);
CREATE INDEX federation_words_by_word ON public.federation_words USING btree (generation, word, sort_name, entity_id, signature_low, signature_high);
CREATE INDEX followed_documents_by_time ON public.followed_documents USING btree (due_at);
CREATE INDEX group_memberships_by_group ON public.group_memberships USING btree (pool_id, group_name);
CREATE INDEX group_memberships_by_provider ON public.group_memberships USING btree (pool_id, provider) WHERE (provider IS NOT NULL);
CREATE INDEX identity_provider_domains_by_provider ON public.identity_provider_domains USING btree (pool_id, provider);
CREATE INDEX identity_providers_by_acr_values ON public.identity_providers USING btree (pool_id, acr_values) WHERE ((acr_values IS NOT NULL) AND (enabled = 1) AND (deleted_at IS NULL));
CREATE INDEX identity_providers_deleted ON public.identity_providers USING btree (pool_id, name) WHERE (deleted_at IS NOT NULL);
CREATE INDEX identity_providers_offered ON public.identity_providers USING btree (pool_id, enabled, search_text, name);
CREATE INDEX initial_access_tokens_by_expiry ON public.initial_access_tokens USING btree (expires_at);
CREATE INDEX logout_notices_by_due ON public.logout_notices USING btree (due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX logouts_by_expiry ON public.logouts USING btree (expires_at);
CREATE UNIQUE INDEX logouts_by_request ON public.logouts USING btree (request_id) WHERE (request_id IS NOT NULL);
CREATE INDEX pending_sign_ins_by_expiry ON public.pending_sign_ins USING btree (expires_at);
CREATE INDEX pending_sign_ins_by_provider ON public.pending_sign_ins USING btree (pool_id, provider);
CREATE INDEX pushed_requests_by_expiry ON public.pushed_requests USING btree (expires_at);
CREATE INDEX revoked_tokens_by_until ON public.revoked_tokens USING btree (until);
CREATE UNIQUE INDEX saml_keys_newest ON public.saml_keys USING btree (pool_id, use) WHERE (superseded_at IS NULL);
CREATE INDEX sessions_by_expiry ON public.sessions USING btree (expires_at);
CREATE INDEX sessions_by_provider ON public.sessions USING btree (pool_id, provider);
CREATE INDEX sessions_by_upstream_name ON public.sessions USING btree (upstream_name_key, pool_id, provider) WHERE (upstream_name_key IS NOT NULL);
CREATE INDEX sessions_by_upstream_session ON public.sessions USING btree (upstream_session_key) WHERE (upstream_session_key IS NOT NULL);
CREATE INDEX sessions_by_user ON public.sessions USING btree (user_id, pool_id);
CREATE UNIQUE INDEX sessions_of_browser ON public.sessions USING btree (browser, pool_id) WHERE (browser IS NOT NULL);
CREATE UNIQUE INDEX signing_keys_in_use ON public.signing_keys USING btree (pool_id, algorithm, phase) WHERE (phase = ANY (ARRAY['upcoming'::text, 'current'::text]));
CREATE INDEX token_families_by_client ON public.token_families USING btree (pool_id, client_id);
CREATE INDEX token_families_by_expiry ON public.token_families USING btree (expires_at);
CREATE INDEX token_families_by_issued_sid ON public.token_families USING btree (issued_sid, pool_id) WHERE (issued_sid IS NOT NULL);
CREATE INDEX token_families_by_provider ON public.token_families USING btree (pool_id, provider);
CREATE INDEX token_families_by_session ON public.token_families USING btree (session_id, pool_id, created_at);
CREATE INDEX token_families_by_user ON public.token_families USING btree (user_id, pool_id);
CREATE INDEX trial_outcomes_by_expiry ON public.trial_outcomes USING btree (expires_at);
CREATE INDEX trial_outcomes_by_pool ON public.trial_outcomes USING btree (pool_id);
CREATE INDEX trial_sign_ins_by_expiry ON public.trial_sign_ins USING btree (expires_at);
CREATE INDEX trial_sign_ins_by_pool ON public.trial_sign_ins USING btree (pool_id);
CREATE UNIQUE INDEX trial_sign_ins_by_request ON public.trial_sign_ins USING btree (request_id) WHERE (request_id IS NOT NULL);
CREATE INDEX upstream_tokens_by_expiry ON public.upstream_tokens USING btree (expires_at);
CREATE INDEX upstream_tokens_by_user ON public.upstream_tokens USING btree (user_id);
CREATE INDEX used_values_by_until ON public.used_values USING btree (until);
CREATE INDEX users_by_vouched_email ON public.users USING btree (pool_id, vouched_email) WHERE (vouched_email IS NOT NULL);
CREATE INDEX users_deleted ON public.users USING btree (id) WHERE (deleted_at IS NOT NULL);
CREATE TRIGGER configuration_changed AFTER INSERT OR DELETE OR UPDATE ON public.app_clients FOR EACH ROW EXECUTE FUNCTION public.configuration_changed();
CREATE TRIGGER configuration_changed AFTER INSERT OR DELETE OR UPDATE ON public.client_secrets FOR EACH ROW EXECUTE FUNCTION public.configuration_changed();
CREATE TRIGGER configuration_changed AFTER INSERT OR DELETE OR UPDATE ON public.client_web_origins FOR EACH ROW EXECUTE FUNCTION public.configuration_changed();
CREATE TRIGGER configuration_changed AFTER INSERT OR DELETE OR UPDATE ON public.identity_provider_domains FOR EACH ROW EXECUTE FUNCTION public.configuration_changed();
CREATE TRIGGER configuration_changed AFTER INSERT OR DELETE OR UPDATE ON public.identity_providers FOR EACH ROW EXECUTE FUNCTION public.configuration_changed();
CREATE TRIGGER configuration_changed AFTER INSERT OR DELETE OR UPDATE ON public.images FOR EACH ROW EXECUTE FUNCTION public.configuration_changed();
CREATE TRIGGER configuration_changed AFTER INSERT OR DELETE OR UPDATE ON public.saml_keys FOR EACH ROW EXECUTE FUNCTION public.configuration_changed();
CREATE TRIGGER configuration_changed AFTER INSERT OR DELETE OR UPDATE ON public.signing_keys FOR EACH ROW EXECUTE FUNCTION public.configuration_changed();
CREATE TRIGGER configuration_changed AFTER INSERT OR DELETE OR UPDATE ON public.user_pools FOR EACH ROW EXECUTE FUNCTION public.configuration_changed();
CREATE TRIGGER delete_code_of_family AFTER DELETE ON public.token_families FOR EACH ROW EXECUTE FUNCTION public.delete_code_of_family();
ALTER TABLE ONLY public.accepted_proofs
    ADD CONSTRAINT accepted_proofs_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES public.user_pools(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.app_clients
    ADD CONSTRAINT app_clients_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES public.user_pools(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.client_logos
    ADD CONSTRAINT client_logos_pool_id_client_id_fkey FOREIGN KEY (pool_id, client_id) REFERENCES public.app_clients(pool_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY public.client_registrations
    ADD CONSTRAINT client_registrations_pool_id_client_id_fkey FOREIGN KEY (pool_id, client_id) REFERENCES public.app_clients(pool_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY public.client_secrets
    ADD CONSTRAINT client_secrets_pool_id_client_id_fkey FOREIGN KEY (pool_id, client_id) REFERENCES public.app_clients(pool_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY public.client_web_origins
    ADD CONSTRAINT client_web_origins_pool_id_client_id_fkey FOREIGN KEY (pool_id, client_id) REFERENCES public.app_clients(pool_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY public.consents
    ADD CONSTRAINT consents_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.earlier_refresh_tokens
    ADD CONSTRAINT earlier_refresh_tokens_family_id_fkey FOREIGN KEY (family_id) REFERENCES public.token_families(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.federated_identities
    ADD CONSTRAINT federated_identities_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.federation_generations
    ADD CONSTRAINT federation_generations_pool_id_provider_fkey FOREIGN KEY (pool_id, provider) REFERENCES public.identity_providers(pool_id, name) ON DELETE CASCADE;
ALTER TABLE ONLY public.federation_members
    ADD CONSTRAINT federation_members_generation_fkey FOREIGN KEY (generation) REFERENCES public.federation_generations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.federation_words
    ADD CONSTRAINT federation_words_generation_entity_id_fkey FOREIGN KEY (generation, entity_id) REFERENCES public.federation_members(generation, entity_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.federations
    ADD CONSTRAINT federations_pool_id_provider_fkey FOREIGN KEY (pool_id, provider) REFERENCES public.identity_providers(pool_id, name) ON DELETE CASCADE;
ALTER TABLE ONLY public.followed_documents
    ADD CONSTRAINT followed_documents_pool_id_provider_fkey FOREIGN KEY (pool_id, provider) REFERENCES public.identity_providers(pool_id, name) ON DELETE CASCADE;
ALTER TABLE ONLY public.group_memberships
    ADD CONSTRAINT group_memberships_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.identity_provider_domains
    ADD CONSTRAINT identity_provider_domains_pool_id_provider_fkey FOREIGN KEY (pool_id, provider) REFERENCES public.identity_providers(pool_id, name) ON DELETE CASCADE;
ALTER TABLE ONLY public.identity_providers
    ADD CONSTRAINT identity_providers_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES public.user_pools(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.images
    ADD CONSTRAINT images_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES public.user_pools(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.initial_access_tokens
    ADD CONSTRAINT initial_access_tokens_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES public.user_pools(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.logout_notices
    ADD CONSTRAINT logout_notices_pool_id_reference_fkey FOREIGN KEY (pool_id, reference) REFERENCES public.logouts(pool_id, reference) ON DELETE CASCADE;
ALTER TABLE ONLY public.logouts
    ADD CONSTRAINT logouts_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES public.user_pools(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.metadata_fetches
    ADD CONSTRAINT metadata_fetches_pool_id_provider_fkey FOREIGN KEY (pool_id, provider) REFERENCES public.identity_providers(pool_id, name) ON DELETE CASCADE;
ALTER TABLE ONLY public.provider_ends
    ADD CONSTRAINT provider_ends_pool_id_provider_fkey FOREIGN KEY (pool_id, provider) REFERENCES public.identity_providers(pool_id, name) ON DELETE CASCADE;
ALTER TABLE ONLY public.revoked_tokens
    ADD CONSTRAINT revoked_tokens_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES public.user_pools(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.saml_keys
    ADD CONSTRAINT saml_keys_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES public.user_pools(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.signing_keys
    ADD CONSTRAINT signing_keys_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES public.user_pools(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.subject_keys
    ADD CONSTRAINT subject_keys_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES public.user_pools(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.token_families
    ADD CONSTRAINT token_families_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.trial_outcomes
    ADD CONSTRAINT trial_outcomes_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES public.user_pools(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.trial_sign_ins
    ADD CONSTRAINT trial_sign_ins_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES public.user_pools(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.unlinked_identities
    ADD CONSTRAINT unlinked_identities_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.upstream_tokens
    ADD CONSTRAINT upstream_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.user_groups
    ADD CONSTRAINT user_groups_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES public.user_pools(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES public.user_pools(id) ON DELETE CASCADE;
