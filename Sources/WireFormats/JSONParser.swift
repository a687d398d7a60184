/// A strict parser for one JSON text (RFC 8259) as tokens, key sets and provider metadata have it.
///
/// Refused beyond what the grammar refuses: a member name given twice in one object (THREATS O8), the character U+0000, numbers that no 64-bit
/// type holds (`1e400`), more than 32 levels, more than 256 members in an object, more than 8,192 values, and text that is not stream-safe, which
/// takes minutes to compare. No input can trap: every read is guarded.
package struct JSONParser {
    /// Where and why the text was refused. The offset is in bytes.
    package struct Refused: Error, Equatable {
        package let reason: String
        package let offset: Int
    }

    private static let maximumDepth = 32
    private static let maximumMembers = 256
    private static let maximumValues = 8_192

    private let bytes: [UInt8]
    private var index = 0
    private var values = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The value of a whole JSON text.
    package static func parse(_ bytes: [UInt8]) throws(Refused) -> JSONValue {
        var parser = JSONParser(bytes)
        parser.skipWhiteSpace()
        let value = try parser.value(depth: 0)
        parser.skipWhiteSpace()
        guard parser.index == bytes.count else { throw parser.refused("something follows the value") }
        return value
    }

    /// The object that is the whole JSON text.
    package static func parseObject(_ bytes: [UInt8]) throws(Refused) -> JSONObject {
        guard case .object(let object) = try parse(bytes) else { throw Refused(reason: "not an object", offset: 0) }
        return object
    }

    private func refused(_ reason: String) -> Refused { Refused(reason: reason, offset: index) }

    private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipWhiteSpace() {
        while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x0A || bytes[index] == 0x0D || bytes[index] == 0x09 { index += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    private mutating func value(depth: Int) throws(Refused) -> JSONValue {
        values += 1
        guard values <= Self.maximumValues else { throw refused("too many values") }
        switch current {
        case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case .some(UInt8(ascii: "-")), .some(UInt8(ascii: "0")...UInt8(ascii: "9")): return try number()
        default: throw refused("no value")
        }
    }

    private mutating func literal(_ text: StaticString, _ value: JSONValue) throws(Refused) -> JSONValue {
        let matches = text.withUTF8Buffer { expected in bytes[index...].starts(with: expected) }
        guard matches else { throw refused("no value") }
        index += text.utf8CodeUnitCount
        return value
    }

    private mutating func object(depth: Int) throws(Refused) -> JSONObject {
        guard depth <= Self.maximumDepth else { throw refused("too many levels") }
        index += 1
        var object = JSONObject()
        skipWhiteSpace()
        if take(UInt8(ascii: "}")) { return object }
        while true {
            guard current == UInt8(ascii: "\"") else { throw refused("no member name") }
            let name = try string()
            skipWhiteSpace()
            guard take(UInt8(ascii: ":")) else { throw refused("no colon after a member name") }
            skipWhiteSpace()
            let value = try value(depth: depth)
            guard object.append(name, value) else { throw refused("a member is given twice") }
            guard object.count <= Self.maximumMembers else { throw refused("too many members") }
            skipWhiteSpace()
            if take(UInt8(ascii: "}")) { return object }
            guard take(UInt8(ascii: ",")) else { throw refused("no comma between members") }
            skipWhiteSpace()
        }
    }

    private mutating func array(depth: Int) throws(Refused) -> [JSONValue] {
        guard depth <= Self.maximumDepth else { throw refused("too many levels") }
        index += 1
        var elements: [JSONValue] = []
        skipWhiteSpace()
        if take(UInt8(ascii: "]")) { return elements }
        while true {
            elements.append(try value(depth: depth))
            skipWhiteSpace()
            if take(UInt8(ascii: "]")) { return elements }
            guard take(UInt8(ascii: ",")) else { throw refused("no comma between elements") }
            skipWhiteSpace()
        }
    }

    // MARK: Text

    private mutating func string() throws(Refused) -> String {
        index += 1
        let start = index
        let isASCII = skipPlain()
        switch current {
        case UInt8(ascii: "\""):
            let text = bytes[start..<index]
            index += 1
            return try decoded(text, isASCII: isASCII)
        case UInt8(ascii: "\\"): return try escapedString(start: start)
        case .some: throw refused("a control character in a string")
        case nil: throw refused("a string without end")
        }
    }

    /// Passes what stands for itself, and says whether all of it is ASCII.
    private mutating func skipPlain() -> Bool {
        bytes.withUnsafeBufferPointer { bytes in
            var (place, all) = (index, UInt8(0))
            while place < bytes.count {
                let byte = bytes[place]
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { break }
                all |= byte
                place += 1
            }
            index = place
            return all < 0x80
        }
    }

    private func decoded(_ text: some Collection<UInt8>, isASCII: Bool) throws(Refused) -> String {
        if isASCII { return String(decoding: text, as: UTF8.self) }
        guard let valid = StreamSafeText.string(text) else { throw refused("not UTF-8, or too many combining marks in a row") }
        return valid
    }

    /// The slow path, from the first backslash on.
    private mutating func escapedString(start: Int) throws(Refused) -> String {
        var buffer = Array(bytes[start..<index])
        while let byte = current {
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return try decoded(buffer, isASCII: false)
            case UInt8(ascii: "\\"): try escape(into: &buffer)
            case 0x00..<0x20: throw refused("a control character in a string")
            default: buffer.append(byte)
            }
        }
        throw refused("a string without end")
    }

    private mutating func escape(into buffer: inout [UInt8]) throws(Refused) {
        guard let byte = current else { throw refused("a string without end") }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): buffer.append(byte)
        case UInt8(ascii: "b"): buffer.append(0x08)
        case UInt8(ascii: "f"): buffer.append(0x0C)
        case UInt8(ascii: "n"): buffer.append(0x0A)
        case UInt8(ascii: "r"): buffer.append(0x0D)
        case UInt8(ascii: "t"): buffer.append(0x09)
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if (0xD800...0xDBFF).contains(code) {
                guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw refused("half of a surrogate pair") }
                let low = try hexadecimal()
                guard (0xDC00...0xDFFF).contains(low) else { throw refused("half of a surrogate pair") }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard code != 0, let scalar = Unicode.Scalar(code) else { throw refused("half of a surrogate pair, or U+0000") }
            buffer.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        default: throw refused("an unknown escape")
        }
    }

    private mutating func hexadecimal() throws(Refused) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            switch current {
            case .some(let digit) where (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit): code = code << 4 | UInt32(digit - 0x30)
            case .some(let digit) where (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(digit): code = code << 4 | UInt32(digit - 0x57)
            case .some(let digit) where (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(digit): code = code << 4 | UInt32(digit - 0x37)
            default: throw refused("four hexadecimal digits are missing")
            }
            index += 1
        }
        return code
    }

    // MARK: Numbers

    private mutating func digits() -> Int {
        let start = index
        while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
        return index - start
    }

    private mutating func number() throws(Refused) -> JSONValue {
        let start = index
        _ = take(UInt8(ascii: "-"))
        if take(UInt8(ascii: "0")) {
            if let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { throw refused("a number with a leading zero") }
        } else if digits() == 0 {
            throw refused("a number without digits")
        }
        var isInteger = true
        if take(UInt8(ascii: ".")) {
            isInteger = false
            guard digits() > 0 else { throw refused("a fraction without digits") }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isInteger = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard digits() > 0 else { throw refused("an exponent without digits") }
        }
        guard index - start <= 64 else { throw refused("a number of more than 64 characters") }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if isInteger, let integer = Int(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else { throw refused("a number out of range") }
        return .number(number)
    }
}
