BEGIN TRANSACTION;
CREATE TABLE accepted_proofs (
    pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    provider TEXT NOT NULL,
    proof_id TEXT NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (pool_id, provider, proof_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE app_clients (
    pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    secret_hash BLOB,
    redirect_uris TEXT NOT NULL,
    post_logout_redirect_uris TEXT NOT NULL,
    grant_types TEXT NOT NULL,
    scopes TEXT NOT NULL,
    identity_providers TEXT NOT NULL,
    access_token_lifetime INTEGER NOT NULL,
    id_token_lifetime INTEGER NOT NULL,
    refresh_token_lifetime INTEGER NOT NULL,
    code_lifetime INTEGER NOT NULL,
    refresh_grace INTEGER NOT NULL,
    enabled INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (pool_id, id)
) STRICT;
INSERT INTO "app_clients" VALUES('local_257nTX3GM','old-confidential','Orders',X'3803353071DFD042DBECF5CF0B642779E5F284B0CFFA6070479D948978F9521E','["https://app.example/callback"]','[]','["authorization_code","refresh_token"]','["openid","email","profile","phone"]','[]',3600,3600,2592000,300,0,1,1795840485222);
INSERT INTO "app_clients" VALUES('local_257nTX3GM','old-public','Browser',NULL,'["https://spa.example/callback"]','[]','["authorization_code","refresh_token"]','["openid","email","profile","phone"]','[]',3600,3600,2592000,300,5,1,1795840485453);
CREATE TABLE audit_events (
    id TEXT NOT NULL PRIMARY KEY,
    pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    action TEXT NOT NULL,
    actor TEXT NOT NULL,
    user_id TEXT NOT NULL,
    provider TEXT NOT NULL,
    format TEXT NOT NULL,
    subject TEXT NOT NULL,
    issuer TEXT NOT NULL
) STRICT;
INSERT INTO "audit_events" VALUES('old-event-0','local_257nTX3GM',1795000000000,'link','command line','11111111-1111-4111-8111-111111111111','op','','ann-7','https://github.com/login/oauth');
INSERT INTO "audit_events" VALUES('old-event-1','local_257nTX3GM',1795000000001,'unlink','command line','11111111-1111-4111-8111-111111111111','op','','ann-7','https://github.com/login/oauth');
INSERT INTO "audit_events" VALUES('old-event-2','local_257nTX3GM',1795000000002,'link_by_email','sign-in','11111111-1111-4111-8111-111111111111','op','','ann-7','https://github.com/login/oauth');
CREATE TABLE authorization_codes (
    hash BLOB NOT NULL PRIMARY KEY,
    family_id TEXT NOT NULL UNIQUE REFERENCES token_families (id) ON DELETE CASCADE,
    scopes TEXT NOT NULL,
    resource TEXT,
    nonce TEXT,
    authenticated_at INTEGER NOT NULL,
    redirect_uri TEXT NOT NULL,
    code_challenge TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;
INSERT INTO "authorization_codes" VALUES(X'8E38E76E4D5640657C4F98CA8B0786E25BF7B6E460305D92AE219040A071576D','old-family-waiting','["openid","email"]',NULL,'n',1795000000000,'https://app.example/callback','E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',1795000300000,NULL);
INSERT INTO "authorization_codes" VALUES(X'1EA14BAE91857405446D0A68000960627CF0AF1A740B783334E4495886D1B29A','old-family-living1','["openid","email"]',NULL,'n',1795000000000,'https://app.example/callback','E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',1795000300000,1795000000000);
CREATE TABLE federated_identities (
    pool_id TEXT NOT NULL,
    provider TEXT NOT NULL,
    format TEXT NOT NULL,
    subject TEXT NOT NULL,
    issuer TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    PRIMARY KEY (pool_id, provider, format, subject, issuer)
) STRICT, WITHOUT ROWID;
INSERT INTO "federated_identities" VALUES('local_257nTX3GM','corp','f','ann','https://idp.old.example','11111111-1111-4111-8111-111111111111',0);
INSERT INTO "federated_identities" VALUES('local_257nTX3GM','corp','f','bob','https://idp.old.example','22222222-2222-4222-8222-222222222222',0);
CREATE TABLE group_memberships (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    group_name TEXT NOT NULL,
    origin TEXT,
    PRIMARY KEY (user_id, position)
) STRICT, WITHOUT ROWID;
INSERT INTO "group_memberships" VALUES('11111111-1111-4111-8111-111111111111',0,'staff','corp');
INSERT INTO "group_memberships" VALUES('11111111-1111-4111-8111-111111111111',1,'by-hand',NULL);
CREATE TABLE identity_provider_domains (
    pool_id TEXT NOT NULL,
    domain TEXT NOT NULL,
    provider TEXT NOT NULL,
    PRIMARY KEY (pool_id, domain),
    FOREIGN KEY (pool_id, provider) REFERENCES identity_providers (pool_id, name) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
INSERT INTO "identity_provider_domains" VALUES('local_257nTX3GM','old.example','corp');
CREATE TABLE identity_providers (
    pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    entity_id TEXT,
    connection TEXT NOT NULL,
    attribute_mapping TEXT NOT NULL,
    domains TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL, display_name TEXT, search_text TEXT NOT NULL DEFAULT '', preset TEXT, logo_hash TEXT, logo_type TEXT,
    PRIMARY KEY (pool_id, name),
    UNIQUE (pool_id, entity_id)
) STRICT;
INSERT INTO "identity_providers" VALUES('local_257nTX3GM','corp','saml','https://keycloak.example/realms/staff','{"allowsAnySignatureOrder":false,"allowsIDPInitiated":false,"allowsMissingAuthnStatement":false,"entityID":"https://keycloak.example/realms/staff","metadata":"<md:EntityDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\" entityID=\"https://keycloak.example/realms/staff\"><md:IDPSSODescriptor WantAuthnRequestsSigned=\"true\" protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\"><md:KeyDescriptor use=\"signing\"><ds:KeyInfo><ds:KeyName>h2Vx9Qm3PvX1tY8zQ0rjS5dZr7wK6nB4cLeUfTgAaXo</ds:KeyName><ds:X509Data><ds:X509Certificate>MIIDATCCAemgAwIBAgIUfWj1smm5+fKkwOl5qQqxtHLVPE8wDQYJKoZIhvcNAQELBQAwEDEOMAwGA1UEAwwFc3RhZmYwHhcNMjYxMTI0MDU0NjIxWhcNMzYxMTIxMDU0NjIxWjAQMQ4wDAYDVQQDDAVzdGFmZjCCASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoCggEBAJOxSTXdev2jn38B2METghQEmfVmvhkz92SXteyvIkEz45QLP4+iJ6yLXCkg+8N3Xo3Y/GDmITHwgy2xxNNGjKeFAuW3Tf4b4rx4RUdyfBmT8SYtZJd9W0EK4kstun+viqyY0LVxTzZv9H3NoLYKhkTaWsbuXyI9fp0JECb1vDDDH8L3UgfhVnY79kmqnKc6hhR3yaFaTjnDaIlVyP3+dtC2+bgyrmjMZlMZaB8961m+qsXGdauWu8VhRQ50PgcxOBdzG09Sn4yRzUXRQF1GLjkZ3xs7+/gvZydDqYzn4qvIl8JHM1iguwUHvKWiHRtcXEw2DgZXid4zQLcIh+5KircCAwEAAaNTMFEwHQYDVR0OBBYEFG2mD78ljeUsOc6FkciG6IYWul6aMB8GA1UdIwQYMBaAFG2mD78ljeUsOc6FkciG6IYWul6aMA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQELBQADggEBAEvZRi6mpcPI8bJ+lJ/+dO4s7uCexkxlLhsljBVWpH1emmDQF0mkSjsfuVV+V9M11Cx9/1kohR10hYYzhgHlQyNp8hEkbUYjg9J3ZYC8+1Jm52UKq0qzVpd9FQJvwXgbuDYxAeYhostPhCh1RaSM1Tu2g24Lu0HwlGSzQuDEd/C79BBXcysHVywbN2fgYMK4w7iUuMkwqx3oBSBq4cJkIAV+UnXLM80PtHackr5qXPbKBWLFz8+rV2GBcVEESelvqm+pkDRE8TQG2gy0ivbc/nuHAomQGXpP4kMpQdHjySVPH2ZWZzlD/bH4ZN++vleUn322N7gBApXxP3dH7snGwg0=</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:ArtifactResolutionService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:SOAP\" Location=\"https://keycloak.example/realms/staff/protocol/saml/resolve\" index=\"0\"></md:ArtifactResolutionService><md:SingleLogoutService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" Location=\"https://keycloak.example/realms/staff/protocol/saml\"></md:SingleLogoutService><md:SingleLogoutService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\" Location=\"https://keycloak.example/realms/staff/protocol/saml\"></md:SingleLogoutService><md:SingleLogoutService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact\" Location=\"https://keycloak.example/realms/staff/protocol/saml\"></md:SingleLogoutService><md:SingleLogoutService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:SOAP\" Location=\"https://keycloak.example/realms/staff/protocol/saml\"></md:SingleLogoutService><md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat><md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:transient</md:NameIDFormat><md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified</md:NameIDFormat><md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</md:NameIDFormat><md:SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" Location=\"https://keycloak.example/realms/staff/protocol/saml\"></md:SingleSignOnService><md:SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\" Location=\"https://keycloak.example/realms/staff/protocol/saml\"></md:SingleSignOnService><md:SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:SOAP\" Location=\"https://keycloak.example/realms/staff/protocol/saml\"></md:SingleSignOnService><md:SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact\" Location=\"https://keycloak.example/realms/staff/protocol/saml\"></md:SingleSignOnService></md:IDPSSODescriptor></md:EntityDescriptor>\n"}','{"rules":[{"attribute":"email","required":false,"source":"email"},{"attribute":"groups","required":false,"source":"groups"}]}','["old.example"]',1,1795840484681,1795840484681,NULL,'corp
corp',NULL,NULL,NULL);
INSERT INTO "identity_providers" VALUES('local_257nTX3GM','op','oidc',NULL,'{"algorithms":["RS256","PS256","ES256","EdDSA"],"answersByForm":false,"assertionAudience":"issuer","clientAuthentication":"client_secret_post","clientID":"old","dialect":"github","endpoints":{"authorization":"https://github.com/login/oauth/authorize","sendsIssuer":false,"token":"https://github.com/login/oauth/access_token","userInfo":"https://api.github.com/user"},"extraParameters":[],"isDiscovered":false,"issuer":"https://github.com/login/oauth","knownPrompts":["select_account"],"onGroupOverage":"refuse","preset":"github","scopes":["read:user","user:email"],"sealedSecret":"OnEFffdOorEHhcKCcwyVC7oi0XbvFl8g3OVo_BntVPQSH96aU_nxrNWqYg","sharesRedirectURI":false,"subjectClaim":"id","tenants":[]}','{"rules":[{"attribute":"email","required":false,"source":"email"},{"attribute":"name","required":false,"source":"name"},{"attribute":"preferred_username","required":false,"source":"preferred_username"},{"attribute":"picture","required":false,"source":"picture"}]}','[]',1,1795840485015,1795840485015,NULL,'op
op','github',NULL,NULL);
CREATE TABLE images (
    pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    hash TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (pool_id, hash)
) STRICT;
CREATE TABLE pending_sign_ins (
    id TEXT NOT NULL PRIMARY KEY,
    pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    provider TEXT NOT NULL,
    browser BLOB NOT NULL,
    previous_cookie BLOB,
    request TEXT NOT NULL,
    assertion_consumer_service TEXT NOT NULL,
    authenticated_after INTEGER,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
, claimed_at INTEGER) STRICT;
INSERT INTO "pending_sign_ins" VALUES('_old-pending-sign-in','local_257nTX3GM','corp',X'04F4ED75D37C5A0691220C793EFB19ED7C37C8F03A5159D1B2FBF78FA5D59F74',NULL,'{"clientID": "old-public", "redirectURI": "https://spa.example/callback", "scopes": ["openid"], "state": "s", "codeChallenge": "ccccccccccccccccccccccccccccccccccccccccccc", "responseMode": "query"}','https://id.example/local_257nTX3GM/saml2/idpresponse',NULL,1795000000000,1795001800000,NULL);
CREATE TABLE refresh_tokens (
    hash BLOB NOT NULL PRIMARY KEY,
    family_id TEXT NOT NULL REFERENCES token_families (id) ON DELETE CASCADE,
    scopes TEXT NOT NULL,
    resource TEXT,
    nonce TEXT,
    authenticated_at INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    retired_at INTEGER,
    successor BLOB
) STRICT;
INSERT INTO "refresh_tokens" VALUES(X'B3B17B8F70DF8AA89B0EBD73B04B7625A435FD2280F91A73BF234C771BBF9B08','old-family-living1','["openid","email"]',NULL,'n',1795000000000,1795000000000,1797592000000,1795000000000,X'1FA04ADB9E1B3B083261AC0833468398119C5DB827217749895A908CEDB0295F');
INSERT INTO "refresh_tokens" VALUES(X'1FA04ADB9E1B3B083261AC0833468398119C5DB827217749895A908CEDB0295F','old-family-living1','["openid","email"]',NULL,'n',1795000000000,1795000000000,1797592000000,NULL,NULL);
INSERT INTO "refresh_tokens" VALUES(X'3D8517DD457D9D081725F29188E9FCDFAD56CB0EBB8F8A216DED7E58CDDD5C1B','old-family-living2','["openid","email"]',NULL,'n',1795000000000,1795000000000,1797592000000,NULL,NULL);
INSERT INTO "refresh_tokens" VALUES(X'73BB7B1CEC6C33DB7BE2290940A2CE78C4EA2FDFAFA156C0ACBBBADF5237D28C','old-family-ended-1','["openid","email"]',NULL,'n',1795000000000,1795000000000,1797592000000,NULL,NULL);
CREATE TABLE schema_migrations (
    version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL
) STRICT;
INSERT INTO "schema_migrations" VALUES(1,'first tables',1795840484000);
INSERT INTO "schema_migrations" VALUES(2,'OpenID Connect providers',1795840484000);
INSERT INTO "schema_migrations" VALUES(3,'branding',1795840484000);
CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    pool_id TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    provider TEXT NOT NULL,
    cookie BLOB NOT NULL UNIQUE,
    authenticated_at INTEGER NOT NULL,
    upstream_session_index TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
INSERT INTO "sessions" VALUES('old-session-1-old','local_257nTX3GM','11111111-1111-4111-8111-111111111111','corp',X'105610FC50D3D3A8B98E8F03E0776481943AC549E3461AB8EB3982A2D481214C',1795000000000,NULL,1795000000000,1795043200000);
CREATE TABLE signing_keys (
    pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    phase TEXT NOT NULL,
    sealed_private_key BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    retired_at INTEGER,
    PRIMARY KEY (pool_id, id)
) STRICT;
INSERT INTO "signing_keys" VALUES('local_257nTX3GM','XX4KdDDlHqk85NpikDuO9d9mJyO9E-oLKHv0Rrw0OAc','ES256','current',X'D92E9ECD18048CE94B112AC65115D6F38867CDAEACC34FA2E1AD203B20CEA4A5C64948FD385F764D39D1744A9F2A6AEEE36B2695BDCCCDABE5CAB466',1795840484306,NULL);
CREATE TABLE token_families (
    id TEXT NOT NULL PRIMARY KEY,
    pool_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    session_id TEXT NOT NULL,
    provider TEXT NOT NULL,
    ended INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
INSERT INTO "token_families" VALUES('old-family-waiting','local_257nTX3GM','old-confidential','11111111-1111-4111-8111-111111111111','old-session-1-old','corp',0,1795000300000);
INSERT INTO "token_families" VALUES('old-family-living1','local_257nTX3GM','old-confidential','11111111-1111-4111-8111-111111111111','old-session-1-old','corp',0,1797592000000);
INSERT INTO "token_families" VALUES('old-family-living2','local_257nTX3GM','old-confidential','11111111-1111-4111-8111-111111111111','old-session-1-old','corp',0,1797592000000);
INSERT INTO "token_families" VALUES('old-family-ended-1','local_257nTX3GM','old-confidential','11111111-1111-4111-8111-111111111111','old-session-1-old','corp',1,1797592000000);
CREATE TABLE user_pools (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    domain TEXT UNIQUE,
    signing_algorithm TEXT NOT NULL,
    custom_attributes TEXT NOT NULL,
    created_at INTEGER NOT NULL
, display_name TEXT, logo_hash TEXT, logo_type TEXT, accent TEXT, dark_accent TEXT, privacy_url TEXT, terms_url TEXT) STRICT;
INSERT INTO "user_pools" VALUES('local_257nTX3GM','Old staff','id.old.example','ES256','[{"multivalued":true,"name":"team","type":"string"}]',1795840484297,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    username TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    attributes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL, vouched_email TEXT,
    UNIQUE (pool_id, username)
) STRICT;
INSERT INTO "users" VALUES('11111111-1111-4111-8111-111111111111','local_257nTX3GM','corp_ann',1,'{"email": "ann@old.example", "email_verified": true, "custom:team": ["a", "b"]}',1795000000000,1795000000000,NULL);
INSERT INTO "users" VALUES('22222222-2222-4222-8222-222222222222','local_257nTX3GM','corp_bob',1,'{"email": "bob@old.example", "email_verified": true, "custom:team": ["a", "b"]}',1795000000000,1795000000000,NULL);
CREATE INDEX identity_provider_domains_by_provider ON identity_provider_domains (pool_id, provider);
CREATE UNIQUE INDEX signing_keys_in_use ON signing_keys (pool_id, algorithm, phase) WHERE phase <> 'retired';
CREATE INDEX federated_identities_by_user ON federated_identities (user_id, position);
CREATE INDEX pending_sign_ins_by_expiry ON pending_sign_ins (expires_at);
CREATE INDEX accepted_proofs_by_expiry ON accepted_proofs (until);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE INDEX token_families_by_user ON token_families (user_id);
CREATE INDEX token_families_by_session ON token_families (session_id);
CREATE INDEX token_families_by_expiry ON token_families (expires_at);
CREATE INDEX authorization_codes_by_expiry ON authorization_codes (expires_at);
CREATE INDEX refresh_tokens_by_family ON refresh_tokens (family_id);
CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (expires_at);
CREATE INDEX users_by_vouched_email ON users (pool_id, vouched_email) WHERE vouched_email IS NOT NULL;
CREATE INDEX audit_events_by_time ON audit_events (pool_id, at, id);
CREATE INDEX audit_events_by_user ON audit_events (pool_id, user_id);
CREATE INDEX token_families_by_client ON token_families (pool_id, client_id);
CREATE INDEX token_families_by_provider ON token_families (pool_id, provider);
CREATE INDEX sessions_by_provider ON sessions (pool_id, provider);
CREATE INDEX identity_providers_offered
    ON identity_providers (pool_id, enabled, search_text, name, display_name, logo_hash, logo_type, preset);
COMMIT;
