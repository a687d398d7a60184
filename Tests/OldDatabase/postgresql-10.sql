-- {"client": "svsh2opmphfbwbbhbveit2akrj", "client_secret": "ZHi2ebrNjIGLziHSSmif4cmcGwwRCKoq7qYvF_15rAo", "code": "0XoYhGrC2TuUQZGrHalP1qKSYB3k9Ouv6wBj4L3EIp4", "code_verifier": "JxFMyw52fBziU9UvsNWn3VXSe6wcjUkqUSc-8-A0ruk", "confidential": "tnwom6b4dx7gmbqew8dvuqatbo", "cookie": "Nd7DgPBbhx2bUS-fC9HAJHgeZT4frAOApU61iXvCtuo", "ended_refresh_token": "AQAAAAEWVlVHNnN6TFZZd3NIaTktOUxxcUhIQT6yzqpU_Qk3v7TAW9BXYWcWUDFVxAIsE9OS6-t_MmMvVTDRwiLRQctMpaz0WHuJBMk_n7ic3T3_63CuY2pip9k", "now": 1795913992433, "pool": "local_HQU9YbVc2", "redirect_uri": "http://localhost:37021/callback", "refresh_token": "AQAAAAIWR1NMNy02SWhsYjVoRVdsQUdwdGRfZ9DPmBSwPecVwaSm6WUItxlxJdonScNuScv1h1V3GE9pQsKCwWo6YtbZjughM51pS8TI0i8kfexRaJoTPI3yiOQ", "used_code": "j6fy8eelbSfFYDNV8QgtzFolROr2JROR_Fe2lriP2Ow", "used_code_verifier": "3W8qsHtKtXhauJCL2LZq2oi2pbPhMnBMNiFUC92pSfI", "used_refresh_token": "AQAAAAEWR1NMNy02SWhsYjVoRVdsQUdwdGRfZ8eXvKD-xfPpHpvDVnvZ70jt7YeUTHTttGwIp9xmn3Qb-htvCoQ6aOSOEbo7UOvjsIfSL7CLzX3fbxfqUBAyt2s"}
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
    initiate_login_uri text COLLATE pg_catalog."C"
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
    c.deleted_at,
    c.initiate_login_uri
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
    expires_at bigint NOT NULL,
    upstream_name text COLLATE pg_catalog."C",
    upstream_name_key bytea
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
    s.upstream_name_key
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
    expires_at bigint NOT NULL
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
    claimed_at bigint
);
CREATE TABLE public.provider_ends (
    pool_id text NOT NULL COLLATE pg_catalog."C",
    provider text NOT NULL COLLATE pg_catalog."C",
    read_at bigint NOT NULL,
    certificate_until bigint,
    document_until bigint,
    certificate_warned bigint,
    document_warned bigint
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
INSERT INTO public.accepted_proofs VALUES ('local_HQU9YbVc2', 'pysaml2', 'id-e89BLRpeDebkQw8vj', 1795914651000);
INSERT INTO public.accepted_proofs VALUES ('local_HQU9YbVc2', 'pysaml2', 'id-RUooUXO3K3lzC8JVv', 1795914651000);
INSERT INTO public.accepted_proofs VALUES ('local_HQU9YbVc2', 'pysaml2', 'id-KP9rqPs9zDQME2xm6', 1795914651000);
INSERT INTO public.accepted_proofs VALUES ('local_HQU9YbVc2', 'pysaml2', 'id-3jgsgbscmQl7mpnrh', 1795914651000);
INSERT INTO public.app_clients VALUES ('local_HQU9YbVc2', 'svsh2opmphfbwbbhbveit2akrj', 'app', '["http://localhost:37021/callback"]', '[]', '["authorization_code","refresh_token"]', '["openid","email","profile","phone"]', '[]', 3600, 3600, 2592000, 300, 10, 1, 1795913991110, 'required', NULL, '[]', NULL, NULL);
INSERT INTO public.app_clients VALUES ('local_HQU9YbVc2', 'tnwom6b4dx7gmbqew8dvuqatbo', 'Orders', '["https://app.example/callback"]', '[]', '["authorization_code","refresh_token"]', '["openid","email","profile","phone"]', '[]', 3600, 3600, 2592000, 300, 5, 1, 1795913992199, 'optional', NULL, '[]', NULL, NULL);
INSERT INTO public.audit_events VALUES ('30129671-6390-4456-a408-fb79d786c3a8', 'local_HQU9YbVc2', 1795913990073, 'command_line', 'root', 'pool.create', 'pool', 'local_HQU9YbVc2', '[{"name":"name","value":"staff"},{"name":"domain","value":""},{"name":"signing_algorithm","value":"RS256"},{"name":"custom_attributes","value":""},{"name":"resources","value":""},{"name":"deletion_protection","value":"true"},{"name":"display_name","value":""},{"name":"accent","value":""},{"name":"dark_accent","value":""},{"name":"privacy_url","value":""},{"name":"terms_url","value":""},{"name":"logo","value":""}]');
INSERT INTO public.audit_events VALUES ('6478a52d-d024-4238-917a-c0d53e6734c2', 'local_HQU9YbVc2', 1795913990549, 'command_line', 'root', 'provider.create', 'provider', 'pysaml2', '[{"name":"attribute_mapping","value":"email=urn:oid:0.9.2342.19200300.100.1.3 groups=friendly:isMemberOf given_name=friendly:givenName family_name=friendly:sn name=friendly:displayName"},{"name":"required_attributes","value":""},{"name":"domains","value":""},{"name":"display_name","value":""},{"name":"logo","value":""},{"name":"enabled","value":"true"},{"name":"entity_id","value":"http://127.0.0.1:33355/idp"},{"name":"metadata_url","value":""},{"name":"metadata_sha256","value":"6fb04596f9854c042dd0d903e8aecccd4f84b06e327a5855082a77114269b221"},{"name":"allow_idp_initiated","value":"false"},{"name":"exceptions","value":""},{"name":"idp_initiated_client","value":""},{"name":"on_group_overage","value":"refuse"},{"name":"subject","value":"NameID"},{"name":"single_logout","value":"true"},{"name":"follow_metadata","value":"false"},{"name":"metadata_signers","value":""},{"name":"sign_requests","value":"metadata"},{"name":"request_binding","value":""},{"name":"name_id_format","value":""},{"name":"force_authn","value":"false"},{"name":"authn_context","value":""},{"name":"authn_context_comparison","value":"exact"},{"name":"provider_name","value":""},{"name":"send_subject","value":"false"},{"name":"ask_passively","value":"false"},{"name":"signing_certificates","value":"cf56688886922c8196df73afb88ecdcb44ef8cb212a9fc7d93a468689e4d6850"},{"name":"single_sign_on_services","value":"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect http://127.0.0.1:33355/sso"},{"name":"single_logout_services","value":""},{"name":"name_id_formats","value":"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"},{"name":"wants_signed_requests","value":"false"},{"name":"metadata_display_name","value":""},{"name":"metadata_valid_until","value":""}]');
INSERT INTO public.audit_events VALUES ('d727611a-230f-42f4-891e-5c1be5d00bba', 'local_HQU9YbVc2', 1795913991112, 'command_line', 'root', 'client.create', 'client', 'svsh2opmphfbwbbhbveit2akrj', '[{"name":"client_name","value":"app"},{"name":"redirect_uris","value":"http://localhost:37021/callback"},{"name":"post_logout_redirect_uris","value":""},{"name":"initiate_login_uri","value":""},{"name":"web_origins","value":"those of the redirect URIs"},{"name":"resources","value":""},{"name":"grant_types","value":"authorization_code refresh_token"},{"name":"scope","value":"openid email profile phone"},{"name":"identity_providers","value":""},{"name":"pkce","value":"required"},{"name":"access_token_lifetime","value":"3600"},{"name":"id_token_lifetime","value":"3600"},{"name":"refresh_token_lifetime","value":"2592000"},{"name":"refresh_grace","value":"10"},{"name":"code_lifetime","value":"300"},{"name":"enabled","value":"true"},{"name":"client_secrets","value":"0"}]');
INSERT INTO public.audit_events VALUES ('d92cfb4a-e978-435e-9dba-4b4abccabd88', 'local_HQU9YbVc2', 1795913991520, 'command_line', 'root', 'pool.update', 'pool', 'local_HQU9YbVc2', '[{"name":"domain_before","value":""},{"name":"domain","value":"id.old.example"},{"name":"display_name_before","value":""},{"name":"display_name","value":"Old staff"}]');
INSERT INTO public.audit_events VALUES ('a5d490a6-e511-4d91-8960-fc19cf4db675', 'local_HQU9YbVc2', 1795913991616, 'command_line', 'root', 'pool.add_attribute', 'pool', 'local_HQU9YbVc2', '[{"name":"custom_attributes_before","value":""},{"name":"custom_attributes","value":"custom:team:string[]"}]');
INSERT INTO public.audit_events VALUES ('366f8824-881f-4f69-a593-d591ed5fda8a', 'local_HQU9YbVc2', 1795913991956, 'command_line', 'root', 'provider.update', 'provider', 'pysaml2', '[{"name":"domains_before","value":""},{"name":"domains","value":"old.example"}]');
INSERT INTO public.audit_events VALUES ('51b6f9fa-0802-45b5-b4c8-5bac10d8b4ca', 'local_HQU9YbVc2', 1795913992101, 'command_line', 'root', 'provider.create', 'provider', 'op', '[{"name":"attribute_mapping","value":"email=email name=name preferred_username=preferred_username picture=picture"},{"name":"required_attributes","value":""},{"name":"domains","value":""},{"name":"display_name","value":""},{"name":"logo","value":""},{"name":"enabled","value":"true"},{"name":"issuer","value":"https://github.com/login/oauth"},{"name":"authorization_endpoint","value":"https://github.com/login/oauth/authorize"},{"name":"token_endpoint","value":"https://github.com/login/oauth/access_token"},{"name":"userinfo_endpoint","value":"https://api.github.com/user"},{"name":"jwks_uri","value":""},{"name":"sends_issuer","value":"false"},{"name":"discovered","value":"false"},{"name":"follow_discovery","value":"false"},{"name":"client_id","value":"old"},{"name":"token_endpoint_auth_method","value":"client_secret_post"},{"name":"scope","value":"read:user user:email"},{"name":"prompt","value":""},{"name":"acr_values","value":""},{"name":"parameters","value":""},{"name":"allowed_tenants","value":""},{"name":"on_group_overage","value":"refuse"},{"name":"preset","value":"github"},{"name":"dialect","value":"github"},{"name":"key_id","value":""},{"name":"team_id","value":""},{"name":"known_prompts","value":"select_account"},{"name":"algorithms","value":"RS256 PS256 ES256 EdDSA"},{"name":"answers_by_form","value":"false"},{"name":"shared_redirect_uri","value":"false"},{"name":"subject_claim","value":"id"},{"name":"assertion_audience","value":"issuer"},{"name":"client_secret","value":"given"}]');
INSERT INTO public.audit_events VALUES ('43179baf-7263-45b8-845f-f4af8cacaffe', 'local_HQU9YbVc2', 1795913992200, 'command_line', 'root', 'client.create', 'client', 'tnwom6b4dx7gmbqew8dvuqatbo', '[{"name":"client_name","value":"Orders"},{"name":"redirect_uris","value":"https://app.example/callback"},{"name":"post_logout_redirect_uris","value":""},{"name":"initiate_login_uri","value":""},{"name":"web_origins","value":"those of the redirect URIs"},{"name":"resources","value":""},{"name":"grant_types","value":"authorization_code refresh_token"},{"name":"scope","value":"openid email profile phone"},{"name":"identity_providers","value":""},{"name":"pkce","value":"optional"},{"name":"access_token_lifetime","value":"3600"},{"name":"id_token_lifetime","value":"3600"},{"name":"refresh_token_lifetime","value":"2592000"},{"name":"refresh_grace","value":"5"},{"name":"code_lifetime","value":"300"},{"name":"enabled","value":"true"},{"name":"client_secrets","value":"1"}]');
INSERT INTO public.audit_events VALUES ('322e76b6-95a5-4899-8837-29019fed6bb4', 'local_HQU9YbVc2', 1795913992403, 'command_line', 'root', 'key.publish', 'key', '5eMZ2PaAzb7Q8DSQO1qwoH6QSdE7dpsUPLkyooSdJWc', '[]');
INSERT INTO public.authorization_codes VALUES ('\xb3f828d45e541252f5ff67a598d65019cb81a1acfe54dc078a6e77657a5cce92', 'GSL7-6Ihlb5hEWlAGptd_g', 'http://localhost:37021/callback', 'NRWDZxnUqoKi665vOEiOJAMWuOlcGW09uE3jLZQj5dA', 1795914291193, 1795913991208);
INSERT INTO public.authorization_codes VALUES ('\x08d98eef455be62d32ea952045f55b827faacc7d50931b72961236e70ef23bd7', 'VUG6szLVYwsHi9-9LqqHHA', 'http://localhost:37021/callback', '4z8pkajP2HrjP0vrjuI5pFNQlmXRfvBB50nIzKurVaI', 1795914291274, 1795913991282);
INSERT INTO public.authorization_codes VALUES ('\x5edaf2d54f940bfcdf9a381cee716c9a1b142cca64f4ab3c563db5e291a49af7', 'dQTXhqlpFruFFYJkY3Kguw', 'http://localhost:37021/callback', 'quPYjNqWSCUK_k-EZfI0ZlHPkmtGleaB40tE-6UvUJk', 1795914291344, NULL);
INSERT INTO public.authorization_codes VALUES ('\x8a2435475e75bcd84c37a4c6e5da0e36e65e4bc939c899290a22c6fd0b7a96d2', 'TfYufUwol33KtFSg-0mDXQ', 'http://localhost:37021/callback', 'M_SRli3Luw434SFRhUuLt7eBPs05VMnfe9BfbfZCDNQ', 1795914291420, 1795913991431);
INSERT INTO public.client_secrets VALUES ('local_HQU9YbVc2', 'tnwom6b4dx7gmbqew8dvuqatbo', '\x3629b28dbbfea41df7fba973b0c2dee68007a3b2412ca7c979ebd365831e3002', 1795913992199, NULL);
INSERT INTO public.client_web_origins VALUES ('local_HQU9YbVc2', 'http://localhost:37021', 'svsh2opmphfbwbbhbveit2akrj');
INSERT INTO public.client_web_origins VALUES ('local_HQU9YbVc2', 'https://app.example', 'tnwom6b4dx7gmbqew8dvuqatbo');
INSERT INTO public.federated_identities VALUES ('local_HQU9YbVc2', 'pysaml2', 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent  ', 'nid-ann-51d9e3', 'http://127.0.0.1:33355/idp', '8112154c-cc11-4ec6-8261-9401e4ed411a', 0);
INSERT INTO public.federated_identities VALUES ('local_HQU9YbVc2', 'pysaml2', 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent  ', 'nid-bob-51d9e3', 'http://127.0.0.1:33355/idp', '9d9442ea-c92c-4ae8-99f6-d08f0f3baca1', 0);
INSERT INTO public.group_memberships VALUES ('8112154c-cc11-4ec6-8261-9401e4ed411a', 0, 'local_HQU9YbVc2', 'engineering', 'provider', 'pysaml2', NULL, NULL);
INSERT INTO public.group_memberships VALUES ('9d9442ea-c92c-4ae8-99f6-d08f0f3baca1', 0, 'local_HQU9YbVc2', 'engineering', 'provider', 'pysaml2', NULL, NULL);
INSERT INTO public.identity_provider_domains VALUES ('local_HQU9YbVc2', 'old.example', 'pysaml2');
INSERT INTO public.identity_providers VALUES ('local_HQU9YbVc2', 'pysaml2', 'saml', 'http://127.0.0.1:33355/idp', '{"allowsAnySignatureOrder":false,"allowsIDPInitiated":false,"allowsMissingAuthnStatement":false,"entityID":"http://127.0.0.1:33355/idp","metadata":"<ns0:EntityDescriptor xmlns:ns0=\"urn:oasis:names:tc:SAML:2.0:metadata\" xmlns:ns1=\"urn:oasis:names:tc:SAML:metadata:algsupport\" xmlns:ns2=\"http://www.w3.org/2000/09/xmldsig#\" entityID=\"http://127.0.0.1:33355/idp\"><ns0:Extensions><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#md5\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#ripemd160\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2000/09/xmldsig#sha1\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#sha224\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#sha384\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha512\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2000/09/xmldsig#dsa-sha1\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2009/xmldsig11#dsa-sha256\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha224\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-md5\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-ripemd160\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2000/09/xmldsig#rsa-sha1\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha224\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha384\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha512\" /></ns0:Extensions><ns0:IDPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\" WantAuthnRequestsSigned=\"false\"><ns0:KeyDescriptor use=\"signing\"><ns2:KeyInfo><ns2:X509Data><ns2:X509Certificate>MIIDDTCCAfWgAwIBAgIUM2/edCQD2vuWXwTpWvInPJyLIxwwDQYJKoZIhvcNAQELBQAwFjEUMBIGA1UEAwwLaW50ZXJvcCBpZHAwHhcNMjYxMTI5MDA1OTQ5WhcNMjYxMjI5MDA1OTQ5WjAWMRQwEgYDVQQDDAtpbnRlcm9wIGlkcDCCASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoCggEBALioPltp3ikl2/LXBPtF2TlJYMQ1+0GCQt2hTIbywvptQyZEV8/LVMfPGnCAMBM0JvexcaYTVl0r6a2Xc1tvhkDSEKKFYbjR4czGzGj01yqUMpIYyhqSlhrQGolvZCmDwUSaVUOrAKTJa9xMPNbovJu/jXWowG3Dna1tubV7zTVe8LHiGykY7AgxUHoRY6uFGD4zI+0dhQmwRKbNIUxOBg2tADMupOOuNv0dODy6wjevOgWvel95gEi9RT7kvYrfaALfixc5M7VI9XfpwkAuXRC6k4RkLF7WXMZn+NQ7Q0ntoZXwtE69TaQodhdVdLmj3Q0Kuwn/MnRlq0mDJQUubrECAwEAAaNTMFEwHQYDVR0OBBYEFL2cbVTyy2z5pWwlH9D0Reah/ls3MB8GA1UdIwQYMBaAFL2cbVTyy2z5pWwlH9D0Reah/ls3MA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQELBQADggEBAAKjmIOzfyxH11rVnPQyIKHKdVTSAwh6fBA7Sxv8HEF2OLV2KrJDLwdUCZMuXGM/tYR1gThWUD7uFKlpMhGg6cTkuuOAhzSmYOZ4XgKfe7FAZDhtQymb+Al/9jf8bQeA09qoV4jppwtqj+AONdGdMZzg39tuTj54xm/MF2muWaqZOVKHHEFYkXtwl4EXKbF49mpuTlV0c5Njk9PbOrMvZSnJvrLIgf+6RYGbDHFgTIKiQiAXyGitwh5r1gee1iCVlXoKE6SLTfGPuDP9aCAfkG06EIYtIm9jOqei+NUMSkL4WXQH4gI2L3VCtceIP590aWMDli7b5TR9p13SnVUJPzg=</ns2:X509Certificate></ns2:X509Data></ns2:KeyInfo></ns0:KeyDescriptor><ns0:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</ns0:NameIDFormat><ns0:SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\" Location=\"http://127.0.0.1:33355/sso\" /></ns0:IDPSSODescriptor></ns0:EntityDescriptor>"}', '{"rules":[{"attribute":"email","required":false,"source":"urn:oid:0.9.2342.19200300.100.1.3"},{"attribute":"groups","required":false,"source":"friendly:isMemberOf"},{"attribute":"given_name","required":false,"source":"friendly:givenName"},{"attribute":"family_name","required":false,"source":"friendly:sn"},{"attribute":"name","required":false,"source":"friendly:displayName"}]}', '["old.example"]', 1, 1795913990542, 1795913990542, NULL, 'pysaml2
pysaml2', NULL, NULL, NULL, NULL);
INSERT INTO public.identity_providers VALUES ('local_HQU9YbVc2', 'op', 'oidc', NULL, '{"algorithms":["RS256","PS256","ES256","EdDSA"],"answersByForm":false,"assertionAudience":"issuer","clientAuthentication":"client_secret_post","clientID":"old","dialect":"github","endpoints":{"authorization":"https://github.com/login/oauth/authorize","sendsIssuer":false,"token":"https://github.com/login/oauth/access_token","userInfo":"https://api.github.com/user"},"extraParameters":[],"isDiscovered":false,"issuer":"https://github.com/login/oauth","knownPrompts":["select_account"],"onGroupOverage":"refuse","preset":"github","scopes":["read:user","user:email"],"sealedBy":"b6221713f467f146","sealedSecret":"xRX0kZZUqFPXQdggWDvLJ7TLdHEpFsKmiQYG2p2W8SZYk97lZIhF4qzkKQ","sharesRedirectURI":false,"subjectClaim":"id","tenants":[]}', '{"rules":[{"attribute":"email","required":false,"source":"email"},{"attribute":"name","required":false,"source":"name"},{"attribute":"preferred_username","required":false,"source":"preferred_username"},{"attribute":"picture","required":false,"source":"picture"}]}', '[]', 1, 1795913992101, 1795913992101, NULL, 'op
op', 'github', NULL, NULL, NULL);
INSERT INTO public.installation_settings VALUES ('master_key_id', 'b6221713f467f146', 1795913988286);
INSERT INTO public.installation_settings VALUES ('public_url', 'http://localhost:54615', 1795913988341);
INSERT INTO public.installation_settings VALUES ('probe', 'written', 1795913988387);
INSERT INTO public.pending_sign_ins VALUES ('_fcb94f97ba46913aae7da8b6f954b9b13b1c5c97', 'local_HQU9YbVc2', 'pysaml2', '\xaea5df60175e330b334f99c50ed3bb70f883bdec43bad4c8a4b2b2560b07d868', NULL, '{"clientID":"svsh2opmphfbwbbhbveit2akrj","codeChallenge":"ridc1L-mCwzUPWq310N9Sgdp9istEq3AcvP5SstZuNU","nonce":"KQwKiZDhFT6TSywYx-FmGi2BElOjGRaAlC4RF65TolI","redirectURI":"http://localhost:37021/callback","responseMode":"query","scopes":["openid","email","profile"],"state":"a3UG20_DdsRqhzDXmB-e8jhR6jj-7_wWwZ77k8HGroc"}', 'http://localhost:54615/local_HQU9YbVc2/saml2/idpresponse', NULL, 1795913991441, 1795915791441, NULL);
INSERT INTO public.saml_keys VALUES ('local_HQU9YbVc2', '2748edc126d43decce43d0f4b827a051f60a07804913a2c1e67f579dbf9fb22a', 'signing', '\x308202bc308201a4a003020102021064d9ce1889d9edee8187b10e8f523b2c300d06092a864886f70d01010b0500301a3118301606035504030c0f6c6f63616c5f485155395962566332301e170d3236313132383030353935305a170d3436313132343030353935305a301a3118301606035504030c0f6c6f63616c5f48515539596256633230820122300d06092a864886f70d01010105000382010f003082010a0282010100c7f36ca93e5482071ba76b8105a163c3677942000b08db11e1d497033ec79659c58a8b772933419fbd2a2ff346fdceb6bb02e854e6f07e2ad4f16590f97d29b1727e658a0e8d840e165207977952aed2934ba1872870b07f26aab18ebe5e4333e0ada1cb8b5c74dc8e6131b30a86a3f8213434178f4f34a95396888a5822cb4efab6e04745dc6bff3872943acd9389f6496ce2c175d3e0aa8f4cbd6f4fd521d1cc7d7220f213483574e17e5e24d4ad7ef59484b0bd8968b8bb01a90847f27a778424389f36996ac604912a36a0487fb85b5ea85a098c4f69d3bfef67ec1597d3a647e321f21623fe6418c1ee858662d4f8cc9426c15ca6f914b6f89027cdc5b90203010001300d06092a864886f70d01010b05000382010100730e3a249214f96e1e8981b0c886e3a4c2f669624f44126806964c4aa90ba1a55f3197c5f1bbfadb809db4acd321f9a8adf1b0eaa599b173d748c7413daa4823be939414ec2714831174e2cbafce400f5b4954f141aff254aad25dc0cdb832e6346a5557aa407d916bf12dbb4328bba78d1cd54507829173aa6fa6d33811f8e0af4dc9e27ca51a44fb0382e400208e0f2dcb5f0c1faa86ac31815046eccef77125fe0d54ff7933c2738f1fbc6735b4ed539a0dd5a2813705b0fcf21f1288afd1722cc786dc3407b2f25a636307b685a1c87e9cc2eb7325b6806d8533e0931044023d061b94a1dfb6c4eb05d6e5d2d1e7197437d23f2e5424efd2b785da459dcc', '\xe94028e48b50a54eb0689f1a0a4831e2ba8ad11c236fd84a446081fe944cc0f3e143f50090aa4902e3d714fc5b65df54a9c6c13f3472c13409eaf22604fc644d9a70ade60bf60901753de46ff3c5b648df144420a4691a729af5352879de8de89d00e683f1f88c970bdf798452c67b6c68d52e5a386217802cc706aa29001f82cbcfb7828bb496267ecf11dd08e5ef1541cbc193c98010cba9095d903ccf2da773ffc15fb97d2581731d6276faf1bd5e71b866d2f38b2b91a0108a169b5f67432c69b7b2eacc8f3195c96fb4fd0dc1fa7946605b0e018cc2712237c9d9684f161a1876553c46751795060cf5d46c121ba21dfe36dfb4238bd197b8f9795a9c5649a196d62e33575a907f16bfdfac1dfd29afa7c5e64736709e0972c064be09689b41cb932989aee516e85d813e1a85c24948736c5fec1537a622ef95941a90a490538ceb2b59b0d8ac87406afec38e5447c63ed9c7d3248786677bed5ef42e531eb332d1c46674cc48ca5c355af9d4cc0d5240f04abe08274041dc05076641f031cea9133d36e838758802caf6413c61709123298907611ddccbac9c8802670ed9af5c0294c0a41dcfbcc0888125382fad8f272ca828d065ef9c5bc02c594f4096ed2f3f75a3eadc6e43552b92cd9327f9cb59a08e5e5e03aef845fd4ef37443818849ae959928491dd4c15c48a4568d333cca6607b41bca61f91e950f0a82c1f2259943b6823fee2ce12a022027d02fdc8ec2f2ebd5c557fb0f4af63be63afaab515d09b12b1b54dd63e7f93c9aa2cc09d058389900857d2d67520997941309cc99526bd4360e87bd1039ccf1433fe08c1773015498e51330caa50b525edb59cc3e799aba10db655aa05f904c5dac02d9f1f21babb39249b1121a682943403349520b1db51b707deb746307401aec08fd0e474d321cfe7fb13e1aec373cbb4a736b2a03df45b444b68fd59036f72e429106972b89bc1c8047e23e1d2c293aac9b1c5907151387665802e91f3213b31aaa0531e92ddc4146b46b17242861a3ddf1c8f61304ad5e303b77faee8a2191e940cb902b1fdd242f2afee616cfa525e2b82558021a47916301cbaecb70db73e1985d9e891c24d2b035660145e70006bb990a7a80faadce71a801ed7b1692bad006218287f7fa3a5699803c6d50d6846f4f7a6fabe8684f299241d053ca8afaec31294b5d2a50a1c0e2da2affdda2d35059c3f60fde4d371d2b3e206de3e93fcd89e0423befe72955795cee7b2833a33ff49fbeedb6eb48b20e1f4f9f4dcb9922037e1af38e29a3c4aa494aa620c765d4aaa1fdc02d911fa5437c0ccaf0ab857958e5d13eb63293b8896a67b055124e99d12e7f0adda952dc3e3402d5743fe010bef141ecc0f0701036c812f0e86ae75c87bcc06f40a87d607cfc7015e800e2cd44cb8bd40d5e6614d383bd548c9c5687b8c3c6bcc448dd915b7a650e759154e6d403ccbc0bbbf265b5a698ffb8cdf5363ae428bda4282fd047fee189ea2a4672955cfea466db8597a2e24f29ac7c9990c47c62d6b702e03c9fb84f55e607be83e513d2f7eba59d82ba50ddbb566e18cf276172e6071bb1573a83e1fd236295826ae6e96dc6585ad61ae90509d09de50f32c4eb92c70ff1e2e823aac5115cf2a811959571f6bb545dd12897b286b884d93f9fb5f6e55344d08d3e1f3efbca79c4d6d2a5a6ffc49eae8b46a9054d4c5dbe8416b9cac157ae296b92fbb6651709da2f9ab9202170abc33dc1ceb93a', 1795913990570, 1795913990570, NULL, NULL);
INSERT INTO public.saml_keys VALUES ('local_HQU9YbVc2', 'ee018a5d9819fa2c1f4d82a7436d9b3bd4bd1cdba66aa14833d0a064c9caade5', 'encryption', '\x308202bc308201a4a00302010202106a3d4271d2a3ff10c76de7b729df5a83300d06092a864886f70d01010b0500301a3118301606035504030c0f6c6f63616c5f485155395962566332301e170d3236313132383030353935305a170d3436313132343030353935305a301a3118301606035504030c0f6c6f63616c5f48515539596256633230820122300d06092a864886f70d01010105000382010f003082010a0282010100abc93d1e9dcfc3e9ad3af365462cdce84837b15e0a35b407dcad48d62b385cd193effd51ae7fdb50c2414e65bfbe63743f8e2a28f1bfadda1d4e0fa7b0e4a8ec8b88fc2b28292826682f1ab93c128b4e968a1db4cf46aec22efdeeddb450c6e96ceaadae4cb9124de730e9bd0649a281b337086bb4548a3b07ebffd5fd7aa0678629512b72241a11511717053f3e0716419c25271ad0439d0e96064ffba31be7af1ee4fd140474e02ff03887ec76d60bb4f507829ac934ad51e50993181dbc81eb2c428cb39359b05f9845ec8b611663e811e5ea7c67c1fd033c682a2f5b903d0acf1d28b43290a9ec91d513f61deaaba05d4399590d6a7f50981fc00bb8d9770203010001300d06092a864886f70d01010b0500038201010013f501e2fee6bf0f07ef0064c84d98fdfee9112b139ccdf3019af52ca67fc686fdd017360731ee597ed85358534f6dbbae86279eb4c01a426abc7af84ba57b5fbb95f11538639a0a31c212fc7152443c0d680e6baec137054efe19beaa5e73a4276e2605a26de838068ecfb797be1f6eed7a7074096a3e3fd8db93d9e8d05e5c75f3d24dd79783ebdfacaf577130539046b2c888ab33bd5e8870b7cd4f435fd298b8e51f261b91e24c855ad8c41b9fcf117e8ea613887013e691cc13f74bdaf2e377a5af329471c12fd607f13b7bc848a88d11dc666b33c2913b4d0242dacc84e2bbad5f28683986e8bccc84093f3786bc26eab457a5eafbd598b7fb059eaf97', '\xe6e8d3d6b311a477d3365855c7ff1501724e4425567b9f9e2a156683ba5ab7ecb383fb3b3b9a9a0f333ddba2140f53ee9e7b7ccf1f1ddf2a1e27a3ba9d5732f13d8d470abb9c843fa3c04b13b21c96c4f40d61779dacd62ec823393f0fdfab78b3ea455b68eb6fd56d40379b24c0a9504c028d07325cec652513406d8a0542cf03274256783c1a34c1fc7ca932cebe1544e3a8ca07ee1634c345a9626136501351c02b1f960ac09efc2a0fbde2f6e5e5f95c8dc8a0c951f068ed8f45169fa5e4c71fddbaf4783927da62acded18e71ebc53a1f98bd3ece937f7452b21a00b8379385504e1271c0a4962d0a2a62f683ac5eb19c0e8b48e69e175bd1e9526bf2a001f19705fb594020dc0380b0b0dae360a4007951e79445c3bcabeba568d68ccf68f44703495da485a4179a73a2ce0447c59ef46db6376e27b0614237a90c6042ab53c2912a680c99e9e1fc3d6589f12adabdab6290f73c26c37bf0f5b89fac556f05e086d07f68a4344d5de2ca47deb40ea1167d4f144c5a020a69a50f4f1a58e27be043b96959bc26fabfb12693a64ba0342ad2b677c86433f7da5b2d8bcfdccf0969ef90cf0ed672917da3798f7c23d998511c0fa2fdbc57d79b9e716bacf5913b8589b4721b979855158d245fd2f1b213b416835420b6bc88327cfa0cdcc76e71831429a046f90313929d190c0e966644b20ec4167625931d4feede58783039541a2c7affd19572a5a5d12f958ea0abe429def9dbe6a4200b74ec4e7e526198d6b87d92f02f4d45bb426a60977f15dde551619a4c4d2fdd757be4ced3964b3a1908fde40dc4bb78ef05d6340686ceaad5cecbdca9d6c361299c4af718dbc0ad337ebb82bd8f58165c62a494c45b904955efdb7482bed2cd4146006a54e57e946396fef763ef86922d13c756af14362d67667d06b8635761d4571c0bdbc0da2bdb3020ab496b9a8da788c55a28f7822ca7a5336071118d39f676164e01486e08b800327f67b038f2e57d5a0b9ff05c5b1d617ae998b944cb5e09415ba3384ef9b903ec0c0eb0304e3339f87501b955f6cbd300be0cf3ad0a6f85aaa0be93e0764e5562bdf70ba67db9639bc49ed3bd852b7980fc57d73dbc2a504e01018689d05b3c8ed2dd0fe9a4f434da07df153be2fa5c416e199d7fe26efe97ea78a8021fb66fd5a816d71ed69a7189f5cf7046d3c7a0c219a86231bc62747a55c06cf97c2636e1b2c60360e9df1dc61ac534b29ffb469e154e7a9e0369c7cf1f8dbcb1ff8e27649e1400de6fbba1578d6f719bac9b26f931842ce6c6c6780563730c91740611eb39584169a4ce4c7b114398c6c2a53a315594744a6087e092a9ade43e22b5f4162b25428c48d10b9fc2c052902779d829db1ec51301fb74c0521fece9ff26bb65a03bc15faa5b86c3693aa66d2637b0d4fce9d25fdcc5b94b22cea712d8132306aa294b61d8fc11850227ec641f258adcabed0cb7991b7ce0f2ca7ce33edce468b2940bd2c9ef0370cb1a659d2b0e095295a1e899c1a24fa668b3c3e8d53137f990f88ba978f217545fb93f2c2f07b597a1e6a43aa4a8f234e8050099007add6df4a20acad9b62bd53ff9d9fa92ced91a2ad342457bc5440aa0b9db42f52a3d67826c4527bf752924d018cb6bda2b614595cf38d5848826d41b9005dd2223793827f769e63cc3a7bc9be8abbfb914862a6b6275799a5ad90b7336519eb001edbd7421055c228dc73d075efe547126f1528f79188062e6b0bffcdb', 1795913990776, 1795913990776, NULL, NULL);
INSERT INTO public.schema_migrations VALUES (7, 'tables', 7, 1795913988132);
INSERT INTO public.schema_migrations VALUES (8, 'notifications', 7, 1795913988132);
INSERT INTO public.schema_migrations VALUES (9, 'sign-ins apart', 7, 1795913988132);
INSERT INTO public.schema_migrations VALUES (10, 'SAML in full', 9, 1795913988132);
INSERT INTO public.sessions VALUES ('8UJIaKeCAZPtlUaSIxCUgw', 'local_HQU9YbVc2', '8112154c-cc11-4ec6-8261-9401e4ed411a', 'pysaml2', '\xf020dddc139c2505ae3c26c1b3b9549695bf6744d592ff10c29cea9b44387d3a', '\x5930ba14e62cce79759aca111fcd4c2bd595787d1c6efaf3a7779d29340a9e46', 1795913991000, 'id-pwpCy7IvieAOUygVh', 1795913991193, 1795957191193, '{"format":"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent","value":"nid-ann-51d9e3"}', '\x03e34acbff2bc8214a765d6a387729ef4bab2a85b273b16e72bd4d4572a367b5');
INSERT INTO public.sessions VALUES ('gI9oewK7cxiaiy1Lea-9eQ', 'local_HQU9YbVc2', '8112154c-cc11-4ec6-8261-9401e4ed411a', 'pysaml2', '\xd1691febd6e47b4df8f1894e53441d405e025c246a47334699befde7046c276b', '\x6cfc99eaa86380bfb1c99e3c4f21cdde49a59bc2d3de83953b932ffd0a4f8af7', 1795913991000, 'id-oLdpcOu7g6NnMlmUU', 1795913991274, 1795957191274, '{"format":"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent","value":"nid-ann-51d9e3"}', '\x03e34acbff2bc8214a765d6a387729ef4bab2a85b273b16e72bd4d4572a367b5');
INSERT INTO public.sessions VALUES ('KTo8epOV1l5ikRhUmzStCQ', 'local_HQU9YbVc2', '9d9442ea-c92c-4ae8-99f6-d08f0f3baca1', 'pysaml2', '\xe5e083afde759bb9a38232771fc8fefca9c8d2c04f4bc5ee2619096e4d4a7a4b', '\x3f8367d574e6d66ae9e0f6d36f3db09d9fe950f3eecb1a9393e211c586858d3a', 1795913991000, 'id-e6AV1DgfSSCQMYbXg', 1795913991344, 1795957191344, '{"format":"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent","value":"nid-bob-51d9e3"}', '\xa3ea1ac92c8736c74f542091908c635e298dc3f266a20186a5f137efc6ae6b3a');
INSERT INTO public.sessions VALUES ('JFo4dbq8NsoU_rlXeWCQwQ', 'local_HQU9YbVc2', '9d9442ea-c92c-4ae8-99f6-d08f0f3baca1', 'pysaml2', '\x031716e15a5458e7dfa47e25b516e2ede78e1dd7097f5fb7c53f39870a336730', '\xce7b30b2e7211f2f44e338b8cf9c018f8070c06aae72274741ac0aa3b435b93b', 1795913991000, 'id-ouyG0GQfP9bfWKOjy', 1795913991420, 1795957191420, '{"format":"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent","value":"nid-bob-51d9e3"}', '\xa3ea1ac92c8736c74f542091908c635e298dc3f266a20186a5f137efc6ae6b3a');
INSERT INTO public.signing_keys VALUES ('local_HQU9YbVc2', 'EcdGUDR1bVVNtj5QrF1Z3G4n30ELaTofzEEUoJhefsM', 'RS256', 'current', '\xc7604ae7025f190cedf8795df4ce54f3e3eeef3f9a661b933c6c58895c72320e8b12220f969da536e6668877682502af3ab83683744630aee4c6ff59a85998ff304d55168758478a96ef7814aa607e4af3790b2b9def552134d4c85e2f1eed1468954eb8c7d6e5b9eb2233af18495d0e1d8705d0db9cc952d2dfde2be39bf57b8ef5dd05d9fd5fe344868afeca2a1e9f5298c450aa52de5cfac6c4b1433c6c129c09090d9897e0cd4f64b16e9b2a7cb936a1b10c71168a3e4e3f4b258d211f5a3fa75efa576e31b4287b274e5c0bdc075d0a619335ca7458aee218d372775d1b4f2269b3a85efe80d66d8161a5da9966221339a34dd59b79ea3a2775e0141ad027a4c18317b38d47651be5a3595774b4b789d04d73511c1083760126c48de604fd808bd659158f60e8b3c3c9b8e422701c0d75365fd01cac168e2ff9ce3e9556779fa990d6296504ad0d9af82fd01cbd2756404bfac8c18609633dc423d7c5b0791b3c658bc7ae93c0d8d961e52af73d4dc8fc03ad43d64458d3d7f138181bee79ac75cdeb0f19f37d66093c25c7310bf0aee67d93a28ed50cbf2a402be31061bf2e26f273d5863ed747833e2f9df73db738b061dd232e7eb6b74383826ef53b1bcedf41cf5b462401bb3384571ad96338633772586d372b123201df3c0c7dc252e45340054f81e9ec77bfd6587ee50bdc72506237799f6aafb12fe4e127b407b64da910d12c72aed9db882dc2ab6d0d09e139b2d35a42735493218855ea65a164d32872461a116addeb815756f5aba856496d681bee0302415620a4fa39b421c4bb4a0e5471db6308e09cf58d3156eba2ed686d6aa64be3d96f987dcde0acdb5d086f41663c0c905618d8947e1f06c93e17fd0bbe6a292da05c28b93336070df51b0b6d249f3c7d251d3f71df818f4b11917227417847686fb05eb9bc5e65f1f0b07613d6602f10828f029f91bcf4f70d2a832b54ad9e5502bae51b68bcb0a500fecc3e272361c784de951dd3b7f5fd9b913e0ebcad64cf9d77c5bf4aad13e133fb24a0be110e1bc345bda8826e2e44b14bdeffc98bd7323d1b9ca16065f307b1ebba83061a43a1e28119b29add3fa364af6441b2c5226fe6c037210b8eef9bc442dab0bf76d32f2c57dcb4bcd2300f65ec3f66021a6d982121d1f3d21c8e0287d8e9d3230d04d87dd7a6ea5f4e3de95b33cea6bd2649c8e97b9f840ec01680620e006aad147f47261453f3bf34ae429825cfe67224715c89a79d5bc91d6e33af5b573133a87388e23996178cfbe87d7d5643f7f5e19d7a779af668c408ed360a21174133b69a1200a42996aea05085cf23c23dc35517c27608c1efdc1dfea519e7cb5cfb6484c9984b71a1346f688256349df4e79c4029c2d4d7e51161e321546e153f8b028ee2f9bc5d1d3f33da50bf4833604e05dd20c5a4f464fc06774b9e5e0b9f0942a77fcd9e8cd75ea496378a3c5beeebc9922ce30da0efd85e2eb57e5321ec5f05961e7f32b5cef917ef73704c3409f1e444b019d03a65970c3e29017e3ba0267833f360aaac97726ca95b86fe55e72e19d77239b134b3138405d68dda8aac59f83e04f183b26694e2fb29a723f3e0e00105d5124e5cae9be1d3cd88137363852c8dfde6af48d19ce97c173019ea53db466763f8af5bab07039867355cf9fbc26e06c3ff693a36333c3b1a5218f9072abf464e851ae89120fe2bbaab420cb22b31b1a7eaac0d3f3d4d894ff54e877a2719c2cd1dc6f2c52d', 1795913990239, NULL);
INSERT INTO public.signing_keys VALUES ('local_HQU9YbVc2', '5eMZ2PaAzb7Q8DSQO1qwoH6QSdE7dpsUPLkyooSdJWc', 'RS256', 'upcoming', '\x7fc618015082cc44482b823f938369aba6f15c8e423807d7b9923ae8ef657f3c48b40cc9371979070b30b65da0133157d204e9e131d1fe7b107b2c57e28fda2938d8154da4e82fa19a340f4f932de55e37b22e142b700e6c4df016a0fe1a9bfded4e5238a5d30a6e188dcf785d5d0bece01d680b12090490252b9cbfb97c52c729537b030c0604a7c4f5b13e9d0458931518c1a52e1206bfe9b26b9a8f9cb490e2ece5fae3f50cd8d9b6a90de531eba249bec5364f8e28df258f46d98b701a20927f6e23ec5e819c61ecff7e66bf822cd265baa462dc956f9ce610fd4ed6edb1258d6090bbebbd038ee22f345b7e669846d519f9fec12390f145ebb8c0ec825cfeb2d53570e3ebb619332899340e5638c15e1a31c60a8e179714e1ab06d1e955ba2bdd1ac5d8448404d78dda31082e53d4490f8807c0239148775374fecd9dd44dff2911c39bd77236fc36c3827d1023e76a18edca1348e5e0ab19740ba40eaca5d5b534bda80af82e8c87578ffb98c62e347437a2305b6c0b23d96c13ac5e4633805b5026446649473b733b7bb736481b93e7c5228cede42c6211ba6e103c3d3349f44f9aad771f204e3a3e18a21fd1eae6e427bc6f018e50a7eb224ffcb6989fb40376a9f2bb4362866ac81c23e40855f54974ed3946173c466eaadaea7500bb8ed01a0bc8b7e8c1206cc44c4ef72c6cb925c652e868a6b2d2c15d7dfa62628c424c68341ac8edc3ea65c648bd3280ab9236a4af40ee4b6319217a554f0523073cf6e2c9b30f5925b72a0676157782fc4ba0bde893af642d6e7dab95fb2b990a8dccd6eb2609b045338e9ec69b50d30a09503dd70d81f0ab8509a1e5d00cf0687734285e5e70ed403203895c937b45eb692d393a0cd189787c4c2706ffc31c518e9804a760707ae16e298be4f2177f5ea14db76f7c5bdede7665d92dd990c6191edb6da414078453b9d868f3ada3f90590e2b5f19fba74b365bb910c5451889ec9e59918d160316c6565e636f603a5474737f66ad68713297c9589b6edbe6d1d8e5534a61006d7fdc68041d5a6f4ac3f358c60296c6c1b596dccbfb80e3e0629d3a550c2497e422a0779b5c2bccc4d72f1c55abc36e1abddbbb942ef5317e4e3cb225097107137e7704e09f18e9d56ad6f3894233e4ee3a8d97cb0b752d318b7729b84fb4091ca04ce130f11116f375ccb67a1b6764b4a5abeb93acca8a3b87d1e117607c122529482fb38fa7e0dce80c1c73ff549cc749a6c71720c8abcd27f76ddb80879e21638b46bcbac6bfe661892836d7558d8063ef34146d507fa947b019e6641ff91c497bb74b90e261dd1dc5dd8e8e46075a954b7f09e107590b1b9f20b0f192a49e3c6b8546dcf7d1bf6338f794146c03f3046fb2325ee3343ea215b72e416bee1df5db907a351458c08069cea2d2d0f2f113c76153afdb91d6a089f4ae4115bf75e4de599d65aa6a240ef30872e9e5916226fffda691ae9d5b8f293c49d63348cc940e570771339a83fa5f5973b07dfd4e90380618bd53d9dd609b4f7029b86e788616c4f5491780eee3474199bee79e29ff4226a45a2d59ef111df39b3413658fdebc7e060a1b7bf78a71136cfc5a8e114655787305d5472e8d8877e1e1d2c81883c889927d832bb160f2514edca9246cabc4fc5a6786f4864d7b6a27e956be984ba5f3994b9bb39e37708f5c15abad1ac75a253290abce83da2f5d994f610b83d87bc3bb8aec63a24eb5b5d68883276d185ef9880080cea', 1795913992403, NULL);
INSERT INTO public.token_families VALUES ('GSL7-6Ihlb5hEWlAGptd_g', 'local_HQU9YbVc2', 'svsh2opmphfbwbbhbveit2akrj', '8112154c-cc11-4ec6-8261-9401e4ed411a', '8UJIaKeCAZPtlUaSIxCUgw', 'pysaml2', '["openid","email","profile"]', NULL, 'pRY6MRLK3kC9Fd268iSbCxEeZlgBOEJIerfeG0loH8M', 1795913991000, 1795913991193, 2, '\xef7cac05a1c26f78f58a15d39f778256b9cbbffbb1c47a605b8fca14b5172a1d', 1795913991220, 0, 1798505991208, NULL);
INSERT INTO public.token_families VALUES ('VUG6szLVYwsHi9-9LqqHHA', 'local_HQU9YbVc2', 'svsh2opmphfbwbbhbveit2akrj', '8112154c-cc11-4ec6-8261-9401e4ed411a', 'gI9oewK7cxiaiy1Lea-9eQ', 'pysaml2', '["openid","email","profile"]', NULL, 'l_6Gqm3wMnFG2GF2Nj-pZ2AHdCtjIX5Ow1wQdVHss8I', 1795913991000, 1795913991274, 1, '\x13cb4085f06d7ccbb6ef2aa6f5e1e78bd4da28c6098373d278e36ed77732cbb5', 1795913991282, 1, 1798505991282, NULL);
INSERT INTO public.token_families VALUES ('dQTXhqlpFruFFYJkY3Kguw', 'local_HQU9YbVc2', 'svsh2opmphfbwbbhbveit2akrj', '9d9442ea-c92c-4ae8-99f6-d08f0f3baca1', 'KTo8epOV1l5ikRhUmzStCQ', 'pysaml2', '["openid","email","profile"]', NULL, 'XyyUi2exv0MDWz9OBHLA7ZlHtwk5YNThmTlNtMoQhCE', 1795913991000, 1795913991344, 0, NULL, NULL, 0, 1795914291344, NULL);
INSERT INTO public.token_families VALUES ('TfYufUwol33KtFSg-0mDXQ', 'local_HQU9YbVc2', 'svsh2opmphfbwbbhbveit2akrj', '9d9442ea-c92c-4ae8-99f6-d08f0f3baca1', 'JFo4dbq8NsoU_rlXeWCQwQ', 'pysaml2', '["openid","email","profile"]', NULL, 'qRdrb2sSxM4urgSh3AI1Ufj-aNVO_ZK3QQxSHmmV6cA', 1795913991000, 1795913991420, 1, '\xb44f20cc9d618eae6b9b4d12f3a1574b47c9b0204c96eb9d5e2f8b5de0dcaa1d', 1795913991431, 0, 1798505991431, NULL);
INSERT INTO public.user_pools VALUES ('local_HQU9YbVc2', 'staff', 'id.old.example', 'RS256', '[{"multivalued":true,"name":"team","type":"string"}]', 1795913990073, 'Old staff', NULL, NULL, NULL, NULL, NULL, NULL, 1, '[]', NULL);
INSERT INTO public.users VALUES ('8112154c-cc11-4ec6-8261-9401e4ed411a', 'local_HQU9YbVc2', 'pysaml2_nid-ann-51d9e3', 1, '{"email":"ann@pysaml2.example","email_verified":false,"family_name":"Søndergård-Łuczak","given_name":"Ann","name":"Ann Søndergård-Łuczak"}', 1795913991193, 1795913991193, NULL, NULL);
INSERT INTO public.users VALUES ('9d9442ea-c92c-4ae8-99f6-d08f0f3baca1', 'local_HQU9YbVc2', 'pysaml2_nid-bob-51d9e3', 1, '{"email":"bob@pysaml2.example","email_verified":false,"family_name":"Søndergård-Łuczak","given_name":"Bob","name":"Bob Søndergård-Łuczak"}', 1795913991344, 1795913991344, NULL, NULL);
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
ALTER TABLE ONLY public.installation_settings
    ADD CONSTRAINT installation_settings_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.logouts
    ADD CONSTRAINT logouts_pkey PRIMARY KEY (pool_id, reference);
ALTER TABLE ONLY public.pending_sign_ins
    ADD CONSTRAINT pending_sign_ins_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.provider_ends
    ADD CONSTRAINT provider_ends_pkey PRIMARY KEY (pool_id, provider);
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
CREATE INDEX followed_documents_by_time ON public.followed_documents USING btree (due_at);
CREATE INDEX group_memberships_by_group ON public.group_memberships USING btree (pool_id, group_name);
CREATE INDEX group_memberships_by_provider ON public.group_memberships USING btree (pool_id, provider) WHERE (provider IS NOT NULL);
CREATE INDEX identity_provider_domains_by_provider ON public.identity_provider_domains USING btree (pool_id, provider);
CREATE INDEX identity_providers_deleted ON public.identity_providers USING btree (pool_id, name) WHERE (deleted_at IS NOT NULL);
CREATE INDEX identity_providers_offered ON public.identity_providers USING btree (pool_id, enabled, search_text, name);
CREATE INDEX logouts_by_expiry ON public.logouts USING btree (expires_at);
CREATE UNIQUE INDEX logouts_by_request ON public.logouts USING btree (request_id) WHERE (request_id IS NOT NULL);
CREATE INDEX pending_sign_ins_by_expiry ON public.pending_sign_ins USING btree (expires_at);
CREATE INDEX pending_sign_ins_by_provider ON public.pending_sign_ins USING btree (pool_id, provider);
CREATE UNIQUE INDEX saml_keys_newest ON public.saml_keys USING btree (pool_id, use) WHERE (superseded_at IS NULL);
CREATE INDEX sessions_by_expiry ON public.sessions USING btree (expires_at);
CREATE INDEX sessions_by_provider ON public.sessions USING btree (pool_id, provider);
CREATE INDEX sessions_by_upstream_name ON public.sessions USING btree (upstream_name_key, pool_id, provider) WHERE (upstream_name_key IS NOT NULL);
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
CREATE TRIGGER configuration_changed AFTER INSERT OR DELETE OR UPDATE ON public.saml_keys FOR EACH ROW EXECUTE FUNCTION public.configuration_changed();
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
ALTER TABLE ONLY public.logouts
    ADD CONSTRAINT logouts_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES public.user_pools(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.provider_ends
    ADD CONSTRAINT provider_ends_pool_id_provider_fkey FOREIGN KEY (pool_id, provider) REFERENCES public.identity_providers(pool_id, name) ON DELETE CASCADE;
ALTER TABLE ONLY public.saml_keys
    ADD CONSTRAINT saml_keys_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES public.user_pools(id) ON DELETE CASCADE;
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
