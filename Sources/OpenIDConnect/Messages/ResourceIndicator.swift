internal import WireFormats

/// The parameter `resource` (RFC 8707 §2): one absolute URI without fragment.
package enum ResourceIndicator {
    /// - Throws: `invalid_target` where there is more than one, or it is no such URI.
    static func single(in parameters: Parameters) throws(OAuthError) -> String? {
        let values = parameters.all("resource")
        guard values.count <= 1 else { throw OAuthError(.invalidTarget, "Only one resource can be asked for at a time.", parameter: "resource") }
        guard let value = values.first else { return nil }
        guard isAbsoluteURI(value) else {
            throw OAuthError(.invalidTarget, "The resource is not an absolute URI without fragment.", parameter: "resource", seen: value)
        }
        return value
    }

    /// RFC 3986 §4.3 in short: a scheme, a colon, something more, and only characters that URIs have.
    package static func isAbsoluteURI(_ text: String) -> Bool {
        guard text.utf8.count <= 2048, let (scheme, rest) = ProtocolText(text).cut(at: ":"), isScheme(scheme), !rest.isEmpty else { return false }
        let refused = Array(##" "<>\^`{|}#"##.utf8)
        return text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !refused.contains($0) }
    }

    /// RFC 3986 §3.1.
    static func isScheme(_ text: ProtocolText) -> Bool {
        guard let first = text.bytes.first, ProtocolText.isLetterOrDigit(first), !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
            return false
        }
        return text.allSatisfy { ProtocolText.isLetterOrDigit($0) || "+-.".utf8.contains($0) }
    }
}
