/// The domain of an e-mail address: a host name with at least one dot, in the one form in which domains are compared.
package struct EmailDomain: Sendable, Hashable {
    /// Lower case, labels of other scripts as `xn--` and Punycode (RFC 5891 §4.4, RFC 3492).
    package let text: String

    /// As a protocol carries it, in ASCII; nil for what is no host name (RFC 1123 §2.1).
    package init?(_ text: ProtocolText) {
        let name = text.lowercased
        // An underscore is for names that are no host's (RFC 8552).
        guard HostName.accepts(name), name.contains("."), !name.contains("_") else { return nil }
        self.text = name.string
    }

    /// As a person types it, in any script.
    package init?(typed text: ProtocolText) {
        guard text.count <= 253, let typed = text.validString else { return nil }
        // The full stops of East Asian keyboards are dots as well (UTS #46 §4).
        let scalars = typed.lowercased().unicodeScalars.map { "\u{3002}\u{FF0E}\u{FF61}".unicodeScalars.contains($0) ? "." : $0 }
        var labels: [String] = []
        for label in scalars.split(separator: ".", omittingEmptySubsequences: false) {
            guard let label = Self.label(Array(label)) else { return nil }
            labels.append(label)
        }
        self.init(ProtocolText(labels.joined(separator: ".")))
    }

    private static func label(_ scalars: [Unicode.Scalar]) -> String? {
        guard (1...63).contains(scalars.count), scalars.first != "-", scalars.last != "-" else { return nil }
        if scalars.allSatisfy(\.isASCII) { return String(String.UnicodeScalarView(scalars)) }
        guard scalars.allSatisfy(isLetterMarkOrDigit), let encoded = punycode(scalars), encoded.utf8.count <= 59 else { return nil }
        return "xn--" + encoded
    }

    private static func isLetterMarkOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        // Variation selectors are marks, and joiners change nothing that is seen: two names that look the same are not for us to take for one.
        guard !scalar.properties.isDefaultIgnorableCodePoint else { return false }
        switch scalar.properties.generalCategory {
        case .lowercaseLetter, .otherLetter, .modifierLetter, .nonspacingMark, .spacingMark, .decimalNumber: return true
        default: return scalar == "-"
        }
    }

    /// RFC 3492 §6.3. At most 63 scalars come in, so no number gets near the end of its range.
    private static func punycode(_ scalars: [Unicode.Scalar]) -> String? {
        let digits = Array("abcdefghijklmnopqrstuvwxyz0123456789".unicodeScalars)
        var output = String.UnicodeScalarView(scalars.filter(\.isASCII))
        let basic = output.count
        if basic > 0 { output.append("-") }
        var (next, delta, bias, done) = (128, 0, 72, basic)
        while done < scalars.count {
            guard let lowest = scalars.lazy.map({ Int($0.value) }).filter({ $0 >= next }).min() else { return nil }
            delta += (lowest - next) * (done + 1)
            next = lowest
            for scalar in scalars {
                let value = Int(scalar.value)
                if value < next { delta += 1 }
                guard value == next else { continue }
                var rest = delta
                for step in sequence(first: 36, next: { $0 + 36 }) {
                    let threshold = min(max(step - bias, 1), 26)
                    if rest < threshold { break }
                    output.append(digits[threshold + (rest - threshold) % (36 - threshold)])
                    rest = (rest - threshold) / (36 - threshold)
                }
                output.append(digits[rest])
                bias = adapted(delta, count: done + 1, isFirst: done == basic)
                (delta, done) = (0, done + 1)
            }
            (delta, next) = (delta + 1, next + 1)
        }
        return String(output)
    }

    /// RFC 3492 §6.1.
    private static func adapted(_ delta: Int, count: Int, isFirst: Bool) -> Int {
        var (delta, steps) = (isFirst ? delta / 700 : delta / 2, 0)
        delta += delta / count
        while delta > 455 { (delta, steps) = (delta / 35, steps + 36) }
        return steps + 36 * delta / (delta + 38)
    }
}
