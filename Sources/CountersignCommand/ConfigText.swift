import Administration
import WireFormats

/// A configuration document as YAML: two spaces a level, texts in quotes where they would be read as something else.
struct ConfigText {
    private var lines: [String] = []

    static func yaml(_ value: ConfigValue) -> String {
        var text = ConfigText()
        text.append(value, "", after: "")
        return text.lines.joined(separator: "\n") + "\n"
    }

    /// - Parameters:
    ///   - indent: of what it is a part of.
    ///   - start: what stands on its line before it.
    private mutating func append(_ value: ConfigValue, _ indent: String, after start: String) {
        switch value.content {
        case .members(let members) where !members.isEmpty:
            // In a list the first name stands behind the hyphen.
            let isItem = start.utf8.last == UInt8(ascii: "-")
            if !isItem, !start.isEmpty { lines.append(start) }
            for (index, member) in members.enumerated() {
                let name = (isItem && index == 0 ? start + " " : indent) + Self.scalar(.text(member.name)) + ":"
                append(member.value, indent + "  ", after: name)
            }
        case .list(let values) where !values.isEmpty:
            if !start.isEmpty { lines.append(start) }
            for value in values { append(value, indent + "  ", after: indent + "-") }
        case .text(let text) where Self.isBlock(text):
            let isEnded = text.utf8.last == UInt8(ascii: "\n")
            lines.append(start + (isEnded ? " |" : " |-"))
            for line in (isEnded ? text.utf8.dropLast() : text.utf8[...]).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
                lines.append(line.isEmpty ? "" : indent + String(decoding: line, as: UTF8.self))
            }
        default: lines.append((start.isEmpty ? "" : start + " ") + Self.scalar(value.content))
        }
    }

    /// Whether a text of several lines is read as it stands behind `|`: its first line says how far in it is, and one line break at most ends it.
    private static func isBlock(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, first > 0x20, bytes.dropLast().contains(UInt8(ascii: "\n")), !bytes.suffix(2).elementsEqual([0x0A, 0x0A])
        else { return false }
        return text.unicodeScalars.allSatisfy { scalar in
            switch scalar.value {
            case 0x0A, 0x20..<0x7F, 0xA0...0xD7FF, 0xE000...0xFFFD: scalar.value != 0x2028 && scalar.value != 0x2029 && scalar.value != 0xFEFF
            default: false
            }
        }
    }

    private static func scalar(_ content: ConfigValue.Content) -> String {
        switch content {
        case .absent: "null"
        case .flag(let flag): flag ? "true" : "false"
        case .number(let number): String(number)
        case .text(let text): isPlain(text) ? text : String(decoding: ConfigSurrogates.joined(Array(JSONWriter.quoted(text).utf8)), as: UTF8.self)
        case .list: "[]"
        case .members: "{}"
        }
    }

    /// Whether it is read as it stands, by every reader of YAML.
    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.utf8.first, isLetter(first), text.utf8.last != UInt8(ascii: ":"), case .text = ConfigYAML.plain(text) else {
            return false
        }
        if ["yes", "no", "on", "off", "y", "n"].contains(text.lowercased()) { return false }
        return text.utf8.allSatisfy { isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || "_-./:@+=".utf8.contains($0) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}

extension ConfigValue {
    /// The same as JSON.
    var json: JSONValue {
        switch content {
        case .absent: .null
        case .flag(let flag): .bool(flag)
        case .number(let number): .integer(number)
        case .text(let text): .string(text)
        case .list(let values): .array(values.map(\.json))
        case .members(let members): .object(JSONObject(members.map { ($0.name, $0.value.json) }))
        }
    }
}
