import Administration
import ArgumentParser
import TokenVerifier
import WireFormats

/// A list on the command line: given, it replaces what was there; `""` alone empties it; entries may also be added and removed.
/// nil where nothing is said of it.
func listChange(_ values: [String], adding added: [String] = [], removing removed: [String] = []) -> ListChange? {
    if values.isEmpty, added.isEmpty, removed.isEmpty { return nil }
    return ListChange(replacement: values.isEmpty ? nil : values == [""] ? [] : values, added: added, removed: removed)
}

/// What went when a list changed: nobody loses an entry without being told.
func losses(_ what: String, _ before: [String], _ after: [String]) -> [String] {
    before.filter { entry in !after.contains { $0.hasSameBytes(as: entry) } }.map { "removed the \(what) \($0)" }
}

/// `--add-…` and `--remove-…` for every list of an app client.
struct ClientListOptions: ParsableArguments {
    @Option(name: .customLong("add-redirect-uri"), help: ArgumentHelp("One more, beside those that are there.", valueName: "URI"))
    var addRedirectURIs: [String] = []
    @Option(name: .customLong("remove-redirect-uri"), help: ArgumentHelp(valueName: "URI")) var removeRedirectURIs: [String] = []
    @Option(name: .customLong("add-logout-uri"), help: ArgumentHelp(valueName: "URI")) var addLogoutURIs: [String] = []
    @Option(name: .customLong("remove-logout-uri"), help: ArgumentHelp(valueName: "URI")) var removeLogoutURIs: [String] = []
    @Option(name: .customLong("add-web-origin"), help: ArgumentHelp(valueName: "ORIGIN")) var addWebOrigins: [String] = []
    @Option(name: .customLong("remove-web-origin"), help: ArgumentHelp(valueName: "ORIGIN")) var removeWebOrigins: [String] = []
    @Flag(name: .customLong("default-web-origins"), help: "The web origins are those of the redirect URIs again, whatever these become.")
    var usesDefaultWebOrigins = false
    @Option(name: .customLong("add-resource"), help: ArgumentHelp(valueName: "URI")) var addResources: [String] = []
    @Option(name: .customLong("remove-resource"), help: ArgumentHelp(valueName: "URI")) var removeResources: [String] = []
    @Option(name: .customLong("add-resource-scope"), help: ArgumentHelp(valueName: "'URI SCOPE'")) var addResourceScopes: [String] = []
    @Option(name: .customLong("remove-resource-scope"), help: ArgumentHelp(valueName: "'URI SCOPE'")) var removeResourceScopes: [String] = []
    @Option(name: .customLong("add-serves"), help: ArgumentHelp(valueName: "URI")) var addServes: [String] = []
    @Option(name: .customLong("remove-serves"), help: ArgumentHelp(valueName: "URI")) var removeServes: [String] = []
    @Option(name: .customLong("add-require-group"), help: ArgumentHelp(valueName: "NAME")) var addRequireGroups: [String] = []
    @Option(name: .customLong("remove-require-group"), help: ArgumentHelp(valueName: "NAME")) var removeRequireGroups: [String] = []
    @Option(name: .customLong("add-forward-host"), help: ArgumentHelp(valueName: "HOST[=GROUP]")) var addForwardHosts: [String] = []
    @Option(name: .customLong("remove-forward-host"), help: ArgumentHelp(valueName: "HOST[=GROUP]")) var removeForwardHosts: [String] = []
    @Option(name: .customLong("add-idp"), help: ArgumentHelp(valueName: "NAME")) var addIDPs: [String] = []
    @Option(name: .customLong("remove-idp"), help: ArgumentHelp(valueName: "NAME")) var removeIDPs: [String] = []
    @Option(name: .customLong("add-scope"), help: ArgumentHelp(valueName: "SCOPE")) var addScopes: [String] = []
    @Option(name: .customLong("remove-scope"), help: ArgumentHelp(valueName: "SCOPE")) var removeScopes: [String] = []
    @Option(name: .customLong("add-grant"), help: ArgumentHelp(valueName: "GRANT")) var addGrants: [String] = []
    @Option(name: .customLong("remove-grant"), help: ArgumentHelp(valueName: "GRANT")) var removeGrants: [String] = []

    var isEmpty: Bool {
        [addRedirectURIs, removeRedirectURIs, addLogoutURIs, removeLogoutURIs, addWebOrigins, removeWebOrigins, addResources, removeResources]
            .allSatisfy(\.isEmpty) && [addServes, removeServes, addRequireGroups, removeRequireGroups].allSatisfy(\.isEmpty)
            && [addForwardHosts, removeForwardHosts].allSatisfy(\.isEmpty)
            && [addIDPs, removeIDPs, addScopes, removeScopes, addGrants, removeGrants].allSatisfy(\.isEmpty)
            && !usesDefaultWebOrigins && addResourceScopes.isEmpty && removeResourceScopes.isEmpty
    }
}

/// The same of an identity provider of either kind.
struct ProviderListOptions: ParsableArguments {
    @Option(
        name: .customLong("add-map"),
        help: ArgumentHelp(
            "One more mapping, or another source of an attribute; what else is mapped or required stays.", valueName: "ATTRIBUTE=SOURCE"))
    var addMap: [String] = []
    @Option(name: .customLong("remove-map"), help: ArgumentHelp(valueName: "ATTRIBUTE")) var removeMap: [String] = []
    @Option(name: .customLong("add-require"), help: ArgumentHelp(valueName: "ATTRIBUTE")) var addRequire: [String] = []
    @Option(name: .customLong("remove-require"), help: ArgumentHelp(valueName: "ATTRIBUTE")) var removeRequire: [String] = []
    @Option(name: .customLong("add-domain"), help: ArgumentHelp(valueName: "EMAIL-DOMAIN")) var addDomains: [String] = []
    @Option(name: .customLong("remove-domain"), help: ArgumentHelp(valueName: "EMAIL-DOMAIN")) var removeDomains: [String] = []

    @OptionGroup var contexts: ContextMappingListOptions

    var isEmpty: Bool {
        [addMap, removeMap, addRequire, removeRequire, addDomains, removeDomains].allSatisfy(\.isEmpty) && contexts.isEmpty
    }
}

/// The same of an OpenID Connect or OAuth 2.0 provider alone.
struct OIDCListOptions: ParsableArguments {
    @Option(name: .customLong("add-scope"), help: ArgumentHelp("One more, beside those that are there.", valueName: "SCOPE"))
    var addScopes: [String] = []
    @Option(name: .customLong("remove-scope"), help: ArgumentHelp(valueName: "SCOPE")) var removeScopes: [String] = []
    @Option(name: .customLong("add-parameter"), help: ArgumentHelp(valueName: "NAME=VALUE")) var addParameters: [String] = []
    @Option(name: .customLong("remove-parameter"), help: ArgumentHelp(valueName: "NAME")) var removeParameters: [String] = []
    @Option(name: .customLong("add-algorithm"), help: ArgumentHelp(valueName: "ALG")) var addAlgorithms: [String] = []
    @Option(name: .customLong("remove-algorithm"), help: ArgumentHelp(valueName: "ALG")) var removeAlgorithms: [String] = []
    @Option(name: .customLong("add-allowed-tenant"), help: ArgumentHelp(valueName: "ID")) var addTenants: [String] = []
    @Option(name: .customLong("remove-allowed-tenant"), help: ArgumentHelp(valueName: "ID")) var removeTenants: [String] = []

    var isEmpty: Bool {
        [addScopes, removeScopes, addParameters, removeParameters, addAlgorithms, removeAlgorithms, addTenants, removeTenants].allSatisfy(\.isEmpty)
    }
}
