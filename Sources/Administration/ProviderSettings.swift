import Gateway
import UserPools

extension Administration {
    /// What both kinds of provider have: mapping, domains, whether it is enabled.
    func apply(_ settings: ProviderSettings, to provider: inout IdentityProvider, in pool: UserPool) throws(AdministrationError) {
        if settings.map != nil || settings.require != nil {
            let rules = try settings.map.map { map throws(AdministrationError) in try Self.rules(map, in: pool) } ?? provider.attributeMapping.rules
            let required = settings.require ?? rules.filter(\.required).map(\.attribute)
            for name in required where !rules.contains(where: { $0.attribute == name }) {
                throw .invalid(.require, name, "is not mapped", example: .give([.init(.map, "\(name)=SOURCE"), .init(.require, "\(name)")]))
            }
            provider.attributeMapping = AttributeMapping(
                rules: rules.map { .init(attribute: $0.attribute, source: $0.source, required: required.contains($0.attribute)) })
        }
        if let domains = settings.domains {
            var checked: [String] = []
            for domain in domains { checked.append(try Self.hostName(domain)) }
            provider.domains = checked
        }
        if let enabled = settings.enabled { provider.enabled = enabled }
    }

    /// `ATTRIBUTE=SOURCE`: the attribute is one that the pool has and a provider may fill.
    static func rules(_ map: [String], in pool: UserPool) throws(AdministrationError) -> [AttributeMapping.Rule] {
        var rules: [AttributeMapping.Rule] = []
        for text in map {
            guard let mark = text.firstIndex(of: "="), mark != text.startIndex, text.index(after: mark) != text.endIndex else {
                throw .invalid(.map, text, "is not ATTRIBUTE=SOURCE", example: .give(.map, "email=mail"))
            }
            let (name, source) = (String(text[..<mark]), String(text[text.index(after: mark)...]))
            guard let attribute = UserAttribute(name) else {
                throw .invalid(
                    .map, name, "is not an attribute that an identity provider may fill",
                    example: .give([.init(.map, "email=mail"), .init(.map, "groups=memberOf"), .init(.map, "custom:team=department")]))
            }
            if case .custom(let short) = attribute, !pool.customAttributes.contains(where: { $0.name == short }) {
                throw .invalid(.map, name, "is not declared in the pool", example: .act(.declareAttribute(short)))
            }
            if attribute != .groups, rules.contains(where: { $0.attribute == name }) {
                throw .invalid(.map, name, "is mapped twice; only groups take several sources", example: .give(.map, "\(name)=\(source)"))
            }
            rules.append(AttributeMapping.Rule(attribute: name, source: source))
        }
        return rules
    }
}
