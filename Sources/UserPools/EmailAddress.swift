package import WireFormats

/// An e-mail address, as far as its domain is to be known (RFC 5321 §4.1.2, RFC 6531 for other scripts). It is taken apart by bytes: to every mail
/// server an `@` is one byte, whatever follows it, while to a `Character` an `@` with a variation selector is another one (THREATS case 129).
package struct EmailAddress: Sendable, Hashable {
    /// As it was typed, without white space around it.
    package let text: String
    /// As `IdentityProvider.domains` has them.
    package let domain: EmailDomain

    /// The maximum of bytes in an address (RFC 5321 §4.5.3.1.3, less the angle brackets).
    package static let maximumLength = 254

    /// What somebody typed. Fails for what is not one local part, one `@` and a host name with a dot; quoted local parts and address literals are
    /// not for people.
    package init?(_ typed: String) {
        guard typed.utf8.count <= Self.maximumLength + 64 else { return nil }
        let scalars = typed.unicodeScalars.drop { $0.properties.isWhitespace }
        var text = String(String.UnicodeScalarView(scalars))
        while let last = text.unicodeScalars.last, last.properties.isWhitespace { text.unicodeScalars.removeLast() }
        self.init(text) { EmailDomain(typed: $0) }
    }

    /// What a protocol carries: nothing around it, and a domain in ASCII.
    package init?(exactly text: String) {
        self.init(text) { EmailDomain($0) }
    }

    private init?(_ text: String, _ read: (ProtocolText) -> EmailDomain?) {
        guard text.utf8.count <= Self.maximumLength, text.unicodeScalars.allSatisfy(Self.mayStand) else { return nil }
        let parts = ProtocolText(text).split(at: "@")
        guard parts.count == 2, (1...64).contains(parts[0].count), let domain = read(parts[1]) else { return nil }
        (self.text, self.domain) = (text, domain)
    }

    private static func mayStand(_ scalar: Unicode.Scalar) -> Bool {
        // Variation selectors, joiners and whatever else is not seen: two addresses that look the same must be the same.
        guard !scalar.properties.isDefaultIgnorableCodePoint else { return false }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .unassigned, .privateUse, .lineSeparator, .paragraphSeparator, .spaceSeparator: return false
        default: return !"\"\\,;:<>()[]".unicodeScalars.contains(scalar)
        }
    }
}
