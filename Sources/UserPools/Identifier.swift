import WireFormats

/// Text that names one `Subject` and nothing else: an `Identifier<User>` does not fit where an `Identifier<AppClient>` goes.
///
/// Text from outside becomes one only through `init?(_:)`, which asks the subject's grammar.
package struct Identifier<Subject: Identified>: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let text: String

    package init?(_ text: String) {
        guard Subject.acceptsIdentifier(text) else { return nil }
        self.text = text
    }

    package var description: String { text }

    // By bytes, as databases compare them: `String` takes two spellings of an accent for one, and a name would be found under another one's.
    package static func == (left: Self, right: Self) -> Bool { left.text.hasSameBytes(as: right.text) }
    package static func < (left: Self, right: Self) -> Bool { left.text.utf8.lexicographicallyPrecedes(right.text.utf8) }
    /// Equal bytes are equal text, so that the hash of the text will do.
    package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

/// What has identifiers, and how they look.
package protocol Identified {
    static func acceptsIdentifier(_ text: String) -> Bool
}

/// The alphabets that identifiers are made of.
package enum IdentifierAlphabet {
    /// Whether `text` has `length` bytes, all of them ASCII letters, digits or one of `others`.
    package static func accepts(_ text: String, length: ClosedRange<Int>, others: String = "") -> Bool {
        var text = text
        return text.withUTF8 { accepts($0, length: length, others: others) }
    }

    static func accepts(_ bytes: some Collection<UInt8>, length: ClosedRange<Int>, others: String = "") -> Bool {
        length.contains(bytes.count) && bytes.allSatisfy { byte in isLetterOrDigit(byte) || others.utf8.contains(byte) }
    }

    /// Whether it is a UUID in lower case.
    package static func acceptsUUID(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            bytes.count == 36
                && bytes.indices.allSatisfy { index in
                    switch index {
                    case 8, 13, 18, 23: bytes[index] == UInt8(ascii: "-")
                    default: isLowercaseHexadecimal(bytes[index])
                    }
                }
        }
    }

    private static func isLowercaseHexadecimal(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }
}
