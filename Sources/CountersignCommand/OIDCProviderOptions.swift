import Administration
import ArgumentParser
import FoundationEssentials
import Gateway
import UserPools
import WireFormats

struct OIDCProviderOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The provider's issuer; its addresses are read from its discovery document.", valueName: "URL")) var issuer: String?
    @Option(name: .customLong("client-id"), help: ArgumentHelp("What the provider calls us.", valueName: "ID")) var clientID: String?
    @Option(help: ArgumentHelp("The client secret as a file of one line; '-' is standard input.", valueName: "FILE")) var clientSecretFile: String?
    @Option(
        help: ArgumentHelp("A private key (PEM, PKCS #8; RSA or P-256) that signs in place of a secret: private_key_jwt, Apple.", valueName: "FILE"))
    var clientKeyFile: String?
    @Option(name: .customLong("key-id"), help: ArgumentHelp("What the provider calls that key; else its RFC 7638 thumbprint.", valueName: "ID"))
    var keyID: String?
    @Option(name: .customLong("team-id"), help: ArgumentHelp("Apple: the team that owns the key.", valueName: "ID")) var teamID: String?
    @Option(help: ArgumentHelp("How we prove who we are; client_secret_basic unless the preset knows better.", valueName: "METHOD"))
    var clientAuthentication: OIDCConnection.ClientAuthentication?
    @Option(help: ArgumentHelp("private_key_jwt: whom the assertion is for, issuer or token_endpoint (Okta).", valueName: "AUDIENCE"))
    var assertionAudience: OIDCConnection.AssertionAudience?
    @Option(name: .customLong("scope"), help: ArgumentHelp("What is asked for; may be repeated.", valueName: "SCOPE")) var scopes: [String] = []
    @Option(help: ArgumentHelp("Always ask the provider for login, consent, select_account or none; '' ends it.", valueName: "PROMPT")) var prompt:
        String?
    @Option(help: ArgumentHelp("The authentication contexts to ask for, separated by spaces; '' ends it.", valueName: "VALUES")) var acrValues:
        String?
    @Option(
        name: .customLong("parameter"),
        help: ArgumentHelp("One more parameter of the authorization request; may be repeated.", valueName: "NAME=VALUE"))
    var parameters: [String] = []
    @Option(name: .customLong("algorithm"), help: ArgumentHelp("What the ID token may be signed with; may be repeated.", valueName: "ALG"))
    var algorithms: [String] = []
    @Option(name: .customLong("authorization-url"), help: ArgumentHelp("By hand, where there is no discovery.", valueName: "URL"))
    var authorizationURL: String?
    @Option(name: .customLong("token-url"), help: ArgumentHelp("By hand, where there is no discovery.", valueName: "URL")) var tokenURL: String?
    @Option(name: .customLong("userinfo-url"), help: ArgumentHelp("By hand, where there is no discovery.", valueName: "URL")) var userInfoURL: String?
    @Option(name: .customLong("keys-url"), help: ArgumentHelp("By hand, where there is no discovery (jwks_uri).", valueName: "URL")) var keysURL:
        String?
    @Option(
        name: .customLong("end-session-url"),
        help: ArgumentHelp("By hand, where there is no discovery: where people are signed out.", valueName: "URL"))
    var endSessionURL: String?
    @Option(help: ArgumentHelp("OAuth 2.0 without an ID token: the member of userinfo that names the user.", valueName: "CLAIM")) var subjectClaim:
        String?
    @Option(help: ArgumentHelp("Microsoft: the tenant's ID, or organizations or common.", valueName: "TENANT")) var tenant: String?
    @Option(
        name: .customLong("allowed-tenant"),
        help: ArgumentHelp("Microsoft: with organizations or common, who may sign in; may be repeated.", valueName: "ID"))
    var allowedTenants: [String] = []
    @Flag(
        name: .customLong("follow-discovery"), inversion: .prefixedNo,
        help: "Have the server read the issuer's discovery document again by itself.")
    var followsDiscovery: Bool?
    @Flag(
        name: .customLong("refresh-upstream"), inversion: .prefixedNo,
        help: "When an app refreshes, ask the provider again for claims and groups.")
    var refreshesUpstream: Bool?
    @Flag(
        name: .customLong("shared-redirect-uri"), inversion: .prefixedNo,
        help: "Use the pool's redirect URI; only for a provider that names itself in every answer (RFC 9207).")
    var sharedRedirectURI: Bool?

    func validate() throws {
        guard clientSecretFile == nil || clientKeyFile == nil else {
            throw ValidationError("Give --client-secret-file or --client-key-file, not both.")
        }
    }

    var isEmpty: Bool {
        [
            issuer, clientID, clientSecretFile, clientKeyFile, keyID, teamID, prompt, acrValues, authorizationURL, tokenURL, userInfoURL, keysURL,
            endSessionURL, subjectClaim, tenant,
        ].allSatisfy { $0 == nil } && [scopes, parameters, algorithms, allowedTenants].allSatisfy(\.isEmpty) && clientAuthentication == nil
            && assertionAudience == nil
            && sharedRedirectURI == nil && followsDiscovery == nil && refreshesUpstream == nil
    }

    func given(
        _ common: ProviderOptions, preset: String? = nil, lists: ProviderListOptions? = nil, own: OIDCListOptions? = nil
    ) throws(InputError) -> OIDCProviderSettings {
        var settings = OIDCProviderSettings()
        settings.preset = preset
        (settings.issuer, settings.tenant) = (issuer, tenant)
        settings.allowedTenants = listChange(allowedTenants, adding: own?.addTenants ?? [], removing: own?.removeTenants ?? [])
        (settings.authorizationURL, settings.tokenURL) = (authorizationURL, tokenURL)
        (settings.userInfoURL, settings.keysURL, settings.endSessionURL) = (userInfoURL, keysURL, endSessionURL)
        (settings.clientID, settings.clientAuthentication) = (clientID, clientAuthentication)
        if let clientSecretFile { settings.clientSecret = try Self.secret(in: clientSecretFile) }
        if let clientKeyFile { settings.clientKey = try Self.key(in: clientKeyFile) }
        (settings.keyID, settings.teamID) = (keyID, teamID)
        (settings.prompt, settings.acrValues) = (prompt, acrValues)
        settings.scopes = listChange(scopes, adding: own?.addScopes ?? [], removing: own?.removeScopes ?? [])
        settings.parameters = listChange(parameters, adding: own?.addParameters ?? [], removing: own?.removeParameters ?? [])
        settings.algorithms = listChange(algorithms, adding: own?.addAlgorithms ?? [], removing: own?.removeAlgorithms ?? [])
        settings.assertionAudience = assertionAudience
        (settings.subjectClaim, settings.sharesRedirectURI) = (subjectClaim, sharedRedirectURI)
        settings.onGroupOverage = common.onGroupOverage
        settings.followsDiscovery = followsDiscovery
        settings.refreshesUpstream = refreshesUpstream
        settings.singleLogout = common.logout.singleLogout
        settings.common = try common.given(lists)
        return settings
    }

    static func secret(in file: String) throws(InputError) -> SecretBytes { SecretBytes(line(try InputFile.read(file, limit: 8192))) }

    static func key(in file: String) throws(InputError) -> SecretBytes { SecretBytes(try InputFile.read(file, limit: 16_384)) }

    /// Editors end a file with a line break, which no secret has.
    private static func line(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        while let last = bytes.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { bytes.removeLast() }
        return bytes
    }
}

extension ProviderCommand.Create {
    struct OIDC: PoolCommanding {
        static let configuration = CommandConfiguration(
            commandName: "oidc", abstract: "Register an OpenID Connect or OAuth 2.0 identity provider.",
            discussion: """
                countersign idp create oidc corp --pool POOL --issuer https://id.example.com \\
                    --client-id ID --client-secret-file secret.txt --map groups=groups
                countersign idp create oidc google --pool POOL --preset google \\
                    --client-id ID --client-secret-file secret.txt
                countersign idp create oidc entra --pool POOL --preset microsoft \\
                    --tenant 72f988bf-86f1-41af-91ab-2d7cd011db47 \\
                    --client-id ID --client-secret-file secret.txt --map groups=groups
                countersign idp create oidc apple --pool POOL --preset apple \\
                    --client-id com.example.app --team-id A1B2C3D4E5 \\
                    --key-id F6G7H8J9K0 --client-key-file AuthKey_F6G7H8J9K0.p8

                PRESET: google, microsoft, apple, github, okta, auth0, keycloak, gitlab,
                facebook, amazon, oauth2.
                SOURCE of --map is the provider's claim, or the path to one, as
                realm_access.roles.
                The answer has what to register at the provider: the redirect URI, and where
                it has an address to sign people out, our post-logout redirect URI.
                """)
        @Argument(help: "1 to 32 characters without space and '_'; it stands in usernames.") var name: String
        @Option(help: ArgumentHelp("What is known of a provider: its addresses, scopes, mapping and habits.", valueName: "PRESET")) var preset:
            String?
        @OptionGroup var settings: OIDCProviderOptions
        @OptionGroup var common: ProviderOptions
        @OptionGroup var pool: PoolOption
        @OptionGroup var publicURL: PublicURLOption
        @OptionGroup var development: DevelopmentOption
        @OptionGroup var shared: SharedOptions

        func validate() throws {
            guard settings.clientID != nil else { throw ValidationError("Missing expected option '--client-id <ID>'.") }
            guard settings.issuer != nil || preset != nil else {
                throw ValidationError("Missing expected option '--issuer <URL>' or '--preset <PRESET>'.")
            }
        }

        func answer() async throws -> Answer {
            try await Composition.with(shared, publicURL: publicURL, development: development) { composition in
                let act = CreateOIDCProvider(name, pool: pool.id, settings: try settings.given(common, preset: preset))
                return try await composition.administration.perform(act).answer(composition, pool: pool.id)
            }
        }
    }
}
