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
        @Option(
            name: .customLong("idp"), help: ArgumentHelp("An identity provider its users may choose; default: all of the pool.", valueName: "NAME"))
        var identityProviders: [String] = []
        @Option(name: .customLong("scope"), help: "A scope it may ask for, beside groups; default: openid, email, profile, phone.") var scopes:
            [String] = []
        @Option(name: .customLong("grant"), help: "authorization_code or refresh_token; default: both.") var grants: [String] = []
        @Option(
            name: .customLong("web-origin"),
            help: ArgumentHelp("Where its pages are that call us from a browser; default: the origins of its redirect URIs.", valueName: "ORIGIN"))
        var webOrigins: [String] = []
        @Option(
            name: .customLong("resource"),
            help: ArgumentHelp("A service its tokens may be for; 'countersign pool add-resource' registers it.", valueName: "URI"))
        var resources: [String] = []
        @Option(
            help: ArgumentHelp(
                "Whether it must use PKCE: a public client always, a confidential one unless it cannot.", valueName: "required|optional"))
        var pkce: PKCERequirement?
        @Option(help: ArgumentHelp("Of access tokens, also as 30m or 1h; default: 3600.", valueName: "SECONDS")) var accessTokenLifetime: Seconds?
        @Option(help: ArgumentHelp("Of ID tokens, also as 30m or 1h; default: 3600.", valueName: "SECONDS")) var idTokenLifetime: Seconds?
        @Option(help: ArgumentHelp("Of refresh tokens, also as 30d; default: 2592000.", valueName: "SECONDS")) var refreshTokenLifetime: Seconds?
        @Option(help: ArgumentHelp("How long a rotated refresh token gives the same successor again; default: 10.", valueName: "SECONDS"))
        var refreshGrace: Seconds?
        @Flag var state: Switch?

        func given(_ lists: ClientListOptions? = nil) -> ClientSettings {
            var settings = ClientSettings()
            settings.redirectURIs = listChange(
                redirectURIs, adding: lists?.addRedirectURIs ?? [], removing: lists?.removeRedirectURIs ?? [])
            settings.postLogoutRedirectURIs = listChange(
                logoutURIs, adding: lists?.addLogoutURIs ?? [], removing: lists?.removeLogoutURIs ?? [])
            settings.initiateLoginURI = change(initiateLoginURI)
            settings.webOrigins = listChange(webOrigins, adding: lists?.addWebOrigins ?? [], removing: lists?.removeWebOrigins ?? [])
            settings.usesDefaultWebOrigins = lists?.usesDefaultWebOrigins ?? false
            settings.resources = listChange(resources, adding: lists?.addResources ?? [], removing: lists?.removeResources ?? [])
            settings.identityProviders = listChange(identityProviders, adding: lists?.addIDPs ?? [], removing: lists?.removeIDPs ?? [])
            settings.scopes = listChange(scopes, adding: lists?.addScopes ?? [], removing: lists?.removeScopes ?? [])
            settings.grantTypes = listChange(grants, adding: lists?.addGrants ?? [], removing: lists?.removeGrants ?? [])
            settings.pkce = pkce
            settings.accessTokenLifetime = accessTokenLifetime?.count
            settings.idTokenLifetime = idTokenLifetime?.count
            settings.refreshTokenLifetime = refreshTokenLifetime?.count
            settings.refreshGrace = refreshGrace?.count
            settings.enabled = state.map { $0 == .enable }
            return settings
        }

        var isEmpty: Bool {
            [redirectURIs, logoutURIs, identityProviders, scopes, grants, webOrigins, resources].allSatisfy(\.isEmpty) && pkce == nil
                && initiateLoginURI == nil
                && [accessTokenLifetime, idTokenLifetime, refreshTokenLifetime, refreshGrace].allSatisfy { $0 == nil } && state == nil
        }
    }
}
