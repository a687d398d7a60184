/// Text from outside, made fit for a terminal: what it would obey or hide is shown as `\u{…}`.
package enum Printable {
    package static func line(_ text: String) -> String {
        guard !text.unicodeScalars.allSatisfy(isHarmless) else { return text }
        var shown = ""
        for scalar in text.unicodeScalars {
            if isHarmless(scalar) { shown.unicodeScalars.append(scalar) } else { shown += "\\u{" + String(scalar.value, radix: 16) + "}" }
        }
        return shown
    }

    /// Control characters drive terminals, line separators forge lines, and format characters (bidirectional ones) reorder what is read.
    /// The joiners U+200C and U+200D belong to words and emoji.
    package static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .surrogate: false
        case .format: scalar.value == 0x200C || scalar.value == 0x200D
        default: true
        }
    }
}
