package import FoundationEssentials

/// An OpenID Connect or OAuth 2.0 provider: where it is, who we are there, and what is peculiar to it.
package struct OIDCConnection: Sendable, Hashable, Codable {
    /// How a provider departs from OpenID Connect Core.
    package enum Dialect: String, Sendable, Codable, CaseIterable {
        /// OpenID Connect as it is written.
        case standard
        /// Issuers by tenant, subjects by `oid`, e-mail addresses that prove nothing, groups left out when they are many.
        case microsoft
        /// A client secret signed by us, booleans as strings, a name that comes once and beside the token.
        case apple
        /// OAuth 2.0 without OpenID Connect, with an API of its own for the profile.
        case github, facebook, amazon
        /// OAuth 2.0 without OpenID Connect, with a userinfo address.
        case oauth2

        /// Whether its answer holds an ID token.
        package var isOpenID: Bool {
            switch self {
            case .standard, .microsoft, .apple: true
            case .github, .facebook, .amazon, .oauth2: false
            }
        }
    }

    /// `token_endpoint_auth_method` (RFC 7591 §2).
    package enum ClientAuthentication: String, Sendable, Codable, CaseIterable {
        case clientSecretBasic = "client_secret_basic"
        case clientSecretPost = "client_secret_post"
        case privateKeyJWT = "private_key_jwt"
        /// A public client: PKCE alone.
        case none
    }

    /// Addresses that stay as they were registered until the admin refreshes them (THREATS O16).
    package struct Endpoints: Sendable, Hashable, Codable {
        package var authorization: String
        package var token: String
        package var userInfo: String?
        /// `jwks_uri`; nil where there is no ID token.
        package var keys: String?
        /// `end_session_endpoint` (OpenID Connect RP-Initiated Logout 1.0 §2.1); nil where it has none, or a version registered it that did not look.
        package var endSession: String?
        /// Whether every answer carries `iss` (RFC 9207 §3).
        package var sendsIssuer: Bool

        package init(
            authorization: String, token: String, userInfo: String? = nil, keys: String? = nil, endSession: String? = nil, sendsIssuer: Bool = false
        ) {
            self.authorization = authorization
            self.token = token
            self.userInfo = userInfo
            self.keys = keys
            self.endSession = endSession
            self.sendsIssuer = sendsIssuer
        }
    }

    /// One more parameter of the authorization request.
    package struct Parameter: Sendable, Hashable, Codable {
        package let name: String
        package let value: String

        package init(name: String, value: String) { (self.name, self.value) = (name, value) }
    }

    /// The preset that it was made from: `google`.
    package var preset: String?
    package var dialect: Dialect
    /// What `iss` must be, byte by byte; with `{tenantid}` where `tenants` says which.
    package var issuer: String
    package var endpoints: Endpoints
    /// Whether the endpoints come from the issuer's discovery document, so that they can be refreshed.
    package var isDiscovered: Bool
    /// Whether servers read the discovery document again by themselves; nil is no.
    package var followsDiscovery: Bool?
    package var clientID: String
    package var clientAuthentication: ClientAuthentication
    /// The client secret, or the private key that signs in its place; sealed, in base64url.
    package var sealedSecret: String?
    /// The id of the master key with which it is sealed; nil of one that an earlier version sealed.
    package var sealedBy: String?
    /// `kid` of our signed client secrets and assertions.
    package var keyID: String?
    /// Since when it is the one that is used, and when the provider was last seen to take it, as far as that is known.
    package var secretSince: Date?
    package var secretTestedAt: Date?
    /// The one that is to take its place, and the one whose place it took.
    package var pendingSecret: StagedSecret?
    package var previousSecret: StagedSecret?
    /// Apple's name for the owner of the key.
    package var teamID: String?
    package var scopes: [String]
    /// What is always asked for; nil where only an app may ask.
    package var prompt: String?
    /// The values of `prompt` that the provider takes; nil is all of OpenID Connect Core.
    package var knownPrompts: [String]?
    package var acrValues: String?
    package var extraParameters: [Parameter]
    /// The `alg` values that its ID tokens may have.
    package var algorithms: [String]
    /// Whether it answers by a form that posts itself.
    package var answersByForm: Bool
    /// Whether its redirect URI is the pool's and not its own; only where `endpoints.sendsIssuer` (RFC 9700 §4.4).
    package var sharesRedirectURI: Bool
    /// The Microsoft tenants that may sign in through `common` or `organizations`.
    package var tenants: [String]
    package var onGroupOverage: GroupOverage
    /// The claim that names the user where there is no ID token.
    package var subjectClaim: String
    /// What `aud` of our signed assertions is; nil is `issuer`.
    package var assertionAudience: AssertionAudience?
    package var contextMapping: AuthenticationContextMapping?
    /// Whether its refresh tokens are kept, and it is asked again what it says of a user when an app refreshes; nil is no.
    package var refreshesUpstream: Bool?
    /// Whether a sign-out here goes on to the provider, where it has an address for it. nil is no: it was registered by a version that did not do so,
    /// and its admin has our address for the way back not yet.
    package var singleLogout: Bool?

    /// To whom a signed assertion about ourselves is addressed: the issuer (RFC 7523bis), or the token endpoint where a provider wants that.
    package enum AssertionAudience: String, Sendable, Codable, CaseIterable {
        case issuer
        case tokenEndpoint = "token_endpoint"
    }

    package init(
        dialect: Dialect = .standard, issuer: String, endpoints: Endpoints, clientID: String, clientAuthentication: ClientAuthentication,
        scopes: [String] = ["openid"]
    ) {
        self.dialect = dialect
        self.issuer = issuer
        self.endpoints = endpoints
        self.clientID = clientID
        self.clientAuthentication = clientAuthentication
        self.scopes = scopes
        isDiscovered = false
        extraParameters = []
        algorithms = ["RS256", "PS256", "ES256", "EdDSA"]
        (answersByForm, sharesRedirectURI) = (false, false)
        tenants = []
        onGroupOverage = .refuse
        subjectClaim = "sub"
    }

    /// Where people are signed out at the provider as well; nil where they are not.
    package var singleLogoutAddress: String? { singleLogout == true && dialect.isOpenID ? endpoints.endSession : nil }
}

/// What happens where Microsoft leaves a user's groups out because they are many, and the mapping wants them.
package enum GroupOverage: String, Sendable, Hashable, Codable, CaseIterable {
    /// The sign-in is refused: nobody loses groups without a word.
    case refuse
    /// They are asked for at Microsoft Graph with the user's access token.
    case fetch
    /// The sign-in goes on without groups, and the log says so.
    case ignore
}
