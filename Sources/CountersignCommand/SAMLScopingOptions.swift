import Administration
import ArgumentParser
import TokenVerifier
import UserPools

/// Of a provider that is a proxy itself: through whom it may have people authenticated.
struct SAMLScopingOptions: ParsableArguments {
    @Option(help: ArgumentHelp("How many proxies may stand between it and whoever authenticates; 'none' sends none.", valueName: "N"))
    var proxyCount: String?
    @Option(
        name: .customLong("scope-to-idp"),
        help: ArgumentHelp("Whom the provider may ask in its turn; may be repeated; '' is anybody.", valueName: "ENTITY-ID"))
    var identityProviders: [String] = []

    var isEmpty: Bool { proxyCount == nil && identityProviders.isEmpty }

    var given: SAMLScopingChanges {
        var changes = SAMLScopingChanges()
        changes.proxyCount = change(proxyCount)
        changes.identityProviders = identityProviders.isEmpty ? nil : identityProviders.filter { !$0.isEmpty }
        return changes
    }
}

extension SAMLScoping? {
    func append(to document: inout JSONObject) {
        document.append("proxy_count", self?.proxyCount.map(JSONValue.integer) ?? .null)
        document.append("scope_to_idps", .array((self?.identityProviders ?? []).map(JSONValue.string)))
    }

    var summary: [String] {
        [self?.proxyCount.map { "through at most \($0) proxies" }, self?.identityProviders.map { "by \($0.joined(separator: ", "))" }].compactMap(
            \.self)
    }
}
