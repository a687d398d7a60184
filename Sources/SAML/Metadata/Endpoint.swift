/// md:EndpointType, SAML Metadata §2.2.2: where a message of one kind is sent, and by which binding.
package struct Endpoint: Hashable, Sendable {
    package let binding: Binding
    package let location: String
    /// Where answers go, if not to the location.
    package let responseLocation: String?

    package init(binding: Binding, location: String, responseLocation: String? = nil) {
        (self.binding, self.location, self.responseLocation) = (binding, location, responseLocation)
    }

    /// True where the browser would be sent over plain HTTP: fit for development only.
    package var isPlainHTTP: Bool { !location.lowercased().hasPrefix("https://") }
}

enum WebAddress {
    /// An absolute http or https URL that is safe to send a browser to: printable ASCII without quotes, blanks and backslashes, with a
    /// host, and without user information that would hide the host.
    static func isValid(_ text: String) -> Bool {
        guard text.utf8.count <= 2048 else { return false }
        let lowercased = text.lowercased()
        guard let scheme = ["https://", "http://"].first(where: lowercased.hasPrefix) else { return false }
        let allowed = text.utf8.allSatisfy { byte in
            byte > 0x20 && byte < 0x7F && !"\"<>\\^`{|}".utf8.contains(byte)
        }
        let authority = text.utf8.dropFirst(scheme.utf8.count).prefix { !"/?#".utf8.contains($0) }
        guard let first = authority.first, first != UInt8(ascii: ":"), first != UInt8(ascii: ".") else { return false }
        return allowed && !authority.contains(UInt8(ascii: "@"))
    }
}
