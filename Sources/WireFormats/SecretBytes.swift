/// Bytes that must not be seen: no description, no mirror and no `==` gives them away. What is stored of one is its hash.
package struct SecretBytes: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }
    package init(_ text: String) { self.bytes = Array(text.utf8) }

    /// The one way to the bytes; whoever writes this word has to mean it.
    package func reveal() -> [UInt8] { bytes }

    /// The same as text, for whoever must pass it on.
    package func revealText() -> String { String(decoding: bytes, as: UTF8.self) }

    package var description: String { "[secret]" }
    package var debugDescription: String { "[secret]" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
