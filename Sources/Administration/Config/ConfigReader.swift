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
        once((attributes ?? []).map { ("the custom attribute '\($0.name)' of \(pool)", $0.places.thing) })
        once((algorithms ?? []).map { ("the signing algorithm \($0.algorithm.rawValue) of \(pool)", $0.place) })
        once((resources ?? []).map { ("the resource '\($0.uri)' of \(pool)", $0.places.thing) })
        once((providers ?? []).map { ($0.item.words, $0.item.place) })
        once((clients ?? []).map(\.item))
        once((workloads ?? []).map { ("the workload '\($0.name)' of \(pool)", $0.places.thing) })
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
            type: type.flatMap(CustomAttribute.Kind.init), multivalued: read(members, "multivalued", .flag, words)?.flag,
            places: ConfigPlaces(value))
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
        return ConfigDocument.Resource(uri: uri, scopes: read(members, "scopes", .list, words)?.list, places: ConfigPlaces(value))
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
            let place = client == nil ? item.places[initiated[0]] : item.places[initiated[1]]
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
        let url = read(members, "jwks_uri", .text, isOptional: true, words)
        let document = read(members, "jwks", .document, isOptional: true, words)
        if url?.text != nil, document?.content != nil {
            problems.add(ConfigProblem(at: ConfigPlaces(value)["jwks"], of: "workload '\(name)' of \(pool)", .several(["jwks_uri", "jwks"])))
        }
        return ConfigDocument.Workload(
            name: name, issuer: issuer, subject: subject, client: client, keySetURL: url, keySet: document,
            mayRepeat: read(members, "may_repeat", .flag, words)?.flag, places: ConfigPlaces(value))
    }
}
