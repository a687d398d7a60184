/// The one place where XML is written (THREATS S35): names come from the code, values are escaped, and what XML cannot hold is refused.
///
///     var writer = XMLWriter()
///     try writer.element("samlp:Status") { writer throws(XMLSecurityError) in
///         try writer.element("samlp:StatusCode", ["Value": code])
///     }
///     let bytes = writer.bytes
package struct XMLWriter {
    private var output: [UInt8] = []

    package init() {}

    package var bytes: [UInt8] { output }

    /// Prefixes are declared by attributes named `xmlns:…`. An attribute whose value is nil is left out.
    package mutating func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:],
        content: (inout XMLWriter) throws(XMLSecurityError) -> Void
    ) throws(XMLSecurityError) {
        try open(name, attributes)
        output.append(UInt8(ascii: ">"))
        try content(&self)
        output += "</".utf8
        append(name)
        output.append(UInt8(ascii: ">"))
    }

    package mutating func element(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:]) throws(XMLSecurityError) {
        try open(name, attributes)
        output += "/>".utf8
    }

    package mutating func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:], text: String
    ) throws(XMLSecurityError) {
        try element(name, attributes) { writer throws(XMLSecurityError) in try writer.text(text) }
    }

    package mutating func text(_ value: String) throws(XMLSecurityError) {
        try appendEscaped(value)
    }

    private mutating func open(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?>) throws(XMLSecurityError) {
        output.append(UInt8(ascii: "<"))
        append(name)
        for (name, value) in attributes {
            guard let value else { continue }
            output.append(UInt8(ascii: " "))
            append(name)
            output += "=\"".utf8
            try appendEscaped(value)
            output.append(UInt8(ascii: "\""))
        }
    }

    private mutating func append(_ name: StaticString) {
        output += UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
    }

    /// The same for text and attributes: quotes and line ends as references survive every reader's normalisation.
    private mutating func appendEscaped(_ value: String) throws(XMLSecurityError) {
        // Most values are addresses and identifiers.
        if value.utf8.allSatisfy(Self.standsForItself) {
            output += value.utf8
            return
        }
        for scalar in value.unicodeScalars {
            switch scalar {
            case "&": output += "&amp;".utf8
            case "<": output += "&lt;".utf8
            case ">": output += "&gt;".utf8
            case "\"": output += "&quot;".utf8
            case "\t": output += "&#9;".utf8
            case "\n": output += "&#10;".utf8
            case "\r": output += "&#13;".utf8
            case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": throw .unwritable("it has a character that XML does not have")
            default: output += String(scalar).utf8
            }
        }
    }

    private static func standsForItself(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""): false
        default: 0x20..<0x80 ~= byte
        }
    }
}
