package import UserPools

/// What is known of a provider before an admin says anything: `--preset google`.
package struct ProviderPreset: Sendable {
    /// Where the issuer comes from.
    package enum Issuer: Sendable {
        /// The same for everybody.
        case fixed(String)
        /// The admin's own; the text is an example.
        case given(example: String)
        /// By `--tenant`.
        case microsoft
    }

    package let name: String
    package let displayName: String
    package let dialect: OIDCConnection.Dialect
    package let issuer: Issuer
    /// nil: by discovery.
    package var endpoints: OIDCConnection.Endpoints?
    package let scopes: [String]
    package let map: [String]
    package var clientAuthentication = OIDCConnection.ClientAuthentication.clientSecretBasic
    package var knownPrompts: [String]?
    package var answersByForm = false
    package var subjectClaim = "sub"
    package var assertionAudience = OIDCConnection.AssertionAudience.issuer

    package static let all: [ProviderPreset] = [
        google, microsoft, apple, gitHub, okta, auth0, keycloak, gitLab, facebook, amazon, oauth2,
    ]

    /// What its button says where an admin says nothing: a name that people know it by, where it is the one server of that name.
    /// - Parameter given: the issuer that the admin gave.
    func publicName(issuer given: String?) -> String? {
        guard given == nil else { return nil }
        switch issuer {
        case .fixed, .microsoft: return displayName
        case .given: return nil
        }
    }

    package static func named(_ name: String) -> ProviderPreset? { all.first { $0.name == name } }

    private static let profile = ["email=email", "name=name", "given_name=given_name", "family_name=family_name"]
    private static let openID = ["openid", "email", "profile"]

    /// Takes `consent` and `select_account` as prompts; there is no asking for a new sign-in.
    static let google = ProviderPreset(
        name: "google", displayName: "Google", dialect: .standard, issuer: .fixed("https://accounts.google.com"), scopes: openID,
        map: profile + ["picture=picture"], clientAuthentication: .clientSecretPost, knownPrompts: ["consent", "select_account"])

    static let microsoft = ProviderPreset(
        name: "microsoft", displayName: "Microsoft", dialect: .microsoft, issuer: .microsoft, scopes: openID, map: profile,
        clientAuthentication: .clientSecretPost)

    /// Asked for name or e-mail, Apple answers by `form_post` only; the client secret is a token signed with the admin's key.
    static let apple = ProviderPreset(
        name: "apple", displayName: "Apple", dialect: .apple, issuer: .fixed("https://appleid.apple.com"), scopes: ["openid", "email", "name"],
        map: profile, clientAuthentication: .clientSecretPost, knownPrompts: [], answersByForm: true)

    /// The issuer is what GitHub writes into `iss` of its answers (RFC 9207), which it sends without promising it in metadata.
    static let gitHub = ProviderPreset(
        name: "github", displayName: "GitHub", dialect: .github, issuer: .fixed("https://github.com/login/oauth"),
        endpoints: .init(
            authorization: "https://github.com/login/oauth/authorize", token: "https://github.com/login/oauth/access_token",
            userInfo: "https://api.github.com/user"),
        scopes: ["read:user", "user:email"], map: ["email=email", "name=name", "preferred_username=preferred_username", "picture=picture"],
        clientAuthentication: .clientSecretPost, knownPrompts: ["select_account"], subjectClaim: "id")

    /// The ID token of Okta's own authorization server is thin beside an access token: the rest is at userinfo.
    static let okta = ProviderPreset(
        name: "okta", displayName: "Okta", dialect: .standard, issuer: .given(example: "https://example.okta.com"), scopes: openID, map: profile,
        assertionAudience: .tokenEndpoint)

    /// The issuer ends with a slash, and counts with it.
    static let auth0 = ProviderPreset(
        name: "auth0", displayName: "Auth0", dialect: .standard, issuer: .given(example: "https://example.eu.auth0.com/"), scopes: openID,
        map: profile + ["picture=picture"], clientAuthentication: .clientSecretPost)

    static let keycloak = ProviderPreset(
        name: "keycloak", displayName: "Keycloak", dialect: .standard, issuer: .given(example: "https://keycloak.example.com/realms/staff"),
        scopes: openID, map: profile + ["preferred_username=preferred_username"])

    static let gitLab = ProviderPreset(
        name: "gitlab", displayName: "GitLab", dialect: .standard, issuer: .fixed("https://gitlab.com"), scopes: openID,
        map: ["email=email", "name=name", "nickname=nickname", "picture=picture"], knownPrompts: [])

    static let facebook = ProviderPreset(
        name: "facebook", displayName: "Facebook", dialect: .facebook, issuer: .fixed("https://www.facebook.com"),
        endpoints: .init(
            authorization: "https://www.facebook.com/v23.0/dialog/oauth", token: "https://graph.facebook.com/v23.0/oauth/access_token",
            userInfo: "https://graph.facebook.com/v23.0/me"),
        scopes: ["email", "public_profile"], map: profile + ["picture=picture"], clientAuthentication: .clientSecretPost, knownPrompts: [],
        subjectClaim: "id")

    static let amazon = ProviderPreset(
        name: "amazon", displayName: "Amazon", dialect: .amazon, issuer: .fixed("https://www.amazon.com"),
        endpoints: .init(
            authorization: "https://www.amazon.com/ap/oa", token: "https://api.amazon.com/auth/o2/token",
            userInfo: "https://api.amazon.com/user/profile"),
        scopes: ["profile"], map: ["email=email", "name=name"], clientAuthentication: .clientSecretPost, knownPrompts: [], subjectClaim: "user_id")

    /// OAuth 2.0 with a userinfo address and nothing more; every address is the admin's to give.
    static let oauth2 = ProviderPreset(
        name: "oauth2", displayName: "OAuth 2.0", dialect: .oauth2, issuer: .given(example: "https://id.example.com"), scopes: [], map: [],
        knownPrompts: [])
}
