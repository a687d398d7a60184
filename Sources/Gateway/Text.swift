import FoundationEssentials
import TokenVerifier
import WireFormats

extension [UInt8] {
    /// base64url without padding (RFC 4648 §5).
    package var base64URLText: String { Base64URL.encode(self) }
}

extension Environment {
    /// A random UUID (RFC 9562 §5.4) in lower case.
    package func uuidText() -> String {
        var bytes = random(16)
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let hex = Array(bytes.hexText)
        return [hex[0..<8], hex[8..<12], hex[12..<16], hex[16..<20], hex[20..<32]].map { String($0) }.joined(separator: "-")
    }
}
