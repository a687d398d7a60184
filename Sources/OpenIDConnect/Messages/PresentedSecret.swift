internal import Crypto
internal import TokenVerifier

/// A secret, code or refresh token as a request brought it. It cannot be printed, and it is compared by its hash in constant time.
package struct PresentedSecret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let text: String

    package init(_ text: String) { self.text = text }

    /// SHA-256 of the UTF-8 bytes: what a store keeps and finds by.
    package var sha256: [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }

    /// Whether this is the secret with that SHA-256.
    package func matches(sha256 hash: [UInt8]) -> Bool { sha256.isEqualInConstantTime(to: hash) }

    /// The text itself, for whoever must pass it on; never for a log.
    package func reveal() -> String { text }

    package var description: String { "(secret)" }
    package var debugDescription: String { "(secret)" }
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
