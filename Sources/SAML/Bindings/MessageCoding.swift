internal import WireFormats
import XMLSecurity

/// What both bindings share: the limits, and the way from text to bytes.
enum MessageCoding {
    /// Decoded bytes of one message, as posted.
    static let largestMessage = 262_144
    /// Of a message that arrives compressed, measured while it is inflated.
    static let largestInflated = 131_072
    /// Base64 of the largest message with line breaks, and nothing longer is looked at.
    private static let largestText = largestMessage / 3 * 4 + 16_384

    /// Strict base64: the standard alphabet, padded; line breaks and spaces between are the only freedom (RFC 2045 encoders break lines).
    static func decode(_ text: String, limit: Int = largestMessage) throws(SAMLError) -> [UInt8] {
        guard text.utf8.count <= largestText else { throw .tooLarge(limit: limit) }
        guard let bytes = try? Base64.decodeFolded(text), !bytes.isEmpty else { throw .malformed("it is not base64 (RFC 4648 §4)") }
        guard bytes.count <= limit else { throw .tooLarge(limit: limit) }
        return bytes
    }

    /// True for what begins as XML does: an optional byte order mark, blanks, and `<`.
    static func beginsLikeXML(_ bytes: some Collection<UInt8>) -> Bool {
        let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        return content.first { !isBlank($0) } == UInt8(ascii: "<")
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }
}
