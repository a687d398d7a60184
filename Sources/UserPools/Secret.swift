/// Bytes that must not be seen: no description, no mirror and no `==` gives them away.
package struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }
    package init(_ text: String) { self.bytes = Array(text.utf8) }

    /// The one way to the bytes; whoever writes this word has to mean it.
    package func reveal() -> [UInt8] { bytes }

    package var description: String { "[secret]" }
    package var debugDescription: String { "[secret]" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// SHA-256 of a secret with at least 128 random bits: what is stored of client secrets, codes, cookies and refresh tokens.
///
/// Look-ups go by the whole hash, so nothing is learned from how long a comparison takes.
package struct SecretHash: Hashable, Sendable, CustomStringConvertible {
    /// 32 bytes.
    package let bytes: [UInt8]

    package init?(_ bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// Compares in a time that depends on the length alone.
    package func matches(_ other: SecretHash) -> Bool {
        var difference: UInt8 = 0
        for (left, right) in zip(bytes, other.bytes) { difference |= left ^ right }
        return difference == 0
    }

    package var description: String { "[secret hash]" }
}
