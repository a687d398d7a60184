/// Text from outside, made fit for a terminal: what it would obey or hide is shown as `\u{…}`.
package enum Printable {
    package static func line(_ text: String) -> String {
        guard plainCost(text) == nil, !text.unicodeScalars.allSatisfy(isHarmless) else { return text }
        var shown = ""
        for scalar in text.unicodeScalars {
            if isHarmless(scalar) { shown.unicodeScalars.append(scalar) } else { shown += "\\u{" + String(scalar.value, radix: 16) + "}" }
        }
        return shown
    }

    /// Control characters drive terminals, line separators forge lines, and format characters (bidirectional ones) reorder what is read.
    /// The joiners U+200C and U+200D belong to words and emoji.
    package static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        // Unicode's tables are dear, and in ASCII only control characters do harm.
        if scalar.isASCII { return scalar.value >= 0x20 && scalar.value != 0x7F }
        return switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .surrogate: false
        case .format: scalar.value == 0x200C || scalar.value == 0x200D
        default: true
        }
    }
}

extension Printable {
    /// The text, cut so that it takes at most `maximum` bytes where it is shown with its escapes; an ellipsis says that it was cut.
    ///
    /// Counted in bytes and cut between scalars: a `Character` can be a quarter of a megabyte long.
    package static func clipped(_ text: String, to maximum: Int) -> String { fitted(text, to: maximum).text }

    /// The same, and what it costs.
    package static func fitted(_ text: String, to maximum: Int) -> (text: String, cost: Int) {
        if let cost = plainCost(text), cost <= maximum { return (text, cost) }
        let text = cut(text, to: maximum)
        return (text, cost(text))
    }

    private static func cut(_ text: String, to maximum: Int) -> String {
        var cost = 0
        var end: String.Index?
        for index in text.unicodeScalars.indices {
            let scalar = text.unicodeScalars[index]
            cost += Self.cost(scalar)
            // Before this scalar the ellipsis still finds room.
            if cost > maximum - 3, end == nil { end = index }
            if cost > maximum { return String(text.unicodeScalars[..<(end ?? text.startIndex)]) + "…" }
        }
        return text
    }

    /// The bytes that the text takes where it is shown with its escapes.
    package static func cost(_ text: String) -> Int { plainCost(text) ?? text.unicodeScalars.reduce(0) { $0 + cost($1) } }

    /// The same for visible ASCII and blanks, which most texts are; nil for any other text.
    static func plainCost(_ text: String) -> Int? {
        var cost = 0
        for byte in text.utf8 {
            guard byte >= 0x20, byte < 0x7F else { return nil }
            cost += byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") ? 2 : 1
        }
        return cost
    }

    /// The dearest of the ways in which a scalar is shown: as it is, behind a backslash, as `\uXXXX` in JSON (twice beyond U+FFFF), as `\u{…}`.
    private static func cost(_ scalar: Unicode.Scalar) -> Int {
        if scalar == "\"" || scalar == "\\" { return 2 }
        guard !isHarmless(scalar) else { return UTF8.width(scalar) }
        return scalar.value > 0xFFFF ? 12 : 8
    }
}
