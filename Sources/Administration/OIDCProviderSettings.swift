import Gateway
import OpenIDConnect
package import UserPools
package import WireFormats

/// What an admin says of an OpenID Connect or OAuth 2.0 provider; nil leaves it as it is (at creation: the preset's, or the default).
@dynamicMemberLookup
package struct OIDCProviderSettings: Sendable {
    package var preset: String?
    package var issuer: String?
    /// Microsoft: a tenant's ID, `common` or `organizations`.
    package var tenant: String?
    package var allowedTenants: ListChange?
    /// Addresses by hand, where there is no discovery.
    package var authorizationURL: String?
    package var tokenURL: String?
    package var userInfoURL: String?
    package var keysURL: String?
    package var endSessionURL: String?
    package var clientID: String?
    package var clientAuthentication: OIDCConnection.ClientAuthentication?
    package var clientSecret: SecretBytes?
    /// A private key in PEM, which proves in place of a secret who we are.
    package var clientKey: SecretBytes?
    package var keyID: String?
    package var teamID: String?
    package var scopes: ListChange?
    package var prompt: String?
    package var acrValues: String?
    /// `NAME=VALUE`, as given.
    package var parameters: ListChange?
    package var algorithms: ListChange?
    package var subjectClaim: String?
    package var assertionAudience: OIDCConnection.AssertionAudience?
    package var sharesRedirectURI: Bool?
    package var onGroupOverage: GroupOverage?
    /// Whether servers read the discovery document again by themselves.
    package var followsDiscovery: Bool?
    /// Whether it is asked again what it says of a user when an app refreshes.
    package var refreshesUpstream: Bool?
    /// Whether a sign-out here goes on to the provider.
    package var singleLogout: Bool?
    package var common = ProviderSettings()

    package init() {}

    package subscript<Value>(dynamicMember path: WritableKeyPath<ProviderSettings, Value>) -> Value {
        get { common[keyPath: path] }
        set { common[keyPath: path] = newValue }
    }

    var hasEndpoint: Bool { [authorizationURL, tokenURL, userInfoURL, keysURL, endSessionURL].contains { $0 != nil } }

    /// What is given by hand in place of what is known.
    func endpoints(over known: OIDCConnection.Endpoints) -> OIDCConnection.Endpoints {
        var endpoints = known
        endpoints.authorization = authorizationURL ?? known.authorization
        endpoints.token = tokenURL ?? known.token
        endpoints.userInfo = userInfoURL ?? known.userInfo
        endpoints.keys = keysURL ?? known.keys
        endpoints.endSession = endSessionURL ?? known.endSession
        return endpoints
    }

    func knownPreset() throws(AdministrationError) -> ProviderPreset? {
        guard let name = preset else { return nil }
        guard let known = ProviderPreset.named(name) else {
            throw .invalid(.preset, name, "is none of \(ProviderPreset.all.map(\.name).joined(separator: ", "))", example: .give(.preset, "google"))
        }
        return known
    }

    func issuer(_ preset: ProviderPreset?) throws(AdministrationError) -> String {
        if let issuer { return issuer }
        switch preset?.issuer {
        case .fixed(let issuer): return issuer
        case .microsoft: return try microsoftIssuer()
        case .given(let example):
            throw .invalid(.issuer, "", "is needed", example: .give(.issuer, "\(example)"))
        case nil:
            throw .invalid(.issuer, "", "is needed, or a preset that knows it", example: .give(.issuer, "https://id.example.com"))
        }
    }

    private func microsoftIssuer() throws(AdministrationError) -> String {
        switch tenant {
        case "common", "organizations": return Microsoft.template
        case let tenant? where Microsoft.isTenantID(tenant): return Microsoft.issuer(ofTenant: tenant)
        default:
            throw .invalid(
                .tenant, tenant ?? "",
                tenant == nil
                    ? "is needed: the tenant's ID, or organizations or common with \(Field.allowedTenant)"
                    : "is no tenant ID (Directory ID, a UUID in lower case), organizations or common",
                example: .give(.tenant, "72f988bf-86f1-41af-91ab-2d7cd011db47"))
        }
    }

    /// A secret or key that is given says how it is used; one that is stored never changes its meaning: a private key is not sent as a password.
    func setAuthentication(of connection: inout OIDCConnection) {
        let before = connection.clientAuthentication
        if let method = clientAuthentication {
            connection.clientAuthentication = method
        } else if clientKey != nil, connection.dialect != .apple {
            connection.clientAuthentication = .privateKeyJWT
        } else if clientSecret != nil, before == .none || before == .privateKeyJWT {
            connection.clientAuthentication = connection.preset.flatMap(ProviderPreset.named)?.clientAuthentication ?? .clientSecretBasic
        }
        if (before == .privateKeyJWT) != (connection.clientAuthentication == .privateKeyJWT) { connection[.current] = nil }
    }

    /// What would put the users of one server under the name of another is not an update (THREATS O16).
    func requireSameUsers(as connection: OIDCConnection) throws(AdministrationError) {
        if let issuer, !issuer.hasSameBytes(as: connection.issuer) {
            throw .invalid(.issuer, issuer, "is another issuer, under which everybody would be somebody else", example: .act(.registerOIDCProvider))
        }
        if let claim = subjectClaim, !claim.hasSameBytes(as: connection.subjectClaim) {
            throw .invalid(
                .subjectClaim, claim, "is chosen at creation; a change changes every user's identity", example: .act(.registerOIDCProvider))
        }
        if !connection.dialect.isOpenID, let url = userInfoURL,
            WebAddress(url)?.origin != WebAddress(connection.endpoints.userInfo ?? "")?.origin
        {
            throw .invalid(.userInfoURL, url, "is another server, whose users would be taken for this one's", example: .act(.registerOIDCProvider))
        }
    }
}
