import Administration
import ArgumentParser
import FoundationEssentials
import Gateway
import SAML
import TokenVerifier
import UserPools
import WireFormats

extension ClientCommand {
    /// What both creation and update take.
    struct Settings: ParsableArguments {
        @Option(name: .customLong("redirect-uri"), help: ArgumentHelp("Where codes are sent, compared exactly; may be repeated.", valueName: "URI"))
        var redirectURIs: [String] = []
        @Option(name: .customLong("logout-uri"), help: ArgumentHelp("Where browsers may go after signing out; may be repeated.", valueName: "URI"))
        var logoutURIs: [String] = []
        @Option(
            name: .customLong("initiate-login-uri"),
            help: ArgumentHelp("Where it begins a sign-in when it is asked to (OIDC Core §4); 'none' takes it away.", valueName: "URI"))
        var initiateLoginURI: String?
        @Flag(
            name: .customLong("third-party"), inversion: .prefixedNo,
            help: "Whether it is somebody else's: then people are asked for their consent.")
        var thirdParty: Bool?
        @OptionGroup var logout: ClientLogoutOptions
        @OptionGroup var subjects: ClientSubjectOptions
        @OptionGroup(title: "Where people are asked for their consent") var page: ClientPageOptions
        @Option(
            name: .customLong("idp"), help: ArgumentHelp("An identity provider its users may choose; default: all of the pool.", valueName: "NAME"))
        var identityProviders: [String] = []
        @Option(name: .customLong("scope"), help: "A scope it may ask for, beside groups; default: openid, email, profile, phone.") var scopes:
            [String] = []
        @Option(
            name: .customLong("grant"),
            help: ArgumentHelp(
                "authorization_code, refresh_token (these two unless given), client_credentials, device_code, token-exchange, jwt-bearer.",
                valueName: "GRANT"))
        var grants: [String] = []
        @Option(
            name: .customLong("web-origin"),
            help: ArgumentHelp("Where its pages are that call us from a browser; default: the origins of its redirect URIs.", valueName: "ORIGIN"))
        var webOrigins: [String] = []
        @Option(
            name: .customLong("resource"),
            help: ArgumentHelp("A service its tokens may be for; 'countersign pool add-resource' registers it.", valueName: "URI"))
        var resources: [String] = []
        @Option(
            name: .customLong("resource-scope"),
            help: ArgumentHelp("Of a resource it may have this scope, and others only where named; default: all of it.", valueName: "'URI SCOPE'"))
        var resourceScopes: [String] = []
        @Option(
            help: ArgumentHelp("A service that it is: it may introspect tokens for it.", valueName: "URI"))
        var serves: [String] = []
        @Option(
            name: .customLong("require-group"),
            help: ArgumentHelp("Who is in none of these groups gets access_denied at the app.", valueName: "NAME"))
        var requireGroups: [String] = []
        @Option(
            help: ArgumentHelp(
                "client_secret_basic, client_secret_post (both unless given), private_key_jwt, tls_client_auth or self_signed_tls_client_auth.",
                valueName: "METHOD"))
        var authMethod: String?
        @Option(
            name: .customLong("jwks-file"),
            help: ArgumentHelp("Its public keys, in place of a secret; '-' is standard input.", valueName: "FILE"))
        var jwksFile: String?
        @Option(
            name: .customLong("jwks-url"), help: ArgumentHelp("Where it publishes them, and changes them by itself.", valueName: "URL"))
        var jwksURL: String?
        @OptionGroup(title: "Certificates (RFC 8705)") var certificates: CertificateOptions
        @Flag(name: .customLong("require-par"), inversion: .prefixedNo, help: "Whether it must push its authorization requests (RFC 9126).")
        var requirePAR: Bool?
        @Flag(
            name: .customLong("require-dpop"), inversion: .prefixedNo, help: "Whether its tokens must be bound to a key of its own (RFC 9449).")
        var requireDPoP: Bool?
        @Flag(inversion: .prefixedNo, help: "Whether it must sign its authorization requests (RFC 9101), by its key.")
        var requireSignedRequestObject: Bool?
        @Option(help: ArgumentHelp("The one algorithm of its signed requests; 'none': any of its keys'.", valueName: "ALG"))
        var requestObjectSigningAlg: String?
        @OptionGroup(title: "Algorithms of what it gets; the pool must sign by them") var signedResponses: SignedResponseOptions
        @Option(
            help: ArgumentHelp(
                "Whether it must use PKCE: a public client always, a confidential one unless it cannot.", valueName: "required|optional"))
        var pkce: PKCERequirement?
        @Option(help: ArgumentHelp("Of access tokens, also as 30m or 1h; default: 3600.", valueName: "SECONDS")) var accessTokenLifetime: Seconds?
        @Option(help: ArgumentHelp("Of ID tokens, also as 30m or 1h; default: 3600.", valueName: "SECONDS")) var idTokenLifetime: Seconds?
        @Option(help: ArgumentHelp("Of refresh tokens, also as 30d; default: 2592000.", valueName: "SECONDS")) var refreshTokenLifetime: Seconds?
        @Option(help: ArgumentHelp("How long a rotated refresh token gives the same successor again; default: 10.", valueName: "SECONDS"))
        var refreshGrace: Seconds?
        @Option(
            help: ArgumentHelp("Ends refresh tokens that nobody used for so long, also as 12h; 'none': none.", valueName: "SECONDS"))
        var refreshTokenIdle: SecondsOrNone?
        @Option(
            help: ArgumentHelp(
                "Refuses a refresh when what the provider said is older; 'none': never.", valueName: "SECONDS"))
        var maxAgeOfAttributes: SecondsOrNone?
        @Option(
            help: ArgumentHelp(
                "jwt (the default), or opaque: services ask by introspection, and see revocation at once.", valueName: "FORMAT"))
        var accessTokenFormat: TokenFormat?
        @Option(help: ArgumentHelp("Of authorization codes, 10 to 600; FAPI 2: at most 60; default: 300.", valueName: "SECONDS"))
        var codeLifetime: Seconds?
        @Option(
            name: .customLong("forward-host"),
            help: ArgumentHelp("A host behind a proxy, whose app knows no OpenID Connect, and who may enter.", valueName: "HOST[=GROUP]"))
        var forwardHosts: [String] = []
        @Flag(
            name: .customLong("impersonation"), inversion: .prefixedNo,
            help: "Whether what it gets for a person's token names nobody who acts (RFC 8693).")
        var impersonation: Bool?
        @Flag var state: Switch?

        func validate() throws {
            guard jwksFile == nil || jwksURL == nil else { throw ValidationError("Give --jwks-file or --jwks-url, not both.") }
        }

        func given(_ lists: ClientListOptions? = nil) throws -> ClientSettings {
            var settings = ClientSettings()
            settings.redirectURIs = listChange(
                redirectURIs, adding: lists?.addRedirectURIs ?? [], removing: lists?.removeRedirectURIs ?? [])
            settings.postLogoutRedirectURIs = listChange(
                logoutURIs, adding: lists?.addLogoutURIs ?? [], removing: lists?.removeLogoutURIs ?? [])
            settings.initiateLoginURI = change(initiateLoginURI)
            settings.logout = logout.given
            settings.subjects = subjects.given
            settings.page = try page.given()
            settings.isThirdParty = thirdParty
            settings.webOrigins = listChange(webOrigins, adding: lists?.addWebOrigins ?? [], removing: lists?.removeWebOrigins ?? [])
            settings.usesDefaultWebOrigins = lists?.usesDefaultWebOrigins ?? false
            settings.resources = listChange(resources, adding: lists?.addResources ?? [], removing: lists?.removeResources ?? [])
            settings.serves = listChange(serves, adding: lists?.addServes ?? [], removing: lists?.removeServes ?? [])
            settings.requiredGroups = listChange(
                requireGroups, adding: lists?.addRequireGroups ?? [], removing: lists?.removeRequireGroups ?? [])
            settings.forwardedHosts = listChange(
                forwardHosts, adding: lists?.addForwardHosts ?? [], removing: lists?.removeForwardHosts ?? [])
            settings.authentication = authMethod
            settings.certificates = try certificates.given()
            settings.bindsToCertificate = certificates.certificateBoundTokens
            settings.requiresPushedRequests = requirePAR
            settings.requiresDPoP = requireDPoP
            settings.requiresSignedRequests = requireSignedRequestObject
            settings.requestObjectSigningAlg = change(requestObjectSigningAlg)
            settings.signedResponses = signedResponses.given
            settings.keys = try jwksFile.map { .document(try InputFile.read($0, limit: 64 << 10)) } ?? jwksURL.map { .url($0) }
            settings.identityProviders = listChange(identityProviders, adding: lists?.addIDPs ?? [], removing: lists?.removeIDPs ?? [])
            settings.scopes = listChange(scopes, adding: lists?.addScopes ?? [], removing: lists?.removeScopes ?? [])
            settings.grantTypes = listChange(
                grants.map(Self.grantType), adding: (lists?.addGrants ?? []).map(Self.grantType),
                removing: (lists?.removeGrants ?? []).map(Self.grantType))
            settings.pkce = pkce
            settings.accessTokenLifetime = accessTokenLifetime?.count
            settings.idTokenLifetime = idTokenLifetime?.count
            settings.refreshTokenLifetime = refreshTokenLifetime?.count
            settings.refreshGrace = refreshGrace?.count
            settings.refreshTokenIdle = refreshTokenIdle?.change ?? .keep
            settings.attributesMaxAge = maxAgeOfAttributes?.change ?? .keep
            settings.accessTokenFormat = accessTokenFormat?.change ?? .keep
            settings.codeLifetime = codeLifetime?.count
            settings.mayImpersonate = impersonation
            settings.resourceScopes = listChange(
                resourceScopes, adding: lists?.addResourceScopes ?? [], removing: lists?.removeResourceScopes ?? [])
            settings.enabled = state.map { $0 == .enable }
            return settings
        }

        /// The grants of other documents than RFC 6749 have long names, whose last word will do.
        private static func grantType(_ text: String) -> String {
            [AppClient.deviceGrantType, AppClient.exchangeGrantType, AppClient.workloadGrantType].first {
                ("urn:ietf:params:oauth:grant-type:" + text).hasSameBytes(as: $0)
            }
                ?? text
        }

        /// Whether it gets codes at an address, of a new client.
        var usesRedirectURIs: Bool { grants.isEmpty || grants.contains("authorization_code") }

        var isEmpty: Bool {
            [redirectURIs, logoutURIs, identityProviders, scopes, grants, webOrigins, resources, serves, requireGroups, forwardHosts].allSatisfy(
                \.isEmpty)
                && pkce == nil && requirePAR == nil && [initiateLoginURI, authMethod, jwksFile, jwksURL].allSatisfy { $0 == nil }
                && [accessTokenLifetime, idTokenLifetime, refreshTokenLifetime, refreshGrace, codeLifetime].allSatisfy { $0 == nil } && state == nil
                && refreshTokenIdle == nil && maxAgeOfAttributes == nil && accessTokenFormat == nil
                && requireDPoP == nil
                && certificates.isEmpty && signedResponses.isEmpty
                && logout.isEmpty && subjects.isEmpty && page.isEmpty && thirdParty == nil
                && requireSignedRequestObject == nil && requestObjectSigningAlg == nil
                && impersonation == nil && resourceScopes.isEmpty
        }
    }
}

/// What `--access-token-format` takes.
enum TokenFormat: String, ExpressibleByArgument, CaseIterable {
    case jwt, opaque

    var change: Change<AccessTokenFormat> {
        switch self {
        case .jwt: .remove
        case .opaque: .set(.opaque)
        }
    }
}
