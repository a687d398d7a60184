package import FoundationEssentials
import XMLSecurity

/// samlp:LogoutRequest, SAML Core §3.7.1: this subject's sessions are over. Read, and nothing of it believed yet.
package struct LogoutRequest: Hashable, Sendable {
    /// "_" and hexadecimal digits, given from outside: an XML ID must not begin with a digit.
    package let id: String
    package let issueInstant: Date
    package let destination: String?
    package let issuer: String
    package let notOnOrAfter: Date?
    package let nameID: NameID
    /// Empty: every session of the subject.
    package let sessionIndexes: [String]

    static let longestID = 256
    static let longestSessionIndex = 1024
    static let maximumSessionIndexes = 64

    package init(
        id: String, issueInstant: Date, destination: String?, issuer: String, notOnOrAfter: Date?, nameID: NameID, sessionIndexes: [String]
    ) {
        self.id = id
        self.issueInstant = issueInstant
        self.destination = destination
        self.issuer = issuer
        self.notOnOrAfter = notOnOrAfter
        self.nameID = nameID
        self.sessionIndexes = sessionIndexes
    }

    /// Reads a request. No signature is looked at.
    package init(parsing bytes: [UInt8]) throws(SAMLError) {
        try self.init(try XMLElement.root(ofMessage: bytes))
    }

    /// - Parameter decryption: for an EncryptedID, in a message whose sender is proven.
    init(_ root: XMLElement, decryption: Decryption = .none) throws(SAMLError) {
        guard root.name == .samlp("LogoutRequest") else {
            throw .xml(.unexpectedRoot(expected: XMLName.samlp("LogoutRequest").description, found: root.name.description))
        }
        let header = try MessageHeader(root, attributes: ["NotOnOrAfter", "Reason"])
        (id, issueInstant, destination, issuer) = (header.id, header.issueInstant, header.destination, header.issuer)
        notOnOrAfter = try root.instant("NotOnOrAfter")
        var names: [NameID] = [], indexes: [String] = []
        for child in root.elements {
            switch child.name {
            case .assertion("Issuer"), .samlp("Extensions"), .signature("Signature"): break
            case .assertion("NameID"), .assertion("EncryptedID"): names.append(try NameID(child, decryption: decryption))
            case .assertion("BaseID"): throw .subject("it is named by a BaseID")
            case .samlp("SessionIndex"): indexes.append(try Self.sessionIndex(child))
            default: throw .malformed("the LogoutRequest has an unknown element \(child.name.localName.shortened)")
            }
        }
        guard let name = names.first, names.count == 1 else { throw .subject("the LogoutRequest has \(names.count) NameID elements") }
        guard indexes.count <= Self.maximumSessionIndexes else {
            throw .malformed("it has more than \(Self.maximumSessionIndexes) SessionIndex elements")
        }
        (nameID, sessionIndexes) = (name, indexes)
    }

    private static func sessionIndex(_ element: XMLElement) throws(SAMLError) -> String {
        guard let index = try? element.text(), (1...longestSessionIndex).contains(index.utf8.count) else {
            throw .malformed("SessionIndex is empty, too long, or has something else than text in it")
        }
        return index
    }
}

extension LogoutRequest {
    /// The message as XML; throws where a name that came from outside has what XML cannot hold.
    package func encoded() throws(SAMLError) -> [UInt8] {
        var writer = XMLWriter()
        do { try write(to: &writer) } catch { throw .xml(error) }
        return writer.bytes
    }

    private func write(to writer: inout XMLWriter) throws(XMLSecurityError) {
        try writer.element(
            "samlp:LogoutRequest",
            [
                "xmlns:samlp": Namespace.messages, "xmlns:saml": Namespace.assertion, "ID": id, "Version": "2.0",
                "IssueInstant": SAMLInstant.format(issueInstant), "Destination": destination,
                "NotOnOrAfter": notOnOrAfter.map(SAMLInstant.format), "Reason": "urn:oasis:names:tc:SAML:2.0:logout:user",
            ]
        ) { writer throws(XMLSecurityError) in
            try writer.element("saml:Issuer", text: issuer)
            // §3.7.3: the identifier by which the provider named the person, with all that it said of it.
            try writer.element(
                "saml:NameID",
                ["NameQualifier": nameID.nameQualifier, "SPNameQualifier": nameID.spNameQualifier, "Format": nameID.format], text: nameID.value)
            for index in sessionIndexes { try writer.element("samlp:SessionIndex", text: index) }
        }
    }
}

/// What a request and a response have in common (SAML Core §3.2.1 and §3.2.2), of those that must say who sends them (Profiles §4.4.4).
struct MessageHeader {
    let id: String
    let issueInstant: Date
    let destination: String?
    let issuer: String

    private static let attributes: Set<String> = ["ID", "Version", "IssueInstant", "Destination", "Consent"]

    /// - Parameter attributes: that this kind of message has besides; any other is refused (THREATS S8).
    init(_ root: XMLElement, attributes: Set<String>) throws(SAMLError) {
        for attribute in root.attributes {
            guard attribute.name.namespace.isEmpty, Self.attributes.union(attributes).contains(attribute.name.localName) else {
                throw .xml(.unexpectedAttribute(attribute.name.description))
            }
        }
        guard root.attribute("Version") == "2.0" else { throw .version(seen: root.attribute("Version")) }
        guard let id = root.attribute("ID"), (1...LogoutRequest.longestID).contains(id.utf8.count) else {
            throw .malformed("the message has no ID, or a longer one than \(LogoutRequest.longestID) bytes")
        }
        guard let issueInstant = try root.instant("IssueInstant") else { throw .malformedTime("IssueInstant", seen: nil) }
        let issuers = root.elements(.assertion("Issuer"))
        guard issuers.count == 1, let issuer = issuers.first else { throw .malformed("the message has \(issuers.count) Issuer elements") }
        self.issuer = try Issuer(issuer, expected: "").value
        (self.id, self.issueInstant, destination) = (id, issueInstant, root.attribute("Destination"))
    }
}
