-- {"client": "z6bn8puawvy2oxyzzpy7cfzjht", "client_secret": "bIyvMwZzZfFtxvncAw4ULZE2b_Vm7e8Ao3dVct9uypk", "code": "d7nYpklEorkzLVfc64B6ieb4u-hA9JeT7F2wwRHTO-o", "code_verifier": "JURM7EDrqBk9wCUURhlatrpInfMzbtp1zY09v3fRd_A", "confidential": "xcwf97lmsuecsbczpxr8w2kmax", "cookie": "UC8sPtNj0VtTggGfgVLlCFBYqhH2bPEuBvnaeHieIgk", "ended_refresh_token": "AQAAAAEWQUZTcW5kMG53SUpEc05tbHA5V1B4Z2yynQsWWKZAIkeeE1ehrIoKmtJWYHpYrVKcOdsUyRW6tbWG8qtFYKX9PimdSsS1sXab9OsC3HiZ4ygR-KQQ5SQ", "now": 1795879357661, "pool": "local_kEz6bSuQJ", "redirect_uri": "http://localhost:46995/callback", "refresh_token": "AQAAAAIWX3VWYXBJc0V0dGVsVEVrOVBsdDlhUfnHNa2dQHQJ-Dk08bKeJDJu_ttU1eZPENAOWuRS4DAxTYpIkrcwB_HM2D23Vh-JAVIlkmHJuDe8OIi_So_KXlM", "used_code": "Yo_H3oeFvs47Su8lw0uGNlu2gwFvyRJneYlnX4ipQhU", "used_code_verifier": "BPWHZSGwqSXGcV6hDpuVBJoyEpK60KSfEQzVT5soBM4", "used_refresh_token": "AQAAAAEWX3VWYXBJc0V0dGVsVEVrOVBsdDlhUSyar9XaHdB7lWHH8vtuqRwx2KgrKQsa4uErZkS308Czq2QO2Ov5gzq6jxJHJtVCHfu0Igh7JA7cURHfcHEVaYQ"}
SELECT pg_catalog.set_config('search_path', '', false);
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
INSERT INTO public.accepted_proofs VALUES ('local_kEz6bSuQJ', 'pysaml2', 'id-6hLVQIqdqfnktQCb0', 1795880015000);
INSERT INTO public.accepted_proofs VALUES ('local_kEz6bSuQJ', 'pysaml2', 'id-U6IMhUhEWHUGJ0eZf', 1795880016000);
INSERT INTO public.accepted_proofs VALUES ('local_kEz6bSuQJ', 'pysaml2', 'id-CY15HDMGvTNhtG3qy', 1795880016000);
INSERT INTO public.accepted_proofs VALUES ('local_kEz6bSuQJ', 'pysaml2', 'id-nI0A6vAygl1qN48FK', 1795880016000);
INSERT INTO public.app_clients VALUES ('local_kEz6bSuQJ', 'z6bn8puawvy2oxyzzpy7cfzjht', 'app', '["http://localhost:46995/callback"]', '[]', '["authorization_code","refresh_token"]', '["openid","email","profile","phone"]', '[]', 3600, 3600, 2592000, 300, 10, 1, 1795879355832, 'required', NULL, '[]', NULL);
INSERT INTO public.app_clients VALUES ('local_kEz6bSuQJ', 'xcwf97lmsuecsbczpxr8w2kmax', 'Orders', '["https://app.example/callback"]', '[]', '["authorization_code","refresh_token"]', '["openid","email","profile","phone"]', '[]', 3600, 3600, 2592000, 300, 5, 1, 1795879357328, 'optional', NULL, '[]', NULL);
INSERT INTO public.audit_events VALUES ('839c8006-8a74-4b35-a408-065acccfc25d', 'local_kEz6bSuQJ', 1795879354030, 'command_line', 'root', 'pool.create', 'pool', 'local_kEz6bSuQJ', '[{"name":"name","value":"staff"},{"name":"domain","value":""},{"name":"signing_algorithm","value":"RS256"},{"name":"custom_attributes","value":""},{"name":"resources","value":""},{"name":"deletion_protection","value":"true"},{"name":"display_name","value":""},{"name":"accent","value":""},{"name":"dark_accent","value":""},{"name":"privacy_url","value":""},{"name":"terms_url","value":""},{"name":"logo","value":""}]');
INSERT INTO public.audit_events VALUES ('bb27e1e6-5b54-40bc-bf99-418c94ad056d', 'local_kEz6bSuQJ', 1795879355312, 'command_line', 'root', 'provider.create', 'provider', 'pysaml2', '[{"name":"attribute_mapping","value":"email=urn:oid:0.9.2342.19200300.100.1.3 groups=friendly:isMemberOf given_name=friendly:givenName family_name=friendly:sn name=friendly:displayName"},{"name":"required_attributes","value":""},{"name":"domains","value":""},{"name":"display_name","value":""},{"name":"logo","value":""},{"name":"enabled","value":"true"},{"name":"entity_id","value":"http://127.0.0.1:52295/idp"},{"name":"metadata_url","value":""},{"name":"metadata_sha256","value":"acb55d631195105d6fcdae126c70660f4ceb45e080d734fc34403858f36c8f10"},{"name":"allow_idp_initiated","value":"false"},{"name":"allow_sha1_until","value":""},{"name":"allow_missing_authn_statement","value":"false"},{"name":"allow_any_signature_order","value":"false"},{"name":"on_group_overage","value":"refuse"},{"name":"signing_certificates","value":"083fb88b37db220fe33b08c9f38bf3e3ac3b18bd446afc00fa1ef3cc07d73bf2"}]');
INSERT INTO public.audit_events VALUES ('6e631d17-4aa5-4e5c-bd78-ec6ddb5dddd5', 'local_kEz6bSuQJ', 1795879355834, 'command_line', 'root', 'client.create', 'client', 'z6bn8puawvy2oxyzzpy7cfzjht', '[{"name":"client_name","value":"app"},{"name":"redirect_uris","value":"http://localhost:46995/callback"},{"name":"post_logout_redirect_uris","value":""},{"name":"web_origins","value":"those of the redirect URIs"},{"name":"resources","value":""},{"name":"grant_types","value":"authorization_code refresh_token"},{"name":"scope","value":"openid email profile phone"},{"name":"identity_providers","value":""},{"name":"pkce","value":"required"},{"name":"access_token_lifetime","value":"3600"},{"name":"id_token_lifetime","value":"3600"},{"name":"refresh_token_lifetime","value":"2592000"},{"name":"refresh_grace","value":"10"},{"name":"code_lifetime","value":"300"},{"name":"enabled","value":"true"},{"name":"client_secrets","value":"0"}]');
INSERT INTO public.audit_events VALUES ('3b21315d-6c49-4fa4-9bb5-c794f4a56762', 'local_kEz6bSuQJ', 1795879356748, 'command_line', 'root', 'pool.update', 'pool', 'local_kEz6bSuQJ', '[{"name":"domain_before","value":""},{"name":"domain","value":"id.old.example"},{"name":"display_name_before","value":""},{"name":"display_name","value":"Old staff"}]');
INSERT INTO public.audit_events VALUES ('2cb4ba9e-e50b-4123-b15b-502b2185aae4', 'local_kEz6bSuQJ', 1795879356875, 'command_line', 'root', 'pool.add_attribute', 'pool', 'local_kEz6bSuQJ', '[{"name":"custom_attributes_before","value":""},{"name":"custom_attributes","value":"custom:team:string[]"}]');
INSERT INTO public.audit_events VALUES ('b114f16b-6552-4563-b56b-0508a4b0cb2c', 'local_kEz6bSuQJ', 1795879357064, 'command_line', 'root', 'provider.update', 'provider', 'pysaml2', '[{"name":"domains_before","value":""},{"name":"domains","value":"old.example"}]');
INSERT INTO public.audit_events VALUES ('57b3b9af-6410-4fe0-984e-02aead6de17f', 'local_kEz6bSuQJ', 1795879357219, 'command_line', 'root', 'provider.create', 'provider', 'op', '[{"name":"attribute_mapping","value":"email=email name=name preferred_username=preferred_username picture=picture"},{"name":"required_attributes","value":""},{"name":"domains","value":""},{"name":"display_name","value":""},{"name":"logo","value":""},{"name":"enabled","value":"true"},{"name":"issuer","value":"https://github.com/login/oauth"},{"name":"authorization_endpoint","value":"https://github.com/login/oauth/authorize"},{"name":"token_endpoint","value":"https://github.com/login/oauth/access_token"},{"name":"userinfo_endpoint","value":"https://api.github.com/user"},{"name":"jwks_uri","value":""},{"name":"sends_issuer","value":"false"},{"name":"discovered","value":"false"},{"name":"client_id","value":"old"},{"name":"token_endpoint_auth_method","value":"client_secret_post"},{"name":"scope","value":"read:user user:email"},{"name":"prompt","value":""},{"name":"acr_values","value":""},{"name":"parameters","value":""},{"name":"allowed_tenants","value":""},{"name":"on_group_overage","value":"refuse"},{"name":"preset","value":"github"},{"name":"dialect","value":"github"},{"name":"key_id","value":""},{"name":"team_id","value":""},{"name":"known_prompts","value":"select_account"},{"name":"algorithms","value":"RS256 PS256 ES256 EdDSA"},{"name":"answers_by_form","value":"false"},{"name":"shared_redirect_uri","value":"false"},{"name":"subject_claim","value":"id"},{"name":"assertion_audience","value":"issuer"},{"name":"client_secret","value":"given"}]');
INSERT INTO public.audit_events VALUES ('f6290443-4e45-4ff6-9dd8-5725f73e8465', 'local_kEz6bSuQJ', 1795879357328, 'command_line', 'root', 'client.create', 'client', 'xcwf97lmsuecsbczpxr8w2kmax', '[{"name":"client_name","value":"Orders"},{"name":"redirect_uris","value":"https://app.example/callback"},{"name":"post_logout_redirect_uris","value":""},{"name":"web_origins","value":"those of the redirect URIs"},{"name":"resources","value":""},{"name":"grant_types","value":"authorization_code refresh_token"},{"name":"scope","value":"openid email profile phone"},{"name":"identity_providers","value":""},{"name":"pkce","value":"optional"},{"name":"access_token_lifetime","value":"3600"},{"name":"id_token_lifetime","value":"3600"},{"name":"refresh_token_lifetime","value":"2592000"},{"name":"refresh_grace","value":"5"},{"name":"code_lifetime","value":"300"},{"name":"enabled","value":"true"},{"name":"client_secrets","value":"1"}]');
INSERT INTO public.audit_events VALUES ('87fb16c1-ccb8-4a2e-8f85-b603b181b4dc', 'local_kEz6bSuQJ', 1795879357626, 'command_line', 'root', 'key.publish', 'key', 'qVxBjAiK3nocivH5uDplCTVsQmDt585-JD3rDkInCuk', '[]');
INSERT INTO public.authorization_codes VALUES ('\x6d4dbcb8d909fd3dcdcc7fbe0332a7b581601ad0a370d8ff4e014a8a33c80d13', '_uVapIsEttelTEk9Plt9aQ', 'http://localhost:46995/callback', 'jZZLxk9HIiRKqEsU5thKE_n_cZUmVHPm8ap53BKBW5A', 1795879656049, 1795879356064);
INSERT INTO public.authorization_codes VALUES ('\xf00b5a7c25ea639ed3b6bbec14843571faebddaea4acc0bc9f1fcd6178f236a1', 'AFSqnd0nwIJDsNmlp9WPxg', 'http://localhost:46995/callback', 'Uq2VLhe7qHZ-U9lmcuNOgWkndBLTGZ6SPe4Zr8Pb-cg', 1795879656198, 1795879356228);
INSERT INTO public.authorization_codes VALUES ('\x0fab20dba9e5671098f2741b5d3924282166abf8e098ab211553a92c6dda7983', 'A7sMNmNvu5LLPkJJxx55qg', 'http://localhost:46995/callback', 's3XovPXZkCQvJ2t2K98BhM3u_HJwMHk99Tae5hqWp-Q', 1795879656363, NULL);
INSERT INTO public.authorization_codes VALUES ('\xf06294c0bf0d9e2ec92afe86eb7646dcf482385af7616ccf99cfa3214ca4cd4a', 'fs2fLHJIfIfkr55rzpuDeQ', 'http://localhost:46995/callback', 'nL00rTiSf-4b7e7KgQ_97HlkId4gwZdIGwBWX0dCRM4', 1795879656528, 1795879356565);
INSERT INTO public.client_secrets VALUES ('local_kEz6bSuQJ', 'xcwf97lmsuecsbczpxr8w2kmax', '\x713c01f54c5395de8fdaafa7ac31a5eaa0943b0f3286e60f3e4ae0a9f70c89cb', 1795879357328, NULL);
INSERT INTO public.client_web_origins VALUES ('local_kEz6bSuQJ', 'http://localhost:46995', 'z6bn8puawvy2oxyzzpy7cfzjht');
INSERT INTO public.client_web_origins VALUES ('local_kEz6bSuQJ', 'https://app.example', 'xcwf97lmsuecsbczpxr8w2kmax');
INSERT INTO public.federated_identities VALUES ('local_kEz6bSuQJ', 'pysaml2', 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent  ', 'nid-ann-51d9e3', 'http://127.0.0.1:52295/idp', '9788b757-c86d-44b8-a37b-8f4a33d89676', 0);
INSERT INTO public.federated_identities VALUES ('local_kEz6bSuQJ', 'pysaml2', 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent  ', 'nid-bob-51d9e3', 'http://127.0.0.1:52295/idp', 'c509c5b2-1138-43ea-bfb4-64915abb16f2', 0);
INSERT INTO public.group_memberships VALUES ('9788b757-c86d-44b8-a37b-8f4a33d89676', 0, 'local_kEz6bSuQJ', 'engineering', 'provider', 'pysaml2', NULL, NULL);
INSERT INTO public.group_memberships VALUES ('c509c5b2-1138-43ea-bfb4-64915abb16f2', 0, 'local_kEz6bSuQJ', 'engineering', 'provider', 'pysaml2', NULL, NULL);
INSERT INTO public.identity_provider_domains VALUES ('local_kEz6bSuQJ', 'old.example', 'pysaml2');
INSERT INTO public.identity_providers VALUES ('local_kEz6bSuQJ', 'pysaml2', 'saml', 'http://127.0.0.1:52295/idp', '{"allowsAnySignatureOrder":false,"allowsIDPInitiated":false,"allowsMissingAuthnStatement":false,"entityID":"http://127.0.0.1:52295/idp","metadata":"<ns0:EntityDescriptor xmlns:ns0=\"urn:oasis:names:tc:SAML:2.0:metadata\" xmlns:ns1=\"urn:oasis:names:tc:SAML:metadata:algsupport\" xmlns:ns2=\"http://www.w3.org/2000/09/xmldsig#\" entityID=\"http://127.0.0.1:52295/idp\"><ns0:Extensions><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#md5\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#ripemd160\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2000/09/xmldsig#sha1\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#sha224\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#sha384\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha512\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2000/09/xmldsig#dsa-sha1\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2009/xmldsig11#dsa-sha256\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha224\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-md5\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-ripemd160\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2000/09/xmldsig#rsa-sha1\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha224\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha384\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha512\" /></ns0:Extensions><ns0:IDPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\" WantAuthnRequestsSigned=\"false\"><ns0:KeyDescriptor use=\"signing\"><ns2:KeyInfo><ns2:X509Data><ns2:X509Certificate>MIIDDTCCAfWgAwIBAgIUd3YC/DyhaeZIFtDS4rgTisQw22YwDQYJKoZIhvcNAQELBQAwFjEUMBIGA1UEAwwLaW50ZXJvcCBpZHAwHhcNMjYxMTI4MTUyMjMzWhcNMjYxMjI4MTUyMjMzWjAWMRQwEgYDVQQDDAtpbnRlcm9wIGlkcDCCASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoCggEBALPJ1GggrZuND4U6ezXhpLzJtjqoFhA/HzjjszAdWu78EnBDV2b7CSSJzQT7XCg2DWTo22eU9HYfgq8dFGOX1YQObwr8FU5jjFLGpjtEpHayYx1WjB4/WmKr4RDNlG3J8j1prgphxVjkFCKzDOoz6egu1IsBdTmOSDVn4HlZyEBQorFeSc8XbSjox/M1pk61B+APmugM0bi6sndRJcz246HdFp6rJjM2QFwNAsZY12sHL0iX4Uu/ynSAzlW7ga71TUsL55Az0I78rGy1BeG7gQl+eIrF/Qd7F402mDIXbTndFcvkTLbXXVZb+j2WbL9hOcQcDUipZ+HfQW5cmSOPUUcCAwEAAaNTMFEwHQYDVR0OBBYEFI+phjUoNjTA1jdz8R/GAvonoNizMB8GA1UdIwQYMBaAFI+phjUoNjTA1jdz8R/GAvonoNizMA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQELBQADggEBAJ69GHGhYLsjROLArRR7n+0wb9ulqI9c024FgO2Is+ea2Km1ZlhZzXdMD1MjeB6+sS3GK2Mt9XgQNtbuSbOQBVkOhZ0juNh0Xo09Mg707CfARhUfIVZ+HRe4OFqyBeD8u6Eg4PdFW95XW17VV44WpQTQpgsszkkVkpEEWT/hC5qOGqn2AiMPpDRKNv/FKVVJCzuiXtxiKciJ2nXwEss1OWdU04DjSzK0N1SZplNrsHIN55xMalKMxZn5u4O19nECQUS676zqrlTEAlrJ7mBIPrbK/PzRru++mJGpg3gGpU9cbg5OBhfoW1p+Ko7OKwF+OXbTzPtYMIXBqd4ffJzWyYs=</ns2:X509Certificate></ns2:X509Data></ns2:KeyInfo></ns0:KeyDescriptor><ns0:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</ns0:NameIDFormat><ns0:SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\" Location=\"http://127.0.0.1:52295/sso\" /></ns0:IDPSSODescriptor></ns0:EntityDescriptor>"}', '{"rules":[{"attribute":"email","required":false,"source":"urn:oid:0.9.2342.19200300.100.1.3"},{"attribute":"groups","required":false,"source":"friendly:isMemberOf"},{"attribute":"given_name","required":false,"source":"friendly:givenName"},{"attribute":"family_name","required":false,"source":"friendly:sn"},{"attribute":"name","required":false,"source":"friendly:displayName"}]}', '["old.example"]', 1, 1795879355291, 1795879355291, NULL, 'pysaml2
pysaml2', NULL, NULL, NULL, NULL);
INSERT INTO public.identity_providers VALUES ('local_kEz6bSuQJ', 'op', 'oidc', NULL, '{"algorithms":["RS256","PS256","ES256","EdDSA"],"answersByForm":false,"assertionAudience":"issuer","clientAuthentication":"client_secret_post","clientID":"old","dialect":"github","endpoints":{"authorization":"https://github.com/login/oauth/authorize","sendsIssuer":false,"token":"https://github.com/login/oauth/access_token","userInfo":"https://api.github.com/user"},"extraParameters":[],"isDiscovered":false,"issuer":"https://github.com/login/oauth","knownPrompts":["select_account"],"onGroupOverage":"refuse","preset":"github","scopes":["read:user","user:email"],"sealedBy":"b6221713f467f146","sealedSecret":"Ak9BjRHK4U4vGBbt9v2JCCzNhL8Hc9YcZB1gnSVVsQE4jVcTfBj_qAmFaA","sharesRedirectURI":false,"subjectClaim":"id","tenants":[]}', '{"rules":[{"attribute":"email","required":false,"source":"email"},{"attribute":"name","required":false,"source":"name"},{"attribute":"preferred_username","required":false,"source":"preferred_username"},{"attribute":"picture","required":false,"source":"picture"}]}', '[]', 1, 1795879357218, 1795879357218, NULL, 'op
op', 'github', NULL, NULL, NULL);
INSERT INTO public.installation_settings VALUES ('master_key_id', 'b6221713f467f146', 1795879351150);
INSERT INTO public.installation_settings VALUES ('public_url', 'http://localhost:46835', 1795879351246);
INSERT INTO public.installation_settings VALUES ('probe', 'written', 1795879351284);
INSERT INTO public.pending_sign_ins VALUES ('_dea563c0057e5b2b216c55feac25bf2b308226d0', 'local_kEz6bSuQJ', 'pysaml2', '\xe63fc167e458fcc84b70bd24583a8d625b3cb8d2bcdb3d7ed0ffa2b2eb7b748f', NULL, '{"clientID":"z6bn8puawvy2oxyzzpy7cfzjht","codeChallenge":"myTwTlbB3jeF61CAgMYBGhx7yDBOQhN6dh3DNI2tzSM","nonce":"GyFZ6Z7to5NLnNwNbAxYSyhQ9kqmbIre03vvlyNkNUA","redirectURI":"http://localhost:46995/callback","responseMode":"query","scopes":["openid","email","profile"],"state":"Ud8ma43H0xxpiAEL-C3CRSKv8ZasUbCZOFpArL91050"}', 'http://localhost:46835/local_kEz6bSuQJ/saml2/idpresponse', NULL, 1795879356587, 1795881156587, NULL);
INSERT INTO public.schema_migrations VALUES (7, 'tables', 7, 1795879350659);
INSERT INTO public.sessions VALUES ('I0lfzpDScm-b1tiFvWQrIA', 'local_kEz6bSuQJ', '9788b757-c86d-44b8-a37b-8f4a33d89676', 'pysaml2', '\x10d16b0d9ee73469f44ec8741f812acb714ee7cca52de00408bc9f0413f7752d', '\x1d6f647c034c62baefb8c712da21fbcd539d1abfedaaa6f1bb5a2bca8a24ad89', 1795879355000, 'id-XV4hQacgPS0fSDMC7', 1795879356049, 1795922556049);
INSERT INTO public.sessions VALUES ('8dX8ZbcuktEXgJA1KxW4sg', 'local_kEz6bSuQJ', '9788b757-c86d-44b8-a37b-8f4a33d89676', 'pysaml2', '\xca3e0a617a21ed6db95c5697e42e6d26060776dbdc682cbe9afedb02510bede3', '\xcfeceeacc34f9edc8203c9b5641924e79449eef2513099337904c7ba0c473725', 1795879356000, 'id-KGYyc1MpsExsEi3IS', 1795879356198, 1795922556198);
INSERT INTO public.sessions VALUES ('vGBZzUZscdnUlAsPY2d8MQ', 'local_kEz6bSuQJ', 'c509c5b2-1138-43ea-bfb4-64915abb16f2', 'pysaml2', '\x0dbe6813b7abd123a9dd819f66adb382ca93a3a451b7cfb1f4d2060737a7f4b7', '\x3edfdb8fc5bb375239e56e7b2324d5241fcf5f26e4a337bd992f528e4e40e1a0', 1795879356000, 'id-EF9np5A1tI188lu39', 1795879356363, 1795922556363);
INSERT INTO public.sessions VALUES ('1CQzsm89keIgFJoq0fqzOw', 'local_kEz6bSuQJ', 'c509c5b2-1138-43ea-bfb4-64915abb16f2', 'pysaml2', '\x5667730529a0943a198dae43c4fbe920804d8140e1c6c9253933b87984dbc08a', '\xb9f56fa684b662ecc64859dc38e94e44accd41b0d611ce014ccec8e8297679ed', 1795879356000, 'id-Wkude1WPb8G0jR8Ci', 1795879356528, 1795922556528);
INSERT INTO public.signing_keys VALUES ('local_kEz6bSuQJ', '4cmojqNFU6xQS3pwv8rprTjJ4VkQD6mA4S8QK2VL7lc', 'RS256', 'current', '\x69ab04203804d70c974a0c21cef4c2600ef0cad062372f0c9c08cb6103c61b5ff4213a0eaa2a5bf50921a3b2dcba539c587957b0aab0d2a0479d79e8045e87f5d8d750c4f98a45c6df0ecf4104244d943b6f2b22ddff59e9b7a7a4eba7943dd40838cfab2456e01310d57fc6e3322e1ad8c782dbc7333f096de327bd2235ec139617a3b9a71e01da1136a052f9b9965f46086674f88a2b139a1a07891e84cfbdf5a246cb8c482dfb51209a256035a6b4c57104b2b7e58c5b638b4a5a24347d69eeb84b60e0d844470f82321afa86005fd6753c5fb26738585683cdb6aa26ef839ef48df2a7e9788602da2bb1fbb0e959cc9bdd7dd7b88b2479c8e229dd0995cbaff2629234df41d988e7fd6e1accd39a848b942b7354604c9a42f933acbc0cda007594f635ed1d20f65cc5eb99e32606927881cf0105c8d19efceaeebda90ddfef3d9a483ea748a01cac475339552de5eb1df8555efd1421f8ba9f649d368e77f1c1e11ec51f04d17e405b206e68c909fb574f274c1f4d35be9313c077a2e2bb9236c243834620cdb0995da5447b866c962b29e8044f248efe27e62ac9332733e24a2261bd4ca6f517c915fdcca411f1d76d01f934d6d755cdb8dd8870885baf082e0c297729cb622a485897a97eb00236a19e61636f9402cc42081974cbcd691e5cdbda23ae1b7161f3b42a765582d38aef798e0ccb97c74c9f66863f5824d872cf914cf1710920e760bdbd5ab2900b38b4f165073f1932be4f136dfe535dacd399aaa282e61618d773e5e2fc03a795aff6fb3521f54324b3a8a46317258cfae0d86035e364a6300351a84224710520701ab4d549857154a1eb6cd23338a10bca4abf2ea2451d51b29e766a46daf40ce65495875cec7731d1bfdaa1d715f5ff4bef7823b54fccf9930cf8478c9e2daa39a5e00ccbd36b707340c8e45cf6c5bfacabb1e1806d4670a7c66d829a893349aac07e8ae5df4b9cddee2cfd4090048ea08af059299af97c3d2da5b5a9e4c87540d884e8e202c7b296cf77c0de41dd3f7c7f89c9eb7dd97bc29602a736e185a6aaac6cd9c3d941dfa9b5b5224d61c6010c8c905ad3fab78a52bc955c8dae107d96922040d242d2b9cf8ce5d59020f52c0f3b5bbc2191fe8570bece3d0f96fc677f48aa03120199fc42857e355810d5a73680becd57fe96e4d7ac68d35ca485679683c8d5e1d8cba02e4ca643a4f7320fdf0d75f8242f2f8263ca5d472e2500824f67854f1a8cd27e4c00ea1d7984f5279029594ff652da3dc5fd87314e48c96309f3cf28e779f0d4595be4d49474a306a981678b889f12698a795bb53a8cbcec3ff0134f229bebe366b61268511143582336728b2f3efb793ae2d4b8e50d8d70c5c2c5ad5e1625a2bfdbc3164136e73ef70e1a1131213316b29d912562d56aa18ca6c41e609e2ad75aece15494122ed209d0942071d2ac8d13e75237931785696a4f75c00b551ecbca43dcb201b2049f5d4f010e3936afc45d3697d1cdb1eb5447cf515e9443da099e0c39351b0f6cca94038bb41584f2108ed154640de6acf60ffb7a79b3a57d3f31abe5b40c3dddb36bd77fb796cb426b6178f03b025d315767986caa6492caa1437b33c5c7e894de98db8f1b7a1d22b7ce8a49472fd3bdd63082644eac2b26f1b26f2657f9a6389aead105aca067ebb24378a6101b4b798c9b9d00977c2eee0fa35c20235fae6caccf688c8a8d1f424e07257b843f738a872efac98c30642018a6096b67', 1795879354878, NULL);
INSERT INTO public.signing_keys VALUES ('local_kEz6bSuQJ', 'qVxBjAiK3nocivH5uDplCTVsQmDt585-JD3rDkInCuk', 'RS256', 'upcoming', '\xcde541ced93d58fb6597be4b1d6c7e3be5ac3212479f8ce27f47b84e148b0d99d62143071752a97630aef154fd81f082854e0c4384d9bb1162f47481df8ada72f622c61430045169fc1fd4ad8c353db704130e7992613986d9d081a831dc316b3e84ba2a2f83270fcdde8c6b020dc2686e69deff441f047a08e81758fe3554ef0729ed088aeecb6122386ff53e1128c294efdfc0d75f5d6f7173d92cb8d842f4ab1e1fd8ed01fb20736ed66fc89029f7828f1e1b0d77768c0ebe6cf5ea284f055c1949ed71de0be794a91f93a9326a3ab809106dfcf5c1e4fdfea8bfe10b7ca7fe5b3c927bf9d8263bbb4754aba7b45790bf7fd8ebda44bb0d301b752024ec253da1e6afbbdbe97e1b00b232f90dcf4cc95d8184a731d9d633d0ab98d2bcbf7c13a49bb55737dd97bacd6cc4e2a6fe864f965ceaf37de388c7379d4bd30bd4c144d0f457505746c44a1609e9b09796aabdacbb06c0f1f32ca78e08b281068451e6ad473872792b3ce13cbd85871da35cb12bb6154c9519d6bcd31f64e0e3c24e293904bfb6544199a1c2927845d55d8a5362c2cb5bf14aae3ee1031233493a4784b891d310839be5aba368ae22388373ec923d90b8f90ad36845ef4ad0e4cdfd11f1e43d4f8593d3656a682c3147fcbfe73d35d6253693cf6f8bd4ac14f1d8cb122d8bd2b408698dd611b3e94b384a14b1cbc4246d0ab4cc4cbe7e8302ec5ec5141390efe44d070de956ee550c1e48d6f5c01b0ca001a092989a3f5a15314cf48785132e88d1c017cb127d9cd17a280214ea0cc82914f300239b1f010dc3c5a4457984ecfd222cb4b963b117d51199b17434674816bea685063246c7012af616ed94f712bc4cde057a035989746085733e763f4d3293719e2922bc0115c3ba687f91fe79dae3f97c4346ae6d5667301987a88ea648ac5d58f44825a6c2f47f213deedd31a658dbfc1bd7c691050e13dccc086fbc7062a66f29574e8170cc88a0ada33c40fe249086d0d1a16bc02cc203744d0b96e073954c3542fe4edbc18a56dc582380af1d47676b495b12f7e6a8b2b81b5ae3f4075263964b49c36fbf5e55ba04da95c7a8422578308d28d2304ef3fd08b46fbbcd01bbe5cd3ac16660b171a0b719d2009c60b1313b059e3369fb37f7b12d328845d97025d397b33db6a0662c53af79eea8b6d742e58ec7e79f8c2fefbd47a23c31e77700796eb8edf46fbfc3ee47f232e1d09a21a4f55ab2c631c90ba757df719d23f15a028d1c70dbd5d552cbf221809236c89ef571a31c47f83f2979559270c6fb1cc689dbdacd3ea823c6a4adae5f50f4c55708d672d58639ffafce38ee7d07acc806a7781dcdf192dc0285225557a9932c1d90143733bfdd5af4f62448dd833baf53622781aa81d3066a8c69d46c4bc0a8f4fe11374cff78afb14fdca878360c8c4b68d2e120b95f2c82d70cba66d508c86ff20ea937e802b38f78461126ecb6f01a220b7bb11ca4acd0b993eefc2a8330c739f846114fe94c98f0dc09760c8e6460defb23dffb34c4ece980e5f128372660a951718ac61b41766c4b11e143331301cae3eedf9ebcb1f0572dda85a85ac7381a398add956aa463a5cdbdbe19177243dc45d86a776bac552a36bc8d171fd6d5e6cd8888e8fc65a6d977eaf7dd45d7498a385346098b2317aec5350c96a0ffc02b394f509a4f1827d5217691d4a0559dfdb1cfde002ef853029856d7d6fbcaaf703cabba658d26980e1c01ce8efe63a9d5b527c9', 1795879357626, NULL);
INSERT INTO public.token_families VALUES ('_uVapIsEttelTEk9Plt9aQ', 'local_kEz6bSuQJ', 'z6bn8puawvy2oxyzzpy7cfzjht', '9788b757-c86d-44b8-a37b-8f4a33d89676', 'I0lfzpDScm-b1tiFvWQrIA', 'pysaml2', '["openid","email","profile"]', NULL, 'M8UZioc64f69-omo3AIrWmhVcuNM0v8lCSbwLSykpSI', 1795879355000, 1795879356049, 2, '\xf416ace4a7c4dd78f8736a175a955e0385bafa04886d6935f19fe0a84cb6016f', 1795879356081, 0, 1798471356064, NULL);
INSERT INTO public.token_families VALUES ('AFSqnd0nwIJDsNmlp9WPxg', 'local_kEz6bSuQJ', 'z6bn8puawvy2oxyzzpy7cfzjht', '9788b757-c86d-44b8-a37b-8f4a33d89676', '8dX8ZbcuktEXgJA1KxW4sg', 'pysaml2', '["openid","email","profile"]', NULL, 'nD8Yz2JqyByGhu-8iF8GsiUj7yI5tNE0X9qjf6oNd2o', 1795879356000, 1795879356198, 1, '\xd10a51bbdf63de96c180e4ca89ba17f0c795f523471bad3350c06462728f1601', 1795879356228, 1, 1798471356228, NULL);
INSERT INTO public.token_families VALUES ('A7sMNmNvu5LLPkJJxx55qg', 'local_kEz6bSuQJ', 'z6bn8puawvy2oxyzzpy7cfzjht', 'c509c5b2-1138-43ea-bfb4-64915abb16f2', 'vGBZzUZscdnUlAsPY2d8MQ', 'pysaml2', '["openid","email","profile"]', NULL, 'UFUsjkmMZEd9Q8BrIWTPlQsFYvePdDV5N7sfffIeduI', 1795879356000, 1795879356363, 0, NULL, NULL, 0, 1795879656363, NULL);
INSERT INTO public.token_families VALUES ('fs2fLHJIfIfkr55rzpuDeQ', 'local_kEz6bSuQJ', 'z6bn8puawvy2oxyzzpy7cfzjht', 'c509c5b2-1138-43ea-bfb4-64915abb16f2', '1CQzsm89keIgFJoq0fqzOw', 'pysaml2', '["openid","email","profile"]', NULL, '3jHlPcEO-W___pixx37JB7S51mCYF7snjyHW2hT7ihU', 1795879356000, 1795879356528, 1, '\x0101213813ac8f9ec7c3a1a2ccf76b7537a684e4473909b7dfafca56daa6cdd7', 1795879356565, 0, 1798471356565, NULL);
INSERT INTO public.user_pools VALUES ('local_kEz6bSuQJ', 'staff', 'id.old.example', 'RS256', '[{"multivalued":true,"name":"team","type":"string"}]', 1795879354029, 'Old staff', NULL, NULL, NULL, NULL, NULL, NULL, 1, '[]', NULL);
INSERT INTO public.users VALUES ('9788b757-c86d-44b8-a37b-8f4a33d89676', 'local_kEz6bSuQJ', 'pysaml2_nid-ann-51d9e3', 1, '{"email":"ann@pysaml2.example","email_verified":false,"family_name":"Søndergård-Łuczak","given_name":"Ann","name":"Ann Søndergård-Łuczak"}', 1795879356049, 1795879356049, NULL, NULL);
INSERT INTO public.users VALUES ('c509c5b2-1138-43ea-bfb4-64915abb16f2', 'local_kEz6bSuQJ', 'pysaml2_nid-bob-51d9e3', 1, '{"email":"bob@pysaml2.example","email_verified":false,"family_name":"Søndergård-Łuczak","given_name":"Bob","name":"Bob Søndergård-Łuczak"}', 1795879356363, 1795879356363, NULL, NULL);
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
