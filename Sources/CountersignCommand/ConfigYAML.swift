import Administration
import WireFormats
import Yams

/// Reads a configuration document in YAML, of which JSON is a part.
///
/// What YAML can do beyond that is refused: aliases, which let few lines stand for millions, and tags, which say what a text is to be read as.
enum ConfigYAML {
    /// In bytes. A pool with 10,000 OpenID providers has a tenth of it.
    static let limit = 32 << 20

    static func read(_ bytes: [UInt8]) throws(ConfigError) -> ConfigValue {
        guard bytes.count <= limit else { throw refusal(nil, "The document is larger than \(limit) bytes.") }
        let joined = ConfigSurrogates(joining: bytes)
        guard let text = String(validating: joined.bytes, as: UTF8.self) else {
            throw refusal(ConfigCharacters.findForbidden(in: bytes), "The document is not UTF-8.")
        }
        if let place = ConfigAliases.find(in: bytes) { throw refusal(place, "An alias is not taken: write out what it stands for.") }
        let parser: Parser
        let root: Node?
        do {
            // Without rules for what a text is: those are ours, and regular expressions are dear.
            parser = try Parser(yaml: text, resolver: .basic)
            root = try parser.singleRoot()
        } catch let error as YamlError { throw refusal(error, joined, bytes) } catch { throw refusal(nil, "The document does not read.") }
        guard let root else { throw refusal(nil, "The document is empty.") }
        // It alone keeps the anchors, which are refused.
        defer { withExtendedLifetime(parser) {} }
        return try value(root, joined)
    }

    /// How many levels a document may have; ours have nine.
    private static let deepest = 32

    private static func value(_ node: Node, _ joined: ConfigSurrogates, level: Int = 0) throws(ConfigError) -> ConfigValue {
        let place = node.mark.map { joined.place(line: $0.line, column: $0.column) }
        guard level < deepest else { throw refusal(place, "It has more than \(deepest) levels.") }
        guard node.anchor == nil else { throw refusal(place, "An anchor is not taken: write out what it stands for.") }
        switch node {
        case .scalar(let scalar):
            guard node.tag == Tag(.str) else { throw refusal(place, "A tag is not taken.") }
            guard !scalar.string.utf8.contains(0) else { throw refusal(place, "A text has no zero byte.") }
            return ConfigValue(scalar.style == .plain ? plain(scalar.string) : .text(scalar.string), at: place)
        case .sequence(let sequence):
            guard node.tag == Tag(.seq) else { throw refusal(place, "A tag is not taken.") }
            var values: [ConfigValue] = []
            for node in sequence { values.append(try value(node, joined, level: level + 1)) }
            return ConfigValue(.list(values), at: place)
        case .mapping(let mapping):
            guard node.tag == Tag(.map) else { throw refusal(place, "A tag is not taken.") }
            var members: [ConfigValue.Member] = []
            for (key, node) in mapping {
                guard case .scalar(let name) = key, key.anchor == nil, key.tag == Tag(.str), !name.string.utf8.contains(0) else {
                    throw refusal(place, "A name is a text.")
                }
                members.append(
                    .init(name.string, try value(node, joined, level: level + 1), at: key.mark.map { joined.place(line: $0.line, column: $0.column) })
                )
            }
            return ConfigValue(.members(members), at: place)
        case .alias: throw refusal(place, "An alias is not taken: write out what it stands for.")
        }
    }

    /// What a word without quotes is (YAML 1.2, core schema): `yes` and `on` are texts, as they look.
    static func plain(_ text: String) -> ConfigValue.Content {
        switch text {
        case "", "~", "null", "Null", "NULL": return .absent
        case "true", "True", "TRUE": return .flag(true)
        case "false", "False", "FALSE": return .flag(false)
        default:
            let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
            guard !digits.isEmpty, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let number = Int(text)
            else { return .text(text) }
            return .number(number)
        }
    }

    private static func refusal(_ place: ConfigPlace?, _ words: String) -> ConfigError { ConfigError([ConfigProblem(at: place, .syntax(words))]) }

    private static func refusal(_ error: YamlError, _ joined: ConfigSurrogates, _ bytes: [UInt8]) -> ConfigError {
        func place(_ mark: Mark) -> ConfigPlace { joined.place(line: mark.line, column: mark.column) }
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            return refusal(place(mark), "It is no YAML: \(context.map { $0.text + " " } ?? "")\(problem).")
        case .duplicatedKeysInMapping(let names, let context):
            return refusal(place(context.mark), "The name '\(names.first ?? "")' stands there twice.")
        case .memory: return refusal(nil, "There is not enough memory for it.")
        default: return refusal(ConfigCharacters.findForbidden(in: bytes), "It is no YAML: a character that no document may have.")
        }
    }
}

/// Looks for aliases before anything is built from them: a key that is one would be compared with its whole expansion.
enum ConfigAliases {
    /// Where the first `*NAME` stands of which there is an `&NAME`; that one of them, or both, stand in a text is left to whoever writes so.
    static func find(in bytes: [UInt8]) -> ConfigPlace? {
        var anchors: Set<ArraySlice<UInt8>> = []
        each(UInt8(ascii: "&"), in: bytes) { name, _ in
            anchors.insert(name)
            return true
        }
        guard !anchors.isEmpty else { return nil }
        var found: Int?
        each(UInt8(ascii: "*"), in: bytes) { name, index in
            if anchors.contains(name) { found = index }
            return found == nil
        }
        return found.map { place(of: $0, in: bytes) }
    }

    private static func each(_ mark: UInt8, in bytes: [UInt8], _ body: (ArraySlice<UInt8>, Int) -> Bool) {
        for index in bytes.indices where bytes[index] == mark {
            let name = bytes[(index + 1)...].prefix(while: isNameByte)
            if !name.isEmpty, !body(name, index) { return }
        }
    }

    /// As libyaml has it.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private static func place(of index: Int, in bytes: [UInt8]) -> ConfigPlace {
        let before = bytes[..<index]
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return ConfigPlace(line: line, column: index - start + 1)
    }
}
