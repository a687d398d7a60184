-- {"client": "hb94vcgrjudrmy8apjqwmxdpxu", "client_secret": "TC_UL6rskhoG5Rkb0kzojYNUKsT3o9FRMJ1t36JN09w", "code": "B8i7JiBAGJ5X6IxpiM6E95yun7SjT9xa__E_QW1TDu0", "code_verifier": "ufWPI-_ka-fxLjWyd_zwcSZSB3ZSsTXkheSP5OArlHA", "confidential": "dcafyvam2qrc5cxywahhdjukkc", "cookie": "oDMnKgKaaXlRUTvQewGknktfwm2XH53KuCv85UkUxAk", "ended_refresh_token": "AQAAAAEWeENDYmh0OGtTRVk4ZDhGeGVGRVpSUasxqDHos1im6WcFS-th-wKwhNfQdXXkvWb1k6_hYAiazPkMh4WC6aMb8WLogZD2kF3AkcLAFYvE_hhRl0s38wU", "now": 1795902430401, "pool": "local_hYipN7pDE", "redirect_uri": "http://localhost:52873/callback", "refresh_token": "AQAAAAIWckV0YnNtWGUxVHk1Z3N2bUp2c3lYUXZRoZHuPnAGhw14MJh5RCglblzY5aL-o2vo5jFq-V9gnLjOkAiB-doH_IkLlH7MFkCTx1wRxaShnJpfCykIIMI", "used_code": "8Yq1acI3IhLubh8yAr5MSDr18F2Q9h8CLc1MDBFTjcs", "used_code_verifier": "nD2nosDUepA-Cc_MouRokhFPTzJN2sOFSbBCKsDe3kM", "used_refresh_token": "AQAAAAEWckV0YnNtWGUxVHk1Z3N2bUp2c3lYUQxrdlC-17DXSSCNsnR6lAw6Ns7PKSa9MVisFNHlSU3sxbDUUPOykwLNDlyH7_zdgZpjMSPCTPSveECBbx-uEKo"}
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
INSERT INTO public.accepted_proofs VALUES ('local_hYipN7pDE', 'pysaml2', 'id-59aycXQWbgnVRQ3gt', 1795903089000);
INSERT INTO public.accepted_proofs VALUES ('local_hYipN7pDE', 'pysaml2', 'id-l58eYr8wVqA3ayxaa', 1795903089000);
INSERT INTO public.accepted_proofs VALUES ('local_hYipN7pDE', 'pysaml2', 'id-pMN1Jer3tJekWLg7s', 1795903089000);
INSERT INTO public.accepted_proofs VALUES ('local_hYipN7pDE', 'pysaml2', 'id-XRGkoB9Ke2z1Jy12v', 1795903089000);
INSERT INTO public.app_clients VALUES ('local_hYipN7pDE', 'hb94vcgrjudrmy8apjqwmxdpxu', 'app', '["http://localhost:52873/callback"]', '[]', '["authorization_code","refresh_token"]', '["openid","email","profile","phone"]', '[]', 3600, 3600, 2592000, 300, 10, 1, 1795902429125, 'required', NULL, '[]', NULL);
INSERT INTO public.app_clients VALUES ('local_hYipN7pDE', 'dcafyvam2qrc5cxywahhdjukkc', 'Orders', '["https://app.example/callback"]', '[]', '["authorization_code","refresh_token"]', '["openid","email","profile","phone"]', '[]', 3600, 3600, 2592000, 300, 5, 1, 1795902429935, 'optional', NULL, '[]', NULL);
INSERT INTO public.audit_events VALUES ('8f29a9eb-6c0e-4564-80d5-b563940b96e8', 'local_hYipN7pDE', 1795902428731, 'command_line', 'root', 'pool.create', 'pool', 'local_hYipN7pDE', '[{"name":"name","value":"staff"},{"name":"domain","value":""},{"name":"signing_algorithm","value":"RS256"},{"name":"custom_attributes","value":""},{"name":"resources","value":""},{"name":"deletion_protection","value":"true"},{"name":"display_name","value":""},{"name":"accent","value":""},{"name":"dark_accent","value":""},{"name":"privacy_url","value":""},{"name":"terms_url","value":""},{"name":"logo","value":""}]');
INSERT INTO public.audit_events VALUES ('83dcc41b-f616-4a0f-8a49-fbe4f0bf7d00', 'local_hYipN7pDE', 1795902428936, 'command_line', 'root', 'provider.create', 'provider', 'pysaml2', '[{"name":"attribute_mapping","value":"email=urn:oid:0.9.2342.19200300.100.1.3 groups=friendly:isMemberOf given_name=friendly:givenName family_name=friendly:sn name=friendly:displayName"},{"name":"required_attributes","value":""},{"name":"domains","value":""},{"name":"display_name","value":""},{"name":"logo","value":""},{"name":"enabled","value":"true"},{"name":"entity_id","value":"http://127.0.0.1:37711/idp"},{"name":"metadata_url","value":""},{"name":"metadata_sha256","value":"33f7c430bff5b158233312ec731e6aaf67a5f9f69f7e85b2548106dd2801d4e0"},{"name":"allow_idp_initiated","value":"false"},{"name":"allow_sha1_until","value":""},{"name":"allow_missing_authn_statement","value":"false"},{"name":"allow_any_signature_order","value":"false"},{"name":"on_group_overage","value":"refuse"},{"name":"signing_certificates","value":"62e8c7b47ceed6c8d14ad692d462579868a80aeb3e094c4fc79c8a8a07bd626e"}]');
INSERT INTO public.audit_events VALUES ('2912fdbf-26f5-4a6d-b626-6291de4ff43b', 'local_hYipN7pDE', 1795902429126, 'command_line', 'root', 'client.create', 'client', 'hb94vcgrjudrmy8apjqwmxdpxu', '[{"name":"client_name","value":"app"},{"name":"redirect_uris","value":"http://localhost:52873/callback"},{"name":"post_logout_redirect_uris","value":""},{"name":"web_origins","value":"those of the redirect URIs"},{"name":"resources","value":""},{"name":"grant_types","value":"authorization_code refresh_token"},{"name":"scope","value":"openid email profile phone"},{"name":"identity_providers","value":""},{"name":"pkce","value":"required"},{"name":"access_token_lifetime","value":"3600"},{"name":"id_token_lifetime","value":"3600"},{"name":"refresh_token_lifetime","value":"2592000"},{"name":"refresh_grace","value":"10"},{"name":"code_lifetime","value":"300"},{"name":"enabled","value":"true"},{"name":"client_secrets","value":"0"}]');
INSERT INTO public.audit_events VALUES ('06d496c5-4447-4cde-9804-9b37be55ad83', 'local_hYipN7pDE', 1795902429495, 'command_line', 'root', 'pool.update', 'pool', 'local_hYipN7pDE', '[{"name":"domain_before","value":""},{"name":"domain","value":"id.old.example"},{"name":"display_name_before","value":""},{"name":"display_name","value":"Old staff"}]');
INSERT INTO public.audit_events VALUES ('140ba528-d2b6-4ee0-9300-a5e24b10b875', 'local_hYipN7pDE', 1795902429563, 'command_line', 'root', 'pool.add_attribute', 'pool', 'local_hYipN7pDE', '[{"name":"custom_attributes_before","value":""},{"name":"custom_attributes","value":"custom:team:string[]"}]');
INSERT INTO public.audit_events VALUES ('649504c7-7ec0-47b5-8d7c-ce66d00a7c79', 'local_hYipN7pDE', 1795902429721, 'command_line', 'root', 'provider.update', 'provider', 'pysaml2', '[{"name":"domains_before","value":""},{"name":"domains","value":"old.example"}]');
INSERT INTO public.audit_events VALUES ('6f3e64cf-37bd-4ffe-8571-e73c69f64c20', 'local_hYipN7pDE', 1795902429849, 'command_line', 'root', 'provider.create', 'provider', 'op', '[{"name":"attribute_mapping","value":"email=email name=name preferred_username=preferred_username picture=picture"},{"name":"required_attributes","value":""},{"name":"domains","value":""},{"name":"display_name","value":""},{"name":"logo","value":""},{"name":"enabled","value":"true"},{"name":"issuer","value":"https://github.com/login/oauth"},{"name":"authorization_endpoint","value":"https://github.com/login/oauth/authorize"},{"name":"token_endpoint","value":"https://github.com/login/oauth/access_token"},{"name":"userinfo_endpoint","value":"https://api.github.com/user"},{"name":"jwks_uri","value":""},{"name":"sends_issuer","value":"false"},{"name":"discovered","value":"false"},{"name":"client_id","value":"old"},{"name":"token_endpoint_auth_method","value":"client_secret_post"},{"name":"scope","value":"read:user user:email"},{"name":"prompt","value":""},{"name":"acr_values","value":""},{"name":"parameters","value":""},{"name":"allowed_tenants","value":""},{"name":"on_group_overage","value":"refuse"},{"name":"preset","value":"github"},{"name":"dialect","value":"github"},{"name":"key_id","value":""},{"name":"team_id","value":""},{"name":"known_prompts","value":"select_account"},{"name":"algorithms","value":"RS256 PS256 ES256 EdDSA"},{"name":"answers_by_form","value":"false"},{"name":"shared_redirect_uri","value":"false"},{"name":"subject_claim","value":"id"},{"name":"assertion_audience","value":"issuer"},{"name":"client_secret","value":"given"}]');
INSERT INTO public.audit_events VALUES ('656cf330-f52e-449f-a29f-3919e51b6a0a', 'local_hYipN7pDE', 1795902429935, 'command_line', 'root', 'client.create', 'client', 'dcafyvam2qrc5cxywahhdjukkc', '[{"name":"client_name","value":"Orders"},{"name":"redirect_uris","value":"https://app.example/callback"},{"name":"post_logout_redirect_uris","value":""},{"name":"web_origins","value":"those of the redirect URIs"},{"name":"resources","value":""},{"name":"grant_types","value":"authorization_code refresh_token"},{"name":"scope","value":"openid email profile phone"},{"name":"identity_providers","value":""},{"name":"pkce","value":"optional"},{"name":"access_token_lifetime","value":"3600"},{"name":"id_token_lifetime","value":"3600"},{"name":"refresh_token_lifetime","value":"2592000"},{"name":"refresh_grace","value":"5"},{"name":"code_lifetime","value":"300"},{"name":"enabled","value":"true"},{"name":"client_secrets","value":"1"}]');
INSERT INTO public.audit_events VALUES ('4dab3d71-9bd4-4967-9d81-bda7e0da0f6f', 'local_hYipN7pDE', 1795902430373, 'command_line', 'root', 'key.publish', 'key', 'ulFPlUgbgvO0PhuBvAwzEFy8-QArwPs3UpKDJFAYi1Y', '[]');
INSERT INTO public.authorization_codes VALUES ('\xcf5da8a96e918322573a7fd74011461824c55c158d88d42698d1db1cf9462aa1', 'rEtbsmXe1Ty5gsvmJvsyXQ', 'http://localhost:52873/callback', 'JQTo1PCsc6oZ4JWkrp8xs4BcbG67a2nuHCIUVLUzmTI', 1795902729203, 1795902429214);
INSERT INTO public.authorization_codes VALUES ('\xf04dc7cce77aec3be76791a9410771aafc5c6fbe4b4fb0c9714a690ade5a99cc', 'xCCbht8kSEY8d8FxeFEZRQ', 'http://localhost:52873/callback', 'fOf1DxnDwdMO9Xi2mJXISa7lmJ1L5Xvego4Uz1KmBzg', 1795902729279, 1795902429287);
INSERT INTO public.authorization_codes VALUES ('\x49aa9dc7325fecee5dfc55ef1982d68eeeed74a7fcf8881b13aa7a5fbbac8dc6', 'G9qwqNJI0HZmkHwnNmEZbQ', 'http://localhost:52873/callback', 'X-J17UzYvFq-Zi6IRrgxGBAYQSOrwU7DLd4J7KUzcmU', 1795902729347, NULL);
INSERT INTO public.authorization_codes VALUES ('\xbf9cd2bb63001a0f6b29eb82b0eec4c783f8fee44d085a6d291e6157db8a90c5', 'OoIqUkk4MbimxFFUqvfecA', 'http://localhost:52873/callback', 'kPrW-AOgG0k-TNI5fNMFlj1Q3kISKQekvYRQQrWhVaQ', 1795902729403, 1795902429411);
INSERT INTO public.client_secrets VALUES ('local_hYipN7pDE', 'dcafyvam2qrc5cxywahhdjukkc', '\xad142e290daede1b460f6f81dbb9401c874e65260928f79254b191da575f0e9d', 1795902429935, NULL);
INSERT INTO public.client_web_origins VALUES ('local_hYipN7pDE', 'http://localhost:52873', 'hb94vcgrjudrmy8apjqwmxdpxu');
INSERT INTO public.client_web_origins VALUES ('local_hYipN7pDE', 'https://app.example', 'dcafyvam2qrc5cxywahhdjukkc');
INSERT INTO public.federated_identities VALUES ('local_hYipN7pDE', 'pysaml2', 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent  ', 'nid-ann-51d9e3', 'http://127.0.0.1:37711/idp', '20528454-fdb6-4167-a6e9-b8eb49bd433d', 0);
INSERT INTO public.federated_identities VALUES ('local_hYipN7pDE', 'pysaml2', 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent  ', 'nid-bob-51d9e3', 'http://127.0.0.1:37711/idp', 'c83f0767-aa0e-4021-86b8-505a562a4514', 0);
INSERT INTO public.group_memberships VALUES ('20528454-fdb6-4167-a6e9-b8eb49bd433d', 0, 'local_hYipN7pDE', 'engineering', 'provider', 'pysaml2', NULL, NULL);
INSERT INTO public.group_memberships VALUES ('c83f0767-aa0e-4021-86b8-505a562a4514', 0, 'local_hYipN7pDE', 'engineering', 'provider', 'pysaml2', NULL, NULL);
INSERT INTO public.identity_provider_domains VALUES ('local_hYipN7pDE', 'old.example', 'pysaml2');
INSERT INTO public.identity_providers VALUES ('local_hYipN7pDE', 'pysaml2', 'saml', 'http://127.0.0.1:37711/idp', '{"allowsAnySignatureOrder":false,"allowsIDPInitiated":false,"allowsMissingAuthnStatement":false,"entityID":"http://127.0.0.1:37711/idp","metadata":"<ns0:EntityDescriptor xmlns:ns0=\"urn:oasis:names:tc:SAML:2.0:metadata\" xmlns:ns1=\"urn:oasis:names:tc:SAML:metadata:algsupport\" xmlns:ns2=\"http://www.w3.org/2000/09/xmldsig#\" entityID=\"http://127.0.0.1:37711/idp\"><ns0:Extensions><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#md5\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#ripemd160\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2000/09/xmldsig#sha1\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#sha224\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#sha384\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha512\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2000/09/xmldsig#dsa-sha1\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2009/xmldsig11#dsa-sha256\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha224\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-md5\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-ripemd160\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2000/09/xmldsig#rsa-sha1\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha224\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha384\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha512\" /></ns0:Extensions><ns0:IDPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\" WantAuthnRequestsSigned=\"false\"><ns0:KeyDescriptor use=\"signing\"><ns2:KeyInfo><ns2:X509Data><ns2:X509Certificate>MIIDDTCCAfWgAwIBAgIUFsSqHFY4jdLszKIr9bab3NVtrNEwDQYJKoZIhvcNAQELBQAwFjEUMBIGA1UEAwwLaW50ZXJvcCBpZHAwHhcNMjYxMTI4MjE0NzA4WhcNMjYxMjI4MjE0NzA4WjAWMRQwEgYDVQQDDAtpbnRlcm9wIGlkcDCCASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoCggEBALd8uKQWp1AsFuIfDX8H2umDQzmtv4eSEnAD5umIKVoAzrReh+7VXf/vtKRfq8lgPL1GJAkTRt0uE6RzYZXtXIyIXMLWlFrgd+4URCGvnth/yoWhbqPdw4MYGlQ2c1IDCAHQPRwfZ2ej+HogTQK1UvF2rz3cuzguGuPVVfPJc6qDFaUcHzvHPzCALX8It0R0NSjEvfpStA37XKThcTSbqq/gDXmjZoPAiWLqiwa19eQNrEjTpqUJDQ0PhCdSdTHYGhWjFBYtESH7mQG/TgFyoeEN8ngT1DIAW18RcAwpPVQIxiSIzAUikHCzyIYW3gHEyj0JACHfiihpAUZaMQFM1ikCAwEAAaNTMFEwHQYDVR0OBBYEFO3JPrxpTm3HbEDfiy9JbtwPziV/MB8GA1UdIwQYMBaAFO3JPrxpTm3HbEDfiy9JbtwPziV/MA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQELBQADggEBAERjJ5lhXiFdwFpaqVZhaInZoIIgl1qgsrpssD/Ik5jPbG7NhZJPM+BjBnB1XU60QFO2BZ2Upk0ibkv28yEPmKMHN6EvE2dG+6YUE7yWVXeiM+kIqQZfWrLcw1yLPnSi2FmrjiD5RkHAz+BVt304+h7oSZxFOKwbzgv906Z0ApGANYTinq4n+GTJm27aY5SeHR9DF4g6HgIHUYr9IxlOdiHSJczDkh4LJsZB0yLcOKvahaVdhjxZAy7wTtl3s/ArpSBqRpzJvYtkoZEf5/cMZwDV7gASDUAAcRmVonuXC+DzW6o4h8c6+ZJ+2JRPU9mcVEnxXc3yPYsKe/cNu7w3FT0=</ns2:X509Certificate></ns2:X509Data></ns2:KeyInfo></ns0:KeyDescriptor><ns0:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</ns0:NameIDFormat><ns0:SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\" Location=\"http://127.0.0.1:37711/sso\" /></ns0:IDPSSODescriptor></ns0:EntityDescriptor>"}', '{"rules":[{"attribute":"email","required":false,"source":"urn:oid:0.9.2342.19200300.100.1.3"},{"attribute":"groups","required":false,"source":"friendly:isMemberOf"},{"attribute":"given_name","required":false,"source":"friendly:givenName"},{"attribute":"family_name","required":false,"source":"friendly:sn"},{"attribute":"name","required":false,"source":"friendly:displayName"}]}', '["old.example"]', 1, 1795902428930, 1795902428930, NULL, 'pysaml2
pysaml2', NULL, NULL, NULL, NULL);
INSERT INTO public.identity_providers VALUES ('local_hYipN7pDE', 'op', 'oidc', NULL, '{"algorithms":["RS256","PS256","ES256","EdDSA"],"answersByForm":false,"assertionAudience":"issuer","clientAuthentication":"client_secret_post","clientID":"old","dialect":"github","endpoints":{"authorization":"https://github.com/login/oauth/authorize","sendsIssuer":false,"token":"https://github.com/login/oauth/access_token","userInfo":"https://api.github.com/user"},"extraParameters":[],"isDiscovered":false,"issuer":"https://github.com/login/oauth","knownPrompts":["select_account"],"onGroupOverage":"refuse","preset":"github","scopes":["read:user","user:email"],"sealedBy":"b6221713f467f146","sealedSecret":"fklHxdj8n3up1xD3aeP28gK17xsYKzqWqHBMJc8x4_ghRGVGu1LHxjWn4g","sharesRedirectURI":false,"subjectClaim":"id","tenants":[]}', '{"rules":[{"attribute":"email","required":false,"source":"email"},{"attribute":"name","required":false,"source":"name"},{"attribute":"preferred_username","required":false,"source":"preferred_username"},{"attribute":"picture","required":false,"source":"picture"}]}', '[]', 1, 1795902429848, 1795902429848, NULL, 'op
op', 'github', NULL, NULL, NULL);
INSERT INTO public.installation_settings VALUES ('master_key_id', 'b6221713f467f146', 1795902427475);
INSERT INTO public.installation_settings VALUES ('public_url', 'http://localhost:43315', 1795902427497);
INSERT INTO public.installation_settings VALUES ('probe', 'written', 1795902427520);
INSERT INTO public.pending_sign_ins VALUES ('_1e3bad152ff38663287d1ce295eedbc6ca52c03c', 'local_hYipN7pDE', 'pysaml2', '\xa0b1423e73098d21be1be1769ec6899353e024f37ba4c79be253bea80c364689', NULL, '{"clientID":"hb94vcgrjudrmy8apjqwmxdpxu","codeChallenge":"lSzBiKtv_jPRAXFwUyohPEFKj1rkNFNTwwx9JAFqjW4","nonce":"sVEUQ-hq4rQKvYx0XURsXnC49SyIOXiu8-ocU9kP3eY","redirectURI":"http://localhost:52873/callback","responseMode":"query","scopes":["openid","email","profile"],"state":"FFwruXPTJnfMybMzNmP4qnEB7CAHa2qVXctOtVyJhr8"}', 'http://localhost:43315/local_hYipN7pDE/saml2/idpresponse', NULL, 1795902429421, 1795904229421, NULL);
INSERT INTO public.schema_migrations VALUES (7, 'tables', 7, 1795902427410);
INSERT INTO public.schema_migrations VALUES (8, 'notifications', 7, 1795902427410);
INSERT INTO public.schema_migrations VALUES (9, 'sign-ins apart', 7, 1795902427410);
INSERT INTO public.sessions VALUES ('gNHj43PM1lcmoxyj4r4BAw', 'local_hYipN7pDE', '20528454-fdb6-4167-a6e9-b8eb49bd433d', 'pysaml2', '\xb41606b463a7db03f3070c44dd8ff0f85752206b74ace3fe09e8eb91bf01e7d8', '\xbe698c9b6730bce935ad84c9ee382ce685735d502ebc161edefe42f86073a92f', 1795902429000, 'id-sYIplmvzi2G2Luxg4', 1795902429203, 1795945629203);
INSERT INTO public.sessions VALUES ('s2lBzF3xjl2l4Lb_1LB3Vg', 'local_hYipN7pDE', '20528454-fdb6-4167-a6e9-b8eb49bd433d', 'pysaml2', '\x304b719e45b2a10066a263ada50b0c62a8d2e697d18533cd597dca28fe236bc5', '\x324969ae7d3643fd20f50de1f7c0a37196a688fa102a59c3150a9b8a5f3d10b5', 1795902429000, 'id-aGN8a8zrzXzE3aikj', 1795902429279, 1795945629279);
INSERT INTO public.sessions VALUES ('7sqLDZfZY5pIjBhw8FK5fA', 'local_hYipN7pDE', 'c83f0767-aa0e-4021-86b8-505a562a4514', 'pysaml2', '\x3e4d20bd4c0147f79110b9f01669dc937957c5a747df675fad00dd98167a5edc', '\xf6905cde830d05528cf034ecce5a31757a1451b30fccf30d52e7c2fd3a400fc7', 1795902429000, 'id-qlDpy5kWGW0RJbKGk', 1795902429347, 1795945629347);
INSERT INTO public.sessions VALUES ('h1hWwTVhLDbh5aAPvN8oDw', 'local_hYipN7pDE', 'c83f0767-aa0e-4021-86b8-505a562a4514', 'pysaml2', '\x0e867a083b3c6dd18ef0708e3b26c67be1febd1b02ce48cb4ba464781347bdec', '\xf683a987f2e7f6e40fbb263e2d9784e086da8e41e71148fafcf06d3c0bb771ec', 1795902429000, 'id-D6EwL6tzJXT9xwm1F', 1795902429403, 1795945629403);
INSERT INTO public.signing_keys VALUES ('local_hYipN7pDE', '3KW31G3CLdZsphpBEiXMFuTPDXWldOsonOVcYCpcoQc', 'RS256', 'current', '\x0fd2f41ea4cbbf36829efe21245ff01dfe6f925aaae20968f837ef3b4ac67f297971ac2777c63a3657557338e3ad6495d093eb6ef78de0f223f4c7c3778a34170137d38cb8f8495034e250012b4f7f82cf5771896c4b9a6bc07fce77a7901da513a0a55442d7c2aae33a4a7076710156cc54afd81308d2032dfdb3cf001a9c430882868190fa4b7094d198f0fa3bc9b04c2bf03878b39e2db1b236be32704219bcabe09831fdea7ce611546f00aa52d3dbc27b1f468f4df8b339dc0cbbf83ccb01499f087927eed39b0061a1c64e8957aaaafbd0a8427c6eb93cb0a61eeb9d2c807e2a8b803e7767f64b5a9f8b639b5d97c31a5d349fefcede13e195f67b03bbb16c4e55cdb1e93876aab93a9e005d2074ffcea736fd1e1fed1a08b5939d59ab9c2c353e7b0d507683b9f3dc0e4fe0d26af795a97ee292a1e14fb0879af0b4e8ba92756918e5ccbcf642a69e722b82e546f2aa13e5b5432f01b00fb68715c585a8e798f1d78f7b4ac085e5b253dd64fcb5bf7391e5e961ff771ea94d9efc137b772d43d39705ecc02d78494a9c568916cd965a4e147b225776c5da99fe10f59b980a3f1ded117382c8a59ad0c8f78a35d9e894b29f606ce4b29fb891eb0e66f3f450ec0d8770e3374db283f0c41711b75f555025d8ddaac8d759b884eed4421d4847e9fa05a0f2a85b1fbe06841bb3c496bfb604e5a1081794dee2363c841da22480b9478bdc75c1c1dd149d2d66fe36046d8d9f810bde80a2d6c6fd1a588b971557307f534a29584118f0c0adbc07e72ade37a4b8e29d9d2379a38c975afbf810a6e159c3141a236c40e5840333e49a39aaa1e70885f0887c9248e1a8b25721fae705d0f3ece7893e6a2ca825fa231d3ee5f8a0024383882a00ed2d672276461c37877e72c1701780329c0d96aa0be46416c869fd79e3f8d64e8217a561eb1450bf3e709370ffc0ad88e005cab09ea1efaf956ab338b1ef3dfc1e8c55d02f4eb59b560da6007947f4b70e20cb5947169a95c69352d7f50b9726981023a6be95c3963aeafffa66e5db481370dddc7c90cc29f1835ddb3e0c85c95f30475a926328cbcd78b54497fc3194ceb9f81a7905fc81ac44d43ef5de435afcc2563c72dc67fd80d1928c6c76321645ea10dd2ce4de4f0f7b1865b30504d1aeec72df6d886269ce60ad018307c7e9848d691cbdcddfa731dc74b8fbbcc932e558abbc0d5df9814ce8b0358a9ee37c855ef6ab7ecfdd980c30af1284dc60977eddeaaa5372510e72b8f76496689b6056f9a5a78b40c8f01af4b46314b1cc27387475ec2631fd291c62756340811734767148d6f3dd21f4ab4f33c0eaa05154b547b696c62d97e242690f12317f33394041d74378b1e2e26644aefd7028dcbd1167bc361c6a9e246d2803f6c6d8472f2e039eb6d6fbb32b4fe299f742ecadd6b3505851e72f4902d2bbeeec33486357b9559e7736762b31ec2a359e6a948e262c469bde23082c082ab26578e0b594de205bb2f71cf71f9842605ecf1d12d1be89b480808aeb166470a98f1a831b60fdc03d2e8d1aff1e9dba99a90899aa8635ec9ce562053fd53fc284d1cb812ce0168b42667a558df463993ad2949164a27506c3fe4c2801943daf71f9715be36571f150fbde2e68532946673ec113814e031f6305201986f2af804558bc7564160f8311dc65048081fbb9cd239508c2baecd870080a78eb63ebc4618801d822283014e737fd38074ed038b9f84fa578faf2a97a', 1795902428806, NULL);
INSERT INTO public.signing_keys VALUES ('local_hYipN7pDE', 'ulFPlUgbgvO0PhuBvAwzEFy8-QArwPs3UpKDJFAYi1Y', 'RS256', 'upcoming', '\xbd33a8f4eb6b77bc69970fc67cad8dfff4d500645ad9097c0d3832d937f184a0e57c9f16dbe11663d9b5c1b4e09265a00667f232e63e85c51f2db7a8f280c0d440d6c62d2e525272b5ea82f94267cd09d52b58c31c7e107787653ff1ce75c435d947a5a2f4d03dc81a4971c5325f50de7538563abd126d5dcea49ece978009ae46417077ae8bfe740c4d65205dcef1525500d3c9fec6abf33df4e0cefcdc52b1e6ddf77ed8ae142e23e909943f38b227e86e02c0f586b837740d00044ad0e084ecba4d647b6e9d19234298af03a154c92d13a19fd24c680a7d67b0ab0822b09325aaa854999c0463831ec6fa952e3f57ef6a5f91e3f15291d826fbf7748e2fdf6da18b0243ecc196aa96aacff5586086a0e92703a27f6fb4271ab1e2e8b0dcf6cfdc3304f9f4c2c2f3ca534ae5dcc83aca5f63f5a4cffdd5355910c613c88bb629b5eaf08ab317a900c9a2a7ebad445ea347c78a2073af55965f3324f416cbaa3c80c24c3ae9bfb4e46686172e9fb39226c4b68d8cf3a19ec24977ba213dcf99d450605024c62743d0e3b0658432d4454fa919a80e4aae17acf7c705554996da981a1744d4a699d819b18e7163ba54032d616ac3506931bec077f8e0a4f2e8c0dd31ca8752befb4c5b017ee6a725d38e8213c3460ff43a8bb3d92d1e7eb085c62d590322097ebd007352766175237f4baa44dfbaa2ab3911f7467325213885e1b63b2e01f7919e2c4dc21e8f78c88af80c27e8ebfa80fbcfafae477db74ea2ea21ef7117131e74f2005a85f9cd88e665b4ce395df03d66c8d774c8384d6a387ff16dd317208ddebb60a4183a06924d89d2dbd2f1fdd798e10458347c80aebfe5d0a9d2c3d89ddc63a8f96af6a593311be8ac8954ef1bedb70a5447db8e13e43e44aab2939e883f5ed21100e0d5083e8186347f871b09cd882f978837924c693456b1292195b60dc0be50f840dff45f1160cff41c6cf210c06e8e8561c7a4f1c5b94777778c4d85c17a253e02d69311e46a3388f19602727e1d9ced9ff97effcaf5caf4db91c661d876392f8ef622854baf8c698c040b9991323d3cc85dd86e7210721a360ae0b12f5b7b1f7133bfdec853d7548472d8329dff6b6b16c4f0c7ecb6f145f5b4e5dc28b92d3095eee0533f7885e587f7a227eb1901921f255a78bbee198de903d4812c7fec379fb79a4aba21178242678743f3c979f287b623112c7ee17126c4a27014c89e0f3dcbfcc9719f3ee93c3b9fa8e0c1b00e807b840e7ab1fcab600347ea536ee9448c017fb32d87975a338a0f494cb167cde9ae432a750b30e12ef23e8e911ed3534ea64c36fcf9bdc48942db0b73b5aa6e70126be282a82992fa98d8eed4a99058ad1994115775f2043d5d123f02340942575c7f64d88a144418a28a395bc50e7eca47287b8f5b85b5114ed6935b69e51932e666d124fb6b6c55726f83e7482d2330c39fd076b0478b902d52c7f12abe99eb6243fc1a88962e02f95d9524b16338d154d6ed1e270b52bff72a776a657a651ec89ef7003764101221a010d1c404b790ebc0324fab55f539ec862f870d547286cc25224c0f1613f7dd4c6bdfc66c68254d12479692ad5414f763e619c13d267658dddc44ba93cdfaf2c5d6d99dee3f7a96050553658b6f883b18cadaab9d2befe6632ff205e8ea3f7cd1cce71ab7d8b12ffcd87ee229189e2e80b9b5d94febd806ac0ba152137046c97352ee077c57ad38534b7c5b9d7a69e023664e1b7496960625', 1795902430373, NULL);
INSERT INTO public.token_families VALUES ('rEtbsmXe1Ty5gsvmJvsyXQ', 'local_hYipN7pDE', 'hb94vcgrjudrmy8apjqwmxdpxu', '20528454-fdb6-4167-a6e9-b8eb49bd433d', 'gNHj43PM1lcmoxyj4r4BAw', 'pysaml2', '["openid","email","profile"]', NULL, '7xvxDaMFmh0L--mYXXwFUW7F24Zv53AmCaOsFf0FRMk', 1795902429000, 1795902429203, 2, '\x29f792e58b6ed33fc8777bebaf4423c5ef5b31eb142141aa0e72ed8fd38392b9', 1795902429224, 0, 1798494429214, NULL);
INSERT INTO public.token_families VALUES ('xCCbht8kSEY8d8FxeFEZRQ', 'local_hYipN7pDE', 'hb94vcgrjudrmy8apjqwmxdpxu', '20528454-fdb6-4167-a6e9-b8eb49bd433d', 's2lBzF3xjl2l4Lb_1LB3Vg', 'pysaml2', '["openid","email","profile"]', NULL, 'iDvmqW6FVBX3vXeZ9Ycd-43r73xuwcXJbFdCxUbwPhU', 1795902429000, 1795902429279, 1, '\xb3388383d1dc45f8495b748c98661351d891a0992f9331c3bddf3ffe92bb447d', 1795902429287, 1, 1798494429287, NULL);
INSERT INTO public.token_families VALUES ('G9qwqNJI0HZmkHwnNmEZbQ', 'local_hYipN7pDE', 'hb94vcgrjudrmy8apjqwmxdpxu', 'c83f0767-aa0e-4021-86b8-505a562a4514', '7sqLDZfZY5pIjBhw8FK5fA', 'pysaml2', '["openid","email","profile"]', NULL, '5ED_EiJsBbF570SitgafJqGv2ckn6k3xg1YKfc-5CDA', 1795902429000, 1795902429347, 0, NULL, NULL, 0, 1795902729347, NULL);
INSERT INTO public.token_families VALUES ('OoIqUkk4MbimxFFUqvfecA', 'local_hYipN7pDE', 'hb94vcgrjudrmy8apjqwmxdpxu', 'c83f0767-aa0e-4021-86b8-505a562a4514', 'h1hWwTVhLDbh5aAPvN8oDw', 'pysaml2', '["openid","email","profile"]', NULL, 'amYhinViB0K2c29HaLFsmku_SIzXOD0HqG7JsQwiOzM', 1795902429000, 1795902429403, 1, '\x7a31adefbf04d42126e5f3ea9aef65d41f0786c8dece5cc5ae820210f1c591e0', 1795902429411, 0, 1798494429411, NULL);
INSERT INTO public.user_pools VALUES ('local_hYipN7pDE', 'staff', 'id.old.example', 'RS256', '[{"multivalued":true,"name":"team","type":"string"}]', 1795902428731, 'Old staff', NULL, NULL, NULL, NULL, NULL, NULL, 1, '[]', NULL);
INSERT INTO public.users VALUES ('20528454-fdb6-4167-a6e9-b8eb49bd433d', 'local_hYipN7pDE', 'pysaml2_nid-ann-51d9e3', 1, '{"email":"ann@pysaml2.example","email_verified":false,"family_name":"Søndergård-Łuczak","given_name":"Ann","name":"Ann Søndergård-Łuczak"}', 1795902429203, 1795902429203, NULL, NULL);
INSERT INTO public.users VALUES ('c83f0767-aa0e-4021-86b8-505a562a4514', 'local_hYipN7pDE', 'pysaml2_nid-bob-51d9e3', 1, '{"email":"bob@pysaml2.example","email_verified":false,"family_name":"Søndergård-Łuczak","given_name":"Bob","name":"Bob Søndergård-Łuczak"}', 1795902429347, 1795902429347, NULL, NULL);
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
CREATE INDEX sessions_by_expiry ON public.sessions USING btree (expires_at);
CREATE INDEX sessions_by_provider ON public.sessions USING btree (pool_id, provider);
CREATE INDEX sessions_by_user ON public.sessions USING btree (user_id, pool_id);
CREATE UNIQUE INDEX sessions_of_browser ON public.sessions USING btree (browser, pool_id) WHERE (browser IS NOT NULL);
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
CREATE TRIGGER delete_code_of_family AFTER DELETE ON public.token_families FOR EACH ROW EXECUTE FUNCTION public.delete_code_of_family();
ALTER TABLE ONLY public.accepted_proofs
    ADD CONSTRAINT accepted_proofs_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES public.user_pools(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.app_clients
    ADD CONSTRAINT app_clients_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES public.user_pools(id) ON DELETE CASCADE;
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
