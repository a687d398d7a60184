/// Text from outside, as the bytes it came in.
///
/// Swift's `String` compares by canonical equivalence and splits by grapheme cluster: `@` followed by a variation selector is no `"@"` to
/// `split`, and a run of combining marks makes `==` slow in the square of its length (UAX #15 §13). Every other program that reads the same text
/// goes by bytes. So this type has no `==` with `String` and no view of characters: what is compared, counted and cut here are bytes, and the
/// delimiters of all our protocols are single ASCII bytes, which UTF-8 has nowhere else.
package struct ProtocolText: Sendable, Hashable {
    /// UTF-8 where it was made from a `String`; otherwise whatever came.
    package let bytes: ArraySlice<UInt8>

    package init(_ text: String) { bytes = Array(text.utf8)[...] }
    package init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }
    package init(_ bytes: [UInt8]) { self.bytes = bytes[...] }

    package var count: Int { bytes.count }
    package var isEmpty: Bool { bytes.isEmpty }

    /// For showing it and handing it on; what is not UTF-8 becomes U+FFFD.
    package var string: String { String(decoding: bytes, as: UTF8.self) }
    /// nil where the bytes are not UTF-8.
    package var validString: String? { String(validating: bytes, as: UTF8.self) }

    /// Compared without regard to the case of ASCII letters, as schemes, header values and media types are.
    package func matchesIgnoringCase(_ word: StaticString) -> Bool {
        word.withUTF8Buffer { word in bytes.elementsEqual(word) { Self.lowercased($0) == Self.lowercased($1) } }
    }

    package func hasPrefix(_ word: StaticString) -> Bool { word.withUTF8Buffer { bytes.starts(with: $0) } }

    package func hasSuffix(_ word: StaticString) -> Bool {
        word.withUTF8Buffer { word in bytes.count >= word.count && bytes.suffix(word.count).elementsEqual(word) }
    }

    package func contains(_ byte: Unicode.Scalar) -> Bool { bytes.contains(UInt8(ascii: byte)) }

    package func allSatisfy(_ accepts: (UInt8) -> Bool) -> Bool { bytes.allSatisfy(accepts) }

    /// The parts between each two delimiters, empty ones as well: always one more than there are delimiters.
    package func split(at delimiter: Unicode.Scalar) -> [ProtocolText] {
        bytes.split(separator: UInt8(ascii: delimiter), omittingEmptySubsequences: false).map { ProtocolText($0) }
    }

    /// What stands before and behind the first delimiter; nil where there is none.
    package func cut(at delimiter: Unicode.Scalar) -> (before: ProtocolText, after: ProtocolText)? {
        guard let index = bytes.firstIndex(of: UInt8(ascii: delimiter)) else { return nil }
        return (ProtocolText(bytes[..<index]), ProtocolText(bytes[(index + 1)...]))
    }

    /// The words between single or several blanks, none of them empty.
    package var words: [String] { bytes.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) } }

    package func prefix(while accepts: (UInt8) -> Bool) -> ProtocolText { ProtocolText(bytes.prefix(while: accepts)) }

    /// The first bytes; a character that is cut in two becomes U+FFFD as `string`.
    package func prefix(_ count: Int) -> ProtocolText { ProtocolText(bytes.prefix(count)) }

    package func dropFirst(_ count: Int) -> ProtocolText { ProtocolText(bytes.dropFirst(count)) }

    /// The text less blanks, tabs and line ends around it: XML's and HTTP's white space and nothing else.
    package var trimmed: ProtocolText {
        var rest = bytes
        while let first = rest.first, Self.isWhiteSpace(first) { rest.removeFirst() }
        while let last = rest.last, Self.isWhiteSpace(last) { rest.removeLast() }
        return ProtocolText(rest)
    }

    /// ASCII letters in lower case; every other byte as it is.
    package var lowercased: ProtocolText { ProtocolText(bytes.map(Self.lowercased)) }

    /// Whether `.` or `..` stands between slashes, also percent-encoded, in the path of a URI (RFC 3986 §3.3): two readers would understand two of them.
    package var hasDotSegment: Bool {
        prefix(while: { $0 != UInt8(ascii: "?") }).lowercased.split(at: "/").contains { segment in
            var (rest, dots) = (segment, 0)
            while rest.hasPrefix(".") || rest.hasPrefix("%2e") { (rest, dots) = (rest.dropFirst(rest.hasPrefix(".") ? 1 : 3), dots + 1) }
            return rest.isEmpty && (1...2).contains(dots)
        }
    }

    /// The number that decimal digits and nothing else write; nil where there are fewer or more digits than asked for.
    package func number(digits: ClosedRange<Int>) -> Int? {
        guard digits.contains(count), bytes.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(string)
    }

    private static func isWhiteSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

    package static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
}
