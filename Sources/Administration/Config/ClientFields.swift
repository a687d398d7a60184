import TokenVerifier
import UserPools

extension ConfigFields where Subject == AppClient, Settings == ClientSettings {
    static var client: ConfigFields<AppClient, ClientSettings> { clientFields }
    /// By which a client may prove itself, one of them.
    static var proofsOfClient: [String] { ["jwks_uri", "jwks"] + certificateFields.map(\.name) }
}

private typealias ClientField = ConfigField<AppClient, ClientSettings>

private let clientFields = ConfigFields<AppClient, ClientSettings>(ownFields + certificateFields + tokenFields + metadataFields)

private let ownFields: [ClientField] = [
    .text("client_name", { $0.name }, { $0.name = $1 }),
    ClientField.flag("confidential", { $0.isConfidential }, { _, _ in }).fixed(),
    .text(
        "token_endpoint_auth_method", as: .choice(ClientAuthentication.allCases.map(\.rawValue)), { $0.authentication?.rawValue },
        { $0.authentication = $1 }),
    .text("jwks_uri", { if case .url(let url)? = $0.keys { url } else { nil } }, { $0.keys = .url($1) }),
    .document("jwks", { if case .document(let text)? = $0.keys { text } else { nil } }, { $0.keys = .document($1) }),
    .list("redirect_uris", { $0.ownRedirectURIs }, { $0.redirectURIs = $1 }),
    .list("post_logout_redirect_uris", { $0.postLogoutRedirectURIs }, { $0.postLogoutRedirectURIs = $1 }),
    .optionalText("initiate_login_uri", { $0.initiateLoginURI }, { $0.initiateLoginURI = $1 }),
    ClientField.list("grant_types", { $0.grantTypes }, { $0.grantTypes = $1 }).usually(.list(["authorization_code", "refresh_token"])),
    // Who signs nobody in has none, and that is not to be said.
    ClientField.list("scope", as: .words, { $0.scopes }, { $0.scopes = $1 }).neverEmpty(),
    .list("identity_providers", { $0.identityProviders.map(\.text) }, { $0.identityProviders = $1 }),
    ClientField(
        name: "web_origins", kind: .list, isOptional: true, current: { $0.webOrigins.map(ConfigSetting.list) ?? ConfigSetting.absent },
        set: { settings, setting in
            if case .list(let origins) = setting { settings.webOrigins = ListChange(origins) } else { settings.usesDefaultWebOrigins = true }
        }),
    .list("resources", { $0.resources }, { $0.resources = $1 }),
    .list("resource_scopes", { $0.metadata.resourceScopes ?? [] }, { $0.resourceScopes = $1 }),
    .list("serves", { $0.serves }, { $0.serves = $1 }),
    .list("required_groups", { $0.requiredGroups }, { $0.requiredGroups = $1 }),
    .list("forward_hosts", { ForwardedHost.entries($0.forwardedHosts) }, { $0.forwardedHosts = $1 }),
    .text("pkce", as: .choice(["required", "optional"]), { $0.pkce.rawValue }, { $0.pkce = PKCERequirement(rawValue: $1) }),
    .flag("enabled", usually: true, { $0.enabled }, { $0.enabled = $1 }),
]

/// What of a certificate names the client, and certificates themselves (RFC 8705 §2).
private let certificateFields: [ClientField] =
    ClientCertificates.NameKind.allCases.map { kind in
        .text(
            kind.rawValue, { $0.metadata.certificates?.kind == kind ? $0.metadata.certificates?.name : nil },
            { $0.certificates = .named(kind, $1) })
    } + [
        ClientField.list(
            "tls_client_auth_thumbprints", { $0.metadata.certificates?.thumbprints ?? [] }, { $0.certificates = .thumbprints($1.given) }
        ).neverEmpty()
    ]

private let tokenFields: [ClientField] = [
    .number("access_token_lifetime", usually: 3600, { $0.lifetimes.accessToken }, { $0.accessTokenLifetime = $1 }),
    .number("id_token_lifetime", usually: 3600, { $0.lifetimes.idToken }, { $0.idTokenLifetime = $1 }),
    .number("refresh_token_lifetime", usually: 30 * 24 * 3600, { $0.lifetimes.refreshToken }, { $0.refreshTokenLifetime = $1 }),
    .number("refresh_grace", usually: 10, { $0.refreshGrace }, { $0.refreshGrace = $1 }),
    .number("code_lifetime", usually: 300, { $0.lifetimes.code }, { $0.codeLifetime = $1 }),
    .optionalNumber("refresh_token_idle", { $0.metadata.refreshTokenIdle }, { $0.refreshTokenIdle = $1 }),
    .optionalNumber("max_age_of_attributes", { $0.metadata.attributesMaxAge }, { $0.attributesMaxAge = $1 }),
    ClientField.text(
        "access_token_format", as: .choice(["jwt", "opaque"]), { $0.metadata.accessTokenFormat?.rawValue ?? "jwt" },
        { $0.accessTokenFormat = AccessTokenFormat(rawValue: $1).map(Change.set) ?? .remove }
    ).usually(.text("jwt")),
    .flag("dpop_bound_access_tokens", { $0.requiresDPoP }, { $0.requiresDPoP = $1 }),
    .flag(
        "tls_client_certificate_bound_access_tokens", { $0.metadata.certificateBoundTokens ?? false }, { $0.bindsToCertificate = $1 }),
    .flag("may_impersonate", { $0.metadata.mayImpersonate ?? false }, { $0.mayImpersonate = $1 }),
    .optionalText(
        "id_token_signed_response_alg", { $0.metadata.idTokenSignedResponseAlg }, { $0.signedResponses.idToken = $1 }),
    .optionalText(
        "userinfo_signed_response_alg", { $0.metadata.userInfoSignedResponseAlg }, { $0.signedResponses.userInfo = $1 }),
    .optionalText(
        "introspection_signed_response_alg", { $0.metadata.introspectionSignedResponseAlg }, { $0.signedResponses.introspection = $1 }),
    .optionalText(
        "authorization_signed_response_alg", { $0.metadata.authorizationSignedResponseAlg }, { $0.signedResponses.authorization = $1 }),
]

private let metadataFields: [ClientField] = [
    .flag("third_party", { $0.metadata.isThirdParty ?? false }, { $0.isThirdParty = $1 }),
    .flag("require_pushed_authorization_requests", { $0.requiresPushedRequests }, { $0.requiresPushedRequests = $1 }),
    .flag("require_signed_request_object", { $0.metadata.requireSignedRequestObject ?? false }, { $0.requiresSignedRequests = $1 }),
    .optionalText("request_object_signing_alg", { $0.metadata.requestObjectSigningAlg }, { $0.requestObjectSigningAlg = $1 }),
    ClientField.text(
        "subject_type", as: .choice(["public", "pairwise"]), { $0.metadata.subjectType?.rawValue ?? "public" },
        { $0.subjects.isPairwise = $1 == "pairwise" }
    ).usually(.text("public")),
    .optionalText("sector_identifier_uri", { $0.metadata.sectorIdentifierURI }, { $0.subjects.sectorIdentifierURI = $1 }),
    .picture("logo", { $0.metadata.logo }, { $0.page.logo = $1 }),
    .optionalText("policy_uri", { $0.metadata.policyURI }, { $0.page.policyURI = $1 }),
    .optionalText("tos_uri", { $0.metadata.termsURI }, { $0.page.termsURI = $1 }),
    .optionalText("backchannel_logout_uri", { $0.metadata.backchannelLogoutURI }, { $0.logout.backchannelURI = $1 }),
    .flag(
        "backchannel_logout_session_required", { $0.metadata.backchannelLogoutSessionRequired ?? false },
        { $0.logout.backchannelSessionRequired = $1 }),
    .optionalText("frontchannel_logout_uri", { $0.metadata.frontchannelLogoutURI }, { $0.logout.frontchannelURI = $1 }),
    .flag(
        "frontchannel_logout_session_required", { $0.metadata.frontchannelLogoutSessionRequired ?? false },
        { $0.logout.frontchannelSessionRequired = $1 }),
]

extension AppClient {
    /// Without those that its hosts behind a proxy bring.
    fileprivate var ownRedirectURIs: [String] {
        let brought = forwardedHosts.map(\.callback)
        return redirectURIs.filter { uri in !brought.contains { $0.hasSameBytes(as: uri) } }
    }
}
