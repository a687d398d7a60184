import Gateway
import SAML
import TestSupport
import Testing
import UserPools
import WireFormats
import XMLSecurity

@testable import Administration

@Suite("The audit record: each field that is stored has a fact, and secrets have none")
struct RecordedTests {
    /// What of a value the facts tell, by its stored properties; empty where the event's target says it, or nobody changes it.
    private func expectTold(
        _ value: Any, _ names: [String: [String]], by facts: [AuditEvent.Detail], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let stored = Set(Mirror(reflecting: value).children.compactMap(\.label))
        #expect(stored == Set(names.keys), "a field that is stored has no fact", sourceLocation: sourceLocation)
        #expect(Set(names.values.joined()).subtracting(facts.map(\.name)) == [], sourceLocation: sourceLocation)
    }

    @Test("clients and pools")
    func clientsAndPools() async throws {
        try await GatewayFixture.run { fixture in
            let client = fixture.client, pool = fixture.pool
            expectTold(
                client,
                [
                    "id": [], "poolID": [], "createdAt": [], "name": ["client_name"], "secrets": ["client_secrets"],
                    "redirectURIs": ["redirect_uris"], "postLogoutRedirectURIs": ["post_logout_redirect_uris"],
                    "initiateLoginURI": ["initiate_login_uri"], "grantTypes": ["grant_types"],
                    "scopes": ["scope"], "webOrigins": ["web_origins"], "resources": ["resources"], "pkce": ["pkce"],
                    "identityProviders": ["identity_providers"],
                    "lifetimes": ["access_token_lifetime", "id_token_lifetime", "refresh_token_lifetime", "code_lifetime"],
                    "refreshGrace": ["refresh_grace"], "enabled": ["enabled"], "authentication": ["token_endpoint_auth_method"],
                    "keys": ["jwks"], "serves": ["serves"], "requiredGroups": ["required_groups"],
                    "requiresPushedRequests": ["require_pushed_authorization_requests"], "requiresDPoP": ["dpop_bound_access_tokens"],
                    "metadata": [],
                ], by: client.facts)
            expectTold(
                client.metadata,
                [
                    "refreshTokenIdle": ["refresh_token_idle"], "accessTokenFormat": ["access_token_format"],
                    "requireSignedRequestObject": ["require_signed_request_object"], "requestObjectSigningAlg": ["request_object_signing_alg"],
                    "idTokenSignedResponseAlg": ["id_token_signed_response_alg"], "userInfoSignedResponseAlg": ["userinfo_signed_response_alg"],
                    "introspectionSignedResponseAlg": ["introspection_signed_response_alg"],
                    "authorizationSignedResponseAlg": ["authorization_signed_response_alg"],
                    "forwardedHosts": ["forward_hosts"],
                    "attributesMaxAge": ["max_age_of_attributes"],
                    "mayImpersonate": ["may_impersonate"], "resourceScopes": ["resource_scopes"],
                    "certificates": ["tls_client_auth"],
                    "certificateBoundTokens": ["tls_client_certificate_bound_access_tokens"],
                    "defaultMaxAge": ["default_max_age"],
                    "registration": ["registration"],
                    "backchannelLogoutURI": ["backchannel_logout_uri"],
                    "isThirdParty": ["third_party"], "subjectType": ["subject_type"], "sectorIdentifierURI": ["sector_identifier_uri"],
                    "subjectsSince": [], "policyURI": ["policy_uri"], "termsURI": ["tos_uri"], "logo": ["logo"],
                    "backchannelLogoutSessionRequired": ["backchannel_logout_session_required"],
                    "frontchannelLogoutURI": ["frontchannel_logout_uri"],
                    "frontchannelLogoutSessionRequired": ["frontchannel_logout_session_required"],
                ], by: client.facts)
            let how = ["registration"]
            expectTold(
                SelfRegistration(.token),
                [
                    "way": how, "initialToken": how, "accessToken": [], "redirectHosts": how, "applicationType": how, "clientURI": how,
                    "logoURI": how, "policyURI": how, "termsURI": how, "contacts": how, "softwareID": how, "softwareVersion": how,
                    "sectorIdentifierURI": how, "documentDigest": [],
                ], by: client.facts)
            expectTold(
                pool,
                [
                    "id": [], "createdAt": [], "name": ["name"], "domain": ["domain"], "signingAlgorithm": ["signing_algorithm"],
                    "customAttributes": ["custom_attributes"], "branding": ["display_name"], "deletionProtection": ["deletion_protection"],
                    "resources": ["resources"], "publishesEncryptionKey": ["saml_encryption"],
                    "samlKeyDays": ["rotate_saml_keys_every"], "settings": [],
                ], by: pool.facts)
            expectTold(
                pool.settings,
                [
                    "registration": ["registration"], "workloads": ["workloads"], "signingAlgorithms": ["signing_algorithms"],
                    "signingKeyDays": ["rotate_keys_every"], "rateLimits": [], "pages": [],
                    "acceptedSignInDays": ["keep_accepted_signins"], "debuggedProviders": ["debugged_providers"],
                ], by: pool.facts)
            expectTold(
                RateLimits(), ["perAddress": ["limit_per_address"], "perClient": ["limit_per_client"], "perUser": ["limit_per_user"]], by: pool.facts)
            expectTold(
                PageSettings(),
                [
                    "darkLogo": ["dark_logo"], "hidesName": ["logo_says_name"], "supportURL": ["support_url"], "providerOrder": ["provider_order"],
                ], by: pool.facts)
            expectTold(
                RegistrationSettings(),
                [
                    "byToken": ["registration"], "byDocument": ["client_id_metadata_documents"], "documentHosts": ["client_id_metadata_hosts"],
                    "maximum": ["registration_maximum"], "unusedDays": ["registration_unused_days"],
                    "resources": ["registration_resources"],
                ], by: pool.facts)
            expectTold(
                pool.branding,
                [
                    "displayName": ["display_name"], "logo": ["logo"], "accent": ["accent"], "darkAccent": ["dark_accent"],
                    "privacyURL": ["privacy_url"], "termsURL": ["terms_url"],
                ], by: pool.facts)
        }
    }

    @Test("identity providers of both kinds")
    func providers() async throws {
        try await GatewayFixture.run { fixture in
            var provider = try await fixture.administration.provider("corp", pool: fixture.pool.id.text).settings
            let common = [
                "poolID": [], "name": [], "createdAt": [], "updatedAt": [], "kind": ["on_group_overage"],
                "attributeMapping": ["attribute_mapping", "required_attributes"], "domains": ["domains"], "enabled": ["enabled"],
                "displayName": ["display_name"], "logo": ["logo"],
            ]
            expectTold(provider, common, by: provider.facts)
            guard case .saml(let saml) = provider.kind else { return }
            expectTold(
                saml,
                [
                    "metadata": ["metadata_sha256", "signing_certificates"], "entityID": ["entity_id"], "metadataURL": ["metadata_url"],
                    "allowsIDPInitiated": ["allow_idp_initiated"], "initiated": ["idp_initiated_client"], "allowsSHA1Until": ["exceptions"],
                    "allowsMissingAuthnStatement": ["exceptions"], "allowsAnySignatureOrder": ["exceptions"], "exceptions": ["exceptions"],
                    "onGroupOverage": ["on_group_overage"], "subjectAttribute": ["subject"], "logout": ["single_logout"],
                    "requests": [], "following": ["follow_metadata", "metadata_signers"], "contextMapping": ["acr_mapping"],
                ], by: provider.facts)
            expectTold(
                SAMLRequestSettings(),
                [
                    "signing": ["sign_requests"], "binding": ["request_binding"], "responseBinding": ["response_binding"],
                    "nameIDFormat": ["name_id_format"], "forcesAuthn": ["force_authn"],
                    "authnContext": ["authn_context"], "authnContextComparison": ["authn_context_comparison"], "providerName": ["provider_name"],
                    "sendsSubject": ["send_subject"], "asksPassively": ["ask_passively"], "scoping": ["proxy_count", "scope_to_idps"],
                ], by: provider.facts)
            let endpoints = OIDCConnection.Endpoints(authorization: "https://a.example/", token: "https://a.example/")
            let oidc = OIDCConnection(
                dialect: .standard, issuer: "https://a.example", endpoints: endpoints, clientID: "us", clientAuthentication: .none,
                scopes: ["openid"])
            provider.kind = .oidc(oidc)
            expectTold(
                oidc,
                [
                    "preset": ["preset"], "dialect": ["dialect"], "issuer": ["issuer"], "endpoints": ["authorization_endpoint"],
                    "isDiscovered": ["discovered"], "followsDiscovery": ["follow_discovery"], "refreshesUpstream": ["refresh_upstream"],
                    "clientID": ["client_id"],
                    "clientAuthentication": ["token_endpoint_auth_method"],
                    "sealedSecret": ["client_secret"], "sealedBy": [], "secretSince": [], "secretTestedAt": [],
                    "pendingSecret": ["pending_client_secret", "pending_key_id", "pending_client_secret_tested"],
                    "previousSecret": ["previous_client_secret", "previous_key_id"], "keyID": ["key_id"], "teamID": ["team_id"], "scopes": ["scope"],
                    "prompt": ["prompt"],
                    "knownPrompts": ["known_prompts"], "acrValues": ["acr_values"], "extraParameters": ["parameters"],
                    "algorithms": ["algorithms"], "answersByForm": ["answers_by_form"], "sharesRedirectURI": ["shared_redirect_uri"],
                    "tenants": ["allowed_tenants"], "onGroupOverage": ["on_group_overage"], "subjectClaim": ["subject_claim"],
                    "assertionAudience": ["assertion_audience"], "contextMapping": ["acr_mapping"], "singleLogout": ["single_logout"],
                ], by: provider.facts)
            expectTold(
                endpoints,
                [
                    "authorization": ["authorization_endpoint"], "token": ["token_endpoint"], "userInfo": ["userinfo_endpoint"],
                    "keys": ["jwks_uri"], "sendsIssuer": ["sends_issuer"], "endSession": ["end_session_endpoint"],
                ], by: provider.facts)
        }
    }

    @Test("a replaced signing certificate is recorded by the fingerprints before and after")
    func certificates() async throws {
        try await GatewayFixture.run { fixture in
            var idp = fixture.identityProvider
            let before = try await fixture.administration.provider("corp", pool: fixture.pool.id.text)
            idp.publishedKeys = [.second]
            let document = idp.metadata()
            try await fixture.updateProvider { $0.metadata = .document(document) }
            let after = try await fixture.administration.provider("corp", pool: fixture.pool.id.text)
            let events = try await fixture.administration.auditEvents(pool: fixture.pool.id.text, user: nil, limit: 100)
            let event = try #require(events.first { $0.action == .providerUpdate })
            #expect(event.detail("signing_certificates_before") == before.saml?.metadata.signingKeys.map(\.sha256).joined(separator: " "))
            #expect(event.detail("signing_certificates") == after.saml?.metadata.signingKeys.map(\.sha256).joined(separator: " "))
            #expect(event.detail("signing_certificates") != event.detail("signing_certificates_before"))
            #expect(event.detail("metadata_sha256") != nil && event.detail("metadata_sha256") != event.detail("metadata_sha256_before"))
        }
    }

    @Test("a replaced client secret is recorded as that, and neither secret is")
    func secrets() async throws {
        try await GatewayFixture.run { fixture in
            var settings = OIDCProviderSettings()
            (settings.preset, settings.clientID) = ("github", "us")
            settings.clientSecret = SecretBytes(Array("first-secret".utf8))
            let pool = fixture.pool.id.text
            _ = try await fixture.administration.perform(CreateOIDCProvider("hub", pool: pool, settings: settings))
            var change = OIDCProviderSettings()
            change.clientSecret = SecretBytes(Array("second-secret".utf8))
            _ = try await fixture.administration.perform(UpdateOIDCProvider("hub", pool: pool, settings: change))
            let events = try await fixture.administration.auditEvents(pool: pool, user: nil, limit: 100).filter { $0.target.name == "hub" }
            let told = [AuditEvent.Action.providerCreate, .providerUpdate].map { act in events.first { $0.action == act }?.detail("client_secret") }
            #expect(told == ["given", "replaced"])
            #expect(!"\(events)".contains("-secret\""))
        }
    }
}
