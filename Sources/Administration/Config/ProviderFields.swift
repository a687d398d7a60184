import UserPools
import WireFormats

/// What providers of either kind have.
let providerFields: [ConfigField<IdentityProvider, ProviderSettings>] = [
    .optionalText("display_name", { $0.displayName }, { $0.displayName = $1 }),
    .picture("logo", { $0.logo }, { $0.logo = $1 }),
    .pairs("attribute_mapping", { $0.attributeMapping.rules.map { "\($0.attribute)=\($0.source)" } }, { $0.map = $1 }),
    .list("required_attributes", { $0.attributeMapping.required }, { $0.require = $1 }),
    .list("domains", { $0.domains }, { $0.domains = $1 }),
    .pairs("acr_mapping", { $0.contextMapping?.rules.map(\.text) ?? [] }, { $0.contexts.rules = $1 }),
    .flag("enabled", usually: true, { $0.enabled }, { $0.enabled = $1 }),
]

extension AttributeMapping {
    /// Once each.
    var required: [String] { rules.filter(\.required).map(\.attribute).distinctByBytes }
}
