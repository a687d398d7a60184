import WireFormats

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

    /// As text, where JSON keeps it.
    package var base64URLText: String { Base64URL.encode(bytes) }

    package init?(base64URLText text: String) {
        guard let bytes = Base64URL.decode(text) else { return nil }
        self.init(bytes)
    }

    /// Compares in a time that depends on the length alone.
    package func matches(_ other: SecretHash) -> Bool { bytes.isEqualInConstantTime(to: other.bytes) }

    package var description: String { "[secret hash]" }
}
