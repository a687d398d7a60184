internal import Crypto
internal import WireFormats

/// The name of a public key by what it is (RFC 7638), with SHA-256: 43 characters of base64url.
package struct KeyThumbprint: Sendable, Hashable, CustomStringConvertible {
    package let text: String

    /// As somebody wrote it (`jkt`, `dpop_jkt`); nil where it cannot be one.
    package init?(_ text: String) {
        guard text.utf8.count == 43, Base64URL.decode(text)?.count == 32 else { return nil }
        self.text = text
    }

    /// Of a key whose members were read before, so that each is there and is the one spelling of its bytes.
    init?(of key: JSONObject) {
        let names: [String]
        switch key["kty"]?.string {
        case "RSA": names = ["e", "kty", "n"]
        case "EC": names = ["crv", "kty", "x", "y"]
        case "OKP": names = ["crv", "kty", "x"]
        default: return nil
        }
        // RFC 7638 §3.2: the required members in the order of their names, nothing else.
        var required = JSONObject()
        for name in names {
            guard let value = key[name]?.string else { return nil }
            required.append(name, .string(value))
        }
        text = Base64URL.encode(Array(SHA256.hash(data: JSONWriter.encode(required))))
    }

    package var description: String { text }

    package static func == (one: KeyThumbprint, other: KeyThumbprint) -> Bool { one.text.hasSameBytes(as: other.text) }
}
