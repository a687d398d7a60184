/// An e-mail address that somebody typed, as far as its domain is to be known (RFC 5321 §4.1.2, RFC 6531 for other scripts).
package struct EmailAddress: Sendable, Hashable {
    /// As it was typed, without white space around it.
    package let text: String
    /// As `IdentityProvider.domains` has them: lower case, other scripts as `xn--` (RFC 5890 §2.3.2.1).
    package let domain: String

    /// Bytes of an address at the most (RFC 5321 §4.5.3.1.3, less the angle brackets).
    package static let maximumLength = 254

    /// Fails for what is not one local part, one `@` and a host name with a dot; quoted local parts and address literals are not for people.
    package init?(_ typed: String) {
        guard typed.utf8.count <= Self.maximumLength + 64 else { return nil }
        let scalars = typed.unicodeScalars.drop { $0.properties.isWhitespace }
        var text = String(String.UnicodeScalarView(scalars))
        while let last = text.unicodeScalars.last, last.properties.isWhitespace { text.unicodeScalars.removeLast() }
        guard text.utf8.count <= Self.maximumLength, text.unicodeScalars.allSatisfy(Self.mayStand) else { return nil }
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, (1...64).contains(parts[0].count), let domain = DomainName.ascii(String(Substring(parts[1]))) else { return nil }
        self.text = text
        self.domain = domain
    }

    private static func mayStand(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .unassigned, .privateUse, .lineSeparator, .paragraphSeparator, .spaceSeparator: false
        default: !"\"\\,;:<>()[]".unicodeScalars.contains(scalar)
        }
    }
}
