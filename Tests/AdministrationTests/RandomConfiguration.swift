import TestSupport
import WireFormats

@testable import Administration

/// A document of which each thing has some of the fields that there are, with one of several values each; what is refused of it can be taken back.
struct RandomConfiguration {
    /// A pool, a provider or a client; fields by their names.
    private struct Thing {
        let usual: [(name: String, value: JSONValue)]
        var members: [(name: String, value: JSONValue)]

        init(_ object: JSONObject) {
            usual = object.members.map { ($0.name, $0.value) }
            members = usual
        }

        func usual(_ name: String) -> JSONValue? { usual.first { $0.name == name }?.value }
        func value(_ name: String) -> JSONValue? { members.first { $0.name == name }?.value }

        mutating func set(_ name: String, _ value: JSONValue?) {
            guard let index = members.firstIndex(where: { $0.name == name }) else {
                if let value { members.append((name, value)) }
                return
            }
            if let value { members[index].value = value } else { members.remove(at: index) }
        }
    }

    /// The pool's own fields, its providers, its clients.
    private var things: [Thing]
    private let counts: (providers: Int, clients: Int)
    /// How often each field was refused.
    private var refusals: [ConfigPlace: Int] = [:]
    private static let lists = ["identity_providers", "clients"]

    /// - Parameter pool: one that can be made.
    init(_ pool: JSONObject) {
        let (providers, clients) = (Self.items(pool, Self.lists[0]), Self.items(pool, Self.lists[1]))
        counts = (providers.count, clients.count)
        things = [Thing(JSONObject(pool.members.filter { !Self.lists.contains($0.name) }.map { ($0.name, $0.value) }))]
        things += (providers + clients).map(Thing.init)
    }

    private static func items(_ pool: JSONObject, _ name: String) -> [JSONObject] {
        guard case .array(let values)? = pool.members.first(where: { $0.name == name })?.value else { return [] }
        return values.compactMap { if case .object(let object) = $0 { object } else { nil } }
    }

    /// The same as what the next one begins with.
    var object: JSONObject {
        func list(_ range: Range<Int>) -> JSONValue { .array(things[range].map { .object(JSONObject($0.members.map { ($0.name, $0.value) })) }) }
        let (first, end) = (1 + counts.providers, 1 + counts.providers + counts.clients)
        return JSONObject(things[0].members.map { ($0.name, $0.value) } + [(Self.lists[0], list(1..<first)), (Self.lists[1], list(first..<end))])
    }

    /// How many fields are not as they are usually.
    var differences: Int {
        things.reduce(0) { count, thing in
            let changed = thing.members.count { member in thing.usual(member.name) != member.value }
            return count + changed + thing.usual.count { usual in !thing.members.contains { $0.name == usual.name } }
        }
    }

    // MARK: what it becomes

    /// What names a thing, what is fetched when it is made, so that no plan knows whether it will do, and a first key of RSA, which takes its time.
    private static let kept: Set<String> = [
        "pool.name", "client.client_name", "pool.signing_algorithm", "client.sector_identifier_uri", "saml.metadata", "saml.metadata_url",
        "saml.metadata_signers", "oidc.preset", "oidc.issuer", "oidc.tenant", "oidc.authorization_endpoint", "oidc.token_endpoint", "oidc.jwks_uri",
        "oidc.shared_redirect_uri",
    ]

    /// Leaves fields away, and gives others one of the values that are known of them.
    mutating func scramble(_ samples: ConfigSamples, _ random: inout SeededGenerator) {
        for index in things.indices {
            for field in fields(of: index) {
                switch UInt8.random(in: 0..<10, using: &random) {
                case 0..<3: things[index].set(field.name, nil)
                case 3..<6:
                    if let value = samples.values(of: field, type(of: index)).randomElement(using: &random) { things[index].set(field.name, value) }
                default: break
                }
            }
        }
    }

    /// Gives one field of one thing another value.
    /// - Returns: the field, and what the thing is called.
    mutating func changeOne(_ samples: ConfigSamples, _ random: inout SeededGenerator) -> (field: String, thing: String) {
        while true {
            let index = Int.random(in: 0..<things.count, using: &random)
            guard let field = fields(of: index).randomElement(using: &random),
                let value = samples.values(of: field, type(of: index)).randomElement(using: &random), things[index].value(field.name) != value
            else { continue }
            things[index].set(field.name, value)
            let name = things[index].usual("name") ?? things[index].usual("client_name")
            return ("\(field.name) \(value)", name?.string ?? "")
        }
    }

    private func type(of index: Int) -> String { things[index].usual("type")?.string ?? (index == 0 ? "pool" : "client") }

    private func fields(of index: Int) -> [SampledField] {
        let type = type(of: index)
        let all: [SampledField] =
            switch type {
            case "pool": ConfigFields.pool.all.map(SampledField.init)
            case "oidc": ConfigFields.oidc.all.map(SampledField.init)
            case "saml": ConfigFields.saml.all.map(SampledField.init)
            case "federation": ConfigFields.federation.all.map(SampledField.init)
            default: ConfigFields.client.all.map(SampledField.init)
            }
        return all.filter { !Self.kept.contains("\(type).\($0.name)") }
    }

    /// Takes back what is refused: a field; where that is not enough that field of all things, then all of the thing, then all.
    mutating func mend(_ error: ConfigError) {
        let names = things.map { $0.members.map(\.name) }
        var seen: Set<ConfigPlace?> = []
        for place in error.problems.map(\.place) where seen.insert(place).inserted {
            guard let place, things.indices.contains(place.line) else {
                takeBack(in: things.indices)
                return
            }
            let name = names[place.line].indices.contains(place.column) ? names[place.line][place.column] : nil
            let isUsual = name.map { name in things[place.line].members.first { $0.name == name }?.value == things[place.line].usual(name) }
            let key = ConfigPlace(line: place.line, column: -1)
            switch (isUsual, refusals[key, default: 0]) {
            case (false?, _): takeBack(name, in: place.line..<place.line + 1)
            case (true?, 0): takeBack(name, in: things.indices)
            case (_, ...1): takeBack(in: place.line..<place.line + 1)
            default: takeBack(in: things.indices)
            }
            if isUsual != false { refusals[key, default: 0] += 1 }
        }
    }

    private mutating func takeBack(_ name: String? = nil, in range: Range<Int>) {
        for index in range {
            if let name { things[index].set(name, things[index].usual(name)) } else { things[index].members = things[index].usual }
        }
    }

    /// Each thing has its number for a line, each field of it its number for a column.
    var value: ConfigValue {
        func written(_ index: Int) -> [ConfigValue.Member] {
            things[index].members.enumerated().map { column, member in
                let place = ConfigPlace(line: index, column: column)
                return ConfigValue.Member(member.name, ConfigValue(ConfigPlanTests.value(member.value).content, at: place), at: place)
            }
        }
        func list(_ range: Range<Int>) -> ConfigValue {
            ConfigValue(.list(range.map { ConfigValue(.members(written($0)), at: ConfigPlace(line: $0, column: -1)) }))
        }
        let (first, end) = (1 + counts.providers, 1 + counts.providers + counts.clients)
        let members = written(0) + [.init(Self.lists[0], list(1..<first)), .init(Self.lists[1], list(first..<end))]
        let pool = ConfigValue(.members(members), at: ConfigPlace(line: 0, column: -1))
        return ConfigValue(.members([.init("version", ConfigValue(.number(1))), .init("pools", ConfigValue(.list([pool])))]))
    }
}

/// What is known of a field, whatever it is a field of.
struct SampledField {
    let name: String
    let kind: ConfigKind
    let isOptional: Bool

    init<Subject, Settings>(_ field: ConfigField<Subject, Settings>) { (name, kind, isOptional) = (field.name, field.kind, field.isOptional) }
}

/// Values of fields, gathered from documents that have all of them.
struct ConfigSamples {
    private var found: [String: [JSONValue]] = [:]

    /// - Parameter type: of a provider; else `pool` or `client`.
    mutating func gather(_ object: JSONObject, _ type: String) {
        for member in object.members { found["\(type).\(member.name)", default: []].append(member.value) }
    }

    func values(of field: SampledField, _ type: String) -> [JSONValue] {
        let nothing: [JSONValue] = field.isOptional ? [.null] : []
        switch field.kind {
        case .flag: return [.bool(true), .bool(false)]
        case .choice(let choices): return choices.map(JSONValue.string)
        case .number: return nothing + known(field, type) + known(field, type).compactMap { $0.integer.map { .integer($0 + 1) } }
        case .list, .words, .pems, .exceptions: return nothing + [[]] + known(field, type)
        case .pairs: return [[:]] + known(field, type)
        case .text, .document, .picture: return nothing + known(field, type)
        }
    }

    private func known(_ field: SampledField, _ type: String) -> [JSONValue] { found["\(type).\(field.name)"] ?? [] }
}
