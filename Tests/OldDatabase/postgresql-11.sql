-- {"client": "nebdhzlpmrjmvax4vddzvumfvb", "client_secret": "3nPma1GakDetD14GSLPuJYpjxN8jDpb70iolQhIduZA", "code": "nhvj8uGt29GxPFyH7BUXMbRR7AVHA5vhlWOpQFF2GUE", "code_verifier": "rJzDmfiVfBq4-YuTQbXQfZJXLSDsWL3W6yqAxZ0xi6o", "confidential": "pqrqlqeeufz28dj5mlhcrrt4s9", "cookie": "_9EZ-OZZSAOLDqUAK2bHTOnK1WCiNgHrQYQTLzL9bQs", "ended_refresh_token": "AQAAAAEWYmtsS3ZWbHRHT2JFT215VWU2bFhmZ9C0ID8JpmxTGhhZb9o3rxtF6L82lpgIxoL1AzaX-r8XDWsWhCurYw4d5Gq7utgJoC_H5TKL-n1LHefpxjq5yaE", "now": 1795934241811, "pool": "local_K73EPRqgs", "redirect_uri": "http://localhost:43173/callback", "refresh_token": "AQAAAAIWT0RvbkxBZlZwZmNqRFVvTkZiUDhwZ0NACR890zQ4VDyACzotnPkKw5OK5QCackEytpguBVCwW9pXTDzoFrcaoSCvvpxaBoB-TTUHSS7nU-wPtp0KnyQ", "used_code": "2OTdcIv8dpnS8AMXCtQ06r_BCiiW4qMlXJtCLR751iM", "used_code_verifier": "vrAtkVHfD__7nniGSgCs7AEehaNgDlSPwKKLHSrXpkA", "used_refresh_token": "AQAAAAEWT0RvbkxBZlZwZmNqRFVvTkZiUDhwZ2sw0H1sIAK1aygzUvNS3s4MQRhiXN3t31EB6nOByNW2yCbochDh18-BvO1BRSpZSTb8fEkI22bY9qnRW_PPx7U"}
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
    metadata text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.federation_words (
    generation text NOT NULL COLLATE pg_catalog."C",
    entity_id text NOT NULL COLLATE pg_catalog."C",
    word text NOT NULL COLLATE pg_catalog."C",
    sort_name text NOT NULL COLLATE pg_catalog."C"
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
    staging_until bigint
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
    saml_key_days bigint
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
    user_pools.saml_key_days
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
    upstream_name_key bytea,
    member text COLLATE pg_catalog."C",
    authentication_context text COLLATE pg_catalog."C"
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
    s.authentication_context
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
    issued_sid text COLLATE pg_catalog."C",
    authentication_context text COLLATE pg_catalog."C"
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
    f.issued_sid,
    f.authentication_context
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
CREATE TABLE public.trial_sign_ins (
    ticket bytea NOT NULL,
    pool_id text NOT NULL COLLATE pg_catalog."C",
    provider text NOT NULL COLLATE pg_catalog."C",
    client_id text COLLATE pg_catalog."C",
    request_id text COLLATE pg_catalog."C",
    browser bytea,
    response_address text COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL
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
INSERT INTO public.accepted_proofs VALUES ('local_K73EPRqgs', 'pysaml2', 'id-NK0STuUmYPqUVeEoY', 1795934901000);
INSERT INTO public.accepted_proofs VALUES ('local_K73EPRqgs', 'pysaml2', 'id-OkXLiYDmrl8dvmPpo', 1795934901000);
INSERT INTO public.accepted_proofs VALUES ('local_K73EPRqgs', 'pysaml2', 'id-GZjdJhUNkO5v2F7uI', 1795934901000);
INSERT INTO public.accepted_proofs VALUES ('local_K73EPRqgs', 'pysaml2', 'id-1iuCQFa55BVV453qg', 1795934901000);
INSERT INTO public.app_clients VALUES ('local_K73EPRqgs', 'nebdhzlpmrjmvax4vddzvumfvb', 'app', '["http://localhost:43173/callback"]', '[]', '["authorization_code","refresh_token"]', '["openid","email","profile","phone"]', '[]', 3600, 3600, 2592000, 300, 10, 1, 1795934241009, 'required', NULL, '[]', NULL, NULL);
INSERT INTO public.app_clients VALUES ('local_K73EPRqgs', 'pqrqlqeeufz28dj5mlhcrrt4s9', 'Orders', '["https://app.example/callback"]', '[]', '["authorization_code","refresh_token"]', '["openid","email","profile","phone"]', '[]', 3600, 3600, 2592000, 300, 5, 1, 1795934241586, 'optional', NULL, '[]', NULL, NULL);
INSERT INTO public.audit_events VALUES ('74b81d8e-e3f4-4254-bf3f-e5d66b9f6326', 'local_K73EPRqgs', 1795934239700, 'command_line', 'root', 'pool.create', 'pool', 'local_K73EPRqgs', '[{"name":"name","value":"staff"},{"name":"domain","value":""},{"name":"signing_algorithm","value":"RS256"},{"name":"custom_attributes","value":""},{"name":"resources","value":""},{"name":"deletion_protection","value":"true"},{"name":"display_name","value":""},{"name":"accent","value":""},{"name":"dark_accent","value":""},{"name":"privacy_url","value":""},{"name":"terms_url","value":""},{"name":"logo","value":""},{"name":"saml_encryption","value":"true"},{"name":"rotate_saml_keys_every","value":""}]');
INSERT INTO public.audit_events VALUES ('39358623-f4ac-4d21-982b-ca893a80f10a', 'local_K73EPRqgs', 1795934239919, 'command_line', 'root', 'provider.create', 'provider', 'pysaml2', '[{"name":"attribute_mapping","value":"email=urn:oid:0.9.2342.19200300.100.1.3 groups=friendly:isMemberOf given_name=friendly:givenName family_name=friendly:sn name=friendly:displayName"},{"name":"required_attributes","value":""},{"name":"domains","value":""},{"name":"display_name","value":""},{"name":"logo","value":""},{"name":"enabled","value":"true"},{"name":"acr_mapping","value":""},{"name":"entity_id","value":"http://127.0.0.1:53337/idp"},{"name":"metadata_url","value":""},{"name":"metadata_sha256","value":"78685f1366ca65de11b46cb1feb8dd01dc18eea343187dfe361e9cfabf1e364d"},{"name":"allow_idp_initiated","value":"false"},{"name":"exceptions","value":""},{"name":"idp_initiated_client","value":""},{"name":"on_group_overage","value":"refuse"},{"name":"subject","value":"NameID"},{"name":"single_logout","value":"true"},{"name":"follow_metadata","value":"false"},{"name":"metadata_signers","value":""},{"name":"sign_requests","value":"metadata"},{"name":"request_binding","value":""},{"name":"name_id_format","value":""},{"name":"force_authn","value":"false"},{"name":"authn_context","value":""},{"name":"authn_context_comparison","value":"exact"},{"name":"provider_name","value":""},{"name":"send_subject","value":"false"},{"name":"ask_passively","value":"false"},{"name":"proxy_count","value":""},{"name":"scope_to_idps","value":""},{"name":"signing_certificates","value":"7bb01a8c550604faa5ab92ffd739e383e43806d84cfa894e6508482a7143f478"},{"name":"single_sign_on_services","value":"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect http://127.0.0.1:53337/sso"},{"name":"single_logout_services","value":""},{"name":"name_id_formats","value":"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"},{"name":"wants_signed_requests","value":"false"},{"name":"metadata_display_name","value":""},{"name":"metadata_valid_until","value":""}]');
INSERT INTO public.audit_events VALUES ('819d244a-6f12-4e4e-ad43-2c99c8e1c6b6', 'local_K73EPRqgs', 1795934241009, 'command_line', 'root', 'client.create', 'client', 'nebdhzlpmrjmvax4vddzvumfvb', '[{"name":"client_name","value":"app"},{"name":"redirect_uris","value":"http://localhost:43173/callback"},{"name":"post_logout_redirect_uris","value":""},{"name":"initiate_login_uri","value":""},{"name":"web_origins","value":"those of the redirect URIs"},{"name":"resources","value":""},{"name":"grant_types","value":"authorization_code refresh_token"},{"name":"scope","value":"openid email profile phone"},{"name":"identity_providers","value":""},{"name":"pkce","value":"required"},{"name":"access_token_lifetime","value":"3600"},{"name":"id_token_lifetime","value":"3600"},{"name":"refresh_token_lifetime","value":"2592000"},{"name":"refresh_grace","value":"10"},{"name":"code_lifetime","value":"300"},{"name":"enabled","value":"true"},{"name":"client_secrets","value":"0"}]');
INSERT INTO public.audit_events VALUES ('b48ccd29-dc51-403c-a583-29bc7be99091', 'local_K73EPRqgs', 1795934241360, 'command_line', 'root', 'pool.update', 'pool', 'local_K73EPRqgs', '[{"name":"domain_before","value":""},{"name":"domain","value":"id.old.example"},{"name":"display_name_before","value":""},{"name":"display_name","value":"Old staff"}]');
INSERT INTO public.audit_events VALUES ('f57eda31-4fc8-4f18-9ee5-e2562c98e607', 'local_K73EPRqgs', 1795934241416, 'command_line', 'root', 'pool.add_attribute', 'pool', 'local_K73EPRqgs', '[{"name":"custom_attributes_before","value":""},{"name":"custom_attributes","value":"custom:team:string[]"}]');
INSERT INTO public.audit_events VALUES ('32f90c3c-83c4-424a-8b69-3315d3f71c26', 'local_K73EPRqgs', 1795934241479, 'command_line', 'root', 'provider.update', 'provider', 'pysaml2', '[{"name":"domains_before","value":""},{"name":"domains","value":"old.example"}]');
INSERT INTO public.audit_events VALUES ('4e08633b-55e4-4efc-a318-80ac10544642', 'local_K73EPRqgs', 1795934241529, 'command_line', 'root', 'provider.create', 'provider', 'op', '[{"name":"attribute_mapping","value":"email=email name=name preferred_username=preferred_username picture=picture"},{"name":"required_attributes","value":""},{"name":"domains","value":""},{"name":"display_name","value":""},{"name":"logo","value":""},{"name":"enabled","value":"true"},{"name":"acr_mapping","value":""},{"name":"issuer","value":"https://github.com/login/oauth"},{"name":"authorization_endpoint","value":"https://github.com/login/oauth/authorize"},{"name":"token_endpoint","value":"https://github.com/login/oauth/access_token"},{"name":"userinfo_endpoint","value":"https://api.github.com/user"},{"name":"jwks_uri","value":""},{"name":"sends_issuer","value":"false"},{"name":"discovered","value":"false"},{"name":"follow_discovery","value":"false"},{"name":"client_id","value":"old"},{"name":"token_endpoint_auth_method","value":"client_secret_post"},{"name":"scope","value":"read:user user:email"},{"name":"prompt","value":""},{"name":"acr_values","value":""},{"name":"parameters","value":""},{"name":"allowed_tenants","value":""},{"name":"on_group_overage","value":"refuse"},{"name":"preset","value":"github"},{"name":"dialect","value":"github"},{"name":"key_id","value":""},{"name":"team_id","value":""},{"name":"known_prompts","value":"select_account"},{"name":"algorithms","value":"RS256 PS256 ES256 EdDSA"},{"name":"answers_by_form","value":"false"},{"name":"shared_redirect_uri","value":"false"},{"name":"subject_claim","value":"id"},{"name":"assertion_audience","value":"issuer"},{"name":"client_secret","value":"given"}]');
INSERT INTO public.audit_events VALUES ('591ef3c3-f100-4d35-81c7-cb6ece14dc6a', 'local_K73EPRqgs', 1795934241586, 'command_line', 'root', 'client.create', 'client', 'pqrqlqeeufz28dj5mlhcrrt4s9', '[{"name":"client_name","value":"Orders"},{"name":"redirect_uris","value":"https://app.example/callback"},{"name":"post_logout_redirect_uris","value":""},{"name":"initiate_login_uri","value":""},{"name":"web_origins","value":"those of the redirect URIs"},{"name":"resources","value":""},{"name":"grant_types","value":"authorization_code refresh_token"},{"name":"scope","value":"openid email profile phone"},{"name":"identity_providers","value":""},{"name":"pkce","value":"optional"},{"name":"access_token_lifetime","value":"3600"},{"name":"id_token_lifetime","value":"3600"},{"name":"refresh_token_lifetime","value":"2592000"},{"name":"refresh_grace","value":"5"},{"name":"code_lifetime","value":"300"},{"name":"enabled","value":"true"},{"name":"client_secrets","value":"1"}]');
INSERT INTO public.audit_events VALUES ('4af58c04-fae8-44fb-9789-2c9220747d9b', 'local_K73EPRqgs', 1795934241793, 'command_line', 'root', 'key.publish', 'key', '2pFewZrqu_YmWSwO0BB_Xafrp3JdGHFztgF1RRCQmnQ', '[]');
INSERT INTO public.authorization_codes VALUES ('\x5f548f876f4eb1deed5e4e974ade892edb09d20bfbd2b4f2d6e3860c540afc21', 'ODonLAfVpfcjDUoNFbP8pg', 'http://localhost:43173/callback', 'Qni0u-XpTDk8QL18R9zOuZpx1SVaB3HgtGsHbULyAig', 1795934541093, 1795934241102);
INSERT INTO public.authorization_codes VALUES ('\x4a00918e04908c0bdda929cfa6873e98e23312cd6dc66ab1501aaa2b38278853', 'bklKvVltGObEOmyUe6lXfg', 'http://localhost:43173/callback', 'O07lI8RAJIy_zqj3IZRKIGDklBhvqdc11n8O4_4xft0', 1795934541161, 1795934241167);
INSERT INTO public.authorization_codes VALUES ('\x467caebc09c87aa150d6c4df0ccec7f9a72ea9c594c3f84cad4d75301170c16c', 'nImGa4M9S_fm4oIbwoeTxw', 'http://localhost:43173/callback', 'VGTnx8Y5dFAveCSs8W4uJrYrRIOjivpMBUWLNKeIW1w', 1795934541238, NULL);
INSERT INTO public.authorization_codes VALUES ('\x2b7205338045fc2ede4ed75eba1b7447f00ed46d0263f36b0b279d416f297139', 'Ki4a4bu619z5o0JDowIhKg', 'http://localhost:43173/callback', 'Z3ArW9seQ-AsiJqeor1CimsCkyuKs67CXd2XU76MVlE', 1795934541295, 1795934241302);
INSERT INTO public.client_secrets VALUES ('local_K73EPRqgs', 'pqrqlqeeufz28dj5mlhcrrt4s9', '\x7e29728351e61241bcb490c524a39b2622d95d07d5b824c2e34ebb33c090d367', 1795934241586, NULL);
INSERT INTO public.client_web_origins VALUES ('local_K73EPRqgs', 'http://localhost:43173', 'nebdhzlpmrjmvax4vddzvumfvb');
INSERT INTO public.client_web_origins VALUES ('local_K73EPRqgs', 'https://app.example', 'pqrqlqeeufz28dj5mlhcrrt4s9');
INSERT INTO public.federated_identities VALUES ('local_K73EPRqgs', 'pysaml2', 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent  ', 'nid-ann-51d9e3', 'http://127.0.0.1:53337/idp', '1415f461-4797-4af1-91f1-1e38d836b08e', 0);
INSERT INTO public.federated_identities VALUES ('local_K73EPRqgs', 'pysaml2', 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent  ', 'nid-bob-51d9e3', 'http://127.0.0.1:53337/idp', 'd0547174-9f6a-4532-a86a-289f34f91621', 0);
INSERT INTO public.group_memberships VALUES ('1415f461-4797-4af1-91f1-1e38d836b08e', 0, 'local_K73EPRqgs', 'engineering', 'provider', 'pysaml2', NULL, NULL);
INSERT INTO public.group_memberships VALUES ('d0547174-9f6a-4532-a86a-289f34f91621', 0, 'local_K73EPRqgs', 'engineering', 'provider', 'pysaml2', NULL, NULL);
INSERT INTO public.identity_provider_domains VALUES ('local_K73EPRqgs', 'old.example', 'pysaml2');
INSERT INTO public.identity_providers VALUES ('local_K73EPRqgs', 'pysaml2', 'saml', 'http://127.0.0.1:53337/idp', '{"allowsAnySignatureOrder":false,"allowsIDPInitiated":false,"allowsMissingAuthnStatement":false,"entityID":"http://127.0.0.1:53337/idp","metadata":"<ns0:EntityDescriptor xmlns:ns0=\"urn:oasis:names:tc:SAML:2.0:metadata\" xmlns:ns1=\"urn:oasis:names:tc:SAML:metadata:algsupport\" xmlns:ns2=\"http://www.w3.org/2000/09/xmldsig#\" entityID=\"http://127.0.0.1:53337/idp\"><ns0:Extensions><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#md5\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#ripemd160\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2000/09/xmldsig#sha1\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#sha224\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#sha384\" /><ns1:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha512\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2000/09/xmldsig#dsa-sha1\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2009/xmldsig11#dsa-sha256\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha224\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-md5\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-ripemd160\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2000/09/xmldsig#rsa-sha1\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha224\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha384\" /><ns1:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha512\" /></ns0:Extensions><ns0:IDPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\" WantAuthnRequestsSigned=\"false\"><ns0:KeyDescriptor use=\"signing\"><ns2:KeyInfo><ns2:X509Data><ns2:X509Certificate>MIIDDTCCAfWgAwIBAgIUb4ZzS6pkYw6psvvkgxGT9syXU18wDQYJKoZIhvcNAQELBQAwFjEUMBIGA1UEAwwLaW50ZXJvcCBpZHAwHhcNMjYxMTI5MDYzNzE5WhcNMjYxMjI5MDYzNzE5WjAWMRQwEgYDVQQDDAtpbnRlcm9wIGlkcDCCASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoCggEBAMj9CvRWtR6w6Vp3NiAWD9AezFjbei+ljQmL6MCvgjH0qMudLwiZiNVi3jKjFyh9EynLtGjo6jd22afnwwZVpi279dGtQavWWghnxleeDJ9BKvZO3z0x9tBFjBTIPUJXkXyqFCu+qfxvMpNf9WU0Pzz6kSmo5ijY8TRFQzTYIym8FP4j6VEp3OpkXWmAavXg6l9pLqupEXtBLe9waJDaLMuFtDWVm3UZVCuQbjt0WaBR/fsLvC/a5YFoJu3ArEY/xD1p1I5mgD/WFplbhtRT3fgtv/A/tbmQe45G1PW2UYDMloR3KkBwsrk6yrDi1qNvLH5sFy6oiPgO0B8J1FsUgkUCAwEAAaNTMFEwHQYDVR0OBBYEFJj61VOCKGTIHnlMfCIMFL+m75auMB8GA1UdIwQYMBaAFJj61VOCKGTIHnlMfCIMFL+m75auMA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQELBQADggEBAKuamhqM6u7XHFhr9pHKEt4JzzdgNCs3v0eUIPN8qpYlufwaK5jE2mGyzDWezq3+lekleKBhDCB+uVt8vkoN1yq/XeEPI2LxI4p3lhGJs9rPAoEnnUZ28NNoEJ7YWVI/tFmj77TLJRNbgb2zbnLzaToxWWWCKyyLDOnF0uXOPDjYH7VZJwmXphY9ycsCJ0RDxdOFWjLns4KcFCNtdKBwjHxYGbbA7Klv/8t4JmBTvb5hjEyZo/JWWDKK3S8hhv4IXAotBCDB/DmOY8/vjSMCJwGyeWJW6n1xiHMBo2Z6JwrfRhSWij79wxHDuNDamQ8A6cTUFi4s8ei7M5x1XvisIKE=</ns2:X509Certificate></ns2:X509Data></ns2:KeyInfo></ns0:KeyDescriptor><ns0:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</ns0:NameIDFormat><ns0:SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\" Location=\"http://127.0.0.1:53337/sso\" /></ns0:IDPSSODescriptor></ns0:EntityDescriptor>"}', '{"rules":[{"attribute":"email","required":false,"source":"urn:oid:0.9.2342.19200300.100.1.3"},{"attribute":"groups","required":false,"source":"friendly:isMemberOf"},{"attribute":"given_name","required":false,"source":"friendly:givenName"},{"attribute":"family_name","required":false,"source":"friendly:sn"},{"attribute":"name","required":false,"source":"friendly:displayName"}]}', '["old.example"]', 1, 1795934239916, 1795934239916, NULL, 'pysaml2
pysaml2', NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.identity_providers VALUES ('local_K73EPRqgs', 'op', 'oidc', NULL, '{"algorithms":["RS256","PS256","ES256","EdDSA"],"answersByForm":false,"assertionAudience":"issuer","clientAuthentication":"client_secret_post","clientID":"old","dialect":"github","endpoints":{"authorization":"https://github.com/login/oauth/authorize","sendsIssuer":false,"token":"https://github.com/login/oauth/access_token","userInfo":"https://api.github.com/user"},"extraParameters":[],"isDiscovered":false,"issuer":"https://github.com/login/oauth","knownPrompts":["select_account"],"onGroupOverage":"refuse","preset":"github","scopes":["read:user","user:email"],"sealedBy":"b6221713f467f146","sealedSecret":"IAK6AUB4KHlcAA82YJ8wWRNgj22KJhx_xqk5vu1vt_H0-cJlr7MmHsxrLA","sharesRedirectURI":false,"subjectClaim":"id","tenants":[]}', '{"rules":[{"attribute":"email","required":false,"source":"email"},{"attribute":"name","required":false,"source":"name"},{"attribute":"preferred_username","required":false,"source":"preferred_username"},{"attribute":"picture","required":false,"source":"picture"}]}', '[]', 1, 1795934241529, 1795934241529, NULL, 'op
op', 'github', NULL, NULL, NULL, NULL);
INSERT INTO public.installation_settings VALUES ('master_key_id', 'b6221713f467f146', 1795934238526);
INSERT INTO public.installation_settings VALUES ('public_url', 'http://localhost:48299', 1795934238556);
INSERT INTO public.installation_settings VALUES ('probe', 'written', 1795934238600);
INSERT INTO public.metadata_fetches VALUES ('local_K73EPRqgs', 'pysaml2', 1795934239932);
INSERT INTO public.pending_sign_ins VALUES ('_215e4fcc00d65bd55708169e37f490fcfb2838e7', 'local_K73EPRqgs', 'pysaml2', '\x068246103c845799e864f158ebcc9b0015d5b380d02b95d4033a536ff3d97a70', NULL, '{"clientID":"nebdhzlpmrjmvax4vddzvumfvb","codeChallenge":"KGiM8vVrYsfaFrPnbOCWHqi5smd90XOy0rqJHgYbPUg","nonce":"1gNbXXvMhShJbd4MCW5Ekn2My7QC_T5ZPyMTgqyp9wM","redirectURI":"http://localhost:43173/callback","responseMode":"query","scopes":["openid","email","profile"],"state":"wJ9ej7_0RyUoT6wyoYIAAjS48fuRcv-IKOf7WLOh0Jo"}', 'http://localhost:48299/local_K73EPRqgs/saml2/idpresponse', NULL, 1795934241311, 1795936041311, NULL, NULL);
INSERT INTO public.saml_keys VALUES ('local_K73EPRqgs', 'c047fe0cd31013f4a9194f43dbbdd3e0d2f6793771bb536bd285a11f32b2e8d4', 'signing', '\x308202bc308201a4a0030201020210633b788441164bf2a7806ac909807dc4300d06092a864886f70d01010b0500301a3118301606035504030c0f6c6f63616c5f4b3733455052716773301e170d3236313132383036333731395a170d3436313132343036333731395a301a3118301606035504030c0f6c6f63616c5f4b373345505271677330820122300d06092a864886f70d01010105000382010f003082010a02820101009f3c58ce8ce762fbd863905adb181ab8a839b180f93bdd2ae6451b45d0843456a629899f8e30e9ef969abf919aea08993b90ebf20ffd5f27f5f543461b7225ff82e323ffac0684010ee180c20e0ca3871b409716708c8d0acd640f8319dfc22cd75b8cbf5554c39a278efe577ae79b4373e3226064f00865246130ee309565b48f39511abcf36c52b4e193765d5705889b041ec13fa62267bcc8359110b41de9b7791b52465b0c2dc24a393225ecb42787146b4e8c82e94da12af108c84d71289551a6bd0deeb78696531e24e5d369ce1c446f1e1881d2c1942290c618fb6422c17b2806e7b97734c92d5d41186b2877637c29a00fdccf4b1c6663c38f901bc10203010001300d06092a864886f70d01010b050003820101002973c1689079bf321a92284ce32b62cad39a185a82e54772859561369e164fc836386ceddda653c86ed8d2050f387c73b8872b08ef454de79c0ecba04810c43ead6625da9cd314ad769e5aa4fe01afd2cfdaec17096c06bf8cb85bed991e7e04581648674be63c42e6c9a9db5c784dccb2bc69c344ef7caa6bb0a11c1b0493286229580a5102bef71c27529ba23c5561dd33e6840ac7538c5ca669043029e551304ac4394c329d26a065ba67854e12101ac4b8f9bb652aae460585771aab73eec8891798c03a90bd82998a7ab61c390061c6f3d51ba095de956d74d93f1349816b5420195d9ec85f963ad1729b9ff80d9ded3b97793c848c67a632aff22f46b8', '\xe58bfe98e0ee8e054b6e7a006b9ddd28997a88659a4e22f4f540ae50ade676cede7da05ccaa7a303e71c5f38f7fd3654ff681cbf1464900ca77af109decb6b155e282c56db14835b543503d9a3f17b52a711e9566d7e866389ab1c74b1d9d974334f610e0eb9d2514e8661587206c40b22864091208319ed6b60573cbf7f46422256402030e6bcd62665b60c8e2b15df0e2146964c26f2a2b051cdbc50d39ebbe0f5108242ee5815d1abd80601a954ebbb549092bfa7dd0a25c010821612b2dd2260365d864b601657cd22f049abe0dbdac8c87fee758afab022d02ef9d1e73c8936c89305a3a569189ee6516fdc57760264c87142a1b532830288435de7d3316e4a3676abea01eb607371c021118bbd640bf3944888140ac0469dea024bf57c4737fada0519c404095ded22ccbd9a0616e00fd770c02f9f7415ca013d75227a2c2b3d36312422ad19e3e4c8096fcf8c806109257c2bbd88f21479a69e1b2f043052799f390ebdde9c02e94f62ce74c0ef2ec0367158b8c7563941189ee89bda3f9dcf96ea7694566a2b032f315a37cfc3a92de5f9a9d3cfacd924eb1d4e79e2816b9e8fc09942d70b79ea6055529e3c5e3070bb6989b7562a9adab3c70a50526609804f41f04163c8dc69bacbd36ed8314681f630d3de9a5227f83c327f4fec2d497386cb77699c494b62896b6a349cc684df20d3771b414086847d2c53434c7997cad77f0f05dd1e85baf35811ebbe49f069a2ea4e331f2ac8a1ea136b543ed07163dac7d45cfcc66b4abf50f2b6a2919fa81be9527d3c1ca83e34eb5280727193efa1d57f105b414a65265b0d96a63680b2bd28438f853dc837d4fda5e72fd1165bc5175dc8dbc492ea91883754cdb3717d27a1b2cdac1d2f179cbcdc6745b87aa1ae0d44d5b618a1dbbb1d73de3f6b0754ad5bd67c3a22ac3353e9c25f510dd691158532b201e4bc8ea03c988393407ccdcd1827aab7880d7b2fa590ffaa42de488914ce650b0e7a384bde3e5561c5c7c7d02103e2f859bb0cfb8dd851ec8ad5a24fcb3c4e2fe3dc6032149ab05c48de95618c593e2c745752c4c8a7596c16ee1f7ff892e62347fbf801f2b5280dbf68c6872ecd9ce4a2778d6f3db4bd5f15080aa718a281610b6a4310ed23cec9b5b56f4e1092a5617d4dce0da18f236c8bd358df427c37ae579e1c23c15d3b18033cdd5c56960ca28ea262f925cc39472b23cfd9de645ebb9835df6e4b447219fe556aa71055413722acb644b365e3f6d31b7ec884b866e2a5ed96366bafda478767ebc5ba7c0407c38d2401bda7092d3a706787790ab3d5cc7181e0f556b61e80eff37feb67a81031008f71e57d2e36abe7fe5506ee3f5c691d47ef522804718cb948bc5b935bba6199eba7199c1b6b6e7f94451b4d1ffda0a41bbc154c08c339535ff0b07538a184e06c53b3a08b4a78032c6fa811aeffe1d3f5e4c66823c33abf80727c6c730d4a8e753f0452d01d98be5f5d9f100a99696cff1455b8599d937762cccfac9c88922caaf0552833d09015f8ebda48c3bdbc9e49b2c730ef098bd41283e8e1bcccc19534d105e50cc85b2dc859b50cd6199c09990429b414f5df2aca7aba8bac332dba399c8a1c0e2cc84b7cfff648124e1be07428b617d9c235bc1e6a6a80af2a6bc64291ec9b848bf33b15ccf8e465179114c5d4df483689e8dc266e526297da2c242661eded6c5ffe5e91cfbdbf3d6f9e8cd14d156ee05e56fa0380f913a64d0091763d0187', 1795934239933, 1795934239933, NULL, NULL);
INSERT INTO public.saml_keys VALUES ('local_K73EPRqgs', '1499691406001b252672f02f89809e644f2a83eb90041efc6432c69e1a076962', 'encryption', '\x308202bc308201a4a003020102021071449a67731d0a71f8de83f08f843b07300d06092a864886f70d01010b0500301a3118301606035504030c0f6c6f63616c5f4b3733455052716773301e170d3236313132383036333732305a170d3436313132343036333732305a301a3118301606035504030c0f6c6f63616c5f4b373345505271677330820122300d06092a864886f70d01010105000382010f003082010a0282010100ba1bf427128b7c3098b2ac4c4c6d51c398b29db485e7750e24cca225a819141b99f75590bf0ec4a341b44ce5f1acb0718e2c56c9fb7fbf8c8edb79dd94b101f495d2c1d4ce0f14d2db5ab4606cfee88c617780767ffbea64746a24ad6d42cd332eb148c72985edbd36f6186054c134d5e483c28b6a22865a0a93862d27c6d121803d5e7406b08492a0a44919a4da7a1bcbfd697024211f8d2ae12279ec8afba1a76f462ee821796e7cc902709eae2632cf1657478366bd8970f8aaea99917b415b46e6ef1d6faece18d71ca2353a6dd5b8d2d274b8221d6bd8ebf53465fd866cd2dbc7bd1e0b8a7464664d3a3ed40bb80dabf17d235e105bf33ce3334c916ebb0203010001300d06092a864886f70d01010b050003820101002e614e96318c522a83da3f937aa0de6b7932424349a9186043d3e70a2a20b4cf729f802d44554a321500757abc39d3ce8abef497f7c7557272055cd9e9a1b05cd5ff98deaca59ea95bc255dd76493a9d0d62352205463f03710b42bde7c997dbe3271d01f7c898f30fc72c28929ed995ef09f67d3cb707e75042e8d1b52f1fe3b1038eda251a38af61c8c30dfc0acb533001882ec270a8099a962961f2f86931e1338478da5972493c83b4cd1c63bb3ead2d140b50cbb9b32ec6106f3981e50ac77972e559fd626c77bf77ed46722302080cce2db73d34083a09c2722d2360e280bccc01fa64ef0c2da7a830b8693df3f64796c03d58504bc6f3897a13eb0f9b', '\x8c01789b1aae430448e575cb911b7efb362e3d992b1616559b9e9e8f59d3847a992656c1420d7518a2ae5ec69de0c9a215d2949701e9c4a05c60198d9d6c14f4f77cb28709edb8ef7ef2e0daec94bed914653cee96f253ceadf1f01fb18df6a263924741af701004f8cfa9dc194cbaea3e61e46899040e56c8089ec57aa73a85d5c69c2fc4c4a6c40ca569ae2806726df773b32425b5931ce696548c30bc410e5238c5f4d093acb9acd101a0254046dfb0cccf7563ec57792e572e57f4e6d30f6acdc310299b27a6efeece2eab9e959a95c720419606a01887aa99bfc40a37c03e6eee771b0e8deb7e10bd4177b0c81a8a419b359c2b811a5314a0a7321ee614f0f39ddb09f1e5e76ddbc80bf610ca7e41d06c6b53494bf5afa85e75c71847cf15ebe0afd48a4e03cf7759afb08d51409b5b3843263c8929ab3ceca002fd348af7d4cd1c58b0c95514dfb8e539a34b04987a24874b37c030d5b607ff4cbb3467820bf5e448afb69fd1f53cb70e34d0c36a8db528a448d2b653d0a652a4e8e8dedf596c36cbd554e1418879b4d03de168522df4e73e1b949a737e6f7ccd381553db49fc5c6b97f7d5dd02391ebe325170078c49c2c6158f12fade34fa699d4e01a403d47fb892951d458b4efc7ca321f3d79d72152eb3c0534cd95708d4ddbc49e24f6f00b6038efb3714b20edb9835f19e61194f96106d00b4db831bed720cf05d47c77e1604014722037a0d5e633fb9f58f67d1de9c90b0524c6ea66aa6c619de251a7083fdd8baf6d51b44442d08ef76a8e36df0c61bc33f4f68bad8b5c82045914ba2f9c6ffd94383fb790cbd0046f0899cec69a8fe998996f1c74e39ada676d817d71c9dd2b7d4daa82e4e506286c501c7501e676f99673f526a17d852f9c89bbf46060fdaccf1a0ca4c56007fef5ef165012e1b27ec95e19a74350b177631e4e3ac9449abcebb56527243ecd12bd98e1acec3e06504d85cb0cfe61f9da0c7187e7d485d07d4ac69bd51e3cb47cbe2aae7315846d6cdcc5a20de440710cc2ec248c717ef0796cdfc5f2bdcbe20812844c539fe19228644c009eb2b8cdcf528463953fd0fd0c926e5fe5c1e6e2923f9a6da6577a6481d0a425527e1e54d45bf263b767cb3115fa6689c1a6e9af06346c27ff4b37fcccfe3f0dcc0bfcaab4d8254c15fb8585e98c138cb37a5f999a9fe2ab3e1289e73c099c91db40d8eb912e991dfc05f4dd61767bb40a7dc8896952bac99292c7d36f620d8e4a35523fceb002291820f0a5ca562327c1b975d0bb2d39b0f68a154bf505f0b88e8292a17167f87e4ec836acfa36f2c651e7fe8a2c96eec5a19bf8eaa39bccd445447fa99a213eeced1ef953a3659ca37e318b0dcd89d8d7a059b99001d72f8ff71c97b425d280ac81dba873fa583409ece65f665664902c7fce9acea00443662da258394c3311dc5cb22d5f034a59638552216734e3a47dd6536e5df1148e47fcb1ba752da23c60d8950fbfed990f4a52f43ee493460b386d3f5e19355e027d8677182fcdb21ee705d01e20c3da02afc287b16185829e2ed284e93f6c5b840d4390c4eff89419caa44e80e6e4a0aa80e9b6cdf5b7f6412eb88e9ae75e9176a516c601e31e54c403b2887b7174bbf6b93a8488d47a08fef8ca8632fa404a3b01ca7fbf97a8bbc13ac4af2ca03fa1fe906d0b761541506667a3470a969e72aa25f8d7e0469f7ab692ea0246e2fb1100de9603e3cd8f5d5640b6b4878acceb58e9773a4', 1795934240511, 1795934240511, NULL, NULL);
INSERT INTO public.schema_migrations VALUES (7, 'tables', 7, 1795934238126);
INSERT INTO public.schema_migrations VALUES (8, 'notifications', 7, 1795934238126);
INSERT INTO public.schema_migrations VALUES (9, 'sign-ins apart', 7, 1795934238126);
INSERT INTO public.schema_migrations VALUES (10, 'SAML in full', 9, 1795934238126);
INSERT INTO public.schema_migrations VALUES (11, 'federations and authentication contexts', 10, 1795934238126);
INSERT INTO public.sessions VALUES ('ukCZF2xXNouC9vUj4zo0nQ', 'local_K73EPRqgs', '1415f461-4797-4af1-91f1-1e38d836b08e', 'pysaml2', '\x5b008cca5786b66c071f8417a66507ebc5dc4e7f09a6f5713db2728fb8ed930a', '\x8a2ec319ed1069d7c464a2c35f5937bbdab67affd319252393de1a1437948bf5', 1795934241000, 'id-rzBdpuuTvhEtVdfbs', 1795934241093, 1795977441093, '{"format":"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent","value":"nid-ann-51d9e3"}', '\x03e34acbff2bc8214a765d6a387729ef4bab2a85b273b16e72bd4d4572a367b5', NULL, '{"acr":[],"amr":["pwd"]}');
INSERT INTO public.sessions VALUES ('EwBmgNPnsui9KtMkiITfjA', 'local_K73EPRqgs', '1415f461-4797-4af1-91f1-1e38d836b08e', 'pysaml2', '\xada58fe1aee74130b0ec04fdf9063acd1a911942762f0e2b92573f10f56a2035', '\x1ae1ff627fe236b78f92dd713c18fcd604d95c57da87e0dd68bf60e98fa8f86b', 1795934241000, 'id-yBm3uXUOmt3zKyfft', 1795934241161, 1795977441161, '{"format":"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent","value":"nid-ann-51d9e3"}', '\x03e34acbff2bc8214a765d6a387729ef4bab2a85b273b16e72bd4d4572a367b5', NULL, '{"acr":[],"amr":["pwd"]}');
INSERT INTO public.sessions VALUES ('3qO_O5oUNaPLzX9QtJgREQ', 'local_K73EPRqgs', 'd0547174-9f6a-4532-a86a-289f34f91621', 'pysaml2', '\x48b9e81a6189d05626c71dfe618ae8865c40a001df14214191f14a8a07d9b7a0', '\x6dc48fbc76e1c84c4d7cd23c797346210d643dce58b412d1655181047ea97a3e', 1795934241000, 'id-lbo8LbSu0iZIgcd2i', 1795934241238, 1795977441238, '{"format":"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent","value":"nid-bob-51d9e3"}', '\xa3ea1ac92c8736c74f542091908c635e298dc3f266a20186a5f137efc6ae6b3a', NULL, '{"acr":[],"amr":["pwd"]}');
INSERT INTO public.sessions VALUES ('5N4DC-XXXRLkVkdl1dhkUQ', 'local_K73EPRqgs', 'd0547174-9f6a-4532-a86a-289f34f91621', 'pysaml2', '\xe52c0c2b710b8ede48ef1cd432cc3697b42a5a74c551dc01805c045cebf5b491', '\x18ac2e67991907eb896c5f406a4fea739ebd5a902c44150c1997ec7648ddd365', 1795934241000, 'id-0BRmiCmYSbUBFeFVT', 1795934241295, 1795977441295, '{"format":"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent","value":"nid-bob-51d9e3"}', '\xa3ea1ac92c8736c74f542091908c635e298dc3f266a20186a5f137efc6ae6b3a', NULL, '{"acr":[],"amr":["pwd"]}');
INSERT INTO public.signing_keys VALUES ('local_K73EPRqgs', 'IT6hzaWdwEixrMXVHA-igbQMaHa452MAsnPDJIRg69c', 'RS256', 'current', '\x530d79647fd309fff5c04ec950e31dfb1101649d3468f7a7d4bbcddc1611ed1003ad2ac600727fcf2f0d889d073679ec8616b03c93c90dcf7788b18382cd2817cbfc6e7429f29c7b0227130aa597947552ae28f2b0b4f81940fa4e8092e035f34f6eb4bcd020388e44d450a98c8553283f172d2dcbe50b4136bb8e2e194e6b4154adb7ccfa3c38274cf3d8bca97ae561f22d914dc10cc7b7d9b00fbde61de0963ae4c8e88dba3b696f9cba9386fa056c2ecd0622fd8e62b2a8263b96450e4abfc291af1e3c69ad26bc583136fb2530596c53cb48471d58296e978cf28f242a188e44699bdb664e1666943ae4b25fd4d80a17bea00b043fb7821282490238f9ab59b01e93afba46cbd2deed4e98acc7543a4ef90098573d4b5b284ed0ef1664494bb779860cd626e0e42c9be351ef7e36d6583590feb49a851ecb7a41257723e142363983e12308018bbd7faa44c9616a246101488f788e1c0cf0fbdd7e56ec4017bbae44d829c7b259fc063fc99a72788091657c6fbfdc7ede90b0c29ff12c7b8a4c7a5dbfcf70071c3505edc5f02c4044f33f6b7e9d0e32a76e930c26cd8f3151764ea92c7db9fefb76b8a914d9c27a2b40d286c9af41a5b2faa69df617ae42decd3328fd1be34bf52b61410975c9343e11016bb6ed6c8dae9af55a4bc557c86c37d6b9335651d21f4ff39b1f45305c90169520c643f526d15b3b209842a75f50a77ab5ce0ca11ac9b5df0267615efbe834d2cfbed6b1b3a5706dbc47a07273d386752d3c553bd2d30077abdc2c04854233b5ba741682c69d9f832400c9d75ee92da674c659c0f081ae12b875b43122aab92384a68a13a480c455da969a83bc11645edad09c27446ccb3a14eea1bc7924ba72e6325085086e5051b5e2a1aa1d8ff2d2dc4dbc1299cfbce48e11363ca79f335b1c18f0818dfa300eadceff3ce7ea65f14c2828b2caee0db3002521dd9d587ddc1da4a53865473759ca11628981fd6c622aec173ec9eb9cc99cfd03d8c921d99c71cc6d2faa3830a04b0614622e9f524394e5d6c14080a38610eb4bcdb38d31c91aadc0b4096623b8d6dca6041a36a505a7b0d47028a93b814ed8a52bbe04bcd733c675c0a388c7ec5fce779d8d044fc99043958fd9422061772d26802c4ceb9703d876a21e6b130c0326195c45ab8f88d82f0ab82d0b9cba28a30341644f00f2f1d5cfcd254dbeb1b92c411310bdd8ab7dabb53d1547ce4de993821129dba3ae83cf81afccd1e2aff13bd83449cb5508edcd9f9b71e9c125fc1ca7693f782c96beb3522f25810489668e9e19e32f2a5af48631b2beab8f61b46fd5c46d924644085743a8679c8a2527712b39b7f15e0043cd815cb5a928484012aa0789d1a977f6479f4c540a3d1edd8016d19fffb2edc17f6320756108d7ba5ac97dc614eeee7a2c50982f999cc24d42a5d020232d82eeab9fee7ca8a055f8036dbd70f9512de79f55df8564bab27047d9e7020f0853f1ce3530846de04d32ba788c8eb47869b35eb17ab2316c589e3d8f994e2aa224b2a40f476261836cb53f24bfa236b084581823b94477ed42b7f4a6155ebbd0221cbc1a91abc1bf3a85680274c01e41695a544061011dc0c4c06a4c6d10592647c7a55622d61f2d9cc34799513a680a667b33edc2d74f5abc95eca74bc24ce5f220fad3a863b248264c2f9f9498804fefd72ea4b1e4b6547d76ed35c06a637a4305476257cd20a06e3a104d2c6b24f62d495b5d26fe3dfb76e936', 1795934239858, NULL);
INSERT INTO public.signing_keys VALUES ('local_K73EPRqgs', '2pFewZrqu_YmWSwO0BB_Xafrp3JdGHFztgF1RRCQmnQ', 'RS256', 'upcoming', '\x2d64da911e158df1f610a71872b054dfd62f089d27e5962732fff5a3eeb326a38fd8e2e674e2653824a5ea3b5f892314e71c24e59233d72d6ea5481f03cb9473e24e5cbfe6e64fed8a7c96767f8c60d3d6720025aab05e55e50e92f97f98906baef3f107ce6aaf5ba23b1d11ca47232bcd1fc836cbf5852f06dd85174c35b89372cc9af6805ef930b1547bd097fb1ace54d6482fd6648e363d0d19b60d05f75dfb60f12534db50c1e6bfedd7c0b66638c404f7a4bb051ce373cc23485071d5ae6e8ddf37e61d66effea241505bd4150c67738c90ba75d2b59407087086f7adda2bb56a98da6385a3b37c80d33727691acc9b7e61a7aafe044c52e49365ec060f88d3039d0c754fb3ad88f3267c534f13a20dce5fe853018375e18741911982cfd99c7e964e9b9819d3250766001693c780d73ec4b618f4661a676b4fb666643dd750d60eb6aaed2aec9a30c5c2d028a8597303bf7eeff5cf87258cb8d126d78195a1eb171e7075f86f025a333e27ed7b238309adceb1a148373a0e617641aabbf99d43813f864c8e02bdc7473df34a422aaba829617e67d01296488bb97bb5705565a4a1c7c3e196ffb1a69d82820da0df3bd14fcd05cdd2c7a6ccf5b0e20c2ce2a09bc02e9cad2271f34ec1b0260b7b84c102c920eaa3312efca6b0489609ed73fbf5b68776a81d77c723b09de6e010c3cc5e3bc6025cfea7fb414c5caa1b994f6609bfac5d5d910184e93db10583e3f77dcc20c20ce09fdb0201a52c292ec2d8b8b0fd9855815e8a8c53afdab0a0199086ab6dfe91c00d54bbd02cbf3428362270ee76cdfdf4ff8734d2e5220a3b3cbb50b663702e368029d8f3ae044b93e6c8374735729cee72b4e51991457d142df2e2e562ba3fd97bfceafe09209785bcde3f7f6c94b04dfce70f48306addc15de61793d5726a5263fef29d0a605a8608c655b9dcf3d58a99d4af219161f90b215d1d001273b98a1610f361c721b81ad740138e4744bad274c0f61468ce2796d3855af14b24fbec06d20349d67d3141b834c419a39c8f9ba37543a8950a00f016f0a30206377c8427339e3805d513f445cf6a2d473c5eb3be852e704a332ec1db35bf2c6d3b3bae7478410bd89fd7951c7d8e44d20b9088755a8c2142366347b104f3c51052ed0dd0bca425595120f8d20309c97094c31cc806178b25ccd2072e01fe1a44ff10d8559ae878b60bb027b0056057aaa64199708de92709c8f0a524d0b995e606358b2caca59d0c9da5d5c8dc5d80921d3deb7a3eb5fc3587110eb43c04effeca03d30b85b36b346cd478c0fec77b0ba67b917b9b8ae41f8f093b1746514299013b8a044cf55b7fed13a6a41a9f0671c15a5321f8b2a52d94e85fb7246cc1f3b5749c2ec8722c8b111634a4ad068b1ee8b2f02795fa6cc1799dc9695dfe792cb6190c157dc45c3877bfdeeba80a653f91bbd78975929913e7d81827e8d93e937bfb81504967570f7f3656717b75210c6d572afe0c050da74f784addd45a44131c4cb50dcce5d956bf417864f76c1d77fbbb6b6af0bb34a5700db69846cf252f1e18bf2b9f130e6640feb71e5e51d0f93f52dbbbb2ab09e910412e18e223850d36346c3e03109018a2b03db5fc59738c2f9639e6ff7e1c5545b50cdd0b657e4be7678674009753398e204704735f355c7f533b7b8e826cc9e1aed0416d6a0f2255c8f58d96ab688605a137e3483a8bba1df6a71ba1ce53d7073d1e2bb28841a84ca384fe456340c598', 1795934241793, NULL);
INSERT INTO public.token_families VALUES ('ODonLAfVpfcjDUoNFbP8pg', 'local_K73EPRqgs', 'nebdhzlpmrjmvax4vddzvumfvb', '1415f461-4797-4af1-91f1-1e38d836b08e', 'ukCZF2xXNouC9vUj4zo0nQ', 'pysaml2', '["openid","email","profile"]', NULL, 'AGtdKkVZdM_yrHqZO0UBTmMJY1pMf4MsGsXD8zmt7e4', 1795934241000, 1795934241093, 2, '\xe6579375c701a11a934a70351e42019de31aca38ac151fe329c8acaa9dc34510', 1795934241113, 0, 1798526241102, NULL, '{"acr":[],"amr":["pwd"]}');
INSERT INTO public.token_families VALUES ('bklKvVltGObEOmyUe6lXfg', 'local_K73EPRqgs', 'nebdhzlpmrjmvax4vddzvumfvb', '1415f461-4797-4af1-91f1-1e38d836b08e', 'EwBmgNPnsui9KtMkiITfjA', 'pysaml2', '["openid","email","profile"]', NULL, 'AKJKkUdgQMw2LrZf2rpgYynx7IJ6UUwNLaQ8JylFw0c', 1795934241000, 1795934241161, 1, '\xcd8effb93f3a28c1446a5c3447297f5a5e4419e5f5eeffc22f98f894a374f287', 1795934241167, 1, 1798526241167, NULL, '{"acr":[],"amr":["pwd"]}');
INSERT INTO public.token_families VALUES ('nImGa4M9S_fm4oIbwoeTxw', 'local_K73EPRqgs', 'nebdhzlpmrjmvax4vddzvumfvb', 'd0547174-9f6a-4532-a86a-289f34f91621', '3qO_O5oUNaPLzX9QtJgREQ', 'pysaml2', '["openid","email","profile"]', NULL, 'yUj5UIJLyhOdE0W_CEotDPnpyG4KZmXyoF3wCtXenbI', 1795934241000, 1795934241238, 0, NULL, NULL, 0, 1795934541238, NULL, '{"acr":[],"amr":["pwd"]}');
INSERT INTO public.token_families VALUES ('Ki4a4bu619z5o0JDowIhKg', 'local_K73EPRqgs', 'nebdhzlpmrjmvax4vddzvumfvb', 'd0547174-9f6a-4532-a86a-289f34f91621', '5N4DC-XXXRLkVkdl1dhkUQ', 'pysaml2', '["openid","email","profile"]', NULL, 'TuFxorICvxAM-0HQur89XvzBiyp-pSjSfUpXUAPqA8k', 1795934241000, 1795934241295, 1, '\x88728dbcf609f380483c33e3ebf99d7e6bcd4f665c9938839fd7f66fdcddf8f5', 1795934241302, 0, 1798526241302, NULL, '{"acr":[],"amr":["pwd"]}');
INSERT INTO public.user_pools VALUES ('local_K73EPRqgs', 'staff', 'id.old.example', 'RS256', '[{"multivalued":true,"name":"team","type":"string"}]', 1795934239700, 'Old staff', NULL, NULL, NULL, NULL, NULL, NULL, 1, '[]', NULL, 1, NULL);
INSERT INTO public.users VALUES ('1415f461-4797-4af1-91f1-1e38d836b08e', 'local_K73EPRqgs', 'pysaml2_nid-ann-51d9e3', 1, '{"email":"ann@pysaml2.example","email_verified":false,"family_name":"Søndergård-Łuczak","given_name":"Ann","name":"Ann Søndergård-Łuczak"}', 1795934241093, 1795934241093, NULL, NULL);
INSERT INTO public.users VALUES ('d0547174-9f6a-4532-a86a-289f34f91621', 'local_K73EPRqgs', 'pysaml2_nid-bob-51d9e3', 1, '{"email":"bob@pysaml2.example","email_verified":false,"family_name":"Søndergård-Łuczak","given_name":"Bob","name":"Bob Søndergård-Łuczak"}', 1795934241238, 1795934241238, NULL, NULL);
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
ALTER TABLE ONLY public.installation_settings
    ADD CONSTRAINT installation_settings_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.logouts
    ADD CONSTRAINT logouts_pkey PRIMARY KEY (pool_id, reference);
ALTER TABLE ONLY public.metadata_fetches
    ADD CONSTRAINT metadata_fetches_pkey PRIMARY KEY (pool_id, provider);
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
ALTER TABLE ONLY public.trial_sign_ins
    ADD CONSTRAINT trial_sign_ins_pkey PRIMARY KEY (ticket);
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
CREATE INDEX federation_generations_by_provider ON public.federation_generations USING btree (pool_id, provider);
CREATE INDEX federation_words_by_word ON public.federation_words USING btree (generation, word, sort_name, entity_id);
CREATE INDEX followed_documents_by_time ON public.followed_documents USING btree (due_at);
CREATE INDEX group_memberships_by_group ON public.group_memberships USING btree (pool_id, group_name);
CREATE INDEX group_memberships_by_provider ON public.group_memberships USING btree (pool_id, provider) WHERE (provider IS NOT NULL);
CREATE INDEX identity_provider_domains_by_provider ON public.identity_provider_domains USING btree (pool_id, provider);
CREATE INDEX identity_providers_by_acr_values ON public.identity_providers USING btree (pool_id, acr_values) WHERE ((acr_values IS NOT NULL) AND (enabled = 1) AND (deleted_at IS NULL));
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
CREATE INDEX trial_sign_ins_by_expiry ON public.trial_sign_ins USING btree (expires_at);
CREATE INDEX trial_sign_ins_by_pool ON public.trial_sign_ins USING btree (pool_id);
CREATE UNIQUE INDEX trial_sign_ins_by_request ON public.trial_sign_ins USING btree (request_id) WHERE (request_id IS NOT NULL);
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
ALTER TABLE ONLY public.logouts
    ADD CONSTRAINT logouts_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES public.user_pools(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.metadata_fetches
    ADD CONSTRAINT metadata_fetches_pool_id_provider_fkey FOREIGN KEY (pool_id, provider) REFERENCES public.identity_providers(pool_id, name) ON DELETE CASCADE;
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
ALTER TABLE ONLY public.trial_sign_ins
    ADD CONSTRAINT trial_sign_ins_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES public.user_pools(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.unlinked_identities
    ADD CONSTRAINT unlinked_identities_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.user_groups
    ADD CONSTRAINT user_groups_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES public.user_pools(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES public.user_pools(id) ON DELETE CASCADE;
