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
    package var common = ProviderSettings()

    package init() {}

    package subscript<Value>(dynamicMember path: WritableKeyPath<ProviderSettings, Value>) -> Value {
        get { common[keyPath: path] }
        set { common[keyPath: path] = newValue }
    }

    var hasEndpoint: Bool { [authorizationURL, tokenURL, userInfoURL, keysURL].contains { $0 != nil } }
}
