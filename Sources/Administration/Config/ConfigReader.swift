import Gateway
import OpenIDConnect
import UserPools
import WireFormats

extension ConfigDocument {
    /// - Throws: all that is wrong with it: fields that do not exist, types that do not fit, what is missing, what is there twice.
    ///   What it refers to is read with it.
    package init(_ value: ConfigValue, _ references: ConfigReferences) throws(ConfigError) {
        var reader = ConfigReader(references: references)
        pools = reader.document(value)
        try reader.problems.refuse()
    }
}

/// Reads a document's parts, and collects what is wrong with them.
struct ConfigReader {
    let references: ConfigReferences
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
        once(pools.map(\.item))
        return pools
    }

    private mutating func pool(_ value: ConfigValue) -> ConfigDocument.Pool? {
        let fields = ConfigFields.pool
        let own = ["id", "custom_attributes", "signing_algorithms", "resources", "identity_providers", "clients", "workloads"]
        guard let members = members(value, "a pool", own + fields.names), let item = item(value, members, fields, kind: "pool", name: "name")
        else { return nil }
        let pool = item.words
        let attributes = items(members, "custom_attributes", pool) { reader, value in reader.attribute(value, of: pool) }
        let algorithms = items(members, "signing_algorithms", pool) { reader, value in reader.algorithm(value, of: pool) }
        let resources = items(members, "resources", pool) { reader, value in reader.resource(value, of: pool) }
        let providers = items(members, "identity_providers", pool) { reader, value in reader.provider(value, of: pool) }
        let clients = items(members, "clients", pool) { reader, value in reader.client(value, of: pool) }
        let workloads = items(members, "workloads", pool) { reader, value in reader.workload(value, of: pool) }
        once((attributes ?? []).map { ("the custom attribute '\($0.name)' of \(pool)", $0.place) })
        once((algorithms ?? []).map { ("the signing algorithm \($0.algorithm.rawValue) of \(pool)", $0.place) })
        once((resources ?? []).map { ("the resource '\($0.uri)' of \(pool)", $0.place) })
        once((providers ?? []).map { ($0.item.words, $0.item.place) })
        once((clients ?? []).map(\.item))
        once((workloads ?? []).map { ("the workload '\($0.name)' of \(pool)", $0.place) })
        return ConfigDocument.Pool(
            item: item, region: item.entry("region")?.setting.text, signingAlgorithm: item.entry("signing_algorithm")?.setting.text,
            attributes: attributes, signingAlgorithms: algorithms, resources: resources, providers: providers, clients: clients,
            workloads: workloads)
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

    private mutating func algorithm(_ value: ConfigValue, of pool: String) -> ConfigDocument.Algorithm? {
        guard case .text(let text) = value.content, let algorithm = SigningAlgorithm(rawValue: text) else {
            expected("signing_algorithms", "a list of RS256, PS256, ES256, EdDSA", value, pool)
            return nil
        }
        return ConfigDocument.Algorithm(algorithm: algorithm, place: value.place)
    }

    private mutating func resource(_ value: ConfigValue, of pool: String) -> ConfigDocument.Resource? {
        let words = "a resource of \(pool)"
        guard let members = members(value, words, ["uri", "scopes"]) else { return nil }
        guard let uri = read(members, "uri", .text, words)?.text else { return missing("uri", value, words) }
        return ConfigDocument.Resource(uri: uri, scopes: read(members, "scopes", .list, words)?.list, place: value.place)
    }

    private mutating func provider(_ value: ConfigValue, of pool: String) -> ConfigDocument.Provider? {
        let words = "an identity provider of \(pool)"
        guard case .members(let given) = value.content else {
            _ = members(value, words, [])
            return nil
        }
        let kinds = ConfigDocument.Provider.Kind.allCases.map(\.rawValue)
        guard let kind = read(given, "type", .choice(kinds), words)?.text.flatMap(ConfigDocument.Provider.Kind.init) else {
            return missing("type", value, words)
        }
        let names = ["name", "type"]
        switch kind {
        case .oidc:
            let (fields, secrets) = (ConfigFields.oidc, ["client_secret", "client_key"])
            guard let members = members(value, words, names + secrets + fields.names),
                let item = item(value, members, fields, kind: "identity provider", name: "name", of: pool)
            else { return nil }
            let found = secrets.compactMap { name in secret(members, name, item.words) }
            return ConfigDocument.Provider(item: item, kind: kind, secrets: found, initiated: nil)
        case .saml:
            let (fields, initiated) = (ConfigFields.saml, ["allow_idp_initiated", "idp_initiated_client"])
            guard let members = members(value, words, names + initiated + fields.names),
                let item = item(value, members, fields, kind: "identity provider", name: "name", of: pool)
            else { return nil }
            let isAllowed = read(members, initiated[0], .flag, item.words)?.flag
            let client = read(members, initiated[1], .text, item.words)?.text
            let place = members.first { initiated.contains($0.name) }?.value.place
            let isSaid = isAllowed != nil || client != nil
            return ConfigDocument.Provider(
                item: item, kind: kind, secrets: [],
                initiated: isSaid ? ConfigDocument.Initiated(isAllowed: isAllowed, client: client, place: place) : nil)
        case .federation:
            let fields = ConfigFields.federation
            guard let members = members(value, words, names + fields.names),
                let item = item(value, members, fields, kind: "federation", name: "name", of: pool)
            else { return nil }
            return ConfigDocument.Provider(item: item, kind: kind, secrets: [], initiated: nil)
        }
    }

    private mutating func client(_ value: ConfigValue, of pool: String) -> ConfigDocument.Client? {
        let fields = ConfigFields.client
        guard let members = members(value, "a client of \(pool)", ["client_id", "client_secret"] + fields.names),
            let item = item(value, members, fields, kind: "client", name: "client_name", id: "client_id", of: pool)
        else { return nil }
        return ConfigDocument.Client(
            item: item, isConfidential: item.entry("confidential")?.setting.flag ?? false, secret: secret(members, "client_secret", item.words))
    }

    private mutating func workload(_ value: ConfigValue, of pool: String) -> ConfigDocument.Workload? {
        let words = "a workload of \(pool)"
        guard let members = members(value, words, ["name", "issuer", "subject", "client", "jwks", "jwks_uri", "may_repeat"]) else { return nil }
        guard let name = read(members, "name", .text, words)?.text else { return missing("name", value, words) }
        guard let issuer = read(members, "issuer", .text, words)?.text else { return missing("issuer", value, words) }
        guard let subject = read(members, "subject", .text, words)?.text else { return missing("subject", value, words) }
        guard let client = read(members, "client", .text, words)?.text else { return missing("client", value, words) }
        let url = read(members, "jwks_uri", .text, words)?.text
        let document = read(members, "jwks", .document, words)?.content?.bytes
        return ConfigDocument.Workload(
            name: name, issuer: issuer, subject: subject, client: client,
            keys: url.map(ClientSettings.Keys.url) ?? document.map(ClientSettings.Keys.document),
            mayRepeat: read(members, "may_repeat", .flag, words)?.flag ?? false, place: value.place)
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
        // Of one name there may be several.
        let which = given != nil ? identifier?.text.map { " (\($0))" } ?? "" : ""
        let words = "\(kind) '\(shown)'\(which)\(owner)"
        let entries = members.compactMap { member -> ConfigEntry? in
            // The name finds it, unless something else does.
            guard let field = fields[member.name], member.name != name || identifier != nil else { return nil }
            guard let setting = setting(member, field.kind, isOptional: field.isOptional, words) else { return nil }
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
        return setting(member, kind, isOptional: false, words)
    }

    /// nil where it is of another type, or what it refers to cannot be had.
    private mutating func setting(_ member: ConfigValue.Member, _ kind: ConfigKind, isOptional: Bool, _ words: String) -> ConfigSetting? {
        if !kind.takesReferences, let found = ConfigReference.misplaced(in: member.value) {
            unreachable(ConfigReferenceError.misplaced(found.text), at: found.place, words)
            return nil
        }
        do {
            if let setting = try kind.read(member.value, isOptional: isOptional, references) { return setting }
            expected(member.name, kind.words, member.value, words)
        } catch { unreachable(error, at: member.value.place, words) }
        return nil
    }

    private mutating func secret(_ members: [ConfigValue.Member], _ name: String, _ words: String) -> ConfigDocument.Secret? {
        guard let member = members.first(where: { $0.name == name }) else { return nil }
        guard case .text(let text) = member.value.content, let reference = ConfigReference(text) else {
            expected(name, "file:PATH or env:NAME; a secret itself never stands here", member.value, words)
            return nil
        }
        do {
            try references.requireSecret(reference)
            let bytes = references.opensSecrets ? try references.secret(reference) : nil
            return ConfigDocument.Secret(name: name, reference: reference, bytes: bytes, place: member.value.place)
        } catch { unreachable(error, at: member.value.place, words) }
        return nil
    }

    private mutating func unreachable(_ error: any Error, at place: ConfigPlace?, _ words: String) {
        problems.add(ConfigProblem(at: place, of: words, .reference(error as? any Diagnosable ?? ConfigReferenceError.empty)))
    }

    /// Of a list it is said where the first stands that is no text.
    private mutating func expected(_ name: String, _ what: String, _ value: ConfigValue, _ words: String) {
        var value = value
        if case .list(let values) = value.content { value = values.first { if case .text = $0.content { false } else { true } } ?? value }
        problems.add(ConfigProblem(at: value.place, of: words, .expected(field: name, what, seen: value.kind)))
    }

    /// Once is enough: of what has another type it was said.
    private mutating func missing<Value>(_ name: String, _ value: ConfigValue, _ words: String) -> Value? {
        if case .members(let members) = value.content, members.contains(where: { $0.name == name }) { return nil }
        problems.add(ConfigProblem(at: value.place, of: words, .missing(field: name)))
        return nil
    }

    /// What a name finds has no other of that name beside it.
    private mutating func once(_ items: [ConfigDocument.Item]) {
        once(items.map { ($0.words, $0.place) })
        let named = Dictionary(grouping: items.filter { $0.name != nil }) { Array($0.shownName.utf8) }
        var identified: [[UInt8]: ConfigDocument.Item] = [:]
        for item in items {
            guard let id = item.id, let other = identified.updateValue(item, forKey: Array(id.utf8)), other.words != item.words else { continue }
            problems.add(ConfigProblem(at: item.place, of: item.words, .same(as: other.place)))
        }
        for item in items where item.id == nil {
            guard let other = named[Array(item.shownName.utf8)]?.first(where: { $0.id != nil }) else { continue }
            problems.add(ConfigProblem(at: item.place, of: item.words, .same(as: other.place)))
        }
    }

    private mutating func once(_ names: [(words: String, place: ConfigPlace?)]) {
        var seen: Set<[UInt8]> = []
        for name in names where !seen.insert(Array(name.words.utf8)).inserted {
            problems.add(ConfigProblem(at: name.place, .twice(name.words)))
        }
    }
}
