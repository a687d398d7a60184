import TokenVerifier

/// JSON for people's eyes and for logs (RFC 8259). What a terminal would obey or hide is escaped, beyond what the standard asks.
enum JSONText {
    /// Two spaces a level.
    static func pretty(_ value: JSONValue) -> String {
        var text = ""
        write(value, indented: true, level: 0, to: &text)
        return text
    }

    /// All on one line.
    static func line(_ object: JSONObject) -> String {
        var text = ""
        write(.object(object), indented: false, level: 0, to: &text)
        return text
    }

    private static func write(_ value: JSONValue, indented: Bool, level: Int, to text: inout String) {
        switch value {
        case .null: text += "null"
        case .bool(let flag): text += flag ? "true" : "false"
        case .integer(let integer): text += String(integer)
        // JSON has no infinity and no NaN.
        case .number(let number): text += number.isFinite ? String(number) : "null"
        case .string(let string): text += quoted(string)
        case .array(let elements):
            list("[", "]", elements, indented, level, &text) { element, text in write(element, indented: indented, level: level + 1, to: &text) }
        case .object(let object):
            list("{", "}", object.members, indented, level, &text) { member, text in
                text += quoted(member.name) + (indented ? ": " : ":")
                write(member.value, indented: indented, level: level + 1, to: &text)
            }
        }
    }

    private static func list<Element>(
        _ opening: String, _ closing: String, _ elements: [Element], _ indented: Bool, _ level: Int, _ text: inout String,
        each: (Element, inout String) -> Void
    ) {
        text += opening
        for (index, element) in elements.enumerated() {
            if index > 0 { text += "," }
            if indented { text += "\n" + String(repeating: "  ", count: level + 1) }
            each(element, &text)
        }
        if indented, !elements.isEmpty { text += "\n" + String(repeating: "  ", count: level) }
        text += closing
    }

    static func quoted(_ string: String) -> String {
        var text = "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case _ where Printable.isHarmless(scalar): text.unicodeScalars.append(scalar)
            default:
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            }
        }
        return text + "\""
    }
}
