import Administration
import ArgumentParser
import OpenIDConnect
import TokenVerifier
import UserPools

/// Which ways of authentication apps may ask a provider for.
struct ContextMappingOptions: ParsableArguments {
    @Option(
        name: .customLong("map-acr"),
        help: ArgumentHelp(
            "What apps ask for by acr_values, and the provider's name for it: a class of SAML (X509, or a URI) or its acr; may be repeated.",
            valueName: "ACR=CLASS"))
    var rules: [String] = []

    func given(_ lists: ContextMappingListOptions? = nil) -> ContextMappingSettings {
        ContextMappingSettings(listChange(rules, adding: lists?.added ?? [], removing: lists?.removed ?? []))
    }
}

/// The same, for what is there already.
struct ContextMappingListOptions: ParsableArguments {
    @Option(name: .customLong("add-map-acr"), help: ArgumentHelp("One more, beside those that are there.", valueName: "ACR=CLASS"))
    var added: [String] = []
    @Option(name: .customLong("remove-map-acr"), help: ArgumentHelp("One of them, or all of an ACR.", valueName: "ACR[=CLASS]"))
    var removed: [String] = []

    var isEmpty: Bool { added.isEmpty && removed.isEmpty }
}

extension IdentityProvider {
    /// ACR: the provider's names for it.
    var contextDocument: JSONObject {
        var object = JSONObject()
        for acr in (contextMapping?.rules.map(\.acr) ?? []).distinctByBytes {
            object.append(acr, .array((contextMapping?.upstream(for: [acr]) ?? []).map(JSONValue.string)))
        }
        return object
    }

    var contextRules: [String] { contextMapping?.rules.map(\.text) ?? [] }
}
