/// Text as HTML, written into the bytes of a page.
///
/// swift-mustache escapes by `Character`, and a quotation mark with a combining mark behind it is a `Character` of its own: `"` and U+0301
/// together would end an attribute. So nothing from outside reaches mustache; the compiled templates of the pages are filled here, by bytes.
extension [UInt8] {
    /// `text` so that it stands for itself in an element and in a quoted attribute.
    package mutating func append(escaped text: String) {
        var text = text
        text.withUTF8 { bytes in
            var start = 0
            for index in bytes.indices {
                let entity: StaticString
                switch bytes[index] {
                case UInt8(ascii: "&"): entity = "&amp;"
                case UInt8(ascii: "<"): entity = "&lt;"
                case UInt8(ascii: ">"): entity = "&gt;"
                case UInt8(ascii: "\""): entity = "&quot;"
                case UInt8(ascii: "'"): entity = "&#39;"
                default: continue
                }
                append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<index]))
                entity.withUTF8Buffer { append(contentsOf: $0) }
                start = index + 1
            }
            append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start...]))
        }
    }

    /// A name that somebody else chose, in the middle of a sentence of ours. Its direction stays its own (UAX #9 §2.4), and it is never
    /// so long that the sentence is lost.
    mutating func append(name: String, _ isolation: Isolation, inRightToLeft: Bool) {
        let name = ShownName(name)
        // A sentence that goes the same way as the name needs nothing around it.
        guard inRightToLeft || !name.isLeftToRight else { return append(escaped: name.text) }
        append(contentsOf: isolation == .element ? "<bdi>".utf8 : "\u{2068}".utf8)
        append(escaped: name.text)
        append(contentsOf: isolation == .element ? "</bdi>".utf8 : "\u{2069}".utf8)
    }
}

/// Text from outside as HTML has it. There is no other way to one than escaping.
struct EscapedText: Sendable {
    let bytes: [UInt8]

    init(_ text: String) {
        var bytes: [UInt8] = []
        bytes.append(escaped: text)
        self.bytes = bytes
    }
}

/// What keeps a name's direction from the sentence around it.
enum Isolation: Character, Sendable {
    case element = "e"
    /// FIRST STRONG ISOLATE and its end, where no element can stand: in a title, in an attribute.
    case characters = "c"
}

/// A name as it is shown: at most 200 scalars, and none that turns the writing around it or cannot be seen.
struct ShownName {
    let text: String
    /// Whether it begins and ends with letters or digits of scripts that are written to the right, and has no other letters.
    let isLeftToRight: Bool

    private static let limit = 200

    init(_ name: String) {
        // Most names are plain.
        if name.utf8.count <= Self.limit, name.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) {
            text = name
            isLeftToRight = [name.utf8.first, name.utf8.last].allSatisfy { $0.map(Self.isLetterOrDigit) ?? false }
            return
        }
        var shown = String.UnicodeScalarView()
        var count = 0
        for scalar in name.unicodeScalars where !Self.isInvisible(scalar) {
            count += 1
            guard count <= Self.limit else {
                shown.append("…")
                break
            }
            shown.append(scalar)
        }
        text = String(shown)
        // Hebrew is the first script of the other direction.
        isLeftToRight =
            shown.allSatisfy { $0.value < 0x590 } && [shown.first, shown.last].allSatisfy { $0?.properties.isAlphabetic == true || isDigit($0) }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }

    /// The letter or digit that stands for a logo; without what is heaped upon it.
    var initial: String {
        let scalar = text.unicodeScalars.first { $0.properties.isAlphabetic || isDigit($0) }
        return scalar.map { String($0).uppercased() } ?? "•"
    }

    /// Controls, line separators, and the characters that embed, override or isolate a direction.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }
}

private func isDigit(_ scalar: Unicode.Scalar?) -> Bool { scalar.map { ("0"..."9").contains($0) } ?? false }
