import SAML
import UserPools

// What the audit record of a change says: each fact that became another, as it was and as it is. Never a secret.

extension AuditEvent.Detail {
    /// What differs between two descriptions of one thing.
    static func differences(_ before: [AuditEvent.Detail], _ after: [AuditEvent.Detail]) -> [AuditEvent.Detail] {
        zip(before, after).filter { $0.value != $1.value }.flatMap { [AuditEvent.Detail("\($0.name)_before", $0.value), $1] }
    }
}

extension AuditEvent {
    /// The same with what became another.
    func telling(_ before: [Detail], _ after: [Detail]) -> AuditEvent { with(Detail.differences(before, after)) }

    /// The same with what was there: of something that is deleted.
    func telling(_ facts: [Detail]) -> AuditEvent { with(facts.filter { !$0.value.isEmpty }) }

    private func with(_ more: [Detail]) -> AuditEvent {
        AuditEvent(id: id, poolID: poolID, at: at, actor: actor, action: action, target: target, details: details + more)
    }
}

extension AppClient {
    var facts: [AuditEvent.Detail] {
        [
            .init("client_name", name), .init("redirect_uris", redirectURIs.joined(separator: " ")),
            .init("post_logout_redirect_uris", postLogoutRedirectURIs.joined(separator: " ")),
            .init("web_origins", webOrigins?.joined(separator: " ") ?? "those of the redirect URIs"),
            .init("resources", resources.joined(separator: " ")), .init("grant_types", grantTypes.joined(separator: " ")),
            .init("scope", scopes.joined(separator: " ")), .init("identity_providers", identityProviders.map(\.text).joined(separator: " ")),
            .init("pkce", pkce.rawValue), .init("access_token_lifetime", String(lifetimes.accessToken)),
            .init("id_token_lifetime", String(lifetimes.idToken)), .init("refresh_token_lifetime", String(lifetimes.refreshToken)),
            .init("refresh_grace", String(refreshGrace)), .init("enabled", String(enabled)),
        ]
    }
}

extension UserPool {
    var facts: [AuditEvent.Detail] {
        [
            .init("name", name), .init("domain", domain ?? ""), .init("signing_algorithm", signingAlgorithm),
            .init("custom_attributes", customAttributes.map { "custom:\($0.name)" }.joined(separator: " ")),
            .init("resources", resources.map { ([$0.uri] + $0.scopes).joined(separator: " ") }.joined(separator: ", ")),
            .init("deletion_protection", String(deletionProtection)), .init("display_name", branding.displayName ?? ""),
            .init("accent", branding.accent ?? ""), .init("dark_accent", branding.darkAccent ?? ""),
            .init("privacy_url", branding.privacyURL ?? ""), .init("terms_url", branding.termsURL ?? ""),
        ]
    }
}

extension IdentityProvider {
    var facts: [AuditEvent.Detail] {
        let rules = attributeMapping.rules
        let common: [AuditEvent.Detail] = [
            .init("attribute_mapping", rules.map { "\($0.attribute)=\($0.source)" }.joined(separator: " ")),
            .init("required_attributes", rules.filter(\.required).map(\.attribute).joined(separator: " ")),
            .init("domains", domains.joined(separator: " ")), .init("display_name", displayName ?? ""), .init("enabled", String(enabled)),
        ]
        switch kind {
        case .saml(let saml):
            return common + [
                .init("entity_id", saml.entityID), .init("metadata_url", saml.metadataURL ?? ""),
                .init("metadata_bytes", String(saml.metadata.utf8.count)),
                .init("allow_idp_initiated", String(saml.allowsIDPInitiated)),
                .init("allow_sha1_until", saml.allowsSHA1Until.map(SAMLInstant.format) ?? ""),
                .init("allow_missing_authn_statement", String(saml.allowsMissingAuthnStatement)),
                .init("allow_any_signature_order", String(saml.allowsAnySignatureOrder)),
                .init("on_group_overage", (saml.onGroupOverage ?? .refuse).rawValue),
            ]
        case .oidc(let oidc):
            return common + [
                .init("issuer", oidc.issuer), .init("authorization_endpoint", oidc.endpoints.authorization),
                .init("token_endpoint", oidc.endpoints.token), .init("userinfo_endpoint", oidc.endpoints.userInfo ?? ""),
                .init("jwks_uri", oidc.endpoints.keys ?? ""), .init("client_id", oidc.clientID),
                .init("token_endpoint_auth_method", oidc.clientAuthentication.rawValue), .init("scope", oidc.scopes.joined(separator: " ")),
                .init("prompt", oidc.prompt ?? ""), .init("acr_values", oidc.acrValues ?? ""),
                .init("parameters", oidc.extraParameters.map { "\($0.name)=\($0.value)" }.joined(separator: " ")),
                .init("allowed_tenants", oidc.tenants.joined(separator: " ")), .init("on_group_overage", oidc.onGroupOverage.rawValue),
            ]
        }
    }
}
