internal import WireFormats

/// The parameter `scope` (RFC 6749 §3.3): names in printable ASCII, separated by single spaces.
package struct Scope: Sendable, Hashable {
    /// Those that OpenID Connect Core gives a meaning (§5.4), `openid` first.
    package static let standard = ["openid", "email", "profile", "phone", "address"]

    /// The longest text that is read.
    package static let maximumLength = 2048

    /// The names in their order, each once.
    package let names: [String]

    package init(names: [String]) {
        var unique: [String] = []
        for name in names where !unique.contains(name) { unique.append(name) }
        self.names = unique
    }

    /// Reads a text; `invalid_scope` where it is longer than 2 KiB or holds other characters.
    package init(_ text: String) throws(OAuthError) {
        guard text.utf8.count <= Self.maximumLength else {
            throw OAuthError(.invalidScope, "The scope is too long.", parameter: "scope", expected: "at most \(Self.maximumLength) bytes")
        }
        let quote = UInt8(ascii: "\""), backslash = UInt8(ascii: "\\")
        guard text.utf8.allSatisfy({ (0x20...0x7E).contains($0) && $0 != quote && $0 != backslash }) else {
            throw OAuthError(.invalidScope, "The scope holds characters that no scope has.", parameter: "scope")
        }
        self.init(names: ProtocolText(text).words)
    }

    package func contains(_ name: String) -> Bool { names.contains(name) }

    /// The text for tokens and answers.
    package var text: String { names.joined(separator: " ") }

    /// nil where there is none: an empty text is no scope.
    package var textIfAny: String? { names.isEmpty ? nil : text }
}
