/// `application/x-www-form-urlencoded` (WHATWG URL §5.1), strictly: what does not decode is refused.
///
/// Hummingbird's own decoder takes ten times as long for the 12 kB of a SAMLResponse.
package enum FormDecoder {
    /// Maximum number of parameters of a form.
    package static let maximumParameters = 100

    package static func decode(_ bytes: some Collection<UInt8>) -> [(name: String, value: String)]? { decode(Array(bytes)) }

    /// The decoded pairs in their order, names repeated as they came; nil where a `%` is not followed by two hexadecimal digits, the
    /// text is not UTF-8 or not stream-safe, or there are too many pairs.
    package static func decode(_ bytes: [UInt8]) -> [(name: String, value: String)]? {
        var pairs: [(name: String, value: String)] = []
        for part in bytes.split(separator: UInt8(ascii: "&")) {
            let mark = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
            // No standard has a name that is not ASCII.
            guard pairs.count < maximumParameters, let name = text(part[..<mark]), name.utf8.allSatisfy({ $0 < 0x80 }),
                let value = mark == part.endIndex ? "" : text(part[(mark + 1)...])
            else { return nil }
            pairs.append((name, value))
        }
        return pairs
    }

    /// One segment of a path, where a plus is a plus; nil where it does not decode.
    static func pathSegment(_ encoded: String) -> String? { text(Array(encoded.replacing("+", with: "%2B").utf8)[...]) }

    private static func text(_ encoded: ArraySlice<UInt8>) -> String? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(encoded.count)
        var index = encoded.startIndex
        while index < encoded.endIndex {
            switch encoded[index] {
            case UInt8(ascii: "+"): decoded.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard index + 2 < encoded.endIndex, let high = digit(encoded[index + 1]), let low = digit(encoded[index + 2]) else { return nil }
                decoded.append(high << 4 | low)
                index += 2
            case let byte: decoded.append(byte)
            }
            index += 1
        }
        return String(validating: decoded, as: UTF8.self).flatMap { isStreamSafe($0) ? $0 : nil }
    }

    /// Whether no more than 30 combining marks stand in a row (UAX #15 §13). Swift compares strings by their canonical form, which takes
    /// time in the square of such a run.
    static func isStreamSafe(_ text: String) -> Bool {
        guard !text.utf8.allSatisfy({ $0 < 0xCC }) else { return true }
        var run = 0
        return text.unicodeScalars.allSatisfy { scalar in
            run = scalar.value < 0x300 || scalar.properties.canonicalCombiningClass == .notReordered ? 0 : run + 1
            return run <= 30
        }
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
