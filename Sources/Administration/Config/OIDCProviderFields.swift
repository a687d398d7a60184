import Gateway
import UserPools
import WireFormats

/// An OpenID Connect provider with its connection.
struct OIDCSubject: Sendable {
    var provider: IdentityProvider
    let connection: OIDCConnection

    /// nil for a provider of another kind.
    init?(_ provider: IdentityProvider) {
        guard case .oidc(let connection) = provider.kind else { return nil }
        (self.provider, self.connection) = (provider, connection)
    }
}

extension ConfigFields where Subject == OIDCSubject, Settings == OIDCProviderSettings {
    static var oidc: ConfigFields<OIDCSubject, OIDCProviderSettings> { oidcFields }
}

private typealias OIDCField = ConfigField<OIDCSubject, OIDCProviderSettings>

private let oidcFields = ConfigFields<OIDCSubject, OIDCProviderSettings>(ownFields + providerFields.map { $0.inside({ $0.provider }, \.common) })

private let ownFields: [OIDCField] = [
    OIDCField.text("preset", { $0.connection.preset }, { $0.preset = $1 }).fixed(),
    OIDCField.text("issuer", { $0.connection.issuer }, { $0.issuer = $1 }).fixed(),
    OIDCField.text("tenant", { $0.connection.tenant }, { $0.tenant = $1 }).fixed(),
    .text("client_id", { $0.connection.clientID }, { $0.clientID = $1 }),
    .text(
        "token_endpoint_auth_method", as: .choice(OIDCConnection.ClientAuthentication.allCases.map(\.rawValue)),
        { $0.connection.clientAuthentication.rawValue },
        { $0.clientAuthentication = OIDCConnection.ClientAuthentication(rawValue: $1) }),
    .text("key_id", { $0.connection.keyID }, { $0.keyID = $1 }),
    .text("team_id", { $0.connection.teamID }, { $0.teamID = $1 }),
    .text("authorization_endpoint", { $0.connection.endpoints.authorization }, { $0.authorizationURL = $1 }),
    .text("token_endpoint", { $0.connection.endpoints.token }, { $0.tokenURL = $1 }),
    .text("userinfo_endpoint", { $0.connection.endpoints.userInfo }, { $0.userInfoURL = $1 }),
    .text("jwks_uri", { $0.connection.endpoints.keys }, { $0.keysURL = $1 }),
    .text("end_session_endpoint", { $0.connection.endpoints.endSession }, { $0.endSessionURL = $1 }),
    // None is another thing than those that it has where nobody says anything: it is always written.
    OIDCField.list("scope", as: .words, { $0.connection.scopes }, { $0.scopes = $1 }).usually(.absent),
    .optionalText("prompt", { $0.connection.prompt }, { $0.prompt = $1.given ?? "" }),
    .optionalText("acr_values", { $0.connection.acrValues }, { $0.acrValues = $1.given ?? "" }),
    .list("parameters", as: .pairs, { $0.connection.extraParameters.map { "\($0.name)=\($0.value)" } }, { $0.parameters = $1 }),
    OIDCField.list("id_token_signing_algorithms", { $0.connection.algorithms }, { $0.algorithms = $1 })
        .usually(.list(["RS256", "PS256", "ES256", "EdDSA"])),
    .list("allowed_tenants", { $0.connection.tenants }, { $0.allowedTenants = $1 }),
    OIDCField.text("subject_claim", { $0.connection.subjectClaim }, { $0.subjectClaim = $1 }).fixed().usually(.text("sub")),
    .text(
        "assertion_audience", as: .choice(["issuer", "token_endpoint"]), { $0.connection.assertionAudience?.rawValue },
        { $0.assertionAudience = OIDCConnection.AssertionAudience(rawValue: $1) }),
    .flag("shared_redirect_uri", { $0.connection.sharesRedirectURI }, { $0.sharesRedirectURI = $1 }),
    OIDCField.text(
        "on_group_overage", as: .choice(GroupOverage.allCases.map(\.rawValue)), { $0.connection.onGroupOverage.rawValue },
        { $0.onGroupOverage = GroupOverage(rawValue: $1) }
    ).usually(.text("refuse")),
    .flag("follow_discovery", { $0.connection.followsDiscovery ?? false }, { $0.followsDiscovery = $1 }),
    .flag("refresh_upstream", { $0.connection.refreshesUpstream ?? false }, { $0.refreshesUpstream = $1 }),
    .flag("single_logout", usually: true, { $0.connection.singleLogout ?? false }, { $0.singleLogout = $1 }),
]

extension OIDCConnection {
    /// As an admin gave it when it was registered: Microsoft's alone.
    fileprivate var tenant: String? {
        guard dialect == .microsoft else { return nil }
        let parts = ProtocolText(issuer.hasSameBytes(as: Microsoft.template) ? endpoints.authorization : issuer).split(at: "/")
        return parts.count > 3 ? parts[3].string : nil
    }

    /// Fields of which a preset or the discovery document has the values, so that an export that names them would change what they are.
    var derivedFields: Set<String> {
        var fields: Set<String> = []
        let known = preset.flatMap(ProviderPreset.named)
        if dialect == .microsoft { fields.insert("issuer") }
        // With other addresses than those of the preset it has to be said.
        let isOther = known?.endpoints.map { $0 != endpoints } ?? false
        if case .fixed(let usual)? = known?.issuer, usual.hasSameBytes(as: issuer), !isOther { fields.insert("issuer") }
        if isDiscovered || dialect == .microsoft || known?.endpoints == endpoints {
            fields.formUnion(["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint"])
        }
        if !dialect.isOpenID { fields.insert("single_logout") }
        return fields
    }
}
