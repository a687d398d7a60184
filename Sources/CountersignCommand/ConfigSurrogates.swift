/// JSON writes a character beyond U+FFFF as two escapes (RFC 8259 §7), and YAML as one: `\ud83d\ude00` becomes `\U0001F600`. Lines stay as they are.
enum ConfigSurrogates {
    /// What is no JSON is left as it is: elsewhere quotation marks need not begin a string.
    static func joined(_ bytes: [UInt8]) -> [UInt8] {
        guard let start = bytes.first(where: { $0 > 0x20 }), "{[\"".utf8.contains(start) else { return bytes }
        var (joined, index, isInside, isChanged) = ([UInt8](), 0, false, false)
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
                    (index, isChanged) = (index + 12, true)
                    continue
                }
                count = min(2, bytes.count - index)
            case (true, _): break
            case (false, _): guard isOfJSON(byte) else { return bytes }
            }
            joined += bytes[index..<(index + count)]
            index += count
        }
        return isChanged ? joined : bytes
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
