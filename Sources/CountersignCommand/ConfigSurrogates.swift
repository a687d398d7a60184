import Administration

/// JSON writes a character beyond U+FFFF as two escapes (RFC 8259 §7), and YAML as one: `\ud83d\ude00` becomes `\U0001F600`. Lines stay as they are,
/// and of columns it is known what they were.
struct ConfigSurrogates {
    let bytes: [UInt8]
    /// By their line, the columns behind those that became shorter, in their order.
    private var ends: [Int: [Int]] = [:]

    /// What is no JSON is left as it is: elsewhere quotation marks need not begin a string.
    init(joining bytes: [UInt8]) {
        // A byte order mark is no character of the document.
        let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        if let (joined, ends) = Self.join(bytes) { (self.bytes, self.ends) = (joined, ends) } else { self.bytes = bytes }
    }

    static func joined(_ bytes: [UInt8]) -> [UInt8] { ConfigSurrogates(joining: bytes).bytes }

    /// Where something stood before; both are counted from 1, a column in characters.
    func place(line: Int, column: Int) -> ConfigPlace {
        // A document may be one line with very many of them.
        let ends = ends[line] ?? []
        var (low, high) = (0, ends.count)
        while low < high {
            let middle = (low + high) / 2
            if ends[middle] <= column { low = middle + 1 } else { high = middle }
        }
        return ConfigPlace(line: line, column: column + Self.shortening * low)
    }

    private static let shortening = 2

    /// nil where nothing is to be joined.
    private static func join(_ bytes: [UInt8]) -> (joined: [UInt8], ends: [Int: [Int]])? {
        guard let start = bytes.first(where: { $0 > 0x20 }), "{[\"".utf8.contains(start) else { return nil }
        var (joined, index, isInside) = ([UInt8](), 0, false)
        var (line, column, ends) = (1, 1, [Int: [Int]]())
        joined.reserveCapacity(bytes.count)
        while index < bytes.count {
            let byte = bytes[index]
            var count = 1
            switch (isInside, byte) {
            case (_, UInt8(ascii: "\"")): isInside.toggle()
            case (true, UInt8(ascii: "\\")):
                if let scalar = pair(at: index, of: bytes) {
                    let digits = Array(String(scalar.value, radix: 16).utf8)
                    joined += Array("\\U".utf8) + [UInt8](repeating: UInt8(ascii: "0"), count: 8 - digits.count) + digits
                    (index, column) = (index + 12, column + 12 - shortening)
                    ends[line, default: []].append(column)
                    continue
                }
                count = min(2, bytes.count - index)
            case (true, _): break
            case (false, _): guard isOfJSON(byte) else { return nil }
            }
            for byte in bytes[index..<(index + count)] {
                if byte == UInt8(ascii: "\n") { (line, column) = (line + 1, 1) } else if byte & 0xC0 != 0x80 { column += 1 }
            }
            joined += bytes[index..<(index + count)]
            index += count
        }
        return ends.isEmpty ? nil : (joined, ends)
    }

    /// What stands between strings: marks, blanks, numbers, `true`, `false` and `null`.
    private static func isOfJSON(_ byte: UInt8) -> Bool {
        "{}[]:,+-.Etruefalsn \t\r\n".utf8.contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// `\uD800` to `\uDBFF` and behind it `\uDC00` to `\uDFFF`.
    private static func pair(at index: Int, of bytes: [UInt8]) -> Unicode.Scalar? {
        guard let high = unit(at: index, of: bytes), let low = unit(at: index + 6, of: bytes), (0xD800...0xDBFF).contains(high),
            (0xDC00...0xDFFF).contains(low)
        else { return nil }
        return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
    }

    private static func unit(at index: Int, of bytes: [UInt8]) -> UInt32? {
        guard index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u") else { return nil }
        let digits = bytes[(index + 2)..<(index + 6)]
        guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
        return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}
