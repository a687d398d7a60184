import UserPools
import WireFormats

extension ConfigDocument {
    /// - Throws: all that is wrong with it: fields that do not exist, types that do not fit, what is missing, what is there twice.
    package init(_ value: ConfigValue) throws(ConfigError) {
        var reader = ConfigReader()
        pools = reader.document(value)
        try reader.problems.refuse()
    }
}

/// Reads a document's parts, and collects what is wrong with them.
struct ConfigReader {
    var problems = ConfigProblems()

    mutating func document(_ value: ConfigValue) -> [ConfigDocument.Pool] {
        guard let members = members(value, "the document", ["version", "pools"]) else { return [] }
        switch members.first(where: { $0.name == "version" }) {
        case nil: problems.add(ConfigProblem(at: value.place, .missing(field: "version")))
        case let version?:
            if case .number(ConfigDocument.version) = version.value.content {
            } else {
                expected("version", String(ConfigDocument.version), version.value, "")
            }
        }
        let pools = items(members, "pools", "") { reader, value in reader.pool(value) } ?? []
        once(pools.map { ($0.item.words, $0.item.place) })
        return pools
    }

    private mutating func pool(_ value: ConfigValue) -> ConfigDocument.Pool? {
        let fields = ConfigFields.pool
        let own = ["id", "custom_attributes", "resources", "identity_providers", "clients"]
        guard let members = members(value, "a pool", own + fields.names), let item = item(value, members, fields, kind: "pool", name: "name")
        else { return nil }
        let pool = item.words
        let attributes = items(members, "custom_attributes", pool) { reader, value in reader.attribute(value, of: pool) }
        let resources = items(members, "resources", pool) { reader, value in reader.resource(value, of: pool) }
        let providers = items(members, "identity_providers", pool) { reader, value in reader.provider(value, of: pool) }
        let clients = items(members, "clients", pool) { reader, value in reader.client(value, of: pool) }
        once((attributes ?? []).map { ("the custom attribute '\($0.name)' of \(pool)", $0.place) })
        once((resources ?? []).map { ("the resource '\($0.uri)' of \(pool)", $0.place) })
        once((providers ?? []).map { ($0.item.words, $0.item.place) })
        once((clients ?? []).map { ($0.item.words, $0.item.place) })
        return ConfigDocument.Pool(
            item: item, region: item.entry("region")?.setting.text, signingAlgorithm: item.entry("signing_algorithm")?.setting.text,
            attributes: attributes, resources: resources, providers: providers, clients: clients)
    }

    private mutating func attribute(_ value: ConfigValue, of pool: String) -> ConfigDocument.Attribute? {
        let words = "a custom attribute of \(pool)"
        guard let members = members(value, words, ["name", "type", "multivalued"]) else { return nil }
        guard let name = read(members, "name", .text, words)?.text else { return missing("name", value, words) }
        let type = read(members, "type", .choice(CustomAttribute.Kind.allCases.map(\.rawValue)), words)?.text
        return ConfigDocument.Attribute(
            name: ProtocolText(name).hasPrefix("custom:") ? ProtocolText(name).dropFirst(7).string : name,
            type: type.flatMap(CustomAttribute.Kind.init) ?? .string,
            multivalued: read(members, "multivalued", .flag, words)?.flag ?? false, place: value.place)
    }

    private mutating func resource(_ value: ConfigValue, of pool: String) -> ConfigDocument.Resource? {
        let words = "a resource of \(pool)"
        guard let members = members(value, words, ["uri", "scopes"]) else { return nil }
        guard let uri = read(members, "uri", .text, words)?.text else { return missing("uri", value, words) }
        return ConfigDocument.Resource(uri: uri, scopes: read(members, "scopes", .list, words)?.list, place: value.place)
    }

    private mutating func provider(_ value: ConfigValue, of pool: String) -> ConfigDocument.Provider? {
        let fields = ConfigFields.oidc
        let secrets = ["client_secret", "client_key"]
        guard let members = members(value, "an identity provider of \(pool)", ["name", "type"] + secrets + fields.names),
            let item = item(value, members, fields, kind: "identity provider", name: "name", of: pool)
        else { return nil }
        guard read(members, "type", .choice(["oidc"]), item.words)?.text != nil else { return missing("type", value, item.words) }
        let found = secrets.compactMap { name -> ConfigDocument.Provider.Secret? in
            guard case .reference(let reference)? = read(members, name, .reference, item.words) else { return nil }
            return .init(name: name, reference: reference, place: members.first { $0.name == name }?.value.place)
        }
        return ConfigDocument.Provider(item: item, secrets: found)
    }

    private mutating func client(_ value: ConfigValue, of pool: String) -> ConfigDocument.Client? {
        let fields = ConfigFields.client
        guard let members = members(value, "a client of \(pool)", ["client_id"] + fields.names),
            let item = item(value, members, fields, kind: "client", name: "client_name", id: "client_id", of: pool)
        else { return nil }
        return ConfigDocument.Client(item: item, isConfidential: item.entry("confidential")?.setting.flag ?? false)
    }
}

// MARK: parts

extension ConfigReader {
    /// What something is called, and what is said of its fields.
    private mutating func item<Subject, Settings>(
        _ value: ConfigValue, _ members: [ConfigValue.Member], _ fields: ConfigFields<Subject, Settings>, kind: String, name: String,
        id: String = "id", of pool: String? = nil
    ) -> ConfigDocument.Item? {
        let owner = pool.map { " of " + $0 } ?? ""
        let (given, identifier) = (read(members, name, .text, "a \(kind)\(owner)"), read(members, id, .text, "a \(kind)\(owner)"))
        guard let shown = given?.text ?? identifier?.text else { return missing(name, value, "a \(kind)\(owner)") }
        let words = "\(kind) '\(shown)'\(owner)"
        let entries = members.compactMap { member -> ConfigEntry? in
            // The name finds it, unless something else does.
            guard let field = fields[member.name], member.name != name || identifier != nil else { return nil }
            guard let setting = field.kind.read(member.value, isOptional: field.isOptional) else {
                expected(member.name, field.kind.words, member.value, words)
                return nil
            }
            return ConfigEntry(name: member.name, place: member.value.place ?? member.place, setting: setting)
        }
        return ConfigDocument.Item(name: given?.text, id: identifier?.text, place: value.place, words: words, entries: entries)
    }

    /// nil where it is no mapping.
    private mutating func members(_ value: ConfigValue, _ words: String, _ known: [String]) -> [ConfigValue.Member]? {
        guard case .members(let members) = value.content else {
            problems.add(ConfigProblem(at: value.place, .expected(field: words, "a mapping", seen: value.kind)))
            return nil
        }
        for member in members where !known.contains(where: { $0.hasSameBytes(as: member.name) }) {
            problems.add(ConfigProblem(at: member.place, of: words, .unknownField(member.name, known: known)))
        }
        return members
    }

    /// nil where it is not given.
    private mutating func items<Item>(
        _ members: [ConfigValue.Member], _ name: String, _ words: String, _ read: (inout ConfigReader, ConfigValue) -> Item?
    ) -> [Item]? {
        guard let member = members.first(where: { $0.name == name }) else { return nil }
        guard case .list(let values) = member.value.content else {
            expected(name, "a list", member.value, words)
            return nil
        }
        var items: [Item] = []
        for value in values { if let item = read(&self, value) { items.append(item) } }
        return items
    }

    private mutating func read(_ members: [ConfigValue.Member], _ name: String, _ kind: ConfigKind, _ words: String) -> ConfigSetting? {
        guard let member = members.first(where: { $0.name == name }) else { return nil }
        guard let setting = kind.read(member.value, isOptional: false) else {
            expected(name, kind.words, member.value, words)
            return nil
        }
        return setting
    }

    private mutating func expected(_ name: String, _ what: String, _ value: ConfigValue, _ words: String) {
        problems.add(ConfigProblem(at: value.place, of: words, .expected(field: name, what, seen: value.kind)))
    }

    /// Once is enough: of what has another type it was said.
    private mutating func missing<Value>(_ name: String, _ value: ConfigValue, _ words: String) -> Value? {
        if case .members(let members) = value.content, members.contains(where: { $0.name == name }) { return nil }
        problems.add(ConfigProblem(at: value.place, of: words, .missing(field: name)))
        return nil
    }

    private mutating func once(_ names: [(words: String, place: ConfigPlace?)]) {
        var seen: Set<[UInt8]> = []
        for name in names where !seen.insert(Array(name.words.utf8)).inserted {
            problems.add(ConfigProblem(at: name.place, .twice(name.words)))
        }
    }
}
