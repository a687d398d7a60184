import Gateway
import UserPools
import WireFormats

/// A logo that is none is one of an input's problems, and is told with the others.
typealias ReadLogo = Result<Change<Image>, AdministrationError>

extension AttributeMapping {
    /// What is given comes on top of what a preset maps; each rule is `ATTRIBUTE=SOURCE`.
    static func merge(_ given: [String], over known: [String]) -> [String] {
        func attribute(_ rule: String) -> ProtocolText { ProtocolText(rule).prefix { $0 != UInt8(ascii: "=") } }
        return known.filter { rule in !given.contains { attribute($0) == attribute(rule) } } + given
    }
}

/// What an admin says of a provider of either kind; nil leaves it as it is.
package struct ProviderSettings: Sendable {
    /// `ATTRIBUTE=SOURCE`, as given.
    package var map: ListChange?
    /// Whether a preset maps nothing beside `map`.
    var mapsNothingElse = false
    /// Attributes without which a sign-in is refused.
    package var require: ListChange?
    package var domains: ListChange?
    package var contexts = ContextMappingSettings()
    /// What its button says in place of the name.
    package var displayName = Change<String>.keep
    /// The bytes of its button's image.
    package var logo = Change<[UInt8]>.keep
    package var enabled: Bool?

    package init() {}

    /// What the bytes of the logo are.
    func readLogo() -> ReadLogo { Result { () throws(AdministrationError) in try Branding.checked(logo: logo) } }

    /// - Parameter logo: read before, since this may be done more than once.
    func apply(to provider: inout IdentityProvider, in pool: UserPool, logo: ReadLogo) throws(AdministrationError) {
        var problems = ProblemList()
        if let mapping = try problems.check(try mapping(provider.attributeMapping, in: pool)) { provider.attributeMapping = mapping }
        if let domains = try problems.check(try domains(provider.domains)) { provider.domains = domains }
        if let change = try problems.check(try Branding.checked(displayName: displayName)) {
            provider.displayName = change.applied(to: provider.displayName)
        }
        if let change = try problems.check(try logo.get()) { provider.logo = change.map(\.reference).applied(to: provider.logo) }
        try problems.refuse()
        try provider.requireFederationLimits()
        if let enabled { provider.enabled = enabled }
    }

    private func mapping(_ before: AttributeMapping, in pool: UserPool) throws(AdministrationError) -> AttributeMapping {
        if map == nil, require == nil { return before }
        let rules = try Self.apply(map ?? ListChange(added: []), to: before.rules, in: pool)
        try requireKept(before.rules, rules)
        let known = before.rules.filter(\.required).map(\.attribute).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let required = try (require ?? ListChange(added: [])).applied(to: known, .require)
        for name in required where !rules.contains(where: { $0.attribute == name }) {
            throw .invalid(.require, name, "is not mapped", example: .give([.init(.map, "\(name)=SOURCE"), .init(.require, "\(name)")]))
        }
        return AttributeMapping(rules: rules.map { .init(attribute: $0.attribute, source: $0.source, required: required.contains($0.attribute)) })
    }

    private func domains(_ before: [String]) throws(AdministrationError) -> [String] {
        guard let change = domains else { return before }
        func checked(_ domains: [String]) throws(AdministrationError) -> [String] {
            try domains.map { domain throws(AdministrationError) in
                guard let checked = EmailDomain(typed: ProtocolText(domain)) else {
                    throw .invalid(.emailDomain, domain, "is not a host name", example: .give(.emailDomain, "staff.example.com"))
                }
                return checked.text
            }
        }
        return try ListChange(
            replacement: try change.replacement.map { domains throws(AdministrationError) in try checked(domains) },
            added: try checked(change.added), removed: change.removed.map { EmailDomain(typed: ProtocolText($0))?.text ?? $0 }
        ).applied(to: before, .emailDomain)
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
    private func requireKept(_ before: [AttributeMapping.Rule], _ after: [AttributeMapping.Rule]) throws(AdministrationError) {
        guard require?.replacement == nil else { return }
        for rule in before where rule.required && !after.contains(where: { $0.attribute == rule.attribute }) {
            guard require?.removed.contains(rule.attribute) != true else { continue }
            throw .invalid(
                .map, "", "would no longer fill '\(rule.attribute)', which is required: map it too, or say that it is required no more",
                example: .acts([.mapAttribute(rule.attribute), .stopRequiring(rule.attribute)]))
        }
    }

    /// `ATTRIBUTE=SOURCE`: the attribute is one that the pool has and a provider may fill.
    private static func rules(_ map: [String], in pool: UserPool) throws(AdministrationError) -> [AttributeMapping.Rule] {
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
