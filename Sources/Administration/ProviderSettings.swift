import Gateway
import UserPools
import WireFormats

extension Administration {
    /// What both kinds of provider have: mapping, domains, whether it is enabled.
    func apply(_ settings: ProviderSettings, to provider: inout IdentityProvider, in pool: UserPool) throws(AdministrationError) {
        var problems = ProblemList()
        try problems.check { () throws(AdministrationError) in
            if settings.map != nil || settings.require != nil {
                let rules = try Self.apply(settings.map ?? ListChange(added: []), to: provider.attributeMapping.rules, in: pool)
                try Self.requireKept(settings, provider.attributeMapping.rules, rules)
                let required = try (settings.require ?? ListChange(added: [])).applied(
                    to: provider.attributeMapping.rules.filter(\.required).map(\.attribute).reduce(into: []) {
                        if !$0.contains($1) { $0.append($1) }
                    },
                    .require)
                for name in required where !rules.contains(where: { $0.attribute == name }) {
                    throw .invalid(.require, name, "is not mapped", example: .give([.init(.map, "\(name)=SOURCE"), .init(.require, "\(name)")]))
                }
                provider.attributeMapping = AttributeMapping(
                    rules: rules.map { .init(attribute: $0.attribute, source: $0.source, required: required.contains($0.attribute)) })
            }
        }
        try problems.check { () throws(AdministrationError) in
            if let change = settings.domains {
                func checked(_ domains: [String]) throws(AdministrationError) -> [String] {
                    var checked: [String] = []
                    for domain in domains {
                        guard let checkedDomain = EmailDomain(typed: ProtocolText(domain)) else {
                            throw .invalid(.emailDomain, domain, "is not a host name", example: .give(.emailDomain, "staff.example.com"))
                        }
                        checked.append(checkedDomain.text)
                    }
                    return checked
                }
                let replacement = try change.replacement.map { domains throws(AdministrationError) in try checked(domains) }
                provider.domains = try ListChange(
                    replacement: replacement, added: try checked(change.added),
                    removed: change.removed.map { EmailDomain(typed: ProtocolText($0))?.text ?? $0 }
                ).applied(to: provider.domains, .emailDomain)
            }
        }
        try problems.refuse()
        if let enabled = settings.enabled { provider.enabled = enabled }
    }

    /// The rules afterwards. An attribute that is mapped has its source changed by adding it, since only groups take several.
    private static func apply(
        _ change: ListChange, to known: [AttributeMapping.Rule], in pool: UserPool
    ) throws(AdministrationError) -> [AttributeMapping.Rule] {
        var rules = try change.replacement.map { map throws(AdministrationError) in try self.rules(map, in: pool) } ?? known
        for text in change.removed {
            let before = rules.count
            rules.removeAll { $0.attribute == text || "\($0.attribute)=\($0.source)".hasSameBytes(as: text) }
            guard rules.count < before else {
                throw .invalid(.map, text, "is not mapped", example: .words("the attribute of a mapping that is there, or all of it: email=mail"))
            }
        }
        for rule in try self.rules(change.added, in: pool) {
            if rule.attribute == "groups" {
                if rules.contains(where: { $0.attribute == rule.attribute && $0.source.hasSameBytes(as: rule.source) }) { continue }
                rules.append(rule)
            } else if let index = rules.firstIndex(where: { $0.attribute == rule.attribute }) {
                rules[index] = rule
            } else {
                rules.append(rule)
            }
        }
        return rules
    }

    /// A requirement goes only where that is said: a mapping without the attribute would let everybody in who lacks it.
    private static func requireKept(
        _ settings: ProviderSettings, _ before: [AttributeMapping.Rule], _ after: [AttributeMapping.Rule]
    ) throws(AdministrationError) {
        guard settings.require?.replacement == nil else { return }
        for rule in before where rule.required && !after.contains(where: { $0.attribute == rule.attribute }) {
            guard settings.require?.removed.contains(rule.attribute) != true else { continue }
            throw .invalid(
                .map, "", "would no longer fill '\(rule.attribute)', which is required: map it too, or say that it is required no more",
                example: .acts([.mapAttribute(rule.attribute), .stopRequiring(rule.attribute)]))
        }
    }

    /// `ATTRIBUTE=SOURCE`: the attribute is one that the pool has and a provider may fill.
    static func rules(_ map: [String], in pool: UserPool) throws(AdministrationError) -> [AttributeMapping.Rule] {
        var rules: [AttributeMapping.Rule] = []
        for text in map {
            guard let (left, right) = ProtocolText(text).cut(at: "="), !left.isEmpty, !right.isEmpty else {
                throw .invalid(.map, text, "is not ATTRIBUTE=SOURCE", example: .give(.map, "email=mail"))
            }
            let (name, source) = (left.string, right.string)
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
