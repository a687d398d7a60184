import FoundationEssentials
internal import WireFormats
import XMLSecurity

/// saml:SubjectConfirmation with its SubjectConfirmationData, SAML Core §2.4.1.1: how the one who presents the assertion proves to be its subject.
struct SubjectConfirmation: Sendable {
    static let bearer = "urn:oasis:names:tc:SAML:2.0:cm:bearer"

    let method: String
    /// False where there is no SubjectConfirmationData, so that the rest is empty.
    let hasData: Bool
    let recipient: String?
    let inResponseTo: String?
    let notBefore: Date?
    let notOnOrAfter: Date?

    var isBearer: Bool { method.hasSameBytes(as: SubjectConfirmation.bearer) }

    init(_ element: XMLElement) throws(SAMLError) {
        method = element.attribute("Method") ?? ""
        let data = element.elements(.assertion("SubjectConfirmationData"))
        guard data.count <= 1 else { throw .subjectConfirmation("two SubjectConfirmationData in one SubjectConfirmation") }
        hasData = data.count == 1
        recipient = data.first?.attribute("Recipient")
        inResponseTo = data.first?.attribute("InResponseTo")
        notBefore = try data.first?.instant("NotBefore")
        notOnOrAfter = try data.first?.instant("NotOnOrAfter")
    }
}

extension XMLElement {
    /// A time in an attribute; nil where the attribute is missing. Empty is not missing.
    func instant(_ attributeName: String) throws(SAMLError) -> Date? {
        guard let text = attribute(attributeName) else { return nil }
        guard let date = SAMLInstant.parse(text) else { throw .malformedTime("\(name.localName)/@\(attributeName)", seen: text) }
        return date
    }
}
