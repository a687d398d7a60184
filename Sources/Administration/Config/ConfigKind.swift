import UserPools
import WireFormats

/// What a field takes.
enum ConfigKind: Sendable {
    case flag, number, text, list
    /// One of these texts.
    case choice([String])
    /// Words, as one text or as a list.
    case words
    /// Names with one text each, or, where one may have several, with a list; kept as `NAME=VALUE`.
    case pairs
    /// A document in a language of its own, as text, or where it stands.
    case document
    /// A picture by `data:`, or where it stands.
    case picture
    /// Certificates or public keys in PEM, each as text, or where it stands; kept in one form.
    case pems
    /// What is tolerated until a day, each kept as a `ConfigException` has it.
    case exceptions

    /// Whether it may stand somewhere else.
    var takesReferences: Bool {
        switch self {
        case .document, .picture, .pems: true
        case .flag, .number, .text, .list, .choice, .words, .pairs, .exceptions: false
        }
    }

    /// nil where it is of another type.
    /// - Parameter isOptional: whether nothing (`null`) takes the value away.
    /// - Throws: why what it refers to cannot be had.
    func read(_ value: ConfigValue, isOptional: Bool, _ references: ConfigReferences) throws -> ConfigSetting? {
        switch (self, value.content) {
        case (.document, .text(let text)): try Self.content(text, references) { Array($0.utf8) }.map(ConfigSetting.content)
        case (.picture, .text(let text)): try Self.content(text, references, ConfigPicture.bytes).map(ConfigSetting.content)
        case (.pems, .list(let values)):
            try Self.pems(values, references).map(ConfigSetting.list)
        default: read(value, isOptional: isOptional)
        }
    }

    private static func pems(_ values: [ConfigValue], _ references: ConfigReferences) throws -> [String]? {
        guard let texts = texts(values) else { return nil }
        var pems: [String] = []
        for text in texts {
            guard let content = try content(text, references, { Array($0.utf8) }), let pem = ConfigPEM.canonical(content.bytes) else { return nil }
            pems.append(pem)
        }
        return pems
    }

    /// What stands there, or where a reference says.
    private static func content(_ text: String, _ references: ConfigReferences, _ own: (String) -> [UInt8]?) throws -> ConfigContent? {
        guard let reference = ConfigReference(text) else { return own(text).map { ConfigContent($0) } }
        return ConfigContent(try references.content(reference), from: reference)
    }

    /// The same of what refers to nothing.
    private func read(_ value: ConfigValue, isOptional: Bool) -> ConfigSetting? {
        switch (self, value.content) {
        case (_, .absent): isOptional ? ConfigSetting.absent : nil
        case (.flag, .flag(let flag)): .flag(flag)
        case (.number, .number(let number)): .number(number)
        case (.text, .text(let text)): .text(text)
        case (.choice(let choices), .text(let text)): choices.contains { $0.hasSameBytes(as: text) } ? .text(text) : nil
        case (.words, .text(let text)): .list(ProtocolText(text).split(at: " ").filter { !$0.isEmpty }.map(\.string))
        case (.list, .list(let values)), (.words, .list(let values)): Self.texts(values).map(ConfigSetting.list)
        case (.pairs, .members(let members)): Self.pairs(members).map(ConfigSetting.list)
        case (.exceptions, .list(let values)): ConfigException.read(values).map(ConfigSetting.list)
        default: nil
        }
    }

    /// What is expected, as a sentence calls it.
    var words: String {
        switch self {
        case .flag: "true or false"
        case .number: "a whole number"
        case .text: "a text (in quotes where it reads as a number, true, false or null)"
        case .list: "a list of texts (each in quotes where it reads as a number, true, false or null)"
        case .choice(let choices): "one of " + choices.joined(separator: ", ")
        case .words: "words in one text, or a list of texts"
        case .pairs: "names with a text, or a list of texts, each"
        case .document: "the document itself as a text, or file:PATH"
        case .picture: "file:PATH of a PNG, JPEG, WebP or SVG, or the same as data:TYPE;base64,…"
        case .pems: "a list of certificates or public keys in PEM, each as a text or file:PATH"
        case .exceptions: "a list of mappings with name (\(SAMLExceptions.Quirk.names)) and, if you like, until (2027-01-31T00:00:00Z) and reason"
        }
    }

    /// The value as a document has it.
    /// - Parameter pictures: those that are stored, by their digests.
    func written(_ setting: ConfigSetting, _ pictures: [String: Image]) -> ConfigValue {
        switch setting {
        case .absent: return ConfigValue(.absent)
        case .flag(let flag): return ConfigValue(.flag(flag))
        case .number(let number): return ConfigValue(.number(number))
        case .text(let text): return ConfigValue(.text(text))
        case .secret(let reference): return ConfigValue(.text(reference.text))
        case .content(let content):
            if case .picture = self { return ConfigValue(pictures[content.digest].map { .text(ConfigPicture.text($0)) } ?? .absent) }
            return ConfigValue(.text(String(decoding: content.bytes, as: UTF8.self)))
        case .list(let list):
            if case .pairs = self { return Self.members(list) }
            if case .exceptions = self { return ConfigException.written(list) }
            if case .words = self { return ConfigValue(.text(list.joined(separator: " "))) }
            return ConfigValue(.list(list.map { ConfigValue(.text($0)) }))
        }
    }

    private static func texts(_ values: [ConfigValue]) -> [String]? {
        var texts: [String] = []
        for value in values {
            guard case .text(let text) = value.content else { return nil }
            texts.append(text)
        }
        return texts
    }

    private static func pairs(_ members: [ConfigValue.Member]) -> [String]? {
        var pairs: [String] = []
        for member in members {
            switch member.value.content {
            case .text(let text): pairs.append(member.name + "=" + text)
            case .list(let values):
                guard let texts = texts(values) else { return nil }
                pairs += texts.map { member.name + "=" + $0 }
            default: return nil
            }
        }
        return pairs
    }

    /// The pairs as a document would have them, those of one name together: a list in another order says the same.
    static func grouped(_ pairs: [String]) -> [String] {
        guard case .members(let members) = members(pairs).content else { return pairs }
        return self.pairs(members) ?? pairs
    }

    private static func members(_ pairs: [String]) -> ConfigValue {
        var (names, values): ([String], [[String]]) = ([], [])
        for pair in pairs {
            guard let (name, value) = ProtocolText(pair).cut(at: "=") else { continue }
            if let index = names.firstIndex(where: { $0.hasSameBytes(as: name.string) }) {
                values[index].append(value.string)
            } else {
                names.append(name.string)
                values.append([value.string])
            }
        }
        return ConfigValue(
            .members(
                zip(names, values).map { name, values in
                    let texts = values.map { ConfigValue(.text($0)) }
                    return ConfigValue.Member(name, texts.count == 1 ? texts[0] : ConfigValue(.list(texts)))
                }))
    }
}
