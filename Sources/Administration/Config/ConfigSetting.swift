import WireFormats

/// Where a secret stands, for it never stands in the document.
package enum ConfigReference: Sendable, Hashable {
    case file(String)
    case environment(String)

    init?(_ text: String) {
        guard let (scheme, rest) = ProtocolText(text).cut(at: ":"), !rest.isEmpty else { return nil }
        switch scheme.string {
        case "file": self = .file(rest.string)
        case "env": self = .environment(rest.string)
        default: return nil
        }
    }

    package var text: String {
        switch self {
        case .file(let path): "file:" + path
        case .environment(let name): "env:" + name
        }
    }
}

/// The value of one field: as a document has it, and as it is stored.
package enum ConfigSetting: Sendable {
    case absent
    case flag(Bool)
    case number(Int)
    case text(String)
    case list([String])
    case reference(ConfigReference)

    init(_ text: String?) { self = text.map(ConfigSetting.text) ?? ConfigSetting.absent }
    init(_ number: Int?) { self = number.map(ConfigSetting.number) ?? ConfigSetting.absent }

    var text: String? { if case .text(let text) = self { text } else { nil } }
    var number: Int? { if case .number(let number) = self { number } else { nil } }
    var flag: Bool? { if case .flag(let flag) = self { flag } else { nil } }
    var list: [String] { if case .list(let list) = self { list } else { [] } }

    var textChange: Change<String> { text.map(Change.set) ?? .remove }
    var numberChange: Change<Int> { number.map(Change.set) ?? .remove }
    var listChange: ListChange { ListChange(list) }

    func isSame(as other: ConfigSetting) -> Bool {
        switch (self, other) {
        case (.absent, .absent): true
        case (.flag(let one), .flag(let other)): one == other
        case (.number(let one), .number(let other)): one == other
        case (.text(let one), .text(let other)): one.hasSameBytes(as: other)
        case (.list(let one), .list(let other)): one.count == other.count && zip(one, other).allSatisfy { $0.hasSameBytes(as: $1) }
        default: false
        }
    }

    /// For people, on one line. Of a secret the place alone.
    package var shown: String {
        switch self {
        case .absent: "(none)"
        case .flag(let flag): flag ? "true" : "false"
        case .number(let number): String(number)
        case .text(let text): text.isEmpty ? "(empty)" : text
        case .list(let list): list.isEmpty ? "(none)" : list.joined(separator: ", ")
        case .reference(let reference): "that of " + reference.text
        }
    }
}

/// What a field takes.
enum ConfigKind: Sendable {
    case flag, number, text, list
    /// One of these texts.
    case choice([String])
    /// Words, as one text or as a list.
    case words
    /// Names with one text each, or, where one may have several, with a list; kept as `NAME=VALUE`.
    case pairs
    case reference

    /// - Parameter isOptional: whether nothing (`null`) takes the value away.
    func read(_ value: ConfigValue, isOptional: Bool) -> ConfigSetting? {
        switch (self, value.content) {
        case (_, .absent): isOptional ? ConfigSetting.absent : nil
        case (.flag, .flag(let flag)): .flag(flag)
        case (.number, .number(let number)): .number(number)
        case (.text, .text(let text)): .text(text)
        case (.choice(let choices), .text(let text)): choices.contains { $0.hasSameBytes(as: text) } ? .text(text) : nil
        case (.words, .text(let text)): .list(ProtocolText(text).split(at: " ").filter { !$0.isEmpty }.map(\.string))
        case (.list, .list(let values)), (.words, .list(let values)): Self.texts(values).map(ConfigSetting.list)
        case (.pairs, .members(let members)): Self.pairs(members).map(ConfigSetting.list)
        case (.reference, .text(let text)): ConfigReference(text).map(ConfigSetting.reference)
        default: nil
        }
    }

    /// What is expected, as a sentence calls it.
    var words: String {
        switch self {
        case .flag: "true or false"
        case .number: "a whole number"
        case .text: "a text (in quotes where it reads as a number, true, false or null)"
        case .list: "a list of texts"
        case .choice(let choices): "one of " + choices.joined(separator: ", ")
        case .words: "words in one text, or a list of texts"
        case .pairs: "names with a text, or a list of texts, each"
        case .reference: "file:PATH or env:NAME; a secret itself never stands here"
        }
    }

    /// The value as a document has it.
    func written(_ setting: ConfigSetting) -> ConfigValue {
        switch setting {
        case .absent: return ConfigValue(.absent)
        case .flag(let flag): return ConfigValue(.flag(flag))
        case .number(let number): return ConfigValue(.number(number))
        case .text(let text): return ConfigValue(.text(text))
        case .reference(let reference): return ConfigValue(.text(reference.text))
        case .list(let list):
            if case .pairs = self { return Self.members(list) }
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
