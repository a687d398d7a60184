/// Writes JSON (RFC 8259) in one pass into one buffer, members in their order.
package struct JSONWriter {
    private var output: [UInt8] = []
    /// Two spaces a level and a line for each member, for people's eyes.
    private let isIndented: Bool
    /// What a terminal would obey or hide is escaped as well, beyond what the standard asks.
    private let isPrintable: Bool
    private var level = 0

    private init(isIndented: Bool, isPrintable: Bool) {
        (self.isIndented, self.isPrintable) = (isIndented, isPrintable)
        output.reserveCapacity(512)
    }

    /// For programs, in UTF-8: no white space, and only what must be escaped is escaped.
    package static func encode(_ object: JSONObject) -> [UInt8] { encode(value: .object(object)) }

    package static func encode(value: JSONValue) -> [UInt8] {
        var writer = JSONWriter(isIndented: false, isPrintable: false)
        writer.append(value)
        return writer.output
    }

    /// For a person at a terminal.
    package static func pretty(_ value: JSONValue) -> String {
        var writer = JSONWriter(isIndented: true, isPrintable: true)
        writer.append(value)
        return String(decoding: writer.output, as: UTF8.self)
    }

    /// All on one line, fit for a terminal: a line of a log.
    package static func line(_ object: JSONObject) -> String {
        var writer = JSONWriter(isIndented: false, isPrintable: true)
        writer.append(object)
        return String(decoding: writer.output, as: UTF8.self)
    }

    /// One text in quotation marks, fit for a terminal.
    package static func quoted(_ text: String) -> String {
        var writer = JSONWriter(isIndented: false, isPrintable: true)
        writer.append(text)
        return String(decoding: writer.output, as: UTF8.self)
    }

    private mutating func append(_ object: JSONObject) {
        open(UInt8(ascii: "{"))
        var isFirst = true
        for place in object.members.indices {
            begin(isFirst: isFirst)
            isFirst = false
            append(object.members[place].name)
            output.append(UInt8(ascii: ":"))
            if isIndented { output.append(UInt8(ascii: " ")) }
            append(object.members[place].value)
        }
        close(UInt8(ascii: "}"), isEmpty: isFirst)
    }

    private mutating func open(_ bracket: UInt8) {
        output.append(bracket)
        level += 1
    }

    private mutating func begin(isFirst: Bool) {
        if !isFirst { output.append(UInt8(ascii: ",")) }
        if isIndented { newLine() }
    }

    private mutating func close(_ bracket: UInt8, isEmpty: Bool) {
        level -= 1
        if isIndented, !isEmpty { newLine() }
        output.append(bracket)
    }

    private mutating func newLine() {
        output.append(UInt8(ascii: "\n"))
        for _ in 0..<level * 2 { output.append(UInt8(ascii: " ")) }
    }

    private mutating func append(_ value: JSONValue) {
        switch value {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let flag): output.append(contentsOf: (flag ? "true" : "false").utf8)
        case .integer(let integer): output.append(contentsOf: String(integer).utf8)
        // JSON has no infinity and no NaN.
        case .number(let number): output.append(contentsOf: (number.isFinite ? String(number) : "null").utf8)
        case .string(let text): append(text)
        case .object(let object): append(object)
        case .array(let elements):
            open(UInt8(ascii: "["))
            var isFirst = true
            for element in elements {
                begin(isFirst: isFirst)
                isFirst = false
                append(element)
            }
            close(UInt8(ascii: "]"), isEmpty: isFirst)
        }
    }

    private static let hexadecimal = Array("0123456789abcdef".utf8)

    /// RFC 8259 §7: quotation mark, backslash and control characters.
    private mutating func append(_ text: String) {
        // Of visible ASCII nothing is escaped for people alone.
        if isPrintable, Printable.plainCost(text) == nil { return appendPrintable(text) }
        output.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { appendEscaped($0) }
        output.append(UInt8(ascii: "\""))
    }

    private static func isEscaped(_ byte: UInt8) -> Bool { byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") }

    /// What needs no escape in one piece.
    private mutating func appendEscaped(_ bytes: UnsafeBufferPointer<UInt8>) {
        // A loop without an end in its midst is done in pieces of many bytes, and hardly any text has something to escape.
        var escaped: UInt8 = 0
        for byte in bytes { escaped |= Self.isEscaped(byte) ? 1 : 0 }
        guard escaped != 0 else { return output.append(contentsOf: bytes) }
        var start = 0
        for (index, byte) in bytes.enumerated() {
            guard Self.isEscaped(byte) else { continue }
            output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<index]))
            start = index + 1
            switch byte {
            case 0x08: output.append(contentsOf: "\\b".utf8)
            case 0x09: output.append(contentsOf: "\\t".utf8)
            case 0x0A: output.append(contentsOf: "\\n".utf8)
            case 0x0C: output.append(contentsOf: "\\f".utf8)
            case 0x0D: output.append(contentsOf: "\\r".utf8)
            case 0x00..<0x20: escape(UInt16(byte))
            default: output.append(contentsOf: [UInt8(ascii: "\\"), byte])
            }
        }
        output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start...]))
    }

    private mutating func escape(_ unit: UInt16) {
        output.append(contentsOf: "\\u".utf8)
        for shift in [12, 8, 4, 0] { output.append(Self.hexadecimal[Int(unit >> UInt16(shift)) & 15]) }
    }

    private mutating func appendPrintable(_ text: String) {
        output.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output.append(contentsOf: "\\\"".utf8)
            case "\\": output.append(contentsOf: "\\\\".utf8)
            case "\n": output.append(contentsOf: "\\n".utf8)
            case _ where Printable.isHarmless(scalar): output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            default: for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter { escape(unit) }
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}

extension JSONObject {
    /// The object as JSON text in UTF-8.
    package func encoded() -> [UInt8] { JSONWriter.encode(self) }
}
