internal import WireFormats
import XMLSecurity

/// saml:NameID, SAML Core §2.2.3: who, in the identity provider's words. The same person only where every byte is the same.
package struct NameID: Sendable {
    package let value: String
    package let format: String?
    package let nameQualifier: String?
    package let spNameQualifier: String?

    /// The name that stands for every spelling of it. For a persistent one absent qualifiers mean the identity provider and the service
    /// provider (§8.3.7), so that written out or left out they are the same name (THREATS case 130). Only for a NameID whose qualifiers were
    /// validated.
    package var withoutDefaultQualifiers: NameID {
        NameIDFormat.persistent.hasSameBytes(as: format) ? NameID(value: value, format: format) : self
    }

    /// More than any directory gives, and less than what is worth a table's key.
    static let longestValue = 1024

    package init(value: String, format: String? = nil, nameQualifier: String? = nil, spNameQualifier: String? = nil) {
        (self.value, self.format) = (value, format)
        (self.nameQualifier, self.spNameQualifier) = (nameQualifier, spNameQualifier)
    }

    /// A NameID, or an EncryptedID (Core §2.2.4) that stands in signed bytes and has a NameID in it.
    init(_ element: XMLElement, decryption: Decryption) throws(SAMLError) {
        guard element.name == .assertion("EncryptedID") else {
            try self.init(element)
            return
        }
        let opened: XMLElement
        do { opened = try decryption.open(element, expecting: .assertion("NameID")) } catch { throw .xml(error) }
        try self.init(opened)
    }

    /// Reads a NameID that names a subject: text only, never trimmed, never empty.
    init(_ element: XMLElement) throws(SAMLError) {
        guard let value = try? element.text() else { throw .subject("NameID has something else than text in it") }
        if let problem = Self.problem(of: value) { throw .subject("NameID " + problem) }
        self.value = value
        format = element.attribute("Format")
        nameQualifier = element.attribute("NameQualifier")
        spNameQualifier = element.attribute("SPNameQualifier")
    }

    /// What keeps a text from naming somebody; nil where it can. Never trimmed, and nothing in it that people or tomorrow's tables would take for
    /// another name.
    static func problem(of value: String) -> String? {
        guard !value.isEmpty else { return "is empty" }
        guard value.utf8.count <= NameID.longestValue else { return "is longer than \(NameID.longestValue) bytes" }
        let scalars = value.unicodeScalars
        guard !scalars.contains(where: { $0.properties.generalCategory == .control || $0.value == 0x2028 || $0.value == 0x2029 }) else {
            return "has control characters or line breaks"
        }
        // What turns the direction of a line, and what no Unicode that we know has, looks like another name to people or to tomorrow's tables.
        guard !scalars.contains(where: { $0.properties.isBidiControl || $0.properties.generalCategory == .unassigned }) else {
            return "has characters that steer the direction of text, or that Unicode does not have"
        }
        guard let first = scalars.first, let last = scalars.last, !first.properties.isWhitespace, !last.properties.isWhitespace else {
            return "is blank, or has blanks around it"
        }
        return nil
    }
}

extension NameID: Hashable {
    package static func == (left: NameID, right: NameID) -> Bool {
        func same(_ left: String?, _ right: String?) -> Bool { left.map { $0.hasSameBytes(as: right) } ?? (right == nil) }
        return left.value.hasSameBytes(as: right.value) && same(left.format, right.format)
            && same(left.nameQualifier, right.nameQualifier) && same(left.spNameQualifier, right.spNameQualifier)
    }

    package func hash(into hasher: inout Hasher) {
        for byte in value.utf8 { hasher.combine(byte) }
    }
}
