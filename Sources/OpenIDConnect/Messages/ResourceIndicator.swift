internal import WireFormats

/// The parameter `resource` (RFC 8707 §2): absolute URIs without fragment. Several are carried as one text with spaces between, which no URI has.
package enum ResourceIndicator {
    private static let maximum = 10

    /// What is asked for, each once; nil where nothing is.
    /// - Throws: `invalid_target` where one is no such URI, or they are too many.
    package static func asked(in parameters: Parameters) throws(OAuthError) -> String? {
        let values = parameters.all("resource")
        guard !values.isEmpty else { return nil }
        guard values.count <= maximum else {
            throw OAuthError(.invalidTarget, "There are more than \(maximum) resources.", parameter: "resource")
        }
        for value in values where !isAbsoluteURI(value) {
            throw OAuthError(.invalidTarget, "The resource is not an absolute URI without fragment.", parameter: "resource", seen: value)
        }
        return values.distinctByBytes.joined(separator: " ")
    }

    /// The URIs of what is carried.
    package static func all(in resource: String?) -> [String] { resource.map { ProtocolText($0).words } ?? [] }

    /// Whether each of `asked` is one of `granted`; what asks for nothing is within everything.
    package static func isWithin(_ asked: String?, granted: String?) -> Bool {
        let granted = all(in: granted)
        return all(in: asked).allSatisfy { one in granted.contains { $0.hasSameBytes(as: one) } }
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
