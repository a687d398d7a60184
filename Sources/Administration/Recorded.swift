import Crypto
import Gateway
import SAML
import UserPools
import WireFormats
import XMLSecurity

// What the audit record of a change says: each fact that became another, as it was and as it is. Never a secret.

extension AuditEvent.Detail {
    /// What differs between two descriptions of one thing.
    static func differences(_ before: [AuditEvent.Detail], _ after: [AuditEvent.Detail]) -> [AuditEvent.Detail] {
        zip(before, after).filter { $0.value != $1.value }.flatMap { [AuditEvent.Detail("\($0.name)_before", $0.value), $1] }
    }
}

extension AuditEvent {
    /// The same with what became another.
    func telling(_ before: [Detail], _ after: [Detail]) -> AuditEvent { telling(changes: Detail.differences(before, after)) }

    func telling(changes: [Detail]) -> AuditEvent { with(changes) }

    /// The same with what was there: of something that is deleted.
    func telling(_ facts: [Detail]) -> AuditEvent { with(facts.filter { !$0.value.isEmpty }) }

    private func with(_ more: [Detail]) -> AuditEvent {
        AuditEvent(id: id, poolID: poolID, at: at, actor: actor, action: action, target: target, details: details + more)
    }
}

extension AppClient {
    var facts: [AuditEvent.Detail] { ownFacts + metadata.algorithmFacts }

    private var ownFacts: [AuditEvent.Detail] {
        [
            .init("client_name", name), .init("redirect_uris", redirectURIs.joined(separator: " ")),
            .init("post_logout_redirect_uris", postLogoutRedirectURIs.joined(separator: " ")),
            .init("initiate_login_uri", initiateLoginURI ?? ""),
            .init("web_origins", webOrigins?.joined(separator: " ") ?? "those of the redirect URIs"),
            .init("resources", resources.joined(separator: " ")), .init("grant_types", grantTypes.joined(separator: " ")),
            .init("scope", scopes.joined(separator: " ")), .init("identity_providers", identityProviders.map(\.text).joined(separator: " ")),
            .init("pkce", pkce.rawValue), .init("access_token_lifetime", String(lifetimes.accessToken)),
            .init("id_token_lifetime", String(lifetimes.idToken)), .init("refresh_token_lifetime", String(lifetimes.refreshToken)),
            .init("refresh_grace", String(refreshGrace)), .init("code_lifetime", String(lifetimes.code)), .init("enabled", String(enabled)),
            .init("client_secrets", String(secrets.count)), .init("token_endpoint_auth_method", authentication?.rawValue ?? ""),
            .init("jwks", keys?.fact ?? ""), .init("serves", serves.joined(separator: " ")),
            .init("required_groups", requiredGroups.joined(separator: ", ")),
            .init("require_pushed_authorization_requests", String(requiresPushedRequests)),
            .init("tls_client_auth", metadata.certificates?.fact ?? ""),
            .init("tls_client_certificate_bound_access_tokens", String(metadata.certificateBoundTokens ?? false)),
            .init("dpop_bound_access_tokens", String(requiresDPoP)),
            .init("default_max_age", metadata.defaultMaxAge.map { String($0) } ?? ""), .init("registration", metadata.registration?.fact ?? ""),
            .init("third_party", String(metadata.isThirdParty ?? false)),
            .init("subject_type", metadata.subjectType?.rawValue ?? "public"),
            .init("sector_identifier_uri", metadata.sectorIdentifierURI ?? ""),
            .init("policy_uri", metadata.policyURI ?? ""), .init("tos_uri", metadata.termsURI ?? ""), .init("logo", metadata.logo?.hash ?? ""),
            .init("backchannel_logout_uri", metadata.backchannelLogoutURI ?? ""),
            .init("backchannel_logout_session_required", String(metadata.backchannelLogoutSessionRequired ?? false)),
            .init("frontchannel_logout_uri", metadata.frontchannelLogoutURI ?? ""),
            .init("frontchannel_logout_session_required", String(metadata.frontchannelLogoutSessionRequired ?? false)),
            .init("refresh_token_idle", metadata.refreshTokenIdle.map { String($0) } ?? ""),
            .init("max_age_of_attributes", metadata.attributesMaxAge.map { String($0) } ?? ""),
            .init("forward_hosts", ForwardedHost.entries(forwardedHosts).joined(separator: ", ")),
            .init("may_impersonate", String(metadata.mayImpersonate ?? false)),
            .init("resource_scopes", (metadata.resourceScopes ?? []).joined(separator: ", ")),
            .init("access_token_format", metadata.accessTokenFormat?.rawValue ?? "jwt"),
            .init("require_signed_request_object", String(metadata.requireSignedRequestObject ?? false)),
            .init("request_object_signing_alg", metadata.requestObjectSigningAlg ?? ""),
        ]
    }
}

extension ClientMetadata {
    fileprivate var algorithmFacts: [AuditEvent.Detail] {
        SignedResponse.allCases.map { AuditEvent.Detail($0.rawValue + "_signed_response_alg", self[$0] ?? "") }
    }
}

extension ClientCertificates {
    fileprivate var fact: String { kind.map { "\($0.rawValue)=\(name ?? "")" } ?? (thumbprints ?? []).joined(separator: " ") }
}

extension ClientKeySet {
    /// Keys by the digest of their document: which they were can be compared.
    fileprivate var fact: String {
        switch self {
        case .document(let text): "sha256 " + sha256(text)
        case .url(let url): url
        }
    }
}

extension SelfRegistration {
    /// How it became a client, and what it says of itself.
    fileprivate var fact: String {
        let said = [
            initialToken, redirectHosts?.joined(separator: " "), applicationType, clientURI, logoURI, policyURI, termsURI,
            contacts?.joined(separator: " "), softwareID, softwareVersion, sectorIdentifierURI,
        ]
        return ([way.rawValue] + said.compactMap(\.self)).joined(separator: ", ")
    }
}

extension RegistrationSettings {
    fileprivate var facts: [AuditEvent.Detail] {
        [
            .init("client_id_metadata_documents", takesDocuments ? "on" : "off"),
            .init("client_id_metadata_hosts", documentHosts?.joined(separator: " ") ?? ""),
            .init("registration", takesTokens ? "token" : "off"), .init("registration_maximum", String(maximumClients)),
            .init("registration_unused_days", String(unusedDays ?? Self.defaultUnusedDays)),
            .init("registration_resources", resources?.joined(separator: " ") ?? ""),
        ]
    }
}

extension UserPool {
    var facts: [AuditEvent.Detail] {
        [
            .init("name", name), .init("domain", domain ?? ""), .init("signing_algorithm", signingAlgorithm),
            .init("signing_algorithms", signingAlgorithms.joined(separator: " ")),
            .init(
                "custom_attributes",
                customAttributes.map { "custom:\($0.name):\($0.type.rawValue)\($0.multivalued ? "[]" : "")" }.joined(separator: " ")),
            .init("resources", resources.map { ([$0.uri] + $0.scopes).joined(separator: " ") }.joined(separator: ", ")),
            .init("deletion_protection", String(deletionProtection)), .init("display_name", branding.displayName ?? ""),
            .init("accent", branding.accent ?? ""), .init("dark_accent", branding.darkAccent ?? ""),
            .init("privacy_url", branding.privacyURL ?? ""), .init("terms_url", branding.termsURL ?? ""),
            .init("logo", branding.logo?.hash ?? ""), .init("dark_logo", settings.pages?.darkLogo?.hash ?? ""),
            .init("logo_says_name", settings.pages?.hidesName.map { String($0) } ?? ""), .init("support_url", settings.pages?.supportURL ?? ""),
            .init("provider_order", settings.pages?.providerOrder?.joined(separator: " ") ?? ""),
            .init("saml_encryption", String(publishesEncryptionKey)),
            .init(
                "workloads",
                (settings.workloads ?? []).map(\.fact).joined(separator: ", ")),
            .init("rotate_saml_keys_every", samlKeyDays.map { "\($0) days" } ?? ""),
            .init("limit_per_address", settings.rateLimits?.perAddress.map { String($0) } ?? ""),
            .init("limit_per_client", settings.rateLimits?.perClient.map { String($0) } ?? ""),
            .init("limit_per_user", settings.rateLimits?.perUser.map { String($0) } ?? ""),
            .init(
                "debugged_providers",
                (settings.debuggedProviders ?? []).map { "\($0.provider) until \(SAMLInstant.format($0.until))" }.joined(separator: ", ")),
            .init("keep_accepted_signins", settings.acceptedSignInDays.map { "\($0) days" } ?? ""),
            .init("rotate_keys_every", settings.signingKeyDays.map { "\($0) days" } ?? ""),
        ] + (settings.registration ?? RegistrationSettings()).facts
    }
}

extension Workload {
    fileprivate var fact: String {
        [name, issuer, subject, clientID, keySetURL ?? keySet.map(sha256) ?? "by discovery"].joined(separator: " ") + (mayRepeat ? " repeated" : "")
    }

    var facts: [AuditEvent.Detail] { [.init("workload", fact)] }
}

extension IdentityProvider {
    var facts: [AuditEvent.Detail] { plainFacts + metadataFacts + secretFacts }

    private var metadataFacts: [AuditEvent.Detail] {
        guard case .saml = kind else { return [] }
        return (try? ConfiguredProvider(self))?.saml?.metadata.facts ?? []
    }

    /// Whether there is one, and no more.
    private var secretFacts: [AuditEvent.Detail] {
        guard case .oidc(let oidc) = kind else { return [] }
        return ClientSecretStage.allCases.map { .init($0.fact, oidc[$0] == nil ? "" : "given") }
    }

    private var plainFacts: [AuditEvent.Detail] {
        let rules = attributeMapping.rules
        let common: [AuditEvent.Detail] = [
            .init("attribute_mapping", rules.map { "\($0.attribute)=\($0.source)" }.joined(separator: " ")),
            .init("required_attributes", rules.filter(\.required).map(\.attribute).joined(separator: " ")),
            .init("domains", domains.joined(separator: " ")), .init("display_name", displayName ?? ""), .init("logo", logo?.hash ?? ""),
            .init("enabled", String(enabled)),
            contextMapping.fact,
        ]
        switch kind {
        case .saml(let saml):
            return common + [
                .init("entity_id", saml.entityID), .init("metadata_url", saml.metadataURL ?? ""),
                .init("metadata_sha256", sha256(saml.metadata)),
                .init("allow_idp_initiated", String(saml.allowsIDPInitiated)),
                .init("exceptions", saml.madeExceptions.map(\.fact).joined(separator: ", ")),
                .init("idp_initiated_client", saml.initiated?.clientID ?? ""),
                .init("on_group_overage", (saml.onGroupOverage ?? .refuse).rawValue), .init("subject", saml.subjectAttribute ?? "NameID"),
                .init("single_logout", String(saml.logout?.isEnabled ?? true)),
                .init("follow_metadata", String(saml.following?.isOn ?? false)),
                .init("metadata_signers", saml.following?.signers.map(sha256).joined(separator: " ") ?? ""),
            ] + (saml.requests ?? SAMLRequestSettings()).facts
        case .federation(let federation): return common + federation.facts
        case .oidc(let oidc):
            return common + [
                .init("issuer", oidc.issuer), .init("authorization_endpoint", oidc.endpoints.authorization),
                .init("token_endpoint", oidc.endpoints.token), .init("userinfo_endpoint", oidc.endpoints.userInfo ?? ""),
                .init("jwks_uri", oidc.endpoints.keys ?? ""),
                .init("end_session_endpoint", oidc.endpoints.endSession ?? ""), .init("single_logout", String(oidc.singleLogout ?? false)),
                .init("sends_issuer", String(oidc.endpoints.sendsIssuer)),
                .init("discovered", String(oidc.isDiscovered)), .init("follow_discovery", String(oidc.followsDiscovery ?? false)),
                .init("refresh_upstream", String(oidc.refreshesUpstream ?? false)),
                .init("client_id", oidc.clientID),
                .init("token_endpoint_auth_method", oidc.clientAuthentication.rawValue), .init("scope", oidc.scopes.joined(separator: " ")),
                .init("prompt", oidc.prompt ?? ""), .init("acr_values", oidc.acrValues ?? ""),
                .init("parameters", oidc.extraParameters.map { "\($0.name)=\($0.value)" }.joined(separator: " ")),
                .init("pending_key_id", oidc.pendingSecret?.keyID ?? ""), .init("previous_key_id", oidc.previousSecret?.keyID ?? ""),
                .init("pending_client_secret_tested", oidc.pendingSecret.map { String($0.testedAt != nil) } ?? ""),
                .init("allowed_tenants", oidc.tenants.joined(separator: " ")), .init("on_group_overage", oidc.onGroupOverage.rawValue),
                .init("preset", oidc.preset ?? ""), .init("dialect", oidc.dialect.rawValue), .init("key_id", oidc.keyID ?? ""),
                .init("team_id", oidc.teamID ?? ""), .init("known_prompts", oidc.knownPrompts?.joined(separator: " ") ?? ""),
                .init("algorithms", oidc.algorithms.joined(separator: " ")), .init("answers_by_form", String(oidc.answersByForm)),
                .init("shared_redirect_uri", String(oidc.sharesRedirectURI)), .init("subject_claim", oidc.subjectClaim),
                .init("assertion_audience", oidc.assertionAudience?.rawValue ?? ""),
            ]
        }
    }

    /// The facts of this one as it became of another. Of the client secret only that it is another one now.
    func differences(since before: IdentityProvider) -> [AuditEvent.Detail] {
        var details = AuditEvent.Detail.differences(before.plainFacts, plainFacts)
        // Read only where it may be another one: this runs in the transaction of the change.
        if details.contains(where: { $0.name == "metadata_sha256" }) {
            details += AuditEvent.Detail.differences(before.metadataFacts, metadataFacts)
        }
        if case .oidc(let old) = before.kind, case .oidc(let new) = kind {
            for stage in ClientSecretStage.allCases where old[stage]?.sealed != new[stage]?.sealed {
                details.append(.init(stage.fact, new[stage] == nil ? "removed" : old[stage] == nil ? "given" : "replaced"))
            }
        }
        return details
    }
}

extension ClientSecretStage {
    fileprivate var fact: String { self == .current ? "client_secret" : rawValue + "_client_secret" }
}

extension User {
    /// Of one who is deleted: who it was, by whom known, and in which groups.
    var facts: [AuditEvent.Detail] {
        [
            .init("username", username), .init("enabled", String(enabled)),
            .init("identities", identities.map { "\($0.provider): \($0.subject) of \($0.issuer)" }.joined(separator: ", ")),
            .init("groups", memberships.map { "\($0.group) (\($0.origin.text))" }.joined(separator: ", ")),
        ]
    }
}

extension SAMLException {
    var fact: String {
        quirk.rawValue + (until.map { " until " + SAMLInstant.format($0) } ?? "") + (reason.map { " (\($0))" } ?? "")
    }
}

private func sha256(_ text: String) -> String {
    SHA256.hash(data: Array(text.utf8)).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
}
