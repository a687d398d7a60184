/// `application/x-www-form-urlencoded` (WHATWG URL §5.1, RFC 6749 Appendix B), strictly: what does not decode is refused.
///
/// Hummingbird's own decoder takes ten times as long for the 12 kB of a SAMLResponse.
package enum FormCoding {
    /// Maximum number of parameters of a form.
    package static let maximumParameters = 100

    package static func decode(_ text: String) -> [(name: String, value: String)]? { decode(Array(text.utf8)) }

    /// The decoded pairs in their order, names repeated as they came; nil where a `%` is not followed by two hexadecimal digits, the
    /// text is not UTF-8 or not stream-safe, or there are too many pairs.
    package static func decode(_ bytes: [UInt8]) -> [(name: String, value: String)]? {
        var pairs: [(name: String, value: String)] = []
        var rest = bytes[...]
        // With `split` the whole takes twice as long.
        while !rest.isEmpty {
            guard pairs.count < maximumParameters else { return nil }
            let end = rest.place(of: UInt8(ascii: "&")) ?? rest.endIndex
            let part = rest[..<end]
            rest = rest[end...].dropFirst()
            if part.isEmpty { continue }
            let mark = part.place(of: UInt8(ascii: "=")) ?? part.endIndex
            // No standard has a name that is not ASCII.
            guard let name = text(part[..<mark]), name.hasOnlyBytes(in: 0...0x7F),
                let value = mark == part.endIndex ? "" : text(part[(mark + 1)...])
            else { return nil }
            pairs.append((name, value))
        }
        return pairs
    }

    private static func text(_ encoded: ArraySlice<UInt8>) -> String? {
        PercentCoding.decode(encoded, plusIsSpace: true).flatMap { StreamSafeText.string($0) }
    }

    /// The URL with the pairs at the end of its query.
    package static func append(_ fields: [(name: String, value: String)], to url: String) -> String {
        var output = Array(url.utf8)
        let question = UInt8(ascii: "?"), ampersand = UInt8(ascii: "&")
        var separator: UInt8? = output.contains(question) ? ampersand : question
        if let last = output.last, output.contains(question), last == question || last == ampersand { separator = nil }
        for field in fields {
            if let separator { output.append(separator) }
            separator = ampersand
            PercentCoding.append(field.name, to: &output)
            output.append(UInt8(ascii: "="))
            PercentCoding.append(field.value, to: &output)
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// The pairs as the body of a form.
    package static func encode(_ fields: [(name: String, value: String)]) -> [UInt8] { Array(append(fields, to: "?").utf8.dropFirst()) }
}
