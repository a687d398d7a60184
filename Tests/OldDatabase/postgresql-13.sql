-- {"client": "rdmxb5izrvhzt3efd368ymd9kd", "client_secret": "JLq_hnMusB1V6jVHZdRJrXe-FmvH_OZWAfy0C7z4Dl0", "code": "SHSAFA5QQVXXFMkcIUChM_KFLFbQkio6ulV0ohEWQ6k", "code_verifier": "mBlAvqKwFWVIFYNpfMFKVviCdm48tzO0iCc17OkguNY", "confidential": "tsiyqnm6xsnscsbpv48gnhcxbw", "cookie": "L4MlToLj_E-DANYs00i6r2NcpfaMieIPj4aSoj7Pr0I", "ended_refresh_token": "AQAAAAEWRVlEVU1RMFhYUHJUVzBjREg2c0twQeLFBlOhrCJ2LP7eNMVCW_qohqDIpXLo_Icfvh0uvKglvzmx3EiWwWs1utnBeEqRaJsBJ5usY31iiVcsEZlO20s", "now": 1795984954320, "pool": "local_LuTfmpMYP", "redirect_uri": "http://localhost:56137/callback", "refresh_token": "AQAAAAIWdmdFM3BxNjUyTVZ2dThVYmNYMUFXZ6eFhrdRsZcepChAXVKgIB8-gUZ2zD6Mi72IYM-9DGKbDrOGznt8HilrxFm0y3VhQWDIwmbq4aKbcvYpdGxz4IQ", "used_code": "qeDC-4Ri1iwxtqfclrA-79XzN9C7Ds05NZImTTfIQ9I", "used_code_verifier": "8BiokrNpXGTshmPvKom1sn9MiHvuXA0d_qTdeGM14no", "used_refresh_token": "AQAAAAEWdmdFM3BxNjUyTVZ2dThVYmNYMUFXZy_D_Q-pGl12RyR4OmAlQAF_SHLBDMWv3-k_oh8q-JREL55IfchTAuRqLtVVo4arWiWQkMl1t390I3_5posJsx8"}
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
CREATE TABLE public.sign_in_messages (
    pool_id text NOT NULL COLLATE pg_catalog."C",
    reference text NOT NULL COLLATE pg_catalog."C",
    provider text NOT NULL COLLATE pg_catalog."C",
    at bigint NOT NULL,
    sealed bytea NOT NULL,
    expires_at bigint NOT NULL
);
CREATE TABLE public.sign_in_omissions (
    pool_id text NOT NULL COLLATE pg_catalog."C",
    outcome text NOT NULL COLLATE pg_catalog."C",
    at bigint NOT NULL,
    left_out bigint NOT NULL,
    expires_at bigint NOT NULL
);
CREATE TABLE public.sign_in_records (
    pool_id text NOT NULL COLLATE pg_catalog."C",
    reference text NOT NULL COLLATE pg_catalog."C",
    outcome text NOT NULL COLLATE pg_catalog."C",
    at bigint NOT NULL,
    provider text COLLATE pg_catalog."C",
    client_id text COLLATE pg_catalog."C",
    code text COLLATE pg_catalog."C",
    username text COLLATE pg_catalog."C",
    user_id text COLLATE pg_catalog."C",
    member text COLLATE pg_catalog."C",
    expires_at bigint NOT NULL,
    report text NOT NULL COLLATE pg_catalog."C"
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
INSERT INTO public.accepted_proofs VALUES ('local_LuTfmpMYP', 'pysaml2', 'id-kTTRtLUFAkxggrEXt', 1795985612000);
INSERT INTO public.accepted_proofs VALUES ('local_LuTfmpMYP', 'pysaml2', 'id-edd1pfa1OadAJC6s2', 1795985612000);
INSERT INTO public.accepted_proofs VALUES ('local_LuTfmpMYP', 'pysaml2', 'id-XQuyly2wtICDHuymb', 1795985613000);
INSERT INTO public.accepted_proofs VALUES ('local_LuTfmpMYP', 'pysaml2', 'id-M3K4Crc9Q88XSoBrY', 1795985613000);
INSERT INTO public.app_clients VALUES ('local_LuTfmpMYP', 'rdmxb5izrvhzt3efd368ymd9kd', 'app', '["http://localhost:56137/callback"]', '[]', '["authorization_code","refresh_token"]', '["openid","email","profile","phone"]', '[]', 3600, 3600, 2592000, 300, 10, 1, 1795984952807, 'required', NULL, '[]', NULL, NULL, NULL, NULL, NULL, '[]', '[]', 0, 0, '{}');
INSERT INTO public.app_clients VALUES ('local_LuTfmpMYP', 'tsiyqnm6xsnscsbpv48gnhcxbw', 'Orders', '["https://app.example/callback"]', '[]', '["authorization_code","refresh_token"]', '["openid","email","profile","phone"]', '[]', 3600, 3600, 2592000, 300, 5, 1, 1795984954058, 'optional', NULL, '[]', NULL, NULL, NULL, NULL, NULL, '[]', '[]', 0, 0, '{}');
INSERT INTO public.audit_events VALUES ('ed6e0c95-c289-4a41-9133-ccdc5bd52b82', 'local_LuTfmpMYP', 1795984951747, 'command_line', 'root', 'pool.create', 'pool', 'local_LuTfmpMYP', '[{"name":"name","value":"staff"},{"name":"domain","value":""},{"name":"signing_algorithm","value":"RS256"},{"name":"signing_algorithms","value":"RS256"},{"name":"custom_attributes","value":""},{"name":"resources","value":""},{"name":"deletion_protection","value":"true"},{"name":"display_name","value":""},{"name":"accent","value":""},{"name":"dark_accent","value":""},{"name":"privacy_url","value":""},{"name":"terms_url","value":""},{"name":"logo","value":""},{"name":"dark_logo","value":""},{"name":"logo_says_name","value":""},{"name":"support_url","value":""},{"name":"provider_order","value":""},{"name":"saml_encryption","value":"true"},{"name":"workloads","value":""},{"name":"rotate_saml_keys_every","value":""},{"name":"limit_per_address","value":""},{"name":"limit_per_client","value":""},{"name":"limit_per_user","value":""},{"name":"debugged_providers","value":""},{"name":"keep_accepted_signins","value":""},{"name":"rotate_keys_every","value":""},{"name":"client_id_metadata_documents","value":"off"},{"name":"client_id_metadata_hosts","value":""},{"name":"registration","value":"off"},{"name":"registration_maximum","value":"1000"},{"name":"registration_unused_days","value":"90"},{"name":"registration_resources","value":""}]');
INSERT INTO public.audit_events VALUES ('3e245b6d-7a2b-474b-82cb-84981511c725', 'local_LuTfmpMYP', 1795984952143, 'command_line', 'root', 'provider.create', 'provider', 'pysaml2', '[{"name":"attribute_mapping","value":"email=urn:oid:0.9.2342.19200300.100.1.3 groups=friendly:isMemberOf given_name=friendly:givenName family_name=friendly:sn name=friendly:displayName"},{"name":"required_attributes","value":""},{"name":"domains","value":""},{"name":"display_name","value":""},{"name":"logo","value":""},{"name":"enabled","value":"true"},{"name":"acr_mapping","value":""},{"name":"entity_id","value":"http://127.0.0.1:52949/idp"},{"name":"metadata_url","value":""},{"name":"metadata_sha256","value":"1094d96bb09de40341f7d110cfcccb73b44fcf17a6ad774af38139628761b484"},{"name":"allow_idp_initiated","value":"false"},{"name":"exceptions","value":""},{"name":"idp_initiated_client","value":""},{"name":"on_group_overage","value":"refuse"},{"name":"subject","value":"NameID"},{"name":"single_logout","value":"true"},{"name":"follow_metadata","value":"false"},{"name":"metadata_signers","value":""},{"name":"sign_requests","value":"metadata"},{"name":"request_binding","value":""},{"name":"response_binding","value":"post"},{"name":"name_id_format","value":""},{"name":"force_authn","value":"false"},{"name":"authn_context","value":""},{"name":"authn_context_comparison","value":"exact"},{"name":"provider_name","value":""},{"name":"send_subject","value":"false"},{"name":"ask_passively","value":"false"},{"name":"proxy_count","value":""},{"name":"scope_to_idps","value":""},{"name":"signing_certificates","value":"1e7d18f7d86d3e5f80b3c02e2ce63981ca965ee01cf044fcaf92798bf538f0eb"},{"name":"single_sign_on_services","value":"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect http://127.0.0.1:52949/sso"},{"name":"single_logout_services","value":""},{"name":"artifact_resolution_services","value":""},{"name":"name_id_formats","value":"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"},{"name":"wants_signed_requests","value":"false"},{"name":"metadata_display_name","value":""},{"name":"metadata_valid_until","value":""}]');
INSERT INTO public.audit_events VALUES ('0ec51728-4808-4ca0-a14c-f3f34e625cfb', 'local_LuTfmpMYP', 1795984952808, 'command_line', 'root', 'client.create', 'client', 'rdmxb5izrvhzt3efd368ymd9kd', '[{"name":"client_name","value":"app"},{"name":"redirect_uris","value":"http://localhost:56137/callback"},{"name":"post_logout_redirect_uris","value":""},{"name":"initiate_login_uri","value":""},{"name":"web_origins","value":"those of the redirect URIs"},{"name":"resources","value":""},{"name":"grant_types","value":"authorization_code refresh_token"},{"name":"scope","value":"openid email profile phone"},{"name":"identity_providers","value":""},{"name":"pkce","value":"required"},{"name":"access_token_lifetime","value":"3600"},{"name":"id_token_lifetime","value":"3600"},{"name":"refresh_token_lifetime","value":"2592000"},{"name":"refresh_grace","value":"10"},{"name":"code_lifetime","value":"300"},{"name":"enabled","value":"true"},{"name":"client_secrets","value":"0"},{"name":"token_endpoint_auth_method","value":""},{"name":"jwks","value":""},{"name":"serves","value":""},{"name":"required_groups","value":""},{"name":"require_pushed_authorization_requests","value":"false"},{"name":"tls_client_auth","value":""},{"name":"tls_client_certificate_bound_access_tokens","value":"false"},{"name":"dpop_bound_access_tokens","value":"false"},{"name":"default_max_age","value":""},{"name":"registration","value":""},{"name":"third_party","value":"false"},{"name":"subject_type","value":"public"},{"name":"sector_identifier_uri","value":""},{"name":"policy_uri","value":""},{"name":"tos_uri","value":""},{"name":"logo","value":""},{"name":"backchannel_logout_uri","value":""},{"name":"backchannel_logout_session_required","value":"false"},{"name":"frontchannel_logout_uri","value":""},{"name":"frontchannel_logout_session_required","value":"false"},{"name":"refresh_token_idle","value":""},{"name":"max_age_of_attributes","value":""},{"name":"forward_hosts","value":""},{"name":"may_impersonate","value":"false"},{"name":"resource_scopes","value":""},{"name":"access_token_format","value":"jwt"},{"name":"require_signed_request_object","value":"false"},{"name":"request_object_signing_alg","value":""},{"name":"id_token_signed_response_alg","value":""},{"name":"userinfo_signed_response_alg","value":""},{"name":"introspection_signed_response_alg","value":""},{"name":"authorization_signed_response_alg","value":""}]');
INSERT INTO public.audit_events VALUES ('46efafeb-9818-4a53-aa7a-a671e2abaa23', 'local_LuTfmpMYP', 1795984953226, 'command_line', 'root', 'pool.update', 'pool', 'local_LuTfmpMYP', '[{"name":"domain_before","value":""},{"name":"domain","value":"id.old.example"},{"name":"display_name_before","value":""},{"name":"display_name","value":"Old staff"}]');
INSERT INTO public.audit_events VALUES ('d0fd1d2c-8cf9-4011-a2c4-01178596fe7d', 'local_LuTfmpMYP', 1795984953305, 'command_line', 'root', 'pool.add_attribute', 'pool', 'local_LuTfmpMYP', '[{"name":"custom_attributes_before","value":""},{"name":"custom_attributes","value":"custom:team:string[]"}]');
INSERT INTO public.audit_events VALUES ('0ffc44ee-8826-4be7-8111-8a0a8a408578', 'local_LuTfmpMYP', 1795984953660, 'command_line', 'root', 'provider.update', 'provider', 'pysaml2', '[{"name":"domains_before","value":""},{"name":"domains","value":"old.example"}]');
INSERT INTO public.audit_events VALUES ('b7b5e048-6133-4f9e-8106-cf038295d1ad', 'local_LuTfmpMYP', 1795984953810, 'command_line', 'root', 'provider.create', 'provider', 'op', '[{"name":"attribute_mapping","value":"email=email name=name preferred_username=preferred_username picture=picture"},{"name":"required_attributes","value":""},{"name":"domains","value":""},{"name":"display_name","value":"GitHub"},{"name":"logo","value":""},{"name":"enabled","value":"true"},{"name":"acr_mapping","value":""},{"name":"issuer","value":"https://github.com/login/oauth"},{"name":"authorization_endpoint","value":"https://github.com/login/oauth/authorize"},{"name":"token_endpoint","value":"https://github.com/login/oauth/access_token"},{"name":"userinfo_endpoint","value":"https://api.github.com/user"},{"name":"jwks_uri","value":""},{"name":"end_session_endpoint","value":""},{"name":"single_logout","value":"false"},{"name":"sends_issuer","value":"false"},{"name":"discovered","value":"false"},{"name":"follow_discovery","value":"false"},{"name":"refresh_upstream","value":"false"},{"name":"client_id","value":"old"},{"name":"token_endpoint_auth_method","value":"client_secret_post"},{"name":"scope","value":"read:user user:email"},{"name":"prompt","value":""},{"name":"acr_values","value":""},{"name":"parameters","value":""},{"name":"pending_key_id","value":""},{"name":"previous_key_id","value":""},{"name":"pending_client_secret_tested","value":""},{"name":"allowed_tenants","value":""},{"name":"on_group_overage","value":"refuse"},{"name":"preset","value":"github"},{"name":"dialect","value":"github"},{"name":"key_id","value":""},{"name":"team_id","value":""},{"name":"known_prompts","value":"select_account"},{"name":"algorithms","value":"RS256 PS256 ES256 EdDSA"},{"name":"answers_by_form","value":"false"},{"name":"shared_redirect_uri","value":"false"},{"name":"subject_claim","value":"id"},{"name":"assertion_audience","value":"issuer"},{"name":"pending_client_secret","value":""},{"name":"client_secret","value":"given"},{"name":"previous_client_secret","value":""}]');
INSERT INTO public.audit_events VALUES ('84e3c0c6-abe1-4abb-98da-2dd188d5c593', 'local_LuTfmpMYP', 1795984954059, 'command_line', 'root', 'client.create', 'client', 'tsiyqnm6xsnscsbpv48gnhcxbw', '[{"name":"client_name","value":"Orders"},{"name":"redirect_uris","value":"https://app.example/callback"},{"name":"post_logout_redirect_uris","value":""},{"name":"initiate_login_uri","value":""},{"name":"web_origins","value":"those of the redirect URIs"},{"name":"resources","value":""},{"name":"grant_types","value":"authorization_code refresh_token"},{"name":"scope","value":"openid email profile phone"},{"name":"identity_providers","value":""},{"name":"pkce","value":"optional"},{"name":"access_token_lifetime","value":"3600"},{"name":"id_token_lifetime","value":"3600"},{"name":"refresh_token_lifetime","value":"2592000"},{"name":"refresh_grace","value":"5"},{"name":"code_lifetime","value":"300"},{"name":"enabled","value":"true"},{"name":"client_secrets","value":"1"},{"name":"token_endpoint_auth_method","value":""},{"name":"jwks","value":""},{"name":"serves","value":""},{"name":"required_groups","value":""},{"name":"require_pushed_authorization_requests","value":"false"},{"name":"tls_client_auth","value":""},{"name":"tls_client_certificate_bound_access_tokens","value":"false"},{"name":"dpop_bound_access_tokens","value":"false"},{"name":"default_max_age","value":""},{"name":"registration","value":""},{"name":"third_party","value":"false"},{"name":"subject_type","value":"public"},{"name":"sector_identifier_uri","value":""},{"name":"policy_uri","value":""},{"name":"tos_uri","value":""},{"name":"logo","value":""},{"name":"backchannel_logout_uri","value":""},{"name":"backchannel_logout_session_required","value":"false"},{"name":"frontchannel_logout_uri","value":""},{"name":"frontchannel_logout_session_required","value":"false"},{"name":"refresh_token_idle","value":""},{"name":"max_age_of_attributes","value":""},{"name":"forward_hosts","value":""},{"name":"may_impersonate","value":"false"},{"name":"resource_scopes","value":""},{"name":"access_token_format","value":"jwt"},{"name":"require_signed_request_object","value":"false"},{"name":"request_object_signing_alg","value":""},{"name":"id_token_signed_response_alg","value":""},{"name":"userinfo_signed_response_alg","value":""},{"name":"introspection_signed_response_alg","value":""},{"name":"authorization_signed_response_alg","value":""}]');
INSERT INTO public.audit_events VALUES ('3f21d2d0-629c-4daa-9720-a808a1624980', 'local_LuTfmpMYP', 1795984954265, 'command_line', 'root', 'key.publish', 'key', 'qJb3uEt0Nxz9B7Z1rjHB0Tlp6XBu9W1KlQuopGgQzik', '[]');
INSERT INTO public.authorization_codes VALUES ('\x74d08e7a2cebe5a67493991e82a36f341df3c012d1fa9dd485b3feca6f4e9522', 'vgE3pq652MVvu8UbcX1AWg', 'http://localhost:56137/callback', 't8KxAxw8zpH85N10touPEKqJKaOhpjMNlKO8dQMsioM', 1795985252899, 1795984952913);
INSERT INTO public.authorization_codes VALUES ('\x6632cf68885f29989aa4c68e42bdec97dca76360beede4c26f0671632ceea4e2', 'EYDUMQ0XXPrTW0cDH6sKpA', 'http://localhost:56137/callback', 'VZrR5Tdeu9X_AZxGz_bH6WhbZbimP82xEiwCCJXThS8', 1795985252975, 1795984952983);
INSERT INTO public.authorization_codes VALUES ('\xf741e9d9e8ecf9ca45221a8ee39196c8b484ea585405f254239098b310629962', '_pMRzJt7DVjearRrMcv9UQ', 'http://localhost:56137/callback', '5R2Acyr_ZuHZBgYzLP3uU48ZyRzRP4DP8ViTmvghTqs', 1795985253041, NULL);
INSERT INTO public.authorization_codes VALUES ('\x6ff4670af04cbe76ced82078a99166d5a90c8f79e2186e6812ab17831a73b34d', 'Tx8FbrqIXqjt3M8OMILvyw', 'http://localhost:56137/callback', 'e-cUukt-bvyRA5w6rCRsci4CNgj9GT8a3MuUKRBPPsg', 1795985253100, 1795984953108);
INSERT INTO public.client_secrets VALUES ('local_LuTfmpMYP', 'tsiyqnm6xsnscsbpv48gnhcxbw', '\x131bda564eac8380220dea5ff221b97b8a47898b9ac2756062cc55061a993c16', 1795984954058, NULL);
INSERT INTO public.client_web_origins VALUES ('local_LuTfmpMYP', 'http://localhost:56137', 'rdmxb5izrvhzt3efd368ymd9kd');
INSERT INTO public.client_web_origins VALUES ('local_LuTfmpMYP', 'https://app.example', 'tsiyqnm6xsnscsbpv48gnhcxbw');
INSERT INTO public.federated_identities VALUES ('local_LuTfmpMYP', 'pysaml2', 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent  ', 'nid-ann-51d9e3', 'http://127.0.0.1:52949/idp', 'fa62afe2-9ad8-40d8-a808-e37d588f1bfc', 0);
INSERT INTO public.federated_identities VALUES ('local_LuTfmpMYP', 'pysaml2', 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent  ', 'nid-bob-51d9e3', 'http://127.0.0.1:52949/idp', '0a350cfd-0df8-4faa-a4b2-7834c5fe61c6', 0);
INSERT INTO public.group_memberships VALUES ('fa62afe2-9ad8-40d8-a808-e37d588f1bfc', 0, 'local_LuTfmpMYP', 'engineering', 'provider', 'pysaml2', NULL, NULL);
INSERT INTO public.group_memberships VALUES ('0a350cfd-0df8-4faa-a4b2-7834c5fe61c6', 0, 'local_LuTfmpMYP', 'engineering', 'provider', 'pysaml2', NULL, NULL);
INSERT INTO public.identity_provider_domains VALUES ('local_LuTfmpMYP', 'old.example', 'pysaml2');
INSERT INTO public.identity_providers VALUES ('local_LuTfmpMYP', 'pysaml2', 'saml', 'http://127.0.0.1:52949/idp', '{"allowsAnySignatureOrder":false,"allowsIDPInitiated":false,"allowsMissingAuthnStatement":false,"entityID":"http://127.0.0.1:52949/idp","metadata":"<ns0:EntityDescriptor xmlns:ns0=\"urn:oasis:names:tc:SAML:2.0:metadata\" xmlns:ns1=\"urn:oasis:names:tc:SAML:metadata:algsupport\" xmlns:ns2=\"http://www.w3.org/2000/09/xmldsig#\" entityID=\"http://127.0.0.1:52949/idp\"><ns0:Extensions><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#md5\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#ripemd160\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2000/09/xmldsig#sha1\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#sha224\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#sha384\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha512\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2000/09/xmldsig#dsa-sha1\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2009/xmldsig11#dsa-sha256\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha224\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-md5\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-ripemd160\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2000/09/xmldsig#rsa-sha1\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha224\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha384\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha512\" /></ns0:Extensions><ns0:IDPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\" WantAuthnRequestsSigned=\"false\"><ns0:KeyDescriptor use=\"signing\"><ns2:KeyInfo><ns2:X509Data><ns2:X509Certificate>MIIDDTCCAfWgAwIBAgIUaWWJorxVzCw3P316StZqcPYHOHkwDQYJKoZIhvcNAQELBQAwFjEUMBIGA1UEAwwLaW50ZXJvcCBpZHAwHhcNMjYxMTI5MjA0MjMxWhcNMjYxMjI5MjA0MjMxWjAWMRQwEgYDVQQDDAtpbnRlcm9wIGlkcDCCASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoCggEBAMzexlKE8/aBVkzoOL+9pthWsDXSxo3ZOE2JpVUpVohHevduub8FTQdP46MUA984fOMDl0DQNfdmpxdivAOjZM+9kJz9Bzlb5f68NbWp/RdPDw6PWIHfNqLq5GQDmhcb/aJLpJ6s3XokifsRRsCAelyw6FShllbHExSzwXCtn87RRuU3wyxzNftaVyktNpJQiU3mMEu7VthqB1hrk9gPSwDismIMiWOlCh5ZPARCV9xiGVlMz7ysDyuMBRFPacbQOcOvJGohdjoi5l/mWnRjT3DgW66Qszm00htVp1lsOCSexjs73XeeK8IS/NDZxGzAgPOo7IJDwy+pY6Renft3J8ECAwEAAaNTMFEwHQYDVR0OBBYEFHRZq1Ms+41cvs/IVBLrbu6pKb/fMB8GA1UdIwQYMBaAFHRZq1Ms+41cvs/IVBLrbu6pKb/fMA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQELBQADggEBAHCCKe9pMXLzt+uILUkk7O8WGC5YcsDVvKW5Ph6sqj15ZdbsglUVa/lEnYBvdgCPC4FKBBSJ7wq0CBlPsLZuqMC2SJ1Vb4eL2ms3LN0xsVlL6zQT2Qv9qvraVof5KMuFSWSphKw8EklBLWMovtmCfgt6c/EhFYfi2SxqETlXfSUSCbWljs6bKSdXxS/XrE/gm7md7FycvQI2V2iQJVQq+wry3uxgdxs+vEPz0XbUUnxkF++zorWIw+XKVOS91L0G/uT2ndxmtGn+U3dBfpLSnj9GD087/2DIWDMM3NfT4kA3ZXX6Elrz0SitsKAXRqwyPlQzwLG34LH/QA+hTL2gZg8=</ns2:X509Certificate></ns2:X509Data></ns2:KeyInfo></ns0:KeyDescriptor><ns0:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</ns0:NameIDFormat><ns0:SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\" Location=\"http://127.0.0.1:52949/sso\" /></ns0:IDPSSODescriptor></ns0:EntityDescriptor>"}', '{"rules":[{"attribute":"email","required":false,"source":"urn:oid:0.9.2342.19200300.100.1.3"},{"attribute":"groups","required":false,"source":"friendly:isMemberOf"},{"attribute":"given_name","required":false,"source":"friendly:givenName"},{"attribute":"family_name","required":false,"source":"friendly:sn"},{"attribute":"name","required":false,"source":"friendly:displayName"}]}', '["old.example"]', 1, 1795984952134, 1795984952134, NULL, 'pysaml2
pysaml2', NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.identity_providers VALUES ('local_LuTfmpMYP', 'op', 'oidc', NULL, '{"algorithms":["RS256","PS256","ES256","EdDSA"],"answersByForm":false,"assertionAudience":"issuer","clientAuthentication":"client_secret_post","clientID":"old","dialect":"github","endpoints":{"authorization":"https://github.com/login/oauth/authorize","sendsIssuer":false,"token":"https://github.com/login/oauth/access_token","userInfo":"https://api.github.com/user"},"extraParameters":[],"isDiscovered":false,"issuer":"https://github.com/login/oauth","knownPrompts":["select_account"],"onGroupOverage":"refuse","preset":"github","scopes":["read:user","user:email"],"sealedBy":"b6221713f467f146","sealedSecret":"wOJ9hjBFraXq0JJ1Chnw0rfIGSm_UOljvog-LHHGW7R4pjPg3cyWhCbr4A","secretSince":1795984953808.0642,"sharesRedirectURI":false,"subjectClaim":"id","tenants":[]}', '{"rules":[{"attribute":"email","required":false,"source":"email"},{"attribute":"name","required":false,"source":"name"},{"attribute":"preferred_username","required":false,"source":"preferred_username"},{"attribute":"picture","required":false,"source":"picture"}]}', '[]', 1, 1795984953808, 1795984953808, 'GitHub', 'github
op', 'github', NULL, NULL, NULL, NULL);
INSERT INTO public.installation_settings VALUES ('master_key_id', 'b6221713f467f146', 1795984950634);
INSERT INTO public.installation_settings VALUES ('public_url', 'http://localhost:57433', 1795984950662);
INSERT INTO public.installation_settings VALUES ('probe', 'written', 1795984950674);
INSERT INTO public.metadata_fetches VALUES ('local_LuTfmpMYP', 'pysaml2', 1795984952175);
INSERT INTO public.pending_sign_ins VALUES ('_1ded769b7826511327f2354a7e83b9360b1f9828', 'local_LuTfmpMYP', 'pysaml2', '\x8c8ea65ac5ad42acf479a651142bfe39e48e5b9b98eece2aaa644bbcfcac4c22', NULL, '{"clientID":"rdmxb5izrvhzt3efd368ymd9kd","codeChallenge":"IDfsf0TcxRJ_NflV_PdUCxOPqnsrAwq7Y9PG6xVpfBY","nonce":"rM9sLx2bhbzJw7O1j_c8QTCp8u_zG8fWdjXmV9LzKkQ","redirectURI":"http://localhost:56137/callback","responseMode":"query","scopes":["openid","email","profile"],"state":"7FKYxG5FCCtJdPxq92HBC10g7VO_MGKDQlq3in_k6gI"}', 'http://localhost:57433/local_LuTfmpMYP/saml2/idpresponse', NULL, 1795984953117, 1795986753117, NULL, NULL);
INSERT INTO public.saml_keys VALUES ('local_LuTfmpMYP', 'caca6d445c28c44bc3944e76fb5a8ada66fde2f5db515e2e5ae35e9f0ba07761', 'signing', '\x308202bc308201a4a003020102021055b48d94d9981b8a649097b1699bb39b300d06092a864886f70d01010b0500301a3118301606035504030c0f6c6f63616c5f4c7554666d704d5950301e170d3236313132383230343233325a170d3436313132343230343233325a301a3118301606035504030c0f6c6f63616c5f4c7554666d704d595030820122300d06092a864886f70d01010105000382010f003082010a0282010100bbb97c9311e235521404b24135ab451610386b7d578898ef51133c98f9950dcfd16d9a412f71327d78c6aac65fd065b4d7fe7f59d07b23ac46bef132e58db007e8afcab2ad1f64676a42f28fc1d2c7ab195faa6ba9788d6da3f0add3906d5425e58c3e20793446127d61ffcedfc6820078b3bb045054d70226dde375267e2a7b52570fa2ce6df4e2cabdb7b4ae7150c1c3f196683e5bca6c464a9f49561cac3e376a88ccf1f04b0d026dacc21bdb05f59023e96d182952905d229e77d01e0c7ab3e879ec373572aa46b85b3659d5cae85e923e427a237ad3e46088caa3f893fea011bc3e572129f743dc337e65776b8f3f22d1ca776624829b0ea67c0ada93310203010001300d06092a864886f70d01010b050003820101000c603a87eea58f08da0684b7ac1b37e39f80a8207a4b988a1653359bd39fe748b0e9b9a850f230c9430effbc57813248f46ed26dd2425c9e7da00032b068db50f776456fb531e7af1ec15e6af33bb8d0ea16888b22ca2bff0c7b77a7f2712871b4757b5f420269063df9443e326b7e393fc657f91f4fa6a9d5036e8a837ccb64bfe81fc7ae97eb1f0e81ccc36c3b1f2ea07c2441621e78eb22986e60862771f201451f0f20a4867af257d99bb1048b3d10a977fa0643b4cadd23b5c09031fdeb8f9039124e5c8010fd20b24c462543b42f2cb6bdcba4d2d907febc022ea0d0b5e772974448c83c6c23ab5721f66b9c65a3ed005e95a73ee5dbc3a49f10aa21c9', '\xf839d79a0ae2d6089f489e9aa98eea784532c270d749083591487a90f3871952a73d25efd3330e61a3b7f94e9765af15329724724d1c0cfbad2318bcfb1d07cd5e5fb465748aea486205f5494e23a76944cffd3cf2f35591e3b918ca9d20f03374c95ee42885e074de3eb4894377b20b56b6eae6347fd68c2bffaa137c49b0cd8577a72a4e987e533dd378ede5a9c8d180a0ff86aa3565a82f7590c58e9347b1fbb763c9728f87575ef69ed941f2cd0478863acff27d0fc4a26ec84337450f794376f6ba8e42fe37f5f0a0f30bb3a2db1fa7d6ddd598a89d53dc1d3d046fd11bc9dcc7ea6128920827a34ff570a0f89fd419fb20e39ed1976a972005babaffd1f44baaf4b7a04aca431dcb66841c174b4fdaac4aaabdacc04d2ea4242c0c8759569520f5f635e71fa8cbaad8daf0da78653dadaec3350d1889680f778b75fb40d8676b2d3c892cd5cdcd6dfd57f3a7ffb18e622971e966ce6d58e2b83e4a360cbacb971629d5f5f8cf85b9b8027fe04d21532a0c56ea84b7fdda391897dfd3f574dfd9b7fee4b308987868c56431e9dabc17f1fba3ff61a520e31e2e80753997ea844f3c3a7ebb1e261cfba27aa8f3599017974b3fe649031da83764a8972f280d937fad937625261b7c28e3b83be6f58ed4c17ec750b4cda11cc056aec7040dd11d182b5b0743bd658f894d6a73216f2a79a7c5aac5c5ffc7b9cb5ea0ebe004f37bd53a69615f916c915f6254dd306db97c516e9de9e60d05c0173220bfe378b4bcd106a1c029f9491bdb4c697e7ff5ff7d2f2ef6fc3ab39ac7293d0d212836be845a84b74cf3b0abf9c0a3c32689438a4eaf3c7a8be619fe09e739a7fd3c1329e08878853b13cf9e31120706956c973d4cec453c5d37936a0ff6f2195716e9c20098c7b48e8bd15b3887ba80db74422d232d7c5a66f13b1543193c6e0b6976762af787557011721d1306e7936b7d88ac067f259b9858914a792e3ce66056ef879a172872d7d0d6bb6f0a92098ba5d964037e7b5fdae8c02d006fdd777e10b209668ebf939be341d01e3b179da483143f5bafd51555475ca335fd5ca6753645a11fdafe467a4cc7df00ad1065eaf4c940190b358738212d901c77a9e20eb5a3616534bb3dc88726f35d9a13cf7f7bb9e319e09c2c05c43a9338109f73a53120268040f8d4659cd5e5ceed5465cc753a294d31598565d1b27a321b881634db9ce420bd95ac23d5e84573510d3582d22237cbc183553a2076085c8867add7622d3587fdd59cf1256545e66ce7b7d35bad429e2e2e35aa06c35e02b66e72552d052fd440a7836da81db7a0d56ffbe714f6932427a0bde51e27661f7cc4daade5dae4d946007a7eac2dff248b4f72b8e0b50547ea3cf0a6df5b51cc4b9bc7d7ef1cabfeb7437451ee5ee7a8410091d979f2306d4049ef3d3b8ceb84d9a1ac913a81d28f5af1c2446be94ebd6b321226b2781b82ca6f64da5eac9e034d7149af0597d104f5fe2155c6c9d467669d7c203ee4cb1121000aeab50b07a7a421ed6759488bcbb5fbcd593fe85610ecc62452846b8e4e66d06854a2eff8edc1547a8bc8d55bc3e58a1142a5e037ed2c7a401e8f6f1cbc559182f0a5c7a1eb99c9b726396fe45956c47a2b926b12bb4dc25bbdc633c103b57aad4cf81cc32802dec21b627c521f26ff5ec3a043ade95224c2cb8f15e9e05e289785be32ed5575b88e70be8afc6dd4b27715266eabd1fbe1e0d231fce1aa02bf8b825211b28a26bbb0', 1795984952171, 1795984952171, NULL, NULL);
INSERT INTO public.saml_keys VALUES ('local_LuTfmpMYP', '3e6c0d26a3919270e9bc20114a5820355c14065fbfc1917fd1d271904f7ea680', 'encryption', '\x308202bc308201a4a003020102021074d7498c8306638d8a55314716f4ecd9300d06092a864886f70d01010b0500301a3118301606035504030c0f6c6f63616c5f4c7554666d704d5950301e170d3236313132383230343233325a170d3436313132343230343233325a301a3118301606035504030c0f6c6f63616c5f4c7554666d704d595030820122300d06092a864886f70d01010105000382010f003082010a0282010100a7d0a24412a0bbe4b566691dc7c8680f4653de6c7bfc42637770dc0cddbc04e3cc0d6342db3a21f5519576c8fa87f07f946a0596ccdaf2af81f22c86e14c1f3bb6b36d8e3a953a1487cfc70c575c9b5790a862496d8386e56392ff032048529ffe4af2d1d2a4aa4c1b2276e67ead78e1a030f05e20e4c6871dc8a179b3c2fd6debbd04acf93e8f692742d0236b64c96db13b2e2a4cb923430f15e2867c1f132012138cd12acff28c19771755f8e9a78d5baa61910dc9859db114a05f19fe92e70f4b453bf11d66be584dd45a01659e2a3e177adf1bd3fecf052d8ccf669bb8d42bfe2a65756954fc2cfdc2f79d2996380e154c9f73ea2fa9587827ae2033a5030203010001300d06092a864886f70d01010b0500038201010066a1abb0e916c765c12a1cf8961642d63196bb5f2253215cbefc9b322b1c8bc9fd32b9bf1b0d4ee7437562ef0da892f2b4d4ecebbaa2b615fa53109dcdd629a2b181cb6fff9d9f3646dac5be6a27ef5d97fb8165bd0a545b1a147c48ee487e02d85e0ed0085657b9d30a14755817e2561979e94da089daf2eefe06dedb46f9a8f87046e3038848ae053ac5e01d1a60acd4400ecf6dcd1fdbd77c618ced75ff91052c8bb3586c327b5c3263a7d75afb1b4d7fd153b1b676d984a7667780ef7ae70990c023782a4e20f61e4e8389a0c5da4cf6ecdb2fac8d320e8b57881020db000dca7cff8f79015eb1e8cf80f513439f81dda3f82cf9cd57bb9e94c22876a21f', '\x6710808df13db71f26d5e9aba3bf1544381a4aa2dfe477c802fc03b5aa3f09966bc330ce92090a725992bfb5d3ada9d7ac13ec3b8c461ee8824934728e801a84ae274ef62db422f8cd8d791e30bb340767643e4fddbc09f21ccd9c100f73b479ba252efac735233033c83abf626dab42603b816c6b7d189ea65414d9a4c38d7dae44fa42dbff5a685340f5009e82cbbf265b8a2ceeba059cb8deccc0aa5e4789e3e925a84814a3feb4cfda5a65f4c76af5de7b7bcdb7848ce46b2f15fffb8a8d034869fc391488b84fcc10e78ba2abd5312e0c2e9a9b729013877b8462ca1f0aa8738dac0140f6ae689048bcd6709029052d5d877fc19560682ea650759f805dbb6f1b8ebf52cf58eae8bd9bfe4634b7974e006408f00e9a708224b2f8d4c7932b21e24a1715a27bb37204fa804a508d7998d670c4398938a28a41e4695dac2cba2bac6765f3fa14cce179b394bbb639ae1ab0d04543ddd7f85658552e194d64aa65969417bca9b5d6e74d5bba207ffe49cf3c40632827a8cef239d7f6df0e78b1389c29d31414473e16b61290ea1ecfa7c274d76e1c1ca53a68bb02eedfff2316228824c027e9554d80b66c7bb18d91a673e55e3155e8f8061bb7c28838dd749024fbc4acdbe281e52593e108500eeb47f48f5a543f80a066bd5f77f5098754f18c41a18e41106019dcfaf5f1e4e606a14f3c97d7eef4649c95c6726f6487cd0c8e0b3ef26b87c74180a54ccc5870a8651cc4278a6402f728f552001c4e483db53d0497fd445a4834c4a9a025a3d88b8bea5dba39490dcb5e013c6a99dc304432e068a161efcb05da4d13150c22bbb212cd1aa3b39d39280bce670e5071aff6112e63e4031c46cab9e7b174a537e9441ae588ab9be24ccb8cfa5ec70bcc5b7c67743e1a9d1e42c81a3cb168862a1e60f922cceddb834bf6ed2a9b116970fa52a60860f96afd8900a87f59d22905ae5934130d6f6a6fffaf41b1af6fea3dbdc138541c8ff5b3f79f60e29f22c11fdf9b1a0cd31b58f902ff757b5351478c2fe2e48013e7668e55c9b0e812fde73a7359821fc2a9156c14cd16f9dfeeda771526d45f63b169a877ce75867fc734db0b48348fd8131684c4937df742e56c63e1b076a9be57b66cbc1a1277d97e2420613ff5fcc6105bd440e754acb356b6e2de1a68547533885ae5549c063d7206f18a3f8ba070fe4eacb8995117d0e36e1a972e434ea149881a71a96a52758ac2e1dba1b92f8eac4ee58e6e596791f421773548d50777e78156e733580b2e9dc3cc0831cd39fad1b748d03c72cb00369997b8ea68e0f364032803ba4f23e5121ebe17bc082af7bf816ec3fd218954e4974b3e72e34bc2b5d87c57a190d3f8672b8b57ae1fe99ee51bf7238134ff2c332d27714c497288edf04022ba2d96e0ee51cd15bc8bde4893a3cd4abc881731332e8973c69d720560cfa1d1e7d759946a4135c49db776dc123c465b3074a2791e00db8d203066d85f40aea6012304e7fd6ffe2534bd0735081d698f9d5f5c4de1934e9e7306d37ba7e341eb0d0626a708936aafbbd1cf9c4922d51338b9908afa3fcdd3a765e9f9587154b4f86d03df4556e8a373b0c40de7929707e4b28c7efd3d3ad4e768b7be13dd0f739f5205af4d2331640e450d959ba9be6adef6821ea0a5423aa77d0ff034cf412e28fb67b5f59fc02a7962c4fd478b620d389eb08a5dd70c37c7d5ac2d7d3cf7903a9678285314343b01f5f747d86e0df33405a4b2e0db', 1795984952289, 1795984952289, NULL, NULL);
INSERT INTO public.schema_migrations VALUES (7, 'tables', 7, 1795984950484);
INSERT INTO public.schema_migrations VALUES (8, 'notifications', 7, 1795984950484);
INSERT INTO public.schema_migrations VALUES (9, 'sign-ins apart', 7, 1795984950484);
INSERT INTO public.schema_migrations VALUES (10, 'SAML in full', 9, 1795984950484);
INSERT INTO public.schema_migrations VALUES (11, 'federations and authentication contexts', 10, 1795984950484);
INSERT INTO public.schema_migrations VALUES (12, 'refinements', 11, 1795984950484);
INSERT INTO public.schema_migrations VALUES (13, 'sign_in_records', 11, 1795984950484);
INSERT INTO public.sessions VALUES ('BOMQL19d8WdFaX9SMTOyVw', 'local_LuTfmpMYP', 'fa62afe2-9ad8-40d8-a808-e37d588f1bfc', 'pysaml2', '\xae98bdca0d5f945c9a538a0cb71e44c5dc8a1627b3c6795847664cb185d1321f', '\x25a025bdef2dc65e42ab31eb42eb130a383ba2bcc4bec86312583954db61577c', 1795984952000, 'id-IOFJEyO0kBooZk7Zu', 1795984952899, 1796028152899, '{"format":"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent","value":"nid-ann-51d9e3"}', '\x03e34acbff2bc8214a765d6a387729ef4bab2a85b273b16e72bd4d4572a367b5', NULL, '{"acr":[],"amr":["pwd"]}', '\xd44c955624fd0c918736d42f3931a243e5f1740f9317f88587f1759137dd2315', NULL, NULL);
INSERT INTO public.sessions VALUES ('-Dd2lmxpXHSjVJswxAdtuA', 'local_LuTfmpMYP', 'fa62afe2-9ad8-40d8-a808-e37d588f1bfc', 'pysaml2', '\x38dbceeed9cb4f7484499efb94d790c70b35287f06438ba571cac6d68598dc5f', '\x2cf58c5433a6a5fdfcb6f18c81873b8bac5db7a3ae7c2ba03208674512325948', 1795984952000, 'id-xH2ItIjO5X5d91U5t', 1795984952975, 1796028152975, '{"format":"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent","value":"nid-ann-51d9e3"}', '\x03e34acbff2bc8214a765d6a387729ef4bab2a85b273b16e72bd4d4572a367b5', NULL, '{"acr":[],"amr":["pwd"]}', '\x5625dd39252d1bc3f6da9a966d4743884af897904cc6e6464f185a3f26937315', NULL, NULL);
INSERT INTO public.sessions VALUES ('i-uTEzf7sKg_6Oq8TY-jfQ', 'local_LuTfmpMYP', '0a350cfd-0df8-4faa-a4b2-7834c5fe61c6', 'pysaml2', '\x90e33328896adaf2756c009c25154c24779c307030cda678bc387f9afaad12bf', '\x7d1282350339aabf4dea51f43911acc3b44d2b0c3c89c1a53971c4e92b2c22c0', 1795984952000, 'id-X2EkzgUhaEv7H8rRf', 1795984953041, 1796028153041, '{"format":"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent","value":"nid-bob-51d9e3"}', '\xa3ea1ac92c8736c74f542091908c635e298dc3f266a20186a5f137efc6ae6b3a', NULL, '{"acr":[],"amr":["pwd"]}', '\x265d91dad5606120e592aad0ea828c06cad8ca169969644d60c33beb5e739dcb', NULL, NULL);
INSERT INTO public.sessions VALUES ('TuNt5c9EitFTsReedNodrg', 'local_LuTfmpMYP', '0a350cfd-0df8-4faa-a4b2-7834c5fe61c6', 'pysaml2', '\xf4f05dfedbb3840f41a669a98b1c6e0005b42ed8ef5f9d9964f020efe3e6df59', '\x11c058013c04bd21bdd087be0706587949bfc20ded84602fb815d7f21500e370', 1795984953000, 'id-wnSY3a8GwKmkygXWw', 1795984953100, 1796028153100, '{"format":"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent","value":"nid-bob-51d9e3"}', '\xa3ea1ac92c8736c74f542091908c635e298dc3f266a20186a5f137efc6ae6b3a', NULL, '{"acr":[],"amr":["pwd"]}', '\x18202504cc7e96f8108cb47ed46f8e3c7b085b95dfd1ebaccb1095e858f4d6d5', NULL, NULL);
INSERT INTO public.signing_keys VALUES ('local_LuTfmpMYP', 'WcqHbsQo-GsUE9GiH5BZwl_ctFD_3R5PqMWF11GjZN8', 'RS256', 'current', '\x25749ec564a832b3159286e792f650e730d14b6766c6b7c302cf08b4e75f71603a2fdcec5ab7c2a8cce0104364d517750f9b471d3671834706218942e3e3ec1a084d7dc5288dd2e11f6e1ac940b1e63228dc50de81a985c867534a408c562754c62483f8d2290461178dd71a50898eff3c1af4dcf569393a9d790928c68b8b588284e73834a02d42da132e9bf2a27dcb1d0d5ee16d5b68a7673e039b6adb5165215d7c268326997fa583e30005063cc2f1fee9976b5b2a94527ca955c326bebe58a9cb14d63266c65ac7e5c858979f9b310f62450e0853d1619acb3df792527ac47f8864429102f9dff49a35871ed32722b6bdb95f2f5f0b452493c63b69840801e60ae4c2ca99f3a30a0eaafb6d6cd8a307ae5d1863e85bf4449410d1dea3023cfe3265ccf134898d7e78077e015e3111c3128ab8c32fa7ddef8eaab643b3de411bbc7281aedf92635ec29f1487c8901a35a0703c0352e5ddbe82a65d9e52c910d6cb8dd0ce73facbe80dbe8673d69bd030a1b66b3d69936f87331a9484445b1cf472eb875d20a6ea17336f0b7049b13025098ed280410f3e0da1fa3b0f9fd3c1940a0bb1b33eec95bfbd7d0d601486e2c1d9aa89de4ade1ea2dddcb45b6367acaa6980c5a19e320fc34625ce2d40ed15417681e4f80224ab4a97e6530d22198870e0f122d229ae5090bddff86193811bf2d3c15c333677592a190c0b41c18479accc1cb8189e768f7ebe79662fa6790a98d3c83fedbb2afed6c79ff214fe9a7135243e6b5a4c65cad5a32d28f64523072b46a12012ecf6ca1697892d1d691c5482b8df5596659c51437295a2bec3a52d313dde424fa28746fa7a017c05d039543dd7da2eb1769db71bddd511c8c901eca934779c9b68fcd3b2c96523114c9a96e13c5353f0d2b8dc4f65bc6bf38ce5e1426a73c21dd1efbae81ef2a24c8fe65ff23014dfad0594f08cf36a91a02778ec5adf44c7e0e9c8086aef745f25d43646e953c20058b3862dd6b71c979bd7179cb9f20f82ea9b4edb55b02c8b7aefc98217614e0fed066956bd7d7f4ac5670579fbea566fd21717248d26e8e0d36f833bb026e8a7473865586988147bf62fb82869387f9c9ec228318b650020ccb6ed8ab5d6b2526fb7fa91421b215c44d9911aad7f6c31786058cebe93c19466724594fcb5caf4fbe8ef90e01b9de9f1d67cc5a3cf4084804b3ba9264bc236b0e0b8839e4288d0ff0fd03cec3b5c37c0f02819a30666a4c445a0a78030518ba687fbce968f2f6fb365e46992a9a71f658f720dd723ddc380ad7725978df99ea3aa72de2944b3a4b35c2c6ec0adf0c93a1ab0d7e3951b079e5e71f44e9ef1721884379fa651656564da1f344df203bfda4cb5cf5be3c617c4da895eee3229af0af5ccc8bb63509e9b318795def660ce5816e69bcfb133c18ce9187b62308f486682271784421889bda7883cb5b0d0f86b9726221875acde6532c23432acf19807ceb816849e60b5c6769d86db1d6e0d3a673436d4cbc2023570b999fd759f9681ba33c177e9b174521132ba0a21a43a6c86f0810acccb754e271d6076c90c7e10cdb472ccac80d8ae62c6f749c9d34c7e285fdee021265d46e0c97ceb3dc23231839bf2de662823ecdc9df6dbe814ffcab583089f0fac50282a899b4758c96f5329f88cc116e0170f635960a8ce495bbd4037a1bb05c9889bf0371b326704d9936b2ce66daa128bdc256faa7a4890d883cf10efe139bd5aaa803e5ccd3165', 1795984951853, NULL);
INSERT INTO public.signing_keys VALUES ('local_LuTfmpMYP', 'qJb3uEt0Nxz9B7Z1rjHB0Tlp6XBu9W1KlQuopGgQzik', 'RS256', 'upcoming', '\x9636dd4dc3bbbe22ae7a62731832de67e4fab57883055e43717c0ad96e7e5fcf5608504dfe9c4af61bb39b11febb55057ac76cd39ddbb89134a16a7af893b9221c2410ddcfc0fe6d2c18fabb8603ee6c535808ba2b772299d8061af13ad4771155823e4e296e11cd271910bfa981d6aad854a220b42f1b5034650f77aa8fe754e83c7d26ad47eb4cdd8dcb2a94827ffa5d9247cf8f6be16e9e8f52a59dfa65aff84e89c9bca8253850e39653e73a4d2ee003ff03d68884a2e4e6b2549947ced7fcef9ed2ee45faca0c393d8508b74a19890691fb5815ca85a076b468b554bd6af9fac0ba121c76e26fa95c2f58fb21f5584611c50fee0ffa5b475e82e26eec8bbd64177c26bbf29fbe80db4bb9975eb0e2c044f5b113b139e76f57ae3e2234fb1b7e00b0a00c79ff6c35c404f644290f264fbbaf4a691d4412f20d1d710f6f47686337c1f77ba78039a220573a543b1e57216879395478c0a50ca8da3ebe3f7d9663d8e84e8e59882cda59f4559c6241ed59e604f18a940fd7f655438ceb53480eef8fe871a150eb61cefc7d476d48785a452d6395170b2168fa8ebc8a476c190f9aefd645d1a7b48754de8f82c8f1e258af598a3c60cc99732ce7b40a402a6f174866dbecb3e19f46113762c1da858c4ec80a852dce663cb7bdd3432f3b06083d4b1b6a0ccd6b4809450430894696c3bade99f1bffe6e582603e56fc0a033476e5496ef4ad1e29105132694a03f130243f08d079302544519bce58da48678291929e605a049c31d520ee4a764207d60d651439901444bb68e16c74adff1d438e1acc5214344e9c360367e61cf176ec1a5f7c20e895422422728dc144bbf66907dc2e452827a877a9ead7a7feedbfdea426c714ed95ce5a616455b0840b9aa69026d1ec632b6dd981ac06465b5e6b2bea722c0af2d290db525333617bea4c8c07441c4816f75dacac92597361248a836bd62ad84f80b101ead4a4ff4cc3712fccda77e933c4f54696a31f866d26113856e3a32de0c4698268c2d7664536cde918171fb797a98f0a7f7dad244595bf5ded980650df32d6f67bc996f8f90d1b52c37095b105612db065ac23116cd8cfd0969eba1966e1f6f80a7dfdc300618e485475b4b0301913335165ba40b88a6526fa945a9a029da13027e2b72f56b78b7f2e899861e719d4aef1118186335019f0a6903e3878ec2d9cc1317fe7bd31af01e5415e8878ca13fda26e837adae74e6fb4feabd7ff457227a62725fbb24b8fb6e40360b32a5c0eb0d7eb53a51f1fc1fd496987ec35e84b925610faabfc2c7510ac0345ac2d386a5d07b656c5c60086a3530563daff1132f9d3d825d9ba288f7e421acbdba8749b8d6c25f9b8bb4ccb1981e7b0714f5692f83d10b21353f70007ecc71da0adc4fa791f998d529f41cebfa3ba2be1ba6ca772f102a728d5cedad8ba4ce63c4eb48274304f443bbefe3c9fa97d80108283576eaa12fb2676e14f6203c4095524a5c70849c3418664afd8eb72396bab6012a1920bd27aa1b1fb849496071cbd760a9dd2cceaa781b66f032bfe720487a29b1d6c2f30ae90721d44284b97493862bd8707091ead35fa5288acd50f6140b8a741241aae417f149f63bc361a61f2059329ac7a2ce0f65e126e4d60f844786b17bee5d36d0abecd74aecbe7550f545e8754fd2f35e56ec91433dc56d1225bce329b0ae03ab110decac873acfaeab1f3209f4cd31c51050402babb183b594df6ea0a942e89832162ed8', 1795984954265, NULL);
INSERT INTO public.token_families VALUES ('vgE3pq652MVvu8UbcX1AWg', 'local_LuTfmpMYP', 'rdmxb5izrvhzt3efd368ymd9kd', 'fa62afe2-9ad8-40d8-a808-e37d588f1bfc', 'BOMQL19d8WdFaX9SMTOyVw', 'pysaml2', '["openid","email","profile"]', NULL, '4XC36jqCUZjVJKbUfHm-nWOFNyW7ySh0U5Ix9cINP_I', 1795984952000, 1795984952899, 2, '\xbb2e354fdd9bb7ff74f83f15b243c4057dc87ecd8dc8b5f0151ce057789fee54', 1795984952925, 0, 1798576952913, NULL, '{"acr":[],"amr":["pwd"]}', 1795984952899, NULL, NULL);
INSERT INTO public.token_families VALUES ('EYDUMQ0XXPrTW0cDH6sKpA', 'local_LuTfmpMYP', 'rdmxb5izrvhzt3efd368ymd9kd', 'fa62afe2-9ad8-40d8-a808-e37d588f1bfc', '-Dd2lmxpXHSjVJswxAdtuA', 'pysaml2', '["openid","email","profile"]', NULL, 'VD2JzmSH8Qku3VQPprtSHQGB0qKOZJCKDBNB6aovlHg', 1795984952000, 1795984952975, 1, '\x2b94dc10354006b4f5b38b5e0365feaa5baa69434d2d8b97e76a7b86109de931', 1795984952983, 1, 1798576952983, NULL, '{"acr":[],"amr":["pwd"]}', 1795984952975, NULL, NULL);
INSERT INTO public.token_families VALUES ('_pMRzJt7DVjearRrMcv9UQ', 'local_LuTfmpMYP', 'rdmxb5izrvhzt3efd368ymd9kd', '0a350cfd-0df8-4faa-a4b2-7834c5fe61c6', 'i-uTEzf7sKg_6Oq8TY-jfQ', 'pysaml2', '["openid","email","profile"]', NULL, 'nCQe9Q8fexRDPAvpU55cNQn9qynlRvoLvoouLWhbje4', 1795984952000, 1795984953041, 0, NULL, NULL, 0, 1795985253041, NULL, '{"acr":[],"amr":["pwd"]}', 1795984953041, NULL, NULL);
INSERT INTO public.token_families VALUES ('Tx8FbrqIXqjt3M8OMILvyw', 'local_LuTfmpMYP', 'rdmxb5izrvhzt3efd368ymd9kd', '0a350cfd-0df8-4faa-a4b2-7834c5fe61c6', 'TuNt5c9EitFTsReedNodrg', 'pysaml2', '["openid","email","profile"]', NULL, 'BG1vUTvQqEou7A0s_Tun2gqQw1dfIUP5BPrCDITHh8Q', 1795984953000, 1795984953100, 1, '\xc9e2b76f4851cf62aadaebd4563fd2f0a3dfb5063dde6a68ceb28d4b1b9d5817', 1795984953108, 0, 1798576953108, NULL, '{"acr":[],"amr":["pwd"]}', 1795984953100, NULL, NULL);
INSERT INTO public.user_pools VALUES ('local_LuTfmpMYP', 'staff', 'id.old.example', 'RS256', '[{"multivalued":true,"name":"team","type":"string"}]', 1795984951746, 'Old staff', NULL, NULL, NULL, NULL, NULL, NULL, 1, '[]', NULL, 1, NULL, '{}');
INSERT INTO public.users VALUES ('fa62afe2-9ad8-40d8-a808-e37d588f1bfc', 'local_LuTfmpMYP', 'pysaml2_nid-ann-51d9e3', 1, '{"email":"ann@pysaml2.example","email_verified":false,"family_name":"Søndergård-Łuczak","given_name":"Ann","name":"Ann Søndergård-Łuczak"}', 1795984952899, 1795984952899, NULL, NULL);
INSERT INTO public.users VALUES ('0a350cfd-0df8-4faa-a4b2-7834c5fe61c6', 'local_LuTfmpMYP', 'pysaml2_nid-bob-51d9e3', 1, '{"email":"bob@pysaml2.example","email_verified":false,"family_name":"Søndergård-Łuczak","given_name":"Bob","name":"Bob Søndergård-Łuczak"}', 1795984953041, 1795984953041, NULL, NULL);
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
ALTER TABLE ONLY public.sign_in_messages
    ADD CONSTRAINT sign_in_messages_pkey PRIMARY KEY (pool_id, reference);
ALTER TABLE ONLY public.sign_in_omissions
    ADD CONSTRAINT sign_in_omissions_pkey PRIMARY KEY (pool_id, outcome, at);
ALTER TABLE ONLY public.sign_in_records
    ADD CONSTRAINT sign_in_records_pkey PRIMARY KEY (pool_id, reference);
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
CREATE INDEX sign_in_messages_by_expiry ON public.sign_in_messages USING btree (expires_at);
CREATE INDEX sign_in_messages_by_provider ON public.sign_in_messages USING btree (pool_id, provider, at);
CREATE INDEX sign_in_omissions_by_expiry ON public.sign_in_omissions USING btree (expires_at);
CREATE INDEX sign_in_records_by_expiry ON public.sign_in_records USING btree (expires_at);
CREATE INDEX sign_in_records_by_time ON public.sign_in_records USING btree (pool_id, outcome, at, provider, client_id, code);
CREATE INDEX sign_in_records_by_user ON public.sign_in_records USING btree (user_id) WHERE (user_id IS NOT NULL);
CREATE INDEX sign_in_records_by_username ON public.sign_in_records USING btree (pool_id, username, at) WHERE (username IS NOT NULL);
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
