import Administration
import ArgumentParser
import FoundationEssentials
import Gateway
import UserPools

/// What every kind of provider takes, at creation and later.
struct ProviderOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Fill our ATTRIBUTE (email, name, groups, custom:…) from the provider's SOURCE; may be repeated.", valueName: "ATTRIBUTE=SOURCE"))
    var map: [String] = []
    @Option(help: ArgumentHelp("Refuse a sign-in without this attribute; may be repeated.", valueName: "ATTRIBUTE")) var require: [String] = []
    @Option(
        name: .customLong("domain"),
        help: ArgumentHelp("An e-mail domain that belongs to this provider; may be repeated.", valueName: "EMAIL-DOMAIN"))
    var domains: [String] = []
    @Option(
        help: ArgumentHelp(
            "Where Microsoft leaves groups out because they are many: refuse the sign-in, fetch them (OIDC), or ignore it.", valueName: "POLICY"))
    var onGroupOverage: GroupOverage?
    @OptionGroup var contexts: ContextMappingOptions
    @OptionGroup var branding: ProviderBrandingOptions
    @OptionGroup var logout: SingleLogoutOptions
    @Flag var state: Switch?

    var isEmpty: Bool {
        [map, require, domains, contexts.rules].allSatisfy(\.isEmpty) && onGroupOverage == nil && state == nil && branding.isEmpty && logout.isEmpty
    }

    func given(_ lists: ProviderListOptions? = nil) throws(InputError) -> ProviderSettings {
        var settings = ProviderSettings()
        settings.map = listChange(map, adding: lists?.addMap ?? [], removing: lists?.removeMap ?? [])
        settings.require = listChange(require, adding: lists?.addRequire ?? [], removing: lists?.removeRequire ?? [])
        settings.domains = listChange(domains, adding: lists?.addDomains ?? [], removing: lists?.removeDomains ?? [])
        settings.contexts = contexts.given(lists?.contexts)
        settings.displayName = change(branding.displayName)
        settings.logo = try imageChange(branding.logo)
        settings.enabled = state.map { $0 == .enable }
        return settings
    }
}

struct SAMLProviderOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The provider's metadata as a file; '-' is standard input.", valueName: "FILE")) var metadataFile: String?
    @Option(name: .customLong("metadata-url"), help: ArgumentHelp("The address of the provider's metadata.", valueName: "URL")) var metadataURL:
        String?
    @Option(name: .customLong("entity-id"), help: ArgumentHelp("Which entity, where the metadata has several.", valueName: "URI")) var entityID:
        String?
    @Option(
        help: ArgumentHelp(
            "Know people by this attribute (pairwise-id, subject-id, …) in place of the NameID; chosen before the first sign-in.",
            valueName: "ATTRIBUTE"))
    var subject: String?
    @OptionGroup var following: MetadataFollowingOptions
    @Flag(name: .customLong("allow-idp-initiated"), inversion: .prefixedNo, help: "Let the provider begin a sign-in that no app asked for.")
    var allowIDPInitiated: Bool?
    @Option(
        name: .customLong("idp-initiated-client"),
        help: ArgumentHelp("The app that goes on with such a sign-in, at its --initiate-login-uri.", valueName: "CLIENT_ID"))
    var idpInitiatedClient: String?
    @OptionGroup var exceptions: SAMLExceptionOptions

    @OptionGroup(title: "Requests to a SAML provider") var requests: SAMLRequestOptions

    func validate() throws {
        guard metadataFile == nil || metadataURL == nil else { throw ValidationError("Give --metadata-file or --metadata-url, not both.") }
    }

    var isEmpty: Bool {
        [metadataFile, metadataURL, entityID, idpInitiatedClient, subject].allSatisfy { $0 == nil }
            && allowIDPInitiated == nil && exceptions.isEmpty && requests.isEmpty && following.isEmpty
    }

    func given(_ common: ProviderOptions, _ lists: ProviderListOptions? = nil) throws(InputError) -> SAMLProviderSettings {
        var settings = SAMLProviderSettings()
        if let metadataURL { settings.metadata = .url(metadataURL) }
        if let metadataFile { settings.metadata = .document(try InputFile.read(metadataFile, limit: 1 << 20)) }
        settings.entityID = entityID
        settings.following = try following.given()
        settings.allowsIDPInitiated = allowIDPInitiated
        settings.idpInitiatedClient = idpInitiatedClient
        exceptions.apply(to: &settings)
        settings.onGroupOverage = common.onGroupOverage
        settings.subjectAttribute = subject
        settings.singleLogout = common.logout.singleLogout
        settings.requests = requests.given
        settings.common = try common.given(lists)
        return settings
    }
}

extension GroupOverage: ExpressibleByArgument {}
extension OIDCConnection.AssertionAudience: ExpressibleByArgument {}
extension OIDCConnection.ClientAuthentication: ExpressibleByArgument {}
